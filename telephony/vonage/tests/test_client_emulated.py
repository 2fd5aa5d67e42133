"""The client and the signature check against the emulated platform, which refuses what it would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

from oncall_portal.lib.env import VonageConfig
from telephony.emulator import (
    Answers,
    Application,
    EmulatorServer,
    Platform,
    TlsFiles,
    VirtualClock,
    when,
)
from telephony.emulator.transport import StaticFile
from telephony.vonage import client
from telephony.vonage.client import VonageProvider
from telephony.vonage.signature import verify
from telephony.vonage.tests.meaning import EARLY, PERMANENT, SOON, TEMPORARY, UNKNOWN, Do, fails
from telephony.vonage.transport import Limits

SCRIPT: list[dict[str, Any]] = [
    {"action": "talk", "text": "Hello"},
    {"action": "record", "endOnKey": "#", "timeOut": 5},
]


@dataclass
class Bench:
    """An emulated platform whose portal says 204 to everything, and a provider that asks it."""

    platform: Platform
    provider: VonageProvider
    config: VonageConfig

    def dial(self, provider: VonageProvider | None = None, to: str = "+33612345678") -> str:
        return (provider or self.provider).dial(
            to=to,
            caller_id="+33180000000",
            ring_seconds=20,
            event_url="https://portal.test/voice/leg/t",
            script=SCRIPT,
            api_host="",
        )


@pytest.fixture
def bench(tls: TlsFiles) -> Iterator[Bench]:
    assert settings.VONAGE is not None
    public = load_pem_private_key(settings.VONAGE.private_key.encode(), None).public_key()
    application = Application(
        id=settings.VONAGE.application_id,
        public_key_pem=public.public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        ).decode(),
        api_key=settings.VONAGE.api_key,
        signature_secret=settings.VONAGE.signature_secrets[0],
        answer_url="https://portal.test/voice/answer",
        event_url="https://portal.test/voice/event",
        numbers={"33180000000"},
    )
    clock = VirtualClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    platform = Platform(application, clock=clock, transport=StaticFile(b""))
    with EmulatorServer(platform, tls.certificate, tls.key) as server:
        config = replace(settings.VONAGE, api_host=server.host, ca_bundle=str(tls.ca))
        yield Bench(platform, VonageProvider(config), config)


def test_a_phone_is_rung_described_transferred_and_hung_up(bench: Bench) -> None:
    bench.platform.phone("33612345678").behaves(Answers(after_s=1))
    uuid = bench.dial()
    bench.platform.advance(3)
    facts = bench.provider.leg(uuid, api_host="")
    assert facts is not None
    assert (facts.uuid, facts.live, facts.status) == (uuid, True, "answered")
    bench.provider.transfer(uuid, url="https://portal.test/voice/step/t", api_host="")
    bench.provider.hang_up(uuid, api_host="")
    bench.platform.settle()
    ended = bench.provider.leg(uuid, api_host="")
    assert ended is not None
    assert (ended.live, ended.status) == (False, "completed")
    bench.provider.hang_up(uuid, api_host="")
    assert fails(
        lambda p: p.transfer(uuid, url="https://x.test/", api_host=""), bench.provider
    ) == (PERMANENT)
    assert bench.provider.leg("nobody", api_host="") is None


def test_the_platforms_limits_are_told_apart(bench: Bench) -> None:
    first, _, _ = (bench.dial() for _ in range(3))
    assert fails(bench.dial, bench.provider) == SOON
    assert fails(lambda p: p.hang_up(first, api_host=""), bench.provider) == EARLY
    bench.platform.advance(2)
    assert fails(lambda p: bench.dial(p, to="+33"), bench.provider) == PERMANENT


@pytest.mark.parametrize(
    "how", ["timeout_before", "timeout_after", "closed_before", "closed_after"]
)
@pytest.mark.parametrize("operation", ["create", "hangup"])
def test_a_lost_answer_is_perhaps_performed_and_asked_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, operation: str, how: str
) -> None:
    monkeypatch.setattr(client, "API_LIMITS", Limits(read_s=0.3, total_s=0.6, max_bytes=10_000))
    uuid = bench.dial()
    bench.platform.advance(3)
    bench.platform.faults.api(operation, how=how)  # type: ignore[arg-type]
    do: Do = bench.dial if operation == "create" else lambda p: p.hang_up(uuid, api_host="")
    assert fails(do, bench.provider) == UNKNOWN
    assert len(bench.platform.requests) == 2


def test_a_key_of_another_application_is_refused(bench: Bench) -> None:
    other = VonageProvider(replace(bench.config, application_id="other"))
    assert fails(bench.dial, other) == PERMANENT


def test_a_message_is_downloaded_with_our_token(bench: Bench) -> None:
    bench.platform.phone("33612345678").behaves(Answers(after_s=1))
    bench.dial()
    bench.platform.settle()
    (recording,) = bench.platform.recordings
    url = f"https://{bench.config.api_host}/v1/files/{recording.file_id}"
    audio = bench.provider.fetch_recording(url, max_bytes=10_000_000)
    assert (audio.content, audio.content_type) == (recording.wav(), "audio/wav")
    assert fails(lambda p: p.fetch_recording(url, max_bytes=100), bench.provider) == PERMANENT
    assert fails(lambda p: p.fetch_recording(url + "0", max_bytes=9), bench.provider) == TEMPORARY


def test_the_platforms_webhooks_are_believed(bench: Bench) -> None:
    bench.platform.faults.duplicate(when(), times=None)
    bench.dial()
    bench.platform.settle()
    assert len(bench.platform.webhooks) > 4
    for sent in bench.platform.webhooks:
        verify(sent.headers["Authorization"], sent.body, bench.config, sent.at)
