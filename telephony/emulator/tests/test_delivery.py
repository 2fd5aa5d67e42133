"""Webhooks that fail: the retry, the fallback URL, and how the call goes on."""

from __future__ import annotations

import json
from typing import Any

import jwt
import pytest

from telephony.emulator import (
    Application,
    HostTransport,
    Platform,
    StaticFile,
    Switches,
    TransportBroken,
    TransportTimeout,
    VirtualClock,
    WsgiTransport,
    when,
)
from telephony.emulator.signing import payload_hash
from telephony.emulator.tests.bench import (
    PORTAL,
    SECRET,
    START,
    Bench,
    Portal,
    application,
    ask,
    bench,
    notify,
    record,
    seconds,
    talk,
)


def raising(error: Exception) -> Any:
    def answer(_: Any) -> Any:
        raise error

    return answer


def attempts(b: Bench, kind: str) -> list[int | str]:
    return [sent.result for sent in b.platform.webhooks if sent.kind == kind]


@pytest.mark.parametrize(
    ("answer", "results", "reason"),
    [
        (429, [429, 429], "Invalid response code."),
        (503, [503, 503], "Invalid response code."),
        (500, [500], "Invalid response code."),
        (404, [404], "Invalid response code."),
        ({"action": "talk"}, [200], "Invalid NCCO."),
        ([{"action": "shout"}], [200], "Invalid NCCO."),
        (b"[]", [200], "Invalid NCCO."),
        (raising(TransportTimeout()), ["Socket timeout."] * 2, "Socket timeout."),
        (raising(TransportBroken()), ["Connection closed."], "Connection closed."),
    ],
)
def test_an_answer_that_fails_goes_to_the_fallback(
    answer: Any, results: list[int | str], reason: str
) -> None:
    b = bench()
    b.portal.on("/voice/answer", answer)
    b.portal.on("/voice/fallback", [talk("sorry")])
    call = b.call()
    b.platform.settle()
    assert attempts(b, "answer") == results
    fallback = b.portal.got("/voice/fallback")[0].json
    assert fallback["reason"] == reason
    assert fallback["original_request"] == {"url": f"{PORTAL}/voice/answer", "type": "answer"}
    assert fallback["uuid"] == call.uuid
    assert call.said == ["sorry"]


def test_time_passes_while_the_platform_waits() -> None:
    b = bench()
    b.portal.on("/voice/answer", raising(TransportTimeout()))
    call = b.call()
    b.platform.settle()
    assert call.ended
    assert seconds(b.platform) == 10


def test_without_any_ncco_the_call_is_over() -> None:
    b = bench()
    b.portal.on("/voice/answer", 500)
    b.portal.on("/voice/fallback", 500)
    call = b.call()
    b.platform.settle()
    assert (call.state, call.heard, call.disconnected_by) == ("completed", [], "platform")
    assert "answered" not in b.portal.statuses()


@pytest.mark.parametrize("kind", ["input", "notify"])
def test_in_mid_call_the_rest_runs_when_all_fails(kind: str) -> None:
    b = bench()
    action = ask("/step") if kind == "input" else notify("/step")
    b.portal.on("/voice/answer", [action, talk("leave a message"), record()])
    b.portal.on("/step", 500)
    b.portal.on("/voice/fallback", 500)
    call = b.call()
    b.platform.settle()
    assert call.said == ["leave a message"]
    assert len(call.recordings) == 1


def test_the_fallback_of_an_input_replaces_the_rest() -> None:
    b = bench()
    b.portal.on("/voice/answer", [ask("/step"), talk("never")])
    b.portal.on("/step", 500)
    b.portal.on("/voice/fallback", [talk("instead")])
    call = b.call(presses=[(1, "5")])
    b.platform.settle()
    assert call.said == ["instead"]
    fallback = b.portal.got("/voice/fallback")[0].json
    assert fallback["dtmf"]["digits"] == "5"
    assert fallback["original_request"] == {"url": f"{PORTAL}/step", "type": "event"}


def test_an_error_event_names_no_leg() -> None:
    b = bench()
    b.portal.on("/voice/answer", [{"action": "shout"}])
    call = b.call()
    b.platform.settle()
    errors = [r.json for r in b.portal.got("/voice/event") if "reason" in r.json]
    assert errors == [
        {
            "reason": "Syntax error in NCCO. Invalid value type or action.",
            "conversation_uuid": call.leg.conversation_uuid,
            "timestamp": "2026-03-02T09:00:00.000Z",
        }
    ]


