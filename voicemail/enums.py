"""Closed lists of voicemail."""

from __future__ import annotations

from enum import StrEnum


class RecordingState(StrEnum):
    """Where an audio file stands; ERASED: it was kept for as long as it may be."""

    AWAITED = "awaited"
    STORED = "stored"
    FAILED = "failed"
    ERASED = "erased"


class TranscriptionState(StrEnum):
    """Where the words of a recording stand; the last two are final."""

    NONE = "none"
    AWAITED = "awaited"
    STORED = "stored"
    FAILED = "failed"


class ListeningResult(StrEnum):
    """What became of somebody's wish to hear a recording."""

    HEARD = "heard"
    EXPIRED = "expired"
    REVOKED = "revoked"
    DENIED = "denied"


class RecordingKind(StrEnum):
    """What was recorded."""

    MESSAGE = "message"
    CONVERSATION = "conversation"


class DeliveryState(StrEnum):
    """What the people of the mailbox were sent so far.

    TOO_SHORT: so little was said that it is a hang-up. SUPERSEDED: the caller recorded it again.
    """

    WAITING = "waiting"
    ANNOUNCED = "announced"
    DELIVERED = "delivered"
    NOBODY = "nobody"
    TOO_SHORT = "too_short"
    SUPERSEDED = "superseded"


# What people are never told of: a hang-up, and what the caller said anew.
UNTOLD = (DeliveryState.TOO_SHORT, DeliveryState.SUPERSEDED)


class Letter(StrEnum):
    """What an e-mail about a message says: here it is, it follows, or it is lost."""

    RECORDED = "recorded"
    FOLLOWS = "follows"
    LOST = "lost"


class LinkState(StrEnum):
    """Whether a private link still leads to its message."""

    WORKS = "works"
    EXPIRED = "expired"
    REVOKED = "revoked"
