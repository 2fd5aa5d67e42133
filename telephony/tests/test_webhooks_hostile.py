"""Forged, replayed, malformed and odd webhooks change nothing, break nothing and leak nothing."""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from oncall_portal.lib import clock
from telephony import engine
from telephony.enums import Phase
from telephony.models import Call, CallAction, CallEvent, Leg, TestCall, WebhookReceipt
from telephony.tests.hostile import (
    CALLER,
    LINE,
    Platform,
    arriving,
    build_line,
    build_test_call,
    paths,
    token,
)
from telephony.types import Arrival

NAMES = ["answer", "event", "fallback", "hold", "menu", "step", "next", "recorded", "leg", "key"]
NAMES += ["test", "test-key", "call-recorded", "notice", "keep", "transcribed"]
TOKEN_SUFFICES = ("next", "notice")
ODD = [None, "", 7, -1, True, 1.5, [], [1], {}, {"a": 1}, "\x00", "a\x00b", "\ud800", "x" * 5000]
ODD += ["9" * 30, "é", "a\nb", 10**400, "https://[::1", "0001-01-01T00:00:00+23:59", "[" * 5000]


@pytest.fixture
def platform(db: None) -> Platform:
    build_line()
    build_test_call()
    return Platform()


@pytest.fixture
def call(platform: Platform) -> Call:
    assert platform.call().status_code == 200
    return Call.objects.get()


def rows() -> tuple[Any, ...]:
    """Return everything that a webhook may change."""
    kept = (Call, Leg, CallAction, CallEvent, TestCall, WebhookReceipt)
    return tuple(list(model.objects.order_by("pk").values()) for model in kept)


# --- who may speak ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_only_a_request_signed_for_us_over_its_body_and_fresh_is_heard(
    platform: Platform, call: Call, name: str
) -> None:
    before, body = rows(), json.dumps(arriving("caller-2")).encode()
    now = int(clock.now().timestamp())
    forged = [
        "",
        "Bearer x",
        token(body, secret="f" * 32),
        token(body + b" "),
        token(body, iat=now - 400),
        token(body, iat=now + 120),
        token(body, iss="Somebody"),
        token(body, application_id="other"),
        token(body, api_key="other"),
        f"{token(body)}, {token(body)}",
    ]
    for authorization in forged:
        assert platform.post(paths()[name], body, authorization).status_code == 401
    assert rows() == before


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("method", ["put", "delete", "patch", "head", "options", "trace"])
def test_other_methods_are_refused(platform: Platform, call: Call, name: str, method: str) -> None:
    assert getattr(Client(), method)(paths()[name]).status_code == 405


@pytest.mark.parametrize("name", [name for name in NAMES if name not in TOKEN_SUFFICES])
def test_an_unsigned_get_is_refused(platform: Platform, call: Call, name: str) -> None:
    before = rows()
    assert Client().get(paths()[name], arriving("caller-2")).status_code == 401
    assert rows() == before


def test_a_get_with_a_body_is_refused(platform: Platform) -> None:
    """The hash would cover the body while the facts came from the query, which nobody signed."""
    body = json.dumps(arriving()).encode()
    response = Client().generic(
        "GET",
        f"/voice/answer?to={LINE}&from={CALLER}&uuid=forged",
        body,
        HTTP_AUTHORIZATION=token(body),
    )
    assert response.status_code == 400
    assert not Call.objects.exists()


# --- once and only once ---------------------------------------------------------------------------


def test_the_same_request_again_gets_the_same_answer_and_changes_nothing(
    platform: Platform,
) -> None:
    body = json.dumps(arriving()).encode()
    first = platform.post("/voice/answer", body, token(body, jti="one"))
    before = rows()
    for jti in ("one", "two"):
        again = platform.post("/voice/answer", body, token(body, jti=jti))
        assert (again.status_code, json.loads(again.content)) == (200, json.loads(first.content))
    assert rows() == before


def test_a_token_is_good_for_one_address_only(platform: Platform, call: Call) -> None:
    body = json.dumps({"uuid": "leg-1", "dtmf": {"digits": "1"}}).encode()
    authorization = token(body)
    assert platform.post(paths()["key"], body, authorization).status_code == 200
    before = rows()
    other = Leg.objects.order_by("ordinal")[1]
    for path in (f"/voice/key/{other.token}", paths()["hold"], "/voice/event", "/voice/fallback"):
        assert platform.post(path, body, authorization).status_code == 401
    assert rows() == before


def test_a_token_is_good_for_one_query_only(platform: Platform) -> None:
    authorization = token(b"")
    for status, uuid in ((200, "one"), (401, "two"), (200, "one")):
        query = {"to": LINE, "from": CALLER, "uuid": uuid}
        response = Client().get("/voice/answer", query, HTTP_AUTHORIZATION=authorization)
        assert response.status_code == status
    assert Call.objects.get().leg_uuid == "one"


