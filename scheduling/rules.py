"""What the text of a recurrence rule (RRULE, RFC 5545) says, as far as it names days."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from scheduling.enums import RuleFault

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LONGEST_INTERVAL = 1000
LONGEST_TEXT = 1000

_FINER = {"HOURLY", "MINUTELY", "SECONDLY"}
_TIMES = {"BYHOUR", "BYMINUTE", "BYSECOND"}
_LIMITS = {
    "BYMONTH": (1, 12),
    "BYMONTHDAY": (-31, 31),
    "BYYEARDAY": (-366, 366),
    "BYWEEKNO": (-53, 53),
    "BYSETPOS": (-366, 366),
}
_PARTS = {"FREQ", "INTERVAL", "WKST", "UNTIL", "COUNT", "BYDAY", *_LIMITS}
_NUMBER = re.compile(r"[+-]?[0-9]{1,5}")
_WEEKDAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"[0-9]{8}(T[0-9]{6}Z?)?")
_Item = TypeVar("_Item")


class BadRule(ValueError):
    """A recurrence rule that cannot be taken; `code` says why."""

    def __init__(self, code: RuleFault) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Until:
    """The last moment that a rule names: a day, or an instant in UTC."""

    day: date
    instant: datetime | None = None

    def in_zone(self, zone: str) -> date:
        """Return the last day by the clock of `zone`."""
        return self.instant.astimezone(ZoneInfo(zone)).date() if self.instant else self.day


@dataclass(frozen=True)
class Recurrence:
    """The parts of one rule; `weekdays` pairs a weekday (Monday 0) with its ordinal, 0 for each.

    A part that the rule does not have is empty.
    """

    freq: str
    interval: int = 1
    week_start: int = 0
    months: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    year_days: frozenset[int] = frozenset()
    week_numbers: frozenset[int] = frozenset()
    weekdays: frozenset[tuple[int, int]] = frozenset()
    positions: frozenset[int] = frozenset()
    until: Until | None = None
    count: int | None = None


@lru_cache(maxsize=4096)
def parse(recurrence: str) -> Recurrence:
    """Return what a text such as "RRULE:FREQ=WEEKLY;BYDAY=MO" says.

    Raises BadRule when it is not exactly one rule of days that this module can read.
    """
    parts = dict(_parts(_only_line(recurrence)))
    if _TIMES & parts.keys() or parts.get("FREQ") in _FINER:
        raise BadRule(RuleFault.TOO_FINE)
    if parts.keys() - _PARTS or parts.get("FREQ") not in FREQUENCIES:
        raise BadRule(RuleFault.UNREADABLE)
    sets = {name: _numbers(parts.get(name), *limits) for name, limits in _LIMITS.items()}
    return Recurrence(
        freq=parts["FREQ"],
        interval=_interval(parts.get("INTERVAL", "1")),
        week_start=_week_start(parts.get("WKST", "MO")),
        months=sets["BYMONTH"],
        month_days=sets["BYMONTHDAY"],
        year_days=sets["BYYEARDAY"],
        week_numbers=sets["BYWEEKNO"],
        weekdays=_weekdays(parts.get("BYDAY"), parts["FREQ"]),
        positions=sets["BYSETPOS"],
        until=_until(parts["UNTIL"]) if "UNTIL" in parts else None,
        count=_count(parts["COUNT"]) if "COUNT" in parts else None,
    )


def without_end(recurrence: str) -> str:
    """Return the same rule without its UNTIL and COUNT; raises BadRule."""
    parts = _parts(_only_line(recurrence))
    kept = [f"{name}={value}" for name, value in parts if name not in {"UNTIL", "COUNT"}]
    return "RRULE:" + ";".join(kept)


def _only_line(recurrence: str) -> str:
    """Return the text of the one rule; other lines would add or remove single dates."""
    if len(recurrence) > LONGEST_TEXT:
        raise BadRule(RuleFault.UNREADABLE)
    lines = [line.strip().upper() for line in recurrence.splitlines() if line.strip()]
    names = [re.split("[:;]", line, maxsplit=1)[0] for line in lines]
    if {"RDATE", "EXDATE", "EXRULE"} & set(names):
        raise BadRule(RuleFault.SINGLE_DATES)
    if len(lines) != 1:
        raise BadRule(RuleFault.NOT_ONE_RULE)
    if not lines[0].startswith("RRULE:"):
        raise BadRule(RuleFault.UNREADABLE)
    return lines[0].removeprefix("RRULE:")


def _parts(line: str) -> list[tuple[str, str]]:
    pairs = [part.partition("=") for part in line.rstrip(";").split(";")]
    names = [name for name, _, _ in pairs]
    if len(set(names)) < len(names) or not all(value for _, _, value in pairs):
        raise BadRule(RuleFault.UNREADABLE)
    return [(name, value) for name, _, value in pairs]


def _interval(text: str) -> int:
    if not _NUMBER.fullmatch(text) or not 1 <= int(text) <= LONGEST_INTERVAL:
        raise BadRule(RuleFault.BAD_INTERVAL)
    return int(text)


def _count(text: str) -> int:
    if not _NUMBER.fullmatch(text) or int(text) < 1:
        raise BadRule(RuleFault.UNREADABLE)
    return int(text)


def _week_start(text: str) -> int:
    if text not in WEEKDAYS:
        raise BadRule(RuleFault.UNREADABLE)
    return WEEKDAYS.index(text)


def _numbers(text: str | None, least: int, most: int) -> frozenset[int]:
    return frozenset(_listed(text, lambda item: _number(item, least, most)))


def _number(text: str, least: int, most: int) -> int:
    found = int(text) if _NUMBER.fullmatch(text) else 0
    if not found or not least <= found <= most:
        raise BadRule(RuleFault.UNREADABLE)
    return found


def _weekdays(text: str | None, freq: str) -> frozenset[tuple[int, int]]:
    found = frozenset(_listed(text, _weekday))
    if freq in {"DAILY", "WEEKLY"} and any(ordinal for _, ordinal in found):
        raise BadRule(RuleFault.UNREADABLE)
    return found


def _weekday(text: str) -> tuple[int, int]:
    found = _WEEKDAY.fullmatch(text)
    ordinal = _number(found[1], -53, 53) if found and found[1] else 0
    if not found:
        raise BadRule(RuleFault.UNREADABLE)
    return WEEKDAYS.index(found[2]), ordinal


def _listed(text: str | None, read: Callable[[str], _Item]) -> list[_Item]:
    return [read(item) for item in text.split(",")] if text else []


def _until(text: str) -> Until:
    """Return what an UNTIL says; with a Z it is an instant, whose day depends on the zone."""
    if not _UNTIL.fullmatch(text):
        raise BadRule(RuleFault.UNREADABLE)
    try:
        day = date.fromisoformat(text[:8])
        return Until(day, datetime.fromisoformat(text) if text.endswith("Z") else None)
    except ValueError as error:
        raise BadRule(RuleFault.UNREADABLE) from error
