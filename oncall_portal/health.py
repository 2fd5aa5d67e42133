"""Says whether this process lives and whether the portal can route calls."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import PurePath
from typing import Any

from celery.exceptions import OperationalError as BrokerError
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError as TransportError

from oncall_portal.backup import last as last_backup
from oncall_portal.celery import app
from oncall_portal.lib import clock
from oncall_portal.outbox import services as outbox
from telephony import pulse

OK = "ok"


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while this process lives; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer every part's state: 503 when calls cannot be routed, else 200, perhaps degraded."""
    needed = {name: check() for name, check in _NEEDED.items()}
    helpful = {name: check() for name, check in _HELPFUL.items()}
    failed = any(state != OK for state in needed.values())
    parts: dict[str, dict[str, Any]] = {
        **{name: _part(state, "failed") for name, state in needed.items()},
        **{name: _part(state, "degraded") for name, state in helpful.items()},
        "backup": _backup(),
    }
    degraded = any(part["status"] != OK for part in parts.values())
    status = "failed" if failed else "degraded" if degraded else OK
    return JsonResponse({"status": status, "parts": parts}, status=503 if failed else 200)


def _part(state: str, otherwise: str) -> dict[str, Any]:
    return {"status": OK} if state == OK else {"status": otherwise, "detail": state}


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "does not answer"
    return OK


def _schema() -> str:
    try:
        return _migrated()
    except _NotMigratedError:
        return "migrations are missing; run manage.py migrate"
    except DatabaseError:
        return "unknown while the database does not answer"


class _NotMigratedError(Exception):
    """Raised, so that only the good answer is remembered."""


@cache
def _migrated() -> str:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise _NotMigratedError
    return OK


def _platform() -> str:
    return OK if settings.VONAGE else "no Vonage application is configured (VONAGE_*)"


def _broker() -> str:
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except (TransportError, BrokerError, OSError):
        return "does not answer; messages wait in the database"
    return OK


def _watchdog() -> str:
    try:
        alive = pulse.is_alive(clock.now())
    except DatabaseError:
        return "unknown while the database does not answer"
    return OK if alive else "not heard of for 30 s; a call whose events are lost stands still"


def _messages() -> str:
    try:
        late = outbox.late(clock.now())
    except DatabaseError:
        return "unknown while the database does not answer"
    return f"{late} waiting to be sent; look at worker, beat and mail server" if late else OK


def _backup() -> dict[str, Any]:
    """Return when the last backup was made; nobody's folders are told, for anybody may ask."""
    try:
        made = last_backup.known()
    except DatabaseError:
        return _part("unknown while the database does not answer", "degraded")
    if made is None:
        return {"status": OK, "detail": "none was made yet"}
    missed = last_backup.is_missed(made, clock.now())
    state = "older than two days; run manage.py backup" if missed else OK
    told = {
        "made_at": made.made_at,
        "size": made.size,
        "missing": made.missing,
        "file": PurePath(made.path).name or "-",
    }
    return {**_part(state, "degraded"), **told}


_NEEDED: dict[str, Callable[[], str]] = {
    "database": _database,
    "schema": _schema,
    "platform": _platform,
}
_HELPFUL: dict[str, Callable[[], str]] = {
    "watchdog": _watchdog,
    "broker": _broker,
    "messages": _messages,
}
