"""A call that we place in the making, to feed events to."""

from __future__ import annotations

import json
from datetime import timedelta

from telephony import codec, outbound
from telephony.enums import LegStatus, Phase
from telephony.outbound_scripts import OTHER, OWN
from telephony.tests.builders import START, phone
from telephony.types import (
    Action,
    DialDone,
    Event,
    LegAnswered,
    LegJoined,
    LegKey,
    LegRang,
    OutgoingPlan,
    OutgoingState,
    OutgoingStep,
)

PLAN = OutgoingPlan(phone("Alice"), phone("Caller", ring=60, screened=False), "Mr Brown", 8)


class Placed:
    """A call in the making, whose state goes through JSON after every event."""

    def __init__(self, plan: OutgoingPlan = PLAN) -> None:
        self.now = START
        self.actions: list[Action] = []
        self.notes: list[str] = []
        self.told: list[tuple[str, int | None, dict[str, str]]] = []
        self._take(outbound.begin(plan, START))

    def __call__(self, event: Event, *, after: float = 0) -> OutgoingStep:
        self.now += timedelta(seconds=after)
        return self._take(outbound.advance(self.state, event, self.now))

    def _take(self, step: OutgoingStep) -> OutgoingStep:
        stored = codec.decode(OutgoingState, json.loads(json.dumps(codec.encode(step.state))))
        assert stored == step.state
        self.state: OutgoingState = stored
        self.actions += step.actions
        self.notes += [note.code for note in step.notes]
        self.told += [(note.code, note.leg, note.params) for note in step.notes]
        return step

    def picks_up(self, leg: int) -> None:
        for event in (DialDone(leg), LegRang(leg), LegAnswered(leg)):
            self(event, after=1)

    def waits(self) -> None:
        """The own phone's owner has pressed 1 and is in the conversation."""
        self.picks_up(OWN)
        self(LegKey(OWN, "1"), after=1)
        self(LegJoined(OWN, "room"))

    def talks(self) -> None:
        self.waits()
        self.picks_up(OTHER)
        self(LegJoined(OTHER, "room"))

    def status(self, leg: int) -> LegStatus:
        return self.state.legs[leg].status

    @property
    def due_in(self) -> float | None:
        due = outbound.next_deadline(self.state)
        return None if due is None else (due - self.now).total_seconds()

    @property
    def ended(self) -> tuple[Phase, str]:
        return self.state.phase, self.state.outcome
