"""A call that we place: whose phone rings first, whose then, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from telephony.enums import Phase
from telephony.instructions import Params, Script
from telephony.types.requests import Action, Note
from telephony.types.route import Phone
from telephony.types.state import LegState


@dataclass(frozen=True)
class OutgoingPlan:
    """The phone of whoever calls back, and the phone called then; both are frozen.

    `whom` is what the first hears of the second: a name, or a number digit by digit. `records`:
    both are told, by the `notice` in each language ({} for the standard one), and recorded.
    """

    own: Phone
    other: Phone
    whom: str
    accept_seconds: int
    records: bool = False
    notice: Params = field(default_factory=dict)


@dataclass(frozen=True)
class OutgoingState:
    """Everything that a live call of ours is, as versioned data; instants are aware UTC.

    Leg 1 is the own phone, leg 2 the other side's. `closing` is what the first is told when the
    second does not come; `check_at` is when the platform is asked how things stand.
    """

    plan: OutgoingPlan
    phase: Phase
    started_at: datetime
    legs: dict[int, LegState] = field(default_factory=dict)
    claimed_at: datetime | None = None
    check_at: datetime | None = None
    connected: bool = False
    closing: str = ""
    outcome: str = ""
    version: int = 1


@dataclass(frozen=True)
class OutgoingStep:
    """What one event leads to: the new state, requests, the answer to whoever asked, the story."""

    state: OutgoingState
    actions: tuple[Action, ...] = ()
    reply: Script | None = None
    notes: tuple[Note, ...] = ()
