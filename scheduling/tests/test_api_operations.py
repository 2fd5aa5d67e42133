"""The API of what was done to a schedule's rota: history, undo and redo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oncall_portal.lib import clock
from scheduling import services
from scheduling.enums import Role
from scheduling.models import RotaOperation, Schedule, Shift, Staff
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


def gesture(api: Any, rota: Schedule, which: str, **body: Any) -> Any:
    return api.post(f"/api/v1/schedules/{rota.pk}/{which}/", body, format="json")


def post(api: Any, rota: Schedule, who: Staff) -> Any:
    ends = {"starts_local": "2027-01-04T18:00", "ends_local": "2027-01-05T08:00"}
    body = {"schedule": rota.pk, "staff": who.pk, **ends}
    return api.post(SHIFTS, body, format="json").json()


def test_an_undo_says_what_it_undid_and_what_comes_next(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    with clock.driven_by(lambda: at(7)):
        made = post(manager, rota, alice)
        body = {"version": 1, "move": {"days": 1}}
        manager.patch(f"{SHIFTS}{made['id']}/", body, format="json")
        undone = gesture(manager, rota, "undo")
    created, moved = RotaOperation.objects.filter(original=None).order_by("pk")
    told = {
        "created": {
            "id": created.pk,
            "kind": "shift_created",
            "text": "Alice, Mon 4 Jan, 18:00 → Tue 5 Jan, 08:00, added",
            "at": "2027-01-04T07:00:00+00:00",
            "author": "manager",
        },
        "moved": {
            "id": moved.pk,
            "kind": "shift_moved",
            "text": "Alice moved to Tue 5 Jan, 18:00 → Wed 6 Jan, 08:00",
            "at": "2027-01-04T07:00:00+00:00",
            "author": "manager",
        },
    }
    assert undone.status_code == 200
    assert undone.json() == {
        "operation": told["moved"],
        "undo": told["created"],
        "redo": told["moved"],
    }
    redone = gesture(manager, rota, "redo", operation=moved.pk)
    assert redone.json() == {"operation": told["moved"], "undo": told["moved"], "redo": None}


def test_what_cannot_be_undone_is_refused_with_a_code(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    assert problem(gesture(manager, rota, "undo")) == (409, "nothing_to_undo")
    assert problem(gesture(manager, rota, "redo")) == (409, "nothing_to_redo")
    made = post(manager, rota, alice)
    assert problem(gesture(manager, rota, "undo", operation=999_999)) == (409, "not_the_latest")
    assert problem(gesture(manager, rota, "undo", operation="x")) == (400, "invalid")
    assert problem(gesture(manager, rota, "undo", shift=1)) == (400, "unknown_field")
    Shift.objects.update(level=5)
    conflict = gesture(manager, rota, "undo")
    assert problem(conflict) == (409, "undo_conflict")
    assert conflict.json()["conflict"] == {
        "reason": "changed",
        "model": "shift",
        "id": made["id"],
        "author": None,
        "at": None,
    }
    assert Shift.objects.get().level == 5


def test_the_history_comes_latest_first_and_in_pages(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    post(manager, rota, alice)
    gesture(manager, rota, "undo")
    services.create_shift(
        {"schedule": build.schedule("Lyon"), "staff": alice, "starts_at": at(8), "ends_at": at(9)}
    )
    address = f"/api/v1/schedules/{rota.pk}/operations/"
    page = manager.get(address).json()
    assert page["count"] == 2
    assert [(row["kind"], row["text"], row["author"]) for row in page["results"]] == [
        ("undone", "Undone: Alice, Mon 4 Jan, 18:00 → Tue 5 Jan, 08:00, added", "manager"),
        ("shift_created", "Alice, Mon 4 Jan, 18:00 → Tue 5 Jan, 08:00, added", "manager"),
    ]
    assert len(manager.get(address, {"page_size": 1}).json()["results"]) == 1


def test_the_history_takes_a_fixed_number_of_queries(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as captured:
            manager.get(f"/api/v1/schedules/{rota.pk}/operations/")
        return len(captured)

    post(manager, rota, alice)
    gesture(manager, rota, "undo")
    few = counted()
    for _round in range(5):
        gesture(manager, rota, "redo")
        gesture(manager, rota, "undo")
    assert counted() == few


@pytest.mark.parametrize(
    ("role", "seen", "done"),
    [(Role.STAFF, 403, 403), (Role.SUPERVISOR, 200, 403), (Role.MANAGER, 200, 200)],
)
def test_supervisors_see_the_history_and_managers_undo(
    rota: Schedule, alice: Staff, role: Role, seen: int, done: int
) -> None:
    duty = {"schedule": rota, "staff": alice, "starts_at": at(8), "ends_at": at(9)}
    services.create_shift(duty)
    api = client(role)
    assert api.get(f"/api/v1/schedules/{rota.pk}/operations/").status_code == seen
    assert gesture(api, rota, "undo").status_code == done


def test_two_people_undo_what_the_other_did(rota: Schedule, alice: Staff) -> None:
    first, second = client(Role.MANAGER), client(Role.ADMINISTRATOR)
    post(first, rota, alice)
    assert gesture(second, rota, "undo").json()["operation"]["author"] == "manager"
    last = RotaOperation.objects.latest("pk")
    assert (last.kind, last.author) == ("undone", User.objects.get(username="administrator"))
    assert gesture(first, rota, "redo").status_code == 200


@pytest.mark.parametrize(
    ("write", "count"),
    [("POST", 30), ("PATCH", 32), ("move", 32), ("DELETE", 18), ("undo", 26), ("redo", 20)],
)
def test_a_write_takes_a_counted_number_of_queries(
    manager: Any, rota: Schedule, alice: Staff, write: str, count: int
) -> None:
    made = post(manager, rota, alice)
    post(manager, rota, build.staff("Bob"))
    one, carol = f"{SHIFTS}{made['id']}/", build.staff("Carol")
    if write == "redo":
        gesture(manager, rota, "undo")
    writes: dict[str, Callable[[], Any]] = {
        "POST": lambda: post(manager, rota, carol),
        "PATCH": lambda: manager.patch(one, {"version": 1, "note": "x"}, format="json"),
        "move": lambda: manager.patch(one, {"version": 1, "move": {"days": 1}}, format="json"),
        "DELETE": lambda: manager.delete(one, {"version": 1}, format="json"),
        "undo": lambda: gesture(manager, rota, "undo"),
        "redo": lambda: gesture(manager, rota, "redo"),
    }
    with CaptureQueriesContext(connection) as captured:
        writes[write]()
    asked = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    assert len(asked) == count, "\n".join(sql[:150] for sql in asked)
