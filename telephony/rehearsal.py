"""A call played through beforehand: the machine itself, in a world where nobody answers.

Pure: time is virtual, and no rule of the machine is repeated here. Every phone rings its full time;
the caller hears each question out, presses the given keys, then none any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from telephony import machine
from telephony.agenda import MOST_KEYS, Agenda, Keypad
from telephony.enums import Ask, EndKind, LegResult, LegStatus, Phase
from telephony.instructions import AskCaller, AskKeys, Connect, Music, Record, Say, Script
from telephony.types import (
    Action,
    CheckJoined,
    CheckLeg,
    DeadlinePassed,
    Dial,
    DialDone,
    DivertNote,
    End,
    Event,
    HangUp,
    Heartbeat,
    JoinChecked,
    KeysPressed,
    LegAnswered,
    LegChecked,
    LegEnded,
    LegKey,
    LegRang,
    LegState,
    MoveCaller,
    Note,
    Plan,
    Question,
    Rehearsal,
    Ring,
    Skip,
    State,
    Step,
    StepReached,
    Tree,
)

# The standard waiting music played once, and the time after any in which a key is awaited.
MUSIC_SECONDS, WAITING_KEY_SECONDS = 16.0, 1.0
# More than any call takes: the hard stop and the bounded menus end it long before.
_MOST_MOVES = 20_000
_OVER = (Phase.MESSAGE, Phase.ANNOUNCEMENT, Phase.ENDED)
_TAKEN = (Phase.CLAIMED, Phase.CONNECTED)


def _at_once(_leg: int) -> float:
    return 0.0


def _on_time(due: datetime) -> datetime:
    return due


def _standard_music(_music: Music, _language: str) -> float:
    return MUSIC_SECONDS


@dataclass(frozen=True)
class Pace:
    """How long things take, in seconds: to `say` words, to play `music` once, in a language.

    `dial` is from the decision to ring a leg (ordinal) until the platform has the request, `rings`
    from there until the phone rings, `moves` until a caller whom we move asks; `watched` is when
    the watchdog looks at what was due.
    """

    say: Callable[[Say, str], float]
    music: Callable[[Music, str], float] = _standard_music
    dial: Callable[[int], float] = _at_once
    rings: float = 0.0
    moves: float = 0.0
    watched: Callable[[datetime], datetime] = _on_time


@dataclass(frozen=True)
class Scene:
    """A call at the instant `at`: what its caller does, and how a leaf of the menu is gone on from.

    `keys` are pressed one for each question; a comma or a space lets one pass without a key. A
    number is keyed in up to `#`, or up to a pause, after which its time runs out. Keys go to the
    questions while the caller waits, too. `language` is spoken until the caller has one; `taker`
    (id of a person) presses 1 as soon as their phone rings, None: nobody answers.
    """

    at: datetime
    tree: Tree
    resolve: Callable[[Step, datetime], Step]
    pace: Pace
    keys: str = ""
    language: str = ""
    taker: int | None = None


def rehearse(first: Step, scene: Scene) -> Rehearsal:
    """Return what happens to a call from its first step on, up to its end.

    Raises RuntimeError where it does not end, which the machine's own bounds exclude.
    """
    play = _Play(first.state, scene)
    play.take(first, to_caller=True)
    play.run()
    return play.result()


class _Play:
    """One call in the making, with the world around it."""

    def __init__(self, state: State, scene: Scene) -> None:
        self.state = state
        self.scene = scene
        self.agenda = Agenda(scene.at)
        self.later = self.agenda.later
        self.keypad = Keypad(scene.keys[:MOST_KEYS])
        self.path: list[Question | Ring] = []
        self.skipped: list[Skip] = []
        self.cut: list[Skip] = []
        self.diverts: list[DivertNote] = []
        self.worst = 0
        self.notes: list[Note] = []
        self.words: tuple[Say, ...] = ()
        self.ended: datetime | None = None
        self._script = 0  # counts what the caller was told: a new script ends the one before
        self._waits_for = (0, 0)  # the leg that the caller is being connected to, and the script
        self._plan: Plan | None = None

    def run(self) -> None:
        """Let happen what is due, until the call has come to its end."""
        for _ in range(_MOST_MOVES):
            if self._is_over():
                return
            deadline = machine.next_deadline(self.state)
            looked = None if deadline is None else self.scene.pace.watched(deadline)
            if not self.agenda.next(looked):
                if looked is None:
                    raise RuntimeError("A call that nobody will ever look at.")
                self.agenda.pass_to(looked)
                self.happen(DeadlinePassed())
        raise RuntimeError("A call that never ends.")

    def _is_over(self) -> bool:
        if self.state.phase in _TAKEN:
            return True
        return self.state.phase in _OVER and not self.state.move_wanted

    @property
    def now(self) -> datetime:
        """Return the instant that the call has come to."""
        return self.agenda.now

    def after(self) -> float:
        """Return how many seconds the call has lasted."""
        return (self.now - self.scene.at).total_seconds()

    # -- the machine

    def happen(self, event: Event, *, to_caller: bool = False) -> None:
        """Let the machine take in an event; `to_caller`: the caller hears its answer."""
        step = machine.advance(self.state, event, self.now, tree=self.scene.tree)
        self.take(step, to_caller=to_caller)

    def take(self, step: Step, *, to_caller: bool) -> None:
        """Take in what the machine decided, and do what it asks for."""
        if step.leaf is not None:
            step = self.scene.resolve(step, self.now)
        self.state = step.state
        self.notes += step.notes
        self._name_key(step.notes)
        self._planned()
        if self.ended is None and self.state.phase in (*_OVER, *_TAKEN):
            self.ended = self.now
        for action in step.actions:
            self._act(action)
        if to_caller and step.reply is not None:
            self._hears(step.reply)

    def _planned(self) -> None:
        """Remember what a route says when the call comes to it."""
        plan = self.state.plan
        if plan is self._plan:
            return
        self._plan = plan
        self.worst += plan.worst_case_seconds
        self.skipped += plan.skipped
        self.cut += plan.cut
        if plan.divert is not None:
            self.diverts.append(plan.divert)

    def _name_key(self, notes: Iterable[Note]) -> None:
        for note in notes:
            last = self.path[-1] if self.path else None
            if note.code == "key_pressed" and isinstance(last, Question):
                self.path[-1] = replace(last, name=note.params["name"])

    # -- the platform

    def _act(self, action: Action) -> None:
        match action:
            case Dial(leg):
                self.later(self.scene.pace.dial(leg), lambda: self._dialled(leg))
            case HangUp(int(leg)):
                self.later(0, lambda: self._leg_event(leg, LegEnded(leg, LegResult.WITHDRAWN)))
            case MoveCaller():
                self.later(0, self._move)
            case CheckLeg(None):
                self.later(0, lambda: self.happen(LegChecked(None, True)))
            case CheckLeg(int(leg)):
                live = self._leg(leg).status is not LegStatus.ENDED
                self.later(0, lambda: self.happen(LegChecked(leg, live)))
            case CheckJoined(leg):
                self.later(0, lambda: self.happen(JoinChecked(leg, False)))

    def _move(self) -> None:
        if self.state.move_wanted:
            moved = StepReached(None)
            self.later(self.scene.pace.moves, lambda: self.happen(moved, to_caller=True))

    def _dialled(self, leg: int) -> None:
        if self.state.phase is Phase.RINGING and self._leg(leg).status is LegStatus.DIALLING:
            self.happen(DialDone(leg))
            self._rings_soon(leg)

    def _rings_soon(self, leg: int) -> None:
        pace, seconds = self.scene.pace, self._leg(leg).phone.ring_seconds
        self.later(pace.rings, lambda: self._rings(leg))
        rung_out = LegEnded(leg, LegResult.TIMEOUT)
        self.later(pace.rings + seconds, lambda: self._leg_event(leg, rung_out))

    def _rings(self, leg: int) -> None:
        state = self._leg(leg)
        if state.status is not LegStatus.DIALLING:
            return
        stage = self.state.plan.stages[state.stage]
        ring = Ring(
            after=self.after(),
            leg=leg,
            phone=state.phone,
            stage=state.stage,
            reason=stage.reason,
            direct=state.direct,
            together=len(stage.lanes) > 1,
            seconds=float(state.phone.ring_seconds),
        )
        self.path.append(ring)
        self.happen(LegRang(leg))
        if state.phone.staff is not None and state.phone.staff == self.scene.taker:
            self.happen(LegAnswered(leg))
            if not state.direct:
                self.happen(LegKey(leg, "1"))

    def _leg_event(self, leg: int, event: LegEnded) -> None:
        """A leg ends, once; a caller who was being connected to it goes on."""
        if self._leg(leg).status is LegStatus.ENDED:
            return
        self._cut_short(leg)
        self.happen(event)
        if self._waits_for == (leg, self._script):
            self.happen(StepReached(leg), to_caller=True)

    def _cut_short(self, leg: int) -> None:
        for index, each in enumerate(self.path):
            if isinstance(each, Ring) and each.leg == leg:
                seconds = min(each.seconds, self.after() - each.after)
                self.path[index] = replace(each, seconds=seconds)

    def _leg(self, leg: int) -> LegState:
        return self.state.legs[leg]

    # -- the caller

    def _hears(self, script: Script) -> None:
        """Play a script up to the point where it asks for something."""
        self._script += 1
        mine, seconds, said = self._script, 0.0, list[Say]()

        def then(act: Callable[[], None]) -> None:
            self.later(seconds, lambda: act() if self._script == mine else None)

        self.words = ()
        for part in script:
            match part:
                case Say():
                    said.append(part)
                    seconds += self.scene.pace.say(part, self._language())
                    self.words = tuple(said)
                case Music():
                    seconds += self.scene.pace.music(part, self._language())
                case AskKeys():
                    then(partial(self._asked, part, self.after(), tuple(said), mine))
                    return
                case AskCaller():
                    then(partial(self._waits, mine))
                    return
                case Connect(leg):
                    then(partial(self._connects, leg))
                    return
                case Record():
                    return

    def _connects(self, leg: int) -> None:
        self._waits_for = (leg, self._script)
        self._rings_soon(leg)

    def _language(self) -> str:
        return self.state.language or self.scene.language

    def _asked(self, ask: AskKeys, began: float, said: tuple[Say, ...], mine: int) -> None:
        if ask.most == 1:
            keys = self.keypad.one()
            ends = keys != ""
        else:
            keys, ends = self.keypad.number(ask.most)
        seconds = 0 if ends else ask.seconds
        place = self.state.place
        spent = self.after() + seconds - began
        asked = place.ask if place is not None else Ask.OFFER
        self.path.append(Question(began, asked, said, self._language(), keys, spent))
        pressed = KeysPressed(ask.turn, keys)
        self.later(seconds, lambda: self._answers(pressed, mine))

    def _waits(self, mine: int) -> None:
        key = self.keypad.one()
        if key:
            self.path.append(Question(self.after(), None, (), self._language(), key))
        seconds = 0 if key else WAITING_KEY_SECONDS
        self.later(seconds, lambda: self._answers(Heartbeat(key), mine))

    def _answers(self, event: Event, mine: int) -> None:
        if self._script == mine:
            self.happen(event, to_caller=True)

    # -- the end

    def result(self) -> Rehearsal:
        """Return all of it, in the order of its times."""
        late = [
            Skip(note.params["reason"], note.params["name"])
            for note in self.notes
            if note.code == "skipped" and note.params["reason"] == "hard_stop"
        ]
        end = self._end()
        path = [_until(end, each) for each in self.path]
        return Rehearsal(
            path=tuple(sorted(path, key=lambda each: each.after)),
            end=end,
            worst_case_seconds=self.worst,
            skipped=tuple(dict.fromkeys(self.skipped)),
            cut=tuple(dict.fromkeys([*self.cut, *late])),
            diverts=tuple(dict.fromkeys(self.diverts)),
            language=self._language(),
            closed=any(note.code == "closed" for note in self.notes),
        )

    def _end(self) -> End:
        state = self.state
        kind, mailbox, name = self._kind(), None, ""
        if kind is EndKind.VOICEMAIL:
            mailbox = state.plan.ending.mailbox
        elif kind is EndKind.CALL_BACK:
            wishes = [n.params["mailbox"] for n in self.notes if n.code == "call_back_requested"]
            mailbox = int(wishes[-1]) if wishes and wishes[-1] else None
        elif kind is EndKind.CONNECTED:
            name = next(leg.phone.name for leg in state.legs.values() if leg.picked_up)
        after = ((self.ended or self.now) - self.scene.at).total_seconds()
        call_back = state.call_back if kind is EndKind.CALL_BACK else ""
        return End(kind, after, self.words, mailbox, name, call_back)

    def _kind(self) -> EndKind:
        if self.state.phase in _TAKEN:
            return EndKind.CONNECTED
        if self.state.phase is Phase.MESSAGE:
            return EndKind.VOICEMAIL
        return _CLOSED.get(self.state.closing, EndKind.ANNOUNCEMENT)


def _until(end: End, each: Question | Ring) -> Question | Ring:
    """Let no phone ring on when the caller is elsewhere."""
    if isinstance(each, Ring):
        return replace(each, seconds=min(each.seconds, end.after - each.after))
    return each


_CLOSED = {
    "blocked": EndKind.BLOCKED,
    "line_full": EndKind.LINE_FULL,
    "call_back_noted": EndKind.CALL_BACK,
    "goodbye": EndKind.HANG_UP,
}
