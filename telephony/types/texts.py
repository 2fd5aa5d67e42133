"""What the platform tells of texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from telephony.enums import TextState


@dataclass(frozen=True)
class ReceivedText:
    """A text that came in; `sender` is "" when it is no number, `at` is aware."""

    platform_id: str
    sender: str
    to: str
    text: str
    at: datetime


@dataclass(frozen=True)
class TextReport:
    """What became of a text of ours, named by our `reference` and the platform's id."""

    platform_id: str
    reference: str
    state: TextState
    error: str = ""