def test_an_error_event_by_get() -> None:
    b = bench(Switches(error_event_method="GET"))
    b.portal.on("/voice/answer", 404)
    b.call()
    b.platform.settle()
    (request,) = [r for r in b.portal.got("/voice/event") if r.method == "GET"]
    assert request.query.startswith("reason=NCCO+download+error&conversation_uuid=CON-")


def test_an_event_is_tried_twice_and_then_lost() -> None:
    b = bench()
    b.portal.on("/voice/answer", [talk("Hello")])
    b.portal.on("/voice/event", 503)
    b.call()
    b.platform.settle()
    assert attempts(b, "event") == [503] * 8
    assert b.portal.got("/voice/fallback") == []


def test_a_static_file_elsewhere_takes_the_message() -> None:
    portal = Portal()
    static = StaticFile(json.dumps([talk("sorry"), record()]).encode())
    settings: Application = application(fallback_url="https://static.test/fallback.json")
    platform = Platform(
        settings,
        clock=VirtualClock(START),
        transport=HostTransport({"static.test": static}, otherwise=WsgiTransport(portal)),
    )
    portal.on("/voice/answer", 500)
    call = platform.inbound_call("33699999999", "33180000000")
    platform.settle()
    assert call.said == ["sorry"]
    assert len(call.recordings) == 1


@pytest.mark.parametrize("stable", [True, False])
def test_the_token_of_the_retry(stable: bool) -> None:
    b = bench(Switches(jti_stable_over_retry=stable, jti_same_on_fallback=stable))
    b.portal.on("/voice/answer", 503)
    b.call()
    b.platform.settle()
    hooks = [s for s in b.platform.webhooks if s.kind in {"answer", "fallback"}]
    assert len({_claims(sent.headers)["jti"] for sent in hooks}) == (1 if stable else len(hooks))


