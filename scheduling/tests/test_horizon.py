"""What a changed rule does to shifts that are written, and how far they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from scheduling import horizon
from scheduling.enums import ShiftState
from scheduling.horizon import Wanted, Writing, Written
from scheduling.tests.facts import ALICE, BOB, at
from scheduling.types import Occurrence, Period, Who

DAY = date(2027, 1, 4)
NOW = at(12)


def row(start: float, end: float, who: Who = ALICE, state: str = "generated") -> Written:
    return Written(7, DAY, 0, who, 1, Period(at(start), at(end)), ShiftState(state))


def shift(start: float, end: float, who: Who = ALICE) -> Wanted:
    return Wanted(DAY, 0, who, 1, Period(at(start), at(end)))


def test_what_is_as_wanted_is_left_alone() -> None:
    assert horizon.compare([row(14, 18)], [shift(14, 18)], NOW) == Writing()


def test_what_has_not_begun_becomes_what_is_wanted() -> None:
    plan = horizon.compare([row(14, 18)], [shift(15, 19, BOB)], NOW)
    assert plan == Writing(change=((7, shift(15, 19, BOB)),))


def test_what_has_not_begun_never_begins_before_now() -> None:
    plan = horizon.compare([row(14, 18)], [shift(10, 18)], NOW)
    assert plan == Writing(change=((7, shift(12, 18)),))


def test_one_that_begins_just_now_may_go_to_somebody_else_as_it_is() -> None:
    plan = horizon.compare([row(12, 18)], [shift(12, 18, BOB)], NOW)
    assert plan == Writing(change=((7, shift(12, 18, BOB)),))


def test_one_under_way_keeps_its_start_and_takes_the_new_end() -> None:
    plan = horizon.compare([row(10, 18)], [shift(9, 19)], NOW)
    assert plan == Writing(change=((7, shift(10, 19)),))


def test_one_under_way_that_somebody_else_has_is_cut() -> None:
    plan = horizon.compare([row(10, 18)], [shift(10, 18, BOB)], NOW)
    assert plan == Writing(add=(shift(12, 18, BOB),), cut=(7,))


def test_one_under_way_that_would_be_over_is_cut() -> None:
    assert horizon.compare([row(10, 18)], [shift(9, 11)], NOW) == Writing(cut=(7,))


def test_one_that_has_not_begun_and_would_be_over_goes() -> None:
    assert horizon.compare([row(14, 18)], [shift(9, 11)], NOW) == Writing(remove=(7,))


def test_what_the_rule_does_not_say_any_more_goes() -> None:
    assert horizon.compare([row(14, 18)], [], NOW) == Writing(remove=(7,))
    assert horizon.compare([row(10, 18)], [], NOW) == Writing(cut=(7,))


def test_the_past_and_what_a_hand_did_stay() -> None:
    others = [shift(14, 18, BOB)]
    for kept in (row(8, 12), row(14, 18, state="detached"), row(14, 18, state="cancelled")):
        assert horizon.compare([kept], others, NOW) == Writing()
        assert horizon.compare([kept], [], NOW) == Writing()


def test_nothing_of_the_past_is_added() -> None:
    assert horizon.compare([], [shift(8, 12)], NOW) == Writing()
    assert horizon.compare([], [shift(8, 13)], NOW) == Writing(add=(shift(12, 13),))


def test_nobody_is_put_where_they_stand() -> None:
    taken = {(ALICE, 1): [Period(at(10), at(11)), Period(at(13), at(14))]}
    left = horizon.clear_of([shift(9, 15), shift(10, 11), shift(10, 11, BOB)], taken)
    first, second, third = shift(9, 10), shift(11, 13), shift(14, 15)
    pieces = [first, replace(second, slot=2_500), replace(third, slot=5_000)]
    assert left == [*pieces, shift(10, 11, BOB)]


def test_now_is_a_whole_minute() -> None:
    assert horizon.whole_minute(at(12) + timedelta(seconds=59.5)) == at(12)


def test_the_horizon_is_400_days_or_2000_shifts_ahead() -> None:
    def occurrence(n: int, per_day: int) -> Occurrence:
        return Occurrence(DAY + timedelta(days=n // per_day), 0, ALICE, Period(NOW, NOW), n)

    weekly = [occurrence(n * 7, 1) for n in range(58)]
    hourly = [occurrence(n, 24) for n in range(400 * 24)]
    assert horizon.end_of(DAY, weekly) == DAY + timedelta(days=400)
    assert horizon.end_of(DAY, hourly) == DAY + timedelta(days=83)
