"""The API of what is doubtful about the shifts of a schedule, and how much each person has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from oncall_portal.lib.api.fields import InstantField
from scheduling import load, shift_warnings, workload
from scheduling.api.fields import FROM, TO, window
from scheduling.enums import ShiftState, ShiftWarning
from scheduling.models import Schedule, Shift, Staff
from scheduling.types import Period
from scheduling.warning_words import sentence


class DoubtSerializer(serializers.Serializer[Any]):
    """One warning about one shift: a stable code, and a sentence in the reader's language."""

    shift = serializers.IntegerField(source="row.pk")
    staff = serializers.IntegerField(source="row.staff_id", allow_null=True)
    service = serializers.IntegerField(source="row.service_id", allow_null=True)
    level = serializers.IntegerField(source="row.level")
    starts_at = InstantField(source="row.starts_at")
    ends_at = InstantField(source="row.ends_at")
    code = serializers.ChoiceField([code.value for code in ShiftWarning])
    detail = serializers.CharField()


class PersonLoadSerializer(serializers.Serializer[Any]):
    """What one person has in a window, in hours; `deviation` is percent above the average.

    Nights are 22:00 to 06:00 by the schedule's clock; days off are Saturdays, Sundays and public
    holidays.
    """

    staff = serializers.IntegerField()
    name = serializers.CharField()
    hours = serializers.FloatField()
    shifts = serializers.IntegerField()
    night_hours = serializers.FloatField()
    day_off_hours = serializers.FloatField()
    deviation = serializers.IntegerField()


class LoadSerializer(serializers.Serializer[Any]):
    """How much each person has, the most first; the average is of those who have something."""

    average_hours = serializers.FloatField()
    people = PersonLoadSerializer(many=True)


class LoadActions(GenericAPIView[Schedule]):
    """The addresses under a schedule."""

    @extend_schema(responses=DoubtSerializer(many=True), parameters=[FROM, TO], filters=False)
    @action(detail=True, pagination_class=None)
    def warnings(self, request: Request, pk: str) -> Response:
        """Answer what is doubtful about the shifts in a window; nothing of it refuses a shift."""
        starts_at, ends_at = window(request)
        rows = Shift.objects.filter(
            schedule=self.get_object(), period__overlap=(starts_at, ends_at)
        ).exclude(state=ShiftState.CANCELLED.value)
        found = _doubts(list(rows.order_by("period", "level", "pk")))
        return Response(DoubtSerializer(list(found), many=True).data)

    @extend_schema(responses=LoadSerializer, parameters=[FROM, TO], filters=False)
    @action(detail=True, pagination_class=None)
    def load(self, request: Request, pk: str) -> Response:
        """Answer how much each person has in a window, stand-ins included."""
        found = workload.of_schedule(self.get_object(), Period(*window(request)))
        names = dict(Staff.objects.filter(pk__in=found).values_list("pk", "name"))
        average = load.mean(found.values())
        people: list[dict[str, Any]] = [
            {
                "staff": staff,
                "name": names.get(staff, ""),
                "hours": _hours(theirs.worked),
                "shifts": theirs.shifts,
                "night_hours": _hours(theirs.night),
                "day_off_hours": _hours(theirs.days_off),
                "deviation": load.deviation(theirs, average),
            }
            for staff, theirs in found.items()
        ]
        people.sort(key=lambda person: (-person["hours"], person["name"]))
        told = {"average_hours": _hours(average), "people": people}
        return Response(LoadSerializer(told).data)


def _doubts(shifts: list[Shift]) -> Iterator[dict[str, Any]]:
    doubts = shift_warnings.of_shifts(shifts)
    for row in shifts:
        for warned in doubts.of(row.pk):
            yield {"row": row, "code": warned.code.value, "detail": sentence(warned, doubts)}


def _hours(length: timedelta) -> float:
    return round(length.total_seconds() / 3600, 2)
