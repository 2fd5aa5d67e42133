"""Two views to compare answering a call with.

`/same` asks the database what one answered call did, with its own ids and secrets; `/one` asks it
one question.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from oncall_portal import urls

STATEMENTS = "BENCH_STATEMENTS"


@dataclass(frozen=True)
class Recorded:
    """What an answered call sent, transactions included; which ids and secrets were its own.

    `legs` holds the id of its first leg; the others follow it.
    """

    sent: list[str]
    call: int
    leg: int
    secrets: list[str]


@cache
def _recorded() -> Recorded:
    return Recorded(**json.loads(Path(os.environ[STATEMENTS]).read_text()))


@csrf_exempt
def same(request: HttpRequest) -> HttpResponse:
    """Ask the same questions, and keep the same rows, as an answered call."""
    _read(request)
    recorded = _recorded()
    own = {secret: uuid.uuid4().hex for secret in recorded.secrets}
    for together in _transactions(recorded.sent):
        with transaction.atomic():
            _run(together, recorded, own)
    return HttpResponse("[]", content_type="application/json")


def _read(request: HttpRequest) -> None:
    """Take in what was sent: the server closes the connection of a request that nobody reads."""
    assert request.body  # noqa: S101 - a measurement of nothing else


def _transactions(sent: Sequence[str]) -> Iterator[list[str]]:
    """Return the statements, those of a transaction together."""
    found: list[str] = []
    for sql in sent:
        if sql in ("BEGIN", "COMMIT"):
            if found:
                yield found
            found = []
        else:
            found.append(sql)
    if found:
        yield found


def _run(together: list[str], recorded: Recorded, own: dict[str, str]) -> None:
    with connection.cursor() as cursor:
        for sql in together:
            for old, new in own.items():
                sql = sql.replace(old, new)
            cursor.execute(sql)
            if cursor.description is None:
                continue
            rows = cursor.fetchall()
            for table, first in (("call", recorded.call), ("leg", recorded.leg)):
                if sql.startswith(f'INSERT INTO "telephony_{table}"'):
                    own |= {str(first + n): str(row[0]) for n, row in enumerate(rows)}


@csrf_exempt
def one(request: HttpRequest) -> HttpResponse:
    """Ask one question."""
    _read(request)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchall()
    return HttpResponse("[]", content_type="application/json")


urlpatterns = [path("same", same), path("one", one), *urls.urlpatterns]
