"""Long routes and long stories at random, against what must hold."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from telephony import machine, timing
from telephony.enums import LegResult, LegStatus, Phase
from telephony.tests import invariants
from telephony.tests.builders import START, phone
from telephony.tests.world import Life, Place, World, anything, moves, react
from telephony.types import (
    Arrived,
    CallerGone,
    DeadlinePassed,
    Ending,
    Event,
    JoinChecked,
    LegEnded,
    Plan,
    Stage,
    State,
)

SOAK = os.environ.get("ONCALL_SOAK") == "1"
MANY = settings(
    max_examples=4000 if SOAK else 300,
    derandomize=not SOAK,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
SECONDS = st.sampled_from([0, 0, 0, 0, 1, 5, 20, 61])

phones = st.builds(
    phone,
    st.sampled_from(["Alice", "Bob", "Charlie", "Dora", "Eve"]),
    ring=st.integers(5, 60),
    whisper=st.sampled_from(["", "The heating line: press 1."]),
)
lanes = st.lists(phones, min_size=1, max_size=3).map(tuple)
screened = st.lists(lanes, min_size=1, max_size=4).map(lambda team: Stage(tuple(team), "level"))
direct = phones.map(lambda one: Stage(((one,),), "level", direct=True))
plans = st.builds(
    lambda stages, message, confirm, hard_stop: Plan(
        tuple(stages),
        Ending(message, confirm=confirm),
        8,
        hard_stop,
        worst_case_seconds=hard_stop,
    ),
    st.lists(screened | direct, max_size=5),
    st.booleans(),
    st.booleans(),
    st.integers(20, 300),
)


@dataclass
class Story:
    """One call and the world around it; time goes on by deadlines and by chance."""

    state: State
    world: World
    now: datetime = START

    @classmethod
    def begins(cls, route: Plan) -> Story:
        first = machine.begin(route, START)
        invariants.check(None, Arrived(), first, START)
        world = World(Place.HEARS, route.ending.message, faults=10)
        return cls(first.state, react(world, Arrived(), first))

    def hears(self, event: Event, world: World | None = None) -> None:
        """Take in one event, once and again, and check what must hold."""
        if event == DeadlinePassed():
            self.now = max(self.now, machine.next_deadline(self.state) or self.now)
        step = machine.advance(self.state, event, self.now)
        invariants.check(self.state, event, step, self.now)
        invariants.check_twice(self.state, event, step, self.now)
        self.state = step.state
        if world is not None:
            self.world = react(world, event, step)

    def goes_on(self, choice: int) -> None:
        """Let one of the things happen that may happen next."""
        options = list(moves(self.world, self.state))
        if not options:
            return
        event, world = options[choice % len(options)]
        if event is None:
            self.world = world
        else:
            self.hears(event, world)

    def falls_silent(self) -> None:
        """Nobody speaks any more: time alone must end the waiting."""
        ringing_ends = max(self.now, self.state.hard_stop_at)
        slack = timedelta(seconds=timing.JOIN_SECONDS)
        while self.state.phase in (Phase.RINGING, Phase.CLAIMED):
            self.hears(DeadlinePassed())
            if self.state.claim is not None:
                self.hears(JoinChecked(self.state.claim, together=False))
            assert self.now <= ringing_ends + slack

    def is_over(self) -> None:
        """Everybody hangs up: nothing stays open."""
        self.hears(CallerGone())
        for ordinal, leg in list(self.state.legs.items()):
            if leg.placed and leg.status is not LegStatus.ENDED:
                self.hears(LegEnded(ordinal, LegResult.HUNG_UP))
        for _ in range(len(self.state.legs) + 2):
            self.hears(DeadlinePassed())
        assert machine.next_deadline(self.state) is None


@MANY
@given(plans, st.lists(st.tuples(st.integers(0, 999), SECONDS), min_size=20, max_size=80))
def test_a_call_in_a_faulty_world(route: Plan, chances: list[tuple[int, int]]) -> None:
    story = Story.begins(route)
    for choice, seconds in chances:
        story.now += timedelta(seconds=seconds)
        story.goes_on(choice)
        inside = [p for p in story.world.phones if p.life in (Life.JOINING, Life.JOINED)]
        assert len([p for p in inside if not p.hung]) <= 1
    story.falls_silent()
    story.is_over()


@MANY
@given(plans, st.lists(st.tuples(st.integers(0, 9999), SECONDS), min_size=20, max_size=80))
def test_a_call_amid_events_that_do_not_fit(route: Plan, chances: list[tuple[int, int]]) -> None:
    story = Story.begins(route)
    for choice, seconds in chances:
        story.now += timedelta(seconds=seconds)
        events = anything(len(story.state.legs))
        story.hears(events[choice % len(events)])
    story.falls_silent()
    story.is_over()
