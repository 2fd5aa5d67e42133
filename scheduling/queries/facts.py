"""All that decides who is on call in a window, of one schedule or of many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from scheduling import absences, resolve
from scheduling.models import Rotation
from scheduling.queries import statements
from scheduling.queries.people import read_people
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

NOBODY = Who()


@dataclass(frozen=True)
class Rotas:
    """The facts of several schedules, who is in them, and when these people are away."""

    facts: Mapping[int, ScheduleFacts]
    people: Mapping[Who, Assignee]
    away: absences.Away


def load_facts(schedule_id: int, starts_at: datetime, ends_at: datetime) -> ScheduleFacts:
    """Return all that decides who is on call in [starts_at, ends_at); four queries at most."""
    return load_rotas(starts_at, ends_at, {schedule_id}).facts[schedule_id]


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


def load_parts(parts: Mapping[int, Iterable[Period]], window: Period) -> Rotas:
    """Return all that decides who is on call in these parts of a window, by schedule.

    As many queries as for `load_rotas`.
    """
    asked = [(schedule, part) for schedule, found in parts.items() for part in found]
    found = sort(dict.fromkeys(statements.in_windows(asked)))  # two parts may have the same
    add_unwritten(found, window)
    return with_people(parts, found, window, (), "en")


def load_written(schedule_id: int, starts_at: datetime, ends_at: datetime) -> list[ShiftFact]:
    """Return the shifts in [starts_at, ends_at) that are rows, by id; one query."""
    rows = statements.in_windows([(schedule_id, Period(starts_at, ends_at))])
    return sort(rows).shifts[schedule_id]


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


def sort(rows: Iterable[tuple[Any, ...]]) -> Found:
    """Return what IN_WINDOW or AT_INSTANT has found."""
    found = Found(defaultdict(list), defaultdict(list), defaultdict(list), defaultdict(list))
    for kind, schedule, pk, starts_at, ends_at, staff, service, level, *more in rows:
        number, rotation, day, slot, of_shift, of_staff, of_service = more
        if kind == "rotation":
            found.rotations[schedule].append(pk)
            continue
        who, period = _who(staff, service, number), statements.period(starts_at, ends_at)
        if kind == "shift":
            fact = ShiftFact(pk, who, level, period, rotation or 0, day, slot)
            found.shifts[schedule].append(fact)
        elif kind == "override":
            there, replaced = None if who == NOBODY else who, _who(of_staff, of_service)
            of = None if replaced == NOBODY else replaced
            found.overrides[schedule].append(OverrideFact(pk, period, there, of_shift, of, level))
        else:
            found.diverts[schedule].append(DivertFact(pk, who, period))
    return found


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
    whos = {schedule: resolve.people(known) for schedule, known in facts.items()}
    within = DateTimeTZRange(window.starts_at, window.ends_at, "[]")
    people, away = read_people(set(also).union(*whos.values()), within, language)
    never = {who: one.unreachable for who, one in people.items() if one.unreachable}
    gone = absences.of(people, away)
    complete = {
        schedule: replace(
            known,
            unreachable={who: never[who] for who in whos[schedule] if who in never},
            absences={who: gone[who] for who in whos[schedule] if who in gone},
        )
        for schedule, known in facts.items()
    }
    return Rotas(complete, people, away)
