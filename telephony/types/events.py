"""What happens to a call, in neutral words; nothing here knows a platform."""

from __future__ import annotations

from dataclasses import dataclass

from telephony.enums import LegResult


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
class KeysPressed:
    """A caller in a menu answered its question number `turn` with these keys, or none ("")."""

    turn: int
    keys: str


@dataclass(frozen=True)
class StepReached:
    """The caller's leg asks what comes next: `after_leg` ended, or (None) we moved the caller."""

    after_leg: int | None


@dataclass(frozen=True)
class MoveRefused:
    """The platform would not move the leg that was to be moved: it may be gone."""


@dataclass(frozen=True)
class CallerJoined:
    """The caller's leg entered a conversation."""

    room: str


@dataclass(frozen=True)
class CallerGone:
    """The caller's leg ended."""


@dataclass(frozen=True)
class MessageRecorded:
    """The platform holds what the caller said, recorded again so many times before.

    `short`: it is certain already that it is no message.
    """

    take: int = 0
    short: bool = False


@dataclass(frozen=True)
class MessageMeasured:
    """The audio was looked at, and it says whether the caller left a message at all."""

    left: bool


@dataclass(frozen=True)
class MessageConfirmed:
    """A caller who was asked whether to keep recording `take` pressed a key, or none ("")."""

    take: int
    key: str


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
class LegAsks:
    """A person called, whom we moved, asks what comes next."""

    leg: int


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
class EndedByUs:
    """Somebody of the house ended the call; `by` is their name."""

    by: str


@dataclass(frozen=True)
class DeadlinePassed:
    """Time went on and nobody spoke."""


Event = (
    Arrived
    | Heartbeat
    | KeysPressed
    | StepReached
    | MoveRefused
    | CallerJoined
    | CallerGone
    | MessageRecorded
    | MessageMeasured
    | MessageConfirmed
    | DialDone
    | DialFailed
    | DialUnknown
    | LegRang
    | LegAnswered
    | LegKey
    | LegAsks
    | LegJoined
    | LegEnded
    | Unrecognised
    | JoinChecked
    | LegChecked
    | EndedByUs
    | DeadlinePassed
)
