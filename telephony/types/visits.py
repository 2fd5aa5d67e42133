"""What is told of a call: phones and happenings as facts, its lines and verdict as codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

Params = Mapping[str, str | int]


@dataclass(frozen=True)
class Rung:
    """One phone that was rung, with the instants at which things happened to it."""

    ordinal: int
    name: str
    screened: bool
    dialled_at: datetime
    rang_at: datetime | None = None
    picked_up_at: datetime | None = None
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    result: str = ""
    number: str = ""


@dataclass(frozen=True)
class Happening:
    """One event of a call, about the phone `leg` (ordinal) or about the call."""

    at: datetime
    code: str
    leg: int | None = None
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Visit:
    """All that is known of a call; `happenings` may be left out where only the verdict is asked.

    `outgoing`: we placed it; its first phone is that of whoever called, its second the other side.
    `ending_at` is when the ringing stopped because nobody took the call; `takes_messages`: the
    route then leads to a message, not to an announcement. `ended_here`: somebody of the house ended
    it before anybody had the caller. `records`: what is said is recorded.
    """

    started_at: datetime
    phase: str
    ended_at: datetime | None = None
    outcome: str = ""
    accepted_leg: int | None = None
    accepted_at: datetime | None = None
    connected_at: datetime | None = None
    ending_at: datetime | None = None
    takes_messages: bool = True
    message_may_exist: bool = False
    message_at: datetime | None = None
    message_seconds: int | None = None
    phones: tuple[Rung, ...] = ()
    happenings: tuple[Happening, ...] = ()
    outgoing: bool = False
    ended_here: bool = False
    records: bool = False


@dataclass(frozen=True)
class Line:
    """One sentence to be: when, its code, the phone (ordinal) it is about, what it needs."""

    at: datetime
    code: str
    leg: int | None = None
    params: Params = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What became of a call, as the code of one sentence and what it needs."""

    code: str
    params: Params = field(default_factory=dict)
