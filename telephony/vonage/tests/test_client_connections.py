"""A connection to the platform is kept through a rush, and no longer."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from telephony.vonage.client import VonageProvider
from telephony.vonage.tests.scripted import ScriptedServer, says


def hang_up(provider: VonageProvider) -> None:
    provider.hang_up("leg-1", api_host="")


def test_a_connection_serves_what_follows_at_once_and_no_more(
    server: ScriptedServer, provider: VonageProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answer, server.stays_open = says(204), True
    now = time.monotonic()
    opened = []
    for later in (0.0, 2.0, 4.1):
        monkeypatch.setattr("time.monotonic", lambda: now + later)  # noqa: B023 - called at once
        hang_up(provider)
        opened.append(server.connections)
    assert opened == [1, 1, 2]


def test_a_connection_that_the_platform_closed_is_replaced(
    server: ScriptedServer, provider: VonageProvider
) -> None:
    server.answer = says(204)
    for _each in range(2):
        hang_up(provider)
        time.sleep(0.1)  # until the end of the connection has arrived here
    assert server.connections == 2


def test_each_thread_has_a_connection_of_its_own(
    server: ScriptedServer, provider: VonageProvider
) -> None:
    server.answer, server.stays_open = says(204), True
    hang_up(provider)
    with ThreadPoolExecutor(1) as other:
        other.submit(hang_up, provider).result()
    assert server.connections == 2
