"""The API of diverts: until a given time, a number or a schedule goes elsewhere."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from oncall_portal.lib import clock, phone
from oncall_portal.lib.access import can
from oncall_portal.lib.api.fields import InstantField
from oncall_portal.lib.api.resources import Resource, RowSerializer
from oncall_portal.lib.writes import Writes
from scheduling import queries, services, wall
from scheduling.access import SEE_NUMBER
from scheduling.api.fields import WallClockField, refused
from scheduling.models import Divert

_IN_FORCE = OpenApiParameter(
    "in_force", OpenApiTypes.BOOL, description="1: only those in force at this moment."
)


class DivertSerializer(RowSerializer[Divert]):
    """A number or a schedule goes to one person, service or number; from now on if not said.

    The end is sent as an instant, or as `ends_local`, a time on the clock of the schedule (of the
    number's, or of the house where it has none), with a fold of 1 for the second of two.
    """

    to_number = serializers.CharField(max_length=40, required=False, allow_null=True)
    starts_at = InstantField(required=False)
    ends_at = InstantField(required=False)
    created_at = InstantField(read_only=True)
    # a divert has no such attributes, so they are never in an answer
    ends_local = WallClockField(required=False)
    ends_fold = serializers.IntegerField(min_value=0, max_value=1, required=False)

    class Meta:
        model = Divert
        fields = (
            *("id", "phone_number", "schedule", "to_staff", "to_service", "to_number"),
            *("starts_at", "ends_at", "created_at", "version", "ends_local", "ends_fold"),
        )
        read_only_fields = ("created_at", "version")

    def validate_to_number(self, value: str | None) -> str:
        """Return "" for null: no number."""
        return value or ""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Make an instant of an end on the schedule's clock; refuse an end given twice."""
        local, fold = attrs.pop("ends_local", None), attrs.pop("ends_fold", None)
        if local is None:
            if fold is not None:
                raise refused("ends_local", "required", _("Say which time this is about."))
            return attrs
        if "ends_at" in attrs:
            words = {"at": "ends_at", "local": "ends_local"}
            message = _("Send %(at)s or %(local)s, not both.") % words
            raise refused("ends_local", "conflicting_fields", message)
        own = self.instance or Divert(
            schedule=attrs.get("schedule"), phone_number=attrs.get("phone_number")
        )
        try:
            attrs["ends_at"] = wall.instant(local, queries.divert_zone(own), fold or 0)
        except OverflowError as error:
            message = _("This is too far in time.")
            raise refused("ends_local", "invalid_wall_clock", message) from error
        return attrs

    def to_representation(self, instance: Divert) -> dict[str, Any]:
        """Return the divert; its number masked for those who may not see it."""
        shown = super().to_representation(instance)
        whole = can(self.context["request"].user, SEE_NUMBER, instance)
        number = instance.to_number if whole else phone.mask(instance.to_number)
        return {**shown, "to_number": number if instance.to_number else None}


class DivertResource(Resource[Divert]):
    """Diverts, the latest first; DELETE ends one now, and it stays on record."""

    model = Divert
    queryset = Divert.objects.order_by("-period", "-pk")
    serializer_class = DivertSerializer
    filterset_fields = ("schedule", "phone_number")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let the services know who asks, and when."""
        super().initial(request, *args, **kwargs)
        now = clock.now()
        user = request.user if request.user.is_authenticated else None
        self.writes = Writes(
            lambda values: services.create_divert(values, now, user),
            lambda pk, version, values: services.change_divert(pk, version, values, now),
            lambda pk, version: services.end_divert(pk, version, now),
        )

    def get_queryset(self) -> QuerySet[Divert]:
        """Leave out those not in force when asked to."""
        rows = super().get_queryset()
        if self.action == "list" and self.request.query_params.get("in_force") == "1":
            return rows.filter(period__contains=clock.now())
        return rows

    @extend_schema(parameters=[_IN_FORCE])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List diverts."""
        return super().list(request, *args, **kwargs)


ROUTES: tuple[tuple[str, type[Resource[Any]]], ...] = (("diverts", DivertResource),)
