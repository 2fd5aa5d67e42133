"""Whom a schedule offers at an instant: what every call reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from scheduling import absences, resolve
from scheduling.models.rotation import LONGEST_SHIFT_DAYS
from scheduling.queries.diverts import covers, divert_told, diverts_from
from scheduling.queries.facts import (
    BySchedule,
    Rotas,
    add_unwritten,
    live_shifts,
    rotas,
    shifts_by_schedule,
)
from scheduling.queries.keys import bigint
from scheduling.queries.supervisors import reachable, supervisor_ids
from scheduling.types import OnCall, Period, Roster, Skipped, Who

LONGEST_SHIFT = timedelta(days=LONGEST_SHIFT_DAYS + 1)


def load_roster(schedule_id: int, at: datetime, language: str = "en") -> Roster:
    """Return whom the schedule offers at `at` (aware); names of services in `language`.

    Fourteen queries at most, however many people there are. An unknown schedule offers the
    organisation's supervisors only.
    """
    own, house = supervisor_ids(schedule_id)
    rota = load_around({schedule_id}, at, [Who(staff=pk) for pk in own + house], language)
    facts = rota.facts[schedule_id]
    people = {who: absences.present(a, rota.away, at) for who, a in rota.people.items()}
    on_call, skipped = [], []
    for found in resolve.standing(facts, at):
        until = resolve.next_change(facts, found.level, at) or at
        assignee = people[found.who]
        if found.unreachable is None:
            on_call.append(OnCall(found.level, assignee, found.shift, until, found.reason))
        else:
            skipped.append(
                Skipped(
                    found.level,
                    found.who.staff,
                    found.who.service,
                    assignee.name,
                    found.unreachable,
                    until,
                )
            )
    supervisors = reachable(people, own) or reachable(people, house)
    diverted = None
    if facts.diverts:
        rows = diverts_from(at).filter(schedule=bigint(schedule_id))
        divert = next((row for row in rows if covers(row, at)), None)
        diverted = divert_told(divert, people) if divert else None
    return Roster(schedule_id, at, tuple(on_call), tuple(skipped), supervisors, diverted)


def load_around(
    schedules: Collection[int], at: datetime, also: Iterable[Who] = (), language: str = "en"
) -> Rotas:
    """Return what decides who is on call at `at`, and until when they are; eleven queries at most.

    With those of `also` among the people.
    """
    return rotas(schedules, _shifts_around(schedules, at), (at, None), also, language)


def _shifts_around(schedules: Collection[int], at: datetime) -> BySchedule:
    """Return the shifts in force at `at`, and the next to begin at each level."""
    live = live_shifts(schedules)
    found: BySchedule = defaultdict(list, shifts_by_schedule(live.filter(period__contains=at)))
    ends = [shift.period.ends_at for shifts in found.values() for shift in shifts]
    if ends:
        coming = (
            live.filter(period__overlap=(at, max(ends)), period__startswith__gt=at)
            .order_by("schedule_id", "level", "period__startswith", "pk")
            .distinct("schedule_id", "level")
        )
        for schedule, shifts in shifts_by_schedule(coming).items():
            found[schedule] += shifts
    add_unwritten(found, schedules, Period(at, at + LONGEST_SHIFT))
    return found
