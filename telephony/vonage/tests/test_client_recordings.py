"""A recording comes whole, within limits, and from the platform alone."""

from __future__ import annotations

import pytest

from telephony.vonage.client import VonageProvider
from telephony.vonage.tests.meaning import PERMANENT, TEMPORARY, Meaning, fails
from telephony.vonage.tests.scripted import Answer, ScriptedServer, closes, says, sends, trickles


def test_a_recording_is_fetched_with_its_type(
    server: ScriptedServer, provider: VonageProvider
) -> None:
    server.answer = says(200, b"RIFF....", Content_Type="audio/wav")
    audio = provider.fetch_recording(f"https://{server.host}/v1/files/1", max_bytes=8)
    assert (audio.content, audio.content_type) == (b"RIFF....", "audio/wav")
    (request,) = server.requests
    assert request.line == "GET /v1/files/1 HTTP/1.1"
    assert request.headers["authorization"].startswith("Bearer ey")


def fetch(provider: VonageProvider, url: str = "", max_bytes: int = 8) -> None:
    host = provider._config.api_host
    provider.fetch_recording(url or f"https://{host}/v1/files/1", max_bytes=max_bytes)


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (says(200, b"123456789"), PERMANENT),
        (sends(b"HTTP/1.1 200 OK\r\n\r\n123456789"), PERMANENT),
        (says(302, Location="https://evil.example/"), TEMPORARY),
        (says(410), PERMANENT),
        *((says(status), TEMPORARY) for status in (204, 401, 403, 404, 429, 500, 503)),
        (says(503, b"123456789"), TEMPORARY),
        (closes, TEMPORARY),
        (sends(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nRIFF"), TEMPORARY),
    ],
)
def test_a_recording_that_cannot_be_had_says_whether_to_ask_again(
    server: ScriptedServer,
    provider: VonageProvider,
    answer: Answer,
    meaning: Meaning,
) -> None:
    server.answer = answer
    assert fails(fetch, provider) == meaning
    assert len(server.requests) == 1


@pytest.mark.usefixtures("impatient")
def test_a_recording_that_trickles_in_is_given_up(
    server: ScriptedServer, provider: VonageProvider
) -> None:
    server.answer = trickles(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
    assert fails(lambda p: fetch(p, max_bytes=99_999), provider) == TEMPORARY


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/v1/files/1?nexmo.com",
        "https://api.nexmo.com/v1/files/1",
        "https://nexmo.com.evil.example/1",
        "http://{host}/v1/files/1",
        "https://user@{host}/v1/files/1",
        "https://{host}@evil.example/v1/files/1",
    ],
)
def test_our_token_is_not_sent_to_another_host(
    server: ScriptedServer, provider: VonageProvider, url: str
) -> None:
    assert fails(lambda p: fetch(p, url.format(host=server.host)), provider) == PERMANENT
    assert server.requests == []
