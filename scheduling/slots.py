"""Where a person would go who is put on a rota at an instant: the slot around it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from scheduling import wall
from scheduling.types import Period, ShiftFact

# When nothing on the rota tells: the handovers most on-call teams have.
USUAL_HANDOVERS = (time(8), time(18))
MOST_HANDOVERS = 3
_DAY = timedelta(days=1)


def tile(shifts: Sequence[ShiftFact], level: int, window: Period, zone: str) -> list[Period]:
    """Return the slots of `level` that fill `window` without a hole, in order; they touch.

    A stretch that somebody has is a slot as it stands, so that a colleague joins it. A free one is
    cut where shifts of other levels begin and end, and, where it is still longer than a day, at the
    handovers that the rota usually has, by the wall clock of `zone`. The first and last slot may
    reach beyond the window.
    """
    own = sorted({s.period for s in shifts if s.level == level})
    slots = _apart(own)
    start = min([window.starts_at, *(slot.starts_at for slot in slots)])
    end = max([window.ends_at, *(slot.ends_at for slot in slots)])
    edges = [edge for s in shifts for edge in (s.period.starts_at, s.period.ends_at)]
    hours = handovers(shifts, zone)
    for free in _between(slots, start, end):
        for piece in _cut(free, edges):
            slots += _by_handover(piece, hours, zone) if _is_long(piece) else [piece]
    return sorted(slots)


def handovers(shifts: Iterable[ShiftFact], zone: str) -> tuple[time, ...]:
    """Return the wall-clock times at which shifts most often begin, three at most, in order."""
    found = Counter(wall.wall(s.period.starts_at, zone).time() for s in shifts)
    often = [hour for hour, count in found.most_common(MOST_HANDOVERS) if count > 1]
    return tuple(sorted(often)) or USUAL_HANDOVERS


def _apart(periods: Iterable[Period]) -> list[Period]:
    """Return the periods, those that overlap cut where the one before ends."""
    found: list[Period] = []
    for period in periods:
        start = max(period.starts_at, found[-1].ends_at) if found else period.starts_at
        if start < period.ends_at:
            found.append(Period(start, period.ends_at))
    return found


def _between(slots: Iterable[Period], start: datetime, end: datetime) -> list[Period]:
    """Return what [start, end) has besides the slots, which are in order."""
    free, since = [], start
    for slot in slots:
        if since < slot.starts_at:
            free.append(Period(since, slot.starts_at))
        since = slot.ends_at
    return [*free, Period(since, end)] if since < end else free


def _cut(period: Period, edges: Iterable[datetime]) -> list[Period]:
    inside = {edge for edge in edges if period.starts_at < edge < period.ends_at}
    cuts = sorted({period.starts_at, period.ends_at} | inside)
    return [Period(start, end) for start, end in pairwise(cuts)]


def _is_long(period: Period) -> bool:
    return period.ends_at - period.starts_at > _DAY


def _by_handover(period: Period, hours: Sequence[time], zone: str) -> list[Period]:
    first = wall.wall(period.starts_at, zone).date()
    last = wall.wall(period.ends_at, zone).date()
    return _cut(period, (_at(day, hour, zone) for day in _days(first, last) for hour in hours))


def _days(first: date, last: date) -> Iterable[date]:
    return (first + n * _DAY for n in range((last - first).days + 1))


def _at(day: date, hour: time, zone: str) -> datetime:
    return wall.instant(datetime.combine(day, hour), zone)
