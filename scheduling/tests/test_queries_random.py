"""What a call reads at an instant is what a window around it says, whatever the rows."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduling import queries, resolve
from scheduling.enums import ShiftState
from scheduling.models import (
    Divert,
    IntendedGap,
    Override,
    Schedule,
    Service,
    Shift,
    Staff,
    TimeOff,
)
from scheduling.tests import build
from scheduling.tests.facts import SECOND, at
from scheduling.types import Assignee, Period, Roster, ScheduleFacts, Skipped, Who

SOAK = os.environ.get("ONCALL_SOAK") == "1"
EXAMPLES = 2000 if SOAK else 20
pytestmark = pytest.mark.django_db

few = settings(
    max_examples=EXAMPLES,
    derandomize=not SOAK,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
WEEKLY = {"kind": "weekly", "hours": [{"days": ["mo", "tu"], "from": "06:00", "to": "22:00"}]}
spans = st.tuples(st.integers(0, 20), st.integers(1, 12))
somebody = st.integers(0, 4)  # three people, two services
rows = st.fixed_dictionaries(
    {
        "shifts": st.lists(st.tuples(spans, somebody, st.integers(1, 2), st.booleans())),
        "overrides": st.lists(
            st.tuples(
                spans,
                st.none() | somebody,
                st.sampled_from(("shift", "assignee", "level")),
                st.integers(0, 4),
            )
        ),
        "diverts": st.lists(st.tuples(spans, somebody), max_size=1),
        "absences": st.lists(st.tuples(spans, st.integers(0, 2))),
    }
)


@dataclass
class House:
    """A schedule and people, and what the database takes of random rows about them."""

    rota: Schedule
    people: list[Staff]
    services: list[Service]
    shifts: list[Shift] = field(default_factory=list)

    def fill(self, found: dict[str, list[Any]]) -> None:
        for span, who, level, is_cancelled in found["shifts"]:
            state = (ShiftState.CANCELLED if is_cancelled else ShiftState.MANUAL).value
            row = Shift(schedule=self.rota, level=level, state=state, **_lasting(span))
            if self.write(row, **self.named("", who)):
                self.shifts.append(row)
        for span, who, kind, target in found["overrides"]:
            values = {} if who is None else self.named("", who)
            values |= self.replaced(kind, target)
            self.write(Override(schedule=self.rota, **_lasting(span)), **values)
        for span, who in found["diverts"]:
            values = {**self.named("to_", who), **_lasting(span)}
            self.write(Divert(schedule=self.rota, created_at=at(0)), **values)
        for span, who in found["absences"]:
            self.write(TimeOff(staff=self.people[who], **_lasting(span)))

    def named(self, prefix: str, number: int) -> dict[str, Any]:
        if number < len(self.people):
            return {f"{prefix}staff": self.people[number]}
        return {f"{prefix}service": self.services[number - len(self.people)]}

    def replaced(self, kind: str, number: int) -> dict[str, Any]:
        if kind == "shift" and self.shifts:
            return {"replaces_shift": self.shifts[number % len(self.shifts)]}
        if kind == "assignee":
            return self.named("replaces_", number)
        return {"replaces_level": 1 + number % 3}

    def write(self, row: models.Model, **values: Any) -> bool:
        """Write a row unless it clashes with another; tell whether it is there."""
        for name, value in values.items():
            setattr(row, name, value)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                row.save()
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except IntegrityError:
            return False
        return True


def _lasting(span: tuple[int, int]) -> dict[str, Any]:
    start, length = span
    return {"period": (at(start), at(start + length))}


def _house() -> House:
    people = [build.staff(name) for name in ("Alice", "Bob", "Charlie")]
    team = build.service("Team", members=tuple(people[:2]), answered_by="members")
    desk = build.service("Desk", build.fresh_number())
    return House(build.schedule("Paris"), people, [team, desk])


def _edges(facts: ScheduleFacts) -> list[Any]:
    lasting: list[Any] = [*facts.shifts, *facts.overrides, *facts.diverts]
    periods: list[Period] = [fact.period for fact in lasting]
    periods += [away for found in facts.absences.values() for away in found]
    edges = {edge for period in periods for edge in (period.starts_at, period.ends_at)}
    return sorted({at(0)} | {edge + delta for edge in edges for delta in (-SECOND, 0 * SECOND)})


@few
@given(rows)
def test_a_roster_is_what_the_facts_of_a_window_say(found: dict[str, list[Any]]) -> None:
    with transaction.atomic():
        house = _house()
        house.fill(found)
        facts = queries.load_facts(house.rota.pk, at(-10), at(100))
        for instant in _edges(facts):
            _agree(queries.load_roster(house.rota.pk, instant), facts, instant)
        transaction.set_rollback(True)


@few
@given(rows, rows, st.integers(-2, 10), st.integers(11, 40))
def test_the_holes_of_many_schedules_are_those_of_each(
    found: dict[str, list[Any]], others: dict[str, list[Any]], start: int, end: int
) -> None:
    with transaction.atomic():
        house = _house()
        house.fill(found)
        house.rota = build.schedule("Lyon", coverage=WEEKLY)
        house.fill(others)
        IntendedGap.objects.create(schedule=house.rota, period=(at(20), at(21)))
        schedules = list(Schedule.objects.all())
        holes = queries.load_gaps_of(schedules, at(start), at(end))
        assert holes == {s.pk: queries.load_gaps(s, at(start), at(end)) for s in schedules}
        transaction.set_rollback(True)


def _agree(roster: Roster, facts: ScheduleFacts, instant: datetime) -> None:
    standing = resolve.standing(facts, instant)
    ends = {s.level: resolve.next_change(facts, s.level, instant) for s in standing}
    told = [(o.level, _who(o.assignee), o.shift, o.reason, o.until) for o in roster.on_call]
    skipped = [(s.level, _who(s), s.reason, s.until) for s in roster.skipped]
    assert told == [
        (s.level, s.who, s.shift, s.reason, ends[s.level]) for s in resolve.reachable(standing)
    ]
    assert skipped == [
        (s.level, s.who, s.unreachable, ends[s.level]) for s in standing if s.unreachable
    ]
    assert all(found.assignee.contacts for found in roster.on_call)
    divert = resolve.divert_at(facts, instant)
    assert (roster.divert and roster.divert.id) == (divert and divert.id)


def _who(found: Assignee | Skipped) -> Who:
    return Who(found.staff, found.service)
