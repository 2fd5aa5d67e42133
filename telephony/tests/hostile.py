"""A line that rings two people, and webhooks for it: rightly signed, or wrong in one way."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import jwt
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from oncall_portal.lib import clock
from scheduling.models import ContactNumber, Organisation, Schedule, Shift, Staff
from telephony.models import Call, Leg, PhoneNumber, TestCall

LINE, CALLER = "33970000001", "33698765432"


def build_line() -> None:
    """Create an organisation whose line rings Alice and Bruno together."""
    now = clock.now()
    Organisation.objects.create(pk=1, name="Dupont")
    schedule = Schedule.objects.create(name="Paris", time_zone="Europe/Paris")
    period = (now - timedelta(hours=1), now + timedelta(hours=1))
    for name, number in (("Alice", "+33639980001"), ("Bruno", "+33639980002")):
        person = Staff.objects.create(name=name, email="", colour="#1f6feb", language="en")
        ContactNumber.objects.create(staff=person, number=number, position=1)
        Shift.objects.create(schedule=schedule, staff=person, level=1, period=period)
    PhoneNumber.objects.create(
        name="Main line", number=f"+{LINE}", schedule=schedule, languages=["en"]
    )


def build_test_call() -> None:
    """Create a test call under way to Chloé, who is on no rota."""
    now = clock.now()
    person = Staff.objects.create(name="Chloé", email="", colour="#1f6feb", language="en")
    number = ContactNumber.objects.create(staff=person, number="+33639980003", position=1)
    TestCall.objects.create(
        contact_number=number,
        number=str(number.number),
        language="en",
        ring_seconds=20,
        token="test-1",
        requested_at=now,
        not_before=now,
        dialled_at=now,
        deadline_at=now + timedelta(seconds=25),
    )


def token(body: bytes, *, secret: str = "", **claims: Any) -> str:
    """Return an Authorization header for this body, with claims changed."""
    facts = {
        "iat": int(clock.now().timestamp()),
        "jti": str(uuid.uuid4()),
        "iss": "Vonage",
        "api_key": settings.VONAGE.api_key,  # type: ignore[union-attr]
        "application_id": settings.VONAGE.application_id,  # type: ignore[union-attr]
        "payload_hash": hashlib.sha256(body).hexdigest(),
    }
    key = secret or settings.VONAGE.signature_secrets[0]  # type: ignore[union-attr]
    return f"Bearer {jwt.encode({**facts, **claims}, key, algorithm='HS256')}"


@dataclass
class Platform:
    """Sends webhooks; `post` takes a payload or raw bytes."""

    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def post(
        self, path: str, payload: Any, authorization: str | None = None, **more: Any
    ) -> HttpResponse:
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        signed = token(body) if authorization is None else authorization
        response: Any = self.client.post(
            path, body, content_type="application/json", HTTP_AUTHORIZATION=signed, **more
        )
        return response  # type: ignore[no-any-return]

    def call(self, leg: str = "caller-1", **changes: Any) -> HttpResponse:
        return self.post("/voice/answer", {**arriving(leg), **changes})


def arriving(leg: str = "caller-1") -> dict[str, Any]:
    """Return the payload of an answer webhook."""
    return {
        "from": CALLER,
        "to": LINE,
        "uuid": leg,
        "conversation_uuid": f"CON-{leg}",
        "endpoint_type": "phone",
        "region_url": "https://api-eu-3.vonage.com",
    }


def paths() -> dict[str, str]:
    """Return the address of every webhook of the one call there is."""
    call, leg = Call.objects.get(), Leg.objects.order_by("ordinal")[0]
    return {
        "answer": "/voice/answer",
        "event": "/voice/event",
        "fallback": "/voice/fallback",
        "hold": f"/voice/hold/{call.token}",
        "menu": f"/voice/menu/{call.token}/1",
        "step": f"/voice/step/{call.token}",
        "next": f"/voice/next/{call.token}",
        "recorded": f"/voice/recorded/{call.token}",
        "keep": f"/voice/keep/{call.token}/0",
        "transcribed": f"/voice/transcribed/{call.token}",
        "call-recorded": f"/voice/call-recorded/{call.token}",
        "notice": f"/voice/notice/{leg.token}",
        "leg": f"/voice/leg/{leg.token}",
        "key": f"/voice/key/{leg.token}",
        "test": "/voice/test/test-1",
        "test-key": "/voice/test-key/test-1",
    }
