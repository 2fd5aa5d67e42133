"""Whom a schedule offers at an instant: what every call reads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from itertools import chain

from scheduling import absences, resolve
from scheduling.models.rotation import LONGEST_SHIFT_DAYS
from scheduling.queries import statements
from scheduling.queries.diverts import load_told
from scheduling.queries.facts import Rotas, load_rotas, sort, with_people
from scheduling.queries.supervisors import reachable, supervisor_ids
from scheduling.types import Assignee, OnCall, Period, Roster, ScheduleFacts, Skipped, Standing, Who

_LONGEST_SHIFT = timedelta(days=LONGEST_SHIFT_DAYS + 1)


def load_roster(schedule_id: int, at: datetime, language: str = "en") -> Roster:
    """Return whom the schedule offers at `at` (aware); names of services in `language`.

    Three queries, and one more while it is diverted; three more where a rotation is not written
    that far. An unknown schedule offers the organisation's supervisors only.
    """
    supervisors, house = supervisor_ids([schedule_id])
    own = supervisors[schedule_id]
    rota = load_around([schedule_id], at, [Who(staff=pk) for pk in own + house], language)
    facts = rota.facts[schedule_id]
    people = {who: absences.present(a, rota.away, at) for who, a in rota.people.items()}
    standing = resolve.standing(facts, at)
    divert = resolve.divert_at(facts, at)
    return Roster(
        schedule_id,
        at,
        tuple(_on_call(facts, s, people, at) for s in standing if not s.unreachable),
        tuple(_skipped(facts, s, people, at) for s in standing if s.unreachable),
        reachable(people, own) or reachable(people, house),
        load_told(divert, people[divert.to]) if divert else None,
    )


def _on_call(
    facts: ScheduleFacts, found: Standing, people: Mapping[Who, Assignee], at: datetime
) -> OnCall:
    until = resolve.next_change(facts, found.level, at) or at
    return OnCall(found.level, people[found.who], found.shift, until, found.reason, found.override)


def _skipped(
    facts: ScheduleFacts, found: Standing, people: Mapping[Who, Assignee], at: datetime
) -> Skipped:
    assert found.unreachable  # noqa: S101  it is why they are skipped
    who, name = found.who, people[found.who].name
    until = resolve.next_change(facts, found.level, at) or at
    return Skipped(found.level, who.staff, who.service, name, found.unreachable, until)


def load_around(
    schedules: Collection[int], at: datetime, also: Iterable[Who] = (), language: str = "en"
) -> Rotas:
    """Return what decides who is on call at `at` (aware), and until when they are.

    With those of `also` among the people. Two queries; three more where a rotation is not written
    that far.
    """
    asked = list(schedules)
    found = sort(statements.hot_rows(statements.AT_INSTANT, schedules=asked, at=at))
    latest = max(chain(*(_ends(found.facts(key)) for key in asked)), default=at)
    if found.rotations:
        return load_rotas(at, max(latest, at + _LONGEST_SHIFT), asked, also, language)
    return with_people(asked, found, Period(at, latest), also, language)


def _ends(facts: ScheduleFacts) -> list[datetime]:
    lasting: list[resolve.Cause] = [*facts.shifts, *facts.overrides, *facts.diverts]
    return [fact.period.ends_at for fact in lasting]
