"""The shifts that a rotation writes, and whose turn each is; the same whenever it is asked."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from math import gcd

from scheduling import wall
from scheduling.enums import OnHolidays, RuleFault, TurnUnit
from scheduling.rule_days import DAY, Days, days_of, names
from scheduling.rules import BadRule, parse, without_end
from scheduling.types import Occurrence, Period, Rule, Who

YEARS_AHEAD = 10  # a rule that writes nothing in so many years never does, as far as we look
LONGEST_COUNT_YEARS = 100
LAST_DAY = date(9000, 1, 1)
SLOTS_PER_SHIFT = 100  # more than any team has members

Holidays = Collection[date]
_instant = lru_cache(maxsize=8192)(wall.instant)  # one shift's end is mostly the next one's start


def occurrences(rule: Rule, first: date, until: date, holidays: Holidays = ()) -> list[Occurrence]:
    """Return the shifts with first <= day < until, by start and slot.

    `holidays` are the public holidays since `rule.counted_from`, on the days of `rule.zone`.
    A shift that a jump of the clocks leaves empty is not among them, though its turn passes.
    Raises rules.BadRule.
    """
    first, until = _within(rule, first, until)
    if not rule.participants or first >= until:
        return []
    named = _Named(rule, holidays)
    written = _hours if rule.turn_unit is TurnUnit.HOUR else _days
    return list(written(named, first, until))


def between(
    rule: Rule, starts_at: datetime, ends_at: datetime, holidays: Holidays = ()
) -> list[Occurrence]:
    """Return the shifts that overlap [starts_at, ends_at) (aware), by start and slot.

    `holidays` as for `occurrences`. Raises rules.BadRule.
    """
    hours = rule.turn_count if rule.turn_unit is TurnUnit.HOUR else 0
    back = (_end_days(rule) + hours // 24 + 2) * DAY
    found = occurrences(
        rule,
        wall.wall(starts_at, rule.zone).date() - back,
        wall.wall(ends_at, rule.zone).date() + 2 * DAY,
        holidays,
    )
    return [o for o in found if o.period.starts_at < ends_at and o.period.ends_at > starts_at]


def upcoming(
    rule: Rule, day: date, count: int, holidays: Holidays = (), after: datetime | None = None
) -> list[Occurrence]:
    """Return the first `count` shifts that start on `day` or later, fewer if there are no more.

    With `after` (aware) only those that are not over by then. It looks YEARS_AHEAD from `day`, or
    from the rule's start where that is later.
    """
    since = min(max(day, rule.starts_on, rule.counted_from), LAST_DAY)
    end, span = since + YEARS_AHEAD * 366 * DAY, 16 * DAY
    found: list[Occurrence] = []
    while len(found) < count and since < end:
        some = occurrences(rule, since, min(since + span, end), holidays)
        found += [each for each in some if after is None or each.period.ends_at > after]
        since, span = since + span, 2 * span
    return found[:count]


def turn_on(rule: Rule, day: date, holidays: Holidays = ()) -> int:
    """Return which turn it is on `day`: of the shift that lasts then, or else of the next one.

    Turns of weeks or months are stretches of time: where none lasts, that in which the day lies.
    Turns are counted from 0; the day before `rule.counted_from` has the turn of that day.
    """
    day = max(day, rule.counted_from)
    named = _Named(rule, holidays)
    if rule.turn_unit is TurnUnit.HOUR:
        return _turn_by_hours(named, day)
    cuts = named.cuts(day - _end_days(rule) * DAY, day + DAY)
    begun = named.between(day - _end_days(rule) * DAY, day + DAY)[-1:]
    lasting = [each for each in begun if _local_end(rule, each, cuts) > _midnight(day)]
    return _turns(named, lasting or [day])[0]


def _turn_by_hours(named: _Named, day: date) -> int:
    """Return the turn of the first shift by hours of a day, or of the one that lasts over it."""
    back = (named.rule.turn_count // 24 + 1) * DAY
    begun = list(_hours(named, max(day - back, named.rule.counted_from), day))
    starts = _starts_on(named.rule, day) if named.between(day, day + DAY) else ()
    if starts or not begun or begun[-1].period.ends_at <= _instant(_midnight(day), named.rule.zone):
        return named.hours_before(day)
    return begun[-1].turn


def is_cut(rule: Rule) -> bool:
    """Return whether a shift of the first year ends early because the next one starts."""
    if rule.turn_unit is TurnUnit.HOUR or rule.on_holidays is OnHolidays.ONLY:
        return False
    last = min(rule.starts_on, LAST_DAY) + 366 * DAY
    days = days_of(rule.recurrence, rule.counted_from).between(rule.starts_on, last)
    whole = (_end_days(rule), rule.end_time)
    return any(((b - a).days, rule.start_time) < whole for a, b in pairwise(days))


def team(rule: Rule, turn: int) -> tuple[Who, ...]:
    """Return whose turn it is."""
    return rule.participants[(rule.first_participant + turn) % len(rule.participants)]


def check(
    recurrence: str, counted_from: date, starts_on: date, ends_on: date | None = None
) -> None:
    """Raise BadRule unless the text is one rule that names a day from `starts_on` to `ends_on`.

    At most YEARS_AHEAD are looked at.
    """
    days = days_of(recurrence, counted_from)
    if ends_on is not None and ends_on < starts_on:
        raise BadRule(RuleFault.ENDS_BEFORE_START)
    until = min(starts_on, LAST_DAY) + YEARS_AHEAD * 366 * DAY
    if ends_on is not None:
        until = min(until, min(ends_on, LAST_DAY) + DAY)
    if not days.between(starts_on, until):
        raise BadRule(RuleFault.NEVER_FIRES)


def split_end(recurrence: str, counted_from: date, zone: str = "UTC") -> tuple[str, date | None]:
    """Return the rule without its UNTIL or COUNT, and the last day that these allow.

    An UNTIL with a Z is an instant, whose day is that of `zone`. Raises BadRule.
    """
    parts = parse(recurrence)
    endless = without_end(recurrence)
    ends = [parts.until.in_zone(zone)] if parts.until else []
    if parts.count:
        ends += _nth_day(days_of(endless, counted_from), counted_from, parts.count)
    return endless, min(ends, default=None)


@dataclass(frozen=True)
class _Named:
    """The days on which a rule writes shifts, public holidays considered."""

    rule: Rule
    holidays: Holidays

    @cached_property
    def days(self) -> Days:
        """Return the days of the rule's text."""
        return days_of(self.rule.recurrence, self.rule.counted_from)

    @cached_property
    def hits(self) -> tuple[date, ...]:
        """Return the public holidays among them, where these make a difference."""
        if self.rule.on_holidays is OnHolidays.AS_USUAL:
            return ()
        return _hits(self.rule.recurrence, self.rule.counted_from, frozenset(self.holidays))

    def between(self, first: date, until: date) -> list[date]:
        """Return the days with first <= day < until on which a shift starts."""
        if self.rule.on_holidays is OnHolidays.ONLY:
            return self._hits_between(first, until)
        out = set(self._hits_between(first, until))
        return [day for day in self.days.between(first, until) if day not in out]

    def cuts(self, first: date, until: date) -> list[date]:
        """Return the days with first <= day < until that end a shift begun before.

        A day left out because it is a holiday is among them: it is for others to be on call.
        """
        if self.rule.on_holidays is OnHolidays.ONLY:
            return self._hits_between(first, until)
        return self.days.between(first, until)

    def before(self, until: date) -> int:
        """Return how many shift days come before `until`."""
        hits = bisect_left(self.hits, until)
        if self.rule.on_holidays is OnHolidays.ONLY:
            return hits
        return self.days.before(until) - hits

    def hours_before(self, until: date) -> int:
        """Return how many shifts by hours start before the day `until`."""
        rule, hits = self.rule, self.hits[: bisect_left(self.hits, until)]
        holidays = sum(len(_starts_on(rule, day)) for day in hits)
        if rule.on_holidays is OnHolidays.ONLY:
            return holidays
        period = rule.turn_count // gcd(24, rule.turn_count)
        found = self.days.before(until, lambda day: len(_starts_on(rule, day, True)), period)
        if until > rule.counted_from and names(self.days, rule.counted_from):
            found -= max(0, -_starts_on(rule, rule.counted_from, True).start)
        return found - holidays

    def _hits_between(self, first: date, until: date) -> list[date]:
        return list(self.hits[bisect_left(self.hits, first) : bisect_left(self.hits, until)])


