"""Every schedule over a window at once: all that decides who is on call, and who supervises."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from scheduling import queries
from scheduling.enums import ShiftState
from scheduling.models import (
    Divert,
    OrganisationSupervisor,
    Schedule,
    ScheduleSupervisor,
    Shift,
)
from scheduling.types import Assignee, Period, ScheduleFacts, ShiftFact, Who


@dataclass(frozen=True)
class Outlook:
    """A schedule with its facts over the window, the people in them, and its supervisors.

    `diverts` are its own in the window, and those that lead to it by one of its numbers are not.
    """

    schedule: Schedule
    facts: ScheduleFacts
    people: Mapping[Who, Assignee]
    supervisors: tuple[Assignee, ...]
    diverts: tuple[Divert, ...]


def outlooks(starts_at: datetime, ends_at: datetime, language: str = "en") -> list[Outlook]:
    """Return every schedule, by name, over [starts_at, ends_at); nine queries at most.

    Names of services in `language`. Supervisors are the reachable ones of the schedule, or of the
    organisation where it has none.
    """
    schedules = list(Schedule.objects.order_by("name", "pk"))
    shifts = _shifts(starts_at, ends_at)
    diverts: dict[int, list[Divert]] = defaultdict(list)
    told = queries.diverts_from(starts_at).filter(schedule__isnull=False)
    for row in told.filter(period__startswith__lt=ends_at):
        diverts[row.schedule_id or 0].append(row)
    own, house = _supervisors()
    whos = {shift.who for found in shifts.values() for shift in found}
    whos |= {queries.divert_goal(row) for rows in diverts.values() for row in rows}
    whos |= {Who(staff=pk) for entries in (*own.values(), house) for pk in entries}
    people = queries.load_people(whos, language)
    unreachable = {who: found.unreachable for who, found in people.items() if found.unreachable}
    return [
        Outlook(
            schedule,
            ScheduleFacts(
                tuple(shifts[schedule.pk]),
                unreachable,
                queries.divert_facts(diverts[schedule.pk]),
            ),
            people,
            _reachable(people, own[schedule.pk]) or _reachable(people, house),
            tuple(diverts[schedule.pk]),
        )
        for schedule in schedules
    ]


def _shifts(starts_at: datetime, ends_at: datetime) -> dict[int, list[ShiftFact]]:
    found: dict[int, list[ShiftFact]] = defaultdict(list)
    live = Shift.objects.exclude(state=ShiftState.CANCELLED.value)
    rows = live.filter(period__overlap=(starts_at, ends_at)).order_by("pk")
    values = rows.values_list("schedule_id", "pk", "staff_id", "service_id", "level", "period")
    for schedule, pk, staff, service, level, period in values:
        fact = ShiftFact(pk, Who(staff, service), level, Period(period.lower, period.upper))
        found[schedule].append(fact)
    return found


def _supervisors() -> tuple[dict[int, list[int]], list[int]]:
    own: dict[int, list[int]] = defaultdict(list)
    for schedule, staff in ScheduleSupervisor.objects.values_list("schedule_id", "staff_id"):
        own[schedule].append(staff)
    return own, list(OrganisationSupervisor.objects.values_list("staff_id", flat=True))


def _reachable(people: Mapping[Who, Assignee], staff: list[int]) -> tuple[Assignee, ...]:
    found = (people[Who(staff=pk)] for pk in staff)
    return tuple(assignee for assignee in found if assignee.unreachable is None)
