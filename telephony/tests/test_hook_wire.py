"""Connections to other systems: where they may lead, looked at once they are there; how long."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import pytest

from oncall_portal.outbox.types import SendError
from telephony import hook_channel, hook_wire
from telephony.models import JobHook
from telephony.tests.hook_server import running


@pytest.mark.parametrize(
    ("address", "encrypted", "plain"),
    [
        ("127.0.0.1", True, True),
        ("::1", True, True),
        ("::ffff:127.0.0.1", True, True),
        ("192.168.1.20", True, False),
        ("10.0.0.5", True, False),
        ("fd12::5", True, False),
        ("93.184.215.14", True, False),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True, False),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("64:ff9b::a9fe:a9fe", False, False),
        ("fe80::1%eth0", False, False),
        ("fd00:ec2::254", False, False),
        ("100.100.100.200", False, False),
        ("0.0.0.0", False, False),  # noqa: S104 - nothing is bound
        ("::", False, False),
        ("224.0.0.1", False, False),
        ("255.255.255.255", False, False),
    ],
)
def test_where_a_system_may_be(address: str, encrypted: bool, plain: bool) -> None:
    found = (hook_wire.may_be_told(address), hook_wire.may_be_told(address, encrypted=False))
    assert found == (encrypted, plain)


def post(url: str) -> tuple[int, str]:
    return hook_channel._post(JobHook(url=url, secret="s"), "test", b"{}", "outbox-1")


def test_nothing_is_sent_to_where_a_name_leads_that_may_not_be_told(monkeypatch: Any) -> None:
    """As if a name meant something else when it was entered: here every address is refused."""
    monkeypatch.setattr(hook_wire, "may_be_told", lambda *_a, **_k: False)
    with running() as system:
        with pytest.raises(SendError, match="No system may be at this address") as refused:
            post(system.url)
        assert (refused.value.permanent, system.told) == (True, [])


def test_a_redirect_is_not_followed() -> None:
    with running() as other, running() as system:
        system.statuses, system.headers = [307], {"Location": other.url}
        assert post(system.url)[0] == 307
        assert (len(system.told), other.told) == (1, [])


@contextmanager
def dripping() -> Iterator[str]:
    """A system that answers one letter of its first line every tenth of a second, without end."""
    over = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listening.accept()[0] as client:
            client.recv(65536)
            client.sendall(b"HTTP/1.1 ")
            while not over.wait(0.1):
                try:
                    client.sendall(b"a")
                except OSError:
                    return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:
        over.set()
        thread.join()
        listening.close()


def test_who_answers_ever_so_slowly_is_cut_off(monkeypatch: Any) -> None:
    monkeypatch.setattr(hook_wire, "LONGEST_S", 0.5)
    with dripping() as url:
        begun = monotonic()
        with pytest.raises(SendError) as refused:
            post(url)
        assert (refused.value.permanent, monotonic() - begun < 5) == (False, True)


def test_what_has_ended_is_not_cut_off_later(monkeypatch: Any) -> None:
    with running() as system:
        assert post(system.url) == (200, "")
    assert not [each for each in threading.enumerate() if isinstance(each, threading.Timer)]
