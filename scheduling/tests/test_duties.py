"""Whose duty is what."""

from __future__ import annotations

import pytest

from scheduling import duties
from scheduling.duties import Duty
from scheduling.enums import GapReason
from scheduling.tests.facts import ALICE, BOB, RECEPTION, at, facts, shift
from scheduling.types import DivertFact, OverrideFact, Period, ScheduleFacts


def test_each_person_of_a_shift_has_a_duty_cut_at_the_window() -> None:
    known = facts(shift(1, ALICE, 8, 18), shift(2, BOB, 18, 30, level=2))
    assert duties.of_facts(known, 7, at(10), at(20)) == [
        Duty(1, 7, 1, 1, Period(at(10), at(18))),
        Duty(2, 7, 2, 2, Period(at(18), at(20))),
    ]


def test_a_service_has_no_duty() -> None:
    assert duties.of_facts(facts(shift(1, RECEPTION, 8, 18)), 7, at(0), at(24)) == []


def test_other_shifts_do_not_cut_a_duty() -> None:
    known = facts(shift(1, ALICE, 0, 24), shift(2, BOB, 8, 9), shift(3, BOB, 12, 13, level=2))
    found = duties.of_facts(known, 7, at(0), at(24))
    assert [duty.period for duty in found if duty.staff == 1] == [Period(at(0), at(24))]


def test_whoever_has_no_number_has_the_duty_all_the_same() -> None:
    known = ScheduleFacts((shift(1, ALICE, 8, 18),), {ALICE: GapReason.NO_NUMBER})
    assert len(duties.of_facts(known, 7, at(0), at(24))) == 1


def test_a_divert_takes_no_duty_away() -> None:
    divert = DivertFact(1, BOB, Period(at(9), at(10)))
    known = ScheduleFacts((shift(1, ALICE, 8, 18),), diverts=(divert,))
    assert duties.of_facts(known, 7, at(0), at(24)) == [Duty(1, 7, 1, 1, Period(at(8), at(18)))]


def test_who_stands_in_twice_in_a_row_on_one_shift_has_one_duty() -> None:
    stand_ins = (
        OverrideFact(1, Period(at(8), at(12)), BOB, shift=1),
        OverrideFact(2, Period(at(12), at(18)), BOB, shift=1),
    )
    known = ScheduleFacts((shift(1, ALICE, 8, 18),), overrides=stand_ins)
    assert duties.of_facts(known, 7, at(0), at(24)) == [Duty(2, 7, 1, 1, Period(at(8), at(18)))]


@pytest.mark.parametrize(
    ("whole", "found"),
    [(True, Period(at(10), at(20))), (False, Period(at(10), at(12)))],
)
def test_who_stands_in_for_all_of_a_shift_goes_with_it_and_for_a_part_is_cut_to_it(
    whole: bool, found: Period
) -> None:
    assert duties.followed(Period(at(8), at(12)), Period(at(10), at(20)), whole=whole) == found


def test_a_part_that_the_shift_has_left_is_nobodys() -> None:
    assert duties.followed(Period(at(8), at(10)), Period(at(10), at(20)), whole=False) is None
