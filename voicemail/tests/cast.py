"""The people, mailboxes, calls and sounds that voicemail's tests speak of."""

from __future__ import annotations

import io
import math
import struct
import wave
from datetime import UTC, datetime

from scheduling.models import Organisation, OrganisationSupervisor, Schedule, Staff
from telephony.models import Call, PhoneNumber
from voicemail.models import Mailbox, MailboxRecipient, Recording, VoicemailMessage

NOW = datetime(2026, 11, 22, 2, 12, 30, tzinfo=UTC)
PLATFORM = "https://api.nexmo.com/v1/files/"


def organisation() -> Organisation:
    row, _created = Organisation.objects.get_or_create(
        pk=1, defaults={"name": "Chauffage Martin", "languages": ["fr", "en"]}
    )
    return row


def person(name: str, *, email: str | None = None, language: str = "en") -> Staff:
    address = f"{name.lower()}@example.org" if email is None else email
    return Staff.objects.create(name=name, email=address, colour="#1f6feb", language=language)


def supervisor(name: str) -> Staff:
    staff = person(name)
    OrganisationSupervisor.objects.create(organisation=organisation(), staff=staff)
    return staff


def mailbox(*recipients: dict[str, object], general: bool = True, attach: bool = True) -> Mailbox:
    row = Mailbox.objects.create(
        name="General",
        general=general,
        attach_audio=attach,
        min_seconds=0,  # the tones of these tests are short
    )
    for recipient in recipients:
        MailboxRecipient.objects.create(mailbox=row, **recipient)
    return row


def call(*, schedule: Schedule | None = None, caller: str = "+33698765432") -> Call:
    number = PhoneNumber.objects.create(
        name="Main line", number="+33970000001", schedule=schedule, languages=["fr", "en"]
    )
    return Call.objects.create(
        token="t",
        leg_uuid="l",
        phone_number=number,
        dialled="+33970000001",
        caller=caller,
        started_at=NOW,
    )


def message(box: Mailbox | None, visit: Call | None, name: str = "m1") -> VoicemailMessage:
    recording = Recording.objects.create(
        call=visit,
        platform_id=name,
        url=PLATFORM + name,
        recorded_at=NOW,
        next_attempt_at=NOW,
        duration_seconds=14.0,
    )
    return VoicemailMessage.objects.create(
        call=visit, mailbox=box, recording=recording, left_at=NOW
    )


def wav(seconds: float = 1.5, rate: int = 8000) -> bytes:
    """A tone, as the platform would serve it: 16-bit mono WAV."""
    tone = (int(9000 * math.sin(i / 5)) for i in range(int(seconds * rate)))
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in tone))
    return file.getvalue()


def streamed(whole: bytes, size: int = 0xFFFFFFFF) -> bytes:
    """Give a WAV the header of one that was written before its length was known."""
    return whole[:40] + size.to_bytes(4, "little") + whole[44:]
