"""Which messages out are about something, or went to a system."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from oncall_portal.lib.access import visible
from oncall_portal.outbox.enums import Channel, MessageState
from oncall_portal.outbox.models import OutgoingMessage

_UNSENT = (MessageState.QUEUED.value, MessageState.SENDING.value)


def about(user: Any, causes: Iterable[str]) -> list[OutgoingMessage]:
    """Return the messages with one of these causes that `user` may see, oldest first; one query."""
    rows = OutgoingMessage.objects.filter(cause__in=list(causes)).order_by("pk")
    return list(visible(user, rows))


def act_of(message: OutgoingMessage) -> str:
    """Return what the messages to all readers of one letter share: its key without the reader."""
    return message.idempotency_key.lower().replace(message.to.lower(), "")


def attached(names: Iterable[str]) -> set[str]:
    """Return those of these files of the storage that a message still has to take along."""
    waiting = OutgoingMessage.objects.filter(state__in=_UNSENT).exclude(attachments=[])
    kept = waiting.values_list("attachments", flat=True)
    found = {str(attachment["storage_name"]) for files in kept for attachment in files}
    return found & set(names)


def latest_to(user: Any, to: str, most: int) -> list[OutgoingMessage]:
    """Return the latest messages to a system that `user` may see, newest first; one query."""
    rows = OutgoingMessage.objects.filter(channel=Channel.WEBHOOK.value, to=to).order_by("-pk")
    return list(visible(user, rows)[:most])
