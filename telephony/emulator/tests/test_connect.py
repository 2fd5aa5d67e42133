"""NCCO connect, both modes, with its whisper and its ends."""

from __future__ import annotations

from typing import Any

import pytest

from telephony.emulator import Answers, Busy, HangsUp, Ignores, Machine, Rejects, Switches
from telephony.emulator.tests.bench import (
    ANNA,
    BEN,
    CALLER,
    PORTAL,
    Bench,
    ask,
    bench,
    connect,
    notify,
    room,
    talk,
)

STEP: dict[str, Any] = {"eventType": "synchronous", "eventUrl": [f"{PORTAL}/step"]}


def on_failure(ncco: Any) -> Any:
    """Answer only the statuses that may be answered."""
    asked = {"timeout", "failed", "rejected", "unanswered", "busy"}
    return lambda request: ncco if request.json["status"] in asked else 204


def step_statuses(b: Bench) -> list[str]:
    return [request.json["status"] for request in b.portal.got("/step")]


def test_an_answered_connect_is_a_conversation_until_one_leaves() -> None:
    b = bench()
    b.portal.on("/voice/answer", [connect(**STEP)])
    b.platform.phone(ANNA).behaves(Answers(after_s=5, talks_s=20))
    call = b.call()
    b.platform.settle()
    (connection,) = b.platform.connections
    assert (connection.end - connection.start).total_seconds() == 20  # type: ignore[operator]
    assert [heard.kind for heard in call.heard] == ["ringback", "voice"]
    assert step_statuses(b) == ["started", "ringing", "answered", "completed"]


def test_the_caller_leaving_ends_the_other_side() -> None:
    b = bench()
    b.portal.on("/voice/answer", [connect()])
    b.platform.phone(ANNA).behaves(Answers(after_s=5, talks_s=1000))
    b.call(hangs_up_after_s=30)
    b.platform.settle()
    ring = b.platform.phone(ANNA).rang[0]
    assert (ring.status, ring.leg.disconnected_by) == ("completed", "platform")


@pytest.mark.parametrize("behaviour", [Busy(), Rejects(), Ignores()])
def test_a_failed_synchronous_connect_asks_what_next(behaviour: Any) -> None:
    b = bench()
    b.portal.on("/voice/answer", [connect(timeout=15, **STEP), talk("never")])
    b.portal.on("/step", on_failure([connect(BEN)]))
    b.platform.phone(ANNA).behaves(behaviour)
    b.platform.phone(BEN).behaves(Answers())
    call = b.call()
    b.platform.settle()
    assert [(c.a, c.b) for c in b.platform.connections] in ([(CALLER, BEN)], [(BEN, CALLER)])
    assert call.said == []


def test_without_an_answer_the_rest_runs() -> None:
    b = bench()
    b.portal.on("/voice/answer", [connect(**STEP), talk("sorry")])
    b.platform.phone(ANNA).behaves(Busy())
    call = b.call()
    b.platform.settle()
    assert call.said == ["sorry"]


def test_the_end_of_a_failed_leg_comes_after_the_chain() -> None:
    b = bench()
    b.portal.on("/voice/answer", [connect(**STEP)])
    b.portal.on("/step", on_failure([connect(BEN, **STEP), talk("sorry")]))
    b.platform.phone(ANNA).behaves(Busy())
    b.platform.phone(BEN).behaves(Ignores())
    b.call()
    b.platform.run_until(lambda: b.platform.phone(BEN).ringing)
    b.platform.advance(1)
    assert step_statuses(b) == ["started", "ringing", "busy", "started", "ringing"]
    b.portal.on("/step", 204)
    b.platform.settle()
    assert step_statuses(b)[5:] == ["timeout", "completed", "completed"]


@pytest.mark.parametrize("goes_on", [False, True])
def test_after_an_answered_synchronous_connect(goes_on: bool) -> None:
    b = bench(Switches(sync_connect_continues_after_answer=goes_on))
    b.portal.on("/voice/answer", [connect(**STEP), notify(), talk("goodbye")])
    b.platform.phone(ANNA).behaves(Answers(talks_s=10))
    call = b.call()
    b.platform.settle()
    assert len(b.portal.got("/notify")) == goes_on
    assert call.said == (["goodbye"] if goes_on else [])


@pytest.mark.parametrize("at_once", [True, False])
def test_the_action_after_an_answered_asynchronous_connect(at_once: bool) -> None:
    b = bench(Switches(async_connect_next_action_on_answer=at_once))
    b.portal.on("/voice/answer", [connect(), talk("into the call")])
    b.platform.phone(ANNA).behaves(Answers(talks_s=10))
    call = b.call()
    b.platform.settle()
    assert call.said == (["into the call"] if at_once else [])
    (connection,) = b.platform.connections
    assert (connection.end - connection.start).total_seconds() == 10  # type: ignore[operator]


def test_a_failed_asynchronous_connect_goes_on() -> None:
    b = bench()
    b.portal.on("/voice/answer", [connect(), talk("sorry")])
    b.platform.phone(ANNA).behaves(Busy())
    call = b.call()
    b.platform.settle()
    assert call.said == ["sorry"]


def test_the_whisper_is_heard_before_the_caller() -> None:
    b = bench()
    whisper: dict[str, Any] = {"onAnswer": {"url": f"{PORTAL}/whisper?call=7"}}
    b.portal.on("/voice/answer", [connect(endpoint=whisper)])
    b.portal.on("/whisper", [talk("A call for support")])
    b.platform.phone(ANNA).behaves(Answers())
    b.call()
    b.platform.settle()
    (request,) = b.portal.got("/whisper")
    assert (request.method, request.query.startswith("call=7&from=33180000000&to=")) == (
        "GET",
        True,
    )
    assert [str(heard) for heard in b.platform.phone(ANNA).heard] == [
        "said: A call for support (en-US)",
        f"voice: {CALLER}",
    ]


