"""How long an imported event lasts over a change of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scheduling import ical

NOW = datetime(2027, 3, 1, tzinfo=UTC)
SPRING, AUTUMN = "20270327T200000", "20271030T200000"  # of Paris, the evenings before a change


def spans(*lines: str) -> list[str]:
    """Return the ends in UTC of an event with these lines, on the clock of Paris."""
    event = ("BEGIN:VEVENT", "UID:1", "SUMMARY:Alice", *lines, "END:VEVENT")
    data = "\r\n".join(("BEGIN:VCALENDAR", *event, "END:VCALENDAR", "")).encode()
    found = ical.read(data, "Europe/Paris", NOW, NOW + timedelta(days=365)).events
    return [f"{e.period.starts_at:%m-%d %H:%M}/{e.period.ends_at:%m-%d %H:%M}" for e in found]


@pytest.mark.parametrize(
    ("start", "lasts", "expected"),
    [
        (SPRING, "PT24H", "03-27 19:00/03-28 19:00"),
        (SPRING, "P1D", "03-27 19:00/03-28 18:00"),
        (SPRING, "P1W", "03-27 19:00/04-03 18:00"),
        (SPRING, "P1DT12H", "03-27 19:00/03-29 06:00"),
        (SPRING, "PT7H30M", "03-27 19:00/03-28 02:30"),
        (AUTUMN, "PT24H", "10-30 18:00/10-31 18:00"),
        (AUTUMN, "P1D", "10-30 18:00/10-31 19:00"),
        (AUTUMN, "P1W", "10-30 18:00/11-06 19:00"),
        (AUTUMN, "P1DT12H", "10-30 18:00/11-01 07:00"),
        ("20270328T023000", "PT1H", "03-28 01:00/03-28 02:00"),  # a time that the clocks skip
        ("20270328T023000", "PT45M", "03-28 01:00/03-28 01:45"),
        ("20271031T023000", "PT1H", "10-31 00:30/10-31 01:30"),  # from the first to the second
    ],
)
def test_a_duration_is_days_by_the_clock_and_then_hours_exactly(
    start: str, lasts: str, expected: str
) -> None:
    assert spans(f"DTSTART;TZID=Europe/Paris:{start}", f"DURATION:{lasts}") == [expected]
    assert spans(f"DTSTART:{start}", f"DURATION:{lasts}") == [expected]


@pytest.mark.parametrize(
    ("start", "lasts", "expected"),
    [
        ("20270326T200000", "PT24H", "03-26 19:00/03-27 19:00 03-27 19:00/03-28 19:00"),
        ("20270326T200000", "P1D", "03-26 19:00/03-27 19:00 03-27 19:00/03-28 18:00"),
        ("20271029T200000", "PT24H", "10-29 18:00/10-30 18:00 10-30 18:00/10-31 18:00"),
        ("20271029T200000", "P1D", "10-29 18:00/10-30 18:00 10-30 18:00/10-31 19:00"),
    ],
)
def test_each_day_of_a_rule_lasts_so(start: str, lasts: str, expected: str) -> None:
    rule = "RRULE:FREQ=DAILY;COUNT=2"
    found = spans(f"DTSTART;TZID=Europe/Paris:{start}", f"DURATION:{lasts}", rule)
    assert " ".join(found) == expected


def test_a_day_of_a_rule_that_was_changed_lasts_as_it_says_itself() -> None:
    moved = (
        *("END:VEVENT", "BEGIN:VEVENT", "UID:1"),
        f"RECURRENCE-ID;TZID=Europe/Paris:{SPRING}",
        *(f"DTSTART;TZID=Europe/Paris:{SPRING}", "DURATION:PT24H"),
    )
    rule = "RRULE:FREQ=DAILY;COUNT=2"
    assert spans("DTSTART;TZID=Europe/Paris:20270326T200000", "DURATION:P1D", rule, *moved) == [
        "03-26 19:00/03-27 19:00",
        "03-27 19:00/03-28 19:00",
    ]


def test_a_whole_day_is_one_by_the_clock_even_where_a_program_writes_its_hours() -> None:
    assert spans("DTSTART;VALUE=DATE:20270328", "DURATION:PT24H") == ["03-27 23:00/03-28 22:00"]


def test_some_hours_of_a_day_are_on_the_rotas_clock() -> None:
    assert spans("DTSTART;VALUE=DATE:20270328", "DURATION:PT12H") == ["03-27 23:00/03-28 11:00"]


def test_an_end_holds_before_a_duration() -> None:
    ends = "DTEND;TZID=Europe/Paris:20270328T200000"
    assert spans(f"DTSTART;TZID=Europe/Paris:{SPRING}", ends, "DURATION:PT24H") == [
        "03-27 19:00/03-28 18:00"
    ]


def test_an_extra_day_with_ends_of_its_own_keeps_them() -> None:
    extra = "RDATE;TZID=Europe/Paris;VALUE=PERIOD:20270327T200000/20270328T080000"
    assert spans("DTSTART;TZID=Europe/Paris:20270326T200000", "DURATION:PT24H", extra) == [
        "03-26 19:00/03-27 19:00",
        "03-27 19:00/03-28 06:00",
    ]
