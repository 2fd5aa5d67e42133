"""All that decides who is on call in a window."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from scheduling import absences
from scheduling.enums import ShiftState
from scheduling.models import Divert, Override, Rotation, Shift
from scheduling.queries.diverts import divert_facts
from scheduling.queries.keys import of_schedules
from scheduling.queries.people import load_people, unreachable
from scheduling.queries.rotations import expandable, unwritten
from scheduling.queries.time_off import Window, load_time_off
from scheduling.types import (
    Assignee,
    DivertFact,
    OverrideFact,
    Period,
    ScheduleFacts,
    ShiftFact,
    Who,
)

BySchedule = dict[int, list[ShiftFact]]


@dataclass(frozen=True)
class Rotas:
    """The facts of several schedules, who is in them, and when these people are away."""

    facts: Mapping[int, ScheduleFacts]
    people: Mapping[Who, Assignee]
    away: absences.Away


def load_facts(schedule_id: int, starts_at: datetime, ends_at: datetime) -> ScheduleFacts:
    """Return all that decides who is on call in [starts_at, ends_at); ten queries at most."""
    return load_rotas(starts_at, ends_at, {schedule_id}).facts[schedule_id]


def load_rotas(
    starts_at: datetime,
    ends_at: datetime,
    schedules: Collection[int],
    also: Iterable[Who] = (),
    language: str = "en",
) -> Rotas:
    """Return all that decides who is on call in [starts_at, ends_at), by schedule.

    With those of `also` among the people; names of services in `language`. Ten queries at most.
    """
    window = (starts_at, ends_at)
    shifts = shifts_by_schedule(
        live_shifts(schedules).filter(period__overlap=window).order_by("pk")
    )
    add_unwritten(shifts, schedules, Period(starts_at, ends_at))
    return rotas(schedules, shifts, window, also, language)


def rotas(
    schedules: Collection[int],
    shifts: Mapping[int, Iterable[ShiftFact]],
    window: Window,
    also: Iterable[Who] = (),
    language: str = "en",
) -> Rotas:
    """Return the facts of `schedules` with these shifts, and all else there is in `window`.

    Seven queries at most.
    """
    overrides = _overrides(schedules, window)
    diverts = _diverts(schedules, window)
    whos = {shift.who for found in shifts.values() for shift in found}
    whos |= {row.who for found in overrides.values() for row in found if row.who}
    whos |= {row.to for found in diverts.values() for row in found}
    people = load_people(whos.union(also), language)
    away = load_time_off(absences.owners(people.values()), window)
    never, gone = unreachable(people), absences.of(people, away)
    facts = {
        pk: ScheduleFacts(
            tuple(shifts.get(pk, ())),
            never,
            tuple(diverts.get(pk, ())),
            tuple(overrides.get(pk, ())),
            gone,
        )
        for pk in schedules
    }
    return Rotas(facts, people, away)


def add_unwritten(shifts: BySchedule, schedules: Collection[int], window: Period) -> None:
    """Add to the shifts of a window what rotations say beyond what they have written.

    Two queries at most; one while they are written far enough, as they are meant to be.
    """
    rotations: dict[int, list[Rotation]] = defaultdict(list)
    for row in expandable(schedules, window.ends_at):
        rotations[row.schedule_id].append(row)
    for schedule, rows in rotations.items():
        shifts[schedule] += unwritten(rows, window, shifts[schedule])


def live_shifts(schedules: Collection[int]) -> QuerySet[Shift]:
    """Return the shifts of these schedules that count."""
    return of_schedules(Shift.objects.exclude(state=ShiftState.CANCELLED.value), schedules)


def shifts_by_schedule(shifts: QuerySet[Shift]) -> BySchedule:
    """Return what decides of these shifts, in the order given."""
    found: BySchedule = defaultdict(list)
    rows = shifts.values_list(
        *("schedule_id", "pk", "staff_id", "service_id", "level", "period"),
        *("rotation_id", "day", "slot"),
    )
    for schedule, pk, staff, service, level, period, rotation, day, slot in rows:
        lasting = Period(period.lower, period.upper)
        fact = ShiftFact(pk, Who(staff, service), level, lasting, rotation or 0, day, slot)
        found[schedule].append(fact)
    return found


def _overrides(schedules: Collection[int], window: Window) -> dict[int, list[OverrideFact]]:
    found: dict[int, list[OverrideFact]] = defaultdict(list)
    rows = of_schedules(Override.objects.filter(period__overlap=window), schedules).order_by("pk")
    for row in rows:
        found[row.schedule_id].append(override_fact(row))
    return found


def override_fact(row: Override) -> OverrideFact:
    """Return what decides of an override."""
    replaced = Who(row.replaces_staff_id, row.replaces_service_id)
    stand_in = Who(row.staff_id, row.service_id)
    return OverrideFact(
        row.pk,
        Period(row.starts_at, row.ends_at),
        stand_in if stand_in != Who() else None,
        row.replaces_shift_id,
        replaced if replaced != Who() else None,
        row.replaces_level,
    )


def _diverts(schedules: Collection[int], window: Window) -> dict[int, list[DivertFact]]:
    found: dict[int, list[DivertFact]] = defaultdict(list)
    rows = of_schedules(Divert.objects.filter(period__overlap=window), schedules).order_by("pk")
    for row, fact in zip(rows, divert_facts(rows), strict=True):
        found[row.schedule_id or 0].append(fact)
    return found
