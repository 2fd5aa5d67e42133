"""Where a predefined period lies on a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from scheduling import predefined
from scheduling.types import Period

PARIS = "Europe/Paris"
EIGHT, SIX_PM = time(8), time(18)
NEW_CLOCK = date(2027, 3, 28)


@pytest.mark.parametrize(
    ("start", "end", "days"), [(SIX_PM, EIGHT, 1), (EIGHT, SIX_PM, 0), (EIGHT, EIGHT, 1)]
)
def test_without_an_offset_it_ends_at_the_next_such_time(start: time, end: time, days: int) -> None:
    assert predefined.usual_offset(start, end) == days


def test_its_length_is_told_by_the_clock() -> None:
    assert predefined.length(SIX_PM, EIGHT, 1) == timedelta(hours=14)
    assert predefined.length(SIX_PM, EIGHT, 0) == timedelta(hours=-10)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2027, 1, 4), 14), (date(2027, 3, 27), 13), (date(2027, 10, 30), 15)]
)
def test_a_night_keeps_its_hours_over_a_change_of_the_clock(day: date, hours: int) -> None:
    found = predefined.on_day(day, SIX_PM, EIGHT, 1, PARIS)
    assert found is not None
    assert found.ends_at - found.starts_at == timedelta(hours=hours)


def test_an_hour_that_the_clocks_skip_has_no_place() -> None:
    assert predefined.on_day(NEW_CLOCK, time(2), time(3), 0, PARIS) is None
    assert predefined.on_day(NEW_CLOCK, time(2, 30), time(4), 0, PARIS) == Period(
        datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 3, 28, 2, tzinfo=UTC)
    )


def test_a_date_has_a_weekday() -> None:
    assert [predefined.weekday(date(2027, 1, day)) for day in (4, 10)] == ["mo", "su"]
