"""The API of predefined periods."""

from __future__ import annotations

from typing import Any

import pytest

from scheduling.enums import Role
from scheduling.models import Schedule, ShiftTemplate
from scheduling.tests import build
from scheduling.tests.logins import client, problem

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("PLA-06")]
TEMPLATES = "/api/v1/templates/"
NIGHT = {"name": "Night", "start_time": "18:00", "end_time": "08:00"}


@pytest.fixture
def manager() -> Any:
    return client(Role.MANAGER)


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris")


def post(api: Any, rota: Schedule, **values: Any) -> Any:
    """Post a night, with what `values` change."""
    return api.post(TEMPLATES, {"schedule": rota.pk, **NIGHT, **values}, format="json")


def patch(api: Any, row: Any, **values: Any) -> Any:
    """Change a period as it stands."""
    version = ShiftTemplate.objects.get(pk=row["id"]).version
    return api.patch(f"{TEMPLATES}{row['id']}/", {"version": version, **values}, format="json")


def test_a_period_is_shown_whole(manager: Any, rota: Schedule) -> None:
    made = post(manager, rota, weekdays=["fr", "mo"])
    assert made.status_code == 201
    assert made.json() == {
        "id": made.json()["id"],
        "schedule": rota.pk,
        "name": "Night",
        "start_time": "18:00",
        "end_time": "08:00",
        "end_day_offset": 1,
        "weekdays": ["mo", "fr"],
        "level": 1,
        "position": 1,
        "version": 1,
    }


def test_left_out_it_starts_on_any_day_and_comes_last(manager: Any, rota: Schedule) -> None:
    post(manager, rota, position=4)
    made = post(manager, rota, name="Day", start_time="08:00", end_time="18:00").json()
    assert (made["position"], made["end_day_offset"], made["level"]) == (5, 0, 1)
    assert made["weekdays"] == ["mo", "tu", "we", "th", "fr", "sa", "su"]


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"end_day_offset": 0}, "end_time", "ends_before_start"),
        ({"end_time": "18:00", "end_day_offset": 0}, "end_time", "ends_before_start"),
        ({"end_time": "18:01", "end_day_offset": 31}, "end_day_offset", "too_long"),
        ({"end_day_offset": 32}, "end_day_offset", "max_value"),
        ({"end_day_offset": -1}, "end_day_offset", "min_value"),
        ({"start_time": "24:00"}, "start_time", "invalid_time"),
        ({"start_time": "18:00:30"}, "start_time", "invalid_time"),
        ({"start_time": 18}, "start_time", "invalid_time"),
        ({"weekdays": []}, "weekdays", "empty"),
        ({"weekdays": ["mo", "mo"]}, "weekdays", "duplicate"),
        ({"weekdays": ["monday"]}, "weekdays[0]", "unknown_choice"),
        ({"level": 10}, "level", "max_value"),
        ({"name": ""}, "name", "required"),
        ({"schedule": 999_999}, "schedule", "does_not_exist"),
        ({"colour": "red"}, "colour", "unknown_field"),
    ],
)
def test_a_bad_period_is_refused(
    manager: Any, rota: Schedule, values: Any, field: str, code: str
) -> None:
    answer = post(manager, rota, **values)
    assert problem(answer) == (400, code)
    assert answer.json()["errors"][0]["field"] == field
    assert not ShiftTemplate.objects.exists()


def test_the_longest_lasts_31_days(manager: Any, rota: Schedule) -> None:
    assert post(manager, rota, end_time="18:00", end_day_offset=31).status_code == 201


def test_a_name_stands_once_on_a_schedule(manager: Any, rota: Schedule) -> None:
    post(manager, rota)
    answer = post(manager, rota)
    assert answer.status_code == 400
    assert answer.json()["detail"] == "This schedule has a period of that name already."
    assert post(manager, build.schedule("Lyon")).status_code == 201


def test_new_times_bring_the_usual_end_unless_another_was_chosen(
    manager: Any, rota: Schedule
) -> None:
    row = post(manager, rota).json()
    day = {"start_time": "08:00", "end_time": "18:00"}
    assert patch(manager, row, **day).json()["end_day_offset"] == 0
    assert patch(manager, row, end_day_offset=3).json()["end_day_offset"] == 3
    assert patch(manager, row, end_time="07:00").json()["end_day_offset"] == 3
    empty = patch(manager, row, end_day_offset=0)
    assert problem(empty) == (400, "ends_before_start")


def test_a_period_stays_on_its_schedule(manager: Any, rota: Schedule) -> None:
    row = post(manager, rota).json()
    moved = patch(manager, row, schedule=build.schedule("Lyon").pk)
    assert problem(moved) == (400, "schedule_fixed")


def test_a_stale_change_is_refused(manager: Any, rota: Schedule) -> None:
    row = post(manager, rota).json()
    patch(manager, row, name="Late")
    assert problem(patch(manager, row, version=1)) == (409, "stale_version")
    address = f"{TEMPLATES}{row['id']}/"
    assert problem(manager.delete(address, HTTP_IF_MATCH='"1"')) == (409, "stale_version")
    assert manager.delete(address, HTTP_IF_MATCH='"2"').status_code == 204
    assert not ShiftTemplate.objects.exists()


def test_the_periods_of_a_schedule_come_in_their_order(manager: Any, rota: Schedule) -> None:
    for name, position in (("Late", 2), ("Early", 1)):
        post(manager, rota, name=name, position=position)
    post(manager, build.schedule("Lyon"))
    listed = manager.get(TEMPLATES, {"schedule": rota.pk}).json()["results"]
    assert [row["name"] for row in listed] == ["Early", "Late"]
