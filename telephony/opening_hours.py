"""When a number is open, by the wall clock of its zone."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from typing import cast
from zoneinfo import available_timezones

from scheduling import periods, wall
from scheduling.predefined import WEEKDAYS
from scheduling.types import Period

MOST_SPANS, MOST_EXCEPTIONS = 50, 200
LOOK_AHEAD_DAYS = 400  # beyond, nothing is said of the next change
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY = timedelta(days=1)
_WEEK_AROUND = 9  # from the eve of one weekday to its return
_KEYS = {"time_zone", "weekly", "holidays", "exceptions"}


class Fault(StrEnum):
    """What is wrong with opening hours."""

    SHAPE = "shape"
    KEY = "key"
    TIME_ZONE = "time_zone"
    DAYS = "days"
    TIME = "time"
    DATE = "date"
    HOLIDAYS = "holidays"
    MANY = "many"
    CLOSED_AND_OPEN = "closed_and_open"


class OnHolidays(StrEnum):
    """What holds on public holidays."""

    CLOSED = "closed"
    OPEN = "open"
    AS_USUAL = "as_usual"


class UnknownHours(ValueError):
    """These are no opening hours: `fault` says why, `value` which part, `where` its place."""

    def __init__(self, fault: Fault, value: object, where: str = "") -> None:
        super().__init__(f"{fault.value}: {where} {value!r}")
        self.fault = fault
        self.value = value
        self.where = where


@dataclass(frozen=True)
class Span:
    """Open from `start` to before `end`, minutes after midnight; past 1440 is the next day."""

    start: int
    end: int


@dataclass(frozen=True)
class OpeningHours:
    """When a number is open: by weekday (0 is Monday), on public holidays, on single days."""

    zone: str
    weekly: tuple[tuple[Span, ...], ...]
    holidays: OnHolidays
    exceptions: Mapping[date, tuple[Span, ...]]


ALL_DAY = (Span(0, 24 * 60),)


def parse(value: object) -> OpeningHours:
    """Return opening hours as the API and the database write them; raise UnknownHours.

    {"time_zone": "Europe/Paris", "weekly": [{"days": ["mo", "fr"], "from": "09:00", "to":
    "18:00"}], "holidays": "closed", "exceptions": [{"on": "2026-12-24", "from": "09:00", "to":
    "12:00"}, {"on": "2026-12-31", "closed": true}]}. A day may have several spans; one whose end
    is not after its start ends on the next day, and "24:00" is the end of the day itself.
    "holidays" is closed, open (all day) or as_usual, which also holds without the key. A day that
    is an exception has its spans only, whatever weekday or holiday it is.
    """
    _mapping(value, _KEYS, "")
    hours = cast(Mapping[str, object], value)
    zone, holidays = hours.get("time_zone"), hours.get("holidays", OnHolidays.AS_USUAL.value)
    if not isinstance(zone, str) or zone not in _zones():
        raise UnknownHours(Fault.TIME_ZONE, zone, "time_zone")
    if holidays not in tuple(OnHolidays):
        raise UnknownHours(Fault.HOLIDAYS, holidays, "holidays")
    return OpeningHours(
        zone,
        _weekly(_list(hours.get("weekly", []), MOST_SPANS, "weekly")),
        OnHolidays(str(holidays)),
        _exceptions(_list(hours.get("exceptions", []), MOST_EXCEPTIONS, "exceptions")),
    )


def is_open(hours: OpeningHours, holidays: Collection[date], at: datetime) -> bool:
    """Tell whether a number is open at `at` (aware); `holidays` are those of the day and its eve.

    Spans belong to the day on which they start: those of the eve reach into a holiday. They are
    half-open, by the wall clock: one whose start the clocks skip starts with the jump, and one
    whose end comes twice ends at the first.
    """
    day = wall.wall(at, hours.zone).date()
    near = (*_on(hours, holidays, day - _DAY), *_on(hours, holidays, day))
    return any(period.starts_at <= at < period.ends_at for period in near)


def next_change(hours: OpeningHours, holidays: Collection[date], at: datetime) -> datetime | None:
    """Return when a number next opens or closes after `at` (aware, UTC returned).

    None when nothing changes within LOOK_AHEAD_DAYS, whose public holidays `holidays` must hold.
    """
    first = wall.wall(at, hours.zone).date() - _DAY
    for days in (_WEEK_AROUND, LOOK_AHEAD_DAYS):
        dates = [first + n * _DAY for n in range(days)]
        # what is open beyond the last of them may go on, which only the days after it could tell
        known_until = wall.instant(datetime.combine(dates[-1] + _DAY, time()), hours.zone)
        open_in = periods.merge(period for day in dates for period in _on(hours, holidays, day))
        edges = (edge for p in open_in for edge in (p.starts_at, p.ends_at))
        found = next((edge for edge in edges if at < edge < known_until), None)
        if found is not None:
            return found
    return None


def _on(hours: OpeningHours, holidays: Collection[date], day: date) -> tuple[Period, ...]:
    found = (_period(span, day, hours.zone) for span in _spans(hours, holidays, day))
    return tuple(period for period in found if period.starts_at < period.ends_at)


def _spans(hours: OpeningHours, holidays: Collection[date], day: date) -> tuple[Span, ...]:
    if day in hours.exceptions:
        return hours.exceptions[day]
    if day in holidays and hours.holidays is not OnHolidays.AS_USUAL:
        return ALL_DAY if hours.holidays is OnHolidays.OPEN else ()
    return hours.weekly[day.weekday()]


def _period(span: Span, day: date, zone: str) -> Period:
    midnight = datetime.combine(day, time())
    ends = (midnight + timedelta(minutes=minutes) for minutes in (span.start, span.end))
    return Period(*(wall.instant(end, zone) for end in ends))


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


# --- reading what was written --------------------------------------------------------------------


def _weekly(rows: list[object]) -> tuple[tuple[Span, ...], ...]:
    days: list[list[Span]] = [[] for _ in WEEKDAYS]
    for index, row in enumerate(rows):
        where = f"weekly[{index}]"
        read = _mapping(row, {"days", "from", "to"}, where)
        span = _span(read, where)
        for day in _days(read.get("days"), where):
            days[day].append(span)
    return tuple(tuple(day) for day in days)


def _days(value: object, where: str) -> list[int]:
    known = isinstance(value, list) and value and all(day in WEEKDAYS for day in value)
    if not known or len(set(cast(list[str], value))) < len(cast(list[str], value)):
        raise UnknownHours(Fault.DAYS, value, f"{where}.days")
    return [WEEKDAYS.index(day) for day in cast(list[str], value)]


def _exceptions(rows: list[object]) -> dict[date, tuple[Span, ...]]:
    found: dict[date, list[Span]] = {}
    closed: set[date] = set()
    for index, row in enumerate(rows):
        where = f"exceptions[{index}]"
        read = _mapping(row, {"on", "from", "to", "closed"}, where)
        day = _date(read.get("on"), where)
        spans = found.setdefault(day, [])
        if _is_closed(read, where):
            closed.add(day)
        else:
            spans.append(_span(read, where))
        if day in closed and spans:
            raise UnknownHours(Fault.CLOSED_AND_OPEN, str(day), where)
    return {day: tuple(spans) for day, spans in found.items()}


def _is_closed(row: Mapping[str, object], where: str) -> bool:
    closed = row.get("closed", False)
    if not isinstance(closed, bool) or (closed and {"from", "to"} & set(row)):
        raise UnknownHours(Fault.CLOSED_AND_OPEN, str(row.get("on")), where)
    return closed


def _span(row: Mapping[str, object], where: str) -> Span:
    start = _minutes(row.get("from"), f"{where}.from")
    end = 24 * 60 if row.get("to") == "24:00" else _minutes(row.get("to"), f"{where}.to")
    return Span(start, end if end > start else end + 24 * 60)


def _minutes(value: object, where: str) -> int:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise UnknownHours(Fault.TIME, value, where)
    return int(value[:2]) * 60 + int(value[3:])


def _date(value: object, where: str) -> date:
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise UnknownHours(Fault.DATE, value, f"{where}.on")


def _mapping(value: object, known: set[str], where: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise UnknownHours(Fault.SHAPE, value, where)
    if unknown := {str(key) for key in value} - known:
        raise UnknownHours(Fault.KEY, min(unknown), where)
    return value


def _list(value: object, most: int, where: str) -> list[object]:
    if not isinstance(value, list):
        raise UnknownHours(Fault.SHAPE, value, where)
    if len(value) > most:
        raise UnknownHours(Fault.MANY, most, where)
    return value
