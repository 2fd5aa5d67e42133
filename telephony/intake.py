"""What telephony needs of voicemail, as a small Protocol that voicemail implements."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class MailboxFacts:
    """A mailbox as a call needs it, and how it greets: by a prompt (its id), or by texts.

    `greeting` maps languages to texts, {} for the standard one. `staff` is the id of the person to
    whom it belongs.
    """

    id: int
    max_seconds: int
    greeting: dict[str, str]
    greeting_prompt: int | None = None
    name: str = field(default="", compare=False)
    staff: int | None = field(default=None, compare=False)
    general: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class RecordedMessage:
    """A message that the platform holds; `duration_seconds` by its own start and end."""

    platform_id: str
    url: str
    recorded_at: datetime
    duration_seconds: float
    size: int


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
    ) -> None:
        """Keep a message once (by its platform id), and see to its download and delivery."""

    def take_conversation(self, call_id: int, recording: RecordedMessage, now: datetime) -> None:
        """Keep the recording of a call's conversation once, and see to its download."""


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
