"""The API of shifts, by instants or by the clock of their schedule."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_view,
)
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from oncall_portal.lib.api.fields import InstantField
from oncall_portal.lib.api.resources import Resource, RowSerializer, StrictSerializer
from oncall_portal.lib.writes import Writes
from scheduling import services, shift_warnings, wall
from scheduling.api import swaps
from scheduling.api.copies import CopyAction
from scheduling.api.fields import FROM, TO, WallClockField, instant, refused
from scheduling.api.tables import Tabled
from scheduling.enums import ShiftState, ShiftWarning
from scheduling.models import Shift
from scheduling.shift_warnings import Doubts
from scheduling.tables import ShiftTable
from scheduling.warning_words import sentence

_ENDS = ("starts", "ends")
_FURTHEST_DAYS, _FURTHEST_MINUTES = 3660, 527_040  # ten years; a year
_CANCELLED = OpenApiParameter("cancelled", bool, description="1: with those deleted by hand.")
_LOCAL = OpenApiParameter(
    "local",
    OpenApiTypes.BOOL,
    description="1: also starts_local and ends_local, the times on the schedule's clock.",
)


class WarningSerializer(serializers.Serializer[Any]):
    """What is doubtful about a shift: a stable code, and a sentence in the reader's language."""

    code = serializers.ChoiceField([code.value for code in ShiftWarning])
    detail = serializers.CharField()


class ShiftSerializer(RowSerializer[Shift]):
    """Somebody on call over a half-open period.

    Each end is sent as an instant, or as a time on the schedule's clock: one that the clocks skip
    means the first instant after the jump, one that comes twice the first, or the second with a
    fold of 1. Answers hold the latter two only when asked (`?local=1`), the fold only when 1.
    """

    starts_at = InstantField(required=False)
    ends_at = InstantField(required=False)
    # a shift has no such attributes, so they are not in an answer unless `_local` adds them
    starts_local = WallClockField(required=False)
    ends_local = WallClockField(required=False)
    starts_fold = serializers.IntegerField(min_value=0, max_value=1, required=False)
    ends_fold = serializers.IntegerField(min_value=0, max_value=1, required=False)
    warnings = serializers.SerializerMethodField()

    class Meta:
        model = Shift
        fields: tuple[str, ...] = (
            *("id", "schedule", "staff", "service", "level", "starts_at", "ends_at", "state"),
            *("rotation", "note", "version", "warnings"),
            *("starts_local", "starts_fold", "ends_local", "ends_fold"),
        )
        read_only_fields = ("state", "version", "rotation")

    @extend_schema_field(WarningSerializer(many=True))
    def get_warnings(self, shift: Shift) -> list[dict[str, Any]]:
        """Return what is doubtful about it; nothing of this ever refuses a shift."""
        return [
            {"code": warned.code.value, "detail": sentence(warned, self._doubts)}
            for warned in self._doubts.of(shift.pk)
        ]

    @cached_property
    def _doubts(self) -> Doubts:
        """The warnings of all that is answered, read together."""
        many = isinstance(self.parent, serializers.ListSerializer)
        rows: Any = self.parent.instance if many else [self.instance]
        return shift_warnings.of_shifts(list(rows))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Make instants of the times on the schedule's clock; refuse an end given twice."""
        schedule = attrs.get("schedule") or (self.instance.schedule if self.instance else None)
        for end in _ENDS:
            local, fold = attrs.pop(f"{end}_local", None), attrs.pop(f"{end}_fold", None)
            if f"{end}_at" in attrs and not (local is None and fold is None):
                raise refused(f"{end}_local", "conflicting_fields", _one_of(end))
            if local is None and fold is not None:
                raise refused(f"{end}_local", "required", _("Say which time this is about."))
            if local is not None and schedule is not None:
                attrs[f"{end}_at"] = _instant(f"{end}_local", local, schedule.time_zone, fold or 0)
        return attrs

    def to_representation(self, instance: Shift) -> dict[str, Any]:
        """Return the shift, with the times on its schedule's clock when the request asks."""
        shown = super().to_representation(instance)
        if self.context["request"].query_params.get("local") == "1":
            shown.update(_local(instance))
        return shown


class MoveSerializer(StrictSerializer):
    """How far a shift goes on its schedule's clock; `end_*` move its end further than its start."""

    days = serializers.IntegerField(
        min_value=-_FURTHEST_DAYS, max_value=_FURTHEST_DAYS, required=False
    )
    minutes = serializers.IntegerField(
        min_value=-_FURTHEST_MINUTES, max_value=_FURTHEST_MINUTES, required=False
    )
    end_days = serializers.IntegerField(
        min_value=-_FURTHEST_DAYS, max_value=_FURTHEST_DAYS, required=False
    )
    end_minutes = serializers.IntegerField(
        min_value=-_FURTHEST_MINUTES, max_value=_FURTHEST_MINUTES, required=False
    )
    level = serializers.IntegerField(min_value=1, max_value=9, required=False)


