"""Short ways to write the facts that the pure rules read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from scheduling.types import Period, ScheduleFacts, ShiftFact, Who

ALICE, BOB, CHARLIE = Who(staff=1), Who(staff=2), Who(staff=3)
RECEPTION = Who(service=1)
SECOND = timedelta(seconds=1)


def at(hour: float, day: int = 4) -> datetime:
    """Return that hour (UTC) of a day of January 2027, whose 4th is a Monday."""
    return datetime(2027, 1, day, tzinfo=UTC) + timedelta(hours=hour)


def shift(number: int, who: Who, start: float, end: float, level: int = 1) -> ShiftFact:
    """Return a shift between two hours of Monday 4 January 2027 (UTC)."""
    return ShiftFact(number, who, level, Period(at(start), at(end)))


def facts(*shifts: ShiftFact) -> ScheduleFacts:
    """Return facts in which everybody can be reached."""
    return ScheduleFacts(shifts)
