"""Rotas in other programs' calendar files, read as plain events."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling import ical
from scheduling.enums import ImportDoubt
from scheduling.types import CalendarEvent, CalendarFile, DoubtfulEvent, Party, Period

FILES = Path(__file__).parent / "calendars"
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
PARIS = "Europe/Paris"


def read(data: bytes | str, zone: str = PARIS, days: int = 400) -> CalendarFile:
    text = data.encode() if isinstance(data, str) else data
    return ical.read(text, zone, NOW, NOW + timedelta(days=days))


def calendar(*lines: str, head: tuple[str, ...] = ()) -> str:
    """Return a calendar of one event with these lines, and an UID and a title."""
    event = ("BEGIN:VEVENT", "UID:1", "SUMMARY:Alice", *lines, "END:VEVENT")
    return "\r\n".join(("BEGIN:VCALENDAR", *head, *event, "END:VCALENDAR", ""))


def code(data: bytes | str, **options: Any) -> str:
    with pytest.raises(ical.CalendarRefused) as refused:
        read(data, **options)
    return refused.value.code


def told(found: CalendarFile) -> list[tuple[str, str, str]]:
    """Return each event as its title and its ends in UTC."""
    return [
        (e.title, f"{e.period.starts_at:%m-%d %H:%M}", f"{e.period.ends_at:%m-%d %H:%M}")
        for e in found.events
    ]


def spans(*lines: str, zone: str = PARIS, head: tuple[str, ...] = ()) -> list[str]:
    """Return the ends in UTC of the events of a calendar of one event with these lines."""
    found = read(calendar(*lines, head=head), zone)
    return [f"{start}/{end}" for _title, start, end in told(found)]


def test_googles_file_has_moved_left_out_and_cancelled_days() -> None:
    found = read((FILES / "google.ics").read_bytes())
    amelie, bruno = "Astreinte : Amélie Martin", "Astreinte : Bruno"
    assert found.name == "Astreinte chauffage"
    assert told(found) == [
        (amelie, "11-30 17:00", "12-01 07:00"),
        (amelie, "12-01 17:00", "12-02 07:00"),
        (bruno, "12-05 07:00", "12-05 17:00"),
        (amelie, "12-07 17:00", "12-08 07:00"),
        (amelie, "12-14 17:00", "12-15 07:00"),
        (bruno, "12-15 19:00", "12-16 07:00"),
        (amelie, "12-21 17:00", "12-22 07:00"),
        (amelie, "12-28 17:00", "12-29 07:00"),
        (amelie, "12-29 17:00", "12-30 07:00"),
        (amelie, "01-04 17:00", "01-05 07:00"),
        (amelie, "01-05 17:00", "01-06 07:00"),
    ]
    assert (found.past, found.later, found.cancelled, found.doubts) == (1, 0, 1, ())
    assert found.events[0] == CalendarEvent(
        "3q8k1amelie@google.com",
        Period(datetime(2026, 11, 30, 17, tzinfo=UTC), datetime(2026, 12, 1, 7, tzinfo=UTC)),
        amelie,
        (Party("Amélie Martin", "amelie@example.org"),),
    )


def test_outlooks_file_has_windows_zones_folded_lines_and_a_mark_at_its_beginning() -> None:
    assert told(read((FILES / "outlook.ics").read_bytes())) == [
        ("Jürgen Groß", "12-11 17:00", "12-12 07:00"),
        ("Jürgen Groß", "12-12 17:00", "12-13 07:00"),
        ("Jürgen Groß", "12-13 17:00", "12-14 07:00"),
        ("Petra", "03-27 17:00", "03-28 08:00"),
    ]


def test_apples_file_has_whole_days_of_the_schedule_and_times_of_its_own_zone() -> None:
    assert told(read((FILES / "apple.ics").read_bytes())) == [
        ("Alice", "11-30 23:00", "12-07 23:00"),
        ("Bob", "12-09 13:00", "12-10 01:00"),
        ("Bob", "12-11 13:00", "12-12 01:00"),
        ("Bob", "12-12 13:00", "12-13 01:00"),
        ("Alice", "12-14 23:00", "12-21 23:00"),
        ("Charlie", "12-23 23:00", "12-24 23:00"),
        ("Alice", "12-28 23:00", "01-04 23:00"),
    ]


@pytest.mark.parametrize(
    ("zone", "start", "expected"),
    [
        ("the schedule's, without any", "DTSTART:20270104T180000", "01-04 17:00"),
        ("UTC", "DTSTART:20270104T180000Z", "01-04 18:00"),
        ("by name", "DTSTART;TZID=America/New_York:20270104T180000", "01-04 23:00"),
        ("in other letters", "DTSTART;TZID=europe/LONDON:20270104T180000", "01-04 18:00"),
        ("in quotes", 'DTSTART;TZID="Europe/Athens":20270104T180000', "01-04 16:00"),
        ("of Windows", "DTSTART;TZID=Tokyo Standard Time:20270104T180000", "01-04 09:00"),
        (
            "by a path",
            "DTSTART;TZID=/freeassociation.sourceforge.net/Asia/Tokyo:20270104T180000",
            "",
        ),
        ("by a longer path", "DTSTART;TZID=/x/America/Indiana/Knox:20270104T180000", "01-05 00:00"),
    ],
)
def test_a_zone_is_known_by_every_usual_name(zone: str, start: str, expected: str) -> None:
    found = spans(start, "DURATION:PT1H")
    assert found[0].split("/")[0] == (expected or "01-04 09:00")


def test_a_zone_that_only_the_file_names_is_known_by_where_it_says_that_it_lies() -> None:
    zone = ("BEGIN:VTIMEZONE", "TZID:Ours", "X-LIC-LOCATION:Asia/Tokyo", "END:VTIMEZONE")
    start = "DTSTART;TZID=Ours:20270104T180000"
    assert spans(start, "DURATION:PT1H", head=zone) == ["01-04 09:00/01-04 10:00"]


def test_a_zone_that_nobody_knows_is_named() -> None:
    with pytest.raises(ical.CalendarRefused) as refused:
        read(calendar("DTSTART;TZID=../../etc/passwd:20270104T180000", "DURATION:PT1H"))
    assert refused.value.code == "unknown_time_zone"
    assert refused.value.params == {"name": "../../etc/passwd"}


def test_a_recurring_night_keeps_its_hours_over_a_change_of_the_clocks() -> None:
    assert spans(
        "DTSTART;TZID=Europe/Paris:20270326T200000",
        "DTEND;TZID=Europe/Paris:20270327T080000",
        "RRULE:FREQ=DAILY;COUNT=3",
    ) == ["03-26 19:00/03-27 07:00", "03-27 19:00/03-28 06:00", "03-28 18:00/03-29 06:00"]


def test_a_time_that_the_clocks_skip_is_the_first_after_it() -> None:
    assert spans("DTSTART:20270328T023000", "DTEND:20270328T120000") == ["03-28 01:00/03-28 10:00"]


def test_a_whole_day_lasts_23_hours_where_it_does() -> None:
    assert spans("DTSTART;VALUE=DATE:20270328") == ["03-27 23:00/03-28 22:00"]


def test_all_days_after_one_may_be_moved_together() -> None:
    moved = (
        *("END:VEVENT", "BEGIN:VEVENT", "UID:1", "SUMMARY:Bob"),
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20270105T080000Z",
        *("DTSTART:20270105T100000Z", "DTEND:20270105T110000Z"),
    )
    rule = "RRULE:FREQ=DAILY;COUNT=3"
    found = read(calendar("DTSTART:20270104T080000Z", "DURATION:PT1H", rule, *moved))
    assert told(found) == [
        ("Alice", "01-04 08:00", "01-04 09:00"),
        ("Bob", "01-05 10:00", "01-05 11:00"),
        ("Bob", "01-06 10:00", "01-06 11:00"),
    ]


@pytest.mark.parametrize(
    ("until", "days"),
    [
        *(("20270106T080000Z", 3), ("20270106T075959Z", 2), ("20270106", 3)),
        *(("20270106T090000", 3), ("99991231T235959Z", 362), ("99991231", 362)),
    ],
)
def test_a_rule_ends_with_its_last_day_however_it_is_written(until: str, days: int) -> None:
    start = "DTSTART;TZID=Europe/Paris:20270104T090000"
    assert len(spans(start, "DURATION:PT1H", f"RRULE:FREQ=DAILY;UNTIL={until}")) == days


def test_what_ends_as_the_window_begins_is_over() -> None:
    with pytest.raises(ical.CalendarRefused) as refused:
        read(calendar("DTSTART:20261126T080000Z", "DTEND:20261126T120000Z"))
    assert refused.value.params == {"past": 1, "later": 0, "cancelled": 0}


def test_a_whole_day_that_begins_in_the_window_by_the_rotas_clock_is_in_it() -> None:
    day = calendar("DTSTART;VALUE=DATE:20261128")
    assert told(read(day, "Pacific/Kiritimati", days=1)) == [
        ("Alice", "11-27 10:00", "11-28 10:00")
    ]


def test_a_calendar_that_takes_events_back_has_none() -> None:
    with pytest.raises(ical.CalendarRefused) as refused:
        read(calendar("DTSTART:20270104T080000Z", "DURATION:PT1H", head=("METHOD:CANCEL",)))
    assert refused.value.params == {"past": 0, "later": 0, "cancelled": 1}


def test_a_long_event_of_a_rule_that_is_under_way_is_in_it() -> None:
    rule = "RRULE:FREQ=MONTHLY;COUNT=12"
    assert spans("DTSTART:20260116T120000Z", "DURATION:P30D", rule) == [
        "11-16 12:00/12-16 12:00",
        "12-16 12:00/01-15 12:00",
    ]


def test_an_event_may_last_sixty_days() -> None:
    assert spans("DTSTART:20270104T080000Z", "DURATION:P60D") == ["01-04 08:00/03-05 08:00"]


def test_of_two_versions_of_an_event_the_later_holds() -> None:
    later = ("END:VEVENT", "BEGIN:VEVENT", "UID:1", "SEQUENCE:2", "DTSTART:20270105T080000Z")
    first = ("SEQUENCE:1", "DTSTART:20270104T080000Z", "DURATION:PT1H")
    assert spans(*first, *later, "DURATION:PT1H") == ["01-05 08:00/01-05 09:00"]


def test_of_thousands_who_are_invited_the_first_are_kept() -> None:
    invited = [f"ATTENDEE;CN=Guest {number}:mailto:{number}@example.org" for number in range(3000)]
    (event,) = read(calendar("DTSTART:20270104T080000Z", "DURATION:PT1H", *invited)).events
    assert (event.people[0].name, len(event.people)) == ("Guest 0", 47)


def test_two_events_that_share_an_identity_are_two() -> None:
    second = ("END:VEVENT", "BEGIN:VEVENT", "UID:1", "DTSTART:20270105T080000Z", "DURATION:PT1H")
    assert len(spans("DTSTART:20270104T080000Z", "DURATION:PT1H", *second)) == 2


def test_an_event_without_identity_has_the_same_one_each_time_it_is_read() -> None:
    data = calendar("DTSTART:20270104T080000Z", "DURATION:PT1H").replace("UID:1\r\n", "")
    assert len(read(data).events[0].uid) == 32
    assert read(data) == read(data)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (("DTSTART:20270104T080000Z",), ImportDoubt.NO_DURATION),
        (("DTSTART:20270104T080000Z", "DURATION:P61D"), ImportDoubt.EVENT_TOO_LONG),
        (("DTSTART:20270104T080000Z", "DTEND:20270104T070000Z"), ImportDoubt.UNREADABLE_EVENT),
        (("DTSTART:20270104T080000Z", "DTEND;VALUE=DATE:20270105"), ImportDoubt.UNREADABLE_EVENT),
        (("DTSTART:in the evening", "DURATION:PT1H"), ImportDoubt.UNREADABLE_EVENT),
        (("DTSTART:20270104T080000Z", "DURATION:for long"), ImportDoubt.UNREADABLE_EVENT),
        (("DTSTART:20270104T080000Z", "RRULE:FREQ=OFTEN"), ImportDoubt.UNREADABLE_EVENT),
        (("DTSTART:20270104T080000Z", "RRULE:FREQ=DAILY;INTERVAL=0"), ImportDoubt.UNREADABLE_EVENT),
        (("DTSTART:20270104T080000Z", "RRULE:FREQ=DAILY;BYDAY=XX"), ImportDoubt.UNREADABLE_EVENT),
        (("DTSTART:99991231T080000Z", "DURATION:P10D"), ImportDoubt.UNREADABLE_EVENT),
        (("DTSTART:20270104T080000Z", "DURATION:P9999999D"), ImportDoubt.UNREADABLE_EVENT),
        ((), ImportDoubt.UNREADABLE_EVENT),
    ],
)
def test_an_event_that_is_no_shift_is_told_with_the_reason(
    lines: tuple[str, ...], reason: ImportDoubt
) -> None:
    found = read(calendar(*lines))
    assert found.events == ()
    assert [(doubt.reason, doubt.title) for doubt in found.doubts] == [(reason, "Alice")]


def test_one_bad_event_leaves_the_others() -> None:
    bad = ("END:VEVENT", "BEGIN:VEVENT", "SUMMARY:Bob", "DTSTART:soon")
    found = read(calendar("DTSTART:20270104T080000Z", "DURATION:PT1H", *bad))
    assert told(found) == [("Alice", "01-04 08:00", "01-04 09:00")]
    assert found.doubts == (DoubtfulEvent(ImportDoubt.UNREADABLE_EVENT, "Bob"),)


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04\x00\xff", b"name,from,to\nAlice,1,2\n", b"<html></html>", b"BEGIN:VCARD\n"],
)
def test_another_kind_of_file_is_refused(data: bytes) -> None:
    assert code(data) == "not_a_calendar"


def test_a_file_with_a_zero_byte_is_refused_for_it_cannot_be_kept() -> None:
    data = calendar("DTSTART:20270104T080000Z", "DURATION:PT1H", "STATUS:CONF\x00IRMED")
    assert code(data) == "not_a_calendar"


def test_a_file_without_anything_to_come_says_what_it_has() -> None:
    with pytest.raises(ical.CalendarRefused) as refused:
        read(calendar("DTSTART:20260104T080000Z", "DURATION:PT1H"))
    assert refused.value.code == "no_events"
    assert refused.value.params == {"past": 1, "later": 0, "cancelled": 0}


def test_a_large_file_is_refused() -> None:
    assert code(b" " * (ical.LARGEST_FILE + 1)) == "file_too_large"


def bomb(*lines: str, events: int = 1) -> str:
    one = "\r\n".join(("BEGIN:VEVENT", "UID:{}", "DURATION:PT1H", *lines, "END:VEVENT", ""))
    return "BEGIN:VCALENDAR\r\n" + "".join(one.format(i) for i in range(events)) + "END:VCALENDAR"


_LONG_AGO = "DTSTART:20000101T080000Z"
_DAYS = ",".join(
    f"2027{month:02}{day:02}T0{hour}0000Z"
    for month in range(1, 13)
    for day in range(1, 29)
    for hour in range(10)
    for _ in range(3)
)


@pytest.mark.parametrize(
    "data",
    [
        lambda: bomb(_LONG_AGO, "RRULE:FREQ=SECONDLY;COUNT=1000000000"),
        lambda: bomb(_LONG_AGO, "RRULE:FREQ=MINUTELY"),
        lambda: bomb(_LONG_AGO, "RRULE:FREQ=DAILY;BYMINUTE=0,30"),
        lambda: bomb(_LONG_AGO, "RRULE:FREQ=HOURLY"),
        lambda: bomb(_LONG_AGO, "RRULE:FREQ=HOURLY;BYHOUR=1,2,3,4,5,6,7,8,9,10,11,12,13,14"),
        lambda: bomb("DTSTART:19010101T080000Z", "RRULE:FREQ=HOURLY;COUNT=1000000000"),
        lambda: bomb(_LONG_AGO, "RRULE:FREQ=DAILY", events=2_000),
        lambda: bomb(_LONG_AGO, "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", events=2_000),
        lambda: bomb(_LONG_AGO, *["RRULE:FREQ=WEEKLY"] * 3_000),
        lambda: bomb("DTSTART:20270101T080000Z", events=5_001),
        lambda: bomb("DTSTART:20270101T080000Z", f"RDATE:{_DAYS}"),
        lambda: bomb(_LONG_AGO, "RRULE:FREQ=DAILY;BYSETPOS=" + ",".join(["366"] * 400), events=99),
    ],
)
def test_a_bomb_of_recurrences_is_refused(data: Callable[[], str]) -> None:
    assert code(data()) == "too_many_events"


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=7;BYDAY=SU",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6",
    ],
)
def test_a_rule_that_never_fires_leaves_the_first_day_alone(rule: str) -> None:
    assert len(spans("DTSTART:20270104T080000Z", "DURATION:PT1H", f"RRULE:{rule}")) == 1


def test_a_zones_own_rules_are_not_followed() -> None:
    zone = (
        *("BEGIN:VTIMEZONE", "TZID:Asia/Tokyo", "BEGIN:STANDARD", "DTSTART:16010101T000000"),
        *("RRULE:FREQ=SECONDLY", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200"),
        *("END:STANDARD", "END:VTIMEZONE"),
    )
    start = "DTSTART;TZID=Asia/Tokyo:20270104T180000"
    assert spans(start, "DURATION:PT1H", head=zone) == ["01-04 09:00/01-04 10:00"]


_SAMPLES = [path.read_bytes() for path in sorted(FILES.glob("*.ics"))]


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.sampled_from(_SAMPLES), st.data())
def test_a_spoilt_file_is_read_or_refused(sample: bytes, data: st.DataObject) -> None:
    lines = sample.split(b"\r\n")
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(lines) - 1))
        junk = data.draw(
            st.sampled_from([b"", b":", b"BEGIN:VEVENT", b"END:VCALENDAR", b"\xff\xfe"])
        )
        lines[at] = data.draw(st.sampled_from([junk, lines[at] + junk, lines[at][::-1], lines[0]]))
    with suppress(ical.CalendarRefused):
        read(b"\r\n".join(lines))
