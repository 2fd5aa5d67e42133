"""The API: what it refuses, its limits, and how it fails on demand."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import requests

from telephony.emulator import Answers, EmulatorServer, Manual, Switches, make_tls
from telephony.emulator.faults import ApiHow
from telephony.emulator.tests.bench import (
    ANNA,
    BEN,
    LINE,
    PORTAL,
    Bench,
    bench,
    seconds,
    talk,
    token,
)

CALL: dict[str, Any] = {
    "to": [{"type": "phone", "number": ANNA}],
    "from": {"type": "phone", "number": LINE},
    "ncco": [{"action": "talk", "text": "Hello"}],
}


@pytest.mark.parametrize(
    "change",
    [
        {"to": []},
        {"to": CALL["to"] * 2},
        {"to": [{"type": "phone", "number": f"+{ANNA}"}]},
        {"to": [{"type": "phone", "number": "0612345601"}]},
        {"to": [{"type": "sip", "uri": "sip:a@b"}]},
        {"from": {"type": "phone", "number": "33999999999"}},
        {"from": LINE},
        {"ncco": [{"action": "shout"}]},
        {"answer_url": [f"{PORTAL}/answer"]},
        {"ringing_timer": 0},
        {"ringing_timer": 121},
        {"length_timer": 7201},
        {"event_url": f"{PORTAL}/voice/event"},
        {"event_method": "PUT"},
        {"machine_detection": "stop"},
        {"colour": "blue"},
    ],
)
def test_a_call_is_refused(change: dict[str, Any]) -> None:
    b = bench()
    status, answer = b.request("POST", "/v1/calls", {**CALL, **change})
    assert status == 400
    assert answer["error_title"] == "Bad Request"
    assert b.platform.legs == []


def test_a_call_needs_instructions() -> None:
    b = bench()
    body = {key: value for key, value in CALL.items() if key != "ncco"}
    assert b.request("POST", "/v1/calls", body)[0] == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"application_id": "another"},
        {"iat": 1},
        {"exp": 1},
        {"jti": ""},
        {"iat": "now"},
    ],
)
def test_a_token_is_refused(changes: dict[str, Any]) -> None:
    b = bench()
    header = f"Bearer {token(b.platform, **changes)}"
    if changes == {"iat": 1}:
        header = f"Bearer {token(b.platform, iat=1, exp=901)}"
    status, answer = b.request("GET", "/v1/calls", authorization=header)
    assert (status, answer) == (401, {"type": "UNAUTHORIZED", "error_title": "Unauthorized"})


@pytest.mark.parametrize("header", ["", "Basic abc", "Bearer", "Bearer abc", "Bearer a.b.c"])
def test_no_token_is_refused(header: str) -> None:
    assert bench().request("GET", "/v1/calls", authorization=header)[0] == 401


def test_three_calls_a_second() -> None:
    b = bench()

    def create() -> int:
        return b.request("POST", "/v1/calls", CALL)[0]

    assert [create() for _ in range(4)] == [201, 201, 201, 429]
    b.platform.advance(0.9)
    assert create() == 429
    b.platform.advance(0.1)
    assert create() == 201


def test_fifteen_other_requests_a_second() -> None:
    b = bench()
    statuses = [b.request("GET", "/v1/calls")[0] for _ in range(16)]
    assert statuses == [200] * 15 + [429]


def test_hanging_up_too_early() -> None:
    b = bench()
    uuid = b.dial()
    b.platform.advance(1.9)
    assert b.hang_up(uuid) == 400
    b.platform.advance(0.1)
    assert b.hang_up(uuid) == 204
    b.platform.settle()
    assert b.hang_up(uuid) == 404


@pytest.mark.parametrize(
    ("switches", "statuses"),
    [
        (Switches(), ["cancelled", "completed"]),
        (Switches(hangup_while_ringing="completed"), ["completed"]),
        (Switches(completed_after_failure=False), ["cancelled"]),
        (Switches(completed_before_failure=True), ["completed", "cancelled"]),
    ],
)
def test_hanging_up_a_ringing_leg(switches: Switches, statuses: list[str]) -> None:
    b = bench(switches)
    uuid = b.dial()
    b.platform.advance(3)
    b.hang_up(uuid)
    b.platform.settle()
    assert b.portal.statuses(uuid) == ["started", "ringing", *statuses]


@pytest.mark.parametrize(
    ("switches", "status"),
    [(Switches(), "timeout"), (Switches(no_answer_status="unanswered"), "unanswered")],
)
def test_ringing_ends_by_its_timer(switches: Switches, status: str) -> None:
    b = bench(switches)
    uuid = b.dial(ringing_timer=20)
    b.platform.settle()
    assert b.portal.statuses(uuid)[2] == status
    assert seconds(b.platform) == 20.2


def test_a_completed_after_rejected_by_switch() -> None:
    b = bench(Switches(completed_after_rejected=True))
    b.platform.phone(ANNA).behaves(Manual())
    uuid = b.dial()
    b.platform.advance(1)
    b.platform.phone(ANNA).decline()
    b.platform.settle()
    assert b.portal.statuses(uuid)[2:] == ["rejected", "completed"]


def test_a_transfer_of_a_ringing_leg_is_refused() -> None:
    b = bench()
    uuid = b.dial()
    b.platform.advance(3)
    assert b.transfer(uuid, ncco=[talk("no")]) == 400


@pytest.mark.parametrize(
    "destination",
    [
        {"ncco": [{"action": "shout"}]},
        {"url": f"{PORTAL}/there"},
        {"url": [f"{PORTAL}/there"], "ncco": []},
        {},
    ],
)
def test_a_wrong_transfer_is_refused(destination: dict[str, Any]) -> None:
    b = bench()
    b.portal.on("/voice/answer", [talk("x" * 100)])
    call = b.call()
    b.platform.advance(1)
    assert b.transfer(call.uuid, **destination) == 400


def test_unknown_things() -> None:
    b = bench()
    b.portal.on("/voice/answer", [talk("x" * 100)])
    call = b.call()
    b.platform.advance(1)
    assert b.request("GET", "/v1/calls/unknown")[0] == 404
    assert b.hang_up("unknown") == 404
    assert b.request("GET", "/v1/files/unknown")[0] == 404
    assert b.request("PUT", f"/v1/calls/{call.uuid}", {"action": "explode"})[0] == 400


def test_an_answer_url_is_asked_when_the_callee_answers() -> None:
    b = bench()
    body = {key: value for key, value in CALL.items() if key != "ncco"}
    b.platform.phone(ANNA).behaves(Answers())
    b.portal.on("/for/anna", [talk("Hello Anna")])
    more = {"answer_url": [f"{PORTAL}/for/anna"], "event_url": [f"{PORTAL}/leg/7"]}
    assert b.request("POST", "/v1/calls", {**body, **more})[0] == 201
    b.platform.settle()
    assert b.portal.got("/for/anna")[0].method == "GET"
    assert b.platform.phone(ANNA).said == ["Hello Anna"]
    assert [r.json["status"] for r in b.portal.got("/leg/7")] == [
        "started", "ringing", "answered", "completed",
    ]  # fmt: skip
    assert b.portal.got("/voice/event") == []


def test_calls_are_listed_page_by_page() -> None:
    b = bench()
    uuids = [b.dial(number) for number in (ANNA, BEN)]
    _, page = b.request("GET", "/v1/calls?page_size=1&record_index=1&status=started")
    assert (page["count"], page["_embedded"]["calls"][0]["uuid"]) == (2, uuids[1])


def test_speech_and_tones_into_a_call() -> None:
    b = bench()
    b.portal.on("/voice/answer", [talk("x" * 100)])
    call = b.call()
    b.platform.advance(1)
    path = f"/v1/calls/{call.uuid}"
    assert b.request("PUT", f"{path}/talk", {"text": "Listen"}) == (
        200,
        {"message": "Talk started", "uuid": call.uuid},
    )
    assert b.request("PUT", f"{path}/dtmf", {"digits": "1"})[0] == 200
    assert b.request("DELETE", f"{path}/stream")[0] == 200
    assert call.said[-1] == "Listen"


@pytest.mark.parametrize(
    ("how", "error", "performed"),
    [
        ("timeout_after", requests.ReadTimeout, 1),
        ("timeout_before", requests.ReadTimeout, 0),
        ("closed_after", requests.ConnectionError, 1),
        ("closed_before", requests.ConnectionError, 0),
    ],
)
def test_a_connection_that_fails(
    tmp_path: Path, how: ApiHow, error: type[Exception], performed: int
) -> None:
    b = bench()
    b.platform.faults.api("create", how=how)
    tls = make_tls(tmp_path)
    with EmulatorServer(b.platform, tls.certificate, tls.key) as server:
        started = time.monotonic()
        with pytest.raises(error):
            _create(b, server, tls.ca, timeout=0.3)
        assert time.monotonic() - started < 5
        assert len(b.platform.legs) == performed
        assert _create(b, server, tls.ca, timeout=5).status_code == 201


@pytest.mark.parametrize("how", ["429", "500", "503"])
def test_a_request_that_fails(how: ApiHow) -> None:
    b = bench()
    b.platform.faults.api("hangup", how=how, nth=2)
    uuids = [b.dial(number) for number in (ANNA, BEN)]
    b.platform.advance(3)
    assert [b.hang_up(uuid) for uuid in uuids] == [204, int(how)]
    assert [r.status for r in b.platform.requests if r.operation == "hangup"] == [204, int(how)]


def _create(b: Bench, server: EmulatorServer, ca: Path, timeout: float) -> requests.Response:
    return requests.post(
        f"https://{server.host}/v1/calls",
        json=CALL,
        headers={"Authorization": f"Bearer {token(b.platform)}"},
        verify=str(ca),
        timeout=timeout,
    )
