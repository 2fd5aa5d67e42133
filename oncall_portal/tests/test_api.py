"""What every address of the API has in common."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from scheduling.enums import Role
from scheduling.models import Staff
from scheduling.tests.logins import client, login, problem

pytestmark = pytest.mark.django_db
STAFF = "/api/v1/staff/"


def test_without_a_token_nothing_is_answered() -> None:
    answer = client(Role.NOBODY).get(STAFF)
    assert problem(answer) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Token"


def test_a_wrong_token_is_refused() -> None:
    api = client(Role.NOBODY)
    assert problem(api.get(STAFF, HTTP_AUTHORIZATION="Token wrong")) == (
        401,
        "authentication_failed",
    )


def test_a_role_that_may_not_is_refused() -> None:
    answer = client(Role.STAFF).post(STAFF, {"name": "A"}, format="json")
    assert problem(answer) == (403, "permission_denied")


@pytest.mark.parametrize(
    ("method", "options", "expected"),
    [
        ("put", {"data": {}, "format": "json"}, (405, "method_not_allowed")),
        ("options", {}, (405, "method_not_allowed")),
        ("post", {"data": "{", "content_type": "application/json"}, (400, "parse_error")),
        ("post", {"data": b"\xff", "content_type": "application/json"}, (400, "parse_error")),
        ("post", {"data": "a=1", "content_type": "text/plain"}, (415, "unsupported_media_type")),
        ("get", {"HTTP_ACCEPT": "text/html"}, (406, "not_acceptable")),
    ],
)
def test_what_cannot_be_understood_is_a_problem_with_a_code(
    method: str, options: Any, expected: tuple[int, str]
) -> None:
    assert problem(getattr(client(Role.MANAGER), method)(STAFF, **options)) == expected


@pytest.mark.parametrize(
    "path", ["staff/999/", "staff/999999999999999999/", "nowhere/", "staff/x/"]
)
def test_what_does_not_exist_is_a_problem_too(path: str) -> None:
    assert problem(client(Role.MANAGER).get(f"/api/v1/{path}")) == (404, "not_found")


def test_a_fault_of_ours_is_a_problem_without_its_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("scheduling.access.can", fail)
    api = client(Role.MANAGER)
    api.raise_request_exception = False
    answer: Any = api.get(STAFF)
    assert problem(answer) == (500, "server_error")
    assert b"secret" not in answer.content


def test_the_session_of_a_page_needs_the_csrf_token() -> None:
    page = Client(enforce_csrf_checks=True)
    page.force_login(login(Role.MANAGER))
    assert page.get(STAFF).status_code == 200
    answer = page.post(STAFF, {"name": "A"}, content_type="application/json")
    assert problem(answer) == (403, "permission_denied")
    assert not Staff.objects.exists()


def test_the_description_is_complete_and_free_of_warnings() -> None:
    words = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=words)
    assert "/api/v1/staff/" in words.getvalue()
    answer = client(Role.STAFF).get("/api/v1/schema/")
    assert answer.json()["components"]["schemas"]["Problem"]["required"] == [
        "type",
        "title",
        "status",
        "code",
        "detail",
    ]
