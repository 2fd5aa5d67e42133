"""Times as the calendar's script takes them: wall-clock strings, to the minute."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from scheduling import wall
from scheduling.types import Period

SHORTEST_SHOWN = timedelta(minutes=15)


def minute(at: datetime) -> str:
    """Return a naive time as “2026-11-24T18:00”."""
    return at.strftime("%Y-%m-%dT%H:%M")


def whole_minute(at: datetime) -> datetime:
    """Return the minute that an instant lies in."""
    return at.replace(second=0, microsecond=0)


def ends(period: Period, zone: str) -> dict[str, Any]:
    """Return the two ends by the clock of `zone` as the API takes them back."""
    start, end = wall.wall(period.starts_at, zone), wall.wall(period.ends_at, zone)
    found: dict[str, Any] = {"starts_local": minute(start), "ends_local": minute(end)}
    if start.fold:
        found["starts_fold"] = 1
    if end.fold:
        found["ends_fold"] = 1
    return found


def shown(period: Period, zone: str) -> dict[str, str]:
    """Return where a bar begins and ends on the grid of wall-clock hours.

    An hour that comes twice may let a shift end before it began there: it is drawn all the same.
    """
    start, end = wall.wall(period.starts_at, zone), wall.wall(period.ends_at, zone)
    return {"start": minute(start), "end": minute(max(end, start + SHORTEST_SHOWN))}
