"""The shifts of the demo: round the clock by the wall clock, in months, around one hole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from oncall_portal.demo.company import Duty
from scheduling import wall
from scheduling.types import Period

MORNING, EVENING, NOON = time(8), time(18), time(12)
DESK = ""  # stands for the reception, a service, among the names of people
_DAY = timedelta(days=1)
HOLE_IN_DAYS = 5


@dataclass(frozen=True)
class Turn:
    """Somebody on duty at a level; `name` is a person's, or DESK."""

    name: str
    level: int
    period: Period


def months(today: date) -> tuple[date, date, date]:
    """Return the first days of this month, the next, and the one after."""
    first = today.replace(day=1)
    second = (first + 31 * _DAY).replace(day=1)
    return first, second, (second + 31 * _DAY).replace(day=1)


def backup_since(today: date) -> date:
    """Return the Monday on which the rotation of the backup begins, before all other turns."""
    first = months(today)[0] - _DAY
    return first - first.weekday() * _DAY


def hole(today: date, zone: str) -> Period:
    """Return the afternoon, a few days ahead, for which nobody was found."""
    day = today + HOLE_IN_DAYS * _DAY
    return _period(day, NOON, day, EVENING, zone)


def turns(duty: Duty, first: date, end: date, without: Period | None) -> Iterator[Turn]:
    """Yield the turns that start in [first, end), local days, leaving out a hole.

    Handover is at 08:00; a weekday is a day and a night, a weekend day one long turn of a team
    of two. Months that follow one another join.
    """
    day = first
    while day < end:
        for turn in _front(duty, day):
            yield from _around(turn, without)
        day += _DAY


def _front(duty: Duty, day: date) -> Iterator[Turn]:
    number, weekday = day.toordinal(), day.weekday()
    if weekday >= 5:
        period = _period(day, MORNING, day + _DAY, MORNING, duty.zone)
        for name in duty.weekend[number // 7 % len(duty.weekend)]:
            yield Turn(name, 1, period)
        return
    by_day = duty.day[number % len(duty.day)] if duty.day else DESK
    yield Turn(by_day, 1, _period(day, MORNING, day, EVENING, duty.zone))
    night = _period(day, EVENING, day + _DAY, MORNING, duty.zone)
    yield Turn(duty.night[number % len(duty.night)], 1, night)
    if duty.day:
        yield Turn(DESK, 3, night)


def _around(turn: Turn, without: Period | None) -> Iterator[Turn]:
    start, end = turn.period.starts_at, turn.period.ends_at
    if without is None or without.ends_at <= start or end <= without.starts_at:
        yield turn
        return
    for period in (Period(start, without.starts_at), Period(without.ends_at, end)):
        if period.starts_at < period.ends_at:
            yield Turn(turn.name, turn.level, period)


def _period(first: date, start: time, last: date, end: time, zone: str) -> Period:
    return Period(
        wall.instant(datetime.combine(first, start), zone),
        wall.instant(datetime.combine(last, end), zone),
    )
