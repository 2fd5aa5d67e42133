"""When somebody must be reachable, by weekly hours and on public holidays."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from scheduling import coverage, wall
from scheduling.coverage import Fault

PARIS = "Europe/Paris"
NIGHTS = {"days": ["mo", "tu", "we", "th", "fr"], "from": "18:00", "to": "08:00"}
SATURDAY = date(2027, 5, 8)  # a public holiday in France


def required(
    hours: list[dict[str, Any]],
    start: str,
    end: str,
    holidays: object = None,
    zone: str = PARIS,
    days: tuple[date, ...] = (SATURDAY,),
) -> list[tuple[str, str]]:
    """Return what is required between two wall-clock times of a zone, by its wall clock."""
    value: dict[str, Any] = {"kind": "weekly", "hours": hours}
    if holidays is not None:
        value["holidays"] = holidays
    starts_at, ends_at = (wall.instant(datetime.fromisoformat(t), zone) for t in (start, end))
    found = coverage.required_periods(value, starts_at, ends_at, zone, days)
    return [(_local(p.starts_at, zone), _local(p.ends_at, zone)) for p in found]


def _local(at: datetime, zone: str) -> str:
    return wall.wall(at, zone).strftime("%a %d %H:%M")


def test_weekly_hours_that_end_before_they_begin_end_the_next_day() -> None:
    assert required([NIGHTS], "2027-04-29T12:00", "2027-05-03T12:00") == [
        ("Thu 29 18:00", "Fri 30 08:00"),
        ("Fri 30 18:00", "Sat 01 08:00"),
    ]


def test_the_night_before_the_window_reaches_into_it_and_the_last_is_cut() -> None:
    assert required([NIGHTS], "2027-04-30T02:00", "2027-04-30T20:00") == [
        ("Fri 30 02:00", "Fri 30 08:00"),
        ("Fri 30 18:00", "Fri 30 20:00"),
    ]


def test_midnight_to_midnight_is_the_whole_day_and_touching_hours_are_one() -> None:
    whole = {"days": ["sa", "su"], "from": "00:00", "to": "00:00"}
    assert required([NIGHTS, whole], "2027-04-30T12:00", "2027-05-03T12:00") == [
        ("Fri 30 18:00", "Mon 03 00:00")
    ]


@pytest.mark.requirement("PLA-18")
@pytest.mark.parametrize(
    ("holidays", "expected"),
    [
        (None, [("Fri 07 18:00", "Sat 08 09:00"), ("Sat 08 10:00", "Sat 08 11:00")]),
        ("as_usual", [("Fri 07 18:00", "Sat 08 09:00"), ("Sat 08 10:00", "Sat 08 11:00")]),
        ("none", [("Fri 07 18:00", "Sat 08 09:00")]),
        ("all_day", [("Fri 07 18:00", "Sun 09 00:00")]),
        (
            [{"from": "12:00", "to": "13:00"}, {"from": "22:00", "to": "02:00"}],
            [
                ("Fri 07 18:00", "Sat 08 09:00"),
                ("Sat 08 12:00", "Sat 08 13:00"),
                ("Sat 08 22:00", "Sun 09 02:00"),
            ],
        ),
    ],
)
def test_a_public_holiday_has_its_own_hours_after_those_of_its_eve(
    holidays: object, expected: list[tuple[str, str]]
) -> None:
    hours = [
        {"days": ["fr"], "from": "18:00", "to": "09:00"},
        {"days": ["sa"], "from": "10:00", "to": "11:00"},
    ]
    assert required(hours, "2027-05-07T12:00", "2027-05-10T12:00", holidays) == expected


@pytest.mark.parametrize(
    ("day", "hours"), [("2027-03-27", 13), ("2027-10-30", 15), ("2027-01-02", 14)]
)
def test_a_required_night_over_a_clock_change_keeps_its_wall_clock(day: str, hours: int) -> None:
    start = wall.instant(datetime.fromisoformat(f"{day}T12:00"), PARIS)
    value = {"kind": "weekly", "hours": [{"days": ["sa"], "from": "18:00", "to": "08:00"}]}
    end = wall.shifted(start, PARIS, days=1)
    (night,) = coverage.required_periods(value, start, end, PARIS)
    assert (night.ends_at - night.starts_at).total_seconds() == hours * 3600


def test_a_day_whose_midnight_the_clocks_skip_begins_after_the_jump() -> None:
    whole = {"days": ["fr"], "from": "00:00", "to": "00:00"}  # Cairo: 30 April 2027, 00:00 -> 01:00
    found = required([whole], "2027-04-29T12:00", "2027-05-02T12:00", zone="Africa/Cairo")
    assert found == [("Fri 30 01:00", "Sat 01 00:00")]


WEEKLY = {"kind": "weekly", "hours": [NIGHTS]}


def hours_with(**changed: object) -> dict[str, object]:
    return {"kind": "weekly", "hours": [{**NIGHTS, **changed}]}


@pytest.mark.parametrize(
    ("value", "fault", "told"),
    [
        (None, Fault.KIND, None),
        ("always", Fault.KIND, "always"),
        ({}, Fault.KIND, None),
        ({"kind": ["always"]}, Fault.KIND, ["always"]),
        ({"kind": "always", "x": 1}, Fault.KEY, "x"),
        ({"kind": "weekly"}, Fault.NO_HOURS, None),
        ({"kind": "weekly", "hours": []}, Fault.NO_HOURS, []),
        ({"kind": "weekly", "hours": ["mo"]}, Fault.NO_HOURS, "mo"),
        ({"kind": "weekly", "hours": [NIGHTS] * 51}, Fault.MANY_HOURS, 50),
        ({**WEEKLY, "hour": []}, Fault.KEY, "hour"),
        (hours_with(till="08:00"), Fault.KEY, "till"),
        (hours_with(days=[]), Fault.DAYS, []),
        (hours_with(days="mo"), Fault.DAYS, "mo"),
        (hours_with(days=["mo", "mo"]), Fault.DAYS, ["mo", "mo"]),
        (hours_with(days=["monday"]), Fault.DAYS, ["monday"]),
        (hours_with(days=[["mo"]]), Fault.DAYS, [["mo"]]),
        (hours_with(to="24:00"), Fault.TIME, "24:00"),
        (hours_with(to="8:00"), Fault.TIME, "8:00"),
        (hours_with(to=8), Fault.TIME, 8),
        ({**WEEKLY, "holidays": "closed"}, Fault.HOLIDAYS, "closed"),
        ({**WEEKLY, "holidays": []}, Fault.NO_HOURS, []),
        ({**WEEKLY, "holidays": [{**NIGHTS}]}, Fault.KEY, "days"),
        ({**WEEKLY, "holidays": [{"from": "09:00"}]}, Fault.TIME, None),
    ],
)
def test_what_is_wrong_with_a_required_coverage_is_told(
    value: object, fault: Fault, told: object
) -> None:
    with pytest.raises(coverage.UnknownCoverage) as caught:
        coverage.check(value)
    assert (caught.value.fault, caught.value.value) == (fault, told)


def test_a_week_may_have_as_many_hours_as_the_form_has_rows() -> None:
    coverage.check({"kind": "weekly", "hours": [NIGHTS] * 50})
