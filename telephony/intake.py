"""What telephony needs of voicemail, as a small Protocol that voicemail implements."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True)
class MailboxFacts:
    """A mailbox as a call needs it, and how it greets: by a prompt (its id), or by texts.

    `greeting` maps languages to texts, {} for the standard one. `staff` is the id of the person to
    whom it belongs. A message is ended by `end_key` or by silence; `confirm`: callers may record
    theirs again; `transcribe`: the platform writes it down, too.
    """

    id: int
    max_seconds: int
    greeting: dict[str, str]
    greeting_prompt: int | None = None
    name: str = field(default="", compare=False)
    staff: int | None = field(default=None, compare=False)
    general: bool = field(default=False, compare=False)
    end_key: str = "#"
    silence_seconds: int = 10
    beep: bool = True
    confirm: bool = False
    transcribe: bool = False


@dataclass(frozen=True)
class RecordedMessage:
    """A message that the platform holds.

    `duration_seconds` are by its own start and end, None where it does not say: whole seconds, so
    that up to one more or less is true. `size` is in bytes, 0 where it does not say. The caller had
    recorded it `take` times before; nobody is told for `held_seconds`, in which another recording
    may take its place. `transcribed`: the platform was asked to write it down.
    """

    platform_id: str
    url: str
    recorded_at: datetime
    duration_seconds: float | None
    size: int
    take: int = 0
    held_seconds: int = 0
    transcribed: bool = False


@dataclass(frozen=True)
class WrittenMessage:
    """That the platform has written a recording (its id) down, and where."""

    platform_id: str
    url: str


class Taken(StrEnum):
    """What a recording is: known already, a message, or too short for one."""

    KNOWN = "known"
    MESSAGE = "message"
    TOO_SHORT = "too_short"


class MessageIntake(Protocol):
    """Keeps what callers say; every method runs inside the caller's transaction."""

    def mailbox(self, mailbox_id: int | None) -> MailboxFacts | None:
        """Return the mailbox, the general one when it is None or deleted, None when none exists."""

    def own_mailbox(self, staff_id: int) -> MailboxFacts | None:
        """Return the mailbox that belongs to a person, None when they have none."""

    def mailboxes(self) -> list[MailboxFacts]:
        """Return every mailbox; one query."""

    def take(
        self, call_id: int | None, mailbox_id: int | None, message: RecordedMessage, now: datetime
    ) -> Taken:
        """Keep a message once (by its platform id), and see to its download and delivery."""

    def settle(self, call_id: int, now: datetime, *, awaited_seconds: int) -> None:
        """See that people are told of the last recording of a call, which the caller kept.

        Where one more was begun, it is waited for first.
        """

    def transcribed(self, call_id: int, written: WrittenMessage, now: datetime) -> bool:
        """See to it that a recording's words are fetched; False where it is not known (yet)."""

    def take_conversation(self, call_id: int, recording: RecordedMessage, now: datetime) -> None:
        """Keep the recording of a call's conversation once, and see to its download."""

    def erased_at(self, at: datetime) -> bool:
        """Say whether all that was held about a caller was erased on request at this instant."""


_intake: MessageIntake | None = None


def register(intake: MessageIntake) -> None:
    """Let `intake` keep the messages; called once, when voicemail is ready."""
    global _intake
    _intake = intake


def get() -> MessageIntake:
    """Return the registered intake; raise RuntimeError when voicemail is not installed."""
    if _intake is None:
        raise RuntimeError("No message intake is registered: is voicemail in INSTALLED_APPS?")
    return _intake
