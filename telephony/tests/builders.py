"""Plans and phones in few words, and one live call to feed events to."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from telephony import codec, machine
from telephony.enums import Phase
from telephony.instructions import Say, Script
from telephony.types import (
    Action,
    CallerJoined,
    Dial,
    DialDone,
    Ending,
    Event,
    LegAnswered,
    LegJoined,
    LegKey,
    LegRang,
    Note,
    Phone,
    Plan,
    Skip,
    Stage,
    State,
    Step,
    StepReached,
)

START = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)


def phone(name: str, *, ring: int = 20, screened: bool = True, whisper: str = "") -> Phone:
    """Return a phone whose number is made from its owner's name."""
    number = f"+3363998{sum(map(ord, name)) % 10_000:04}"
    return Phone(number, name, 1, None, ring, screened, whisper, "en")


def cascade(*names: str, ring: int = 20) -> Stage:
    """Return a stage that rings these phones one after the other."""
    return Stage((tuple(phone(name, ring=ring) for name in names),), "level")


def team(*names: str, ring: int = 20) -> Stage:
    """Return a stage that rings these phones side by side."""
    return Stage(tuple((phone(name, ring=ring),) for name in names), "level")


def direct(name: str, *, ring: int = 20) -> Stage:
    """Return a stage in which picking up is enough."""
    return Stage(((phone(name, ring=ring, screened=False),),), "level", direct=True)


def plan(
    *stages: Stage,
    message: bool = True,
    accept: int = 8,
    longest: int = 180,
    hard_stop: int = 300,
    skipped: tuple[Skip, ...] = (),
) -> Plan:
    """Return a route over these stages to a message, or to an announcement."""
    return Plan(stages, Ending(message, max_seconds=longest), accept, hard_stop, hard_stop, skipped)


class LiveCall:
    """A call in the making, whose state goes through JSON after every event."""

    def __init__(self, route: Plan, *, may_connect: bool = True) -> None:
        self.now = START
        self.actions: list[Action] = []
        self.notes: list[Note] = []
        self.state: State
        self._take(machine.begin(route, self.now, may_connect=may_connect))

    def __call__(self, event: Event, *, after: float = 0, may_connect: bool = True) -> Step:
        """Feed one event, so many seconds after the last, and return what it led to."""
        self.now += timedelta(seconds=after)
        return self._take(machine.advance(self.state, event, self.now, may_connect=may_connect))

    def _take(self, step: Step) -> Step:
        stored = codec.decode(State, json.loads(json.dumps(codec.encode(step.state))))
        assert stored == step.state
        self.state, self.last = stored, step
        self.actions += step.actions
        self.notes += step.notes
        return step

    def picks_up(self, leg: int) -> None:
        """The leg is dialled, rings, and is picked up, a second each."""
        for event in (DialDone(leg), LegRang(leg), LegAnswered(leg)):
            self(event, after=1)

    def takes(self, leg: int) -> Step:
        """The leg is picked up, and its owner presses 1."""
        self.picks_up(leg)
        return self(LegKey(leg, "1"), after=1)

    def talks(self, leg: int) -> None:
        """The leg's owner takes the call, and both enter the conversation."""
        self.takes(leg)
        for event in (StepReached(None), LegJoined(leg, "room"), CallerJoined("room")):
            self(event)

    def phase(self) -> Phase:
        """Where the call stands."""
        return self.state.phase

    @property
    def rung(self) -> list[str]:
        """The owners of the phones dialled so far, in order."""
        return [
            self.state.legs[action.leg].phone.name
            for action in self.actions
            if isinstance(action, Dial)
        ]

    @property
    def reasons(self) -> list[str]:
        """Why the call went unanswered, each time that it did."""
        return [note.params["reason"] for note in self.notes if note.code == "unanswered"]

    @property
    def due_in(self) -> float | None:
        """Seconds until the watchdog must look at the call."""
        deadline = machine.next_deadline(self.state)
        return None if deadline is None else (deadline - self.now).total_seconds()


def said(script: Script | None) -> list[str]:
    """Return the codes of the words in a script."""
    return [part.code for part in script or () if isinstance(part, Say)]


def kinds(script: Script | None) -> list[str]:
    """Return the names of the instructions in a script."""
    return [type(part).__name__ for part in script or ()]
