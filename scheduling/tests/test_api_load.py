"""The API of warnings and of how much each person has."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from scheduling.enums import Role
from scheduling.models import Override, Schedule, Shift
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import client, problem

pytestmark = pytest.mark.django_db
SHIFTS = "/api/v1/shifts/"


@pytest.fixture
def manager() -> Any:
    return client(Role.MANAGER)


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris")


def asked(api: Any, rota: Schedule, what: str, start: float = 0, end: float = 24) -> Any:
    window = {"from": at(start).isoformat(), "to": at(end).isoformat()}
    return api.get(f"/api/v1/schedules/{rota.pk}/{what}/", window)


def test_each_warning_of_a_window_is_listed_with_its_shift(manager: Any, rota: Schedule) -> None:
    alice = build.staff("Alice", active=False)
    build.shift(rota, alice, at(0), at(6))
    late = build.shift(rota, alice, at(15), at(18), level=2)
    found = asked(manager, rota, "warnings", 10).json()
    assert [entry["code"] for entry in found] == ["inactive", "rest_too_short"]
    assert found[1] == {
        "shift": late.pk,
        "staff": alice.pk,
        "service": None,
        "level": 2,
        "starts_at": "2027-01-04T15:00:00+00:00",
        "ends_at": "2027-01-04T18:00:00+00:00",
        "code": "rest_too_short",
        "detail": "Alice: 9 h of rest only after Paris, level 1, Mon 4 Jan, 01:00 → 07:00;"
        " the rule is 11 h",
    }


@pytest.mark.parametrize("what", ["warnings", "load"])
def test_a_window_must_be_told(manager: Any, rota: Schedule, what: str) -> None:
    answer = manager.get(f"/api/v1/schedules/{rota.pk}/{what}/")
    assert problem(answer) == (400, "required")


@pytest.mark.parametrize("what", ["warnings", "load", "gaps", "final"])
@pytest.mark.parametrize("year", ["0001", "1899", "2200", "9999"])
def test_a_window_far_from_what_people_plan_is_refused(
    manager: Any, rota: Schedule, what: str, year: str
) -> None:
    window = {"from": f"{year}-12-30T00:00Z", "to": f"{year}-12-31T23:00Z"}
    answer = manager.get(f"/api/v1/schedules/{rota.pk}/{what}/", window)
    assert problem(answer) == (400, "invalid_instant")


def test_warnings_are_of_this_rota_and_not_of_what_was_deleted_first_to_begin_first(
    manager: Any, rota: Schedule
) -> None:
    bob = build.staff("Bob", active=False)
    noon = build.shift(rota, bob, at(12), at(14))
    build.shift(rota, bob, at(14), at(16), state="cancelled")
    build.shift(build.schedule("Lyon"), bob, at(8), at(18))
    early = build.shift(rota, bob, at(8), at(10))
    late = build.shift(rota, bob, at(16), at(18))
    build.shift(rota, bob, at(24), at(25))
    found = asked(manager, rota, "warnings").json()
    shifts = [entry["shift"] for entry in found if entry["code"] == "inactive"]
    assert shifts == [early.pk, noon.pk, late.pk]


def test_of_equal_loads_the_first_name_comes_first(manager: Any, rota: Schedule) -> None:
    for name in ("Bob", "Alice", "Charlie"):
        build.shift(rota, build.staff(name), at(0), at(1.25))
    found = asked(manager, rota, "load").json()["people"]
    assert [person["name"] for person in found] == ["Alice", "Bob", "Charlie"]
    assert {person["hours"] for person in found} == {1.25}


def test_the_public_holidays_of_a_window_are_those_of_its_days_on_the_rotas_clock(
    manager: Any,
) -> None:
    line = build.schedule(
        "Line Islands",
        time_zone="Pacific/Kiritimati",  # 1 January begins there on 31 December, 10:00 UTC
        holidays={"country": "FR", "subdivision": None},
    )
    build.shift(line, build.staff("Alice"), at(-4 * 24 + 6), at(-4 * 24 + 16))
    found = asked(manager, line, "load", -4 * 24, -4 * 24 + 20).json()["people"]
    assert [person["day_off_hours"] for person in found] == [6.0]


def test_a_page_of_shifts_has_its_warnings_in_as_many_queries_however_long(
    manager: Any, rota: Schedule, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    people = [build.staff(f"Person {number}") for number in range(5)]
    for day in range(40):
        for level, person in enumerate(people, 1):
            build.shift(rota, person, at(24 * day), at(24 * day + 12), level=level)
    with django_assert_max_num_queries(20):
        rows = manager.get(SHIFTS, {"page_size": 500}).json()["results"]
    found = [[warning["code"] for warning in row["warnings"]] for row in rows]
    assert found[0] == ["not_verified"]
    assert found[-1] == ["not_verified", "too_many_in_a_row"]


def test_a_shift_is_put_there_all_the_same(manager: Any, rota: Schedule) -> None:
    alice = build.staff("Alice")
    build.shift(rota, alice, at(8), at(18))
    body = {"schedule": rota.pk, "staff": alice.pk, "level": 2}
    ends = {"starts_at": at(10).isoformat(), "ends_at": at(12).isoformat()}
    made = manager.post(SHIFTS, {**body, **ends}, format="json")
    assert made.status_code == 201
    assert "twice_at_once" in [warning["code"] for warning in made.json()["warnings"]]


def test_the_load_counts_stand_ins_nights_and_holidays(manager: Any, rota: Schedule) -> None:
    Schedule.objects.update(holidays={"country": "FR", "subdivision": None})
    alice, bob = build.staff("Alice"), build.staff("Bob")
    new_year = at(0) - timedelta(days=3)  # Friday 1 January, 01:00 in Paris
    duty = build.shift(rota, alice, new_year, new_year + timedelta(hours=10))
    build.shift(rota, alice, at(18), at(30))
    part = (new_year, new_year + timedelta(hours=4))
    Override.objects.create(schedule=rota, staff=bob, replaces_shift=duty, period=part)
    assert asked(manager, rota, "load", -72, 48).json() == {
        "average_hours": 11.0,
        "people": [
            {
                "staff": alice.pk,
                "name": "Alice",
                "hours": 18.0,
                "shifts": 2,
                "night_hours": 9.0,
                "day_off_hours": 6.0,
                "deviation": 64,
            },
            {
                "staff": bob.pk,
                "name": "Bob",
                "hours": 4.0,
                "shifts": 1,
                "night_hours": 4.0,
                "day_off_hours": 4.0,
                "deviation": -64,
            },
        ],
    }


def test_of_an_empty_rota_there_is_no_load(manager: Any, rota: Schedule) -> None:
    assert asked(manager, rota, "load").json() == {"average_hours": 0.0, "people": []}
    assert not Shift.objects.exists()
