"""The API of stand-ins, of time off, and of holes that are meant to be."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from oncall_portal.lib import access
from oncall_portal.lib.api.fields import InstantField
from oncall_portal.lib.api.resources import Resource, StrictSerializer
from oncall_portal.lib.writes import Writes
from scheduling import services
from scheduling.api.fields import FROM, TO
from scheduling.api.lasting import LOCAL, LOCAL_FIELDS, LastingSerializer, in_window
from scheduling.models import IntendedGap, Override, Service, Shift, Staff, TimeOff

M = TypeVar("M", bound=Model)
_TARGETS = ("shift", "staff", "service", "level")


class ReplacesSerializer(StrictSerializer):
    """Whose place it is: exactly one of these."""

    shift = serializers.PrimaryKeyRelatedField(queryset=Shift.objects.all(), required=False)
    staff = serializers.PrimaryKeyRelatedField(queryset=Staff.objects.all(), required=False)
    service = serializers.PrimaryKeyRelatedField(queryset=Service.objects.all(), required=False)
    level = serializers.IntegerField(min_value=1, max_value=9, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse none, and more than one."""
        if len(attrs) != 1:
            message = _("Name one shift, one person, one service or one level.")
            raise serializers.ValidationError(message, "one_target")
        return attrs

    def get_attribute(self, instance: Override) -> dict[str, Any]:
        """Return the one that the row has."""
        ids = (getattr(instance, f"replaces_{name}_id") for name in _TARGETS[:-1])
        found = dict(zip(_TARGETS, (*ids, instance.replaces_level), strict=True))
        return {name: value for name, value in found.items() if value is not None}

    def to_representation(self, instance: dict[str, Any]) -> dict[str, Any]:
        """Return it by id."""
        return instance


class CutSerializer(serializers.Serializer[Any]):
    """What is left of another stand-in; both ends null: nothing."""

    id = serializers.IntegerField()
    starts_at = InstantField(allow_null=True)
    ends_at = InstantField(allow_null=True)


class OverrideSerializer(LastingSerializer[Override]):
    """Somebody, or nobody, in the place of one shift, one person, one service or one level.

    Without ends it lasts as long as the shift, from now on where that has begun. `cut` tells,
    once, what this write left of others.
    """

    replaces = ReplacesSerializer()
    cut = serializers.SerializerMethodField()

    class Meta:
        model = Override
        fields = (
            *("id", "schedule", "replaces", "staff", "service", "starts_at", "ends_at", "note"),
            *("swap", "version", "cut", *LOCAL_FIELDS),
        )
        read_only_fields = ("swap", "version")

    @extend_schema_field(CutSerializer(many=True))
    def get_cut(self, _row: Override) -> Any:
        """Return what the write of this request cut."""
        return CutSerializer(services.remains(self.context["view"].cut), many=True).data

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Name the place as the services do."""
        attrs = super().validate(attrs)
        replaces = attrs.pop("replaces", {})
        return attrs | {f"replaces_{name}": value for name, value in replaces.items()}


class IntendedGapSerializer(LastingSerializer[IntendedGap]):
    """A stretch in which a schedule is meant to have nobody: nobody is warned of it."""

    class Meta:
        model = IntendedGap
        fields = ("id", "schedule", "starts_at", "ends_at", "note", "version", *LOCAL_FIELDS)
        read_only_fields = ("version",)


class TimeOffSerializer(LastingSerializer[TimeOff]):
    """A stretch in which a person is away; local times are by the person's own clock."""

    owner = "staff"

    class Meta:
        model = TimeOff
        fields = ("id", "staff", "starts_at", "ends_at", "reason", "version", *LOCAL_FIELDS)
        read_only_fields = ("version",)

    def validate_staff(self, value: Staff) -> Staff:
        """Refuse somebody else's time off to those who enter their own."""
        if not access.can(self.context["request"].user, "add", TimeOff(staff=value)):
            raise PermissionDenied(_("You enter your own time off only."))
        return value


class LastingResource(Resource[M]):
    """Rows that last; `from` and `to` ask for those that overlap a window."""

    def get_queryset(self) -> QuerySet[M]:
        """Leave out those outside the window."""
        rows = super().get_queryset()
        return in_window(self.request, rows) if self.action == "list" else rows

    @extend_schema(parameters=[FROM, TO, LOCAL])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them, the first to begin first."""
        return super().list(request, *args, **kwargs)


_SHOWN = {
    "retrieve": extend_schema(parameters=[LOCAL]),
    "create": extend_schema(parameters=[LOCAL]),
    "partial_update": extend_schema(parameters=[LOCAL]),
}


@extend_schema_view(**_SHOWN)
class OverrideResource(LastingResource[Override]):
    """Stand-ins; a later one on the same place cuts the earlier. DELETE ends one that has begun."""

    model = Override
    queryset = Override.objects.select_related("schedule").order_by("period", "pk")
    serializer_class = OverrideSerializer
    filterset_fields = ("schedule", "staff", "service")
    cut: tuple[Any, ...] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Keep what the write of this request cuts."""
        super().initial(request, *args, **kwargs)
        self.writes = Writes(
            lambda values: self._placed(services.create_override(values)),
            lambda pk, version, values: self._placed(services.change_override(pk, version, values)),
            services.delete_override,
        )

    def _placed(self, placed: services.Placed) -> Override:
        self.cut = placed.cut
        return placed.row


@extend_schema_view(**_SHOWN)
class IntendedGapResource(LastingResource[IntendedGap]):
    """Holes that are meant to be."""

    model = IntendedGap
    queryset = IntendedGap.objects.select_related("schedule").order_by("period", "pk")
    serializer_class = IntendedGapSerializer
    writes = Writes(
        services.create_intended_gap, services.change_intended_gap, services.delete_intended_gap
    )
    filterset_fields = ("schedule",)


@extend_schema_view(**_SHOWN)
class TimeOffResource(LastingResource[TimeOff]):
    """Time off: people enter their own, managers anybody's."""

    model = TimeOff
    queryset = TimeOff.objects.select_related("staff").order_by("period", "pk")
    serializer_class = TimeOffSerializer
    writes = Writes(services.create_time_off, services.change_time_off, services.delete_time_off)
    filterset_fields = ("staff",)


ROUTES: tuple[tuple[str, type[Resource[Any]]], ...] = (
    ("overrides", OverrideResource),
    ("intended-gaps", IntendedGapResource),
    ("time-off", TimeOffResource),
)
