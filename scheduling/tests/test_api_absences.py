"""The API of stand-ins, of time off, and of holes that are meant to be."""

from __future__ import annotations

from typing import Any

import pytest

from scheduling.enums import Role
from scheduling.models import IntendedGap, Override, Schedule, Shift, Staff, TimeOff
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import client, login, problem
from scheduling.tests.rotas import at_time

pytestmark = pytest.mark.django_db
OVERRIDES, GAPS, TIME_OFF = "/api/v1/overrides/", "/api/v1/intended-gaps/", "/api/v1/time-off/"
ENDS = {"starts_at": at(8).isoformat(), "ends_at": at(18).isoformat()}

PAST = {"starts_at": at(1).isoformat(), "ends_at": at(2).isoformat()}


@pytest.fixture(autouse=True)
def _on_monday_morning() -> Any:
    with at_time(at(6)):
        yield


@pytest.fixture
def manager() -> Any:
    return client(Role.MANAGER)


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris")


@pytest.fixture
def duty(rota: Schedule) -> Shift:
    return Shift.objects.get(pk=build.shift(rota, build.staff("Alice"), at(8), at(18)).pk)


def post(api: Any, path: str, **body: Any) -> Any:
    return api.post(path, body, format="json")


def test_a_stand_in_is_shown_whole(manager: Any, rota: Schedule, duty: Shift) -> None:
    bob = build.staff("Bob")
    body = {"schedule": rota.pk, "replaces": {"shift": duty.pk}, "staff": bob.pk, "note": "ill"}
    made = post(manager, OVERRIDES, **body)
    assert made.status_code == 201, made.json()
    assert made.json() == {
        "id": made.json()["id"],
        "schedule": rota.pk,
        "replaces": {"shift": duty.pk},
        "staff": bob.pk,
        "service": None,
        **ENDS,
        "note": "ill",
        "swap": None,
        "version": 1,
        "cut": [],
    }
    assert manager.get(f"{OVERRIDES}{made.json()['id']}/").json() == made.json()


@pytest.mark.parametrize("target", ["staff", "service", "level"])
def test_whose_place_it_is_may_be_a_person_a_service_or_a_level(
    manager: Any, rota: Schedule, target: str
) -> None:
    key = {"staff": build.staff("Alice").pk, "service": build.service("Desk").pk, "level": 2}
    replaces = {target: key[target]}
    made = post(manager, OVERRIDES, schedule=rota.pk, replaces=replaces, **ENDS)
    assert (made.json()["replaces"], made.json()["staff"]) == (replaces, None)


def test_times_may_be_told_by_the_clock_of_the_schedule(manager: Any, rota: Schedule) -> None:
    local = {"starts_local": "2027-01-04T10:00", "ends_local": "2027-01-04T11:30"}
    made = post(manager, OVERRIDES, schedule=rota.pk, replaces={"level": 1}, **local).json()
    assert (made["starts_at"], made["ends_at"]) == (at(9).isoformat(), at(10.5).isoformat())
    shown = manager.get(f"{OVERRIDES}{made['id']}/?local=1").json()
    assert (shown["starts_local"], shown["ends_local"]) == tuple(local.values())


def test_the_answer_says_what_was_cut(manager: Any, rota: Schedule) -> None:
    level: dict[str, Any] = {"schedule": rota.pk, "replaces": {"level": 1}}
    first = post(manager, OVERRIDES, **level, **ENDS).json()
    second = post(manager, OVERRIDES, **level, **{**ENDS, "starts_at": at(12).isoformat()}).json()
    assert second["cut"] == [{"id": first["id"], **ENDS, "ends_at": at(12).isoformat()}]
    body = {"version": 1, "starts_at": at(8).isoformat()}
    changed = manager.patch(f"{OVERRIDES}{second['id']}/", body, format="json").json()
    assert changed["cut"] == [{"id": first["id"], "starts_at": None, "ends_at": None}]
    assert [row["cut"] for row in manager.get(OVERRIDES).json()["results"]] == [[]]


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"replaces": {}}, "replaces", "one_target"),
        ({"replaces": {"level": 1, "staff": 1}}, "replaces", "does_not_exist"),
        ({"replaces": {"level": 10}}, "replaces", "max_value"),
        ({"replaces": {"nobody": 1}}, "replaces", "unknown_field"),
        ({}, "replaces", "required"),
        ({"replaces": {"level": 1}, "ends_at": at(5).isoformat()}, "ends_at", "ends_before_start"),
        ({"replaces": {"level": 1}, **PAST}, "ends_at", "past"),
        ({"replaces": {"level": 1}, "x": 1}, "x", "unknown_field"),
    ],
)
def test_what_cannot_be_is_refused(
    manager: Any, rota: Schedule, body: dict[str, Any], field: str, code: str
) -> None:
    answer = post(manager, OVERRIDES, schedule=rota.pk, **{**ENDS, **body})
    assert answer.status_code == 400
    assert any(
        error["field"].startswith(field) and error["code"] == code
        for error in answer.json()["errors"]
    ), answer.json()
    assert not Override.objects.exists()


