"""Writes messages into the outbox, in the transaction of what caused them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from oncall_portal.outbox import doorbell
from oncall_portal.outbox.enums import Channel, MessageState
from oncall_portal.outbox.models import OutgoingMessage
from oncall_portal.outbox.types import Attachment

DELIVER_DUE = "outbox.deliver_due"
# Longer than a message takes to leave when worker, beat and mail server are well.
LATE_AFTER = timedelta(minutes=5)
_SUBJECT_LENGTH = 200
# Every white space but the two that French needs before its colons and within its quotes.
_BREAKS = re.compile(r"[^\S\xa0\u202f]+")
_WAITING = (MessageState.QUEUED.value, MessageState.SENDING.value)


def send_email(
    *,
    to: str,
    subject: str,
    body: str,
    cause: str,
    key: str,
    now: datetime,
    attachments: Sequence[Attachment] = (),
) -> OutgoingMessage:
    """Write one e-mail to one address; it leaves after the caller's transaction commits.

    `key` makes it happen once: a second call with it returns the first row unchanged. `cause`
    names what it is about, like "voicemail:7". `attachments` are read from the media storage when
    the message is sent. Line breaks in `subject` become spaces. Never waits for a server.
    """
    message, _created = OutgoingMessage.objects.get_or_create(
        idempotency_key=key,
        defaults={
            "channel": Channel.EMAIL.value,
            "to": to,
            "subject": _one_line(subject)[:_SUBJECT_LENGTH],
            "body": body.replace("\x00", ""),
            "attachments": [
                asdict(attachment) | {"file_name": _one_line(attachment.file_name)}
                for attachment in attachments
            ],
            "cause": cause,
            "created_at": now,
            "next_attempt_at": now,
        },
    )
    doorbell.ring(DELIVER_DUE)
    return message


def late(now: datetime) -> int:
    """Return how many messages should have left by `now` (aware) and have not."""
    waiting = OutgoingMessage.objects.filter(state__in=_WAITING)
    return waiting.filter(created_at__lte=now - LATE_AFTER).count()


def _one_line(text: str) -> str:
    return _BREAKS.sub(" ", text.replace("\x00", "")).strip()
