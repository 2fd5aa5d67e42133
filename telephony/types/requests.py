"""What the machine asks of the platform, and what it tells of a call."""

from __future__ import annotations

from dataclasses import dataclass, field

from telephony.instructions import Params


@dataclass(frozen=True)
class Dial:
    """Ring a leg's phone."""

    leg: int


@dataclass(frozen=True)
class HangUp:
    """End a leg; None is the caller's."""

    leg: int | None


@dataclass(frozen=True)
class MoveCaller:
    """Make the caller's leg ask what comes next, whatever it hears now."""


@dataclass(frozen=True)
class MoveLeg:
    """Make a leg ask what comes next, whatever it hears now."""

    leg: int


@dataclass(frozen=True)
class CheckJoined:
    """Ask whether this leg and the other side are in the same conversation."""

    leg: int


@dataclass(frozen=True)
class CheckLeg:
    """Ask whether a leg still lives; None is the caller's."""

    leg: int | None


Action = Dial | HangUp | MoveCaller | MoveLeg | CheckJoined | CheckLeg


@dataclass(frozen=True)
class Note:
    """One line of a call's story: a code with its parameters, about a leg or the call."""

    code: str
    leg: int | None = None
    params: Params = field(default_factory=dict)
