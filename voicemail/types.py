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
    """Somebody to write to, in their language; `staff` is the id of one of us.

    `zone` (IANA) is the clock by which they live, "" for that of the house.
    """

    address: str
    language: str
    staff: int | None = None
    zone: str = ""


@dataclass(frozen=True)
class MessageFacts:
    """What an e-mail says about a message, in the language that was active when it was read.

    `caller` is E.164, "" when withheld, None when no call is known to be behind the message.
    `left_at` and `due_at` are wall clock in the zone that they carry, which is named where that of
    whoever reads, `own_zone`, is another one, and `duration_seconds` None
    when unknown. `page` is the message's address in the portal. By `due_at` the `owner` is to call
    back, where that was promised. `cut_short`: only a part of the recording could be fetched.
    """

    caller: str | None
    number_name: str
    dialled: str
    left_at: datetime
    duration_seconds: float | None
    page: str
    caller_name: str = ""
    service: str = ""
    option: str = ""
    mailbox: str = ""
    transcript: str = ""
    due_at: datetime | None = None
    owner: str = ""
    cut_short: bool = False
    own_zone: str = ""


@dataclass(frozen=True)
class PrivateLink:
    """A private address of a message, and until when (wall clock with its zone) it works."""

    address: str
    until: datetime


@dataclass(frozen=True)
class Phone:
    """A phone that is texted about a message: whose, its number, their language."""

    staff: int
    number: str
    language: str
