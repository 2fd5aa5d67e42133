"""Wall-clock times of a zone, and the instants that they mean."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling import wall

PARIS, SANTIAGO, LORD_HOWE = "Europe/Paris", "America/Santiago", "Australia/Lord_Howe"


def naive(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=None)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "local", "expected"),
    [
        (PARIS, "2027-01-04T18:00", "2027-01-04T17:00"),
        (PARIS, "2027-07-04T18:00", "2027-07-04T16:00"),
        ("America/Chicago", "2018-03-11T02:30", "2018-03-11T08:00"),
        ("America/Chicago", "2018-11-04T01:00", "2018-11-04T06:00"),
        ("America/Chicago", "2018-11-04T01:30", "2018-11-04T06:30"),
        ("America/Chicago", "2018-11-04T02:00", "2018-11-04T08:00"),
        (SANTIAGO, "2026-09-06T00:00", "2026-09-06T04:00"),
        (SANTIAGO, "2026-09-06T00:59:59", "2026-09-06T04:00"),
        (LORD_HOWE, "2026-10-04T02:15", "2026-10-03T15:30"),
    ],
)
def test_a_wall_clock_time_means_one_instant(zone: str, local: str, expected: str) -> None:
    assert wall.instant(naive(local), zone) == utc(expected)


def test_the_second_of_two_equal_times_is_asked_for_with_fold() -> None:
    local = naive("2027-10-31T02:30")
    assert wall.instant(local, PARIS) == utc("2027-10-31T00:30")
    assert wall.instant(local, PARIS, fold=1) == utc("2027-10-31T01:30")


def test_both_of_two_equal_times_are_told_apart_wherever_they_are_given() -> None:
    first, second = (datetime(2026, 10, 25, 2, 30, fold=n, tzinfo=ZoneInfo(PARIS)) for n in (0, 1))
    assert [wall.wall(at, PARIS).fold for at in (first, second)] == [0, 1]


def test_a_night_moved_over_the_clock_change_keeps_its_wall_clock_times() -> None:
    start, end = utc("2027-03-26T17:00"), utc("2027-03-27T07:00")
    assert wall.shifted(start, PARIS, days=1) == utc("2027-03-27T17:00")
    assert wall.shifted(end, PARIS, days=1) == utc("2027-03-28T06:00")


def test_what_is_not_moved_stays_even_in_the_repeated_hour() -> None:
    second = utc("2027-10-31T01:30")
    assert wall.shifted(second, PARIS) == second


def test_a_move_inside_the_repeated_hour_stays_in_it() -> None:
    assert wall.shifted(utc("2027-10-31T01:15"), PARIS, minutes=30) == utc("2027-10-31T01:45")
    assert wall.shifted(utc("2027-10-31T00:15"), PARIS, minutes=30) == utc("2027-10-31T00:45")


@given(
    at=st.datetimes(naive("2020-01-01"), naive("2035-01-01"), timezones=st.just(UTC)),
    zone=st.sampled_from([PARIS, SANTIAGO, LORD_HOWE, "America/Havana", "Asia/Kathmandu"]),
)
def test_an_instant_told_by_the_wall_clock_comes_back(at: datetime, zone: str) -> None:
    local = wall.wall(at, zone)
    assert wall.instant(local, zone, local.fold) == at
