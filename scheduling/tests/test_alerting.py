"""Which holes to tell supervisors of: once each, and when they are filled."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling import alerting, periods
from scheduling.tests.facts import at
from scheduling.types import AlertDecision, Period, Told

LEADS = (336, 24)
BEYOND = timedelta(days=44)


class Desk:
    """Remembers what was told, as the table does, over successive scans."""

    def __init__(self) -> None:
        self.rows: list[Told] = []
        self.serial = 0

    def scan(self, now: datetime, *holes: Period, leads: tuple[int, ...] = LEADS) -> AlertDecision:
        horizon = now + BEYOND
        seen = periods.intersect(holes, [Period(now, horizon)])
        live = [row for row in self.rows if row.period.ends_at > now]
        found = alerting.decide(seen, live, leads, now, horizon)
        gone = {row.id for row in (*found.closed, *found.grown)}
        self.rows = [row for row in live if row.id not in gone] + list(found.grown)
        for row in (*found.kept, *found.news):
            self.serial += 1
            self.rows.append(
                Told(row.period, row.lead_hours, row.sent_at, row.open_ended, self.serial)
            )
        return found


def days(start: float, end: float) -> Period:
    """Return the period between two counts of days from Monday 4 January 2027."""
    return Period(at(24 * start), at(24 * end))


def told(found: AlertDecision) -> list[tuple[Period, int]]:
    return [(row.period, row.lead_hours) for row in found.news]


def test_a_hole_is_told_once_when_it_comes_within_two_weeks() -> None:
    desk, hole = Desk(), days(20, 21)
    assert told(desk.scan(at(0), hole)) == []
    assert told(desk.scan(at(24 * 6), hole)) == []
    assert told(desk.scan(at(24 * 6 + 0.1), hole)) == [(hole, 336)]
    assert desk.scan(at(24 * 6 + 0.2), hole) == AlertDecision()
    assert desk.scan(at(24 * 15), hole) == AlertDecision()


def test_it_is_told_again_within_a_day_and_then_no_more() -> None:
    desk, hole = Desk(), days(10, 11)
    desk.scan(at(0), hole)
    assert told(desk.scan(at(24 * 9), hole)) == []
    assert told(desk.scan(at(24 * 9 + 0.1), hole)) == [(hole, 24)]
    assert desk.scan(at(24 * 10), hole) == AlertDecision()
    assert desk.scan(at(24 * 10.9), hole) == AlertDecision()


def test_every_lead_time_of_the_schedule_tells_it_once() -> None:
    desk, hole = Desk(), days(20, 21)
    found = [
        (quarter, row.lead_hours)
        for quarter in range(21 * 96)
        for row in desk.scan(at(quarter / 4), hole, leads=(336, 72, 24, 2)).news
    ]
    ahead = [(20 * 96 - quarter, lead) for quarter, lead in found]
    assert ahead == [(336 * 4 - 1, 336), (72 * 4 - 1, 72), (24 * 4 - 1, 24), (2 * 4 - 1, 2)]


def test_a_hole_that_appears_within_a_day_is_told_once_only() -> None:
    desk, hole = Desk(), days(0.5, 1.5)
    assert told(desk.scan(at(0), hole)) == [(hole, 24)]
    assert desk.scan(at(1), hole) == AlertDecision()


def test_what_a_hole_grows_by_is_told_alone() -> None:
    desk = Desk()
    desk.scan(at(0), days(10, 11))
    assert told(desk.scan(at(1), days(9, 12))) == [(days(9, 10), 336), (days(11, 12), 336)]


@pytest.mark.requirement("PLA-19")
def test_a_filled_hole_is_told_once_and_when_it_opens_again_it_is_news() -> None:
    desk, hole = Desk(), days(10, 11)
    desk.scan(at(0), hole)
    assert desk.scan(at(1)).filled == (hole,)
    assert desk.scan(at(2)) == AlertDecision()
    assert told(desk.scan(at(3), hole)) == [(hole, 336)]


def test_what_has_passed_or_was_never_told_is_not_filled() -> None:
    desk = Desk()
    desk.scan(at(0), days(20, 21))
    assert desk.scan(at(1)).filled == ()
    desk.scan(at(2), days(1, 2))
    assert desk.scan(at(36), days(1.5, 2)).filled == ()
    assert desk.scan(at(40)).filled == (Period(at(40), at(48)),)
    assert desk.scan(at(49)).filled == ()


def test_the_rest_of_a_hole_filled_in_part_stays_told_until_it_comes_near() -> None:
    desk = Desk()
    desk.scan(at(0), days(0.5, 12))
    found = desk.scan(at(1), days(0.5, 1), days(10, 12))
    assert (found.filled, told(found)) == ((days(1, 10),), [])
    assert told(desk.scan(at(24 * 9 + 1), days(10, 12))) == [(days(10, 12), 24)]


def test_an_empty_rota_is_told_once_not_at_every_scan() -> None:
    desk, ever = Desk(), days(-1, 400)
    assert told(desk.scan(at(0), ever)) == [(Period(at(0), at(0) + BEYOND), 24)]
    for step in range(1, 400):
        assert desk.scan(at(step / 4), ever).news == ()


def test_the_end_of_the_rota_is_told_once_though_more_of_it_comes_into_sight() -> None:
    desk, rest = Desk(), days(13, 400)
    assert told(desk.scan(at(0), rest)) == [(Period(at(24 * 13), at(0) + BEYOND), 336)]
    for step in range(1, 200):
        assert desk.scan(at(step), rest).news == ()
    found = desk.scan(at(200), days(60, 400))
    assert (found.news, found.filled) == ((), (days(13, at_days(199) + 44),))


def at_days(hours: float) -> float:
    return hours / 24


_holes = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 20)).map(lambda t: days(t[0], t[0] + t[1])),
    max_size=4,
)


@given(stages=st.lists(st.tuples(st.integers(1, 80), _holes), min_size=1, max_size=8))
def test_after_every_scan_all_that_is_near_was_told_and_a_second_scan_is_silent(
    stages: list[tuple[int, list[Period]]],
) -> None:
    desk, now = Desk(), at(0)
    for hours, holes in stages:
        now += timedelta(hours=hours)
        desk.scan(now, *holes)
        assert desk.scan(now, *holes) == AlertDecision()
        for lead in LEADS:
            known = [row.period for row in desk.rows if row.lead_hours <= lead]
            seen = periods.intersect(holes, [Period(now, now + BEYOND)])
            left = periods.subtract(seen, known)
            assert all(piece.starts_at >= now + timedelta(hours=lead) for piece in left)
