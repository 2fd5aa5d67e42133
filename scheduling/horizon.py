"""How far a rotation's shifts are written, and what a changed rule does to those that are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from scheduling import periods
from scheduling.enums import ShiftState
from scheduling.types import Occurrence, Period, Who

DAYS_AHEAD = 400
MOST_AHEAD = 2000  # shifts of one rotation: one by hours need not reach as far
SLOTS_PER_PIECE, MOST_PIECES = 2_500, 13  # more than a day has slots; what a slot can count to
LOOK_BACK_DAYS = 64  # the longest shift, and the difference of two zones


@dataclass(frozen=True)
class Written:
    """A shift of a rotation as its row stands."""

    id: int
    day: date
    slot: int
    who: Who
    level: int
    period: Period
    state: ShiftState


@dataclass(frozen=True)
class Wanted:
    """A shift as the row is to stand."""

    day: date
    slot: int
    who: Who
    level: int
    period: Period


@dataclass(frozen=True)
class Writing:
    """What makes the rows say what the rule says.

    `cut` rows end now and belong to no rotation any more: what they were is past.
    """

    add: tuple[Wanted, ...] = ()
    change: tuple[tuple[int, Wanted], ...] = ()
    cut: tuple[int, ...] = ()
    remove: tuple[int, ...] = ()


def whole_minute(at: datetime) -> datetime:
    """Return the minute that `at` lies in: rotas begin and end on minutes."""
    return at.replace(second=0, microsecond=0)


def end_of(today: date, occurrences: Iterable[Occurrence]) -> date:
    """Return the first day not to be written: 400 days ahead, or where there would be too many.

    `occurrences` are those from `today` on, in order.
    """
    latest = today + timedelta(days=DAYS_AHEAD)
    for number, occurrence in enumerate(occurrences):
        if number >= MOST_AHEAD:
            return min(latest, occurrence.day)
    return latest


def wanted(occurrences: Iterable[Occurrence], level: int) -> list[Wanted]:
    """Return the rows that these occurrences are at a level."""
    return [Wanted(o.day, o.slot, o.who, level, o.period) for o in occurrences]


def clear_of(
    shifts: Iterable[Wanted], others: Mapping[tuple[Who, int], list[Period]]
) -> list[Wanted]:
    """Return `shifts` without what the same one already has at the same level, by `others`.

    So nobody stands twice in one place. What is left in several pieces has slots of its own.
    """
    left = []
    for shift in shifts:
        taken = others.get((shift.who, shift.level))
        pieces = periods.subtract([shift.period], taken) if taken else [shift.period]
        left += [
            replace(shift, period=piece, slot=shift.slot + n * SLOTS_PER_PIECE)
            for n, piece in enumerate(pieces[:MOST_PIECES])
        ]
    return left


def compare(rows: Iterable[Written], shifts: Iterable[Wanted], now: datetime) -> Writing:
    """Return what to do so that the shifts which have not begun by `now` are as `shifts` says.

    Of one under way the end may change; where somebody else has it, it is cut, and theirs begins
    now. What is over, and what a hand detached or deleted, stays.
    """
    plan = _Plan(now)
    standing = {(row.day, row.slot): row for row in rows}
    for shift in shifts:
        row = standing.pop((shift.day, shift.slot), None)
        if row is None:
            plan.put(shift)
        elif plan.may_touch(row):
            plan.adapt(row, shift)
    for row in standing.values():
        if plan.may_touch(row):
            plan.end(row)
    return Writing(tuple(plan.add), tuple(plan.change), tuple(plan.cut), tuple(plan.remove))


class _Plan:
    """What is to be done, gathered."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.add: list[Wanted] = []
        self.change: list[tuple[int, Wanted]] = []
        self.cut: list[int] = []
        self.remove: list[int] = []

    def may_touch(self, row: Written) -> bool:
        """Tell whether the rule still decides about a row."""
        return row.state is ShiftState.GENERATED and row.period.ends_at > self.now

    def put(self, shift: Wanted) -> None:
        """Write what is left of a shift from now on."""
        if shift.period.ends_at > self.now:
            start = max(shift.period.starts_at, self.now)
            self.add.append(replace(shift, period=Period(start, shift.period.ends_at)))

    def end(self, row: Written) -> None:
        """Take off a row what has not been yet of it."""
        (self.cut if row.period.starts_at < self.now else self.remove).append(row.id)

    def adapt(self, row: Written, shift: Wanted) -> None:
        """Make a row say what the rule says now."""
        same = (row.who, row.level) == (shift.who, shift.level)
        begun = row.period.starts_at < self.now
        if shift.period.ends_at <= self.now or (begun and not same):
            self.end(row)
            self.put(shift)
            return
        start = row.period.starts_at if begun else max(shift.period.starts_at, self.now)
        period = Period(start, shift.period.ends_at)
        if not same or period != row.period:
            self.change.append((row.id, replace(shift, period=period)))
