"""The API of rotations: the rule, who takes turns, and the shifts that come of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from recurrence import serialize
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from oncall_portal.lib import clock
from oncall_portal.lib.api.fields import InstantField
from oncall_portal.lib.api.resources import Resource, RowSerializer, StrictSerializer
from oncall_portal.lib.writes import Writes
from scheduling import queries, services
from scheduling.api.fields import refused
from scheduling.enums import TurnUnit
from scheduling.models import Rotation, Schedule, Service, Staff
from scheduling.types import Rule

COMING = 10


class ClockField(serializers.TimeField):
    """A time of day on the schedule's clock, to the minute: "18:00"."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", input_formats=["%H:%M", "%H:%M:%S"], **kwargs)

    def to_internal_value(self, value: Any) -> time:
        """Return the time; refuse seconds."""
        found: time = super().to_internal_value(value)
        if found.second or found.microsecond:
            raise serializers.ValidationError(_("Write hours and minutes, like 18:00."), "invalid")
        return found


class MemberSerializer(StrictSerializer):
    """One person or one service."""

    staff = serializers.PrimaryKeyRelatedField(queryset=Staff.objects.all(), required=False)
    service = serializers.PrimaryKeyRelatedField(queryset=Service.objects.all(), required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse neither, and both."""
        if len(attrs) != 1:
            raise refused("staff", "one_assignee", _("Name one person or one service."))
        return attrs


class ParticipantSerializer(MemberSerializer):
    """Whose turn it is: a person, a service, or a team of several."""

    team = MemberSerializer(many=True, required=False, allow_empty=False)


class TurnEverySerializer(StrictSerializer):
    """How long a turn lasts."""

    count = serializers.IntegerField(min_value=1, max_value=999, default=1)
    unit = serializers.ChoiceField([unit.value for unit in TurnUnit], default=TurnUnit.SHIFT.value)


class WhoseTurnSerializer(StrictSerializer):
    """On that day it is the turn of that participant, counted from 0."""

    on = serializers.DateField()
    participant = serializers.IntegerField(min_value=0)


@extend_schema_field({"type": "string", "example": "RRULE:FREQ=WEEKLY;BYDAY=MO"})
class RuleField(serializers.CharField):
    """A recurrence rule: the days on which a shift starts."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=1000, **kwargs)

    def to_representation(self, value: Any) -> str:
        """Return the text of the rule."""
        return value if isinstance(value, str) else str(serialize(value))


class RotationSerializer(RowSerializer[Rotation]):
    """A recurrence rule, wall-clock times and people in turn."""

    participants = ParticipantSerializer(many=True)
    recurrence = RuleField()
    start_time = ClockField()
    end_time = ClockField(required=False)
    end_day_offset = serializers.IntegerField(min_value=0, max_value=62, required=False)
    turn_every = TurnEverySerializer(required=False)
    whose_turn = WhoseTurnSerializer(required=False, write_only=True)

    class Meta:
        model = Rotation
        fields = (
            *("id", "schedule", "level", "participants", "starts_on", "ends_on", "start_time"),
            *("end_time", "end_day_offset", "recurrence", "turn_every", "first_participant"),
            *("on_holidays", "time_zone", "counted_from", "written_until", "version"),
            "whose_turn",
        )
        read_only_fields = ("counted_from", "written_until", "version")

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the values as the services take them."""
        values: dict[str, Any] = super().to_internal_value(data)
        if (turn := values.pop("turn_every", None)) is not None:
            values |= {"turn_count": turn["count"], "turn_unit": turn["unit"]}
        if "participants" in values:
            values["participants"] = [_team(entry) for entry in values["participants"]]
        return values

    def to_representation(self, instance: Rotation) -> dict[str, Any]:
        """Return the rotation, its participants in the order of their turns."""
        shown = {
            field.field_name: field.to_representation(value)
            for field in self._readable_fields
            if field.field_name not in ("participants", "turn_every")
            for value in [field.get_attribute(instance)]
            if value is not None
        }
        shown["participants"] = _participants(instance)
        shown["turn_every"] = {"count": instance.turn_count, "unit": instance.turn_unit}
        return {name: shown.get(name) for name in self.Meta.fields if name != "whose_turn"}


def _team(entry: Mapping[str, Any]) -> list[Staff | Service]:
    members = entry.get("team") or [entry]
    return [member.get("staff") or member["service"] for member in members]


def _participants(row: Rotation) -> list[dict[str, Any]]:
    turns: dict[int, list[dict[str, Any]]] = {}
    for entry in row.participants.all():
        key = {"staff": entry.staff_id} if entry.staff_id else {"service": entry.service_id}
        turns.setdefault(entry.turn, []).append(key)
    return [team[0] if len(team) == 1 else {"team": team} for _turn, team in sorted(turns.items())]


class ComingShiftSerializer(serializers.Serializer[Any]):
    """A shift that a rotation says, written or not."""

    day = serializers.DateField()
    staff = serializers.IntegerField(source="who.staff", allow_null=True)
    service = serializers.IntegerField(source="who.service", allow_null=True)
    starts_at = InstantField(source="period.starts_at")
    ends_at = InstantField(source="period.ends_at")
    turn = serializers.IntegerField()


class RotationResource(Resource[Rotation]):
    """Rotations; a deleted one is no longer among them."""

    model = Rotation
    queryset = (
        Rotation.objects.filter(retired=False)
        .select_related("schedule")
        .prefetch_related("participants")
        .order_by("schedule", "level", "pk")
    )
    serializer_class = RotationSerializer
    writes = Writes(services.create_rotation, services.change_rotation, services.delete_rotation)
    filterset_fields = ("schedule", "level")

    @extend_schema(responses=ComingShiftSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def upcoming(self, request: Request, pk: str) -> Response:
        """Answer the next ten shifts of the rule, beyond what is written too."""
        row = self.get_object()
        rule = queries.rule_of(row)
        return self._coming(rule, row.schedule)

    @extend_schema(request=RotationSerializer, responses=ComingShiftSerializer(many=True))
    @action(detail=False, methods=["post"], pagination_class=None)
    def preview(self, request: Request) -> Response:
        """Answer the next ten shifts that a rotation would write; nothing is kept."""
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        rule, schedule = services.draft_rule(body.validated_data)
        return self._coming(rule, schedule)

    def _coming(self, rule: Rule, schedule: Schedule) -> Response:
        found = queries.coming_shifts(rule, schedule, clock.now(), COMING)
        return Response(ComingShiftSerializer(found, many=True).data)


ROUTES: tuple[tuple[str, type[Resource[Any]]], ...] = (("rotations", RotationResource),)
