"""A call played through agrees with the machine in a world that somebody else wrote.

That world is a heap of things that wait for their time, in no order where times are equal; its
state goes through JSON after every event, as that of a live call does.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest

from telephony import codec, machine
from telephony.agenda import Keypad
from telephony.enums import GoalKind, LegResult, Phase
from telephony.instructions import AskCaller, AskKeys, AskNext, Connect, Music, Say
from telephony.machine import Visitor
from telephony.rehearsal import Pace, Scene, rehearse
from telephony.tests.builders import START, phone
from telephony.types import (
    CheckJoined,
    CheckLeg,
    DeadlinePassed,
    Dial,
    DialDone,
    Ending,
    Goal,
    HangUp,
    Heartbeat,
    KeysPressed,
    LegChecked,
    LegEnded,
    LegRang,
    Menu,
    MoveCaller,
    Plan,
    Stage,
    State,
    Step,
    StepReached,
    Tree,
)

SOAK = os.environ.get("ONCALL_SOAK") == "1"
CALLS = 9_700 if SOAK else 200
BATCH = 100
SAYING, MUSIC = 2.137, 9.408
NAMES = ["Alice", "Bruno", "Chloé", "Dora", "Emil"]
OVER = (Phase.MESSAGE, Phase.ANNOUNCEMENT, Phase.ENDED)


@dataclass
class Caller:
    """What a call is made of: a menu or none, the routes behind its leaves, who calls, when, how.

    `language` is what the caller is known to speak, "" where nobody knows.
    """

    tree: Tree
    plans: list[Plan]
    keys: str
    in_menu: bool
    at: datetime
    number: str
    language: str

    def plan_for(self, goal: Goal) -> Plan:
        """Return what a leaf leads to: an ending alone, or one of the routes."""
        plan = self.plans[(goal.target or 0) % len(self.plans)]
        if goal.kind in (GoalKind.VOICEMAIL, GoalKind.ANNOUNCEMENT):
            message = goal.kind is GoalKind.VOICEMAIL
            ending = Ending(message, mailbox=goal.mailbox)
            return replace(plan, stages=(), ending=ending, worst_case_seconds=0, chosen=True)
        return plan

    def first(self) -> Step:
        """Return the first step of the call."""
        visitor = Visitor(self.number, self.language, self.tree.languages)
        if self.in_menu:
            base = self.plan_for(Goal(GoalKind.VOICEMAIL))
            return machine.begin_menu(base, self.tree, self.at, visitor=visitor)
        return machine.begin(self.plans[0], self.at, visitor=visitor)

    def resolve(self, step: Step, now: datetime) -> Step:
        """Go on from a leaf on its route."""
        assert step.leaf is not None
        after = machine.route(step.state, self.plan_for(step.leaf.goal), now)
        return replace(
            after,
            actions=(*step.actions, *after.actions),
            notes=(*step.notes, *after.notes),
        )


def a_caller(chance: Random) -> Caller:
    """Return a random call."""
    plans = [a_plan(chance) for _ in range(3)]
    keys = "".join(chance.choice("1234#,,0*") for _ in range(chance.randrange(8)))
    tree = a_tree(chance)
    return Caller(
        tree,
        plans,
        keys,
        in_menu=chance.random() < 0.7,
        at=START + timedelta(seconds=chance.randrange(-(10**7), 10**7)),
        number=chance.choice(["+33698765432", "+447700900123", ""]),
        language=chance.choice(["", *tree.languages]),
    )


def a_plan(chance: Random) -> Plan:
    stages = tuple(a_stage(chance) for _ in range(chance.randrange(5)))
    offer = chance.choice([None, None, Goal(GoalKind.CALL_BACK), Goal(GoalKind.VOICEMAIL)])
    ending = Ending(chance.random() < 0.7, mailbox=chance.randrange(9), offer=offer)
    stop = chance.choice([30, 60, 120, 300])
    return Plan(stages, ending, 8, stop, worst_case_seconds=stop)


def a_stage(chance: Random) -> Stage:
    def one(screened: bool) -> Any:
        return phone(chance.choice(NAMES), ring=chance.randrange(5, 60), screened=screened)

    if chance.random() < 0.3:
        return Stage(((one(False),),), "staff", direct=True)
    lanes = [
        tuple(one(True) for _ in range(chance.randrange(1, 4)))
        for _ in range(chance.randrange(1, 4))
    ]
    return Stage(tuple(lanes), "level_1")


def a_tree(chance: Random) -> Tree:
    levels = {pk: a_level(chance, pk) for pk in range(1, 4)}
    return Tree(chance.choice([("en",), ("fr", "en")]), 1, levels)


def a_level(chance: Random, pk: int) -> Menu:
    kinds = [*GoalKind]

    def goal() -> Goal:
        kind = chance.choice(kinds)
        target = pk + 1 if kind is GoalKind.MENU else chance.randrange(3)
        return Goal(kind, target, mailbox=chance.choice([None, 7]))

    keys = {key: goal() for key in "1234#" if chance.random() < 0.6}
    otherwise = {
        why: goal() for why in ("no_key", "wrong_key", "too_many") if chance.random() < 0.3
    }
    return Menu(pk, keys=keys, otherwise=otherwise, tries=chance.randrange(1, 4), wait_seconds=4)


@dataclass
class World:
    """Phones that ring out, and a caller who does as they are told."""

    caller: Caller
    chance: Random
    state: State
    now: datetime = field(init=False)
    waits: list[tuple[datetime, float, str, Callable[[], None]]] = field(default_factory=list)
    rung: list[tuple[float, str]] = field(default_factory=list)
    ended: float | None = None
    heard: int = 0

    def __post_init__(self) -> None:
        self.keypad = Keypad(self.caller.keys)
        self.now = self.caller.at

    def lives(self) -> None:
        """Let everything happen until the caller has what they get in the end."""
        self.took(self.caller.first(), hears=True)
        while self.state.phase not in OVER or self.state.move_wanted:
            due = machine.next_deadline(self.state)
            at = min((each[0] for each in self.waits), default=None)
            if at is None or (due is not None and due < at):
                assert due is not None
                self.now = max(self.now, due)
                self.tell(DeadlinePassed())
                continue
            ready = self.chance.choice([each for each in self.waits if each[0] == at])
            self.waits.remove(ready)
            self.now = at
            ready[3]()

    def soon(self, seconds: float, act: Callable[[], None], whose: str = "") -> None:
        at = self.now + timedelta(seconds=seconds)
        self.waits.append((at, self.chance.random(), whose, act))

    def drop(self, whose: str) -> None:
        self.waits = [each for each in self.waits if each[2] != whose]

    def tell(self, event: Any, *, hears: bool = False) -> None:
        self.took(machine.advance(self.state, event, self.now, tree=self.caller.tree), hears=hears)

    def took(self, step: Step, *, hears: bool) -> None:
        if step.leaf is not None:
            step = self.caller.resolve(step, self.now)
        stored = json.loads(json.dumps(codec.encode(step.state)))
        self.state = codec.decode(State, stored)
        if self.ended is None and self.state.phase in OVER:
            self.ended = self.seconds
        for action in step.actions:
            self.asked(action)
        if hears and step.reply is not None:
            self.plays(list(step.reply))

    @property
    def seconds(self) -> float:
        return (self.now - self.caller.at).total_seconds()

    def asked(self, action: Any) -> None:
        match action:
            case Dial(leg):
                self.soon(0, partial(self.rings, leg), f"leg {leg}")
            case HangUp(int(leg)):
                self.drop(f"leg {leg}")
                self.soon(0, partial(self.tell, LegEnded(leg, LegResult.WITHDRAWN)))
            case MoveCaller():
                self.soon(0, self.moved)
            case CheckLeg(leg):
                self.soon(0, partial(self.tell, LegChecked(leg, True)))
            case CheckJoined():
                raise AssertionError("nobody takes a call here")

    def moved(self) -> None:
        if self.state.move_wanted:
            self.tell(StepReached(None), hears=True)

    def rings(self, leg: int, *, connects: bool = False) -> None:
        if not connects:
            self.tell(DialDone(leg))
        told = self.state.legs[leg].phone
        self.rung.append((round(self.seconds, 3), told.name))
        self.tell(LegRang(leg))
        self.soon(told.ring_seconds, partial(self.silent, leg, connects), f"leg {leg}")

    def silent(self, leg: int, connects: bool) -> None:
        self.tell(LegEnded(leg, LegResult.TIMEOUT))
        if connects:
            self.tell(StepReached(leg), hears=True)

    def plays(self, script: list[Any]) -> None:
        self.drop("caller")
        spent = 0.0
        for part in script:
            match part:
                case Say():
                    spent += SAYING
                case Music():
                    spent += MUSIC
                case AskCaller() | AskKeys():
                    return self.soon(spent, partial(self.answers, part), "caller")
                case Connect(leg):
                    return self.soon(spent, partial(self.rings, leg, connects=True), "caller")
                case AskNext():
                    raise AssertionError("it follows a Connect")
        return None

    def answers(self, asked: AskCaller | AskKeys) -> None:
        if isinstance(asked, AskCaller):
            key = self.keypad.one()
            self.soon(0 if key else 1, partial(self.tell, Heartbeat(key), hears=True), "caller")
            return
        if asked.most == 1:
            keys = self.keypad.one()
            ends = bool(keys)
        else:
            keys, ends = self.keypad.number(asked.most)
        pressed = KeysPressed(asked.turn, keys)
        self.soon(0 if ends else asked.seconds, partial(self.tell, pressed, hears=True), "caller")


@pytest.mark.parametrize("batch", range(CALLS // BATCH))
def test_the_same_people_in_the_same_order_at_the_same_times_with_the_same_end(batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        caller = a_caller(Random(seed))  # noqa: S311 - nothing secret
        pace = Pace(lambda _say, _language: SAYING, lambda _music, _language: MUSIC)
        scene = Scene(caller.at, caller.tree, caller.resolve, pace, caller.keys)
        foreseen = rehearse(caller.first(), scene)
        world = World(caller, Random(seed), caller.first().state)  # noqa: S311 - nothing secret
        world.lives()
        told = [(round(each.after, 3), each.phone.name) for each in foreseen.rings]
        assert sorted(told) == sorted(world.rung), seed
        assert world.ended == foreseen.end.after, seed
        message = world.state.plan.ending.mailbox if world.state.phase is Phase.MESSAGE else None
        assert (foreseen.end.kind == "voicemail") == (world.state.phase is Phase.MESSAGE), seed
        assert foreseen.end.kind != "voicemail" or foreseen.end.mailbox == message, seed
