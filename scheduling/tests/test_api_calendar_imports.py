"""The API of importing a calendar: a file, a mapping, a look first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.models import RotaOperation, Schedule, Shift, Staff
from scheduling.tests import build
from scheduling.tests.logins import client, problem

pytestmark = pytest.mark.django_db
FILES = Path(__file__).parent / "calendars"
AMELIE, BRUNO = "Astreinte : Amélie Martin", "Astreinte : Bruno"


@pytest.fixture(autouse=True)
def _time() -> Iterator[None]:
    with clock.driven_by(lambda: datetime(2026, 11, 26, 12, tzinfo=UTC)):
        yield


@pytest.fixture
def api() -> APIClient:
    return client(Role.MANAGER)


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris")


@pytest.fixture
def amelie() -> Staff:
    return build.staff("Amélie Martin")


@pytest.fixture
def bruno() -> Staff:
    return build.staff("Bruno Petit")


def address(rota: Schedule) -> str:
    return f"/api/v1/schedules/{rota.pk}/import-ics/"


def send(api: APIClient, rota: Schedule, data: bytes, **body: Any) -> Any:
    file = SimpleUploadedFile("rota.ics", data, "text/calendar")
    if "mapping" in body:
        body["mapping"] = json.dumps(body["mapping"])
    return api.post(address(rota), {"file": file, **body}, format="multipart")


def google() -> bytes:
    return (FILES / "google.ics").read_bytes()


def mapped(amelie: Staff, bruno: Staff) -> list[dict[str, Any]]:
    return [
        {"text": AMELIE, "staff": amelie.pk},
        {"text": BRUNO, "staff": bruno.pk, "level": 2},
    ]


def test_a_look_tells_whom_the_texts_mean_and_what_would_happen(
    api: APIClient, rota: Schedule, amelie: Staff
) -> None:
    answer = send(api, rota, google(), dry_run=True)
    assert answer.status_code == 200
    told = answer.json()
    assert told["texts"] == [
        {"text": AMELIE, "events": 9, "staff": amelie.pk, "service": None},
        {"text": BRUNO, "events": 2, "staff": None, "service": None},
    ]
    names = ("dry_run", "added", "already_there", "left_out", "refused", "past", "later")
    assert [told[name] for name in names] == [True, 9, 0, 0, 2, 1, 0]
    assert told["cancelled"] == 1
    assert told["rows"][0] == {
        "row": 1,
        "title": AMELIE,
        "starts_at": "2026-11-30T17:00:00+00:00",
        "ends_at": "2026-12-01T07:00:00+00:00",
        "result": "added",
        "code": None,
        "detail": None,
    }
    assert told["rows"][2]["code"] == "not_mapped"
    assert not Shift.objects.exists()


def test_a_mapping_puts_people_on_call(
    api: APIClient, rota: Schedule, amelie: Staff, bruno: Staff
) -> None:
    answer = send(api, rota, google(), mapping=mapped(amelie, bruno))
    assert answer.status_code == 200
    assert (answer.json()["dry_run"], answer.json()["added"]) == (False, 11)
    levels = set(Shift.objects.values_list("staff__name", "level"))
    assert levels == {("Amélie Martin", 1), ("Bruno Petit", 2)}
    assert RotaOperation.objects.get().kind == "shifts_imported"
    again = send(api, rota, google(), mapping=mapped(amelie, bruno)).json()
    assert (again["added"], again["already_there"]) == (0, 11)


def test_without_a_mapping_nothing_is_imported(
    api: APIClient, rota: Schedule, amelie: Staff
) -> None:
    answer = send(api, rota, google())
    assert answer.status_code == 400
    assert {error["code"] for error in answer.json()["errors"]} == {"not_mapped"}
    assert not Shift.objects.exists()


def test_an_overlap_is_told_by_row(
    api: APIClient, rota: Schedule, amelie: Staff, bruno: Staff
) -> None:
    day = datetime(2026, 12, 5, 8, tzinfo=UTC)
    build.shift(rota, bruno, day, day.replace(hour=9), level=2)
    answer = send(api, rota, google(), mapping=mapped(amelie, bruno))
    assert problem(answer) == (400, "overlap")
    assert Shift.objects.count() == 1


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ("nonsense", "invalid"),
        ('[{"text": "x"}]', "one_assignee"),
        ('[{"text": "x", "leave_out": true, "level": 0}]', "min_value"),
        ('[{"text": "x", "leave_out": true, "who": 1}]', "unknown_field"),
        ('[{"text": "x", "staff": 12345}]', "does_not_exist"),
    ],
)
def test_a_bad_mapping_is_refused(api: APIClient, rota: Schedule, mapping: str, code: str) -> None:
    file = SimpleUploadedFile("rota.ics", google())
    answer = api.post(address(rota), {"file": file, "mapping": mapping}, format="multipart")
    assert problem(answer) == (400, code)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_a_calendar"),
        (b"PK\x03\x04", "not_a_calendar"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "no_events"),
        (google().replace(b"TZID=Europe/Paris", b"TZID=Mars"), "unknown_time_zone"),
        (google().replace(b"FREQ=WEEKLY", b"FREQ=SECONDLY"), "too_many_events"),
        (b" " * (5 * 1024 * 1024 + 1), "file_too_large"),
    ],
)
def test_a_bad_file_is_refused(api: APIClient, rota: Schedule, data: bytes, code: str) -> None:
    answer = send(api, rota, data, dry_run=True)
    assert problem(answer) == (400, code)
    assert answer.json()["errors"][0]["field"] == "file"


def test_fifty_megabytes_are_refused_before_anybody_reads_them(
    api: APIClient, rota: Schedule
) -> None:
    form = "multipart/form-data; boundary=x"
    length: Any = {"CONTENT_LENGTH": str(50 * 1024 * 1024)}  # and not a byte is there
    answer = api.generic("POST", address(rota), "", form, **length)
    assert problem(answer) == (400, "file_too_large")


def test_the_file_is_required_and_other_fields_are_refused(api: APIClient, rota: Schedule) -> None:
    assert problem(api.post(address(rota), {}, format="multipart")) == (400, "required")
    answer = send(api, rota, google(), dry_run=True, commit=1)
    assert problem(answer) == (400, "unknown_field")


def test_only_managers_import(rota: Schedule) -> None:
    answer = send(client(Role.SUPERVISOR), rota, google(), dry_run=True)
    assert problem(answer) == (403, "permission_denied")
