"""Closed lists of the outbox."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """How a message leaves."""

    EMAIL = "email"
    SMS = "sms"
    WEBHOOK = "webhook"


class MessageState(StrEnum):
    """Where a message stands; FAILED is final and shown, QUEUED may be waiting for a retry."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
