"""Every state that a small plan can reach in a small telephone world, against what must hold."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from telephony import machine, timing
from telephony.enums import LegStatus, Phase
from telephony.ringing import OPEN, in_connect
from telephony.tests import invariants
from telephony.tests.builders import START, cascade, direct, plan, team
from telephony.tests.parts import parts
from telephony.tests.world import Life, Place, World, anything, moves, react
from telephony.types import Arrived, DeadlinePassed, Event, LegState, Plan, Stage, State, Step

SOAK = os.environ.get("ONCALL_SOAK") == "1"
Node = tuple[State, datetime, World]


def _seconds(instant: datetime | None, now: datetime, at_least: int = -10_000) -> int | None:
    return None if instant is None else max(at_least, int((instant - now).total_seconds()))


def _leg_key(leg: LegState, now: datetime, claimed: bool) -> tuple[object, ...]:
    if leg.status is LegStatus.ENDED:
        return (leg.placed,)
    return (
        leg.stage,
        leg.lane,
        leg.status,
        leg.placed,
        _seconds(leg.deadline, now),
        _seconds(leg.dialled_at, now, -60) if in_connect(leg) else None,
        (leg.whispers, leg.picked_up) if leg.status in OPEN else None,
        leg.room if claimed else None,
    )


def state_key(s: State, now: datetime) -> tuple[object, ...]:
    """Return what can make a difference from here on, with every instant relative to now."""
    talks = s.phase in (Phase.RINGING, Phase.CLAIMED)
    seen_limit = -timing.SEGMENT_LIMIT_SECONDS - 20 - 1
    return (
        s.phase,
        s.stage,
        s.lanes if talks else None,
        tuple(_leg_key(leg, now, ordinal == s.claim) for ordinal, leg in s.legs.items()),
        s.claim,
        _seconds(s.claim_check_at, now) if s.phase is Phase.CLAIMED else None,
        s.caller_room if s.phase is Phase.CLAIMED else None,
        s.move_wanted and _seconds(s.moved_at, now, -timing.MOVE_LANDS_SECONDS),
        _seconds(s.claimed_at, now, -40) if s.phase is Phase.CLAIMED else None,
        s.outcome,
        (s.connected, s.picked_up, s.message_taken),
        _seconds(s.hard_stop_at, now, 0) if talks else None,
        None if s.phase is Phase.ENDED else _seconds(s.caller_check_at, now),
        _seconds(s.caller_seen_at, now, seen_limit) if talks else None,
        _seconds(s.ending_at, now, -9) if s.phase is Phase.MESSAGE else None,
        _seconds(s.caller_seen_at, now, -9) if s.phase is Phase.MESSAGE and s.take else None,
        (s.take, s.last_take, s.kept),
        s.ending_at is not None and s.caller_seen_at < s.ending_at,
        None if s.message_taken else _seconds(s.message_doubt_at, now),
    )


def explore(route: Plan, faults: int, depth: int | None) -> tuple[int, int]:
    """Visit every state within `depth` events, and return how many states and transitions."""
    first = machine.begin(route, START)
    invariants.check(None, Arrived(), first, START)
    world = react(World(Place.HEARS, route.ending.message, faults), Arrived(), first)
    queue: deque[tuple[Node, int]] = deque([((first.state, START, world), 0)])
    seen = {hash((state_key(first.state, START), world))}
    transitions = 0
    while queue:
        (state, now, world), steps = queue.popleft()
        _check_world(state, world)
        if depth is not None and steps >= depth:
            continue
        for node in _successors(state, now, world):
            transitions += 1
            for part_state, part_world in parts(node[0], node[2]):
                key = hash((state_key(part_state, node[1]), part_world))
                if key not in seen:
                    seen.add(key)
                    queue.append(((part_state, node[1], part_world), steps + 1))
    return len(seen), transitions


def _successors(state: State, now: datetime, world: World) -> Iterator[Node]:
    for event, happened in moves(world, state):
        if event is None:
            yield state, now, happened
        else:
            step, then = _advance(state, event, now)
            yield step.state, then, react(happened, event, step)


def _advance(state: State, event: Event, now: datetime) -> tuple[Step, datetime]:
    """Take in one event, once and again, and check what must hold; time moves by deadlines."""
    if event == DeadlinePassed():
        now = max(now, machine.next_deadline(state) or now)
    step = machine.advance(state, event, now)
    invariants.check(state, event, step, now)
    invariants.check_twice(state, event, step, now)
    # whether words or music come next decides nothing else: one of the two stands for both
    return replace(step, state=replace(step.state, words_next=False)), now


def _check_world(state: State, world: World) -> None:
    """At most one person is let in; nothing is left when the machine has nothing open."""
    inside = [p for p in world.phones if p.life in (Life.JOINING, Life.JOINED) and not p.hung]
    assert len(inside) <= 1
    if machine.next_deadline(state) is None:
        for leg, p in zip(state.legs.values(), world.phones, strict=True):
            ends = p.hung or p.direct  # a phone that the caller's leg rings ends with that leg
            assert ends or p.life in (Life.ABSENT, Life.GONE) or not leg.placed


def _route(*stages: Stage, message: bool = True, confirm: bool = False) -> Plan:
    route = plan(*stages, message=message, accept=2, hard_stop=100, longest=60)
    return replace(route, ending=replace(route.ending, confirm=confirm))


LANE = (cascade("Alice", "Bob"), cascade("Charlie", "Dora"))
TEAM = (team("Alice", "Bob"), team("Charlie", "Dora"))
# By name: the route, and how far `make test` goes: faults, and events (None: to the end). With
# ONCALL_SOAK=1 the bounded go to the end, and the others take one fault more.
ROUTES = {
    "one phone": (_route(cascade("Alice")), 1, None),
    "a message that may be recorded again": (_route(confirm=True), 2, None),
    "one phone, then such a message": (_route(cascade("Alice"), confirm=True), 0, None),
    "two levels, one lane of two": (_route(*LANE), 0, None),
    "two levels, two lanes of one": (_route(*TEAM), 0, 9),
    "lane, then direct, announcement": (_route(LANE[0], direct("Eve"), message=False), 0, None),
    "direct, then lane": (_route(direct("Eve"), LANE[0]), 0, None),
    "team, then direct": (_route(TEAM[0], direct("Eve")), 0, 9),
    "direct twice": (_route(direct("Alice"), direct("Bob")), 1, None),
}


@pytest.fixture
def coarse_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every period a multiple of 20 seconds, so that few instants can be told apart."""
    for name, seconds in {
        "WHISPER_SECONDS": 8,  # with the key window of 2, twice: 20
        "DIAL_GRACE_SECONDS": 20,
        "CONNECT_GRACE_SECONDS": 20,
        "JOIN_SECONDS": 20,
        "KEY_RETRY_SECONDS": 40,
        "MOVE_AGAIN_SECONDS": 20,
        "TALK_CHECK_SECONDS": 60,
        "SEGMENT_LIMIT_SECONDS": 40,
    }.items():
        monkeypatch.setattr(timing, name, seconds)


