"""How heavy people's duties are: what breaks the rules of rest, and how much each of them has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain, pairwise

from scheduling import periods, wall
from scheduling.duties import Duty, in_order
from scheduling.enums import ShiftWarning
from scheduling.types import Period, Who

MIN_REST = timedelta(hours=11)
MOST_IN_A_ROW = 7
# A shift that begins this long after the one before still follows it.
IN_A_ROW = timedelta(hours=24)
NIGHT = (time(22), time(6))
_DAY = timedelta(days=1)
_SATURDAY = 5
Local = tuple[datetime, datetime]  # from when to when by the wall clock, naive


@dataclass(frozen=True)
class Warned:
    """One warning about a duty.

    `other` is the duty of the same person that it clashes with: the one before, or the first at the
    same time. `rest` is how long there is between the two. `count` is how many there are in a row,
    this one included, or at the same time, this one not. `who` cannot be reached, where that is it.
    """

    code: ShiftWarning
    other: Duty | None = None
    rest: timedelta | None = None
    count: int = 0
    who: Who | None = None


@dataclass(frozen=True)
class Load:
    """What one person has in a window: lengths of real time, and how many shifts.

    Two duties at one time count once. `night` is 22:00 to 06:00 by the wall clock, `days_off` what
    lies on Saturdays, Sundays and public holidays.
    """

    worked: timedelta
    shifts: int
    night: timedelta
    days_off: timedelta


Found = Iterator[tuple[Duty, Warned]]


def warnings(
    duties: Iterable[Duty], min_rest: timedelta = MIN_REST, most_in_a_row: int = MOST_IN_A_ROW
) -> Mapping[int, tuple[Warned, ...]]:
    """Return what is doubtful about shifts, by shift, given the duties of people everywhere.

    `most_in_a_row` 0: as many as you like.
    Whether a shift is the first in a row, or well rested for, shows only with the duties before it.
    """
    found: dict[int, list[Warned]] = defaultdict(list)
    for duty, warned in judged(duties, min_rest, most_in_a_row):
        if duty.shift is not None:
            found[duty.shift].append(warned)
    return {shift: tuple(theirs) for shift, theirs in found.items()}


def judged(
    duties: Iterable[Duty], min_rest: timedelta = MIN_REST, most_in_a_row: int = MOST_IN_A_ROW
) -> Found:
    """Yield each warning with its duty, person by person; a shift has each code once a person."""
    for theirs in _by_person(duties).values():
        told = set()
        for duty, warned in chain(
            _short_rests(theirs, min_rest), _too_many(theirs, most_in_a_row), _at_once(theirs)
        ):
            key = (_stint(duty), warned.code)
            if key not in told:
                told.add(key)
                yield duty, warned


def loads(
    duties: Iterable[Duty], window: Period, zone: str, holidays: Collection[date] = ()
) -> Mapping[int, Load]:
    """Return what each person has within `window`, nights and days by the clock of `zone`."""
    return {
        staff: load
        for staff, theirs in _by_person(duties).items()
        if (load := _load(theirs, window, zone, holidays)).worked
    }


def mean(loads: Iterable[Load]) -> timedelta:
    """Return how much there is to do for each of those who have something; nothing for nobody."""
    found = [load.worked for load in loads]
    return sum(found, timedelta()) / len(found) if found else timedelta()


def deviation(load: Load, average: timedelta) -> int:
    """Return by how many percent a load is above the average, below it where negative."""
    return round(100 * (load.worked - average) / average) if average else 0


def _by_person(duties: Iterable[Duty]) -> dict[int, list[Duty]]:
    found: dict[int, list[Duty]] = defaultdict(list)
    for duty in sorted(duties, key=in_order):
        found[duty.staff].append(duty)
    return found


def _stint(duty: Duty) -> object:
    """Return what the pieces of one shift that one person has share."""
    return duty if duty.shift is None else duty.shift


def _short_rests(duties: Sequence[Duty], min_rest: timedelta) -> Found:
    """Yield what begins too soon after the last end; what touches or overlaps is one duty."""
    for before, block in pairwise(_blocks(duties)):
        last = max(before, key=lambda duty: duty.period.ends_at)
        rest = block[0].period.starts_at - last.period.ends_at
        if rest >= min_rest:
            continue
        for duty in block:
            is_first = duty.period.starts_at == block[0].period.starts_at
            if is_first and _stint(duty) != _stint(last):
                yield duty, Warned(ShiftWarning.REST_TOO_SHORT, last, rest)


def _blocks(duties: Sequence[Duty]) -> list[list[Duty]]:
    """Return the duties, in order, with those that touch or overlap together."""
    found: list[list[Duty]] = []
    until: datetime | None = None
    for duty in duties:
        if until is None or duty.period.starts_at > until:
            found.append([])
            until = duty.period.ends_at
        found[-1].append(duty)
        until = max(until, duty.period.ends_at)
    return found


def _too_many(duties: Sequence[Duty], most: int) -> Found:
    """Yield the shifts that follow on `most` or more, each with how many there are by then."""
    pieces: dict[object, list[Duty]] = defaultdict(list)
    for duty in duties:
        pieces[_stint(duty)].append(duty)
    count, before = 0, None
    for first, *others in pieces.values():
        last = max(first, *others, key=_end) if others else first
        follows = before is not None and first.period.starts_at - _end(before) <= IN_A_ROW
        count = count + 1 if follows else 1
        if most and count > most:
            yield first, Warned(ShiftWarning.TOO_MANY_IN_A_ROW, before, count=count)
        before = max(before, last, key=_end) if before and follows else last


def _end(duty: Duty) -> datetime:
    return duty.period.ends_at


def _at_once(duties: Sequence[Duty]) -> Found:
    """Yield what overlaps another of the same person's duties, each with the first of these."""
    clashes: dict[Duty, list[Duty]] = defaultdict(list)
    going_on: list[Duty] = []
    for duty in duties:
        going_on = [other for other in going_on if _end(other) > duty.period.starts_at]
        for other in going_on:
            clashes[other].append(duty)
            clashes[duty].append(other)
        going_on.append(duty)
    for duty, others in clashes.items():
        count = len({_stint(other) for other in others})
        yield duty, Warned(ShiftWarning.TWICE_AT_ONCE, others[0], count=count)


