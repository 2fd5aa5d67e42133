"""The days that a recurrence rule names: found by arithmetic, never by walking from its start."""

from __future__ import annotations

from bisect import bisect_left
from calendar import isleap, monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import groupby
from math import lcm
from typing import Protocol

from scheduling.rules import Recurrence, parse

DAY = timedelta(days=1)
LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

Weight = Callable[[date], int]


class Days(Protocol):
    """The days of one rule, counted from one day; none lies before it."""

    def between(self, first: date, until: date) -> list[date]:
        """Return those with first <= day < until, in order."""

    def before(self, until: date, weight: Weight | None = None, period: int = 1) -> int:
        """Return how many come before `until`, or the sum of what they weigh.

        A weight repeats itself every `period` days.
        """


@lru_cache(maxsize=4096)
def days_of(recurrence: str, counted_from: date) -> Days:
    """Return the days that a rule names, counted from a day; its UNTIL and COUNT do not matter.

    A day that only some months of the rule have means the last day of the others (31 is 30 June,
    29 February is 28 February); one that none of them has (30 February) is no day at all.
    Raises rules.BadRule.
    """
    rule = _complete(parse(recurrence), counted_from)
    calendar_parts = rule.months | rule.month_days | rule.year_days | rule.week_numbers
    if rule.freq in {"DAILY", "WEEKLY"} and not calendar_parts:
        return _Cycle(rule, counted_from)
    return _Years(rule, counted_from)


def names(days: Days, day: date) -> bool:
    """Return whether `day` is one of them."""
    return bool(days.between(day, day + DAY))


