"""Neutral events, instructions and decisions of a call; nothing here knows a platform."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from telephony.enums import LegResult, LegStatus, Phase
from telephony.instructions import Params, Script

# --- the route of a call -------------------------------------------------------------------


@dataclass(frozen=True)
class Phone:
    """One number to ring, with what it inherits already settled.

    `whisper` is the house's own words ("" for the standard ones), in `whisper_language` where that
    is not the `language` of whoever is called; a phone that is
    not `screened` counts as answered as soon as it is picked up.
    """

    number: str
    name: str
    staff: int | None
    service: int | None
    ring_seconds: int
    screened: bool
    whisper: str
    language: str
    whisper_language: str = ""


@dataclass(frozen=True)
class Stage:
    """Phones tried side by side: each lane is one person's cascade; a direct stage is one phone."""

    lanes: tuple[tuple[Phone, ...], ...]
    reason: str
    direct: bool = False


@dataclass(frozen=True)
class Ending:
    """What a caller gets whom nobody answered: a message, or an announcement without one.

    `texts` are the greeting or the announcement by language, {} for the standard one.
    """

    message: bool
    mailbox: int | None = None
    max_seconds: int = 180
    texts: Params = field(default_factory=dict)


@dataclass(frozen=True)
class Skip:
    """Somebody or something that the plan leaves out, and why."""

    reason: str
    name: str = ""


@dataclass(frozen=True)
class DivertNote:
    """The divert that a route obeys: of what (its name), to whom, until when, set by whom.

    `zone` (IANA) is by whose clock it is told; `by` is "" when nobody knows any more.
    """

    of: str
    name: str
    until: datetime
    zone: str
    by: str


@dataclass(frozen=True)
class Plan:
    """An ordered, bounded route: at most `worst_case_seconds` from first ring to the ending.

    Whoever takes the call and drops it again starts the stage's other phones once more, and only
    the hard stop bounds that. `cut` are those whom it leaves no time for when all else takes its
    longest.
    """

    stages: tuple[Stage, ...]
    ending: Ending
    accept_seconds: int
    hard_stop_seconds: int
    worst_case_seconds: int
    skipped: tuple[Skip, ...] = ()
    cut: tuple[Skip, ...] = ()
    divert: DivertNote | None = None


# --- what the machine asks ----------------------------------------------------------------------


@dataclass(frozen=True)
class Dial:
    """Ring a leg's phone."""

    leg: int


@dataclass(frozen=True)
class HangUp:
    """End a leg."""

    leg: int


@dataclass(frozen=True)
class MoveCaller:
    """Make the caller's leg ask what comes next, whatever it hears now."""


@dataclass(frozen=True)
class CheckJoined:
    """Ask whether the caller and this leg are in the same conversation."""

    leg: int


@dataclass(frozen=True)
class CheckLeg:
    """Ask whether a leg still lives; None is the caller's."""

    leg: int | None


Action = Dial | HangUp | MoveCaller | CheckJoined | CheckLeg


@dataclass(frozen=True)
class Note:
    """One line of a call's story: a code with its parameters, about a leg or the call."""

    code: str
    leg: int | None = None
    params: Params = field(default_factory=dict)


# --- what happens to it -----------------------------------------------------------------------


@dataclass(frozen=True)
class Arrival:
    """A caller at one of our numbers; `caller` is E.164, "" when withheld."""

    leg_uuid: str
    dialled: str
    caller: str
    api_host: str


@dataclass(frozen=True)
class Arrived:
    """The caller's leg fetches its first instructions once more."""


@dataclass(frozen=True)
class Heartbeat:
    """The waiting caller's segment ended, with a key or without ("")."""

    digit: str


@dataclass(frozen=True)
class StepReached:
    """The caller's leg asks what comes next: `after_leg` ended, or (None) we moved the caller."""

    after_leg: int | None


@dataclass(frozen=True)
class MoveRefused:
    """The platform would not move the caller's leg: it may be gone."""


@dataclass(frozen=True)
class CallerJoined:
    """The caller's leg entered a conversation."""

    room: str


@dataclass(frozen=True)
class CallerGone:
    """The caller's leg ended."""


@dataclass(frozen=True)
class MessageRecorded:
    """The platform holds what the caller said."""


@dataclass(frozen=True)
class DialDone:
    """The platform accepted a dial, or a leg was adopted by its first event."""

    leg: int


@dataclass(frozen=True)
class DialFailed:
    """A dial was refused, or not sent at all; the phone does not ring."""

    leg: int
    result: LegResult


@dataclass(frozen=True)
class DialUnknown:
    """Nobody knows whether the phone rings; its own events or its deadline will tell."""

    leg: int


@dataclass(frozen=True)
class LegRang:
    """The phone rings."""

    leg: int


@dataclass(frozen=True)
class LegAnswered:
    """Somebody, or a machine, picked up."""

    leg: int


@dataclass(frozen=True)
class LegKey:
    """A person called pressed a key, or none in time ("")."""

    leg: int
    digit: str


@dataclass(frozen=True)
class LegJoined:
    """A person called entered a conversation."""

    leg: int
    room: str


@dataclass(frozen=True)
class LegEnded:
    """A leg ended, for this reason."""

    leg: int
    result: LegResult


@dataclass(frozen=True)
class Unrecognised:
    """The platform reported a status of a leg (None: the caller's) that means nothing to us."""

    leg: int | None
    status: str


@dataclass(frozen=True)
class JoinChecked:
    """Whether both are in one conversation, None when the platform did not say; is the taker up?"""

    leg: int
    together: bool | None
    taker_live: bool = False


@dataclass(frozen=True)
class LegChecked:
    """Whether a leg still lives (None leg: the caller's); None when the platform did not say."""

    leg: int | None
    live: bool | None


@dataclass(frozen=True)
class DeadlinePassed:
    """Time went on and nobody spoke."""


Event = (
    Arrived
    | Heartbeat
    | StepReached
    | MoveRefused
    | CallerJoined
    | CallerGone
    | MessageRecorded
    | DialDone
    | DialFailed
    | DialUnknown
    | LegRang
    | LegAnswered
    | LegKey
    | LegJoined
    | LegEnded
    | Unrecognised
    | JoinChecked
    | LegChecked
    | DeadlinePassed
)

# --- the state of a live call ---------------------------------------------------------------


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
    """Everything that a live call is, as versioned data; instants are aware UTC."""

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


@dataclass(frozen=True)
class Step:
    """What one event leads to: the new state, requests, the answer to whoever asked, the story."""

    state: State
    actions: tuple[Action, ...] = ()
    reply: Script | None = None
    notes: tuple[Note, ...] = ()
