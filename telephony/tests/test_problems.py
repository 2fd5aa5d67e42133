"""What a scan found against what was known: told once, and again only when it has grown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from scheduling.types import Period
from telephony.enums import Problem
from telephony.problems import Difference, Found, Known, Row, compare

NOW = datetime(2027, 1, 4, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
HORIZON = NOW + timedelta(days=90)
TOLD = NOW - timedelta(days=1)


def hole(first: int, last: int, name: str = "Paris") -> Found:
    """Return a stretch with nobody, from one day of the window to another."""
    period = Period(NOW + timedelta(days=first), NOW + timedelta(days=last))
    return Found(1, Problem.NOBODY, name, period, "schedule:1")


def known(pk: int, found: Found, told_at: datetime | None = TOLD) -> Known:
    return Known(pk, told_at, found)


def test_what_is_found_first_is_to_be_told() -> None:
    assert compare([], [hole(1, 2)], HORIZON) == Difference((Row(None, None, hole(1, 2)),), ())


def test_what_stands_was_told_and_what_is_over_goes() -> None:
    before = [known(7, hole(1, 2)), known(8, hole(3, 4))]
    assert compare(before, [hole(1, 2)], HORIZON) == Difference((Row(7, TOLD, hole(1, 2)),), (8,))


def test_what_nobody_could_be_told_of_is_still_to_be_told() -> None:
    found = compare([known(7, hole(1, 2), None)], [hole(1, 2)], HORIZON)
    assert found.rows == (Row(7, None, hole(1, 2)),)


def test_what_shrinks_or_falls_into_pieces_is_not_told_again() -> None:
    found = compare([known(7, hole(1, 9))], [hole(2, 4), hole(6, 8)], HORIZON)
    assert found == Difference((Row(7, TOLD, hole(2, 4)), Row(None, TOLD, hole(6, 8))), ())


def test_what_grows_is_told_again_but_not_what_comes_into_sight() -> None:
    grown = compare([known(7, hole(1, 2))], [hole(1, 3)], HORIZON)
    assert grown.rows == (Row(7, None, hole(1, 3)),)
    in_sight = compare([known(7, hole(1, 89))], [hole(1, 90)], HORIZON)
    assert in_sight.rows == (Row(7, TOLD, hole(1, 90)),)


def test_a_new_hole_near_the_horizon_is_told() -> None:
    found = compare([known(7, hole(1, 2))], [hole(1, 2), hole(88, 90)], HORIZON)
    assert [row.told_at for row in found.rows] == [TOLD, None]


def test_what_comes_every_week_is_not_told_again_as_it_comes_into_sight() -> None:
    before = [known(7, hole(75, 76)), known(8, hole(82, 83))]
    weekly = compare(before, [hole(75, 76), hole(82, 83), hole(89, 90)], HORIZON)
    assert weekly.rows[-1] == Row(None, TOLD, hole(89, 90))
    in_time = compare([known(7, hole(12, 13))], [hole(12, 13), hole(19, 20)], HORIZON)
    assert in_time.rows[-1].told_at is None
    longer = compare(before, [hole(75, 76), hole(82, 83), hole(88, 90)], HORIZON)
    assert longer.rows[-1].told_at is None
    nobody_knows = [known(8, hole(82, 83), None)]
    found = compare(nobody_knows, [hole(82, 83), hole(89, 90)], HORIZON)
    assert [row.told_at for row in found.rows] == [None, None]


def test_a_change_of_the_clocks_does_not_make_a_weekly_stretch_news() -> None:
    week = timedelta(days=7)
    starts_at, ends_at = hole(83, 84).period
    later = replace(hole(83, 84), period=Period(starts_at + week - HOUR, ends_at + week - HOUR))
    found = compare([known(7, hole(83, 84))], [hole(83, 84), later], HORIZON + week)
    assert found.rows[-1].told_at == TOLD


def test_what_became_one_is_one() -> None:
    before = [known(7, hole(1, 2)), known(8, hole(3, 4))]
    assert compare(before, [hole(1, 4)], HORIZON) == Difference((Row(7, None, hole(1, 4)),), (8,))


def test_the_same_stretch_of_another_schedule_is_another_problem() -> None:
    found = compare([known(7, hole(1, 2))], [hole(1, 2, "Lyon")], HORIZON)
    assert found == Difference((Row(None, None, hole(1, 2, "Lyon")),), (7,))


def test_a_stretch_that_only_touches_a_known_one_or_lies_elsewhere_is_another() -> None:
    for before, now in (((1, 2), (2, 3)), ((2, 3), (1, 2)), ((1, 2), (5, 6)), ((5, 6), (1, 2))):
        found = compare([known(7, hole(*before))], [hole(*now)], HORIZON)
        assert found == Difference((Row(None, None, hole(*now)),), (7,))


def test_what_was_two_was_told_when_the_last_of_them_was() -> None:
    earlier = TOLD - timedelta(days=1)
    before = [known(7, hole(1, 3)), known(8, hole(2, 4), earlier)]
    assert compare(before, [hole(1, 4)], HORIZON).rows == (Row(7, TOLD, hole(1, 4)),)
    before = [known(7, hole(1, 3)), known(8, hole(2, 4), None)]
    assert compare(before, [hole(1, 4)], HORIZON).rows == (Row(7, None, hole(1, 4)),)


def test_only_what_follows_in_the_last_days_came_into_sight() -> None:
    def told_again(before: list[Known], now: Found) -> bool:
        return compare(before, [now], HORIZON).rows[0].told_at is None

    assert [
        told_again([known(7, hole(1, 80))], hole(1, 90)),
        told_again([known(7, hole(1, 79))], hole(1, 90)),
        told_again([known(7, hole(88, 89))], hole(85, 89)),  # it begins earlier now
        told_again([known(7, hole(1, 85)), known(8, hole(87, 89))], hole(1, 90)),
    ] == [False, True, True, False]
