"""Forged, replayed, malformed and odd webhooks about texts change nothing and break nothing."""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from oncall_portal.lib import clock
from oncall_portal.outbox.models import OutgoingMessage
from telephony import texting
from telephony.models import Caller, PhoneNumber, TextMessage, WebhookReceipt
from telephony.tests.hostile import CALLER, LINE, Platform, build_line, token
from telephony.tests.test_webhooks_hostile import ODD

INBOUND, STATUS = "/messages/inbound", "/messages/status"
PATHS = [INBOUND, STATUS]


def writing(text: Any = "Hello", message_uuid: str = "in-1") -> dict[str, Any]:
    """Return the payload of a text that came in."""
    return {
        "channel": "sms",
        "message_uuid": message_uuid,
        "from": CALLER,
        "to": LINE,
        "timestamp": "2026-03-02T09:00:00.000Z",
        "message_type": "text",
        "text": text,
        "sms": {"num_messages": "1"},
    }


def reporting(status: Any = "delivered", **more: Any) -> dict[str, Any]:
    """Return the payload of a report on the text of `platform`."""
    return {
        "channel": "sms",
        "message_uuid": "out-1",
        "client_ref": f"outbox-{OutgoingMessage.objects.get().pk}",
        "from": LINE,
        "to": CALLER,
        "timestamp": "2026-03-02T09:00:02.000Z",
        "status": status,
        **more,
    }


@pytest.fixture
def platform(db: None) -> Platform:
    build_line()
    caller, line = Caller.objects.create(number=f"+{CALLER}"), PhoneNumber.objects.get()
    texting.reply(caller.pk, line.pk, "Hello", key="k", user=None, now=clock.now())
    return Platform()


def rows() -> tuple[Any, ...]:
    """Return everything that these webhooks may change."""
    kept = (TextMessage, Caller, OutgoingMessage, WebhookReceipt)
    return tuple(list(model.objects.order_by("pk").values()) for model in kept)


@pytest.mark.parametrize("path", PATHS)
def test_only_a_request_signed_for_us_over_its_body_and_fresh_is_heard(
    platform: Platform, path: str
) -> None:
    payload = writing() if path == INBOUND else reporting()
    before, body = rows(), json.dumps(payload).encode()
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
    ]
    for authorization in forged:
        assert platform.post(path, body, authorization).status_code == 401
    assert rows() == before


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["put", "delete", "patch", "head", "options", "trace"])
def test_other_methods_are_refused(db: None, path: str, method: str) -> None:
    assert getattr(Client(), method)(path).status_code == 405


def test_the_platform_hears_a_plain_200(platform: Platform) -> None:
    for path, payload in ((INBOUND, writing()), (STATUS, reporting())):
        response = platform.post(path, payload)
        assert (response.status_code, response["Content-Type"]) == (200, "application/json")


def test_the_same_request_again_changes_nothing(platform: Platform) -> None:
    body = json.dumps(writing("STOP")).encode()
    assert platform.post(INBOUND, body, token(body, jti="one")).status_code == 200
    before = rows()
    for jti in ("one", "two"):
        assert platform.post(INBOUND, body, token(body, jti=jti)).status_code == 200
    assert rows() == before


def test_the_same_text_in_another_request_is_kept_once(platform: Platform) -> None:
    for number in range(3):
        assert platform.post(INBOUND, {**writing(), "n": number}).status_code == 200
    assert TextMessage.objects.filter(direction="in").count() == 1


def test_a_token_is_good_for_one_address_only(platform: Platform) -> None:
    body = json.dumps(writing()).encode()
    authorization = token(body)
    assert platform.post(INBOUND, body, authorization).status_code == 200
    assert platform.post(STATUS, body, authorization).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_texts_of_a_new_caller_at_the_same_time_are_all_kept() -> None:
    build_line()

    def send(number: int) -> int:
        try:
            payload = writing(f"text {number // 2}", f"in-{number // 2}")
            return Platform().post(INBOUND, payload).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(send, range(12))) == {200}
    assert (Caller.objects.count(), TextMessage.objects.count()) == (1, 6)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"7", b'"x"', b"\xff", b"[" * 20_000])
def test_a_body_that_is_no_object_is_a_bad_request(
    platform: Platform, path: str, body: bytes
) -> None:
    assert platform.post(path, body).status_code == (401 if body == b"" else 400)


@pytest.mark.parametrize(
    "field", ["message_uuid", "from", "to", "text", "timestamp", "channel", "message_type", "sms"]
)
def test_no_value_of_any_field_breaks_a_text_that_came_in(platform: Platform, field: str) -> None:
    for number, value in enumerate(ODD):
        payload = {**writing(message_uuid=f"in-{number}"), "n": number, field: value}
        assert platform.post(INBOUND, payload).status_code in {200, 400}, value


@pytest.mark.parametrize(
    "field", ["message_uuid", "client_ref", "status", "error", "channel", "usage", "timestamp"]
)
@pytest.mark.parametrize("status", ["delivered", "rejected"])
def test_no_value_of_any_field_breaks_a_report(platform: Platform, field: str, status: str) -> None:
    for number, value in enumerate(ODD):
        payload = {**reporting(status), "n": number, field: value}
        assert platform.post(STATUS, payload).status_code == 200, value


def test_what_no_database_takes_is_left_out_of_a_text(platform: Platform) -> None:
    platform.post(INBOUND, writing("a\x00b\ud800\nc 🔥"))
    assert TextMessage.objects.get(direction="in").text == "ab\nc 🔥"


def test_a_text_from_tomorrow_or_without_a_time_came_in_now(platform: Platform) -> None:
    for number, at in enumerate(("2999-01-01T00:00:00Z", "soon", "")):
        platform.post(INBOUND, {**writing(message_uuid=f"in-{number}"), "timestamp": at})
    now = clock.now()
    assert all(text.at <= now for text in TextMessage.objects.all())
    assert TextMessage.objects.filter(direction="in").count() == 3


def test_other_channels_and_unknown_states_are_told_in_the_log(
    platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    before = rows()[:3]
    platform.post(INBOUND, {**writing(), "channel": "whatsapp"})
    platform.post(STATUS, reporting("pondered"))
    platform.post(STATUS, {**reporting(), "client_ref": "other", "message_uuid": "other"})
    assert [record.getMessage() for record in caplog.records] == [
        "text_of_other_channel channel=whatsapp",
        "text_status_unrecognised status=pondered",
        "text_report_unknown id=other state=delivered",
    ]
    assert rows()[:3] == before


def test_no_log_shows_a_number_or_a_word_of_a_text(
    platform: Platform, caplog: pytest.LogCaptureFixture, monkeypatch: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(texting, "receive", lambda *args: 1 / 0)
    assert platform.post(INBOUND, writing("Secret")).status_code == 503
    shown = "".join(record.getMessage() for record in caplog.records)
    assert "webhook_failed name=inbound" in shown
    assert (CALLER[2:] in shown, "Secret" in shown) == (False, False)
