"""Copies of shifts by the wall clock, and what stands in their way."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from scheduling import copying
from scheduling.copying import Copy, Ground, Range
from scheduling.enums import CopyClash
from scheduling.tests.facts import ALICE, BOB, at, shift
from scheduling.types import Period, ShiftFact, Who

PARIS = "Europe/Paris"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def stretch(first: str, end: str) -> Range:
    """Return a stretch of wall-clock time."""
    return Range(datetime.fromisoformat(first), datetime.fromisoformat(end))


WEEK = stretch("2027-01-04", "2027-01-11")
DAY = stretch("2027-01-04", "2027-01-05")


def paris(day: date, hour: int) -> datetime:
    """Return an hour of a winter day in Paris."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=1)


def clashes(copies: list[Copy], *standing: ShiftFact, **ground: Any) -> list[tuple[Any, ...]]:
    """Return what is in the way, as target, reason and the id of what stands there."""
    known = {"inactive": (), "absences": {}, "now": LONG_AGO, **ground}
    found = copying.clashes(copies, Ground(standing=standing, **known))
    return [(clash.copy.target.day, clash.reason, clash.stands) for clash in found]


def to(shifts: list[ShiftFact], *days: int, source: Range = DAY) -> list[Copy]:
    """Return the copies of shifts to days of January 2027."""
    targets = [date(2027, 1, day) for day in days]
    return copying.copies(shifts, source, targets, "UTC")


@pytest.mark.requirement("PLA-07")
def test_a_shift_goes_as_many_days_later_as_its_target_lies() -> None:
    found = to([shift(7, ALICE, 8, 18), shift(8, BOB, 32, 42)], 18, 25, source=WEEK)
    told = [(copy.source, copy.target.day, copy.who, copy.period.starts_at) for copy in found]
    assert told == [
        (7, 18, ALICE, at(8, 18)),
        (8, 18, BOB, at(8, 19)),
        (7, 25, ALICE, at(8, 25)),
        (8, 25, BOB, at(8, 26)),
    ]


@pytest.mark.parametrize(
    ("target", "hours"), [(date(2027, 3, 27), 13), (date(2027, 10, 30), 15), (date(2027, 2, 6), 14)]
)
def test_a_night_keeps_its_hours_over_a_change_of_the_clock(target: date, hours: int) -> None:
    night = Period(paris(date(2027, 1, 4), 18), paris(date(2027, 1, 5), 8))
    found = copying.copies([ShiftFact(1, ALICE, 1, night)], DAY, [target], PARIS)
    assert found[0].period.ends_at - found[0].period.starts_at == timedelta(hours=hours)


def test_whoever_stands_there_at_the_same_level_is_in_the_way() -> None:
    copies = to([shift(1, ALICE, 8, 18)], 5, 6, 7)
    standing = [
        ShiftFact(2, ALICE, 1, Period(at(0, 5), at(9, 5))),
        ShiftFact(3, ALICE, 2, Period(at(8, 6), at(18, 6))),
        ShiftFact(4, BOB, 1, Period(at(8, 6), at(18, 6))),
        ShiftFact(5, ALICE, 1, Period(at(17, 7), at(20, 7))),
    ]
    assert clashes(copies, *standing) == [(5, CopyClash.OVERLAP, 2), (7, CopyClash.OVERLAP, 5)]


def test_what_only_touches_is_not_in_the_way() -> None:
    copies = to([shift(1, ALICE, 8, 18)], 5)
    before, after = Period(at(0, 5), at(8, 5)), Period(at(18, 5), at(20, 5))
    assert clashes(copies, ShiftFact(2, ALICE, 1, before), ShiftFact(3, ALICE, 1, after)) == []


def test_of_two_copies_that_overlap_the_first_stays() -> None:
    copies = to([shift(1, ALICE, 8, 40)], 5, 6, 7)
    assert clashes(copies) == [(6, CopyClash.OVERLAP, None)]


def test_a_person_who_left_is_in_the_way_and_time_off_is_a_warning() -> None:
    copies = to([shift(1, ALICE, 8, 18), shift(2, BOB, 8, 18)], 5)
    found = copying.clashes(
        copies, Ground((), {ALICE}, {BOB: [Period(at(17, 5), at(9, 6))]}, LONG_AGO)
    )
    assert [(clash.copy.who, clash.reason, clash.blocks) for clash in found] == [
        (ALICE, CopyClash.INACTIVE, True),
        (BOB, CopyClash.TIME_OFF, False),
    ]


def test_a_copy_that_would_begin_in_the_past_is_not_written() -> None:
    copies = to([shift(1, ALICE, 8, 18), shift(2, BOB, 12, 18)], 5)
    assert clashes(copies, now=at(9, 5)) == [(5, CopyClash.PAST, None)]


def test_an_hour_that_the_clocks_skip_cannot_be_copied() -> None:
    hour = Period(paris(date(2027, 1, 4), 2), paris(date(2027, 1, 4), 3))
    copies = copying.copies([ShiftFact(1, ALICE, 1, hour)], DAY, [date(2027, 3, 28)], PARIS)
    assert clashes(copies) == [(28, CopyClash.SKIPPED_BY_CLOCK, None)]


@pytest.mark.parametrize(
    ("source", "targets", "code"),
    [
        (WEEK, [11], ""),
        (WEEK, [11, 18], ""),
        (WEEK, [4], "target_not_later"),
        (WEEK, [3], "target_not_later"),
        (WEEK, [10], "target_overlaps_source"),
        (WEEK, [18, 24], "targets_overlap"),
        (WEEK, [24, 18], "targets_overlap"),
        (WEEK, [18, 18], "targets_overlap"),
        (DAY, [5, 6, 7], ""),
        (stretch("2027-01-04T18:00", "2027-01-05T08:00"), [5, 6], ""),
        (stretch("2027-01-04T18:00", "2027-01-05T20:00"), [5], "target_overlaps_source"),
    ],
)
def test_which_targets_a_range_can_have(source: Range, targets: list[int], code: str) -> None:
    days = [date(2027, 1, day) for day in targets]
    assert copying.wrong_target(source, days, date(2027, 1, 1)) == code


def test_a_target_in_the_past_is_none() -> None:
    today = date(2027, 1, 18)
    assert copying.wrong_target(DAY, [date(2027, 1, 17)], today) == "target_in_past"
    assert copying.wrong_target(DAY, [today], today) == ""


def test_copies_of_people_and_services_are_told_apart() -> None:
    desk = Who(service=1)  # as ALICE is staff 1
    copies = to([shift(1, desk, 8, 18)], 5)
    assert clashes(copies, ShiftFact(2, ALICE, 1, Period(at(8, 5), at(18, 5)))) == []
