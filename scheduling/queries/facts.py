"""All that decides who is on call in a window."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from scheduling.enums import ShiftState
from scheduling.models import Divert, Shift
from scheduling.queries.diverts import divert_facts
from scheduling.queries.keys import bigint
from scheduling.queries.people import load_people, unreachable
from scheduling.types import Period, ScheduleFacts, ShiftFact, Who


def load_facts(schedule_id: int, starts_at: datetime, ends_at: datetime) -> ScheduleFacts:
    """Return all that decides who is on call in [starts_at, ends_at); six queries at most."""
    window = (starts_at, ends_at)
    shifts = shift_facts(live_shifts(schedule_id).filter(period__overlap=window).order_by("pk"))
    rows = Divert.objects.filter(schedule=bigint(schedule_id), period__overlap=window)
    diverts = divert_facts(rows.order_by("pk"))
    people = load_people([s.who for s in shifts] + [divert.to for divert in diverts])
    return ScheduleFacts(shifts, unreachable(people), diverts)


def live_shifts(schedule_id: int) -> QuerySet[Shift]:
    """Return the schedule's shifts that count."""
    rows = Shift.objects.filter(schedule_id=bigint(schedule_id))
    return rows.exclude(state=ShiftState.CANCELLED.value)


def shift_facts(shifts: QuerySet[Shift]) -> tuple[ShiftFact, ...]:
    """Return what decides of these shifts, in the order given."""
    rows = shifts.values_list("pk", "staff_id", "service_id", "level", "period")
    return tuple(
        ShiftFact(pk, Who(staff, service), level, Period(period.lower, period.upper))
        for pk, staff, service, level, period in rows
    )
