"""Two views to compare answering a call with.

`/same` asks the database what one answered call did, with its own ids and secrets; `/one` asks it
one question.
"""

from __future__ import annotations

import os
import pickle
import uuid
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from benchmarks.measure import Statement
from oncall_portal import urls
from oncall_portal.lib import prepared

STATEMENTS = "BENCH_STATEMENTS"


@dataclass(frozen=True)
class Recorded:
    """What an answered call sent in its transaction; which ids and secrets were its own.

    `leg` is the id of its first leg; the others follow it.
    """

    sent: list[Statement]
    call: int
    leg: int
    secrets: list[str]


@cache
def _recorded() -> Recorded:
    found: Recorded = pickle.loads(Path(os.environ[STATEMENTS]).read_bytes())  # noqa: S301 - our own
    return found


@csrf_exempt
def same(request: HttpRequest) -> HttpResponse:
    """Ask the same questions in the same way, and keep the same rows, as an answered call."""
    _read(request)
    recorded = _recorded()
    own: dict[Any, Any] = {secret: uuid.uuid4().hex for secret in recorded.secrets}
    with transaction.atomic(), prepared.cursor() as cursor:
        for sql, values in recorded.sent:
            cursor.execute(sql, _own(values, own))
            if cursor.description is None:
                continue
            rows = cursor.fetchall()
            for table, first in (("call", recorded.call), ("leg", recorded.leg)):
                if sql.startswith(f'INSERT INTO "telephony_{table}"'):
                    own |= {first + n: row[0] for n, row in enumerate(rows)}
    return HttpResponse("[]", content_type="application/json")


def _read(request: HttpRequest) -> None:
    """Take in what was sent: the server closes the connection of a request that nobody reads."""
    assert request.body  # noqa: S101 - a measurement of nothing else


def _own(values: Any, own: dict[Any, Any]) -> Any:
    """Return the values of a statement with the ids and secrets of this request."""
    if isinstance(values, dict):
        return {
            name: own.get(value, value) if _is_plain(value) else value
            for name, value in values.items()
        }
    return values and [own.get(value, value) if _is_plain(value) else value for value in values]


def _is_plain(value: Any) -> bool:
    return isinstance(value, int | str)


@csrf_exempt
def one(request: HttpRequest) -> HttpResponse:
    """Ask one question."""
    _read(request)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchall()
    return HttpResponse("[]", content_type="application/json")


urlpatterns = [path("same", same), path("one", one), *urls.urlpatterns]
