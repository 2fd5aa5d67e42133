"""One advance of a call in the making: the state so far, and what it asks for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from telephony import timing
from telephony.instructions import Script
from telephony.types import (
    Action,
    LaneState,
    Leaf,
    MoveCaller,
    Note,
    OutgoingState,
    OutgoingStep,
    State,
    Step,
)

S = TypeVar("S", State, OutgoingState)


def later(now: datetime, seconds: float) -> datetime:
    """Return the instant so many seconds after `now`."""
    return now + timedelta(seconds=seconds)


class Draft(Generic[S]):
    """A working copy: `s` is the state so far; nothing outside sees it before `step`."""

    def __init__(self, state: S, now: datetime) -> None:
        self.s: S = state
        self.now = now
        self.actions: list[Action] = []
        self.notes: list[Note] = []
        self.reply: Script | None = None

    def set(self, **changes: Any) -> None:
        """Change fields of the state."""
        self.s = replace(self.s, **changes)

    def set_leg(self, ordinal: int, **changes: Any) -> None:
        """Change fields of one leg."""
        self.set(legs={**self.s.legs, ordinal: replace(self.s.legs[ordinal], **changes)})

    def note(self, code: str, leg: int | None = None, **params: str) -> None:
        """Add a line to the call's story."""
        self.notes.append(Note(code, leg, params))

    def out_of_turn(self, what: str, leg: int | None = None) -> None:
        """Note an event that does not fit: late, repeated or unasked; `what` is its story code."""
        self.note("out_of_turn", leg, what=what)


class Turn(Draft[State]):
    """One advance of a caller's visit."""

    def __init__(self, state: State, now: datetime) -> None:
        super().__init__(state, now)
        self.leaf: Leaf | None = None

    def set_lane(self, lane: int, state: LaneState) -> None:
        """Put a lane of the present stage elsewhere in its cascade."""
        lanes = self.s.lanes
        self.set(lanes=(*lanes[:lane], state, *lanes[lane + 1 :]))

    def move_caller(self) -> None:
        """Make the caller's leg ask for its next instructions; once in a turn is enough."""
        if MoveCaller() not in self.actions:
            self.actions.append(MoveCaller())
        again_at = min(self.s.caller_check_at, later(self.now, timing.MOVE_AGAIN_SECONDS))
        self.set(move_wanted=True, moved_at=self.now, caller_check_at=again_at)

    def caller_will_ask(self) -> None:
        """The caller's leg is about to ask by itself: move it later, and only if it does not."""
        if MoveCaller() in self.actions:
            self.actions.remove(MoveCaller())
            self.set(caller_check_at=later(self.now, timing.JOIN_SECONDS))

    def caller_asks(self) -> None:
        """The caller's leg is asking by itself: it need not be moved."""
        self.actions = [action for action in self.actions if action != MoveCaller()]
        self.set(move_wanted=False, caller_seen_at=self.now)

    def step(self) -> Step:
        """Return the decisions of this turn."""
        return Step(self.s, tuple(self.actions), self.reply, tuple(self.notes), self.leaf)


class Placing(Draft[OutgoingState]):
    """One advance of a call that we place."""

    def step(self) -> OutgoingStep:
        """Return the decisions of this turn."""
        return OutgoingStep(self.s, tuple(self.actions), self.reply, tuple(self.notes))
