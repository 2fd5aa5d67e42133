"""What we ask of the platform, how often, and how each answer or silence is told apart."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from oncall_portal.lib.env import ConfigError, VonageConfig
from telephony.provider import LegFacts, ProviderError
from telephony.vonage.client import VonageProvider
from telephony.vonage.tests.meaning import (
    EARLY,
    NUMBER,
    PERMANENT,
    SOON,
    TEMPORARY,
    UNKNOWN,
    VERY_SOON,
    Do,
    Meaning,
    fails,
)
from telephony.vonage.tests.scripted import (
    Answer,
    Request,
    ScriptedServer,
    closes,
    resets,
    says,
    sends,
    trickles,
    waits,
)

SCRIPT = [
    {"action": "talk", "text": "Bonjour", "language": "fr-FR"},
    {"action": "input", "mode": "x"},
]
CREATED = {"uuid": "leg-1", "status": "started", "direction": "outbound"}


def dial(provider: VonageProvider, api_host: str = "") -> str:
    return provider.dial(
        to=NUMBER,
        caller_id="+33180000000",
        ring_seconds=20,
        event_url="https://portal.test/voice/leg/t",
        script=SCRIPT,
        api_host=api_host,
    )


def hang_up(provider: VonageProvider) -> None:
    provider.hang_up("leg-1", api_host="")


def transfer(provider: VonageProvider) -> None:
    provider.transfer("leg-1", url="https://portal.test/voice/step/t", api_host="")


def write(provider: VonageProvider) -> str:
    return provider.send_text(
        sender="+33180000000", to=NUMBER, text="Bonjour 🔥", reference="outbox-7"
    )


def leg(provider: VonageProvider) -> LegFacts | None:
    return provider.leg("leg-1", api_host="")


@pytest.mark.parametrize(
    "key",
    [
        "",
        "garbage",
        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    ],
)
def test_a_key_that_cannot_sign_is_refused_at_once(config: VonageConfig, key: str) -> None:
    with pytest.raises(ConfigError, match="VONAGE_PRIVATE_KEY_PATH"):
        VonageProvider(replace(config, private_key=key))


def test_dialling_rings_a_phone_once_and_returns_its_leg(
    server: ScriptedServer, provider: VonageProvider
) -> None:
    server.answer = says(201, CREATED)
    assert dial(provider) == "leg-1"
    (request,) = server.requests
    assert request.line == "POST /v1/calls HTTP/1.1"
    assert json.loads(request.body) == {
        "to": [{"type": "phone", "number": "33612345678"}],
        "from": {"type": "phone", "number": "33180000000"},
        "ringing_timer": 20,
        "event_url": ["https://portal.test/voice/leg/t"],
        "event_method": "POST",
        "ncco": SCRIPT,
    }


def test_a_text_is_sent_once_and_its_id_returned(
    server: ScriptedServer, provider: VonageProvider
) -> None:
    server.answer = says(202, {"message_uuid": "m-1"})
    assert write(provider) == "m-1"
    (request,) = server.requests
    assert request.line == "POST /v1/messages HTTP/1.1"
    assert json.loads(request.body) == {
        "channel": "sms",
        "message_type": "text",
        "to": "33612345678",
        "from": "33180000000",
        "text": "Bonjour 🔥",
        "client_ref": "outbox-7",
    }


@pytest.mark.parametrize("body", [None, b"", b"[]", b"{}", b'{"message_uuid":""}', b"\xff\xfe"])
def test_a_text_without_an_id_in_the_answer_is_perhaps_sent(
    server: ScriptedServer, provider: VonageProvider, body: Any
) -> None:
    server.answer = says(202, body)
    assert fails(write, provider) == UNKNOWN


def test_hanging_up_and_transferring_name_the_leg(
    server: ScriptedServer, provider: VonageProvider
) -> None:
    server.answer = says(204)
    hang_up(provider)
    transfer(provider)
    assert [request.line for request in server.requests] == ["PUT /v1/calls/leg-1 HTTP/1.1"] * 2
    assert [json.loads(request.body) for request in server.requests] == [
        {"action": "hangup"},
        {
            "action": "transfer",
            "destination": {"type": "ncco", "url": ["https://portal.test/voice/step/t"]},
        },
    ]


def test_each_request_carries_a_short_lived_token_of_its_own(
    server: ScriptedServer, provider: VonageProvider, config: VonageConfig
) -> None:
    server.answer = says(204)
    hang_up(provider)
    hang_up(provider)
    public = load_pem_private_key(config.private_key.encode(), None).public_key()
    tokens = [
        request.headers["authorization"].removeprefix("Bearer ") for request in server.requests
    ]
    claims = [jwt.decode(token, public, algorithms=["RS256"]) for token in tokens]  # type: ignore[arg-type]
    assert [claim["application_id"] for claim in claims] == [config.application_id] * 2
    assert {claim["exp"] - claim["iat"] for claim in claims} <= {300, 301}
    assert claims[0]["jti"] != claims[1]["jti"]


@pytest.mark.parametrize(
    ("status", "live"),
    [
        *((s, True) for s in ("started", "ringing", "answered", "machine", "something new")),
        *((s, False) for s in ("completed", "busy", "cancelled", "failed", "rejected")),
        *((s, False) for s in ("timeout", "unanswered")),
    ],
)
def test_a_leg_is_described(
    server: ScriptedServer, provider: VonageProvider, status: str, live: bool
) -> None:
    server.answer = says(200, {"uuid": "leg-1", "status": status, "conversation_uuid": "CON-1"})
    assert leg(provider) == LegFacts("leg-1", live, "CON-1", status)
    assert server.requests[0].line == "GET /v1/calls/leg-1 HTTP/1.1"


def test_a_leg_that_is_not_known_is_none_and_is_already_hung_up(
    server: ScriptedServer, provider: VonageProvider
) -> None:
    server.answer = says(404, {"type": "NOT_FOUND"})
    assert leg(provider) is None
    hang_up(provider)


@pytest.mark.parametrize(
    ("do", "status", "meaning"),
    [
        *((dial, status, PERMANENT) for status in (302, 400, 401, 402, 403, 404, 410, 422)),
        (dial, 429, SOON),
        *((dial, status, UNKNOWN) for status in (500, 502, 503, 504)),
        (hang_up, 400, EARLY),
        *((hang_up, status, PERMANENT) for status in (302, 401, 403, 422)),
        (hang_up, 429, VERY_SOON),
        *((hang_up, status, UNKNOWN) for status in (500, 503)),
        (transfer, 400, EARLY),
        *((transfer, status, PERMANENT) for status in (302, 401, 403, 404, 422)),
        (transfer, 429, VERY_SOON),
        *((transfer, status, UNKNOWN) for status in (500, 503)),
        *((leg, status, PERMANENT) for status in (302, 400, 401, 403)),
        (leg, 429, VERY_SOON),
        *((leg, status, TEMPORARY) for status in (500, 503)),
        # credentials and credit can be put right; the text itself cannot
        *((write, status, TEMPORARY) for status in (302, 401, 402, 403)),
        *((write, status, PERMANENT) for status in (400, 404, 422)),
        (write, 429, SOON),
        *((write, status, UNKNOWN) for status in (500, 503)),
    ],
)
def test_an_error_status_says_whether_to_ask_again(
    server: ScriptedServer,
    provider: VonageProvider,
    do: Do,
    status: int,
    meaning: Meaning,
) -> None:
    server.answer = says(status, {"detail": NUMBER}, Location="https://evil.example/")
    assert fails(do, provider) == meaning
    assert len(server.requests) == 1


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "answer",
    [
        closes,
        resets,
        waits,
        sends(b"nonsense\r\n\r\n"),
        sends(b"HTTP/1.1 201 OK\r\nContent-Length: 50\r\n\r\n{}"),
        sends(b"HTTP/1.1 201 OK\r\nContent-Length: 5, 6\r\n\r\n{}"),
        sends(b"HTTP/1.1 201 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        sends(b"HTTP/1.1 201 OK\r\nContent-Encoding: gzip\r\n\r\nnot gzip"),
        trickles(b"HTTP/1.1 201 OK\r\n\r\n"),
        trickles(b"HTTP/1.1 201 OK\r\nContent-Length: 9999\r\n\r\n"),
        says(201, b"x" * 10_001),
    ],
)
@pytest.mark.parametrize(
    ("do", "meaning"),
    [
        *((do, UNKNOWN) for do in (dial, hang_up, transfer, write)),
        (leg, TEMPORARY),
    ],
)
def test_an_answer_that_is_lost_means_perhaps_performed_and_is_not_asked_again(
    server: ScriptedServer,
    provider: VonageProvider,
    answer: Answer,
    do: Do,
    meaning: Meaning,
) -> None:
    server.answer = answer
    begun = time.monotonic()
    assert fails(do, provider) == meaning
    assert time.monotonic() - begun < 2
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "body", [None, b"", b"{", b"[]", b"null", b"{}", b'{"uuid":""}', b'{"uuid":7}', b"\xff\xfe"]
)
def test_a_dial_without_a_leg_id_in_the_answer_is_perhaps_performed(
    server: ScriptedServer, provider: VonageProvider, body: Any
) -> None:
    server.answer = says(201, body)
    assert fails(dial, provider) == UNKNOWN


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"status":null}', b'{"status":7}'])
def test_a_leg_without_a_status_is_not_described(
    server: ScriptedServer, provider: VonageProvider, body: bytes
) -> None:
    server.answer = says(200, body)
    assert fails(leg, provider) == TEMPORARY


@pytest.mark.parametrize("do", [dial, hang_up, transfer, leg, write])
def test_without_a_connection_nothing_was_sent(
    config: VonageConfig, missing: str, server: ScriptedServer, do: Do
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        refused = replace(config, api_host=f"127.0.0.1:{closed.getsockname()[1]}")
    unnamed = replace(config, api_host="api.nothing.invalid")
    untrusted = replace(config, ca_bundle=None)
    other_name = replace(config, api_host=server.host.replace("127.0.0.1", "127.0.0.2"))
    no_bundle = replace(config, ca_bundle=missing)
    for broken in (refused, unnamed, untrusted, other_name, no_bundle):
        assert fails(do, VonageProvider(broken)) == TEMPORARY
    assert server.requests == []


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("answer", [closes, resets, waits])
def test_a_broken_handshake_sent_nothing(
    server: ScriptedServer, provider: VonageProvider, answer: Answer
) -> None:
    server.shakes_hands = False
    server.answer = answer
    assert fails(dial, provider) == TEMPORARY


def test_a_redirect_is_not_followed(server: ScriptedServer, provider: VonageProvider) -> None:
    server.answer = says(307, Location=f"https://{server.host}/v1/elsewhere")
    assert fails(dial, provider) == PERMANENT
    assert [request.line for request in server.requests] == ["POST /v1/calls HTTP/1.1"]


def test_a_region_host_that_is_not_ours_is_not_asked(
    server: ScriptedServer, provider: VonageProvider
) -> None:
    server.answer = says(201, CREATED)
    dial(provider, api_host="https://api-us-3.vonage.com")
    assert server.requests[0].headers["host"] == server.host


@pytest.mark.parametrize("uuid", ["", ".", ".."])
def test_an_id_that_would_lead_to_another_path_is_refused(
    server: ScriptedServer, provider: VonageProvider, uuid: str
) -> None:
    assert fails(lambda p: p.hang_up(uuid, api_host=""), provider) == PERMANENT
    assert server.requests == []


def test_an_odd_id_stays_one_piece_of_the_path(
    server: ScriptedServer, provider: VonageProvider
) -> None:
    server.answer = says(204)
    provider.hang_up("../../x?y#z\r\n", api_host="")
    assert server.requests[0].line == "PUT /v1/calls/..%2F..%2Fx%3Fy%23z%0D%0A HTTP/1.1"


def test_threads_do_not_share_anything(server: ScriptedServer, provider: VonageProvider) -> None:
    both = threading.Barrier(2)

    def answer(connection: socket.socket, request: Request) -> None:
        both.wait(10)
        uuid = request.line.split()[1].rpartition("/")[2]
        says(200, {"status": "ringing", "conversation_uuid": uuid})(connection, request)

    server.answer = answer
    with ThreadPoolExecutor(2) as pool:
        facts = list(pool.map(lambda uuid: provider.leg(uuid, api_host=""), ["a", "b"]))
    assert facts == [LegFacts("a", True, "a", "ringing"), LegFacts("b", True, "b", "ringing")]


def test_the_environment_changes_neither_token_nor_trust_nor_route(
    server: ScriptedServer,
    provider: VonageProvider,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Any,
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login other password other")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/dev/null")
    server.answer = says(204)
    hang_up(provider)
    assert server.requests[0].headers["authorization"].startswith("Bearer ey")


@pytest.mark.parametrize("answer", [says(201, CREATED), says(422, {"detail": NUMBER}), closes])
def test_the_log_never_shows_numbers_or_tokens(
    server: ScriptedServer,
    provider: VonageProvider,
    answer: Answer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.answer = answer
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, "vonage"):
        try:
            dial(provider)
        except ProviderError:
            logging.getLogger("test").exception("dial_failed")
    assert server.requests
    token = server.requests[0].headers["authorization"].removeprefix("Bearer ")
    for secret in ("612345678", token, token.partition(".")[0], "PRIVATE KEY"):
        assert secret not in caplog.text
