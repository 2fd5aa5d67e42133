"""The emulator as a process, in real time, with a portal that calls it back from a webhook."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
import requests

from telephony.emulator import make_tls
from telephony.emulator.__main__ import main, mask
from telephony.emulator.certificates import TlsFiles
from telephony.emulator.tests.bench import (
    ANNA,
    APPLICATION_ID,
    CALLER,
    LINE,
    SECRET,
    Portal,
    ask,
    keys,
    record,
    room,
    signed_now,
    talk,
)


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def portal() -> Iterator[tuple[Portal, str]]:
    app = Portal()
    server: WSGIServer = make_server("127.0.0.1", 0, app, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield app, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Emulator:
    """The running process and its remote control."""

    def __init__(self, folder: Path, portal_url: str) -> None:
        self.tls: TlsFiles = make_tls(folder)
        (folder / "public.pem").write_text(keys()[1])
        secrets = {
            "VONAGE_APPLICATION_ID": APPLICATION_ID,
            "VONAGE_API_KEY": "abcd1234",
            "VONAGE_SIGNATURE_SECRET": SECRET,
        }
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "telephony.emulator", "--port", "0",
                "--certificate", self.tls.certificate, "--key", self.tls.key,
                "--application-public-key", folder / "public.pem", "--portal-url", portal_url,
            ],
            env={**os.environ, **secrets},
            stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        assert self.process.stderr
        try:
            self.host = json.loads(self.process.stderr.readline())["host"]
        except ValueError:
            self.close()
            raise

    def control(self, method: str, path: str, body: Any = None, token: str = SECRET) -> Any:
        response = requests.request(
            method,
            f"https://{self.host}/emulator/{path}",
            json=body,
            headers={"Authorization": f"Bearer {token}"},
            verify=str(self.tls.ca),
            timeout=20,
        )
        return {"code": response.status_code, **response.json()}

    def wait_for(self, path: str, predicate: Any, limit_s: float = 60) -> Any:
        until = time.monotonic() + limit_s
        while not predicate(state := self.control("GET", path)):
            assert time.monotonic() < until, state
            time.sleep(0.05)
        return state

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stderr:
            self.process.stderr.close()


@pytest.fixture(scope="module")
def emulator(
    tmp_path_factory: pytest.TempPathFactory, portal: tuple[Portal, str]
) -> Iterator[Emulator]:
    emulator = Emulator(tmp_path_factory.mktemp("emulator"), portal[1])
    try:
        yield emulator
    finally:
        emulator.close()


def test_a_whole_call_in_real_time(emulator: Emulator, portal: tuple[Portal, str]) -> None:
    app, url = portal
    music = room("real", startOnEnter=False)

    def answer(_: Any) -> Any:
        # From inside the webhook, while the platform waits for its answer.
        body = {
            "to": [{"type": "phone", "number": ANNA}],
            "from": {"type": "phone", "number": LINE},
            "ncco": [
                talk("press 1", bargeIn=True),
                {**ask(), "eventUrl": [f"{url}/key"]},
            ],
        }
        headers = {"Authorization": f"Bearer {signed_now()}"}
        target = f"https://{emulator.host}/v1/calls"
        created = requests.post(
            target, json=body, headers=headers, verify=str(emulator.tls.ca), timeout=5
        )
        assert created.status_code == 201
        return [music, talk("never")]

    app.on("/voice/answer", answer)
    app.on("/key", [room("real", endOnExit=True)])
    phone = emulator.control(
        "PUT", f"phones/{ANNA}", {"behaviour": "answers:0.2,press=1,press_after_s=0.2,talks=0.5"}
    )
    assert phone["behaviour"] == "answers:0.2,press=1,press_after_s=0.2,talks_s=0.5"
    call = emulator.control("POST", "calls", {"from": f"+{CALLER}", "to": LINE})
    assert call["code"] == 201
    state = emulator.wait_for(f"calls/{call['id']}", lambda s: s["ended_at"])
    assert [each["kind"] for each in state["heard"]] == ["silence", "voice"]
    assert [each["with"] for each in state["connections"]] == [ANNA]
    (phone,) = emulator.control("GET", "phones")["phones"]
    assert [ring["status"] for ring in phone["rang"]] == ["completed"]
    assert len(emulator.control("GET", "legs")["legs"]) == 2


def test_a_free_hand(emulator: Emulator, portal: tuple[Portal, str]) -> None:
    app, url = portal
    app.on("/voice/answer", [{**ask(), "eventUrl": [f"{url}/key"]}])
    app.on("/key", [{**record(), "eventUrl": [f"{url}/recording"]}])
    call = emulator.control("POST", "calls", {"from": CALLER, "to": LINE, "speaks_s": 60})
    path = f"calls/{call['id']}"
    emulator.wait_for(path, lambda s: s["state"] == "answered")
    emulator.control("PUT", path, {"press": "1"})
    time.sleep(0.5)
    emulator.control("PUT", path, {"hang_up": True})
    emulator.wait_for(path, lambda s: s["state"] == "completed")
    until = time.monotonic() + 5
    while not app.got("/recording") and time.monotonic() < until:
        time.sleep(0.05)
    assert app.got("/key")[0].json["dtmf"]["digits"] == "1"
    file = requests.get(
        app.got("/recording")[0].json["recording_url"],
        headers={"Authorization": f"Bearer {signed_now()}"},
        verify=str(emulator.tls.ca),
        timeout=5,
    )
    assert (file.status_code, file.content[:4]) == (200, b"RIFF")


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("POST", "calls", {"from": CALLER}, 400),
        ("POST", "calls", {"from": CALLER, "to": LINE, "presses": [["1", 1]]}, 400),
        ("POST", "calls", {"from": CALLER, "to": LINE, "colour": 1}, 400),
        ("PUT", f"phones/{ANNA}", {"behaviour": "sleeps"}, 400),
        ("PUT", f"phones/{ANNA}", {"answer": True}, 400),
        ("PUT", f"phones/{ANNA}", {"behaviour": ["busy", "answers:2"]}, 200),
        ("POST", "texts", {"from": CALLER, "to": LINE}, 400),
        ("POST", "texts", {"from": CALLER, "to": LINE, "text": "x", "colour": 1}, 400),
        ("POST", "texts", {"from": CALLER, "to": LINE, "text": "x"}, 201),
        ("PUT", f"phones/{ANNA}", {"texts": "lost"}, 400),
        ("PUT", f"phones/{ANNA}", {"texts": "rejected"}, 200),
        ("PUT", "limit", {"calls_per_second": 60}, 200),
        ("PUT", "limit", {"calls_per_second": 0}, 400),
        ("PUT", "limit", {"requests_per_second": 60}, 400),
        ("GET", "texts", None, 200),
        ("GET", "calls/unknown", None, 404),
        ("GET", "health", None, 200),
    ],
)
def test_the_control_refuses_nonsense(
    emulator: Emulator, method: str, path: str, body: Any, code: int
) -> None:
    assert emulator.control(method, path, body)["code"] == code


def test_the_control_needs_the_secret(emulator: Emulator) -> None:
    assert emulator.control("GET", "phones", token="another")["code"] == 401


def test_it_ends_cleanly_and_logs_no_number(tmp_path: Path, portal: tuple[Portal, str]) -> None:
    emulator = Emulator(tmp_path, portal[1])
    try:
        emulator.control("POST", "calls", {"from": CALLER, "to": LINE})
        emulator.process.send_signal(signal.SIGTERM)
        _, log = emulator.process.communicate(timeout=60)
        assert emulator.process.returncode == 0
    finally:
        emulator.close()
    events = [json.loads(line)["event"] for line in log.splitlines()]
    assert (events[0], events[-1]) == ("leg_arrived", "stopped")
    assert CALLER not in log
    assert LINE not in log


def test_a_missing_secret_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("VONAGE_API_KEY", raising=False)
    arguments = ["--port", "0", "--certificate", "c", "--key", "k"]
    arguments += ["--application-public-key", "p", "--portal-url", "http://127.0.0.1:1"]
    assert main(arguments) == 2


def test_masked_numbers() -> None:
    assert (mask("33612345601"), mask("anon")) == ("336******01", "***")