def _load(duties: Sequence[Duty], window: Period, zone: str, holidays: Collection[date]) -> Load:
    inside = [duty for duty in duties if periods.intersect([duty.period], [window])]
    times = periods.intersect([duty.period for duty in inside], [window])

    def night(day: date) -> Local | None:
        return datetime.combine(day, NIGHT[0]), datetime.combine(day + _DAY, NIGHT[1])

    def day_off(day: date) -> Local | None:
        if day.weekday() < _SATURDAY and day not in holidays:
            return None
        return datetime.combine(day, time()), datetime.combine(day + _DAY, time())

    return Load(
        worked=_length(times),
        shifts=len({_stint(duty) for duty in inside}),
        night=_length(_during(times, zone, night)),
        days_off=_length(_during(times, zone, day_off)),
    )


def _during(
    times: Iterable[Period], zone: str, stretch: Callable[[date], Local | None]
) -> Iterator[Period]:
    """Yield what `times` have of the `stretch` of each day, which is told by the wall clock."""
    for period in times:
        day = wall.wall(period.starts_at, zone).date() - _DAY
        last = wall.wall(period.ends_at, zone).date()
        while day <= last:
            if local := stretch(day):
                start = max(wall.instant(local[0], zone), period.starts_at)
                end = min(wall.instant(local[1], zone), period.ends_at)
                if start < end:
                    yield Period(start, end)
            day += _DAY


def _length(times: Iterable[Period]) -> timedelta:
    return sum((each.ends_at - each.starts_at for each in times), timedelta())
