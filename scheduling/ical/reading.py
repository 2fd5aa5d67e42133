"""Somebody's rota in an iCalendar file, as plain events within a window."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Event, vCalAddress

from scheduling import wall
from scheduling.enums import ImportDoubt
from scheduling.ical.errors import NotACalendar, TooMany, UnknownZone
from scheduling.ical.events import (
    LASTS,
    LONGEST_EVENT,
    expand,
    is_over,
    midnight,
    parsed,
    tell_apart,
    told,
)
from scheduling.ical.lines import Property, RawCalendar, cut, zone_named
from scheduling.ical.rules import Budget
from scheduling.types import CalendarEvent, CalendarFile, DoubtfulEvent, Party, Period

LARGEST_FILE = 5 * 1024 * 1024
MOST_EVENTS = 5_000
MOST_STEPS = 300_000
LONGEST_WINDOW = timedelta(days=400)
_AROUND = timedelta(days=2)  # whole days begin elsewhere by the clock of another zone


class CalendarRefused(Exception):
    """Nothing of a file can be imported: a stable code, and what it is about."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def read(data: bytes, zone: str, starts_at: datetime, ends_at: datetime) -> CalendarFile:
    """Return the events of a file that lie, in part at least, within [starts_at, ends_at).

    Recurring ones are expanded. `zone` (IANA) is the schedule's: whole days last there from
    midnight to midnight, and times that name no zone are told on its clock, unless the file says
    on which. Raises CalendarRefused: file_too_large, not_a_calendar, too_many_events,
    unknown_time_zone, no_events.
    """
    if len(data) > LARGEST_FILE:
        raise CalendarRefused("file_too_large")
    try:
        return _read(cut(data), zone, Period(starts_at, ends_at))
    except (NotACalendar, recurring_ical_events.InvalidCalendar) as error:
        raise CalendarRefused("not_a_calendar") from error
    except UnknownZone as error:
        raise CalendarRefused("unknown_time_zone", name=error.name) from error
    except TooMany as error:
        raise CalendarRefused("too_many_events") from error


def _read(raw: RawCalendar, zone: str, window: Period) -> CalendarFile:
    recent = [lines for lines in raw.events if not is_over(lines, window.starts_at)]
    if len(recent) > MOST_EVENTS:
        raise TooMany
    readable, unreadable = _readable(recent, raw, zone, window)
    live, off = _within(readable, zone, window)
    if raw.cancelled:
        live, off = [], live + off
    events = tuple(event for event in live if _doubt(event) is None)
    doubts = [
        DoubtfulEvent(doubt, e.title, e.period.starts_at) for e in live if (doubt := _doubt(e))
    ]
    found = CalendarFile(
        raw.name,
        tuple(sorted(events, key=lambda event: (event.period, event.title, event.uid))),
        (*unreadable, *doubts),
        cancelled=len(off),
        **_outside(readable, {event.uid for event in live + off}, zone, window),
    )
    found = replace(found, past=found.past + len(raw.events) - len(recent))
    if not found.events and not found.doubts:
        raise CalendarRefused(
            "no_events", past=found.past, later=found.later, cancelled=found.cancelled
        )
    return found


def _readable(
    listed: Iterable[list[Property]], raw: RawCalendar, zone: str, window: Period
) -> tuple[list[Event], list[DoubtfulEvent]]:
    """Return the events with their rules expanded, and those that cannot be read."""
    default = zone_named(raw.zone, raw.zones) if raw.zone else zone
    budget = Budget(MOST_STEPS)
    readable: list[Event] = []
    doubts: list[DoubtfulEvent] = []
    for lines in listed:
        event = parsed(lines, raw.zones, default)
        rules = [line.value.strip() for line in lines if line.name == "RRULE"]
        if event is None or not expand(event, rules, window, budget):
            title = next((line.value for line in lines if line.name == "SUMMARY"), "")
            doubts.append(DoubtfulEvent(ImportDoubt.UNREADABLE_EVENT, title[:200]))
        else:
            readable.append(event)
    tell_apart(readable)
    return readable, doubts


def _within(
    readable: Iterable[Event], zone: str, window: Period
) -> tuple[list[CalendarEvent], list[CalendarEvent]]:
    """Return what happens in the window, and what is cancelled there."""
    calendar = Calendar()
    for component in readable:
        calendar.add_component(component)
    query = recurring_ical_events.CalendarQuery(calendar)
    found = query.between(window.starts_at - _AROUND, window.ends_at + _AROUND)
    if len(found) > MOST_EVENTS:
        raise TooMany
    live, off = list[CalendarEvent](), list[CalendarEvent]()
    for each in found:
        event = _event(each, zone)
        if event.period.starts_at < window.ends_at and event.period.ends_at > window.starts_at:
            cancelled = str(each.get("STATUS", "")).upper() == "CANCELLED"
            (off if cancelled else live).append(event)
    return live, off


def _outside(
    readable: Iterable[Event], inside: set[str], zone: str, window: Period
) -> dict[str, int]:
    """Return how many events lie wholly before the window, and how many wholly after it."""
    begins = [
        _instant(told(event, "DTSTART"), zone)
        for event in readable
        if "RECURRENCE-ID" not in event and str(event["UID"]) not in inside
    ]
    later = sum(at >= window.ends_at for at in begins)
    return {"past": len(begins) - later, "later": later}


def _event(found: Any, zone: str) -> CalendarEvent:
    period = Period(_instant(found["DTSTART"].dt, zone), _end(found, zone))
    title = " ".join(str(found.get("SUMMARY", "")).split())
    return CalendarEvent(str(found["UID"]), period, title[:200], _parties(found))


def _end(found: Any, zone: str) -> datetime:
    """Return the end of an event; hours of a duration are exact, whatever the clock does."""
    starts: date = found["DTSTART"].dt
    ends: date = found["DTEND"].dt
    lasts: tuple[timedelta, timedelta] | None = found.get(LASTS)
    if lasts is None or ends - starts != lasts[0] or not isinstance(ends, datetime):
        return _instant(ends, zone)  # an end of its own, or whole days
    return _instant(ends - lasts[1], zone) + lasts[1]


def _instant(at: date, zone: str) -> datetime:
    """Return the instant of a time, or of the beginning of a day in `zone`."""
    if not isinstance(at, datetime):
        return wall.instant(midnight(at), zone)
    if at.tzinfo is None:  # some hours of a whole day
        return wall.instant(at, zone)
    if isinstance(at.tzinfo, ZoneInfo):
        return wall.instant(at.replace(tzinfo=None), at.tzinfo.key)
    return at.astimezone(UTC)


def _parties(found: Any) -> tuple[Party, ...]:
    """Return who is named beside the title: those asked to come, or else who asked."""
    for name in ("ATTENDEE", "ORGANIZER"):
        told = found.get(name, [])
        parties = [_party(each) for each in (told if isinstance(told, list) else [told])]
        if parties:
            return tuple(parties)
    return ()


def _party(address: vCalAddress) -> Party:
    email = str(address)
    email = email[7:] if email[:7].lower() == "mailto:" else ""
    return Party(" ".join(str(address.params.get("CN", "")).split())[:200], email.strip().lower())


def _doubt(event: CalendarEvent) -> ImportDoubt | None:
    lasts = event.period.ends_at - event.period.starts_at
    if lasts <= timedelta():
        return ImportDoubt.NO_DURATION
    return ImportDoubt.EVENT_TOO_LONG if lasts > LONGEST_EVENT else None
