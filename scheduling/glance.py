"""Who is on call in every schedule at once, however many there are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet, Value

from scheduling import coverage, queries, resolve
from scheduling.enums import ShiftState
from scheduling.models import Divert, Schedule, Service, Shift, Staff
from scheduling.types import OnCall, Period, ScheduleFacts, ShiftFact, Who

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Glance:
    """A schedule and who is tried first there; `missing`: nobody is, although somebody must."""

    schedule: Schedule
    on_call: OnCall | None
    missing: bool


def glance(at: datetime, language: str = "en") -> tuple[Glance, ...]:
    """Return every schedule, by name, with who takes the call at `at` (aware).

    Eight queries at most; names of services in `language`.
    """
    schedules = list(Schedule.objects.only("pk", "name", "time_zone", "coverage"))
    shifts = _shifts_around(at)
    diverts: dict[int, list[Divert]] = defaultdict(list)
    for row in Divert.objects.filter(schedule__isnull=False, period__overlap=(at, None)):
        diverts[row.schedule_id or 0].append(row)
    whos = {shift.who for found in shifts.values() for shift in found}
    goals = {queries.divert_goal(row) for rows in diverts.values() for row in rows}
    people = queries.load_people(whos | goals, language)
    unreachable = {who: found.unreachable for who, found in people.items() if found.unreachable}
    found = []
    for schedule in schedules:
        led = queries.divert_facts(diverts[schedule.pk])
        facts = ScheduleFacts(tuple(shifts[schedule.pk]), unreachable, led)
        standing = next(iter(resolve.on_call(facts, at)), None)
        if standing is None:
            found.append(Glance(schedule, None, _required(schedule, at)))
            continue
        until = resolve.next_change(facts, standing.level, at) or at
        on_call = OnCall(
            standing.level, people[standing.who], standing.shift, until, standing.reason
        )
        found.append(Glance(schedule, on_call, False))
    return tuple(found)


def colours() -> dict[Who, str]:
    """Return the colour (`#rrggbb`) of everybody and every service; one query."""
    people = Staff.objects.order_by().values_list("pk", "colour", Value(0))
    services = Service.objects.order_by().values_list("pk", "colour", Value(1))
    return {
        (Who(service=key) if is_service else Who(staff=key)): colour
        for key, colour, is_service in people.union(services, all=True)
    }


def _required(schedule: Schedule, at: datetime) -> bool:
    return bool(coverage.required_periods(schedule.coverage, at, at + _INSTANT))


def _shifts_around(at: datetime) -> dict[int, list[ShiftFact]]:
    """Return the shifts in force at `at`, and the next to begin at each level of each schedule."""
    live = Shift.objects.exclude(state=ShiftState.CANCELLED.value)
    found: dict[int, list[ShiftFact]] = defaultdict(list)
    latest = _add(found, live.filter(period__contains=at))
    if latest:
        coming = live.filter(period__overlap=(at, latest), period__startswith__gt=at)
        ordered = coming.order_by("schedule_id", "level", "period__startswith", "pk")
        _add(found, ordered.distinct("schedule_id", "level"))
    return found


def _add(found: dict[int, list[ShiftFact]], rows: QuerySet[Shift]) -> datetime | None:
    """Add these shifts to those of their schedules; return when the last of them ends."""
    latest = None
    values = rows.values_list("schedule_id", "pk", "staff_id", "service_id", "level", "period")
    for schedule, pk, staff, service, level, period in values:
        stretch = Period(period.lower, period.upper)
        found[schedule].append(ShiftFact(pk, Who(staff, service), level, stretch))
        latest = max(latest or stretch.ends_at, stretch.ends_at)
    return latest
