"""What the calendar is told of predefined periods: where each lies on each day, or why nowhere."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import translation

from scheduling.calendar import feed, window
from scheduling.calendar.window import View
from scheduling.models import Schedule
from scheduling.tests import build

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("PLA-06")]
NOW = datetime(2027, 1, 5, 19, 30, 20, tzinfo=UTC)  # a Tuesday, 20:30 in Paris
PAST = "The past cannot be changed: choose a time that is still to come."


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris")


def shown(rota: Schedule, day: date = date(2027, 1, 4)) -> list[dict[str, Any]]:
    page = feed.load(rota, window.around(View.WEEK, day), NOW)
    found: list[dict[str, Any]] = feed.describe(page)["periods"]
    return found


def test_a_period_is_told_with_its_slots_and_why_a_day_has_none(rota: Schedule) -> None:
    night = build.template(rota, "Night", "18:00", "08:00", weekdays=["mo", "tu", "we"], level=2)
    only = "Night starts on Mon, Tue, Wed only"
    assert shown(rota) == [
        {
            "id": night.pk,
            "name": "Night",
            "times": "18:00\N{EN DASH}08:00",
            "days": "Mon, Tue, Wed",
            "level": 2,
            "slots": {
                "2027-01-05": {
                    "starts_local": "2027-01-05T20:30",  # under way
                    "ends_local": "2027-01-06T08:00",
                    "words": "Tue 5, 20:30 → Wed 6, 08:00",
                },
                "2027-01-06": {
                    "starts_local": "2027-01-06T18:00",
                    "ends_local": "2027-01-07T08:00",
                    "words": "Wed 6, 18:00 → Thu 7, 08:00",
                },
            },
            "why": {"2027-01-04": PAST} | {f"2027-01-{day:02}": only for day in range(7, 11)},
        }
    ]


def test_they_come_in_their_order_and_none_of_another_schedule(rota: Schedule) -> None:
    build.template(rota, "Late", "14:00", "22:00", position=2)
    build.template(rota, "Early", "06:00", "14:00", position=1)
    build.template(build.schedule("Lyon"), "Night", "18:00", "08:00")
    assert [(found["name"], found["days"]) for found in shown(rota)] == [
        ("Early", ""),
        ("Late", ""),
    ]


def test_a_period_that_ends_this_minute_has_no_slot_today(rota: Schedule) -> None:
    build.template(rota, "Day", "12:30", "20:30")
    build.template(rota, "Late", "12:30", "20:31")
    day, late = ("2027-01-05" in found["slots"] for found in shown(rota))
    assert (day, late) == (False, True)


def test_a_time_that_the_clocks_skip_has_no_slot_on_that_day(rota: Schedule) -> None:
    build.template(rota, "Short", "02:00", "03:00")
    found = shown(rota, date(2027, 3, 28))[0]
    assert found["why"] == {"2027-03-28": "The clocks skip this time on that day"}
    assert "2027-03-27" in found["slots"]


def test_the_days_are_named_in_the_readers_language(rota: Schedule) -> None:
    build.template(rota, "Nuit", "18:00", "08:00", weekdays=["fr", "sa"])
    with translation.override("fr"):
        assert shown(rota)[0]["days"] == "ven, sam"
