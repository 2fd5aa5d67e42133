"""Texts through the emulated Messages API: taken or refused, reported, received."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from telephony.emulator import Switches, when
from telephony.emulator.signing import payload_hash
from telephony.emulator.tests.bench import ANNA, CALLER, LINE, SECRET, bench

INBOUND, STATUS = "/messages/inbound", "/messages/status"
TEXT = {
    "channel": "sms",
    "message_type": "text",
    "to": ANNA,
    "from": LINE,
    "text": "Are you there?",
    "client_ref": "outbox-7",
}


def told(b: Any) -> list[tuple[str, str]]:
    """Return what was reported: status and reference."""
    return [(each.json["status"], each.json["client_ref"]) for each in b.portal.got(STATUS)]


def test_a_text_is_taken_submitted_and_delivered() -> None:
    b = bench()
    status, answer = b.request("POST", "/v1/messages", TEXT)
    b.platform.settle()
    (text,) = b.platform.texts.sent
    assert (status, answer) == (202, {"message_uuid": text.message_uuid})
    assert told(b) == [("submitted", "outbox-7"), ("delivered", "outbox-7")]
    assert {each.json["message_uuid"] for each in b.portal.got(STATUS)} == {text.message_uuid}


@pytest.mark.parametrize(
    ("fate", "statuses"),
    [
        ("rejected", ["rejected"]),
        ("undeliverable", ["submitted", "undeliverable"]),
        ("silence", ["submitted"]),
    ],
)
def test_a_phone_may_not_get_its_texts(fate: Any, statuses: list[str]) -> None:
    b = bench()
    b.platform.phone(ANNA).text_fate = fate
    b.request("POST", "/v1/messages", TEXT)
    b.platform.settle()
    assert [status for status, _reference in told(b)] == statuses
    errors = ["error" in each.json for each in b.portal.got(STATUS)]
    assert errors == [status in ("rejected", "undeliverable") for status in statuses]


def test_statuses_may_come_in_the_wrong_order() -> None:
    b = bench(switches=Switches(text_statuses="last_first"))
    b.request("POST", "/v1/messages", TEXT)
    b.platform.settle()
    assert [status for status, _reference in told(b)] == ["delivered", "submitted"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("to", "+33612345601"),
        ("to", ""),
        ("from", "33999999999"),
        ("text", ""),
        ("text", "x" * 3201),
        ("channel", "mms"),
        ("message_type", "image"),
        ("client_ref", "x" * 101),
        ("typo", "x"),
    ],
)
def test_what_is_no_text_is_refused(name: str, value: str) -> None:
    b = bench()
    status, answer = b.request("POST", "/v1/messages", {**TEXT, name: value})
    assert (status, answer["title"]) == (422, "Invalid params")
    assert b.platform.texts.sent == []


def test_a_text_that_somebody_writes_is_told_signed() -> None:
    b = bench()
    message_uuid = b.platform.inbound_text(f"+{CALLER}", f"+{LINE}", "Hello\nthere")
    b.platform.settle()
    (request,) = b.portal.got(INBOUND)
    said = {name: request.json[name] for name in ("channel", "from", "to", "text", "message_uuid")}
    assert said == {
        "channel": "sms",
        "from": CALLER,
        "to": LINE,
        "text": "Hello\nthere",
        "message_uuid": message_uuid,
    }
    token = request.headers["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_iat": False})
    assert claims["payload_hash"] == payload_hash(request.body)


def test_a_text_is_told_each_minute_until_it_is_taken() -> None:
    b = bench()
    b.platform.faults.portal_down(for_s=150)
    b.platform.inbound_text(CALLER, LINE, "Hello")
    b.platform.settle()
    assert len(b.portal.got(INBOUND)) == 1
    attempts = [sent.attempt for sent in b.platform.webhooks]
    assert attempts == [1, 2, 3, 4, 5]


def test_a_report_may_come_twice() -> None:
    b = bench()
    b.platform.faults.duplicate(when(kind="text_status", status="delivered"))
    b.request("POST", "/v1/messages", TEXT)
    b.platform.settle()
    assert [status for status, _reference in told(b)] == ["submitted", "delivered", "delivered"]


def test_nobody_writes_to_a_number_that_is_not_ours() -> None:
    with pytest.raises(ValueError, match="not one of the application's"):
        bench().platform.inbound_text(CALLER, "33999999999", "Hello")