@pytest.mark.parametrize(
    ("switch", "hashed"),
    [
        ("absent", None),
        ("empty", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ],
)
def test_the_hash_of_a_get(switch: Any, hashed: str | None) -> None:
    b = bench(Switches(get_payload_hash=switch), answer_method="GET")
    b.call()
    b.platform.settle()
    sent = b.platform.webhooks[2]
    assert (sent.kind, sent.method, sent.body) == ("answer", "GET", b"")
    assert _claims(sent.headers).get("payload_hash") == hashed


def test_the_hash_of_a_get_may_cover_the_query() -> None:
    b = bench(Switches(get_payload_hash="query"), answer_method="GET")
    b.call()
    b.platform.settle()
    sent = b.platform.webhooks[2]
    query = sent.url.partition("?")[2]
    assert _claims(sent.headers)["payload_hash"] == payload_hash(query.encode())


@pytest.mark.parametrize(("switch", "expected"), [(True, True), (False, False)])
def test_timed_out_beside_a_digit(switch: bool, expected: bool) -> None:
    b = bench(Switches(timed_out_with_digits=switch))
    b.portal.on("/voice/answer", [ask()])
    b.call(presses=[(1, "5")])
    b.platform.settle()
    assert b.portal.got("/key")[0].json["dtmf"] == {"digits": "5", "timed_out": expected}


def test_a_token_from_the_near_future() -> None:
    b = bench(Switches(iat_ahead_s=2))
    b.call()
    b.platform.settle()
    claims = _claims(b.platform.webhooks[0].headers)
    assert claims["iat"] == int(START.timestamp()) + 2


def test_a_lost_event_never_arrives() -> None:
    b = bench()
    b.portal.on("/voice/answer", [talk("Hello")])
    b.platform.faults.lose(when(status="answered"))
    b.call()
    b.platform.settle()
    assert b.portal.statuses() == ["started", "ringing", "completed"]


def test_a_lost_question_is_a_time_out() -> None:
    b = bench()
    b.portal.on("/voice/answer", [notify(), talk("and on")])
    b.platform.faults.lose(when(kind="notify"))
    b.platform.faults.lose(when(kind="fallback"))
    call = b.call()
    b.platform.settle()
    assert call.said == ["and on"]
    # 20 s for the notify and its retry, 10 s for the fallback and its own.
    assert (call.heard[0].at - START).total_seconds() == 30


def test_a_delayed_event_comes_after_later_ones() -> None:
    b = bench()
    b.portal.on("/voice/answer", [talk("Hello")])
    b.platform.faults.delay(when(status="answered"), by_s=7)
    b.call()
    b.platform.settle()
    assert b.portal.statuses() == ["started", "ringing", "completed", "answered"]


def test_every_webhook_twice() -> None:
    b = bench()
    b.portal.on("/voice/answer", [talk("Hello")])
    b.platform.faults.duplicate(when(), times=None)
    b.call()
    b.platform.settle()
    assert sorted(b.portal.statuses()) == sorted(
        ["started", "ringing", "answered", "completed"] * 2
    )
    first, second = b.portal.got("/voice/answer")
    assert first.body == second.body


def test_a_lost_response_brings_the_same_request_again_and_its_answer_counts() -> None:
    b = bench()
    answers = iter([[talk("first")], [talk("second")]])
    b.portal.on("/voice/answer", lambda _: next(answers))
    b.platform.faults.lose_response(when(kind="answer"))
    call = b.call()
    b.platform.settle()
    assert call.said == ["second"]
    assert call.answered_at is not None
    assert (call.answered_at - START).total_seconds() == 5


def test_two_statuses_swapped() -> None:
    b = bench()
    b.portal.on("/voice/answer", [talk("Hello")])
    b.platform.faults.swap(when(status="answered"), when(status="completed"))
    b.call()
    b.platform.settle()
    assert b.portal.statuses() == ["started", "ringing", "completed", "answered"]


def test_the_second_of_a_kind() -> None:
    b = bench()
    b.portal.on("/voice/answer", [notify(), notify(), notify()])
    b.platform.faults.lose(when(kind="notify"), nth=2)
    b.call()
    b.platform.settle()
    assert len(b.portal.got("/notify")) == 2


@pytest.mark.parametrize("fallback", [False, True])
def test_the_portal_is_down_for_a_while(fallback: bool) -> None:
    b = bench()
    b.portal.on("/voice/answer", [talk("x" * 140), notify(), talk("the rest")])
    b.portal.on("/voice/fallback", [talk("fallback")])
    b.platform.faults.portal_down(after_s=5, for_s=20, fallback=fallback)
    call = b.call()
    b.platform.settle()
    assert call.said[1:] == (["the rest"] if fallback else ["fallback"])
    assert b.portal.got("/notify") == []


@pytest.mark.parametrize("keeps", [True, False])
def test_a_transfer_whose_url_fails(keeps: bool) -> None:
    b = bench(Switches(failed_transfer_keeps_flow=keeps), fallback_url=None)
    b.portal.on("/voice/answer", [talk("x" * 140), talk("and on")])
    b.portal.on("/there", 500)
    call = b.call()
    b.platform.advance(1)
    b.transfer(call.uuid, url=[f"{PORTAL}/there"])
    b.platform.settle()
    assert call.said[1:] == (["and on"] if keeps else [])


@pytest.mark.parametrize(("switch", "ended"), [("end", True), ("silence", False)])
def test_an_empty_answer_with_nothing_left(switch: Any, ended: bool) -> None:
    b = bench(Switches(empty_reply_with_nothing_left=switch))
    b.portal.on("/voice/answer", [ask()])
    call = b.call()
    b.platform.advance(60)
    assert call.ended == ended


@pytest.mark.parametrize(
    ("switch", "dtmf"),
    [
        ("empty", {"digits": "", "timed_out": True}),
        ("null", {"digits": None, "timed_out": True}),
        ("missing", None),
    ],
)
def test_no_key_in_its_shapes(switch: Any, dtmf: Any) -> None:
    b = bench(Switches(no_digits=switch))
    b.portal.on("/voice/answer", [ask()])
    b.call()
    b.platform.settle()
    assert b.portal.got("/key")[0].json.get("dtmf") == dtmf


@pytest.mark.parametrize(
    ("switches", "order"),
    [
        (Switches(), ["started", "ringing", "answer"]),
        (Switches(ringing_before_started=True), ["ringing", "started", "answer"]),
        (Switches(answer_before_events=True), ["answer", "started", "ringing"]),
    ],
)
def test_the_order_of_an_arrival(switches: Switches, order: list[str]) -> None:
    b = bench(switches)
    b.call()
    b.platform.settle()
    assert [sent.status or sent.kind for sent in b.platform.webhooks][:3] == order


def _claims(headers: dict[str, str]) -> dict[str, Any]:
    token = headers["Authorization"].removeprefix("Bearer ")
    claims: dict[str, Any] = jwt.decode(
        token, SECRET, algorithms=["HS256"], options={"verify_iat": False}
    )
    return claims