def test_a_caller_moved_twice_hears_what_fits_each_time(platform: Platform, call: Call) -> None:
    """Both requests are alike but for the token; the first answer must not come again."""
    query = {"to": LINE, "from": CALLER, "uuid": "caller-1"}
    heard = []
    for authorization in ("", token(b""), "Bearer x"):
        response = Client().get(paths()["next"], query, HTTP_AUTHORIZATION=authorization)
        heard.append(response.json()[0]["action"])
    assert heard == ["stream", "talk", "stream"]
    platform.post(paths()["hold"], {"uuid": "caller-1", "dtmf": {"digits": "1"}})
    for authorization in ("", token(b"")):
        response = Client().get(paths()["next"], query, HTTP_AUTHORIZATION=authorization)
        assert [action["action"] for action in response.json()] == ["talk", "record", "talk"]


@pytest.mark.django_db(transaction=True)
def test_the_same_request_at_the_same_time_is_one_call() -> None:
    build_line()
    body = json.dumps(arriving()).encode()

    def send(number: int) -> tuple[int, str]:
        try:
            response = Platform().post("/voice/answer", body, token(body, jti=f"t{number % 2}"))
            return response.status_code, json.dumps(json.loads(response.content), sort_keys=True)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        answers = set(pool.map(send, range(6)))
    assert len(answers) == 1
    assert (Call.objects.count(), Leg.objects.count()) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_two_keys_at_the_same_time_are_one_claim() -> None:
    build_line()
    with ThreadPoolExecutor(2) as pool:
        Platform().call()
        tokens = list(Leg.objects.order_by("ordinal").values_list("token", flat=True))

        def press(at: int) -> list[str]:
            try:
                payload = {"uuid": f"leg-{at}", "dtmf": {"digits": "1"}}
                answer = json.loads(Platform().post(f"/voice/key/{tokens[at]}", payload).content)
                return [action["action"] for action in answer]
            finally:
                connections.close_all()

        heard = sorted(pool.map(press, (0, 1)))
    assert heard == [["talk"], ["talk", "conversation"]]


# --- odd contents ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"7", b'"x"', b"\xff", b"[" * 20_000, b'{"a":' * 9_000]
)
def test_a_body_that_is_no_object_is_a_bad_request(
    platform: Platform, call: Call, name: str, body: bytes
) -> None:
    expected = 401 if body == b"" else 400
    assert platform.post(paths()[name], body).status_code == expected


READ = {
    "answer": ["uuid", "to", "from", "region_url"],
    "event": ["uuid", "call_uuid", "status", "type", "direction", "to", "from", "reason"],
    "hold": ["dtmf", "digits"],
    "step": ["payload", "after_leg"],
    "leg": ["status", "type", "detail", "uuid", "conversation_uuid_to"],
    "key": ["uuid", "dtmf"],
    "test": ["status", "type", "detail", "uuid"],
    "test-key": ["uuid", "dtmf", "digits"],
    "recorded": ["recording_url", "recording_uuid", "start_time", "end_time", "size"],
    "keep": ["dtmf", "digits"],
    "transcribed": ["recording_uuid", "transcription_url", "status"],
    "call-recorded": ["recording_url", "recording_uuid", "start_time", "end_time", "size"],
    "fallback": ["original_request", "url"],
}
PARTS = {"digits": "dtmf", "after_leg": "payload", "url": "original_request"}


@pytest.mark.parametrize(
    ("name", "field"), [(name, field) for name, fields in READ.items() for field in fields]
)
def test_no_value_of_any_field_breaks_a_webhook(
    platform: Platform, call: Call, name: str, field: str
) -> None:
    usual: dict[str, Any] = {
        **arriving("caller-9"),
        "type": "transfer",
        "status": "completed",
        "direction": "inbound",
        "dtmf": {"digits": "1"},
        "recording_url": "https://api.nexmo.com/v1/files/1",
        "recording_uuid": "rec-1",
        "start_time": "2026-03-02T09:00:00Z",
        "end_time": "2026-03-02T09:00:09Z",
        "original_request": {"url": f"https://portal.test{paths()['key']}", "type": "event"},
    }
    path = paths()[name]
    for number, value in enumerate(ODD):
        changed = {PARTS[field]: {field: value}} if field in PARTS else {field: value}
        response = platform.post(path, {**usual, "timestamp": number, **changed})
        assert response.status_code in {200, 204, 400, 404}, (value, response.status_code)


def test_a_long_or_odd_calling_number_still_gets_through(platform: Platform) -> None:
    for number, shown in enumerate(("9" * 30, "anonymous", "+33698765432", "", "sip:x@y", "12")):
        assert platform.call(f"caller-{number}", **{"from": shown}).status_code == 200
    assert set(Call.objects.values_list("caller", flat=True)) == {"", "+33698765432"}