@dataclass(frozen=True)
class _Cycle:
    """Days that repeat themselves after a fixed number of days."""

    rule: Recurrence
    start: date

    @cached_property
    def length(self) -> int:
        """Return after how many days the same offsets come again."""
        if self.rule.freq == "WEEKLY":
            return 7 * self.rule.interval
        return lcm(self.rule.interval, 7 if self.rule.weekdays else 1)

    @cached_property
    def offsets(self) -> list[int]:
        """Return the days of the first cycle, as days after its start."""
        end = self.start + timedelta(days=self.length)
        return [(day - self.start).days for day in _named(self.rule, self.start, self.start, end)]

    def between(self, first: date, until: date) -> list[date]:
        since = max((first - self.start).days, 0)
        end = (until - self.start).days
        cycles = range(since // self.length, end // self.length + 1)
        found = (cycle * self.length + offset for cycle in cycles for offset in self.offsets)
        return [self.start + timedelta(days=day) for day in found if since <= day < end]

    def before(self, until: date, weight: Weight | None = None, period: int = 1) -> int:
        end = (until - self.start).days
        if end <= 0:
            return 0
        if weight is not None:
            return self._weighed(end, weight, period)
        whole, rest = divmod(end, self.length)
        return whole * len(self.offsets) + bisect_left(self.offsets, rest)

    def _weighed(self, end: int, weight: Weight, period: int) -> int:
        """Return the sum of the weights of the first `end` days, by cycles of both together."""
        length = lcm(self.length, period)
        whole, rest = divmod(end, length)

        def total(days: int) -> int:
            until = self.start + timedelta(days=days)
            return sum(weight(day) for day in self.between(self.start, until))

        return (whole * total(length) if whole else 0) + total(rest)


@dataclass(frozen=True)
class _Years:
    """Days that depend on the calendar: each year is looked at once, and kept."""

    rule: Recurrence
    start: date

    def between(self, first: date, until: date) -> list[date]:
        first = max(first, self.start)
        years = range(first.year, (until - DAY).year + 1) if first < until else range(0)
        return [day for year in years for day in self._year(year) if first <= day < until]

    def before(self, until: date, weight: Weight | None = None, period: int = 1) -> int:
        if weight is not None:
            return sum(map(weight, self.between(self.start, until)))
        whole = sum(len(self._year(year)) for year in range(self.start.year, until.year))
        return whole + bisect_left(self._year(until.year), until)

    def _year(self, year: int) -> tuple[date, ...]:
        return _year_of(self.rule, self.start, year)


@lru_cache(maxsize=16384)
def _year_of(rule: Recurrence, start: date, year: int) -> tuple[date, ...]:
    end = date(year, 12, 31) + DAY
    return tuple(_named(rule, start, max(start, date(year, 1, 1)), end))


def _complete(rule: Recurrence, counted_from: date) -> Recurrence:
    """Return the rule with what its first day says for it: its weekday, day and month."""
    if rule.weekdays or rule.month_days or rule.year_days or rule.week_numbers:
        return rule
    if rule.freq == "WEEKLY":
        return replace(rule, weekdays=frozenset({(counted_from.weekday(), 0)}))
    if rule.freq == "MONTHLY":
        return replace(rule, month_days=frozenset({counted_from.day}))
    if rule.freq == "YEARLY":
        months = rule.months or frozenset({counted_from.month})
        return replace(rule, months=months, month_days=frozenset({counted_from.day}))
    return rule


def _named(rule: Recurrence, start: date, first: date, until: date) -> Iterator[date]:
    """Yield the days from `first` to before `until`, in the phase of `start`."""
    begun = _index(rule, start)
    for index, period in groupby(_examined(rule, first, until), lambda day: _index(rule, day)):
        if (index - begun) % rule.interval == 0:
            days = _picked(rule, [day for day in period if _fits(rule, day)])
            yield from (day for day in days if first <= day < until)


def _examined(rule: Recurrence, first: date, until: date) -> Iterator[date]:
    """Yield every day of [first, until); of whole periods where positions in them count."""
    if rule.positions and first < until:
        first, until = _period_start(rule, first), _period_start(rule, until - DAY)
        until += {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}[rule.freq] * DAY
    return (first + number * DAY for number in range((until - first).days))


def _index(rule: Recurrence, day: date) -> int:
    """Return the number of the day, week, month or year; consecutive ones differ by one."""
    if rule.freq == "DAILY":
        return day.toordinal()
    if rule.freq == "WEEKLY":
        return (day.toordinal() - 1 - rule.week_start) // 7
    return day.year * 12 + day.month if rule.freq == "MONTHLY" else day.year


def _period_start(rule: Recurrence, day: date) -> date:
    if rule.freq == "WEEKLY":
        return day - (day.weekday() - rule.week_start) % 7 * DAY
    if rule.freq == "MONTHLY":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if rule.freq == "YEARLY" else day


def _picked(rule: Recurrence, days: list[date]) -> list[date]:
    """Return those of a period's days that the rule's positions take, from either end."""
    if not rule.positions:
        return days
    size = len(days)
    taken = {position - 1 if position > 0 else size + position for position in rule.positions}
    return [day for place, day in enumerate(days) if place in taken]


def _fits(rule: Recurrence, day: date) -> bool:
    """Return whether each part of the rule that speaks of days of the calendar takes `day`."""
    return (
        (not rule.months or day.month in rule.months)
        and (not rule.weekdays or any(_is_weekday(rule, day, *each) for each in rule.weekdays))
        and (not rule.month_days or _is_month_day(rule, day))
        and (not rule.year_days or _is_year_day(rule, day))
        and (not rule.week_numbers or _is_in_week(rule, day))
    )


def _is_weekday(rule: Recurrence, day: date, weekday: int, ordinal: int) -> bool:
    if day.weekday() != weekday or not ordinal:
        return day.weekday() == weekday
    in_month = rule.freq == "MONTHLY" or rule.months
    place = day.day if in_month else _year_day(day)
    left = (_month_length(day) if in_month else _year_length(day)) - place
    return ordinal in {(place - 1) // 7 + 1, -(left // 7 + 1)}


def _is_month_day(rule: Recurrence, day: date) -> bool:
    last = _month_length(day)
    if {day.day, day.day - last - 1} & rule.month_days:
        return True
    if day.day < last or rule.weekdays or rule.freq not in {"MONTHLY", "YEARLY"}:
        return False
    longest = max(LONGEST_MONTH[month - 1] for month in rule.months or range(1, 13))
    return any(last < wanted <= longest for wanted in rule.month_days)


def _is_year_day(rule: Recurrence, day: date) -> bool:
    place = _year_day(day)
    return bool({place, place - _year_length(day) - 1} & rule.year_days)


def _is_in_week(rule: Recurrence, day: date) -> bool:
    """Return whether the week of `day` has one of the numbers, counted from either end."""
    week = day - (day.weekday() - rule.week_start) % 7 * DAY
    year = (week + 3 * DAY).year
    number = (week - _first_week(rule, year)).days // 7 + 1
    left = (_first_week(rule, year + 1) - week).days // 7
    return bool({number, -left} & rule.week_numbers)


def _first_week(rule: Recurrence, year: int) -> date:
    """Return the start of the first week that has four days or more in `year`."""
    fourth = date(year, 1, 4)
    return fourth - (fourth.weekday() - rule.week_start) % 7 * DAY


def _month_length(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _year_length(day: date) -> int:
    return 366 if isleap(day.year) else 365


def _year_day(day: date) -> int:
    return day.timetuple().tm_yday
