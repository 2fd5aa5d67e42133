"""What would be doubtful about a shift, told before it is written."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scheduling.enums import Role, ShiftState
from scheduling.models import ContactNumber, Override, RotaOperation, Schedule, Shift, Staff
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


@pytest.fixture
def alice() -> Staff:
    return verified("Alice")


def verified(name: str) -> Staff:
    person = build.staff(name)
    ContactNumber.objects.filter(staff=person).update(verified_at=at(0))
    return person


def new(api: Any, rota: Schedule, who: Staff, start: float, end: float, **values: Any) -> Any:
    ends = {"starts_at": at(start).isoformat(), "ends_at": at(end).isoformat()}
    body = {"schedule": rota.pk, "staff": who.pk, "level": 1, **ends, **values}
    return api.post(f"{SHIFTS}preview/", body, format="json")


def moved(api: Any, row: Shift, **values: Any) -> Any:
    return api.post(f"{SHIFTS}{row.pk}/preview/", values, format="json")


def codes(answer: Any) -> list[tuple[str, int | None]]:
    assert answer.status_code == 200, answer.content
    return [(found["code"], found["shift"]) for found in answer.json()]


def test_a_new_shift_is_foretold_in_words_and_nothing_is_written(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    build.shift(build.schedule("Lyon"), alice, at(0), at(6))
    assert new(manager, rota, alice, 8, 18).json() == [
        {
            "shift": None,
            "code": "rest_too_short",
            "detail": "Alice: 2 h of rest only after Lyon, level 1, Mon 4 Jan, 01:00 → 07:00;"
            " the rule is 11 h",
            "light": False,
        }
    ]
    assert Shift.objects.count() == 1
    assert not RotaOperation.objects.exists()


def test_a_number_that_was_never_verified_is_no_reason_to_plan_otherwise(
    manager: Any, rota: Schedule
) -> None:
    (found,) = new(manager, rota, build.staff("Bob"), 8, 18).json()
    assert (found["code"], found["light"]) == ("not_verified", True)


def test_a_shift_that_would_be_followed_too_soon_is_told_with_the_other(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    later = build.shift(rota, alice, at(20), at(23), level=2)
    assert codes(new(manager, rota, alice, 8, 18)) == [("rest_too_short", later.pk)]


def test_a_shift_that_is_moved_is_not_in_its_own_way(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    row = build.shift(rota, alice, at(8), at(18))
    assert codes(moved(manager, row, move={"minutes": 30, "level": 2})) == []
    row.refresh_from_db()
    assert (row.starts_at, row.level, row.version) == (at(8), 1, 1)
    assert not RotaOperation.objects.exists()


CHANGES: dict[str, dict[str, Any]] = {
    "earlier": {"move": {"minutes": -90}},
    "another day": {"move": {"days": 1}},
    "another level": {"move": {"level": 2}},
    "longer": {"move": {"end_minutes": 240}},
    "shorter": {"move": {"minutes": 240, "end_minutes": -240}},
    "another time of day": {"starts_local": "2027-01-05T05:00", "ends_local": "2027-01-05T15:00"},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("how", ["whole", "part", "none"])
def test_what_is_foretold_is_what_holds_once_it_is_written(
    manager: Any, rota: Schedule, alice: Staff, change: dict[str, Any], how: str
) -> None:
    bob = verified("Bob")
    row = build.shift(rota, alice, at(8), at(18))
    if how != "none":
        ends = (at(8), at(18)) if how == "whole" else (at(8), at(10))
        instead: Any = {"replaces_shift": row, "staff": bob, "whole": how == "whole"}
        Override.objects.create(schedule=rota, period=ends, **instead)
    lyon = build.schedule("Lyon")
    for person in (alice, bob):
        build.shift(lyon, person, at(-8), at(-2))
        build.shift(lyon, person, at(38), at(40))
        build.shift(rota, person, at(20), at(21), level=3)
    build.time_off(alice, at(30), at(36))
    foretold = [
        (found["code"], found["detail"])
        for found in moved(manager, row, **change).json()
        if found["shift"] is None
    ]
    done = manager.patch(f"{SHIFTS}{row.pk}/", {"version": 1, **change}, format="json").json()
    assert foretold == [(each["code"], each["detail"]) for each in done["warnings"]]


def test_who_stands_in_follows_however_far(manager: Any, rota: Schedule, alice: Staff) -> None:
    row = build.shift(rota, alice, at(8), at(18))
    untried = build.staff("Bob")
    build.override(rota, at(8), at(18), untried, replaces_shift=row, whole=True)
    assert codes(moved(manager, row, move={"days": 70})) == [("not_verified", None)]


def test_somebody_else_in_its_place_is_looked_at(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    row = build.shift(rota, verified("Bob"), at(8), at(18))
    build.shift(rota, alice, at(0), at(6))
    build.override(rota, at(8), at(18), alice, replaces_shift=row, whole=True)
    assert codes(moved(manager, row, staff=alice.pk)) == [("rest_too_short", None)]


def test_a_move_by_the_clock_keeps_the_hours_over_a_change_of_the_clock(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    saturday = 24 * 82  # 27 March 2027; in the night after it the clock goes forward
    row = build.shift(rota, alice, at(saturday + 8), at(saturday + 17))
    build.shift(rota, alice, at(saturday + 43), at(saturday + 44), level=2)
    (found,) = moved(manager, row, move={"days": 1}).json()
    assert "11 h" in found["detail"]
    assert found["detail"].startswith("Alice: 3 h of rest only after Paris")


def test_a_deleted_shift_is_in_nobodys_way(manager: Any, rota: Schedule, alice: Staff) -> None:
    build.shift(rota, alice, at(0), at(6), state=ShiftState.CANCELLED.value)
    assert codes(new(manager, rota, alice, 8, 18)) == []


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"staff": None}, "one_assignee"),
        ({"ends_at": at(1).isoformat()}, "ends_before_start"),
        ({"colour": "red"}, "unknown_field"),
        ({"level": 10}, "max_value"),
    ],
)
def test_what_could_be_no_shift_is_refused(
    manager: Any, rota: Schedule, alice: Staff, values: dict[str, Any], code: str
) -> None:
    assert problem(new(manager, rota, alice, 8, 18, **values)) == (400, code)


def test_a_move_that_leaves_nothing_is_refused(manager: Any, rota: Schedule, alice: Staff) -> None:
    row = build.shift(rota, alice, at(8), at(18))
    answer = moved(manager, row, move={"end_minutes": -600})
    assert problem(answer) == (400, "ends_before_start")
    assert problem(moved(manager, row, move={"level": 2}, level=3)) == (400, "conflicting_fields")


def test_a_look_ahead_takes_as_many_queries_however_full_the_rota(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    row = build.shift(rota, alice, at(8), at(18))
    build.override(rota, at(8), at(12), verified("Bob"), replaces_shift=row)
    build.time_off(alice, at(30), at(36))
    few = queries(manager, row)
    for number in range(12):
        person, lyon = verified(f"Person {number}"), build.schedule(f"Rota {number}")
        build.shift(lyon, alice, at(24 * number + 20), at(24 * number + 22))
        build.shift(rota, person, at(8), at(18), level=2)
    assert queries(manager, row) == few
    assert few <= 15


def queries(api: Any, row: Shift) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert moved(api, row, move={"days": 1}).status_code == 200
    assert not [each for each in captured if each["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    return len(captured)
