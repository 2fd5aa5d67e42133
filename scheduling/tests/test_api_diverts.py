"""Diverts through the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.models import Divert, Schedule
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import client

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("PLA-22")]
ADDRESS = "/api/v1/diverts/"
ELSEWHERE = "+33612349999"


@pytest.fixture(autouse=True)
def nine_o_clock() -> Iterator[None]:
    with clock.driven_by(lambda: at(9)):
        yield


@pytest.fixture
def rota() -> Schedule:
    return build.schedule()


@pytest.fixture
def api() -> APIClient:
    return client(Role.MANAGER)


def create(api: APIClient, rota: Schedule, **values: Any) -> Any:
    body = {"schedule": rota.pk, "to_number": "06 12 34 99 99", "ends_local": "2027-01-04T13:00"}
    return api.post(ADDRESS, {**body, **values}, format="json")


def test_a_divert_until_a_time_on_the_schedules_clock(api: APIClient, rota: Schedule) -> None:
    answer = create(api, rota)
    assert answer.status_code == 201, answer.json()
    row = Divert.objects.get()
    assert answer.json() == {
        "id": row.pk,
        "phone_number": None,
        "schedule": rota.pk,
        "to_staff": None,
        "to_service": None,
        "to_number": ELSEWHERE,
        "starts_at": "2027-01-04T09:00:00+00:00",
        "ends_at": "2027-01-04T12:00:00+00:00",
        "created_at": "2027-01-04T09:00:00+00:00",
        "version": 1,
    }
    assert row.created_by is not None


def test_on_call_tells_of_a_divert_to_a_bare_number(api: APIClient, rota: Schedule) -> None:
    create(api, rota)
    (entry,) = api.get(f"/api/v1/schedules/{rota.pk}/on-call/").json()["on_call"]
    assert (entry["staff"], entry["service"], entry["shift"]) == (None, None, None)
    assert (entry["reason"], entry["until"]) == ("divert", "2027-01-04T12:00:00+00:00")
    assert entry["numbers"] == [{"number": ELSEWHERE, "label": ""}]


def test_only_those_in_force_when_asked(api: APIClient, rota: Schedule) -> None:
    create(api, rota, starts_at="2027-01-04T11:00:00Z")
    assert api.get(f"{ADDRESS}?in_force=1").json()["count"] == 0
    assert api.get(f"{ADDRESS}?schedule={rota.pk}").json()["count"] == 1
    with clock.driven_by(lambda: at(11)):
        assert api.get(f"{ADDRESS}?in_force=1").json()["count"] == 1


def test_delete_ends_it_and_keeps_it_on_record(api: APIClient, rota: Schedule) -> None:
    row = create(api, rota).json()
    with clock.driven_by(lambda: at(10)):
        answer = api.delete(f"{ADDRESS}{row['id']}/", HTTP_IF_MATCH='"1"')
    assert answer.status_code == 204
    assert Divert.objects.get().ends_at == at(10)


def test_a_stale_end_is_a_conflict(api: APIClient, rota: Schedule) -> None:
    row = create(api, rota).json()
    body = {"ends_local": "2027-01-04T14:00", "version": 1}
    changed = api.patch(f"{ADDRESS}{row['id']}/", body, format="json")
    assert changed.json()["ends_at"] == "2027-01-04T13:00:00+00:00"
    answer = api.delete(f"{ADDRESS}{row['id']}/", HTTP_IF_MATCH='"1"')
    assert (answer.status_code, answer.json()["code"]) == (409, "stale_version")


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"ends_at": "2027-01-04T12:00:00Z"}, "ends_local", "conflicting_fields"),
        ({"ends_local": None}, "ends_local", "required"),
        ({"ends_local": "2027-01-04T08:00"}, "ends_at", "ends_before_start"),
        ({"ends_local": "2200-01-01T08:00"}, "ends_at", "out_of_range"),
        ({"to_number": "12"}, "to_number", "invalid_number"),
        ({"to_number": None}, "to_staff", "one_goal"),
    ],
)
def test_refusals_name_their_field(
    api: APIClient, rota: Schedule, values: dict[str, Any], field: str, code: str
) -> None:
    answer = create(api, rota, **values)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == (field, code)
    assert not Divert.objects.exists()


def test_staff_see_a_divert_with_its_number_masked(api: APIClient, rota: Schedule) -> None:
    create(api, rota)
    (row,) = client(Role.STAFF).get(ADDRESS).json()["results"]
    assert row["to_number"] == "+33 6 .. .. .. 99"
