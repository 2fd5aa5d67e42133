"""Who is on call in every schedule at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scheduling import glance
from scheduling.models import Divert
from scheduling.tests import build
from scheduling.types import Who

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)


def told() -> list[tuple[str, str | None, datetime | None, bool]]:
    return [
        (
            found.schedule.name,
            found.on_call.assignee.name if found.on_call else None,
            found.on_call.until if found.on_call else None,
            found.missing,
        )
        for found in glance.glance(NOW)
    ]


def test_each_schedule_by_name_with_the_first_on_call_and_until_when() -> None:
    paris, closed = build.schedule("Paris"), build.schedule("Closed", coverage={"kind": "none"})
    build.shift(paris, build.staff("Second"), NOW - HOUR, NOW + HOUR, level=2)
    build.shift(paris, build.staff("First"), NOW - HOUR, NOW + 3 * HOUR)
    build.schedule("Bourges")
    build.shift(closed, build.staff("Gone"), NOW - 2 * HOUR, NOW)
    assert told() == [
        ("Bourges", None, None, True),
        ("Closed", None, None, False),
        ("Paris", "First", NOW + 3 * HOUR, False),
    ]


def test_the_turn_ends_when_another_shift_of_its_level_begins() -> None:
    paris = build.schedule("Paris")
    build.shift(paris, build.staff("First"), NOW - HOUR, NOW + 3 * HOUR)
    build.shift(paris, build.staff("Next"), NOW + HOUR, NOW + 5 * HOUR)
    assert told() == [("Paris", "First", NOW + HOUR, False)]


def test_who_cannot_be_reached_or_was_cancelled_is_passed_over() -> None:
    paris = build.schedule("Paris")
    build.shift(paris, build.staff("Away", active=False), NOW - HOUR, NOW + HOUR)
    build.shift(paris, build.staff("Off"), NOW - HOUR, NOW + HOUR, state="cancelled")
    desk = build.service("Desk", build.fresh_number())
    build.shift(paris, desk, NOW - HOUR, NOW + HOUR, level=2)
    assert told() == [("Paris", "Desk", NOW + HOUR, False)]


def test_a_divert_takes_the_place_of_the_shifts_until_it_ends() -> None:
    paris = build.schedule("Paris")
    build.shift(paris, build.staff("First"), NOW - HOUR, NOW + 3 * HOUR)
    goal = build.staff("Goal")
    period = (NOW - HOUR, NOW + HOUR)
    Divert.objects.create(schedule=paris, to_staff=goal, period=period, created_at=NOW)
    assert told() == [("Paris", "Goal", NOW + HOUR, False)]


def test_the_queries_do_not_grow_with_the_schedules() -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            glance.glance(NOW)
        return len(captured)

    def fill(name: str) -> None:
        rota = build.schedule(name)
        desk = build.service(name, members=(build.staff(name),), answered_by="members")
        build.shift(rota, desk, NOW - HOUR, NOW + HOUR)
        build.shift(rota, build.staff(name), NOW - HOUR, NOW + HOUR, level=2)

    fill("One")
    few = queries()
    for name in ("Two", "Three", "Four"):
        fill(name)
    assert few == queries() == 3


def test_the_colours_of_everybody_in_one_query() -> None:
    person, desk = build.staff("A", colour="#426bc6"), build.service("B", colour="#e6964f")
    with CaptureQueriesContext(connection) as captured:
        found = glance.colours()
    assert found == {Who(staff=person.pk): "#426bc6", Who(service=desk.pk): "#e6964f"}
    assert len(captured) == 1