class ShiftChangeSerializer(ShiftSerializer):
    """A change of a shift: new ends, or a `move` of those it has.

    With `following`, a move is of all later shifts of the same rotation, too.
    """

    move = MoveSerializer(required=False, write_only=True)
    following = serializers.BooleanField(required=False, write_only=True)

    class Meta(ShiftSerializer.Meta):
        fields = (*ShiftSerializer.Meta.fields, "move", "following")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a move together with what it would move to."""
        attrs = super().validate(attrs)
        move = attrs.get("move")
        if attrs.get("following") and (move is None or attrs.keys() - {"move", "following"}):
            message = _("Send a move, and nothing else, for a shift and all that follow.")
            raise refused("following", "conflicting_fields", message)
        if move is None:
            return attrs
        if {"starts_at", "ends_at"} & attrs.keys() or {"level"} <= attrs.keys() & move.keys():
            message = _("Send a move, or the times and level it ends with, not both.")
            raise refused("move", "conflicting_fields", message)
        return attrs


def _one_of(end: str) -> str:
    words = {"at": f"{end}_at", "local": f"{end}_local"}
    return _("Send %(at)s or %(local)s, not both.") % words


def _instant(field: str, local: datetime, zone: str, fold: int) -> datetime:
    try:
        return wall.instant(local, zone, fold)
    except OverflowError as error:
        raise refused(field, "invalid_wall_clock", _("This is too far in time.")) from error


def _local(shift: Shift) -> dict[str, Any]:
    zone, field = shift.schedule.time_zone, WallClockField()
    shown: dict[str, Any] = {}
    for end in _ENDS:
        local = wall.wall(getattr(shift, f"{end}_at"), zone)
        shown[f"{end}_local"] = field.to_representation(local)
        if local.fold:
            shown[f"{end}_fold"] = 1
    return shown


def _change(pk: int, version: int, values: dict[str, Any]) -> Shift:
    move = values.pop("move", None)
    if values.pop("following", False):
        return services.move_following(pk, version, **move)
    if move is None:
        return services.change_shift(pk, version, values)
    return services.move_shift(pk, version, **move, values=values)


@extend_schema_view(
    retrieve=extend_schema(parameters=[_LOCAL]),
    create=extend_schema(parameters=[_LOCAL]),
    partial_update=extend_schema(
        parameters=[_LOCAL], request=ShiftChangeSerializer(partial=True), responses=ShiftSerializer
    ),
)
class ShiftResource(CopyAction, Tabled, Resource[Shift]):
    """Shifts; `from` and `to` ask for those that overlap a window."""

    model = Shift
    queryset = Shift.objects.select_related("schedule").order_by("period", "level", "pk")
    serializer_class = ShiftSerializer
    table = ShiftTable
    writes = Writes(services.create_shift, _change, services.delete_shift)
    filterset_fields = ("schedule", "staff", "service", "level")

    def get_serializer_class(self) -> type[ShiftSerializer]:
        """Return the one that takes a move where a shift is changed."""
        return ShiftChangeSerializer if self.action == "partial_update" else ShiftSerializer

    def get_queryset(self) -> QuerySet[Shift]:
        """Leave out cancelled shifts unless asked, and those outside the window."""
        rows = super().get_queryset()
        if self.action not in {"list", "export_table"}:
            return rows
        if self.request.query_params.get("cancelled") != "1":
            rows = rows.exclude(state=ShiftState.CANCELLED.value)
        starts_at, ends_at = instant(self.request, "from"), instant(self.request, "to")
        if starts_at and ends_at and ends_at <= starts_at:
            return rows.none()
        return rows.filter(period__overlap=(starts_at, ends_at)) if starts_at or ends_at else rows

    @extend_schema(parameters=[FROM, TO, _CANCELLED, _LOCAL])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List shifts."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=swaps.TakeOverSerializer, responses=ShiftSerializer)
    @action(detail=True, methods=["post"], url_path="take-over", permission_classes=[swaps.MaySwap])
    def take_over(self, request: Request, pk: str) -> Response:
        """Take a shift over at once, from now on if it runs; whoever had it is told."""
        shift = self.get_object()
        swaps.take_over(request, shift)
        return Response(self.get_serializer(shift).data)


ROUTES: tuple[tuple[str, type[Resource[Any]]], ...] = (("shifts", ShiftResource),)
