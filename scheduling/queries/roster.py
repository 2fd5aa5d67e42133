"""Whom a schedule offers at an instant: what every call reads."""

from __future__ import annotations

from datetime import datetime

from scheduling import resolve
from scheduling.queries.diverts import covers, divert_facts, divert_goal, divert_told, diverts_from
from scheduling.queries.facts import live_shifts, shift_facts
from scheduling.queries.keys import bigint
from scheduling.queries.people import load_people, unreachable
from scheduling.queries.supervisors import reachable, supervisor_ids
from scheduling.types import OnCall, Roster, ScheduleFacts, ShiftFact, Skipped, Who


def load_roster(schedule_id: int, at: datetime, language: str = "en") -> Roster:
    """Return whom the schedule offers at `at` (aware); names of services in `language`.

    Nine queries at most, however many people there are. An unknown schedule offers the
    organisation's supervisors only.
    """
    shifts = _shifts_around(schedule_id, at)
    diverts = list(diverts_from(at).filter(schedule=bigint(schedule_id)))
    own, house = supervisor_ids(schedule_id)
    known = [shift.who for shift in shifts] + [divert_goal(divert) for divert in diverts]
    people = load_people([*known, *(Who(staff=person) for person in own + house)], language)
    facts = ScheduleFacts(shifts, unreachable(people), divert_facts(diverts))
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
    divert = next((found for found in diverts if covers(found, at)), None)
    diverted = divert_told(divert, people) if divert else None
    return Roster(schedule_id, at, tuple(on_call), tuple(skipped), supervisors, diverted)


def _shifts_around(schedule_id: int, at: datetime) -> tuple[ShiftFact, ...]:
    """Return the shifts in force at `at`, and the next to begin at each of their levels."""
    live = live_shifts(schedule_id)
    now = shift_facts(live.filter(period__contains=at))
    if not now:
        return ()
    latest = max(shift.period.ends_at for shift in now)
    coming = (
        live.filter(period__overlap=(at, latest), period__startswith__gt=at)
        .order_by("level", "period__startswith", "pk")
        .distinct("level")
    )
    return now + shift_facts(coming)