@pytest.mark.requirement("PLA-02", "PLA-08", "PLA-09", "PLA-10", "CRM-04")
@pytest.mark.usefixtures("coarse_time")
@pytest.mark.parametrize("name", ROUTES)
def test_every_reachable_state(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    route, faults, depth = ROUTES[name]
    if SOAK:
        faults, depth = (faults + 1, None) if depth is None else (faults, None)
    states, transitions = explore(route, faults, depth)
    with capsys.disabled():
        far = "to the end" if depth is None else f"{depth} events deep"
        figures = f"{states} states, {transitions} transitions"
        print(f"\n{name}, {faults} faults, {far}: {figures}")  # noqa: T201 - the figure asked for


NONSENSE = {
    "one phone": _route(cascade("Alice")),
    "one direct phone": _route(direct("Alice")),
    "direct, then screened": _route(direct("Alice"), cascade("Bob")),
    "two in order": _route(cascade("Alice", "Bob")),
}


@pytest.mark.usefixtures("coarse_time")
@pytest.mark.parametrize("name", NONSENSE if SOAK else ["one phone", "one direct phone"])
def test_events_that_do_not_fit_break_nothing(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    first = machine.begin(NONSENSE[name], START)
    queue = deque([(first.state, START)])
    seen = {state_key(first.state, START)}
    transitions = 0
    while queue:
        state, now = queue.popleft()
        for event in anything(len(state.legs)):
            step, then = _advance(state, event, now)
            transitions += 1
            key = state_key(step.state, then)
            if key not in seen:
                seen.add(key)
                queue.append((step.state, then))
    with capsys.disabled():
        figures = f"{len(seen)} states, {transitions} transitions"
        print(f"\n{name}, any event: {figures}")  # noqa: T201 - the figure asked for
