"""When a promise goes on, and to whom: reminded, one level after another, supervisors, the end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from telephony import promise_rules
from telephony.enums import PromiseStep, RungKind
from telephony.promise_rules import Decision, History, Rung, Terms

MADE = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
TERMS = Terms(MADE, MADE + timedelta(minutes=30))
FIRST = Rung(RungKind.LEVEL, (1,), 1)
SECOND = Rung(RungKind.LEVEL, (2, 3), 2)
SUPERVISORS = Rung(RungKind.SCHEDULE, (4,))
HOUSE = Rung(RungKind.HOUSE, (4, 5))
RUNGS = [FIRST, SECOND, SUPERVISORS, HOUSE]


def at(minutes: float) -> datetime:
    return MADE + timedelta(minutes=minutes)


def decided(place: str, told: set[int], *, repeats: int = 0, minutes: float = 30) -> Decision:
    so_far = History(place, frozenset(told), repeats)
    return promise_rules.decide(TERMS, RUNGS, so_far, at(minutes))


def test_the_owner_is_reminded_when_two_thirds_of_the_time_are_over() -> None:
    assert promise_rules.next_at(TERMS, MADE) == at(20)
    assert decided("level:1", {1}, minutes=20) == Decision(PromiseStep.REMIND, None, at(30))


def test_at_the_deadline_it_goes_on_to_the_next_level_which_has_half_the_time() -> None:
    assert decided("level:1", {1}) == Decision(PromiseStep.ESCALATE, SECOND, at(45))


def test_after_the_last_level_come_the_supervisors_and_those_of_the_house() -> None:
    steps = [decided("level:2", {1, 2, 3}).rung, decided("schedule:0", {1, 2, 3, 4}).rung]
    assert steps == [SUPERVISORS, HOUSE]


def test_a_rung_on_which_everybody_has_heard_of_it_is_passed_over() -> None:
    assert decided("level:1", {1, 2, 3}).rung == SUPERVISORS


def test_the_last_are_told_twice_more_at_growing_intervals_and_then_it_only_stands() -> None:
    everybody = {1, 2, 3, 4, 5}
    told = [decided("house:0", everybody, repeats=count) for count in (0, 1)]
    assert [each.step for each in told] == [PromiseStep.REPEAT] * 2
    assert [each.next_at for each in told] == [at(60), None]


def test_what_somebody_took_up_is_told_once_when_it_is_overdue() -> None:
    taken = Terms(TERMS.made_at, TERMS.due_at, touched=True)
    assert promise_rules.next_at(taken, MADE) == at(30)
    found = promise_rules.decide(taken, RUNGS, History("level:1", frozenset({1})), at(30))
    assert found == Decision(PromiseStep.OVERDUE, None, None)


def test_what_is_left_is_halved_but_never_to_less_than_a_minute() -> None:
    assert promise_rules.sooner(TERMS, at(10)) == at(20)
    assert promise_rules.sooner(TERMS, at(29)) == at(30)
    assert promise_rules.sooner(TERMS, at(28.5)) == at(29.5)
    assert promise_rules.sooner(TERMS, at(31)) == at(30)


@pytest.mark.parametrize(("urgent", "minutes"), [(False, 30), (True, 15)])
def test_whoever_calls_twice_is_promised_half_the_time(urgent: bool, minutes: int) -> None:
    assert promise_rules.due_at(MADE, 30, urgent=urgent) == at(minutes)
