"""All that decides who is on call in a window, of one schedule or of many."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from scheduling import absences, resolve
from scheduling.enums import GapReason
from scheduling.models import Rotation
from scheduling.queries import statements
from scheduling.queries.people import read_people
from scheduling.queries.reach import load_reach
from scheduling.queries.rotations import expandable, reach, unwritten
from scheduling.types import (
    Assignee,
    DivertFact,
    OverrideFact,
    Period,
    ScheduleFacts,
    ShiftFact,
    Who,
)

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Rotas:
    """The facts of several schedules, who is in them, and when these people are away."""

    facts: Mapping[int, ScheduleFacts]
    people: Mapping[Who, Assignee]
    away: absences.Away


def load_facts(schedule_id: int, starts_at: datetime, ends_at: datetime) -> ScheduleFacts:
    """Return all that decides who is on call in [starts_at, ends_at); four queries at most."""
    window = Period(starts_at, ends_at)
    rows = statements.in_windows([(schedule_id, window)])
    return _with_reach([schedule_id], rows, window)[schedule_id]


def load_rotas(
    starts_at: datetime,
    ends_at: datetime,
    schedules: Collection[int],
    also: Iterable[Who] = (),
    language: str = "en",
) -> Rotas:
    """Return all that decides who is on call in [starts_at, ends_at), by schedule.

    With those of `also` among the people; names of services in `language`. Two queries; four where
    a rotation is not written that far.
    """
    window = Period(starts_at, ends_at)
    found = sort(statements.in_windows([(schedule, window) for schedule in schedules]))
    add_unwritten(found, window)
    return with_people(schedules, found, window, also, language)


def load_parts(parts: Mapping[int, Iterable[Period]], window: Period) -> dict[int, ScheduleFacts]:
    """Return all that decides who is on call in these parts of a window, by schedule.

    As many queries as for `load_rotas`, without names and phones.
    """
    asked = [(schedule, part) for schedule, found in parts.items() for part in found]
    rows = dict.fromkeys(statements.in_windows(asked))  # two parts may have the same
    return _with_reach(parts, rows, window)


def _with_reach(
    schedules: Iterable[int], rows: Iterable[Row], window: Period
) -> dict[int, ScheduleFacts]:
    found = sort(rows)
    add_unwritten(found, window)
    facts = {schedule: found.facts(schedule) for schedule in schedules}
    everybody = set[Who]().union(*map(resolve.people, facts.values()))
    return _completed(facts, *load_reach(everybody, _range(window)))


def load_written(schedule_id: int, starts_at: datetime, ends_at: datetime) -> list[ShiftFact]:
    """Return the shifts in [starts_at, ends_at) that are rows, in order; one query."""
    rows = statements.in_windows([(schedule_id, Period(starts_at, ends_at))])
    return resolve.in_order(sort(rows).shifts[schedule_id])


@dataclass(frozen=True)
class Found:
    """What has a period, by schedule; and the rotations that may not have written all of it."""

    shifts: dict[int, list[ShiftFact]]
    overrides: dict[int, list[OverrideFact]]
    diverts: dict[int, list[DivertFact]]
    rotations: dict[int, list[int]]

    def facts(self, schedule: int) -> ScheduleFacts:
        """Return what decides in a schedule, but for who can be reached."""
        return ScheduleFacts(
            shifts=tuple(self.shifts[schedule]),
            diverts=tuple(self.diverts[schedule]),
            overrides=tuple(self.overrides[schedule]),
        )


def sort(rows: Iterable[Row]) -> Found:
    """Return what IN_WINDOW or AT_INSTANT has found; must be quick, a rota has thousands."""
    found = Found(defaultdict(list), defaultdict(list), defaultdict(list), defaultdict(list))
    shifts = found.shifts
    for row in rows:
        schedule, pk, starts_at, ends_at, staff, service, level, rotation, day, slot, more = row
        if more is None:
            whole = statements.period(starts_at, ends_at)
            who = _who(staff, service)
            shifts[schedule].append(ShiftFact(pk, who, level, whole, rotation or 0, day, slot))
        else:
            _add(found, row)
    return found


def _add(found: Found, row: Row) -> None:
    schedule, pk, starts_at, ends_at, staff, service, level, *_, more = row
    kind, *rest = json.loads(more)
    if kind == "rotation":
        found.rotations[schedule].append(pk)
        return
    whole = statements.period(starts_at, ends_at)
    if kind == "divert":
        (number,) = rest
        found.diverts[schedule].append(DivertFact(pk, _who(staff, service, number), whole))
        return
    of_shift, *of = rest
    who, replaced = (_who(*ids) if any(ids) else None for ids in ((staff, service), of))
    found.overrides[schedule].append(OverrideFact(pk, whole, who, of_shift, replaced, level))


@lru_cache(maxsize=10_000)
def _who(staff: int | None, service: int | None, number: str | None = None) -> Who:
    return Who(staff, service, number or None)


def add_unwritten(found: Found, window: Period) -> None:
    """Add to the shifts of a window what rotations say beyond what they have written.

    Two queries; none while they are written far enough, as they are meant to be.
    """
    if not found.rotations:
        return
    rotations: dict[int, list[Rotation]] = defaultdict(list)
    for row in expandable(found.rotations, window.ends_at):
        rotations[row.schedule_id].append(row)
    beside = _beside(rotations, window)
    for schedule, rows in rotations.items():
        written = dict.fromkeys([*found.shifts[schedule], *beside[schedule]])
        found.shifts[schedule] += unwritten(rows, window, written)


def _beside(
    rotations: Mapping[int, Iterable[Rotation]], window: Period
) -> Mapping[int, list[ShiftFact]]:
    """Return the written shifts beside a window, as far as those of these rotations reach."""
    asked = []
    for schedule, rows in rotations.items():
        far = reach(rows)
        asked += [
            (schedule, Period(window.starts_at - far, window.starts_at)),
            (schedule, Period(window.ends_at, window.ends_at + far)),
        ]
    return sort(statements.in_windows(asked)).shifts if asked else defaultdict(list)


def with_people(
    schedules: Iterable[int],
    found: Found,
    window: Period,
    also: Iterable[Who],
    language: str,
) -> Rotas:
    """Return what was found, completed by who is in it and who is away; one query at most."""
    facts = {schedule: found.facts(schedule) for schedule in schedules}
    everybody = set(also).union(*map(resolve.people, facts.values()))
    people, away = read_people(everybody, _range(window), language)
    never = {who: one.unreachable for who, one in people.items() if one.unreachable}
    return Rotas(_completed(facts, never, absences.of(people, away)), people, away)


def _completed(
    facts: Mapping[int, ScheduleFacts],
    unreachable: Mapping[Who, GapReason],
    gone: Mapping[Who, tuple[Period, ...]],
) -> dict[int, ScheduleFacts]:
    """Return facts with who of theirs cannot be reached, for always or at times."""
    if not unreachable and not gone:
        return dict(facts)
    found = {}
    for schedule, known in facts.items():
        whos = resolve.people(known)
        never = {who: unreachable[who] for who in whos & unreachable.keys()}
        absent = {who: gone[who] for who in whos & gone.keys()}
        found[schedule] = replace(known, unreachable=never, absences=absent)
    return found


def _range(window: Period) -> DateTimeTZRange:
    return DateTimeTZRange(window.starts_at, window.ends_at, "[]")
