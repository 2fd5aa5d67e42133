"""Duties as an iCalendar file, which Outlook, Google and Apple read as the same instants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, Event, Timezone, TimezoneDaylight, TimezoneStandard

from scheduling.types import Period

PRODUCT = "-//On-call portal//Rota//EN"
REFRESH = timedelta(hours=1)
_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)


@dataclass(frozen=True)
class FeedItem:
    """One event for calendar programs: `uid` for ever the same, `sequence` higher at each change.

    `zone` (IANA) is the clock that it is told on; `changed_at` (aware) is its last change.
    """

    uid: str
    sequence: int
    period: Period
    zone: str
    summary: str
    description: str
    url: str
    changed_at: datetime
    cancelled: bool = False


@dataclass(frozen=True)
class _Onset:
    """The clocks of a zone go from one offset to another at an instant (UTC)."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str


def render(name: str, zone: str, items: Iterable[FeedItem], now: datetime) -> bytes:
    """Return a calendar called `name` with these events, its own zone being `zone` (IANA).

    Each event is told on the clock of its zone; one that this clock cannot tell (the second of
    two equal hours) in UTC. The same events give the same bytes: `now` (aware) only decides which
    changes of the clocks are told where there is no event.
    """
    events = list(items)
    calendar = _head(name)
    if all(_tellable(event) for event in events):
        # readers that move times in UTC to this zone would take the second hour for the first
        calendar.add("x-wr-timezone", zone)
    for each in sorted({zone, *(event.zone for event in events)}):
        told = [event.period for event in events if event.zone == each]
        calendar.add_component(time_zone(each, *_years(told, now)))
    for event in events:
        calendar.add_component(_event(event))
    return bytes(calendar.to_ical())


def _head(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    return calendar


def _event(item: FeedItem) -> Event:
    """Return the VEVENT; it leaves the reader free, for who is on call has other things to do."""
    event = Event()
    event.add("uid", item.uid)
    event.add("dtstamp", item.changed_at.astimezone(UTC))
    event.add("last-modified", item.changed_at.astimezone(UTC))
    event.add("sequence", item.sequence)
    for name, end in zip(("dtstart", "dtend"), _ends(item), strict=True):
        event.add(name, end)
    event.add("summary", item.summary)
    event.add("description", item.description)
    if item.url:
        event.add("url", item.url)
    event.add("status", "CANCELLED" if item.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("x-microsoft-cdo-busystatus", "FREE")
    return event


def _ends(item: FeedItem) -> tuple[datetime, datetime]:
    """Return both ends on the clock of the event's zone, in UTC where that would mislead."""
    zone = ZoneInfo(item.zone) if _tellable(item) else UTC
    start, end = (_second(at).astimezone(zone) for at in _instants(item))
    return start, end


def _tellable(item: FeedItem) -> bool:
    """Tell whether both ends read back from the clock of the zone: not the second of two hours."""
    zone = ZoneInfo(item.zone)
    return not any(at.astimezone(zone).fold for at in _instants(item))


def _instants(item: FeedItem) -> tuple[datetime, datetime]:
    return item.period.starts_at, item.period.ends_at


def _second(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def _years(periods: Sequence[Period], now: datetime) -> tuple[int, int]:
    first = min((period.starts_at for period in periods), default=now)
    last = max((period.ends_at for period in periods), default=now)
    return first.year - 1, last.year + 1


def time_zone(zone: str, first_year: int, last_year: int) -> Timezone:
    """Return the VTIMEZONE of a zone (IANA), true after `first_year` until `last_year` ends.

    A change of the clocks that comes on the same weekday of the same month each year is one rule;
    others stand one by one, because Outlook knows no lists of them.
    """
    found = Timezone()
    found.add("tzid", zone)
    every_year = list(range(first_year, last_year + 1))
    for alike in _alike(_onsets(zone, first_year, last_year)):
        rule = _yearly(alike) if [onset.at.year for onset in alike] == every_year else None
        for onset in alike[:1] if rule else alike:
            found.add_component(_observance(onset, rule))
    return found


def _observance(onset: _Onset, rule: dict[str, str | int] | None) -> Component:
    found = TimezoneDaylight() if onset.after > onset.before else TimezoneStandard()
    found.add("dtstart", (onset.at + onset.before).replace(tzinfo=None))
    found.add("tzoffsetfrom", onset.before)
    found.add("tzoffsetto", onset.after)
    found.add("tzname", onset.name)
    if rule:
        found.add("rrule", rule)
    return found


def _alike(onsets: Iterable[_Onset]) -> Iterator[list[_Onset]]:
    groups: dict[tuple[timedelta, timedelta, str], list[_Onset]] = {}
    for onset in onsets:
        groups.setdefault((onset.before, onset.after, onset.name), []).append(onset)
    yield from groups.values()


def _yearly(onsets: Sequence[_Onset]) -> dict[str, str | int] | None:
    """Return the yearly rule that all of these changes follow, None where there is none."""
    local = [onset.at + onset.before for onset in onsets]
    if len({(at.month, at.weekday(), at.time()) for at in local}) > 1 or len(local) < 2:
        return None
    weeks = {(at.day - 1) // 7 + 1 for at in local}
    if all((at + 7 * _DAY).month != at.month for at in local):
        week = -1
    elif len(weeks) == 1:
        week = weeks.pop()
    else:
        return None
    day = "MO TU WE TH FR SA SU".split()[local[0].weekday()]
    return {"freq": "YEARLY", "bymonth": local[0].month, "byday": f"{week}{day}"}


@lru_cache(maxsize=256)
def _onsets(zone: str, first_year: int, last_year: int) -> tuple[_Onset, ...]:
    """Return the changes of the clocks in these years.

    Where none comes in the first of them, how the clocks stand at its beginning goes before.
    """
    tz = ZoneInfo(zone)
    start, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    found, at = [], start
    while at < end:
        if _offset(at, tz) != _offset(at + _DAY, tz):
            change = _change(at, at + _DAY, tz)
            before = _offset(change - _SECOND, tz)
            found.append(_Onset(change, before, _offset(change, tz), _name(change, tz)))
        at += _DAY
    if not found or found[0].at.year > first_year:
        offset = _offset(start, tz)
        found.insert(0, _Onset(start, offset, offset, _name(start, tz)))
    return tuple(found)


def _change(before: datetime, after: datetime, tz: ZoneInfo) -> datetime:
    """Return the second in which the offset at `after` begins, found by halving."""
    offset = _offset(after, tz)
    while after - before > _SECOND:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if _offset(middle, tz) == offset:
            after = middle
        else:
            before = middle
    return after


def _offset(at: datetime, tz: ZoneInfo) -> timedelta:
    return at.astimezone(tz).utcoffset() or timedelta()


def _name(at: datetime, tz: ZoneInfo) -> str:
    return at.astimezone(tz).tzname() or str(tz)
