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
