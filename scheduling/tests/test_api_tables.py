"""Files of people, numbers and shifts sent to the API and asked of it."""

from __future__ import annotations

import io
from typing import Any

import pytest

from scheduling.enums import Role, ShiftState
from scheduling.models import RotaOperation, Shift, Staff
from scheduling.tables.reading import read
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import client, problem
from scheduling.tests.sheets import csv

pytestmark = pytest.mark.django_db
STAFF = "/api/v1/staff/"
SHIFTS = "/api/v1/shifts/"


@pytest.fixture
def manager() -> Any:
    return client(Role.MANAGER)


def send(api: Any, resource: str, data: bytes, query: str = "", **fields: str) -> Any:
    """Send a file to be imported."""
    body = {"file": io.BytesIO(data), **fields}
    return api.post(f"{resource}import/{query}", body, format="multipart")


def test_a_file_is_imported_and_what_it_did_is_told(manager: Any) -> None:
    alice = build.staff("Alice")
    lines = (f"{alice.pk};1;Alice Martin", ";;Bob", f"{build.staff('Eve').pk};1;Eve")
    answer = send(manager, STAFF, csv("id;version;name", *lines))
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "dry_run": False,
            "created": 1,
            "changed": 1,
            "unchanged": 1,
            "rows": [
                {"row": 2, "result": "changed", "name": "Alice Martin"},
                {"row": 3, "result": "created", "name": "Bob"},
            ],
        },
    )
    assert sorted(Staff.objects.values_list("name", flat=True)) == ["Alice Martin", "Bob", "Eve"]


def test_a_dry_run_changes_nothing(manager: Any) -> None:
    answer = send(manager, STAFF, csv("name", "Bob"), "?dry_run=1")
    assert (answer.json()["dry_run"], answer.json()["created"]) == (True, 1)
    assert not Staff.objects.exists()


def test_what_is_wrong_is_told_by_row_and_column(manager: Any) -> None:
    answer = send(manager, STAFF, csv("name;language", "Bob;", ";de", "Eve;de"))
    assert problem(answer) == (400, "invalid")
    assert [(e["row"], e["field"], e["code"]) for e in answer.json()["errors"]] == [
        (3, "name", "required"),
        (3, "language", "unknown_choice"),
        (4, "language", "unknown_choice"),
    ]
    assert not Staff.objects.exists()


def test_shifts_are_imported_as_one_operation_of_who_sent_them(manager: Any) -> None:
    rota, alice = build.schedule("Paris"), build.staff("Alice")
    ends = ("2027-01-04 08:00;2027-01-04 18:00", "2027-01-05 08:00;2027-01-05 18:00")
    header = "schedule;person;starts_local;ends_local"
    answer = send(manager, SHIFTS, csv(header, *(f"Paris;{alice.pk};{e}" for e in ends)))
    assert answer.json()["created"] == 2
    entry = RotaOperation.objects.get()
    assert (entry.kind, entry.schedule, entry.author_name) == ("shifts_imported", rota, "manager")


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [({}, "file", "required"), ({"dry_run": "1"}, "dry_run", "unknown_field")],
)
def test_a_form_without_a_file_or_with_more_is_refused(
    manager: Any, fields: Any, field: str, code: str
) -> None:
    answer = manager.post(f"{STAFF}import/", fields, format="multipart")
    assert problem(answer) == (400, code)
    assert answer.json()["errors"][0]["field"] == field


def test_a_file_that_is_too_long_is_refused_before_it_is_read(manager: Any) -> None:
    assert problem(send(manager, STAFF, b"x" * 6_000_000)) == (400, "file_too_large")


def test_staff_do_not_import() -> None:
    assert problem(send(client(Role.STAFF), STAFF, csv("name", "Bob"))) == (
        403,
        "permission_denied",
    )


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_is_a_file_that_is_imported_again(manager: Any, kind: str) -> None:
    build.staff("Alice")
    answer = manager.get(f"{STAFF}export/?format={kind}", HTTP_ACCEPT="text/csv")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="staff.{kind}"'
    assert read(answer.content).rows[0][2] == "Alice"
    assert send(manager, STAFF, answer.content).json()["unchanged"] == 1


def test_an_export_obeys_the_filters_of_the_list(manager: Any) -> None:
    rota, alice = build.schedule("Paris", time_zone="UTC"), build.staff("Alice")
    build.shift(build.schedule("Lyon"), alice, at(8), at(9))
    build.shift(rota, alice, at(8), at(9))
    build.shift(rota, alice, at(9), at(10), state=ShiftState.CANCELLED.value)
    build.shift(rota, alice, at(12), at(13))
    window = "from=2027-01-04T08:00:00Z&to=2027-01-04T10:00:00Z"
    answer = manager.get(f"{SHIFTS}export/?schedule={rota.pk}&{window}")
    shown = [row[2:7] for row in read(answer.content).rows]
    assert shown == [("Paris", "Alice", "", "1", "2027-01-04 08:00")]
    assert Shift.objects.count() == 4


def test_an_unknown_format_is_refused(manager: Any) -> None:
    answer = manager.get(f"{STAFF}export/?format=pdf")
    assert problem(answer) == (400, "unknown_choice")


def test_a_number_of_somebody_else_is_masked_in_an_export_of_staff() -> None:
    build.staff("Alice", "+33612345678")
    api = client(Role.STAFF)
    own = str(Staff.objects.get(name="Staff").numbers.get().number)
    text = api.get("/api/v1/contact-numbers/export/").content.decode()
    assert ("+33612345678" in text, own in text) == (False, True)
