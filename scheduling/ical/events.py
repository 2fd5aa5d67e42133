"""One event of a calendar file: read, its rules expanded, and told apart from others."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Event, vDDDTypes

from scheduling.ical.errors import BadRule
from scheduling.ical.lines import Property, with_zones
from scheduling.ical.rules import Budget, nearer, parse, starts
from scheduling.types import Period

LONGEST_EVENT = timedelta(days=60)
LASTS = "X-LASTS"  # a whole duration, and what of it is hours: its days are by the clock
_WORK = 30  # steps that are worth as much as all that is done with one day of a rule
_DAY, _NONE, _YEARS = timedelta(days=1), timedelta(), timedelta(days=3650)
_ONCE = (
    *("UID", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID"),
    *("SUMMARY", "STATUS", "SEQUENCE", "ORGANIZER"),
)


def parsed(lines: Sequence[Property], zones: Mapping[str, str], default: str) -> Event | None:
    """Return an event without its rules, None where it cannot be read."""
    written = list(with_zones((line for line in lines if line.name != "RRULE"), zones, default))
    if not any(line.startswith("UID") for line in written):
        written.append(f"UID:{hashlib.sha256(chr(10).join(written).encode()).hexdigest()[:32]}")
    try:
        event = Event.from_ical("\r\n".join(("BEGIN:VEVENT", *written, "END:VEVENT", "")))
    except ValueError:
        return None
    if not isinstance(event, Event) or event.errors or not _is_sound(event):
        return None
    if "DURATION" in event and "DTEND" not in event:
        lasts = next(line.value for line in lines if line.name == "DURATION")
        event[LASTS] = told(event, "DURATION"), _hours(lasts)
    return event


def _hours(lasts: str) -> timedelta:
    """Return what of a duration, as it is written, is hours, minutes and seconds."""
    parts = {unit: int(count) for count, unit in re.findall(r"(\d+)([HMS])", lasts)}
    return timedelta(hours=parts.get("H", 0), minutes=parts.get("M", 0), seconds=parts.get("S", 0))


def is_over(lines: Iterable[Property], before: datetime) -> bool:
    """Tell, before it is read, whether an event that comes once came long before an instant."""
    found = {line.name: line.value for line in lines}
    if found.keys() & {"RRULE", "RDATE", "RECURRENCE-ID"}:
        return False
    day = found.get("DTSTART", "").strip()[:8]
    return day.isascii() and day.isdigit() and day < f"{before - LONGEST_EVENT - 2 * _DAY:%Y%m%d}"


def _is_sound(event: Event) -> bool:
    if any(isinstance(event.get(name), list) for name in _ONCE):
        return False
    begins, ends, lasts = (told(event, name) for name in ("DTSTART", "DTEND", "DURATION"))
    if not isinstance(begins, date) or not all(_is_near(day) for day in _all_times(event)):
        return False
    if lasts is not None and not (isinstance(lasts, timedelta) and _NONE <= lasts <= _YEARS):
        return False
    return ends is None or (type(ends) is type(begins) and ends >= begins)


def _is_near(day: Any) -> bool:
    """Tell whether a day is one that people plan for, with room to reckon around it."""
    return isinstance(day, date) and 1900 <= day.year <= 2200


def _all_times(event: Event) -> Iterator[Any]:
    for name in ("DTSTART", "DTEND", "RECURRENCE-ID"):
        if name in event:
            yield told(event, name)
    for name in ("RDATE", "EXDATE"):
        lists = event.get(name, [])
        for each in lists if isinstance(lists, list) else [lists]:
            for day in each.dts:
                yield day.dt[0] if isinstance(day.dt, tuple) else day.dt


def told(event: Event, name: str) -> Any:
    """Return the time or duration that a property holds, None without it."""
    found = event.get(name)
    return found.dt if isinstance(found, vDDDTypes) else found


def expand(event: Event, rules: Iterable[str], window: Period, budget: Budget) -> bool:
    """Put the days that rules mean in the place of the rules; tell whether they can be read."""
    begins = told(event, "DTSTART")
    try:
        days = [day for rule in rules for day in _days(rule, begins, window, budget)]
    except (BadRule, OverflowError):
        return False
    if days:
        event.add("RDATE", [begins, *days])
    return True


def _days(rule: str, begins: Any, window: Period, budget: Budget) -> Iterator[date]:
    """Yield the starts that a rule means around the window, of the same kind as `begins`."""
    zone = begins.tzinfo if isinstance(begins, datetime) else UTC
    naive = begins.replace(tzinfo=None) if isinstance(begins, datetime) else midnight(begins)
    first = window.starts_at.astimezone(zone).replace(tzinfo=None) - LONGEST_EVENT
    last = window.ends_at.astimezone(zone).replace(tzinfo=None) + _DAY
    until = _until(parse(rule).get("UNTIL", ""), begins)
    for at in starts(rule, nearer(rule, naive, first), until, last, budget):
        if at >= first:
            budget.take(_WORK)
            yield at.replace(tzinfo=zone) if isinstance(begins, datetime) else at.date()


def _until(text: str, begins: Any) -> datetime | None:
    """Return the last start that a rule allows, naive, on the clock of its beginning.

    None where there is none; some programs write the end of all time instead.
    """
    if not text:
        return None
    try:
        if "T" not in text:
            day = datetime.strptime(text, "%Y%m%d")  # noqa: DTZ007  # on the clock of the event
            return day + _DAY - timedelta(seconds=1)
        last = datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007
        if text.endswith("Z") and isinstance(begins, datetime):
            return last.replace(tzinfo=UTC).astimezone(begins.tzinfo).replace(tzinfo=None)
        return last
    except ValueError as error:
        raise BadRule from error
    except OverflowError:
        return None


def midnight(day: date) -> datetime:
    """Return the beginning of a day, naive."""
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001  # on a clock yet to be named


def tell_apart(events: Iterable[Event]) -> None:
    """Give events of their own that share an identity one each; versions of one keep it."""
    known: dict[str, tuple[int, date]] = {}
    for event in events:
        if "RECURRENCE-ID" in event:
            continue
        mine = int(event.get("SEQUENCE", 0)), told(event, "DTSTART")
        first = known.setdefault(str(event["UID"]), mine)
        if first[0] == mine[0] and first[1] != mine[1]:
            event["UID"] = f"{event['UID']}/{mine[1].isoformat()}"
