"""The API of schedules, and of who is on call."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from oncall_portal.lib import clock, phone
from oncall_portal.lib.access import can
from oncall_portal.lib.api.fields import InstantField
from oncall_portal.lib.api.resources import Resource, RowSerializer, StrictSerializer
from oncall_portal.lib.writes import Writes
from scheduling import queries, resolve, services
from scheduling.access import SEE_NUMBER
from scheduling.api.calendar_imports import CalendarImport
from scheduling.api.changes import ChangeActions
from scheduling.api.fields import AT, FROM, TO, PeopleField, instant, window
from scheduling.api.load import LoadActions
from scheduling.api.operations import OperationActions
from scheduling.enums import CoverageKind
from scheduling.models import ContactNumber, Schedule
from scheduling.types import Contact, OnCall


@extend_schema_field(
    {
        "type": "object",
        "properties": {
            "kind": {"enum": [kind.value for kind in CoverageKind]},
            "hours": {"type": "array", "items": {"type": "object"}},
            "holidays": {},
        },
        "required": ["kind"],
        "example": {
            "kind": "weekly",
            "hours": [{"days": ["mo", "tu"], "from": "18:00", "to": "08:00"}],
            "holidays": "all_day",
        },
    }
)
class CoverageField(serializers.JSONField):
    """When somebody must be reachable; the model tells what is wrong with it.

    `holidays` is as_usual (if left out), all_day, none, or hours: [{"from": "09:00", "to":
    "12:00"}]. An end that is not after its start is on the next day.
    """


class HolidaysSerializer(StrictSerializer):
    """The public holidays that apply."""

    country = serializers.RegexField(r"^[A-Z]{2}$", allow_null=True)
    subdivision = serializers.CharField(
        max_length=10, allow_null=True, required=False, default=None
    )

    def to_representation(self, instance: dict[str, Any]) -> dict[str, Any]:
        """Return both members, null where nothing was chosen."""
        return {"country": instance.get("country"), "subdivision": instance.get("subdivision")}


class ScheduleSerializer(RowSerializer[Schedule]):
    """The rota of one duty; its supervisors in the order they are tried."""

    supervisors = PeopleField(source="supervisor_entries")
    coverage = CoverageField(required=False)
    holidays = HolidaysSerializer(required=False)
    alert_before_hours = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=8760), required=False, max_length=12
    )

    class Meta:
        model = Schedule
        fields = (
            *("id", "name", "time_zone", "supervisors", "scenario", "coverage"),
            *("holidays", "alert_before_hours", "version"),
        )
        read_only_fields = ("version",)


class OnCallNumberSerializer(serializers.Serializer[Any]):
    """A number as it would be rung."""

    number = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # the resource has such a field


class OnCallEntrySerializer(serializers.Serializer[Any]):
    """Somebody who can be reached, until the next change of their level."""

    level = serializers.IntegerField()
    staff = serializers.IntegerField(allow_null=True)
    service = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    until = InstantField()
    shift = serializers.IntegerField(allow_null=True)
    numbers = OnCallNumberSerializer(many=True)
    reason = serializers.CharField()


class SkippedSerializer(serializers.Serializer[Any]):
    """Somebody on duty who cannot be reached, and why."""

    level = serializers.IntegerField()
    staff = serializers.IntegerField(allow_null=True)
    service = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    reason = serializers.CharField()


class OnCallSerializer(serializers.Serializer[Any]):
    """Who is on call at an instant, in the order they would be tried."""

    at = InstantField()
    on_call = OnCallEntrySerializer(many=True)
    skipped = SkippedSerializer(many=True)


class FinalSerializer(serializers.Serializer[Any]):
    """A stretch during which somebody can be reached at a level."""

    level = serializers.IntegerField()
    staff = serializers.IntegerField(source="who.staff", allow_null=True)
    service = serializers.IntegerField(source="who.service", allow_null=True)
    starts_at = InstantField(source="period.starts_at")
    ends_at = InstantField(source="period.ends_at")
    shift = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField()


class GapSerializer(serializers.Serializer[Any]):
    """A stretch of required coverage with nobody reachable."""

    starts_at = InstantField(source="period.starts_at")
    ends_at = InstantField(source="period.ends_at")
    reason = serializers.CharField()
    intended = serializers.BooleanField()


class ScheduleResource(
    CalendarImport, OperationActions, ChangeActions, LoadActions, Resource[Schedule]
):
    """Schedules, and what they answer."""

    model = Schedule
    queryset = Schedule.objects.prefetch_related("supervisor_entries")
    serializer_class = ScheduleSerializer
    writes = Writes(services.create_schedule, services.change_schedule, services.delete_schedule)

    @extend_schema(responses=OnCallSerializer, parameters=[AT])
    @action(detail=True, url_path="on-call")
    def on_call(self, request: Request, pk: str) -> Response:
        """Answer who is on call at an instant, now when none is given."""
        at = instant(request, "at") or clock.now()
        roster = queries.load_roster(self.get_object().pk, at, get_language() or "en")
        entries = [_entry(request.user, found) for found in roster.on_call]
        told = {"at": at, "on_call": entries, "skipped": roster.skipped}
        return Response(OnCallSerializer(told).data)

    @extend_schema(responses=FinalSerializer(many=True), parameters=[FROM, TO], filters=False)
    @action(detail=True, pagination_class=None)
    def final(self, request: Request, pk: str) -> Response:
        """Answer who can be reached when, over a window."""
        starts_at, ends_at = window(request)
        facts = queries.load_facts(self.get_object().pk, starts_at, ends_at)
        found = resolve.final_schedule(facts, starts_at, ends_at)
        return Response(FinalSerializer(found, many=True).data)

    @extend_schema(responses=GapSerializer(many=True), parameters=[FROM, TO], filters=False)
    @action(detail=True, pagination_class=None)
    def gaps(self, request: Request, pk: str) -> Response:
        """Answer when nobody can be reached although somebody must."""
        starts_at, ends_at = window(request)
        schedule = self.get_object()
        found = queries.load_gaps(schedule, starts_at, ends_at)
        return Response(GapSerializer(found, many=True).data)


def _entry(user: Any, found: OnCall) -> dict[str, Any]:
    who = found.assignee
    return {
        "level": found.level,
        "staff": who.staff,
        "service": who.service,
        "name": who.name,
        "until": found.until,
        "shift": found.shift,
        "numbers": [_number(user, contact) for contact in who.contacts],
        "reason": found.reason,
    }


def _number(user: Any, contact: Contact) -> dict[str, str]:
    row = ContactNumber(staff_id=contact.owner_staff)
    whole = can(user, SEE_NUMBER, row)
    return {
        "number": contact.number if whole else phone.mask(contact.number),
        "label": contact.label,
    }


ROUTES: tuple[tuple[str, type[Resource[Any]]], ...] = (("schedules", ScheduleResource),)