@pytest.mark.parametrize("region", ["https://[::1", "x" * 500, "//", "http://evil.example/", 7])
def test_an_odd_region_still_gets_through(platform: Platform, region: Any) -> None:
    assert platform.call(region_url=region).status_code == 200


def test_keys_of_two_legs_without_ids_do_not_collide(platform: Platform, call: Call) -> None:
    for leg in Leg.objects.all():
        response = platform.post(f"/voice/key/{leg.token}", {"dtmf": {"digits": "2"}, "n": leg.pk})
        assert response.status_code == 200
    assert set(Leg.objects.values_list("uuid", flat=True)) == {None}


@pytest.mark.parametrize("length", ["70000", "99999999999", "-1", "x", "", "1e9", "²"])
def test_an_odd_or_huge_length_is_refused_before_anything_is_read(
    platform: Platform, length: str
) -> None:
    response = platform.post("/voice/answer", arriving(), CONTENT_LENGTH=length)
    assert response.status_code in {400, 401, 413}
    assert not Call.objects.exists()


@pytest.mark.parametrize(
    "bad", ["x", "x" * 43, "x" * 5000, "%00", "%0AX", "%FF", "..", "é", "a%2Fb", "' OR 1=1--"]
)
def test_an_unknown_token_is_not_found_and_logs_no_error(
    platform: Platform, caplog: pytest.LogCaptureFixture, bad: str
) -> None:
    for name in ("hold", "step", "next", "recorded", "call-recorded", "notice", "leg", "key"):
        assert platform.post(f"/voice/{name}/{bad}", {"uuid": "u"}).status_code == 404
    for name in TOKEN_SUFFICES:
        assert Client().get(f"/voice/{name}/{bad}").status_code == 404
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_too_many_fields_are_a_bad_request(platform: Platform, call: Call) -> None:
    query = "&".join(f"a{number}=1" for number in range(2000))
    assert Client().get(f"{paths()['next']}?{query}").status_code in {200, 400}
    signed = Client().get(f"/voice/event?{query}", HTTP_AUTHORIZATION=token(b""))
    assert signed.status_code == 400


def test_our_own_log_shows_no_token_of_a_call(
    platform: Platform, call: Call, caplog: pytest.LogCaptureFixture, monkeypatch: Any
) -> None:
    platform.post(paths()["hold"], {}, "Bearer x")
    monkeypatch.setattr(engine, "advance", lambda *args, **kwargs: 1 / 0)
    assert platform.post(paths()["hold"], {"uuid": "u"}).status_code == 503
    ours = [record for record in caplog.records if record.name.startswith("telephony.webhook")]
    shown = "".join(record.getMessage() for record in ours)
    assert "webhook_failed" in shown
    assert call.token[:8] not in shown


# --- races ----------------------------------------------------------------------------------------


def test_a_caller_who_left_while_we_were_answering_is_gone(platform: Platform) -> None:
    """The event finds no call yet, waits for the one being made, and must then end it."""
    platform.call()
    arrival = Arrival("caller-1", f"+{LINE}", f"+{CALLER}", "")
    engine.arrived_and_gone(arrival, clock.now())
    call = Call.objects.get()
    assert (call.phase, call.ended_at is not None) == (Phase.ENDED.value, True)


def test_the_fallback_answers_for_the_request_that_failed(platform: Platform, call: Call) -> None:
    payload = {
        "uuid": "caller-1",
        "dtmf": {"digits": "1"},
        "reason": "Socket timeout.",
        "original_request": {"url": f"https://portal.test{paths()['hold']}", "type": "event"},
    }
    heard = json.loads(platform.post("/voice/fallback", payload).content)
    assert [action["action"] for action in heard] == ["talk", "record", "talk"]


@pytest.mark.parametrize("jti", ["short", "x" * 80])
def test_the_fallback_may_come_with_the_token_of_the_request_that_failed_and_of_no_other(
    platform: Platform, call: Call, jti: str
) -> None:
    failed = json.dumps({"uuid": "caller-1", "dtmf": {"digits": ""}}).encode()
    assert platform.post(paths()["hold"], failed, token(failed, jti=jti)).status_code == 200
    for name, status in (("step", 401), ("hold", 200)):
        original = {"url": f"https://portal.test{paths()[name]}", "type": "event"}
        body = json.dumps({"uuid": "caller-1", "original_request": original}).encode()
        response = platform.post("/voice/fallback", body, token(body, jti=jti))
        assert response.status_code == status


@pytest.mark.parametrize(
    "url", ["", "x", "/", "/admin/", "/voice/fallback", "/voice/hold/x", "/voice/key/x", 7, None]
)
def test_the_fallback_for_something_else_still_answers_the_caller(
    platform: Platform, url: Any
) -> None:
    payload = {**arriving(), "original_request": {"url": url, "type": "event"}}
    response = platform.post("/voice/fallback", payload)
    expected = 404 if isinstance(url, str) and url.endswith("/x") else 200
    assert response.status_code == expected
