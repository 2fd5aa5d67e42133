"""Wall-clock times of a zone, and the instants that they mean."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# What lies outside is a slip of the keyboard; within, there is room to reckon around an instant.
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


def is_near(at: datetime) -> bool:
    """Tell whether an aware instant is one that people plan for."""
    return EARLIEST <= at < LATEST


@lru_cache(maxsize=20_000)  # asked for the same handovers and midnights again and again
def instant(local: datetime, zone: str, fold: int = 0) -> datetime:
    """Return the UTC instant of a naive `local` time in `zone` (IANA).

    A time that the clocks skip means the first instant after the jump; one that comes twice
    means the first, or the second with `fold` 1.
    """
    tz = ZoneInfo(zone)
    found = local.replace(tzinfo=tz, fold=fold).astimezone(UTC)
    if found.astimezone(tz).replace(tzinfo=None) == local:
        return found
    return _jump_near(local, tz)


def wall(at: datetime, zone: str) -> datetime:
    """Return the naive wall-clock time of an aware instant in `zone`; `fold` 1 when it repeats."""
    return _wall(at.astimezone(UTC), zone)  # elsewhere two instants an hour apart may be equal


@lru_cache(maxsize=20_000)
def _wall(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def shifted(at: datetime, zone: str, days: int = 0, minutes: int = 0) -> datetime:
    """Return the instant that many days and minutes later by the wall clock of `zone`.

    From the second of two equal hours it goes to the second one, where there are two.
    """
    if not days and not minutes:
        return at
    local = wall(at, zone)
    return instant(local + timedelta(days=days, minutes=minutes), zone, local.fold)


def _jump_near(local: datetime, tz: ZoneInfo) -> datetime:
    """Return the first instant after the jump that skips `local`, found by halving."""
    before = local.replace(tzinfo=tz, fold=1).astimezone(UTC)
    after = local.replace(tzinfo=tz, fold=0).astimezone(UTC)
    offset = after.astimezone(tz).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(tz).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)
