"""A small telephone world: what the platform, the phones and the caller may do next.

It remembers what is true of each phone and of the caller, and which reports are still owed.
A report may be late or lost, and a request of the platform may not reach us: each such `fault`
comes out of a budget, so that the world stays finite. A machine that picks up is a person who
presses no key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from telephony import machine
from telephony.enums import LegResult
from telephony.instructions import Connect, Record, Script
from telephony.types import (
    Arrived,
    CallerGone,
    CallerJoined,
    CheckJoined,
    CheckLeg,
    DeadlinePassed,
    DialDone,
    DialFailed,
    DialUnknown,
    EndedByUs,
    Event,
    HangUp,
    Heartbeat,
    JoinChecked,
    LegAnswered,
    LegChecked,
    LegEnded,
    LegJoined,
    LegKey,
    LegRang,
    MessageConfirmed,
    MessageMeasured,
    MessageRecorded,
    MoveCaller,
    MoveRefused,
    State,
    Step,
    StepReached,
)

ROOM = "room"
Life = Enum("Life", "ABSENT RINGING ASKED JOINING JOINED TALKING CLOSING GONE")
Place = Enum("Place", "WAITS CONNECTS JOINS JOINED RECORDS KEEPS HEARS GONE")
Move = tuple[Event | None, "World"]
Check = CheckJoined | CheckLeg


@dataclass(frozen=True)
class Truth:
    """What is true of one phone; `dialling`: the platform has not answered our request."""

    life: Life
    dialling: bool
    direct: bool
    hung: bool = False


SILENT = Truth(Life.GONE, dialling=False, direct=False)


@dataclass(frozen=True)
class World:
    """What is true now; `with_leg` is the leg that the caller's instructions wait for.

    A caller who speaks records the message again for the `take`th time; `asks`: and is asked then
    whether to keep it.
    """

    place: Place
    message: bool
    faults: int
    with_leg: int = 0
    phones: tuple[Truth, ...] = ()
    moved: bool = False
    checks: frozenset[Check] = frozenset()
    owed: frozenset[Event] = frozenset()
    take: int = 0
    asks: bool = False

    def phone(self, leg: int, **changes: object) -> World:
        """Change what is true of one phone."""
        new = replace(self.phones[leg - 1], **changes)  # type: ignore[arg-type]
        return replace(self, phones=(*self.phones[: leg - 1], new, *self.phones[leg:]))

    def faulty(self, **changes: object) -> World:
        """Spend one fault."""
        return replace(self, faults=self.faults - 1, **changes)  # type: ignore[arg-type]


def moves(w: World, state: State) -> Iterator[Move]:
    """Yield what may happen next: the event that we hear (None: nothing), and the world after."""
    if machine.next_deadline(state) is not None:
        yield DeadlinePassed(), replace(w, checks=frozenset())  # unanswered by then: never
    for event in w.owed:
        yield event, replace(w, owed=w.owed - {event})
    for check in w.checks:
        yield from _checked(w, check)
    for leg in range(1, len(w.phones) + 1):
        yield from _phone_moves(w, leg)
    if w.place is not Place.GONE:
        yield from _caller_moves(w)


def _told(w: World, event: Event) -> Iterator[Move]:
    """Something happened: we hear of it now, or (a fault) later or never."""
    yield event, w
    if w.faults:
        yield None, w.faulty(owed=w.owed | {event})


def _checked(w: World, check: Check) -> Iterator[Move]:
    rest = replace(w, checks=w.checks - {check})
    if isinstance(check, CheckJoined):
        life = w.phones[check.leg - 1].life
        joined = life is Life.JOINED and w.place is Place.JOINED
        yield JoinChecked(check.leg, joined, life is not Life.GONE), rest
        return
    if check.leg is None:
        yield LegChecked(None, w.place is not Place.GONE), rest
    elif w.phones[check.leg - 1].life is not Life.ABSENT:
        yield LegChecked(check.leg, w.phones[check.leg - 1].life is not Life.GONE), rest


def _phone_moves(w: World, leg: int) -> Iterator[Move]:
    phone = w.phones[leg - 1]
    if phone.dialling:
        yield DialDone(leg), w.phone(leg, dialling=False)
        yield DialUnknown(leg), w.phone(leg, dialling=False)
        if phone.life is Life.ABSENT:
            failed = w.phone(leg, dialling=False, life=Life.GONE)
            yield DialFailed(leg, LegResult.NOT_DIALLED), failed
    connects = not phone.direct or (w.place is Place.CONNECTS and w.with_leg == leg)
    match phone.life:
        case Life.ABSENT if connects:
            yield from _told(w.phone(leg, life=Life.RINGING), LegRang(leg))
        case Life.RINGING:
            life = Life.TALKING if phone.direct else Life.ASKED
            yield from _told(w.phone(leg, life=life), LegAnswered(leg))
        case Life.ASKED:
            for digit in ("1", "2", ""):
                yield LegKey(leg, digit), w
        case Life.JOINING:
            yield from _told(w.phone(leg, life=Life.JOINED), LegJoined(leg, ROOM))
    if phone.life is not Life.GONE:
        result = LegResult.BUSY if phone.life is Life.ABSENT else LegResult.HUNG_UP
        yield from _told(w.phone(leg, life=Life.GONE), LegEnded(leg, result))


def _caller_moves(w: World) -> Iterator[Move]:
    yield from _told(replace(w, place=Place.GONE, moved=False), CallerGone())
    if w.moved:
        yield StepReached(None), replace(w, moved=False)
        if w.faults:
            yield MoveRefused(), w.faulty(moved=False)
    asks: list[Event] = []
    match w.place:
        case Place.WAITS:
            asks = [Heartbeat(""), Heartbeat("1")]
        case Place.CONNECTS | Place.JOINED if w.phones[w.with_leg - 1].life is Life.GONE:
            asks = [StepReached(w.with_leg)]
        case Place.JOINS:
            yield from _told(replace(w, place=Place.JOINED), CallerJoined(ROOM))
        case Place.RECORDS:
            then = replace(w, place=Place.KEEPS if w.asks else Place.HEARS, asks=False)
            yield from _told(then, MessageRecorded(w.take))
            yield MessageRecorded(w.take, short=True), then
        case Place.KEEPS:
            asks = [MessageConfirmed(w.take, "2"), MessageConfirmed(w.take, "")]
    for event in asks:
        yield event, replace(w, moved=False)
        if w.moved and w.faults:
            yield event, w.faulty()  # the transfer is on its way and comes all the same
    if asks and w.faults:
        speaks = w.message and w.place is not Place.KEEPS
        place = Place.RECORDS if speaks else Place.HEARS
        yield None, w.faulty(place=place)  # our answer did not come: the platform goes on alone


def react(w: World, event: Event, step: Step) -> World:
    """Return the world after what the machine decided and answered."""
    for ordinal in range(len(w.phones) + 1, len(step.state.legs) + 1):
        direct = step.state.legs[ordinal].direct
        w = replace(w, phones=(*w.phones, Truth(Life.ABSENT, not direct, direct)))
    for action in step.actions:
        match action:
            case HangUp(int() as leg):
                w = w.phone(leg, hung=True)
            case MoveCaller():
                w = replace(w, moved=True)
            case CheckJoined() | CheckLeg():
                w = replace(w, checks=w.checks | {action})
    if isinstance(event, LegKey) and step.reply is not None:
        w = _answer_phone(w, event.leg, step.reply)
    elif step.reply is not None:
        w = _answer_caller(w, step.reply)
    return _forget(w, step.state)


def _forget(w: World, state: State) -> World:
    """Drop what can make no difference any more, to keep the world small.

    These are: our request for a leg that has shown, what a leg does that was told to end, and
    the answer that a leg still lives, which leads to nothing or to the same hang-up again.
    """
    for ordinal, phone in enumerate(w.phones, start=1):
        if phone.dialling and state.legs[ordinal].placed:
            w = w.phone(ordinal, dialling=False)
        if phone.life is Life.GONE and not phone.dialling:
            w = w.phone(ordinal, hung=False, direct=False)
        if phone.hung and phone.life in (Life.JOINING, Life.JOINED, Life.TALKING):
            w = w.phone(ordinal, life=Life.CLOSING)
    return replace(w, checks=frozenset(check for check in w.checks if _matters(w, check)))


def _matters(w: World, check: Check) -> bool:
    if isinstance(check, CheckJoined):
        return True
    if check.leg is None:
        return w.place is Place.GONE
    phone = w.phones[check.leg - 1]
    return phone.life is Life.GONE or phone.direct or not phone.hung


def _answer_phone(w: World, leg: int, script: Script) -> World:
    if w.phones[leg - 1].life is Life.GONE:
        return w
    names = {type(part).__name__ for part in script}
    if "AskLeg" in names:
        return w
    return w.phone(leg, life=Life.JOINING if "Join" in names else Life.CLOSING)


def _answer_caller(w: World, script: Script) -> World:
    names = {type(part).__name__ for part in script}
    if "Connect" in names:
        leg = next(part.leg for part in script if isinstance(part, Connect))
        w = replace(w, place=Place.CONNECTS, with_leg=leg)
        return w.phone(leg, life=Life.ABSENT, direct=True)
    if "Join" in names:
        leg = next(part.leg for part in script if hasattr(part, "leg"))
        return replace(w, place=Place.JOINS, with_leg=leg)
    if "AskCaller" in names:
        return replace(w, place=Place.WAITS, with_leg=0)
    w = replace(w, with_leg=0, take=0, asks="AskKept" in names)
    if "Record" not in names:
        return replace(w, place=Place.HEARS)
    take = next(part.take for part in script if isinstance(part, Record))
    return replace(w, place=Place.RECORDS, take=take)


def anything(legs: int) -> list[Event]:
    """Return every event, whether it fits or not, about these legs and one more."""
    events: list[Event] = [
        Arrived(),
        Heartbeat(""),
        Heartbeat("1"),
        StepReached(None),
        MoveRefused(),
        CallerJoined("room"),
        CallerGone(),
        MessageRecorded(),
        MessageRecorded(short=True),
        MessageMeasured(True),
        MessageMeasured(False),
        MessageConfirmed(0, "2"),
        LegChecked(None, True),
        LegChecked(None, False),
        EndedByUs("Sam"),
        DeadlinePassed(),
    ]
    for leg in range(1, legs + 2):
        events += [DialDone(leg), DialUnknown(leg), DialFailed(leg, LegResult.NOT_DIALLED)]
        events += [LegRang(leg), LegAnswered(leg), LegEnded(leg, LegResult.BUSY)]
        events += [LegKey(leg, digit) for digit in ("1", "2", "")]
        events += [LegJoined(leg, "room"), StepReached(leg)]
        events += [JoinChecked(leg, together) for together in (True, False, None)]
        events.append(JoinChecked(leg, False, taker_live=True))
        events += [LegChecked(leg, live) for live in (True, False, None)]
    return events
