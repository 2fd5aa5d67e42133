"""Reads what mail servers say of an e-mail that they could not deliver after all (RFC 3464)."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes, policy
from email.message import Message

from django.db import transaction
from django.utils.crypto import constant_time_compare

from oncall_portal.outbox import failures
from oncall_portal.outbox.channels import message_id
from oncall_portal.outbox.enums import Channel, MessageState
from oncall_portal.outbox.models import OutgoingMessage

logger = logging.getLogger(__name__)

# A report may bring the whole message back; what it says stands before that.
MOST_BYTES = 2 * 1024 * 1024
_OURS = re.compile(r"<(\d{1,18})\.[0-9a-f]{32}@[^<>\s]+>")
_RETURNED = frozenset({"message/rfc822", "text/rfc822-headers", "message/global"})
_ERROR_LENGTH = 500


def take(raw: bytes, now: datetime) -> OutgoingMessage | None:
    """Mark the e-mail that the report in `raw` is about as failed, and return it.

    None, and nothing happens, for anything that is no such report or about no e-mail of ours, and
    for one that tells of a delay or a success. The same report twice changes nothing.
    """
    error, names = _read(raw)
    message = _message(names) if error else None
    if error is None or message is None:
        logger.info("bounce_ignored failure=%s known=%s", error is not None, message is not None)
        return None
    with transaction.atomic():
        rows = OutgoingMessage.objects.filter(pk=message.pk)
        if rows.exclude(state=MessageState.FAILED.value).update(
            state=MessageState.FAILED.value, error=error
        ):
            message.refresh_from_db()
            logger.error("outbox_bounced message=%s cause=%s", message.pk, message.cause)
            failures.tell(message, now)
    return message


def _read(raw: bytes) -> tuple[str | None, list[str]]:
    """Return what a report says of a failure (see `_failure`), and the Message-IDs in it."""
    try:
        report = message_from_bytes(raw[:MOST_BYTES], policy=policy.default)
        return _failure(report), list(_named(report))
    except Exception as error:  # noqa: BLE001 - the library stumbles in many ways over hostile mail
        logger.warning("bounce_unreadable error=%s", type(error).__name__)
        return None, []


def _failure(report: Message) -> str | None:
    """Return what the server said of the recipient that it gave up, None when there is none."""
    if report.get_content_type() != "multipart/report":
        return None
    for part in report.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for fields in _blocks(part):
            if str(fields.get("Action", "")).strip().lower() == "failed":
                told = [str(fields.get(name, "")) for name in ("Status", "Diagnostic-Code")]
                words = " ".join(" ".join(told).split()).replace("\x00", "")
                return words[:_ERROR_LENGTH] or "failed"
    return None


def _blocks(part: Message) -> list[Message]:
    found = part.get_payload()
    return [each for each in found if isinstance(each, Message)] if isinstance(found, list) else []


def _message(names: list[str]) -> OutgoingMessage | None:
    """Return the e-mail that one of these Message-IDs names, when it really is that of a row."""
    for name in names:
        found = _OURS.search(name)
        if found is None:
            continue
        rows = OutgoingMessage.objects.filter(pk=int(found[1]), channel=Channel.EMAIL.value)
        message = rows.first()
        if message is not None and constant_time_compare(found[0], message_id(message)):
            return message
    return None


def _named(report: Message) -> Iterator[str]:
    """Yield the Message-IDs in a report, first those of the message that it brings back."""
    for part in report.walk():
        if part.get_content_type() not in _RETURNED:
            continue
        payload = part.get_payload()
        if isinstance(payload, list):
            yield from (str(each["Message-ID"]) for each in payload if isinstance(each, Message))
        elif isinstance(headers := part.get_payload(decode=True), bytes):
            yield str(message_from_bytes(headers)["Message-ID"])
    yield from (str(report.get(name, "")) for name in ("In-Reply-To", "References"))
