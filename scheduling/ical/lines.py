"""The text of a calendar file, cut into what an import needs of it: its events and their zones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from zoneinfo import available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from scheduling.ical.errors import NotACalendar, TooMany, UnknownZone

MOST_LINES, MOST_PEOPLE, MOST_DAYS = 2_000, 50, 10_000  # of an event; days of a file
_TIMES = frozenset({"DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE"})
_KEPT = _TIMES | {
    *("UID", "SUMMARY", "STATUS", "SEQUENCE", "DURATION", "RRULE", "ATTENDEE", "ORGANIZER"),
}
_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
_LINE = re.compile(r'([\w-]+)((?:;(?:[^":]|"[^"]*")*+)?+):(.*)', re.ASCII | re.DOTALL)
_TZID = re.compile(r';TZID=("[^"]*"|[^;:"]*)', re.IGNORECASE)
_FLOATING = re.compile(r"\d{8}T\d{4,6}", re.ASCII)
_DATE = re.compile(r"\d{8}(,\d{8})*", re.ASCII)


@dataclass
class Property:
    """One line of an event; `params` begins with a semicolon where there are any."""

    name: str
    params: str
    value: str


@dataclass
class RawCalendar:
    """A calendar file as it is written: its events, and what it says of itself.

    `days` counts those that its events list one by one. `zones` are the names (IANA) that its own
    descriptions of zones give them, by their TZID.
    """

    name: str = ""
    zone: str = ""
    cancelled: bool = False
    days: int = 0
    events: list[list[Property]] = field(default_factory=list)
    zones: dict[str, str] = field(default_factory=dict)


def cut(data: bytes) -> RawCalendar:
    """Return the events of a file with those of their properties that matter; alarms are left out.

    Raises NotACalendar and TooMany.
    """
    lines = unfolded(_decoded(data))
    found, inside = RawCalendar(), list[str]()
    for line in lines:
        name, params, value = _split(line)
        if name == "BEGIN":
            inside.append(value.strip().upper())
            if inside[0] != "VCALENDAR":
                raise NotACalendar
            if inside == ["VCALENDAR", "VEVENT"]:
                found.events.append([])
        elif name == "END":
            inside = inside[:-1]
        elif not inside:
            raise NotACalendar
        else:
            _take(found, inside, Property(name, params, value))
    if not lines:
        raise NotACalendar
    return found


def _take(found: RawCalendar, inside: list[str], told: Property) -> None:
    if inside == ["VCALENDAR", "VEVENT"]:
        _keep(found, found.events[-1], told)
    elif inside == ["VCALENDAR", "VTIMEZONE"]:
        if told.name == "TZID":
            found.zones[told.value] = ""
        elif told.name == "X-LIC-LOCATION" and found.zones:
            found.zones[next(reversed(found.zones))] = told.value
    elif inside == ["VCALENDAR"]:
        if told.name == "X-WR-CALNAME":
            found.name = re.sub(r"\\(.)", r"\1", told.value)[:200]
        elif told.name == "X-WR-TIMEZONE":
            found.zone = told.value
        elif told.name == "METHOD":
            found.cancelled = told.value.strip().upper() == "CANCEL"


def _keep(found: RawCalendar, event: list[Property], told: Property) -> None:
    if told.name == "ATTENDEE" and len(event) > MOST_PEOPLE:
        return
    if told.name in ("RDATE", "EXDATE"):
        found.days += told.value.count(",") + 1
    if found.days > MOST_DAYS or len(event) > MOST_LINES:
        raise TooMany
    if told.name in _KEPT:
        event.append(told)


def _decoded(data: bytes) -> str:
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if wide else ("utf-8", "cp1252"):
        try:
            text = data.decode(encoding).removeprefix(_BOM)
        except UnicodeDecodeError:
            continue
        if "\0" in text:  # no text has it, and no database takes it
            raise NotACalendar
        return text
    raise NotACalendar


def unfolded(text: str) -> list[str]:
    """Return the lines of a file, each that goes on in the next one put together again."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = re.sub(r"\n[ \t]", "", text).split("\n")
    return [line for line in lines if line.strip()]


def _split(line: str) -> tuple[str, str, str]:
    """Return name, parameters and value of a line: the colon between them is not in quotes."""
    found = _LINE.fullmatch(line)
    if found is None:
        raise NotACalendar
    name, params, value = found.groups()
    return name.upper(), params, value


def with_zones(event: Iterable[Property], zones: Mapping[str, str], default: str) -> Iterator[str]:
    """Yield the lines of an event, every time in it on the clock of an IANA zone, or in UTC.

    `default` is the zone of times that name none. Raises UnknownZone.
    """
    for told in event:
        params = told.params
        if told.name in _TIMES:
            params = _placed(params, told.value, zones, default)
        yield f"{told.name}{params}:{told.value}"


def _placed(params: str, value: str, zones: Mapping[str, str], default: str) -> str:
    named = _TZID.search(params)
    bare = _TZID.sub("", params)
    if _DATE.fullmatch(value.strip()):
        return bare if "VALUE=" in bare.upper() else f"{bare};VALUE=DATE"
    if not _FLOATING.match(value) or value.rstrip().endswith("Z"):
        return bare
    zone = zone_named(named[1].strip('"'), zones) if named else default
    return f"{bare};TZID={zone}"


def zone_named(name: str, zones: Mapping[str, str]) -> str:
    """Return the IANA zone that programs call so: by its name, Windows', or a path that ends so.

    `zones` are names that the file gives them itself. Raises UnknownZone.
    """
    name = name.strip()
    for told in (name, zones.get(name, "")):
        parts = told.strip("/").split("/")
        for known in (told, *("/".join(parts[-count:]) for count in (3, 2) if count < len(parts))):
            if found := _iana().get(known.casefold()):
                return found
    raise UnknownZone(name[:100])


@cache
def _iana() -> dict[str, str]:
    windows = {name.casefold(): zone for name, zone in WINDOWS_TO_OLSON.items()}
    return windows | {name.casefold(): name for name in available_timezones()}
