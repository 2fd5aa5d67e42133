"""What a live call is, as versioned data, and what one event makes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from telephony.enums import LegStatus, Phase
from telephony.instructions import Script
from telephony.types.menu import Leaf, Place
from telephony.types.requests import Action, Note
from telephony.types.route import Phone, Plan


@dataclass(frozen=True)
class LegState:
    """One leg as the machine sees it; `placed`: the platform has it, so it can be hung up."""

    stage: int
    lane: int
    phone: Phone
    status: LegStatus
    dialled_at: datetime
    deadline: datetime | None
    direct: bool = False
    placed: bool = False
    whispers: int = 0
    picked_up: bool = False
    room: str = ""
    result: str = ""


@dataclass(frozen=True)
class LaneState:
    """How far one cascade has come: the phone's index, and the leg that rings now."""

    index: int = 0
    leg: int | None = None


@dataclass(frozen=True)
class State:
    """Everything that a live call is, as versioned data; instants are aware UTC.

    The stages of a route planned at the leaf of a menu follow those of the route before it, from
    `first_stage` on. `languages` are those of the caller's menu. `closing` is what is said last
    where no route ends the call; `call_back` is the number that the caller keyed in.
    `recording_leg` is the one connected directly with which the recording of the call began. At
    `cut_at` a caller is hung up whose call was ended by somebody of the house.
    `words_next`: the waiting caller heard music last. `take` is how often the caller chose to
    record the message again, `last_take` the last recording reported (-1: none), `kept`: no other
    follows.
    """

    plan: Plan
    phase: Phase
    started_at: datetime
    hard_stop_at: datetime
    caller_seen_at: datetime
    caller_check_at: datetime
    stage: int = -1
    lanes: tuple[LaneState, ...] = ()
    legs: dict[int, LegState] = field(default_factory=dict)
    claim: int | None = None
    claimed_at: datetime | None = None
    claim_check_at: datetime | None = None
    move_wanted: bool = False
    moved_at: datetime | None = None
    caller_room: str = ""
    connected: bool = False
    picked_up: bool = False
    ending_at: datetime | None = None
    message_taken: bool = False
    message_doubt_at: datetime | None = None
    outcome: str = ""
    version: int = 1
    first_stage: int = 0
    place: Place | None = None
    language: str = ""
    languages: tuple[str, ...] = ()
    caller: str = ""
    call_back: str = ""
    closing: str = ""
    recording_leg: int | None = None
    cut_at: datetime | None = None
    words_next: bool = False
    take: int = 0
    last_take: int = -1
    kept: bool = False


@dataclass(frozen=True)
class Step:
    """What one event leads to: the new state, requests, the answer to whoever asked, the story.

    `leaf`: the caller came to the end of a menu; `machine.route` goes on from there.
    """

    state: State
    actions: tuple[Action, ...] = ()
    reply: Script | None = None
    notes: tuple[Note, ...] = ()
    leaf: Leaf | None = None
