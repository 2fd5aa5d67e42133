"""How many callers a second the web server answers, beside two views that do less.

All three are served by one process of the portal's own web server, in turn. What an answered call
leads to afterwards (dialling, the watchdog) is not carried out here.
"""

from __future__ import annotations

import http.client
import json
import math
import os
import pickle
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.test import Client

from benchmarks.answer_views import STATEMENTS, Recorded
from benchmarks.measure import Kept, sent_by
from oncall_portal.lib import env
from oncall_portal.runner import postgres
from telephony import dispatch
from telephony.models import Call, PhoneNumber, WebhookReceipt
from telephony.tests import hostile

PATHS = ("/voice/answer", "/same", "/one")
GOAL = 0.5
ROUNDS, SECONDS, READY_S, CALLERS = 5, 3.0, 30.0, 4
_LEG = "answered-once"
_CALL_ID, _LEG_ID = 770_000_001, 880_000_001


def measured() -> dict[str, float]:
    """Return the answers a second of each path, the middle of several rounds."""
    PhoneNumber.objects.update(behaviour="on_call", menu=None)
    speeds: dict[str, list[float]] = {path: [] for path in PATHS}
    with TemporaryDirectory() as name:
        statements = Path(name) / "statements"
        with dispatch.using(Kept()):
            statements.write_bytes(pickle.dumps(recorded()))
        with _server(statements) as port:
            for _round in range(ROUNDS):
                for path in PATHS:
                    speeds[path].append(_speed(port, path))
    return {path: median(found) for path, found in speeds.items()}


def recorded() -> Recorded:
    """Answer one call, and return what it asked of the database."""
    platform = hostile.Platform(Client(HTTP_HOST=_host()))
    for leg in ("before", "before-that"):  # what is only done once was done
        assert platform.call(leg).status_code == 200  # noqa: S101 - else it is no measurement
    with connection.cursor() as cursor:
        for table, first in (("call", _CALL_ID), ("leg", _LEG_ID)):
            cursor.execute(f"ALTER SEQUENCE telephony_{table}_id_seq RESTART WITH {first}")
    sent = sent_by(lambda: platform.call(_LEG))
    call = Call.objects.get(leg_uuid=_LEG)
    tokens = [call.token, *call.legs.values_list("token", flat=True)]
    receipt = WebhookReceipt.objects.latest("pk")
    return Recorded(sent, _CALL_ID, _LEG_ID, [_LEG, receipt.jti, receipt.body_hash, *tokens])


def _host() -> str:
    return urlsplit(settings.PUBLIC_URL).netloc


@contextmanager
def _server(statements: Path) -> Iterator[int]:
    port = postgres.free_port()
    options = ("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port))
    alike = ("--workers", "1", "--blocking-threads", "8", "--no-access-log")
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", *options, *alike),
            "benchmarks.answer_server:application",
        ],
        env={
            **os.environ,
            "DATABASE_URL": _database_url(),
            STATEMENTS: str(statements),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _database_url() -> str:
    """Return the portal's own address of its database server, with the database in use here."""
    lines = env.DECIDED.read_text().splitlines()
    decided = urlsplit(dict(line.split("=", 1) for line in lines)["DATABASE_URL"])
    return decided._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def _wait(port: int) -> None:
    last = time.monotonic() + READY_S
    while True:
        try:
            Sender(port, "/one", 1).send()
        except OSError:
            if time.monotonic() > last:
                raise
            time.sleep(0.1)
        else:
            return


def _speed(port: int, path: str) -> float:
    """Let so many callers come, each after the last was answered; return how many a second."""
    senders = [Sender(port, path) for _ in range(CALLERS)]
    until = time.monotonic() + SECONDS
    with ThreadPoolExecutor(CALLERS) as threads:
        answered: int = sum(threads.map(lambda sender: sender.send(until), senders))
    return answered / SECONDS


class Sender:
    """One connection that is kept, and signed requests made before the clock runs."""

    def __init__(self, port: int, path: str, count: int = 5000) -> None:
        self._kept = http.client.HTTPConnection("127.0.0.1", port, timeout=READY_S)
        self._path = path
        self._ready = [_signed() for _ in range(count)]

    def send(self, until: float = math.inf) -> int:
        """Send them, one after the other, until then; return how many were answered.

        Raises RuntimeError when one is refused, or when there are none left before the end.
        """
        for n, (body, headers) in enumerate(self._ready):
            if time.monotonic() > until:
                return n
            self._kept.request("POST", self._path, body, headers)
            answer = self._kept.getresponse()
            said = answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{self._path} answered {answer.status}: {said[:500]!r}")
        if until < math.inf:
            raise RuntimeError("prepare more requests")
        return len(self._ready)


def _signed() -> tuple[bytes, dict[str, str]]:
    body = json.dumps(hostile.arriving(f"bench-{uuid.uuid4().hex}")).encode()
    headers = {"Content-Type": "application/json", "Host": _host()}
    return body, {**headers, "Authorization": hostile.token(body)}
