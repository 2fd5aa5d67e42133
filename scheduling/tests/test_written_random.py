"""Random rotations through the database: what is written is what the rule says, at every second."""

from __future__ import annotations

import os
from collections import defaultdict
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from oncall_portal.lib.errors import Refused
from scheduling import periods, queries, recurrence, resolve, services
from scheduling.models import Rotation, Schedule, Shift
from scheduling.tests import build
from scheduling.tests.facts import SECOND
from scheduling.tests.rotas import at_time
from scheduling.tests.rules import rotations
from scheduling.types import Period, Rule, ScheduleFacts, Who

SOAK = os.environ.get("ONCALL_SOAK") == "1"
EXAMPLES, INSTANTS = (200, 12) if SOAK else (4, 3)
pytestmark = pytest.mark.django_db
Cover = dict[tuple[int, Who], list[Period]]


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Rule, ...]:
    """Draw one or two rotations of one zone."""
    first = draw(rotations())
    return (first, *draw(st.lists(rotations(zone=first.zone), max_size=1)))


class Rota:
    """A schedule on which random rotations are written."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.people = {who: build.staff(f"{who.staff}") for who in sorted(named(rules), key=str)}
        self.schedule = Schedule.objects.create(name="Paris", time_zone=rules[0].zone)
        first = min(rule.starts_on for rule in rules)
        self.now = datetime.combine(first - timedelta(days=3), time(12), UTC)

    def create(self, rule: Rule) -> Rotation:
        """Create a rotation through the services."""
        return services.create_rotation(
            {
                "schedule": self.schedule,
                "level": rule.level,
                "recurrence": rule.recurrence,
                "starts_on": rule.starts_on,
                "ends_on": rule.ends_on,
                "start_time": rule.start_time,
                "end_time": rule.end_time,
                "end_day_offset": rule.end_day_offset or None,
                "turn_count": rule.turn_count,
                "turn_unit": rule.turn_unit.value,
                "first_participant": rule.first_participant,
                "participants": [[self.people[who] for who in team] for team in rule.participants],
            }
        )

    def says(self, made: list[Rotation], window: Period) -> Cover:
        """Return when whom the rules put on call, by level, whatever is written."""
        found: Cover = defaultdict(list)
        for row in made:
            rule = queries.rule_of(row)
            for each in recurrence.between(rule, window.starts_at, window.ends_at):
                found[rule.level, each.who].append(each.period)
        return merged(found, window)

    def holds(self, window: Period) -> Cover:
        """Return the same as the service answers it."""
        facts = queries.load_facts(self.schedule.pk, window.starts_at, window.ends_at)
        found: Cover = defaultdict(list)
        for entry in resolve.final_schedule(facts, window.starts_at, window.ends_at):
            found[entry.level, entry.who].append(entry.period)
        return merged(found, window)

    def check_instants(self, window: Period) -> None:
        """Ask at boundaries, and a second either side, whether all answers agree."""
        facts = queries.load_facts(self.schedule.pk, window.starts_at, window.ends_at)
        gaps = queries.load_gaps(self.schedule, window.starts_at, window.ends_at)
        for at in boundaries(facts, window):
            final = resolve.final_schedule(facts, at, at + SECOND)
            there = {(e.level, e.who) for e in final if resolve.covers(e.period, at)}
            roster = queries.load_roster(self.schedule.pk, at)
            assert {(o.level, Who(staff=o.assignee.staff)) for o in roster.on_call} == there
            assert any(resolve.covers(gap.period, at) for gap in gaps) == (not there)


def named(rules: tuple[Rule, ...]) -> set[Who]:
    return {who for rule in rules for team in rule.participants for who in team}


def merged(found: Cover, window: Period) -> Cover:
    cut = {key: periods.intersect(stretches, [window]) for key, stretches in found.items()}
    return {key: stretches for key, stretches in cut.items() if stretches}


def boundaries(facts: ScheduleFacts, window: Period) -> list[datetime]:
    edges = sorted({edge for s in facts.shifts for edge in (s.period.starts_at, s.period.ends_at)})
    inside = [edge for edge in edges if window.starts_at < edge < window.ends_at - SECOND]
    chosen = inside[:: max(1, len(inside) // INSTANTS)]
    return [edge + second * SECOND for edge in chosen for second in (-1, 0, 1)]


def windows(rota: Rota, made: list[Rotation]) -> list[Period]:
    """Return the first weeks, and those around each horizon."""
    starts = [rota.now + timedelta(days=3)]
    starts += [datetime.combine(row.written_until - timedelta(days=9), time(), UTC) for row in made]
    return [Period(start, start + timedelta(days=18)) for start in starts]


def state() -> list[Any]:
    shifts = Shift.objects.order_by("pk").values_list("pk", "staff", "period", "state", "day")
    return [list(shifts), list(Rotation.objects.order_by("pk").values_list("pk", "level"))]


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=not SOAK,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rules=pairs(), later=st.integers(0, 60))
def test_what_is_written_is_what_the_rules_say(rules: tuple[Rule, ...], later: int) -> None:
    start = transaction.savepoint()
    try:
        walk(rules, later)
    finally:
        transaction.savepoint_rollback(start)


def walk(rules: tuple[Rule, ...], later: int) -> None:
    """Write rotations, ask, undo and redo all of it, and let the horizon move on."""
    rota = Rota(rules)
    states, made = [state()], []
    with at_time(rota.now):
        for rule in rules:
            try:
                made.append(rota.create(rule))
            except Refused as refused:
                assume(refused.code not in {"never_fires", "too_many_shifts", "ends_before_start"})
                raise
            states.append(state())
        for window in windows(rota, made):
            assert rota.holds(window) == rota.says(made, window)
            rota.check_instants(window)
        for expected in reversed(states[:-1]):
            services.undo(rota.schedule.pk)
            assert state() == expected
        for expected in states[1:]:
            services.redo(rota.schedule.pk)
            assert state() == expected
    around = windows(rota, made)
    before = [rota.holds(window) for window in around]
    services.extend_all(rota.now + timedelta(days=later))
    assert [rota.holds(window) for window in around] == before
