"""The API of shifts, and of who is on call."""

from __future__ import annotations

from typing import Any

import pytest

from oncall_portal.lib import clock
from scheduling.enums import Role, ShiftState
from scheduling.models import Schedule, Shift, Staff
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import client, problem

pytestmark = pytest.mark.django_db
API = "/api/v1"
EIGHT, NINE, TEN = (f"2027-01-04T{hour}:00:00+00:00" for hour in ("08", "09", "10"))


@pytest.fixture
def manager() -> Any:
    return client(Role.MANAGER)


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris")


def post(api: Any, rota: Schedule, **values: Any) -> Any:
    """Post a shift of an hour, with what `values` change."""
    body = {"schedule": rota.pk, "starts_at": EIGHT, "ends_at": NINE, **values}
    return api.post(f"{API}/shifts/", body, format="json")


def test_a_shift_is_shown_whole_and_in_utc(manager: Any, rota: Schedule) -> None:
    alice = build.staff("Alice")
    made = post(manager, rota, staff=alice.pk, starts_at="2027-01-04T09:00:00+01:00", note="x")
    assert made.status_code == 201
    assert made.json() == {
        "id": made.json()["id"],
        "schedule": rota.pk,
        "staff": alice.pk,
        "service": None,
        "level": 1,
        "starts_at": EIGHT,
        "ends_at": NINE,
        "state": "manual",
        "rotation": None,
        "note": "x",
        "version": 1,
        "warnings": [{"code": "not_verified", "detail": "Alice: no number verified"}],
    }


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"ends_at": EIGHT}, "ends_at", "ends_before_start"),
        ({"starts_at": "2027-01-04T08:00:00"}, "starts_at", "offset_required"),
        ({"starts_at": "tomorrow"}, "starts_at", "invalid_instant"),
        ({"starts_at": "2027-02-30T08:00:00Z"}, "starts_at", "invalid_instant"),
        ({"starts_at": 5}, "starts_at", "invalid_instant"),
        ({"level": 10}, "level", "max_value"),
        ({"service": 999_999}, "service", "does_not_exist"),
        ({"schedule": None}, "schedule", "required"),
    ],
)
def test_a_bad_shift_is_refused(
    manager: Any, rota: Schedule, values: Any, field: str, code: str
) -> None:
    answer = post(manager, rota, staff=build.staff("Alice").pk, **values)
    assert problem(answer) == (400, code)
    assert answer.json()["errors"][0]["field"] == field
    assert not Shift.objects.exists()


def test_the_same_person_twice_at_a_level_is_refused(manager: Any, rota: Schedule) -> None:
    alice = build.staff("Alice")
    build.shift(rota, alice, at(8.5), at(9.5))
    answer = post(manager, rota, staff=alice.pk)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("This person is already on call at this level")


def test_a_change_counts_the_version_up_and_needs_the_one_that_was_read(
    manager: Any, rota: Schedule
) -> None:
    row = build.shift(rota, build.staff("Alice"), at(8), at(9))
    address = f"{API}/shifts/{row.pk}/"
    assert problem(manager.patch(address, {"note": "x"}, format="json")) == (
        400,
        "version_required",
    )
    first = manager.patch(address, {"note": "x"}, format="json", HTTP_IF_MATCH='"1"')
    assert (first.json()["note"], first.json()["version"], first["ETag"]) == ("x", 2, '"2"')
    late = manager.patch(address, {"note": "y", "version": 1}, format="json")
    assert problem(late) == (409, "stale_version")
    assert late.json()["current"] == first.json()
    assert problem(manager.delete(address, HTTP_IF_MATCH='"1"')) == (409, "stale_version")
    assert problem(manager.delete(address, HTTP_IF_MATCH="x")) == (400, "invalid_version")
    assert manager.delete(address, {"version": 2}, format="json").status_code == 204
    assert not Shift.objects.exists()