def test_one_stands_in_and_not_two(manager: Any, rota: Schedule) -> None:
    bob, desk = build.staff("Bob").pk, build.service("Desk").pk
    place: dict[str, Any] = {"schedule": rota.pk, "replaces": {"level": 1}, **ENDS}
    both = post(manager, OVERRIDES, **place, staff=bob, service=desk)
    made = post(manager, OVERRIDES, **place, staff=bob).json()
    address, body = f"{OVERRIDES}{made['id']}/", {"version": 1, "service": desk}
    second = manager.patch(address, body, format="json")
    for answer in (both, second):
        assert problem(answer) == (400, "one_stand_in")
        assert [error["field"] for error in answer.json()["errors"]] == ["staff"]
    changed = manager.patch(address, {**body, "staff": None}, format="json").json()
    assert (changed["staff"], changed["service"]) == (None, desk)


def test_a_window_asks_for_those_that_overlap_it(manager: Any, rota: Schedule) -> None:
    row = build.override(rota, at(8), at(18), replaces_level=1)
    for start, end, found in ((0, 8, []), (17, 20, [row.pk]), (18, 20, [])):
        window = {"from": at(start).isoformat(), "to": at(end).isoformat()}
        listed = manager.get(OVERRIDES, window).json()["results"]
        assert [each["id"] for each in listed] == found


def test_delete_ends_what_has_begun(manager: Any, rota: Schedule) -> None:
    made = post(manager, OVERRIDES, schedule=rota.pk, replaces={"level": 1}, **ENDS).json()
    with at_time(at(10)):
        answer = manager.delete(f"{OVERRIDES}{made['id']}/", {"version": 1}, format="json")
    assert answer.status_code == 204
    assert Override.objects.get().ends_at == at(10)


def test_an_intended_hole_is_kept_and_no_longer_warned_of(manager: Any, rota: Schedule) -> None:
    made = post(manager, GAPS, schedule=rota.pk, **ENDS, note="closed")
    assert made.json() == {
        "id": made.json()["id"],
        "schedule": rota.pk,
        **ENDS,
        "note": "closed",
        "version": 1,
    }
    window = {"from": at(6).isoformat(), "to": at(20).isoformat()}
    gaps = manager.get(f"/api/v1/schedules/{rota.pk}/gaps/", window).json()
    assert [gap["intended"] for gap in gaps] == [False, True, False]
    url = f"{GAPS}{made.json()['id']}/"
    assert manager.delete(url, {"version": 1}, format="json").status_code == 204
    assert not IntendedGap.objects.exists()


def test_time_off_is_told_by_the_clock_of_the_person(manager: Any) -> None:
    eve = build.staff("Eve", time_zone="America/New_York")
    days = {"starts_local": "2027-01-04T00:00", "ends_local": "2027-01-06T00:00"}
    made = post(manager, TIME_OFF, staff=eve.pk, reason="leave", **days).json()
    assert made == {
        "id": made["id"],
        "staff": eve.pk,
        "starts_at": at(5).isoformat(),
        "ends_at": at(5, day=6).isoformat(),
        "reason": "leave",
        "version": 1,
    }


def test_staff_enter_see_and_change_their_own_time_off_only() -> None:
    user = login(Role.STAFF)
    me = Staff.objects.get(user=user)
    bob = build.staff("Bob")
    theirs = build.time_off(bob, at(8), at(18))
    api = client(user)
    assert post(api, TIME_OFF, staff=bob.pk, **ENDS).status_code == 403
    mine = post(api, TIME_OFF, staff=me.pk, **ENDS).json()
    assert [row["id"] for row in api.get(TIME_OFF).json()["results"]] == [mine["id"]]
    url = f"{TIME_OFF}{mine['id']}/"
    changed = api.patch(url, {"version": 1, "reason": "leave"}, format="json").json()
    assert (changed["reason"], changed["version"]) == ("leave", 2)
    assert api.patch(url, {"version": 2, "staff": bob.pk}, format="json").status_code == 403
    body = {"version": 1}
    assert api.delete(f"{TIME_OFF}{theirs.pk}/", body, format="json").status_code == 404
    assert api.delete(url, {"version": 2}, format="json").status_code == 204
    assert TimeOff.objects.get() == theirs


def test_a_supervisor_sees_the_time_off_of_all_and_changes_that_of_nobody_else() -> None:
    theirs = build.time_off(build.staff("Bob"), at(8), at(18))
    api = client(Role.SUPERVISOR)
    url = f"{TIME_OFF}{theirs.pk}/"
    assert api.get(url).status_code == 200
    assert api.patch(url, {"version": 1, "reason": "x"}, format="json").status_code == 403


def test_a_stale_change_is_a_conflict(manager: Any, rota: Schedule) -> None:
    row = build.override(rota, at(8), at(18), replaces_level=1)
    answer = manager.patch(f"{OVERRIDES}{row.pk}/", {"version": 7, "note": "x"}, format="json")
    assert problem(answer) == (409, "stale_version")
