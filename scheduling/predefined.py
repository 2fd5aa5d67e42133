"""Predefined periods: by which rules they hold, and where one lies on a day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from scheduling import wall
from scheduling.types import Period

WEEKDAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
LONGEST_DAYS = 31
_DAY = timedelta(days=1)


def usual_offset(start: time, end: time) -> int:
    """Return how many days later a period ends of which only the times are told."""
    return 1 if end <= start else 0


def length(start: time, end: time, offset: int) -> timedelta:
    """Return how long a period lasts by the wall clock; zero or less: it is empty."""
    day = date(2000, 1, 1)
    return datetime.combine(day, end) - datetime.combine(day, start) + offset * _DAY


def weekday(day: date) -> str:
    """Return the weekday of a date, such as “mo”."""
    return WEEKDAYS[day.weekday()]


def on_day(day: date, start: time, end: time, offset: int, zone: str) -> Period | None:
    """Return the instants of a period that starts on `day` by the wall clock of `zone`.

    None where the clocks skip the whole of it.
    """
    found = Period(
        wall.instant(datetime.combine(day, start), zone),
        wall.instant(datetime.combine(day + offset * _DAY, end), zone),
    )
    return found if found.starts_at < found.ends_at else None
