"""A telephone exchange in memory: virtual seconds, phones and a caller with set habits.

It obeys the machine as the platform would, promptly and without faults, so that what it measures
is what the machine and the plan promise. Nothing here knows a database or a network.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from telephony import machine, menus
from telephony.enums import LegResult, Phase
from telephony.instructions import (
    AskCaller,
    AskKeys,
    AskLeg,
    AskNext,
    Connect,
    Join,
    Music,
    Record,
    Say,
    Script,
)
from telephony.tests.builders import START
from telephony.types import (
    CallerGone,
    CallerJoined,
    CheckJoined,
    CheckLeg,
    DeadlinePassed,
    Dial,
    DialDone,
    Event,
    HangUp,
    Heartbeat,
    JoinChecked,
    KeysPressed,
    Leaf,
    LegAnswered,
    LegChecked,
    LegEnded,
    LegJoined,
    LegKey,
    LegRang,
    MessageRecorded,
    MoveCaller,
    State,
    Step,
    StepReached,
    Tree,
)

ROOM = "room"
SPOKEN_S, MUSIC_S, REQUEST_S, RINGS_AFTER_S = 3.0, 16.0, 0.3, 1.5
# The watchdog looks once a second.
WATCH_S = 1.0
Route = Callable[[State, Leaf, datetime], Step]


@dataclass(frozen=True)
class Habit:
    """What a phone does each time it rings: picked up after so many seconds (None: never).

    Asked for a key, it answers with the next of `keys` and then with none, each after `thinks_s`;
    `busy`: it does not ring at all. Connected, it talks for `talks_s`.
    """

    after_s: float | None = None
    keys: tuple[str, ...] = ()
    thinks_s: float = 2
    busy: bool = False
    talks_s: float = 30


@dataclass(frozen=True)
class Person:
    """A caller: the answers to the questions of a menu in order, then none; what else they do.

    `waits_key`: after so many seconds on hold they press 1, None: never.
    """

    answers: tuple[str, ...] = ()
    hangs_up_s: float | None = None
    waits_key_s: float | None = None
    speaks_s: float = 10


@dataclass
class Phone:
    """One phone that rings, or rang, for the call."""

    number: str
    habit: Habit
    alive: bool = True
    joined: bool = False
    asked: int = 0


@dataclass
class Exchange:
    """One call from its first step to the end; `dialled`, `joined`, `waits` tell what came of it.

    `waits` are the seconds from each route's first ring until a message, words, or a menu, with
    what the route promised; routes on which somebody took the call are left out.
    """

    caller: Person
    habits: Mapping[str, Habit]
    route: Route
    tree: Tree = menus.NO_TREE
    now: datetime = START
    dialled: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    waits: list[tuple[float, int]] = field(default_factory=list)
    most_joined: int = 0
    caller_here: bool = True
    phones: dict[int, Phone] = field(default_factory=dict)
    state: State = field(init=False)
    _heap: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)
    _script: int = 0
    _asked: int = 0
    _since: datetime | None = None

    def run(self, first: Step, limit_s: int = 7200) -> State:
        """Let the call take its course and return its last state."""
        self._take(first, None)
        if self.caller.hangs_up_s is not None:
            self._later(self.caller.hangs_up_s, self._hang_up)
        self._later(WATCH_S, self._watch)
        end = self.now + timedelta(seconds=limit_s)
        while self._heap:
            at, _order, what = heapq.heappop(self._heap)
            assert at <= end, "the call never ends"
            self.now = at
            what()
        return self.state

    # -- time

    def _later(self, seconds: float, what: Callable[[], None]) -> None:
        at = self.now + timedelta(seconds=seconds)
        heapq.heappush(self._heap, (at, next(self._order), what))

    def _watch(self) -> None:
        due = machine.next_deadline(self.state)
        if due is not None and due <= self.now:
            self._tell(DeadlinePassed())
        if machine.next_deadline(self.state) is not None or self.caller_here:
            self._later(WATCH_S, self._watch)

    # -- what the machine hears and decides

    def _tell(self, event: Event) -> Script | None:
        step = machine.advance(self.state, event, self.now, tree=self.tree)
        return self._take(step, event)

    def _take(self, step: Step, event: Event | None) -> Script | None:
        was = getattr(self, "state", None)
        while step.leaf is not None:
            self._entered(step.state, was)
            after = self.route(step.state, step.leaf, self.now)
            step = Step(
                after.state,
                (*step.actions, *after.actions),
                after.reply,
                (*step.notes, *after.notes),
                after.leaf,
            )
        self._entered(step.state, was)
        self.state = step.state
        for action in step.actions:
            self._carry_out(action)
        if step.reply is not None and not isinstance(event, LegKey):
            self._perform(step.reply)
        return step.reply

    def _entered(self, new: State, was: State | None) -> None:
        """Measure the waiting: it begins with a route, and ends with its ringing."""
        began = was is None or new.first_stage != was.first_stage
        if new.phase is Phase.RINGING and (began or was is None or was.phase is Phase.MENU):
            self._since = self.now
        elif new.phase is Phase.CLAIMED or new.phase is Phase.CONNECTED:
            self._since = None
        elif self._since is not None and new.phase is not Phase.RINGING:
            if new.phase is not Phase.ENDED:
                waited = (self.now - self._since).total_seconds()
                self.waits.append((waited, new.plan.worst_case_seconds))
            self._since = None

    def _carry_out(self, action: object) -> None:
        match action:
            case Dial(leg):
                assert self.caller_here, "a dial after the caller left"
                self._ring(leg, direct=False)
            case HangUp(None):
                self._later(REQUEST_S, self._hang_up)
            case HangUp(int(over)):
                self._later(REQUEST_S, lambda: self._leg_over(over, LegResult.WITHDRAWN))
            case MoveCaller():
                self._later(REQUEST_S, self._move)
            case CheckJoined(leg):
                self._later(REQUEST_S, lambda: self._check_joined(leg))
            case CheckLeg(any_leg):
                self._later(REQUEST_S, lambda: self._check_leg(any_leg))

    def _check_joined(self, leg: int) -> None:
        phone = self.phones[leg]
        both = phone.joined and self.state.caller_room == ROOM
        self._tell(JoinChecked(leg, both, phone.alive))

    def _check_leg(self, leg: int | None) -> None:
        live = self.caller_here if leg is None else self.phones[leg].alive
        self._tell(LegChecked(leg, live))

    # -- phones

    def _ring(self, leg: int, *, direct: bool) -> None:
        number = self.state.legs[leg].phone.number
        phone = self.phones[leg] = Phone(number, self.habits.get(number, Habit()))
        self.dialled.append(number)
        if not direct:
            self._later(REQUEST_S, lambda: self._alive(leg, DialDone(leg)))
        if phone.habit.busy:
            self._later(RINGS_AFTER_S, lambda: self._leg_over(leg, LegResult.BUSY))
            return
        self._later(RINGS_AFTER_S, lambda: self._rings(leg))

    def _alive(self, leg: int, event: Event) -> None:
        if self.phones[leg].alive:
            self._tell(event)

    def _rings(self, leg: int) -> None:
        phone = self.phones[leg]
        if not phone.alive:
            return
        self._tell(LegRang(leg))
        seconds = self.state.legs[leg].phone.ring_seconds
        after = phone.habit.after_s
        if after is not None and after < seconds:
            self._later(after, lambda: self._picked_up(leg))
        else:
            self._later(seconds, lambda: self._leg_over(leg, LegResult.TIMEOUT))

    def _picked_up(self, leg: int) -> None:
        phone = self.phones[leg]
        if not phone.alive:
            return
        self._tell(LegAnswered(leg))
        if self.state.legs[leg].direct:
            self._join(leg)
        else:
            self._ask_leg(leg)

    def _ask_leg(self, leg: int) -> None:
        """The phone hears the whisper, and answers with a key or none."""
        phone = self.phones[leg]
        keys = phone.habit.keys
        pressed = keys[phone.asked] if phone.asked < len(keys) else ""
        phone.asked += 1
        seconds = phone.habit.thinks_s if pressed else SPOKEN_S + self.state.plan.accept_seconds
        self._later(seconds, lambda: self._key(leg, pressed))

    def _key(self, leg: int, pressed: str) -> None:
        if not self.phones[leg].alive:
            return
        reply = self._tell(LegKey(leg, pressed)) or ()
        if any(isinstance(part, AskLeg) for part in reply):
            self._ask_leg(leg)
        elif any(isinstance(part, Join) for part in reply):
            self._later(REQUEST_S, lambda: self._join(leg))
        else:
            self._later(SPOKEN_S, lambda: self._leg_over(leg, LegResult.HUNG_UP))

    def _join(self, leg: int) -> None:
        phone = self.phones[leg]
        if not phone.alive:
            return
        phone.joined = True
        self.most_joined = max(self.most_joined, sum(p.joined for p in self.phones.values()))
        if not self.state.legs[leg].direct:
            self._tell(LegJoined(leg, ROOM))
        self._later(phone.habit.talks_s, lambda: self._leg_over(leg, LegResult.HUNG_UP))

    def _leg_over(self, leg: int, result: LegResult) -> None:
        phone = self.phones.get(leg)
        if phone is None or not phone.alive:
            return
        phone.alive = phone.joined = False
        self._tell(LegEnded(leg, result))
        self._after_leg(leg)

    # -- the caller

    def _hang_up(self) -> None:
        if self.caller_here:
            self.caller_here = False
            self._script += 1
            self._tell(CallerGone())

    def _move(self) -> None:
        if self.caller_here and self.state.phase is not Phase.ENDED:
            self._tell(StepReached(None))

    def _after_leg(self, leg: int) -> None:
        """The caller's own instructions waited for this leg: they go on."""
        waits_for = self._waits_for
        if self.caller_here and waits_for == leg:
            self._waits_for = None
            self._later(REQUEST_S, self._now(lambda: self._tell(StepReached(leg))))

    _waits_for: int | None = None

    def _now(self, what: Callable[[], object]) -> Callable[[], None]:
        """Return what is done only while the caller still hears the same instructions."""
        script = self._script

        def run() -> None:
            if self.caller_here and script == self._script:
                what()

        return run

    def _perform(self, script: Script) -> None:
        """The caller hears instructions, up to the first that asks or waits."""
        self._script += 1
        self._waits_for = None
        seconds = 0.0
        for part in script:
            match part:
                case Say(code):
                    self.heard.append(code)
                    seconds += SPOKEN_S
                case Music():
                    seconds += MUSIC_S
                case AskCaller():
                    self._later(seconds + 1, self._now(self._heartbeat))
                    return
                case AskKeys(turn):
                    self._answer(turn, seconds + part.seconds)
                    return
                case Connect(leg):
                    self._waits_for = leg
                    self._ring(leg, direct=True)
                    return
                case Join(leg):
                    self._waits_for = leg
                    self._later(REQUEST_S, self._now(lambda: self._tell(CallerJoined(ROOM))))
                    if not self.phones[leg].alive:
                        self._after_leg(leg)
                    return
                case Record():
                    self._later(seconds + self.caller.speaks_s, self._now(self._spoken))
                    return
                case AskNext():
                    return
        self._later(seconds, self._now(self._hang_up))

    def _heartbeat(self) -> None:
        waited = (self.now - self.state.started_at).total_seconds()
        key = self.caller.waits_key_s
        self._tell(Heartbeat("1" if key is not None and waited >= key else ""))

    def _answer(self, turn: int, silent_s: float) -> None:
        answers = self.caller.answers
        keys = answers[self._asked] if self._asked < len(answers) else ""
        self._asked += 1
        seconds = SPOKEN_S if keys else silent_s
        self._later(seconds, self._now(lambda: self._tell(KeysPressed(turn, keys))))

    def _spoken(self) -> None:
        self._tell(MessageRecorded())
        self._hang_up()
