"""Writes messages into the outbox, in the transaction of what caused them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from oncall_portal.outbox import doorbell, failures
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
_BEFORE_THE_END = (*_WAITING, MessageState.SENT.value)


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


def send_sms(
    *, to: str, body: str, cause: str, key: str, now: datetime, sender: str = ""
) -> OutgoingMessage:
    """Write one text to one number (E.164), from our number `sender` ("" for any).

    As `send_email` does: it leaves after the commit, and the same `key` again changes nothing.
    """
    message, _created = OutgoingMessage.objects.get_or_create(
        idempotency_key=key,
        defaults={
            "channel": Channel.SMS.value,
            "to": to,
            "sender": sender,
            "body": body.replace("\x00", ""),
            "cause": cause,
            "created_at": now,
            "next_attempt_at": now,
        },
    )
    doorbell.ring(DELIVER_DUE)
    return message


def send_webhook(
    *, to: str, event: str, body: str, cause: str, key: str, now: datetime
) -> OutgoingMessage:
    """Write one webhook about `event` to the system named `to`; `body` is JSON.

    As `send_email` does: it leaves after the commit, and the same `key` again changes nothing.
    """
    message, _created = OutgoingMessage.objects.get_or_create(
        idempotency_key=key,
        defaults={
            "channel": Channel.WEBHOOK.value,
            "to": to,
            "subject": event,
            "body": body,
            "cause": cause,
            "created_at": now,
            "next_attempt_at": now,
        },
    )
    doorbell.ring(DELIVER_DUE)
    return message


def id_of(reference: str) -> int | None:
    """Return the id of the message that a reference names, None when it is no such name."""
    number = reference.removeprefix("outbox-")
    is_ours = number != reference and number.isascii() and number.isdigit() and len(number) < 19
    return int(number) if is_ours else None


def note_report(message_id: int, state: MessageState, error: str, now: datetime) -> bool:
    """Record what the platform reports of a text; return whether there is such a text of ours.

    Only forwards: sent, then delivered or failed, of which the first stays. A text that was taken
    is not sent again, even if the answer that said so was lost.
    """
    earlier = _WAITING if state is MessageState.SENT else _BEFORE_THE_END
    texts = OutgoingMessage.objects.filter(pk=message_id, channel=Channel.SMS.value)
    moved = texts.filter(state__in=earlier).update(
        state=state.value, error=error, sent_at=Coalesce("sent_at", Value(now))
    )
    if moved and state is MessageState.FAILED:
        failures.tell(texts.get(), now)
    return bool(moved) or texts.exists()


def late(now: datetime) -> int:
    """Return how many messages should have left by `now` (aware) and have not.

    One that is sent again has as long for it as a new one.
    """
    waiting = OutgoingMessage.objects.filter(state__in=_WAITING, created_at__lte=now - LATE_AFTER)
    just_asked = Q(error="", next_attempt_at__gt=now - LATE_AFTER)
    return waiting.exclude(just_asked).count()


def _one_line(text: str) -> str:
    return _BREAKS.sub(" ", text.replace("\x00", "")).strip()
