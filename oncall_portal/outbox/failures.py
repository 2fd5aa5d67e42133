"""Tells whoever wants to know that a message will not arrive, whatever the reason."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from oncall_portal.outbox.models import OutgoingMessage

logger = logging.getLogger(__name__)

Listener = Callable[[OutgoingMessage, datetime], None]
_listeners: list[Listener] = []


def register(listener: Listener) -> None:
    """Let `listener` hear of every message that failed; called once, when its app is ready."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(message: OutgoingMessage, now: datetime) -> None:
    """Let every listener hear of it, in the transaction that records the failure."""
    for listener in _listeners:
        try:
            with transaction.atomic():
                listener(message, now)
        except Exception:  # what one listener does wrong must not hold up all that leaves
            logger.exception("outbox_listener_failed message=%s", message.pk)
