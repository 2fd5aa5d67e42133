"""Facts of voicemail, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class AudioFacts:
    """What audio bytes turned out to be: MIME type, file extension, length in seconds."""

    content_type: str
    extension: str
    duration_seconds: float


class NotAudio(Exception):
    """The bytes are no audio that the portal keeps; the text says why."""


@dataclass(frozen=True)
class Addressee:
    """Somebody to write to, and the language to write in."""

    address: str
    language: str


@dataclass(frozen=True)
class MessageFacts:
    """What an e-mail says about a message.

    `caller` is E.164, "" when withheld, None when no call is known to be behind the message.
    `left_at` is wall clock in the zone that it carries, and `duration_seconds` None when unknown.
    `page` is the message's address in the portal.
    """

    caller: str | None
    number_name: str
    dialled: str
    left_at: datetime
    duration_seconds: float | None
    page: str
