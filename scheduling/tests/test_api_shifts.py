"""The API of shifts by the clock of their schedule, and their moves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from scheduling.enums import Role
from scheduling.models import Schedule, Shift, Staff
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
    return build.schedule("Paris", time_zone="Europe/Paris")


@pytest.fixture
def alice() -> Staff:
    return build.staff("Alice")


def post(api: Any, rota: Schedule, who: Staff, **values: Any) -> Any:
    """Post a shift with these ends."""
    return api.post(SHIFTS, {"schedule": rota.pk, "staff": who.pk, **values}, format="json")


def patch(api: Any, row: Any, query: str = "", **values: Any) -> Any:
    """Change a shift as it stands."""
    version = Shift.objects.get(pk=row.pk).version
    body = {**values, "version": version}
    return api.patch(f"{SHIFTS}{row.pk}/{query}", body, format="json")


def ends(answer: Any) -> tuple[str, str]:
    """Return the instants of an answer."""
    body = answer.json()
    return body["starts_at"], body["ends_at"]


def test_a_shift_is_written_by_the_clock_of_its_schedule(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    made = post(
        manager, rota, alice, starts_local="2027-01-04T18:00", ends_local="2027-01-05T08:00"
    )
    assert made.status_code == 201
    assert ends(made) == ("2027-01-04T17:00:00+00:00", "2027-01-05T07:00:00+00:00")
    assert "starts_local" not in made.json()


def test_one_end_may_be_an_instant_and_the_other_a_time_on_the_clock(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    row = build.shift(rota, alice, at(8), at(9))
    changed = patch(manager, row, ends_local="2027-01-04T12:30")
    assert ends(changed) == ("2027-01-04T08:00:00+00:00", "2027-01-04T11:30:00+00:00")


@pytest.mark.parametrize(
    ("end", "instant"),
    [
        ({"ends_local": "2027-10-31T02:30"}, "2027-10-31T00:30:00+00:00"),
        ({"ends_local": "2027-10-31T02:30", "ends_fold": 0}, "2027-10-31T00:30:00+00:00"),
        ({"ends_local": "2027-10-31T02:30", "ends_fold": 1}, "2027-10-31T01:30:00+00:00"),
        ({"ends_local": "2028-03-26T02:30"}, "2028-03-26T01:00:00+00:00"),
    ],
)
def test_a_time_that_comes_twice_or_never_means_one_instant(
    manager: Any, rota: Schedule, alice: Staff, end: Any, instant: str
) -> None:
    day_before = datetime.fromisoformat(instant) - timedelta(days=1)
    row = build.shift(rota, alice, day_before, day_before + timedelta(hours=1))
    assert ends(patch(manager, row, **end))[1] == instant


def test_answers_hold_the_times_on_the_clock_when_asked(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    first, second = "2027-10-31T00:30:00+00:00", "2027-10-31T01:30:00+00:00"
    body = {"schedule": rota.pk, "staff": alice.pk, "starts_at": first, "ends_at": second}
    made = manager.post(f"{SHIFTS}?local=1", body, format="json").json()
    local = {
        "starts_local": "2027-10-31T02:30",
        "ends_local": "2027-10-31T02:30",
        "ends_fold": 1,
    }
    assert {name: made[name] for name in made if "local" in name or "fold" in name} == local
    row = Shift.objects.get()
    assert manager.get(f"{SHIFTS}{row.pk}/?local=1").json() == made
    assert manager.get(f"{SHIFTS}?local=1").json()["results"] == [made]
    assert patch(manager, row, "?local=1", note="x").json() == {**made, "note": "x", "version": 2}
    stale = manager.patch(f"{SHIFTS}{row.pk}/?local=1", {"version": 1}, format="json")
    assert stale.json()["current"] == {**made, "note": "x", "version": 2}


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"starts_local": "2027-01-04T18:00+01:00"}, "starts_local", "offset_not_allowed"),
        ({"starts_local": "2027-01-04T18:00Z"}, "starts_local", "offset_not_allowed"),
        ({"starts_local": "2027-01-04"}, "starts_local", "invalid_wall_clock"),
        ({"starts_local": 5}, "starts_local", "invalid_wall_clock"),
        ({"starts_local": "2027-02-30T18:00"}, "starts_local", "invalid_wall_clock"),
        ({"starts_local": "0001-01-01T00:00"}, "starts_local", "invalid_wall_clock"),
        ({"starts_local": "2027-01-04T18:00", "starts_fold": 2}, "starts_fold", "max_value"),
        ({"starts_fold": 1}, "starts_local", "required"),
        (
            {"starts_local": "2027-01-04T18:00", "starts_at": "2027-01-04T17:00:00Z"},
            "starts_local",
            "conflicting_fields",
        ),
        (
            {"starts_fold": 1, "starts_at": "2027-01-04T17:00:00Z"},
            "starts_local",
            "conflicting_fields",
        ),
        ({}, "starts_at", "required"),
        ({"move": {"days": 1}}, "move", "unknown_field"),
    ],
)
def test_bad_times_are_refused(
    manager: Any, rota: Schedule, alice: Staff, values: Any, field: str, code: str
) -> None:
    answer = post(manager, rota, alice, ends_local="2027-01-05T08:00", **values)
    assert problem(answer) == (400, code)
    assert answer.json()["errors"][0]["field"] == field
    assert not Shift.objects.exists()


def test_a_night_is_moved_by_the_clock_of_its_schedule(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    body = {"starts_local": "2027-03-26T18:00", "ends_local": "2027-03-27T08:00"}
    row = Shift.objects.get(pk=post(manager, rota, alice, **body).json()["id"])
    moved = patch(manager, row, "?local=1", move={"days": 1}).json()
    assert (moved["starts_local"], moved["ends_local"]) == ("2027-03-27T18:00", "2027-03-28T08:00")
    assert (moved["starts_at"], moved["ends_at"]) == (
        "2027-03-27T17:00:00+00:00",
        "2027-03-28T06:00:00+00:00",
    )
    longer = patch(manager, row, "?local=1", move={"minutes": -30, "end_minutes": 60, "level": 2})
    assert (longer.json()["starts_local"], longer.json()["ends_local"]) == (
        "2027-03-27T17:30",
        "2027-03-28T08:30",
    )
    assert (longer.json()["level"], longer.json()["version"]) == (2, 3)


def test_a_move_may_put_somebody_else_on_call_with_it(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    row, desk = build.shift(rota, alice, at(8), at(9)), build.service("Desk")
    body: Any = {"move": {"days": 1}, "staff": None, "service": desk.pk, "level": 3}
    moved = patch(manager, row, **body).json()
    assert (moved["staff"], moved["service"], moved["level"]) == (None, desk.pk, 3)
    assert (moved["starts_at"], moved["version"]) == ("2027-01-05T08:00:00+00:00", 2)


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        (
            {"move": {"days": 1}, "starts_at": "2027-01-04T07:00:00Z"},
            "move",
            "conflicting_fields",
        ),
        ({"move": {"days": 1}, "ends_local": "2027-01-04T19:00"}, "move", "conflicting_fields"),
        ({"move": {"level": 2}, "level": 3}, "move", "conflicting_fields"),
        ({"move": {"day": 1}}, "move.day", "unknown_field"),
        ({"move": {"days": 4000}}, "move.days", "max_value"),
        ({"move": {"days": "x"}}, "move.days", "invalid"),
        ({"move": {"end_minutes": -60}}, "ends_at", "ends_before_start"),
    ],
)
def test_a_bad_move_is_refused(
    manager: Any, rota: Schedule, alice: Staff, values: Any, field: str, code: str
) -> None:
    row = build.shift(rota, alice, at(8), at(9))
    answer = patch(manager, row, **values)
    assert problem(answer) == (400, code)
    assert answer.json()["errors"][0]["field"] == field
    assert Shift.objects.get().version == 1


def test_a_move_beyond_the_calendar_is_refused(manager: Any, rota: Schedule, alice: Staff) -> None:
    row = build.shift(rota, alice, at(8).replace(year=9998), at(9).replace(year=9998))
    answer = patch(manager, row, move={"days": 3650})
    assert problem(answer) == (400, "out_of_range")


def test_a_shift_stays_on_its_schedule(manager: Any, rota: Schedule, alice: Staff) -> None:
    row = build.shift(rota, alice, at(8), at(9))
    answer = patch(manager, row, schedule=build.schedule("Lyon").pk)
    assert problem(answer) == (400, "schedule_fixed")
    assert patch(manager, row, schedule=rota.pk).status_code == 200
