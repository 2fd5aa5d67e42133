"""How the calendar draws bars: what is over, whose place is taken, and what is one stretch."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from scheduling.calendar import feed, window
from scheduling.calendar.window import View
from scheduling.models import Divert, Schedule, Staff
from scheduling.tests import build
from scheduling.tests.facts import SECOND

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 1, 4, 9, 30, 20, tzinfo=UTC)  # a Monday, 10:30 in Paris


def paris(day: int, hour: int) -> datetime:
    """Return an hour of the Paris clock in January 2027, an hour ahead of UTC."""
    return datetime(2027, 1, day, hour, tzinfo=UTC) - timedelta(hours=1)


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris")


@pytest.fixture
def alice() -> Staff:
    return build.staff("Alice")


@pytest.fixture
def bruno() -> Staff:
    return build.staff("Bruno")


def shown(rota: Schedule, day: int = 4) -> dict[str, Any]:
    """Return what the calendar is told of a day of January 2027."""
    return feed.describe(feed.load(rota, window.around(View.DAY, date(2027, 1, day)), NOW))


def test_what_ends_at_this_instant_is_over(rota: Schedule, bruno: Staff) -> None:
    gone = build.staff("Gone", active=False)
    for level, end in enumerate((NOW, NOW + SECOND), 1):
        row = build.shift(rota, gone, paris(4, 8), end, level)
        build.override(rota, paris(4, 9), end, bruno, replaces_shift=row)
    found = shown(rota)
    bars = [(each["past"], each["current"], bool(each["warnings"])) for each in found["shifts"]]
    assert bars == [(True, False, False), (False, True, True)]
    assert [each["over"] for each in found["standins"]] == [True, False]


def test_bars_come_by_start_then_as_they_would_be_tried(rota: Schedule, alice: Staff) -> None:
    rows = ((12, 1), (8, 2), (8, 1))
    later, second, first = (
        build.shift(rota, alice, paris(4, hour), paris(4, hour + 3), level) for hour, level in rows
    )
    assert [each["id"] for each in shown(rota)["shifts"]] == [first.pk, second.pk, later.pk]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("shift", ["part", "", ""]),
        ("person", ["part", "", "part"]),
        ("level", ["", "part", ""]),
    ],
)
def test_only_that_whose_place_is_taken_is_drawn_so(
    rota: Schedule, alice: Staff, bruno: Staff, target: str, expected: list[str]
) -> None:
    first, *_others = [
        build.shift(rota, who, paris(5, 8), paris(5, 18), level)
        for level, who in enumerate((alice, bruno, alice), 1)
    ]
    instead: dict[str, dict[str, Any]] = {
        "shift": {"replaces_shift": first},
        "person": {"replaces_staff": alice},
        "level": {"replaces_level": 2},
    }
    build.override(rota, paris(5, 9), paris(5, 12), build.staff("Chloé"), **instead[target])
    bars = sorted(shown(rota, 5)["shifts"], key=lambda each: int(each["level"]))
    assert [each["replaced"] for each in bars] == expected


def test_who_stands_in_is_drawn_though_calls_are_diverted(
    rota: Schedule, alice: Staff, bruno: Staff
) -> None:
    row = build.shift(rota, alice, paris(5, 8), paris(5, 18))
    build.override(rota, paris(5, 9), paris(5, 12), bruno, replaces_shift=row)
    period = paris(5, 0), paris(6, 0)
    Divert.objects.create(schedule=rota, to_staff=alice, period=period, created_at=NOW)
    found = shown(rota, 5)
    assert [(each["name"], each["end"]) for each in found["standins"]] == [
        ("Bruno", "2027-01-05T12:00")
    ]
    assert [each["reason"] for each in found["result"]] == ["divert"]


def test_a_stand_in_who_cannot_be_reached_is_warned_of(rota: Schedule, alice: Staff) -> None:
    row = build.shift(rota, alice, paris(5, 8), paris(5, 18))
    gone = build.staff("Gone", active=False)
    build.override(rota, paris(5, 8), paris(5, 18), gone, replaces_shift=row)
    assert [each["warning"] for each in shown(rota, 5)["standins"]] == ["inactive"]


def test_shifts_of_one_person_are_one_stretch_while_nothing_lies_between(
    rota: Schedule, alice: Staff
) -> None:
    for start, end in ((8, 12), (12, 14), (15, 18)):
        build.shift(rota, alice, paris(5, start), paris(5, end))
    found = shown(rota, 5)["result"]
    assert [(each["start"][11:], each["end"][11:]) for each in found] == [
        ("08:00", "14:00"),
        ("15:00", "18:00"),
    ]


def test_an_absence_before_or_after_a_shift_is_none_of_it(rota: Schedule, alice: Staff) -> None:
    build.shift(rota, alice, paris(5, 8), paris(5, 18))
    build.time_off(alice, paris(5, 0), paris(5, 8))
    build.time_off(alice, paris(5, 18), paris(6, 0))
    assert [each["away"] for each in shown(rota, 5)["shifts"]] == [""]
