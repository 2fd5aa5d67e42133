"""Closed lists of voicemail."""

from __future__ import annotations

from enum import StrEnum


class RecordingState(StrEnum):
    """Where an audio file stands; the last two are final."""

    AWAITED = "awaited"
    STORED = "stored"
    FAILED = "failed"


class RecordingKind(StrEnum):
    """What was recorded."""

    MESSAGE = "message"
    CONVERSATION = "conversation"


class DeliveryState(StrEnum):
    """What the people of the mailbox were sent so far; the last two are final."""

    WAITING = "waiting"
    ANNOUNCED = "announced"
    DELIVERED = "delivered"
    NOBODY = "nobody"


class Letter(StrEnum):
    """What an e-mail about a message says: here it is, it follows, or it is lost."""

    RECORDED = "recorded"
    FOLLOWS = "follows"
    LOST = "lost"