@pytest.mark.parametrize("ends", [True, False])
def test_a_hang_up_in_the_whisper(ends: bool) -> None:
    b = bench(Switches(on_answer_hangup_ends_call=ends))
    whisper: dict[str, Any] = {"onAnswer": {"url": f"{PORTAL}/whisper"}}
    b.portal.on("/voice/answer", [connect(endpoint=whisper, **STEP), talk("and on")])
    b.portal.on("/whisper", [talk("x" * 200)])
    b.platform.phone(ANNA).behaves(HangsUp(after_s=2))
    call = b.call()
    b.platform.settle()
    assert call.said == ([] if ends else ["and on"])
    assert b.platform.connections == []


@pytest.mark.parametrize("works", [True, False])
def test_an_input_in_the_whisper(works: bool) -> None:
    b = bench(Switches(input_in_on_answer=works))
    whisper: dict[str, Any] = {"onAnswer": {"url": f"{PORTAL}/whisper"}}
    b.portal.on("/voice/answer", [connect(endpoint=whisper)])
    b.portal.on("/whisper", [talk("press 1", bargeIn=True), ask()])
    b.platform.phone(ANNA).behaves(Answers(presses=["1"]))
    b.call()
    b.platform.settle()
    assert len(b.portal.got("/key")) == works
    assert len(b.platform.connections) == 1


@pytest.mark.parametrize("joins", [True, False])
def test_a_whisper_that_cannot_be_had(joins: bool) -> None:
    b = bench(Switches(failed_on_answer_joins=joins))
    whisper: dict[str, Any] = {"onAnswer": {"url": f"{PORTAL}/whisper"}}
    b.portal.on("/voice/answer", [connect(endpoint=whisper)])
    b.portal.on("/whisper", 404)
    b.platform.phone(ANNA).behaves(Answers())
    b.call()
    b.platform.settle()
    assert len(b.platform.connections) == joins
    assert b.portal.got("/voice/fallback")[0].json["original_request"]["type"] == "answer"


@pytest.mark.parametrize("asks", [False, True])
def test_a_cancelled_synchronous_connect(asks: bool) -> None:
    b = bench(Switches(sync_connect_asks_on_cancelled=asks))
    b.portal.on("/voice/answer", [connect(**STEP), talk("the rest")])
    b.portal.on("/step", lambda r: [talk("instead")] if r.json["status"] == "cancelled" else 204)
    call = b.call()
    b.platform.advance(5)
    b.hang_up(b.platform.phone(ANNA).rang[0].uuid)
    b.platform.settle()
    assert call.said == (["instead"] if asks else ["the rest"])


def test_a_caller_who_leaves_cancels_the_ringing() -> None:
    b = bench()
    b.portal.on("/voice/answer", [connect(**STEP)])
    b.call(hangs_up_after_s=8)
    b.platform.settle()
    assert step_statuses(b) == ["started", "ringing", "cancelled", "completed"]


def test_a_machine_may_be_answered_with_an_ncco() -> None:
    b = bench()
    b.portal.on("/voice/answer", [connect(machineDetection="continue", **STEP)])
    b.portal.on("/step", lambda r: [talk("instead")] if r.json["status"] == "machine" else 204)
    b.platform.phone(ANNA).behaves(Machine(after_s=3))
    call = b.call()
    b.platform.settle()
    assert call.said == ["instead"]


def test_a_transfer_out_of_a_connect_ends_the_other_side() -> None:
    b = bench()
    b.portal.on("/voice/answer", [connect()])
    b.platform.phone(ANNA).behaves(Answers(talks_s=1000))
    call = b.call()
    b.platform.run_until(lambda: b.platform.connected(CALLER, ANNA))
    b.transfer(call.uuid, ncco=[talk("elsewhere")])
    b.platform.settle()
    assert call.said == ["elsewhere"]
    assert b.platform.phone(ANNA).rang[0].status == "completed"


def test_over_the_limit_a_connect_is_an_error_event_and_the_rest_runs() -> None:
    b = bench(Switches(calls_per_second=1))
    b.portal.on("/voice/answer", [connect(), talk("sorry")])
    b.dial(BEN)
    call = b.call()
    b.platform.settle()
    assert call.said == ["sorry"]
    errors = [w.payload for w in b.platform.webhooks if w.kind == "error"]
    assert [error.keys() for error in errors] == [{"reason", "conversation_uuid", "timestamp"}]


def test_the_length_limit_ends_the_call() -> None:
    b = bench()
    b.portal.on("/voice/answer", [connect(limit=12)])
    b.platform.phone(ANNA).behaves(Answers(talks_s=1000))
    b.call()
    b.platform.settle()
    (connection,) = b.platform.connections
    assert (connection.end - connection.start).total_seconds() == 12  # type: ignore[operator]


@pytest.mark.parametrize("moves", [False, True])
def test_a_transfer_may_make_a_new_conversation(moves: bool) -> None:
    b = bench(Switches(transfer_makes_new_conversation=moves))
    b.portal.on("/voice/answer", [room()])
    call = b.call()
    b.platform.advance(1)
    b.transfer(call.uuid, ncco=[talk("x" * 100)])
    b.platform.settle()
    transfers = [w for w in b.platform.webhooks if w.kind == "transfer"]
    assert len(transfers) == (2 if moves else 1)
