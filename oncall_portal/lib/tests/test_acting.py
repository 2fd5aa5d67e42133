"""Who is acting."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse

from oncall_portal.lib import acting, clock
from oncall_portal.lib.acting import Act

NOW = datetime(2027, 1, 4, 8, tzinfo=UTC)
MAX = User(pk=7, username="max", first_name="Max", last_name="Lang")


@pytest.fixture(autouse=True)
def _clock() -> object:
    with clock.driven_by(lambda: NOW):
        yield


def answered(request: HttpRequest) -> list[Act]:
    """Answer a request; return who acted while it was, and after."""
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(acting.act())
        return HttpResponse()

    acting.ActingMiddleware(view)(request)
    return [*seen, acting.act()]


def test_without_a_request_nobody_acts() -> None:
    assert acting.act() == Act(NOW)


def test_the_user_of_a_request_acts_until_it_is_answered() -> None:
    request = HttpRequest()
    request.user = MAX
    assert answered(request) == [Act(NOW, 7, "Max Lang"), Act(NOW)]


def test_who_is_not_signed_in_is_nobody() -> None:
    request = HttpRequest()
    request.user = AnonymousUser()
    assert answered(request) == [Act(NOW), Act(NOW)]


def test_the_user_may_be_found_out_late() -> None:
    """The API learns whose a token is while it answers."""

    def view(request: HttpRequest) -> HttpResponse:
        request.user = MAX
        assert acting.act().user == 7
        return HttpResponse()

    acting.ActingMiddleware(view)(HttpRequest())


def test_a_failed_answer_leaves_nobody_acting() -> None:
    def fail(request: HttpRequest) -> HttpResponse:
        raise RuntimeError

    request = HttpRequest()
    request.user = MAX
    with pytest.raises(RuntimeError):
        acting.ActingMiddleware(fail)(request)
    assert acting.act() == Act(NOW)


def test_a_login_without_a_name_is_called_by_its_login() -> None:
    with acting.by(User(pk=8, username="boss")):
        assert acting.act() == Act(NOW, 8, "boss")
