"""Every page of the portal, from the table of every address: a new page cannot be forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from tests.every_url_table import TABLE
from tests.test_every_url import concrete

ADMINISTRATOR = 4
# parts of the product, so that the pages can be seen by several processes side by side
PARTS = {
    "rota": r"admin/scheduling/",
    "calls": r"admin/(telephony|voicemail|outbox)/",
    "rest": r"(?!admin/(scheduling|telephony|voicemail|outbox)/)",
}


@dataclass(frozen=True)
class Page:
    """A page, what its picture is called, and what its address answers."""

    name: str
    path: str
    status: int = 200
    signed_in: bool = True


def pages(part: str, user: User, *, without_rows: bool = False) -> Iterator[Page]:
    """Yield every page of a part; `user` is an administrator.

    Each page that is about a row needs one; `without_rows` leaves pages out that have none.
    """
    host = urlsplit(settings.PUBLIC_URL).netloc
    client = Client(raise_request_exception=False, HTTP_HOST=host)
    client.force_login(user)
    for route, row in TABLE.items():
        status = row.get("GET", (0,) * 5)[ADMINISTRATOR]
        if status in (200, 404) and re.match(PARTS[part], route):
            try:
                path = concrete(route)
            except IndexError:
                if without_rows:
                    continue
                raise
            answer = client.get(path)
            if b"<html" in getattr(
                answer, "content", b""
            ):  # not a part of a page that is asked for again
                yield Page(_name(route), path, answer.status_code)
    if part == "rest":
        yield Page("sign-in", "/admin/login/", signed_in=False)
        yield Page("nowhere", "/nowhere", 404, signed_in=False)


def _name(route: str) -> str:
    """Return a word or two for a route: scheduling-staff-change."""
    plain = re.sub(r"\(\?P<app_label>.*?\)", "app", route)
    plain = re.sub(r"\(\?P<url>.*?\)", "nowhere", plain)
    plain = re.sub(r"<[^>]*>|admin/|[\^$]", "", plain)
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "home"
