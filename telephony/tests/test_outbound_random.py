"""Calls that we place amid events that may not fit, at random, against what must hold."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from telephony import outbound
from telephony.enums import LegResult, LegStatus, Outcome, Phase
from telephony.instructions import Join
from telephony.outbound_scripts import OTHER, OWN
from telephony.ringing import OPEN
from telephony.tests.builders import START, kinds, phone
from telephony.tests.world import anything
from telephony.types import (
    CheckLeg,
    DeadlinePassed,
    Dial,
    DialDone,
    DialFailed,
    EndedByUs,
    Event,
    HangUp,
    JoinChecked,
    LegAnswered,
    LegAsks,
    LegChecked,
    LegEnded,
    LegJoined,
    LegKey,
    LegRang,
    MoveLeg,
    OutgoingPlan,
    OutgoingState,
    OutgoingStep,
)

SOAK = os.environ.get("ONCALL_SOAK") == "1"
MANY = settings(
    max_examples=4000 if SOAK else 300,
    derandomize=not SOAK,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
EVENTS: list[Event] = [
    *anything(2),
    *(LegJoined(leg, "elsewhere") for leg in (OWN, OTHER)),
    *(LegAsks(leg) for leg in (OWN, OTHER, 3)),
    *(LegEnded(leg, result) for leg in (OWN, OTHER) for result in LegResult),
    EndedByUs("Sam"),
]
SECONDS = st.sampled_from([0, 0, 0, 1, 5, 20, 61])
plans = st.builds(
    lambda own, other, record: OutgoingPlan(
        phone("Alice", ring=own), phone("Caller", ring=other, screened=False), "x", 8, record
    ),
    st.integers(5, 60),
    st.integers(1, 120),
    st.booleans(),
)


def leads_on(state: OutgoingState) -> Iterator[Event]:
    """Yield what may well happen next."""
    for ordinal, leg in state.legs.items():
        match leg.status:
            case LegStatus.DIALLING:
                yield from (DialDone(ordinal), LegRang(ordinal))
            case LegStatus.RINGING:
                yield LegAnswered(ordinal)
            case LegStatus.ANSWERED if state.phase is Phase.RINGING:
                yield LegKey(OWN, "1")
            case LegStatus.ANSWERED if not leg.room:
                yield from (LegJoined(ordinal, "room"), LegJoined(ordinal, "elsewhere"))
            case LegStatus.ENDED if not leg.placed:
                yield LegRang(ordinal)
            case LegStatus.LEAVING:
                yield LegEnded(ordinal, LegResult.HUNG_UP)
    yield DeadlinePassed()
    if state.phase is Phase.CLAIMED:
        yield LegEnded(OWN, LegResult.HUNG_UP)


class Story:
    """One call; everything that was decided so far is kept, to be held against what follows."""

    def __init__(self, plan: OutgoingPlan) -> None:
        self.now = START
        self.dialled = [OWN]
        self.taken = False
        self.state: OutgoingState = outbound.begin(plan, START).state

    def hears(self, event: Event) -> None:
        before = self.state
        step = outbound.advance(before, event, self.now)
        self._check(before, event, step)
        again = outbound.advance(step.state, event, self.now)
        if not (isinstance(event, LegKey) and "AskLeg" in kinds(step.reply)):
            assert again.state == step.state
            assert all(isinstance(action, HangUp | CheckLeg) for action in again.actions)
        self.state = step.state

    def _check(self, before: OutgoingState, event: Event, step: OutgoingStep) -> None:
        after = step.state
        self.taken = self.taken or (
            event == LegKey(OWN, "1")
            and before.phase is Phase.RINGING
            and before.legs[OWN].status in OPEN
        )
        for action in step.actions:
            if isinstance(action, Dial):
                assert action.leg not in self.dialled  # never twice
                assert self.taken  # the other side only for somebody who waits
                assert after.phase is Phase.CLAIMED
                assert after.legs[OWN].status in OPEN
                self.dialled.append(action.leg)
            if isinstance(action, MoveLeg):
                assert (action.leg, after.phase) == (OWN, Phase.ANNOUNCEMENT)
        assert len(set(step.actions)) == len(step.actions)
        self._check_legs(before, event, step)
        assert bool(after.outcome) == (after.phase is Phase.ENDED)
        assert not before.outcome or before.outcome == after.outcome
        if after.phase is Phase.ENDED:
            assert (after.outcome == Outcome.CONNECTED) == after.connected
            assert not [leg for leg in after.legs.values() if leg.status in OPEN]
        if after.connected and not before.connected:
            rooms = {leg.room for leg in after.legs.values()}
            assert event == JoinChecked(OTHER, True) or (len(rooms) == 1 and rooms != {""})
        if "Join" in kinds(step.reply):
            assert step.reply is not None
            assert step.reply[-1] == Join(OWN, ends_on_exit=True, waits=True)
            assert after.phase in (Phase.CLAIMED, Phase.CONNECTED)
        due = outbound.next_deadline(after)
        if due is None:
            assert all(leg.status is LegStatus.ENDED for leg in after.legs.values())
        elif event == DeadlinePassed():
            assert due > self.now

    def _check_legs(self, before: OutgoingState, event: Event, step: OutgoingStep) -> None:
        """No leg at the platform is forgotten, and what is said of one that is over is apart."""
        told = isinstance(event, LegEnded | DialFailed) or (
            isinstance(event, LegChecked) and event.live is False
        )
        for ordinal, leg in step.state.legs.items():
            was = before.legs.get(ordinal)
            if was is None or leg == was:
                continue
            if leg.status is LegStatus.ENDED and was.status is not LegStatus.ENDED:
                assert told or not leg.placed
            leaving = leg.status is LegStatus.LEAVING and was.status is not LegStatus.LEAVING
            if leg.placed and (leaving or (leg.status is LegStatus.LEAVING and not was.placed)):
                by_itself = isinstance(event, LegKey) and event.leg == ordinal
                assert HangUp(ordinal) in step.actions or by_itself
        about = getattr(event, "leg", None)
        if about in before.legs and before.legs[about].status not in OPEN:
            legs = {**before.legs, about: step.state.legs[about]}
            assert step.state == replace(before, legs=legs)
            assert step.actions in ((), (HangUp(about),))

    def waits(self) -> None:
        """Go on to the next deadline."""
        self.now = max(self.now, outbound.next_deadline(self.state) or self.now)
        self.hears(DeadlinePassed())

    def falls_silent(self) -> None:
        """Nobody speaks any more: time alone ends what is not a conversation."""
        plan = self.state.plan
        ring = plan.own.ring_seconds + plan.other.ring_seconds
        limit = self.now + timedelta(seconds=ring + 150)
        while self.state.phase not in (Phase.CONNECTED, Phase.ENDED):
            self.waits()
            if OTHER in self.state.legs:
                self.hears(JoinChecked(OTHER, together=False))
            assert self.now <= limit

    def is_over(self) -> None:
        """Everybody hangs up: nothing stays open."""
        self.hears(EndedByUs("Sam"))
        for ordinal, leg in list(self.state.legs.items()):
            if leg.placed and leg.status is not LegStatus.ENDED:
                self.hears(LegEnded(ordinal, LegResult.HUNG_UP))
        for _ in range(3):
            self.waits()
        assert outbound.next_deadline(self.state) is None


@MANY
@given(plans, st.lists(st.tuples(st.integers(0, 9999), SECONDS), min_size=10, max_size=60))
def test_a_call_of_ours_amid_events_that_may_not_fit(
    plan: OutgoingPlan, chances: list[tuple[int, int]]
) -> None:
    story = Story(plan)
    for choice, seconds in chances:
        story.now += timedelta(seconds=seconds)
        options = list(leads_on(story.state)) if choice % 4 else EVENTS
        story.hears(options[choice % len(options)])
    story.falls_silent()
    story.is_over()
