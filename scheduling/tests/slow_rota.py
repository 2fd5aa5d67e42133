"""What a rotation writes, found the slow and plain way: day by day from its start."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduling.enums import GapReason, OnHolidays, TurnUnit
from scheduling.rules import WEEKDAYS
from scheduling.types import (
    Occurrence,
    OverrideFact,
    Period,
    Rule,
    ScheduleFacts,
    ShiftFact,
    Standing,
    Who,
)

DAY, QUARTER = timedelta(days=1), timedelta(minutes=15)


def slow_occurrences(rule: Rule, until: date, holidays: Collection[date]) -> list[Occurrence]:
    """Return all shifts of a rotation that start before the day `until`."""
    walk = _hours if rule.turn_unit is TurnUnit.HOUR else _days
    found = []
    for day, ordinal, turn, begins, ends in walk(rule, until, holidays):
        last = rule.ends_on or date.max
        period = Period(first_instant(begins, rule.zone), first_instant(ends, rule.zone))
        if rule.starts_on <= day <= last and period.starts_at < period.ends_at:
            team = rule.participants[(rule.first_participant + turn) % len(rule.participants)]
            for member, who in enumerate(team):
                found.append(Occurrence(day, ordinal * 100 + member, who, period, turn))
    return found


def first_instant(local: datetime, zone: str) -> datetime:
    """Return the first instant at which the clock of `zone` shows `local`, or has gone beyond it.

    All clocks change by quarters of an hour here.
    """
    at, tz = local.replace(tzinfo=UTC) - 14 * 4 * QUARTER, ZoneInfo(zone)
    while at.astimezone(tz).replace(tzinfo=None) < local:
        at += QUARTER
    return at


Shift = tuple[date, int, int, datetime, datetime]  # day, ordinal, turn, local start and end


def _days(rule: Rule, until: date, holidays: Collection[date]) -> Iterator[Shift]:
    shifts = periods = 0
    for day in _every_day(rule.counted_from, until):
        while _period_start(rule, periods + 1) <= day:
            periods += 1
        if _is_taken(rule, day, holidays):
            turn = periods if rule.turn_unit in {"week", "month"} else shifts // rule.turn_count
            begins = datetime.combine(day, rule.start_time)
            yield day, 0, turn, begins, _end(rule, day, holidays)
            shifts += 1


def _end(rule: Rule, day: date, holidays: Collection[date]) -> datetime:
    ends = datetime.combine(day + rule.end_day_offset * DAY, rule.end_time)
    if not rule.end_day_offset and rule.end_time <= rule.start_time:
        ends += DAY
    for following in _every_day(day + DAY, ends.date() + DAY):
        skipped = rule.on_holidays is OnHolidays.ONLY and following not in holidays
        if slow_names(rule.recurrence, rule.counted_from, following) and not skipped:
            return min(ends, datetime.combine(following, rule.start_time))
    return ends


def _hours(rule: Rule, until: date, holidays: Collection[date]) -> Iterator[Shift]:
    begins, turn, ordinals = datetime.combine(rule.counted_from, rule.start_time), 0, [date.min]
    while begins.date() < until:
        day, ends = begins.date(), begins + timedelta(hours=rule.turn_count)
        if _is_taken(rule, day, holidays):
            yield day, ordinals.count(day), turn, begins, ends
            turn += 1
        ordinals = [*ordinals[-24:], day]
        begins = ends


def _period_start(rule: Rule, number: int) -> date:
    """Return the start of a period of so many weeks or months; the first one is 0."""
    count, start = number * rule.turn_count, rule.counted_from
    if rule.turn_unit is not TurnUnit.MONTH:
        return start + 7 * count * DAY
    year, month = divmod(start.month - 1 + count, 12)
    last = monthrange(start.year + year, month + 1)[1]
    return date(start.year + year, month + 1, min(start.day, last))


def _is_taken(rule: Rule, day: date, holidays: Collection[date]) -> bool:
    if rule.on_holidays is OnHolidays.SKIP and day in holidays:
        return False
    if rule.on_holidays is OnHolidays.ONLY and day not in holidays:
        return False
    return slow_names(rule.recurrence, rule.counted_from, day)


def slow_names(text: str, since: date, day: date) -> bool:
    """Return whether a rule, of the parts that tests draw, names a day."""
    parts = dict(part.split("=") for part in text.removeprefix("RRULE:").split(";"))
    if not _fits(parts, since, day):
        return False
    if "BYSETPOS" not in parts:
        return True
    month = _every_day(
        day.replace(day=1), day.replace(day=1) + monthrange(day.year, day.month)[1] * DAY
    )
    if parts["FREQ"] == "YEARLY":
        month = _every_day(date(day.year, 1, 1), date(day.year + 1, 1, 1))
    days = [each for each in month if _fits(parts, since, each)]
    places = [int(place) for place in parts["BYSETPOS"].split(",")]
    return day in [days[place - (place > 0)] for place in places if abs(place) <= len(days)]


def _fits(parts: dict[str, str], since: date, day: date) -> bool:
    apart = {
        "DAILY": (day - since).days,
        "WEEKLY": (_week(parts, day) - _week(parts, since)).days // 7,
        "MONTHLY": 12 * (day.year - since.year) + day.month - since.month,
        "YEARLY": day.year - since.year,
    }
    if apart[parts["FREQ"]] % int(parts["INTERVAL"]):
        return False
    if "BYMONTH" in parts and str(day.month) not in parts["BYMONTH"].split(","):
        return False
    if "BYDAY" in parts:
        return any(_is_weekday(parts, each, day) for each in parts["BYDAY"].split(","))
    if parts["FREQ"] == "WEEKLY":
        return day.weekday() == since.weekday()
    if parts["FREQ"] == "DAILY":
        return True
    last = monthrange(day.year, day.month)[1]
    wanted = [int(each) for each in parts.get("BYMONTHDAY", str(since.day)).split(",")]
    return day.day in [min(each, last) if each > 0 else last + 1 + each for each in wanted]


def _is_weekday(parts: dict[str, str], text: str, day: date) -> bool:
    """Return whether `day` is MO, or 1MO, or -1MO, of its month."""
    if WEEKDAYS[day.weekday()] != text[-2:]:
        return False
    if len(text) == 2:
        return True
    month = _every_day(day.replace(day=1), (day.replace(day=28) + 4 * DAY).replace(day=1))
    same = [each for each in month if each.weekday() == day.weekday()]
    place = int(text[:-2])
    return day == same[place - 1 if place > 0 else place]


def _week(parts: dict[str, str], day: date) -> date:
    while WEEKDAYS[day.weekday()] != parts.get("WKST", "MO"):
        day -= DAY
    return day


def _every_day(first: date, until: date) -> Iterator[date]:
    while first < until:
        yield first
        first += DAY


def slow_standing(facts: ScheduleFacts, at: datetime) -> list[Standing]:
    """Return who stands at an instant: divert, then overrides of shift, person, level, in order."""

    def latest(**target: object) -> OverrideFact | None:
        fitting = [
            o
            for o in facts.overrides
            if all(getattr(o, name) == value for name, value in target.items())
            and o.period.starts_at <= at < o.period.ends_at
        ]
        return max(fitting, key=lambda o: o.id, default=None)

    def stand(level: int, who: Who, shift: ShiftFact | None, reason: str, by: int | None) -> None:
        away = any(a.starts_at <= at < a.ends_at for a in facts.absences.get(who, ()))
        why = facts.unreachable.get(who) or (GapReason.TIME_OFF if away else None)
        rotation = shift.rotation if shift else 0
        found.append(Standing(level, who, shift.id if shift else None, why, reason, by, rotation))

    found: list[Standing] = []
    for divert in facts.diverts:
        if divert.period.starts_at <= at < divert.period.ends_at:
            stand(1, divert.to, None, "divert", None)
            return found
    for shift in facts.shifts:
        if shift.period.starts_at <= at < shift.period.ends_at and not latest(level=shift.level):
            who: Who | None = shift.who
            own = latest(shift=shift.id) if shift.id else None
            who = own.who if own else who
            theirs = latest(assignee=who) if who else None
            who = theirs.who if theirs else who
            last = theirs or own
            if who:
                stand(
                    shift.level,
                    who,
                    shift,
                    "override" if last else "regular",
                    last.id if last else None,
                )
    for level in {o.level for o in facts.overrides if o.level}:
        whole = latest(level=level)
        if whole and whole.who:
            stand(level, whole.who, None, "override", whole.id)
    return found
