"""When somebody must be reachable, and when nobody is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduling import coverage
from scheduling.enums import GapReason
from scheduling.tests.facts import ALICE, BOB, CHARLIE, at, facts, shift
from scheduling.types import Gap, Period, ScheduleFacts

DAY = (Period(at(0), at(24)),)


def test_an_empty_schedule_is_one_gap() -> None:
    assert coverage.gaps(ScheduleFacts(), DAY, at(0), at(24)) == (
        Gap(Period(at(0), at(24)), GapReason.NOBODY_SCHEDULED),
    )


@pytest.mark.requirement("PLA-19")
def test_a_hole_between_two_shifts_is_a_gap_to_the_second() -> None:
    rota = facts(shift(1, ALICE, 0, 10), shift(2, BOB, 10.5, 24))
    assert coverage.gaps(rota, DAY, at(0), at(24)) == (
        Gap(Period(at(10), at(10.5)), GapReason.NOBODY_SCHEDULED),
    )


def test_touching_shifts_leave_no_gap() -> None:
    assert (
        coverage.gaps(facts(shift(1, ALICE, 0, 10), shift(2, BOB, 10, 24)), DAY, at(0), at(24))
        == ()
    )


def test_any_reachable_level_covers() -> None:
    rota = replace(
        facts(shift(1, ALICE, 0, 24), shift(2, BOB, 0, 24, level=2)),
        unreachable={ALICE: GapReason.INACTIVE},
    )
    assert coverage.gaps(rota, DAY, at(0), at(24)) == ()


def test_a_change_of_reason_splits_a_gap() -> None:
    rota = replace(
        facts(shift(1, ALICE, 6, 12), shift(2, BOB, 12, 18), shift(3, BOB, 18, 20)),
        unreachable={ALICE: GapReason.INACTIVE, BOB: GapReason.NO_NUMBER},
    )
    assert coverage.gaps(rota, DAY, at(0), at(24)) == (
        Gap(Period(at(0), at(6)), GapReason.NOBODY_SCHEDULED),
        Gap(Period(at(6), at(12)), GapReason.INACTIVE),
        Gap(Period(at(12), at(20)), GapReason.NO_NUMBER),
        Gap(Period(at(20), at(24)), GapReason.NOBODY_SCHEDULED),
    )


def test_the_reason_is_that_of_the_first_assignee_in_level_order() -> None:
    rota = replace(
        facts(shift(1, CHARLIE, 0, 24, level=2), shift(2, ALICE, 0, 24)),
        unreachable={ALICE: GapReason.NO_NUMBER, CHARLIE: GapReason.INACTIVE},
    )
    assert [g.reason for g in coverage.gaps(rota, DAY, at(0), at(24))] == [GapReason.NO_NUMBER]


def test_gaps_are_cut_at_the_window_and_at_what_is_required() -> None:
    required = (Period(at(0), at(6)), Period(at(20), at(30)))
    assert coverage.gaps(ScheduleFacts(), required, at(2), at(24)) == (
        Gap(Period(at(2), at(6)), GapReason.NOBODY_SCHEDULED),
        Gap(Period(at(20), at(24)), GapReason.NOBODY_SCHEDULED),
    )


def test_nothing_is_left_of_a_hole_where_another_begins_as_the_required_hours_end() -> None:
    rota = replace(
        facts(shift(1, ALICE, 12, 14), shift(2, BOB, 14, 16)),
        unreachable={ALICE: GapReason.INACTIVE, BOB: GapReason.NO_NUMBER},
    )
    required = (Period(at(10), at(12)), Period(at(14), at(16)))
    assert coverage.gaps(rota, required, at(0), at(24)) == (
        Gap(Period(at(10), at(12)), GapReason.NOBODY_SCHEDULED),
        Gap(Period(at(14), at(16)), GapReason.NO_NUMBER),
    )


def test_coverage_always_requires_the_whole_window_and_none_nothing() -> None:
    assert coverage.required_periods({"kind": "always"}, at(0), at(24), "UTC") == DAY
    assert coverage.required_periods({"kind": "none"}, at(0), at(24), "UTC") == ()
    assert coverage.required_periods({"kind": "always"}, at(5), at(5), "UTC") == ()


@pytest.mark.requirement("PLA-19")
def test_a_gap_is_cut_where_it_begins_or_ends_to_be_intended() -> None:
    intended = (Period(at(8), at(9)), Period(at(3), at(6)), Period(at(5), at(7)))
    assert coverage.gaps(facts(shift(1, ALICE, 10, 24)), DAY, at(0), at(24), intended) == (
        Gap(Period(at(0), at(3)), GapReason.NOBODY_SCHEDULED),
        Gap(Period(at(3), at(7)), GapReason.NOBODY_SCHEDULED, intended=True),
        Gap(Period(at(7), at(8)), GapReason.NOBODY_SCHEDULED),
        Gap(Period(at(8), at(9)), GapReason.NOBODY_SCHEDULED, intended=True),
        Gap(Period(at(9), at(10)), GapReason.NOBODY_SCHEDULED),
    )


def test_what_is_intended_is_no_gap_where_somebody_is_on_call() -> None:
    assert coverage.gaps(facts(shift(1, ALICE, 0, 24)), DAY, at(0), at(24), DAY) == ()


def test_touching_pieces_of_what_is_required_leave_one_gap() -> None:
    required = (Period(at(0), at(6)), Period(at(6), at(9)))
    assert coverage.gaps(ScheduleFacts(), required, at(0), at(24)) == (
        Gap(Period(at(0), at(9)), GapReason.NOBODY_SCHEDULED),
    )
