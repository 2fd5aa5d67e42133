"""A caller of whom something is held in every place, and a search of everything there is."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from oncall_portal.outbox.models import OutgoingMessage
from telephony.models import (
    BlockedCaller,
    Call,
    CallAction,
    CallbackRequest,
    CallComment,
    Caller,
    CallEvent,
    Job,
    Leg,
    Promise,
    TextMessage,
    WebhookReceipt,
)
from voicemail.models import Listening, MessageLink, Recording
from voicemail.tests import cast
from voicemail.tests.cast import NOW

CALLER, OTHER = "+33698765432", "+33611111111"
TRANSCRIPT = "The cellar is under water again"
SPELLINGS = (
    *("+33698765432", "33698765432", "0698765432", "06 98 76 54 32", "06.98.76.54.32"),
    *("+33 6 98 76 54 32", "6\xa098\xa076", "0 6 9 8 7 6 5 4 3 2", "98765432", "98 76 54 32"),
)
WORDS = (
    *SPELLINGS,
    "cellar",
    "under water",
    "Boulangerie Roux",
    "roux@example.org",
    "rue des Lilas",
)
LATER = NOW + timedelta(hours=1)


def sound(call: Call, kind: str, content: bytes) -> Recording:
    name = default_storage.save(f"recordings/2026/11/{kind}.wav", ContentFile(content))
    return Recording.objects.create(
        call=call,
        kind=kind,
        platform_id=f"id-{kind}",
        url=cast.PLATFORM + kind,
        recorded_at=NOW,
        next_attempt_at=NOW,
        duration_seconds=2.0,
        state="stored",
        file=name,
        content_type="audio/wav",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def everything() -> Call:
    """Hold something about a caller in every place, and a little about another."""
    cast.organisation()
    said = cast.message(cast.mailbox(), cast.call(caller=CALLER))
    call = said.call
    assert call is not None
    Call.objects.update(
        ended_at=NOW,
        phase="ended",
        outcome="message_left",
        label="Repairs",
        state={"caller": CALLER, "plan": {"w": "Boulangerie Roux, 0 6 9 8 7 6 5 4 3 2"}},
    )
    content = cast.wav(2.0)
    name = default_storage.save("recordings/2026/11/m.wav", ContentFile(content))
    Recording.objects.update(
        state="stored",
        file=name,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        content_type="audio/wav",
        transcript=TRANSCRIPT,
    )
    sound(call, "conversation", cast.wav(3.0))
    _of_the_call(call)
    _of_the_caller(call)
    _sent(call, said.pk)
    link = MessageLink.objects.create(
        message=said, token_hash="h", channel="email", reader="a@x.org", created_at=NOW,
        expires_at=NOW,
    )  # fmt: skip
    Listening.objects.create(
        recording=said.recording, link=link, who="a@x.org", result="heard", first_at=NOW,
        last_at=NOW,
    )  # fmt: skip
    call.refresh_from_db()
    return call


def _of_the_call(call: Call) -> None:
    leg = Leg.objects.create(
        call=call, ordinal=1, token="leg", number=CALLER, name="Boulangerie Roux", dialled_at=NOW
    )
    told = {"name": "Boulangerie Roux"}
    CallEvent.objects.create(call=call, leg=leg, at=NOW, code="leg_dialled", params=told)
    CallEvent.objects.create(call=call, at=NOW, code="key_pressed", params={"key": "0698765432"})
    CallAction.objects.create(
        call=call, kind="hang_up", error=f"{CALLER} is gone", created_at=NOW, not_before=NOW
    )
    CallbackRequest.objects.create(call=call, number=CALLER, requested_at=NOW)
    Promise.objects.create(
        call=call, kind="message", made_at=NOW, due_at=LATER, next_at=LATER, owner=None
    )
    CallComment.objects.create(
        call=call, author_name="Anna", text="Boulangerie Roux: 06.98.76.54.32", at=NOW
    )
    Job.objects.create(
        call=call,
        title="Cellar under water, 06 98 76 54 32",
        caller=CALLER,
        address="3 rue des Lilas",
        notes="Ring at Boulangerie Roux",
        created_at=NOW,
    )
    other = Call.objects.create(
        token="o", leg_uuid="o", dialled="+33970000001", caller=OTHER, callback_number=CALLER,
        started_at=NOW, ended_at=NOW, outcome="message_left", phase="ended",
        state={"caller": OTHER, "call_back": "0698765432"},
    )  # fmt: skip
    CallbackRequest.objects.create(call=other, number=CALLER, requested_at=NOW)


def _of_the_caller(call: Call) -> None:
    caller = Caller.objects.create(
        number=CALLER, name="Boulangerie Roux", email="roux@example.org", address="3 rue des Lilas"
    )
    TextMessage.objects.create(
        caller=caller, direction="in", text="The cellar!", at=NOW, phone_number=call.phone_number
    )
    BlockedCaller.objects.create(kind="exact", pattern=CALLER, note="06 98 76 54 32")
    user, _new = User.objects.get_or_create(username="boss")
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(Caller),
        object_id=str(caller.pk),
        object_repr=str(caller),
        action_flag=CHANGE,
        change_message="Changed number +33 6 98 76 54 32",
    )
    WebhookReceipt.objects.create(
        jti="j",
        path=f"/voice/x/{CALLER}",
        body_hash="b",
        received_at=NOW,
        response=[{"to": CALLER}],
    )


def _sent(call: Call, message: int) -> None:
    for index, (cause, values) in enumerate(
        [
            (f"call:{call.pk}", {"channel": "sms", "to": CALLER, "body": "Sorry"}),
            (f"voicemail:{message}", {"subject": "06 98 76 54 32", "body": TRANSCRIPT}),
            ("job:99", {"channel": "webhook", "body": f"{CALLER}, 3 rue des Lilas, cellar"}),
            ("other:1", {"body": "Somebody called from 0698765432."}),
        ]
    ):
        state = "queued" if cause.startswith("voicemail") else "sent"
        facts: dict[str, Any] = {"channel": "email", "to": "a@x.org", "state": state, **values}
        key = f"{index}:{CALLER}"
        OutgoingMessage.objects.create(
            cause=cause, idempotency_key=key, created_at=NOW, next_attempt_at=NOW, **facts
        )


def found_anywhere(words: tuple[str, ...], media: Path) -> list[str]:
    """Return where any of these words stands: in a column of a table, or in a file, of any."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 - names of our own tables
            rows = "\n".join(row for (row,) in cursor.fetchall()).casefold()
            found += [f"{table}: {word}" for word in words if word.casefold() in rows]
    for path in media.rglob("*"):
        content = str(path).encode() + (path.read_bytes() if path.is_file() else b"")
        found += [f"{path}: {word}" for word in words if word.encode() in content]
    return found
