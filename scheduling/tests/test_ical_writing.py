"""Duties as an iCalendar file: its form, and that readers get the same instants back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from scheduling.ical import writing as ical
from scheduling.types import Period

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
PARIS = "Europe/Paris"
ZONES = (
    *(PARIS, "Europe/Dublin", "America/New_York", "America/Santiago", "America/Havana"),
    *("Africa/Cairo", "Asia/Beirut", "Atlantic/Azores", "Australia/Lord_Howe", "Asia/Kathmandu"),
    *("Africa/Casablanca", "UTC"),
)
FIRST, LAST = datetime(2020, 1, 2, tzinfo=UTC), datetime(2035, 1, 1, tzinfo=UTC)


def period(start: str, end: str) -> Period:
    return Period(*(datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (start, end)))


NIGHT = ical.FeedItem(
    uid="shift-7@portal",
    sequence=2,
    period=period("2027-01-04T17:00", "2027-01-05T07:00"),
    zone=PARIS,
    summary="On call: Amélie",
    description="Level 1",
    url="https://portal.example.org/admin/",
    changed_at=NOW,
)


def rendered(*items: ical.FeedItem, zone: str = PARIS) -> bytes:
    return ical.render("Astreinte Paris", zone, items, NOW)


def read_back(data: bytes) -> list[Period]:
    events = recurring_ical_events.of(Calendar.from_ical(data)).between(2019, 2037)
    found = [(event["DTSTART"].dt, event["DTEND"].dt) for event in events]
    return [Period(start.astimezone(UTC), end.astimezone(UTC)) for start, end in found]


def only_event(data: bytes) -> Any:
    return Calendar.from_ical(data).walk("VEVENT")[0]


def test_the_file_says_what_calendar_programs_look_for() -> None:
    lines = rendered(NIGHT).decode().split("\r\n")
    for line in (
        "VERSION:2.0",
        f"PRODID:{ical.PRODUCT}",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Astreinte Paris",
        "X-WR-TIMEZONE:Europe/Paris",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "UID:shift-7@portal",
        "SEQUENCE:2",
        "DTSTAMP:20261126T120000Z",
        "LAST-MODIFIED:20261126T120000Z",
        "DTSTART;TZID=Europe/Paris:20270104T180000",
        "DTEND;TZID=Europe/Paris:20270105T080000",
        "SUMMARY:On call: Amélie",
        "DESCRIPTION:Level 1",
        "URL:https://portal.example.org/admin/",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
    ):
        assert line in lines


def test_lines_are_folded_and_text_is_escaped() -> None:
    summary = "Amélie; Bob, Chloé " * 12
    data = rendered(replace(NIGHT, summary=summary, description="one\ntwo"))
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert str(only_event(data)["SUMMARY"]) == summary
    assert str(only_event(data)["DESCRIPTION"]) == "one\ntwo"


def test_a_cancelled_event_is_kept_and_says_so() -> None:
    assert only_event(rendered(replace(NIGHT, cancelled=True)))["STATUS"] == "CANCELLED"


def test_the_same_events_give_the_same_bytes_whenever_they_are_asked_for() -> None:
    later = ical.render("Astreinte Paris", PARIS, [NIGHT], NOW + timedelta(days=900))
    assert later == rendered(NIGHT)


def test_the_second_of_two_equal_hours_is_told_in_utc() -> None:
    twice = period("2027-10-31T00:30", "2027-10-31T01:30")  # 02:30 to 02:30 in Paris
    data = rendered(replace(NIGHT, period=twice))
    assert b"DTSTART:20271031T003000Z" in data
    assert b"DTEND:20271031T013000Z" in data
    assert b"X-WR-TIMEZONE" not in data
    assert read_back(data) == [twice]


def test_each_event_is_told_on_the_clock_of_its_zone_which_the_file_describes() -> None:
    away = replace(NIGHT, uid="away", zone="America/Havana")
    calendar = Calendar.from_ical(rendered(NIGHT, away))
    zones = [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")]
    assert zones == ["America/Havana", PARIS]
    told = {str(event["UID"]): event["DTSTART"].params["TZID"] for event in calendar.walk("VEVENT")}
    assert told == {"shift-7@portal": PARIS, "away": "America/Havana"}


def test_an_empty_calendar_is_a_calendar() -> None:
    calendar = Calendar.from_ical(rendered())
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == [PARIS]
    assert calendar.walk("VEVENT") == []


def test_a_change_of_the_clocks_on_one_weekday_of_one_month_is_a_rule() -> None:
    zone = ical.time_zone(PARIS, 2026, 2028).to_ical().decode()
    assert zone.split("\r\n") == [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Paris",
        "BEGIN:DAYLIGHT",
        "DTSTART:20260329T020000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "TZNAME:CEST",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20261025T030000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "TZNAME:CET",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "END:STANDARD",
        "END:VTIMEZONE",
        "",
    ]


def test_other_changes_of_the_clocks_stand_one_by_one() -> None:
    zone = ical.time_zone("Africa/Casablanca", 2026, 2028)
    assert len(zone.subcomponents) == 6
    assert b"RRULE" not in zone.to_ical()


@pytest.mark.parametrize("zone", ZONES)
def test_readers_who_know_no_zones_get_them_from_the_file(zone: str) -> None:
    described = ical.time_zone(zone, 2025, 2028).to_tz(lookup_tzid=False)
    real, at, wrong = ZoneInfo(zone), datetime(2026, 1, 1), []  # noqa: DTZ001
    while at.year < 2029:
        instant = at.replace(tzinfo=real).astimezone(UTC)
        exists = instant.astimezone(real).replace(tzinfo=None) == at
        if exists and at.replace(tzinfo=described).astimezone(UTC) != instant:
            wrong.append(at)
        at += timedelta(minutes=30)
    assert wrong == []


@pytest.mark.parametrize("zone", ZONES)
def test_the_clock_of_the_first_and_the_last_event_is_described(zone: str) -> None:
    new_year = replace(NIGHT, zone=zone)
    far = replace(NIGHT, zone=zone, period=period("2028-12-31T12:00", "2028-12-31T18:00"))
    file: Any = Calendar.from_ical(rendered(new_year, far, zone=zone))
    described = file.timezones[0].to_tz(lookup_tzid=False)
    for event, told in zip(file.walk("VEVENT"), (new_year, far), strict=True):
        local = event["DTSTART"].dt.replace(tzinfo=described)
        assert local.astimezone(UTC) == told.period.starts_at


_instants = st.datetimes(
    FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None), timezones=st.just(UTC)
)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.sampled_from(ZONES), _instants, st.integers(1, 60 * 24 * 8), st.booleans())
def test_readers_get_back_the_instants(zone: str, start: datetime, minutes: int, dst: bool) -> None:
    start = start.replace(second=0, microsecond=0)
    if dst:  # go to where the clocks change
        start = ical._onsets(zone, start.year, start.year)[-1].at + timedelta(minutes=minutes % 90)
    told = Period(start, start + timedelta(minutes=minutes))
    assert read_back(rendered(replace(NIGHT, period=told, zone=zone), zone=zone)) == [told]