@pytest.mark.requirement("PLA-08")
def test_shifts_are_listed_by_overlap_without_the_cancelled(manager: Any, rota: Schedule) -> None:
    alice, bob = build.staff("Alice"), build.staff("Bob")
    first = build.shift(rota, alice, at(8), at(9))
    second = build.shift(rota, bob, at(8), at(9), level=2)
    build.shift(rota, alice, at(9), at(10))
    gone = build.shift(rota, bob, at(8), at(9), state=ShiftState.CANCELLED.value)
    hour = {"from": EIGHT, "to": NINE}
    listed = manager.get(f"{API}/shifts/", hour).json()
    assert [row["id"] for row in listed["results"]] == [first.pk, second.pk]
    every = manager.get(f"{API}/shifts/", {**hour, "cancelled": "1"}).json()
    assert {row["id"] for row in every["results"]} == {first.pk, second.pk, gone.pk}
    mine = manager.get(f"{API}/shifts/", {"staff": bob.pk, "schedule": rota.pk}).json()
    assert [row["id"] for row in mine["results"]] == [second.pk]


def test_a_list_comes_in_pages(manager: Any) -> None:
    for number in range(3):
        build.staff(f"Person {number}")
    page = manager.get(f"{API}/staff/", {"page_size": 2}).json()
    assert (page["count"], len(page["results"]), page["previous"]) == (3, 2, None)
    assert page["next"] == "http://testserver/api/v1/staff/?page=2&page_size=2"
    assert problem(manager.get(f"{API}/staff/", {"page": 9})) == (404, "not_found")


@pytest.mark.requirement("PLA-14")
def test_who_is_on_call_is_answered_for_any_instant(manager: Any, rota: Schedule) -> None:
    alice, bob = build.staff("Alice", "+33612345678"), build.staff("Bob", active=False)
    first = build.shift(rota, alice, at(8), at(9))
    build.shift(rota, bob, at(8), at(9), level=2)
    answer = manager.get(f"{API}/schedules/{rota.pk}/on-call/", {"at": EIGHT}).json()
    assert answer == {
        "at": EIGHT,
        "on_call": [
            {
                "level": 1,
                "staff": alice.pk,
                "service": None,
                "name": "Alice",
                "until": NINE,
                "shift": first.pk,
                "numbers": [{"number": "+33612345678", "label": ""}],
                "reason": "regular",
            }
        ],
        "skipped": [
            {"level": 2, "staff": bob.pk, "service": None, "name": "Bob", "reason": "inactive"}
        ],
    }


def test_who_is_on_call_now_is_asked_of_the_clock(manager: Any, rota: Schedule) -> None:
    with clock.driven_by(lambda: at(8)):
        assert manager.get(f"{API}/schedules/{rota.pk}/on-call/").json()["at"] == EIGHT


def test_staff_see_masked_the_numbers_of_who_is_on_call(rota: Schedule) -> None:
    api = client(Role.STAFF)
    me, bob = Staff.objects.get(name="Staff"), build.staff("Bob", "+33612345678")
    build.shift(rota, me, at(8), at(9))
    build.shift(rota, bob, at(8), at(9), level=2)
    answer = api.get(f"{API}/schedules/{rota.pk}/on-call/", {"at": EIGHT}).json()
    shown = [entry["numbers"][0]["number"] for entry in answer["on_call"]]
    assert shown == [str(me.numbers.get().number), "+33 6 .. .. .. 78"]


def test_the_final_schedule_and_its_gaps_fill_a_window(manager: Any, rota: Schedule) -> None:
    alice = build.staff("Alice")
    row = build.shift(rota, alice, at(8), at(9))
    window = {"from": "2027-01-04T08:30:00+00:00", "to": TEN}
    assert manager.get(f"{API}/schedules/{rota.pk}/final/", window).json() == [
        {
            "level": 1,
            "staff": alice.pk,
            "service": None,
            "starts_at": window["from"],
            "ends_at": NINE,
            "shift": row.pk,
            "reason": "regular",
        }
    ]
    assert manager.get(f"{API}/schedules/{rota.pk}/gaps/", window).json() == [
        {"starts_at": NINE, "ends_at": TEN, "reason": "nobody_scheduled", "intended": False}
    ]


@pytest.mark.parametrize(
    ("window", "code"),
    [
        ({}, "required"),
        ({"from": EIGHT}, "required"),
        ({"from": "x", "to": NINE}, "invalid_instant"),
        ({"from": NINE, "to": EIGHT}, "ends_before_start"),
        ({"from": EIGHT, "to": "2030-01-01T00:00:00Z"}, "window_too_long"),
    ],
)
def test_a_bad_window_is_refused(manager: Any, rota: Schedule, window: Any, code: str) -> None:
    assert problem(manager.get(f"{API}/schedules/{rota.pk}/gaps/", window)) == (400, code)