@lru_cache(maxsize=1024)
def _hits(recurrence: str, counted_from: date, holidays: frozenset[date]) -> tuple[date, ...]:
    days = days_of(recurrence, counted_from)
    return tuple(day for day in sorted(holidays) if names(days, day))


def _within(rule: Rule, first: date, until: date) -> tuple[date, date]:
    """Return the window without what lies outside the rule's own first and last days."""
    last = min(rule.ends_on or LAST_DAY, LAST_DAY)
    return max(first, rule.starts_on, rule.counted_from), min(until, last + DAY)


def _days(named: _Named, first: date, until: date) -> Iterator[Occurrence]:
    """Yield one shift, or one per member of the team, for each day."""
    rule = named.rule
    days = named.between(first, until)
    cuts = named.cuts(first, until + _end_days(rule) * DAY)
    for day, turn in zip(days, _turns(named, days), strict=True):
        begins, ends = datetime.combine(day, rule.start_time), _local_end(rule, day, cuts)
        yield from _shifts(rule, day, 0, turn, begins, ends)


def _hours(named: _Named, first: date, until: date) -> Iterator[Occurrence]:
    """Yield the shifts of so many hours each that start on the rule's days."""
    rule, step = named.rule, timedelta(hours=named.rule.turn_count)
    begin = datetime.combine(rule.counted_from, rule.start_time)
    turn = named.hours_before(first)
    for day in named.between(first, until):
        for ordinal, number in enumerate(_starts_on(rule, day)):
            begins = begin + number * step
            yield from _shifts(rule, day, ordinal * SLOTS_PER_SHIFT, turn, begins, begins + step)
            turn += 1


