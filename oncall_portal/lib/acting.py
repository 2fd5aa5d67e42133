"""Who is acting and when, for records that keep it; nobody, where no request is being answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from oncall_portal.lib import clock

_asked: ContextVar[Callable[[], Any] | None] = ContextVar("acting", default=None)


@dataclass(frozen=True)
class Act:
    """Somebody who acts at an instant; without a user it is the portal itself."""

    at: datetime
    user: int | None = None
    name: str = ""


def act() -> Act:
    """Return who is acting, now."""
    asked = _asked.get()
    user = asked() if asked else None
    if user is None or not user.is_authenticated:
        return Act(clock.now())
    return Act(clock.now(), user.pk, user.get_full_name() or user.get_username())


@contextmanager
def by(user: Any) -> Iterator[None]:
    """Let `user` be the one who acts inside the block: for commands, and for tests."""
    token = _asked.set(lambda: user)
    try:
        yield
    finally:
        _asked.reset(token)


class ActingMiddleware:
    """Lets the user of each request act: whoever it turns out to be, by session or by token.

    The API finds the owner of a token late, and tells the request then; so it is asked late too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, its user acting."""
        token = _asked.set(lambda: request.user)
        try:
            return self.get_response(request)
        finally:
            _asked.reset(token)
