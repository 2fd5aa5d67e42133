"""What rotations say beyond what they have written, beside shifts that are rows."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from scheduling import queries
from scheduling.models import Schedule, Service, Staff
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.rotas import at_time, daily, weekly

pytestmark = pytest.mark.django_db
NOW = at(7)
FAR = at(0) + timedelta(weeks=100)  # a Monday beyond the horizon


def hour(hours: float, day: int = 0) -> Any:
    return FAR + timedelta(hours=hours, days=day)


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris", time_zone="UTC")


@pytest.fixture
def alice() -> Staff:
    return build.staff("Alice")


def unwritten(rota: Schedule, start: Any, end: Any) -> list[tuple[Any, Any, int]]:
    facts = queries.load_facts(rota.pk, start, end)
    found = [(s.period.starts_at, s.period.ends_at, s.slot) for s in facts.shifts if s.id is None]
    return sorted(found)


def test_a_clash_beside_the_window_cuts_a_shift_as_writing_it_would(
    rota: Schedule, alice: Staff, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with at_time(NOW):
        weekly(rota, alice)
    build.shift(rota, alice, hour(12), hour(13))
    build.shift(rota, alice, hour(0, 5), hour(0, 6))
    with django_assert_num_queries(4):
        found = unwritten(rota, hour(0, 3), hour(0, 4))
    assert found == [(hour(13), hour(0, 5), 2_500)]


def test_a_shift_is_left_whole_in_as_many_pieces_as_it_takes(rota: Schedule, alice: Staff) -> None:
    with at_time(NOW):
        weekly(rota, alice)
    for day in range(1, 6):
        build.shift(rota, alice, hour(12, day), hour(13, day))
    found = unwritten(rota, hour(9), hour(9, 7))
    starts = [hour(9), *(hour(13, day) for day in range(1, 6))]
    ends = [*(hour(12, day) for day in range(1, 6)), hour(9, 7)]
    assert [(start, end) for start, end, _slot in found] == list(zip(starts, ends, strict=True))


def test_whoever_has_turns_in_two_rotations_stands_once_at_a_level(
    rota: Schedule, alice: Staff
) -> None:
    with at_time(NOW):
        daily(rota, alice, end_time=time(17), end_day_offset=0)
        daily(rota, alice, start_time=time(12), end_time=time(20), end_day_offset=0)
        daily(rota, alice, level=2)
    assert unwritten(rota, hour(9), hour(9, 1)) == [
        (hour(9), hour(17), 0),
        (hour(9), hour(9, 1), 0),
        (hour(17), hour(20), 0),
    ]


def test_the_next_shifts_are_ten_however_many_of_today_are_over(
    rota: Schedule, alice: Staff
) -> None:
    team: list[Staff | Service] = [alice, *(build.staff(f"Nurse {n}") for n in range(5))]
    with at_time(NOW):
        hourly = daily(rota, alice, turn_count=1, turn_unit="hour")
        crew = weekly(rota, team, recurrence="RRULE:FREQ=DAILY", level=2)
    for rotation, start in ((hourly, at(20, 25)), (crew, at(9, 25))):
        found = queries.coming_shifts(queries.rule_of(rotation), rota, at(20.5, 25), 10)
        assert (len(found), found[0].period.starts_at) == (10, start)
