"""Copying shifts to later days by the wall clock, and what stands in the way of a copy."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from scheduling import wall
from scheduling.enums import CopyClash
from scheduling.types import Period, ShiftFact, Who

Places = dict[tuple[Who, int], list[tuple[Period, int]]]
_COPY = 0  # stands for the id of a shift that is a copy itself


@dataclass(frozen=True)
class Range:
    """A stretch [first, end) of naive wall-clock time."""

    first: datetime
    end: datetime

    def at(self, target: date) -> Range:
        """Return the same stretch beginning on `target`, at the same time of day."""
        first = datetime.combine(target, self.first.time())
        return Range(first, first + (self.end - self.first))


@dataclass(frozen=True)
class Copy:
    """A shift to be written: that of `source` (its id) so many days later; `target` is for what.

    Empty where the clocks skip the whole of it.
    """

    source: int
    target: date
    who: Who
    level: int
    period: Period


@dataclass(frozen=True)
class Clash:
    """What stands in the way of a copy, or, if it does not block, what is doubtful about it.

    `stands` is the shift that is there already, None for another copy or where there is none.
    """

    copy: Copy
    reason: CopyClash
    stands: int | None = None

    @property
    def blocks(self) -> bool:
        """Tell whether the copy cannot be written."""
        return self.reason is not CopyClash.TIME_OFF


@dataclass(frozen=True)
class Ground:
    """What is known about where the copies go."""

    standing: Iterable[ShiftFact]
    inactive: Collection[Who]
    absences: Mapping[Who, Sequence[Period]]
    now: datetime


def wrong_target(source: Range, targets: Sequence[date], today: date) -> str:
    """Return the code of why these cannot be the targets of `source`, "" when they can.

    target_in_past, target_not_later, target_overlaps_source, targets_overlap.
    """
    for target in targets:
        there = source.at(target)
        if there.first <= source.first:
            return "target_not_later"
        if there.first < source.end:
            return "target_overlaps_source"
        if target < today:
            return "target_in_past"
    ordered = sorted(targets)
    length = source.end - source.first
    for one, other in pairwise(ordered):
        if other - one < length:
            return "targets_overlap"
    return ""


def copies(
    shifts: Iterable[ShiftFact], source: Range, targets: Iterable[date], zone: str
) -> list[Copy]:
    """Return the copies of written shifts, target by target, each at the hours it had.

    A shift goes as many days later as its target lies after the first day of `source`; a night
    over a clock change keeps its hours, and lasts longer or shorter. Raises OverflowError.
    """
    shifts = sorted(shifts, key=lambda shift: (shift.period, shift.level, shift.id or 0))
    found = []
    for target in sorted(targets):
        days = (target - source.first.date()) // timedelta(days=1)
        for shift in shifts:
            start, end = (
                wall.shifted(at, zone, days=days)
                for at in (shift.period.starts_at, shift.period.ends_at)
            )
            there = Period(start, end)
            found.append(Copy(shift.id or 0, target, shift.who, shift.level, there))
    return found


def clashes(wanted: Iterable[Copy], ground: Ground) -> list[Clash]:
    """Return what stands in the way of the copies, in their order; the first of two copies wins."""
    places = _places(ground.standing)
    found = []
    for copy in wanted:
        clash = _in_the_way(copy, ground, places)
        if clash is not None:
            found.append(clash)
            continue
        insort(places[copy.who, copy.level], (copy.period, _COPY))
        if _is_away(copy, ground):
            found.append(Clash(copy, CopyClash.TIME_OFF))
    return found


def _places(standing: Iterable[ShiftFact]) -> Places:
    """Return who stands where, in order; of one at one level no two shifts overlap."""
    found: Places = defaultdict(list)
    for shift in standing:
        found[shift.who, shift.level].append((shift.period, shift.id or 0))
    for each in found.values():
        each.sort()
    return found


def _in_the_way(copy: Copy, ground: Ground, places: Places) -> Clash | None:
    start, end = copy.period.starts_at, copy.period.ends_at
    if end <= start:
        return Clash(copy, CopyClash.SKIPPED_BY_CLOCK)
    if start < ground.now:
        return Clash(copy, CopyClash.PAST)
    if copy.who in ground.inactive:
        return Clash(copy, CopyClash.INACTIVE)
    there = places[copy.who, copy.level]
    after = bisect_left(there, end, key=lambda each: each[0].starts_at)
    if after and (last := there[after - 1])[0].ends_at > start:
        return Clash(copy, CopyClash.OVERLAP, last[1] or None)
    return None


def _is_away(copy: Copy, ground: Ground) -> bool:
    start, end = copy.period.starts_at, copy.period.ends_at
    away = ground.absences.get(copy.who, ())
    return any(each.starts_at < end and start < each.ends_at for each in away)