def _shifts(
    rule: Rule, day: date, slot: int, turn: int, begins: datetime, ends: datetime
) -> Iterator[Occurrence]:
    """Yield the shift of each member from one wall-clock time to another, unless it is empty."""
    period = Period(_instant(begins, rule.zone), _instant(ends, rule.zone))
    if period.starts_at < period.ends_at:
        for member, who in enumerate(team(rule, turn)):
            yield Occurrence(day, slot + member, who, period, turn)


def _starts_on(rule: Rule, day: date, all_day: bool = False) -> range:
    """Return the numbers of the shifts by hours that start on `day`, none before the rule does.

    With `all_day` also those that would come before it on its first day, below 0.
    """
    begin = datetime.combine(rule.counted_from, rule.start_time)
    step = timedelta(hours=rule.turn_count)
    first, until = (-((begin - _midnight(each)) // step) for each in (day, day + DAY))
    return range(first if all_day else max(first, 0), until)


def _local_end(rule: Rule, day: date, cuts: list[date]) -> datetime:
    """Return when the shift of `day` ends by the clock: at the next one's start at the latest."""
    ends = datetime.combine(day + _end_days(rule) * DAY, rule.end_time)
    following = bisect_right(cuts, day)
    if following == len(cuts):
        return ends
    return min(ends, datetime.combine(cuts[following], rule.start_time))


def _end_days(rule: Rule) -> int:
    """Return how many days after its start a shift ends: never the same day, if not later."""
    if rule.turn_unit is TurnUnit.HOUR:
        return 0
    return rule.end_day_offset or int(rule.end_time <= rule.start_time)


def _turns(named: _Named, days: list[date]) -> list[int]:
    """Return the turn of each of these consecutive shift days."""
    rule = named.rule
    if rule.turn_unit is TurnUnit.WEEK:
        return [(day - rule.counted_from).days // (7 * rule.turn_count) for day in days]
    if rule.turn_unit is TurnUnit.MONTH:
        return [_months(rule.counted_from, day) // rule.turn_count for day in days]
    before = named.before(days[0]) if days else 0
    return [number // rule.turn_count for number in range(before, before + len(days))]


def _months(start: date, day: date) -> int:
    """Return how many whole months lie between; the 31st of a short month is its last day."""
    months = (day.year - start.year) * 12 + day.month - start.month
    return months - (day.day < min(start.day, monthrange(day.year, day.month)[1]))


def _nth_day(days: Days, counted_from: date, count: int) -> list[date]:
    """Return the day of that number, none if it is more than LONGEST_COUNT_YEARS away."""
    since = counted_from
    for _ in range(LONGEST_COUNT_YEARS):
        found = days.between(since, since + 366 * DAY)
        if len(found) >= count:
            return [found[count - 1]]
        since, count = since + 366 * DAY, count - len(found)
    return []


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
