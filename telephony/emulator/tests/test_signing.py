"""Webhook tokens, against the SDK's own check."""

from __future__ import annotations

from datetime import UTC, datetime

from vonage_jwt import verify_signature

from telephony.emulator.signing import payload_hash, sign_webhook
from telephony.emulator.tests.bench import SECRET, bench

BODY = b'{"status":"ringing"}'
# printf '{"status":"ringing"}' | sha256sum
HASH = "dab8ace297614441abfe08ad97ddabe174e2b5db815633c9c6c198210ad446f0"


def test_the_hash_is_that_of_the_raw_body() -> None:
    assert payload_hash(BODY) == HASH


def test_the_sdk_accepts_our_token() -> None:
    token = sign_webhook(
        secret=SECRET,
        api_key="abcd1234",
        application_id="a",
        now=datetime.now(UTC),
        body_hash=HASH,
    )
    assert verify_signature(token, SECRET)


def test_a_test_may_forge_what_the_platform_would_send() -> None:
    platform = bench().platform
    headers = platform.headers_for(BODY)
    assert headers["Content-Type"] == "application/json"
    assert headers["Authorization"].startswith("Bearer ey")
