"""On which schedules a person has shifts, and who else has there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet

from scheduling.enums import ShiftState
from scheduling.models import Override, RotationParticipant, Shift, Staff

RECENT = timedelta(days=180)


def schedules_of(staff: int, now: datetime) -> set[int]:
    """Return the schedules on which a person has shifts, recent or coming, or turns; 3 queries."""
    return {schedule for schedule, _person in _on_duty(now, {"staff": staff})}


def colleagues_on(schedules: Iterable[int], now: datetime) -> QuerySet[Staff]:
    """Return the active people who have shifts, recent or coming, or turns on these schedules.

    By name; four queries.
    """
    people = {person for _schedule, person in _on_duty(now, {"schedule__in": list(schedules)})}
    return Staff.objects.filter(pk__in=people, active=True).order_by("name", "pk")


def _on_duty(now: datetime, wanted: Mapping[str, Any]) -> set[tuple[int, int]]:
    """Return who has shifts or turns on which schedule, of those `wanted`."""
    since = {"period__endswith__gt": now - RECENT}
    shifts = Shift.objects.exclude(state=ShiftState.CANCELLED.value).filter(**wanted, **since)
    stand_ins = Override.objects.filter(**wanted, **since)
    turns = RotationParticipant.objects.filter(rotation__retired=False).annotate(
        schedule=F("rotation__schedule")
    )
    found: set[tuple[int, int]] = set()
    rows: Iterable[QuerySet[Any]] = (shifts, stand_ins, turns.filter(**wanted))
    for each in rows:
        pairs = each.order_by().values_list("schedule", "staff").distinct()
        found.update((schedule, person) for schedule, person in pairs if person is not None)
    return found
