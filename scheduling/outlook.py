"""Every schedule over a window at once: all that decides who is on call, and who supervises."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from scheduling import absences, queries
from scheduling.models import Divert, Schedule
from scheduling.types import Assignee, Period, ScheduleFacts, Who


@dataclass(frozen=True)
class Outlook:
    """A schedule with its facts over the window, the people in them, and its supervisors.

    `diverts` are its own in the window, and those that lead to it by one of its numbers are not.
    `intended` is when it is meant to have nobody.
    """

    schedule: Schedule
    facts: ScheduleFacts
    people: Mapping[Who, Assignee]
    supervisors: tuple[Assignee, ...]
    diverts: tuple[Divert, ...]
    intended: tuple[Period, ...] = ()


def outlooks(starts_at: datetime, ends_at: datetime, language: str = "en") -> list[Outlook]:
    """Return every schedule, by name, over [starts_at, ends_at); eight queries at most.

    Names of services in `language`. Supervisors are those of the schedule who can be reached at
    `starts_at`, or of the organisation where it has none.
    """
    schedules = list(Schedule.objects.order_by("name", "pk"))
    keys = [schedule.pk for schedule in schedules]
    diverts: dict[int, list[Divert]] = defaultdict(list)
    told = queries.diverts_from(starts_at).filter(schedule__isnull=False)
    for row in told.filter(period__startswith__lt=ends_at):
        diverts[row.schedule_id or 0].append(row)
    own, house = queries.supervisor_ids(keys)
    supervisors = {Who(staff=pk) for entries in (*own.values(), house) for pk in entries}
    rota = queries.load_rotas(starts_at, ends_at, keys, supervisors, language)
    intended = queries.intended_gaps(keys, starts_at, ends_at)
    there = {who: absences.present(a, rota.away, starts_at) for who, a in rota.people.items()}
    return [
        Outlook(
            schedule,
            rota.facts[schedule.pk],
            rota.people,
            queries.reachable(there, own[schedule.pk]) or queries.reachable(there, house),
            tuple(diverts[schedule.pk]),
            tuple(intended[schedule.pk]),
        )
        for schedule in schedules
    ]
