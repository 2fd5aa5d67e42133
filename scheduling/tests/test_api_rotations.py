"""Rotations through the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.models import Rotation, Schedule, Shift, Staff
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import client

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/rotations/"


@pytest.fixture(autouse=True)
def seven_o_clock() -> Iterator[None]:
    with clock.driven_by(lambda: at(7)):
        yield


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris", time_zone="UTC")


@pytest.fixture
def alice() -> Staff:
    return build.staff("Alice")


@pytest.fixture
def bob() -> Staff:
    return build.staff("Bob")


@pytest.fixture
def api() -> APIClient:
    return client(Role.MANAGER)


def body(rota: Schedule, *people: Staff, **values: Any) -> dict[str, Any]:
    return {
        "schedule": rota.pk,
        "participants": [{"staff": person.pk} for person in people],
        "starts_on": "2027-01-04",
        "start_time": "09:00",
        "end_time": "09:00",
        "end_day_offset": 7,
        "recurrence": "RRULE:FREQ=WEEKLY;BYDAY=MO",
        **values,
    }


def create(api: APIClient, rota: Schedule, *people: Staff, **values: Any) -> Any:
    return api.post(ADDRESS, body(rota, *people, **values), format="json")


def final(api: APIClient, rota: Schedule, start: str, end: str) -> Any:
    window = {"from": f"{start}T00:00:00Z", "to": f"{end}T00:00:00Z"}
    return api.get(f"/api/v1/schedules/{rota.pk}/final/", window).json()


def test_a_rotation_is_answered_whole(
    api: APIClient, rota: Schedule, alice: Staff, bob: Staff
) -> None:
    call_centre = build.service("Call centre")
    team = {"team": [{"staff": bob.pk}, {"service": call_centre.pk}]}
    answer = create(api, rota, participants=[{"staff": alice.pk}, team])
    assert answer.status_code == 201, answer.json()
    assert answer.json() == {
        "id": Rotation.objects.get().pk,
        "schedule": rota.pk,
        "level": 1,
        "participants": [{"staff": alice.pk}, team],
        "starts_on": "2027-01-04",
        "ends_on": None,
        "start_time": "09:00",
        "end_time": "09:00",
        "end_day_offset": 7,
        "recurrence": "RRULE:FREQ=WEEKLY;BYDAY=MO",
        "turn_every": {"count": 1, "unit": "shift"},
        "first_participant": 0,
        "on_holidays": "as_usual",
        "time_zone": None,
        "counted_from": "2027-01-04",
        "written_until": "2028-02-08",
        "version": 1,
    }


def test_without_a_zone_of_its_own_it_has_none_however_that_is_told(
    api: APIClient, rota: Schedule, alice: Staff
) -> None:
    made = create(api, rota, alice, time_zone="").json()
    assert made["time_zone"] is None
    address = f"{ADDRESS}{made['id']}/"
    for zone, kept in (("Asia/Kathmandu", "Asia/Kathmandu"), ("", None)):
        change = {"version": made["version"], "time_zone": zone}
        made = api.patch(address, change, format="json").json()
        assert made["time_zone"] == kept


def test_its_shifts_are_on_the_final_schedule(
    api: APIClient, rota: Schedule, alice: Staff, bob: Staff
) -> None:
    create(api, rota, alice, bob)
    assert [(e["staff"], e["starts_at"]) for e in final(api, rota, "2027-01-04", "2027-01-18")] == [
        (alice.pk, "2027-01-04T09:00:00+00:00"),
        (bob.pk, "2027-01-11T09:00:00+00:00"),
    ]
    shift = api.get("/api/v1/shifts/", {"schedule": rota.pk}).json()["results"][0]
    assert (shift["state"], shift["rotation"]) == ("generated", Rotation.objects.get().pk)


@pytest.mark.requirement("PLA-14")
def test_beyond_the_horizon_the_rule_answers(
    api: APIClient, rota: Schedule, alice: Staff, bob: Staff
) -> None:
    create(api, rota, alice, bob)
    assert [
        (e["staff"], e["starts_at"], e["shift"])
        for e in final(api, rota, "2030-01-01", "2030-01-15")
    ] == [
        (alice.pk, "2030-01-01T00:00:00+00:00", None),
        (bob.pk, "2030-01-07T09:00:00+00:00", None),
        (alice.pk, "2030-01-14T09:00:00+00:00", None),
    ]
    at_once = api.get(f"/api/v1/schedules/{rota.pk}/on-call/", {"at": "2030-01-08T00:00:00Z"})
    assert [(e["staff"], e["until"]) for e in at_once.json()["on_call"]] == [
        (bob.pk, "2030-01-14T09:00:00+00:00")
    ]


def test_the_length_of_a_turn(api: APIClient, rota: Schedule, alice: Staff, bob: Staff) -> None:
    daily = {"recurrence": "RRULE:FREQ=DAILY", "end_day_offset": 1}
    create(api, rota, alice, bob, **daily, turn_every={"count": 2, "unit": "week"})
    staff = [e["staff"] for e in final(api, rota, "2027-01-04", "2027-02-15")]
    assert staff == [alice.pk] * 14 + [bob.pk] * 14 + [alice.pk] * 14


def test_a_turn_in_hours_says_how_long_a_shift_is(
    api: APIClient, rota: Schedule, alice: Staff, bob: Staff
) -> None:
    answer = create(api, rota, alice, bob, turn_every={"count": 10, "unit": "hour"})
    found = answer.json()
    assert (found["end_time"], found["end_day_offset"]) == ("19:00", 0)


def test_whose_turn_it_is_on_a_day(
    api: APIClient, rota: Schedule, alice: Staff, bob: Staff
) -> None:
    answer = create(api, rota, alice, bob, whose_turn={"on": "2027-01-11", "participant": 0})
    assert answer.json()["first_participant"] == 1


def test_a_change_and_a_deletion_need_the_version(
    api: APIClient, rota: Schedule, alice: Staff, bob: Staff
) -> None:
    address = f"{ADDRESS}{create(api, rota, alice).json()['id']}/"
    changed = api.patch(address, {"version": 1, "participants": [{"staff": bob.pk}]}, format="json")
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert set(Shift.objects.values_list("staff", flat=True)) == {bob.pk}
    assert api.patch(address, {"version": 1, "level": 2}, format="json").status_code == 409
    assert api.delete(address, {"version": 2}, format="json").status_code == 204
    assert api.get(address).status_code == 404
    assert not Shift.objects.exists()


def test_the_next_ten_shifts(api: APIClient, rota: Schedule, alice: Staff, bob: Staff) -> None:
    address = f"{ADDRESS}{create(api, rota, alice, bob).json()['id']}/upcoming/"
    found = api.get(address).json()
    assert len(found) == 10
    assert found[1] == {
        "day": "2027-01-11",
        "staff": bob.pk,
        "service": None,
        "starts_at": "2027-01-11T09:00:00+00:00",
        "ends_at": "2027-01-18T09:00:00+00:00",
        "turn": 1,
    }


def test_a_preview_keeps_nothing(api: APIClient, rota: Schedule, alice: Staff, bob: Staff) -> None:
    answer = api.post(f"{ADDRESS}preview/", body(rota, alice, bob), format="json")
    assert [shift["staff"] for shift in answer.json()] == [alice.pk, bob.pk] * 5
    assert not Rotation.objects.exists()
    assert not Shift.objects.exists()


def test_this_and_all_following(api: APIClient, rota: Schedule, alice: Staff, bob: Staff) -> None:
    create(api, rota, alice, bob)
    second = Shift.objects.order_by("day")[1]
    move = {"version": 1, "following": True, "move": {"days": 1, "minutes": 0}}
    answer = api.patch(f"/api/v1/shifts/{second.pk}/", move, format="json")
    assert (answer.status_code, answer.json()["starts_at"]) == (200, "2027-01-12T09:00:00+00:00")
    starts = [e["starts_at"][:10] for e in final(api, rota, "2027-01-04", "2027-01-27")]
    assert starts == ["2027-01-04", "2027-01-12", "2027-01-19", "2027-01-26"]


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"recurrence": "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "recurrence", "never_fires"),
        ({"recurrence": "RRULE:FREQ=MINUTELY"}, "recurrence", "too_fine"),
        ({"recurrence": "on Mondays"}, "recurrence", "unreadable"),
        ({"ends_on": "2027-01-03"}, "ends_on", "ends_before_start"),
        ({"time_zone": "Europe/Lutetia"}, "time_zone", "unknown_time_zone"),
        ({"participants": []}, "participants", "no_participants"),
        ({"end_day_offset": 400}, "end_day_offset", "max_value"),
        ({"first_participant": 3}, "first_participant", "no_such_turn"),
        ({"turn_every": {"count": 0, "unit": "shift"}}, "turn_every.count", "min_value"),
        ({"turn_every": {"count": 1, "unit": "moon"}}, "turn_every.unit", "unknown_choice"),
        ({"exceptions": []}, "exceptions", "unknown_field"),
    ],
)
def test_what_cannot_be_is_refused(
    api: APIClient, rota: Schedule, alice: Staff, values: dict[str, Any], field: str, code: str
) -> None:
    answer = create(api, rota, alice, **values)
    assert answer.status_code == 400
    assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [(field, code)]
    assert not Rotation.objects.exists()


def test_a_list_takes_a_fixed_number_of_queries(
    api: APIClient, rota: Schedule, alice: Staff, django_assert_num_queries: Any
) -> None:
    create(api, rota, alice)
    api.get(ADDRESS)
    with django_assert_num_queries(6):
        assert api.get(ADDRESS).status_code == 200
    for level in (2, 3):
        create(api, rota, alice, level=level)
    with django_assert_num_queries(6):
        assert len(api.get(ADDRESS).json()["results"]) == 3
