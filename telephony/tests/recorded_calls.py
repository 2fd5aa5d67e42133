"""Calls written down event by event; together they stand in all that a live call can stand in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

from telephony.enums import Ask, GoalKind, LegResult, Outcome
from telephony.machine import Visitor
from telephony.tests.builders import START, cascade, direct, phone, plan, team
from telephony.types import (
    CallerGone,
    CallerJoined,
    DeadlinePassed,
    DialDone,
    DialUnknown,
    DivertNote,
    EndedByUs,
    Ending,
    Event,
    Goal,
    Heartbeat,
    KeysPressed,
    LegAnswered,
    LegAsks,
    LegChecked,
    LegEnded,
    LegJoined,
    LegKey,
    LegRang,
    Menu,
    MessageRecorded,
    OutgoingPlan,
    Place,
    Plan,
    StepReached,
    Tree,
    Waiting,
    Whispered,
)

# What happens next: an event a second later, an event so many seconds later, or the route that was
# planned at the leaf of the menu to which the event before led.
Next = Event | tuple[float, Event] | Plan


@dataclass(frozen=True)
class Recorded:
    """A call to its `outcome`; in a menu with a `tree`; not taken, with the words `refused`."""

    name: str
    opening: Plan | OutgoingPlan
    then: tuple[Next, ...]
    outcome: Outcome
    tree: Tree | None = None
    visitor: Visitor = field(default_factory=Visitor)
    refused: str = ""


def shown(leg: int) -> tuple[Event, ...]:
    """Return what the platform tells of a phone that rings."""
    return DialDone(leg), LegRang(leg)


def talks(leg: int) -> tuple[Event, ...]:
    """Return how a phone that rings takes a call, until both have hung up."""
    joined = (StepReached(None), LegJoined(leg, "room"), CallerJoined("room"))
    over = (CallerGone(), LegEnded(leg, LegResult.HUNG_UP))
    return LegAnswered(leg), LegKey(leg, "1"), *joined, *over


GONE = (CallerGone(),)
MESSAGE = (StepReached(None), MessageRecorded(), *GONE)
ALICE, BOTH, DIRECT = plan(cascade("Alice")), plan(team("Alice", "Bruno")), plan(direct("Alice"))

RUNG = (
    Recorded(
        "the second phone of a cascade takes the call",
        plan(cascade("Alice", "Bruno")),
        (*shown(1), Heartbeat(""), LegEnded(1, LegResult.TIMEOUT), *shown(2), *talks(2)),
        Outcome.CONNECTED,
    ),
    Recorded(
        "whoever took the call drops it before talking, and the other takes it",
        BOTH,
        (
            *shown(1),
            *shown(2),
            LegAnswered(1),
            LegKey(1, "1"),
            LegEnded(2, LegResult.WITHDRAWN),
            LegEnded(1, LegResult.HUNG_UP),
            *shown(3),
            *talks(3),
        ),
        Outcome.CONNECTED,
    ),
    Recorded(
        "two have picked up, and one hears that it is taken",
        BOTH,
        (
            *shown(1),
            *shown(2),
            LegAnswered(2),
            *talks(1)[:-2],
            LegKey(2, "1"),
            LegEnded(2, LegResult.HUNG_UP),
            *talks(1)[-2:],
        ),
        Outcome.CONNECTED,
    ),
    Recorded(
        "nobody presses a key, and the caller leaves a message",
        ALICE,
        (
            *shown(1),
            LegAnswered(1),
            LegKey(1, ""),
            LegKey(1, ""),
            LegEnded(1, LegResult.HUNG_UP),
            *MESSAGE,
        ),
        Outcome.MESSAGE_LEFT,
    ),
    Recorded(
        "a waiting caller chooses to leave a message",
        ALICE,
        (
            *shown(1),
            Heartbeat("1"),
            LegEnded(1, LegResult.WITHDRAWN),
            MessageRecorded(),
            *GONE,
        ),
        Outcome.MESSAGE_LEFT,
    ),
    Recorded(
        "a message may have been left that nobody told of",
        ALICE,
        (
            *shown(1),
            LegEnded(1, LegResult.TIMEOUT),
            StepReached(None),
            (90, LegChecked(None, False)),
            (600, DeadlinePassed()),
        ),
        Outcome.GAVE_UP_IN_VOICEMAIL,
    ),
    Recorded(
        "nobody answers, and the caller hears an announcement",
        plan(cascade("Alice"), message=False),
        (*shown(1), LegEnded(1, LegResult.BUSY), StepReached(None), *GONE),
        Outcome.ANNOUNCEMENT,
    ),
    Recorded(
        "the caller hangs up while the phone rings",
        ALICE,
        (*shown(1), *GONE, LegEnded(1, LegResult.WITHDRAWN)),
        Outcome.GAVE_UP_RINGING,
    ),
    Recorded(
        "nobody knows whether the phone was dialled, and it shows itself",
        ALICE,
        (DialUnknown(1), LegRang(1), *talks(1)),
        Outcome.CONNECTED,
    ),
    Recorded(
        "a phone that is connected directly is picked up",
        DIRECT,
        (
            LegRang(1),
            LegAnswered(1),
            LegEnded(1, LegResult.HUNG_UP),
            StepReached(1),
            *GONE,
        ),
        Outcome.PICKED_UP,
    ),
    Recorded(
        "a direct phone is busy, and one with a key takes the call",
        plan(direct("Alice"), cascade("Bruno")),
        (LegEnded(1, LegResult.BUSY), StepReached(1), *shown(2), *talks(2)),
        Outcome.CONNECTED,
    ),
    Recorded(
        "the caller is moved to a phone that is connected directly",
        plan(cascade("Alice"), direct("Bruno")),
        (
            *shown(1),
            LegEnded(1, LegResult.TIMEOUT),
            StepReached(None),
            LegRang(2),
            LegAnswered(2),
            *GONE,
            LegEnded(2, LegResult.HUNG_UP),
        ),
        Outcome.PICKED_UP,
    ),
)

UNTIL = START + timedelta(hours=1)
DIVERTED = (
    Recorded(
        "a diverted call is taken",
        replace(ALICE, divert=DivertNote("Main line", "Alice", UNTIL, "Europe/Paris", "Sam")),
        (*shown(1), *talks(1)),
        Outcome.CONNECTED,
    ),
)

HEATING = Goal(GoalKind.SERVICE, 5, name={"en": "heating"})
BACK = Goal(GoalKind.CALL_BACK, 5)
BELOW = Menu(2, keys={"1": HEATING, "0": Goal(GoalKind.BACK)}, told=("1", "0"), mailbox=7)
TOP = Menu(
    1,
    welcome={"en": "Welcome", "fr": "Bienvenue"},
    keys={
        "1": HEATING,
        "2": Goal(GoalKind.MENU, 2),
        "3": BACK,
        "4": Goal(GoalKind.DIAL_EXTENSION),
        "5": Goal(GoalKind.HANG_UP),
        "6": Goal(GoalKind.VOICEMAIL, mailbox=3),
    },
    told=("1", "2", "3", "4", "5", "6"),
)
TREE = Tree(("en", "fr"), 1, {1: TOP, 2: BELOW})
CALLER = Visitor("+33639980001", "", ("en", "fr"))
BASE = replace(plan(), worst_case_seconds=0)
TO_MESSAGE = replace(plan(), ending=Ending(message=True, mailbox=7), chosen=True)


def keyed(*keys: str, first: int = 1) -> tuple[Event, ...]:
    """Return these answers to one question after the other, from the question number `first` on."""
    return tuple(KeysPressed(turn, each) for turn, each in enumerate(keys, start=first))


def in_menu(name: str, *then: Next, outcome: Outcome) -> Recorded:
    """Return a call that begins with the choice of a language."""
    return Recorded(name, BASE, then, outcome, TREE, CALLER)


OFFERS = replace(ALICE, ending=Ending(message=True, offer=replace(BACK, mailbox=3)))
SPOKEN = replace(
    ALICE,
    whispered=Whispered({"en": "heating"}, digits="0639980001"),
    waiting=Waiting({"en": "Still trying"}, music={"en": "abc"}),
)
TOLD = replace(DIRECT, records=True, notice={"en": "Calls are recorded"})

IN_MENUS = (
    in_menu(
        "a service two levels down takes the call",
        *keyed("1", "2", "0", "2", "1"),
        SPOKEN,
        *shown(1),
        Heartbeat(""),
        *talks(1),
        outcome=Outcome.CONNECTED,
    ),
    in_menu(
        "a number to be called back at is keyed in anew",
        *keyed("1", "3", "0639980002", "2", "0639980003", "1"),
        *GONE,
        outcome=Outcome.CALL_BACK_REQUESTED,
    ),
    in_menu(
        "an extension is picked up",
        *keyed("1", "4", "201"),
        DIRECT,
        LegRang(1),
        LegAnswered(1),
        LegEnded(1, LegResult.HUNG_UP),
        StepReached(1),
        *GONE,
        outcome=Outcome.PICKED_UP,
    ),
    in_menu(
        "whoever is asked what they want in the end leaves a message",
        *keyed("2", "1"),
        OFFERS,
        *shown(1),
        LegEnded(1, LegResult.TIMEOUT),
        StepReached(None),
        *keyed("1", first=3),
        TO_MESSAGE,
        MessageRecorded(),
        *GONE,
        outcome=Outcome.MESSAGE_LEFT,
    ),
    in_menu(
        "a message is chosen in the menu",
        *keyed("1", "6"),
        TO_MESSAGE,
        MessageRecorded(),
        *GONE,
        outcome=Outcome.MESSAGE_LEFT,
    ),
    in_menu(
        "the caller hangs up in the menu",
        *keyed("1", "9"),
        *GONE,
        outcome=Outcome.GAVE_UP_IN_MENU,
    ),
    in_menu("a key ends the call", *keyed("1", "5"), *GONE, outcome=Outcome.ANNOUNCEMENT),
    Recorded(
        "a transfer that nobody answers leads to the menu",
        replace(DIRECT, ending=Ending(message=True, menu=Place((1,), Ask.MENU, language="en"))),
        (LegEnded(1, LegResult.BUSY), StepReached(1), *keyed("6"), TO_MESSAGE, *MESSAGE[1:]),
        Outcome.MESSAGE_LEFT,
        TREE,
    ),
)

SETTINGS = (
    Recorded(
        "a direct call is recorded, and goes on over a phone with a key",
        replace(TOLD, stages=(*TOLD.stages, *ALICE.stages)),
        (
            LegRang(1),
            LegEnded(1, LegResult.REJECTED),
            StepReached(1),
            *shown(2),
            *talks(2),
        ),
        Outcome.CONNECTED,
    ),
    Recorded(
        "somebody of the house ends a call that waits",
        ALICE,
        (
            *shown(1),
            EndedByUs("Sam"),
            LegEnded(1, LegResult.WITHDRAWN),
            StepReached(None),
            (60, DeadlinePassed()),
            *GONE,
        ),
        Outcome.FAILED,
    ),
    Recorded(
        "a caller who is blocked hears so",
        replace(BASE, ending=Ending(message=False)),
        GONE,
        Outcome.BLOCKED,
        visitor=CALLER,
        refused="blocked",
    ),
)

CALLS_BACK = OutgoingPlan(phone("Alice"), phone("Caller", ring=60, screened=False), "Mr Brown", 8)
WAITS = (*shown(1), LegAnswered(1), LegKey(1, "1"), LegJoined(1, "room"))
OUTGOING = (
    Recorded(
        "a call back reaches the other side",
        CALLS_BACK,
        (
            *WAITS,
            *shown(2),
            LegAnswered(2),
            LegJoined(2, "room"),
            LegEnded(2, LegResult.HUNG_UP),
            LegEnded(1, LegResult.WITHDRAWN),
        ),
        Outcome.CONNECTED,
    ),
    Recorded(
        "a recorded call back finds the other side busy",
        replace(CALLS_BACK, records=True, notice={"en": "Calls are recorded"}),
        (
            *WAITS,
            DialDone(2),
            LegEnded(2, LegResult.BUSY),
            LegAsks(1),
            LegEnded(1, LegResult.HUNG_UP),
        ),
        Outcome.FAILED,
    ),
    Recorded(
        "whoever asked for a call back does not press the key",
        CALLS_BACK,
        (*WAITS[:3], LegKey(1, ""), LegKey(1, ""), LegEnded(1, LegResult.HUNG_UP)),
        Outcome.GAVE_UP_RINGING,
    ),
    Recorded(
        "a call back is ended while the other phone rings",
        CALLS_BACK,
        (
            *WAITS,
            *shown(2),
            EndedByUs("Sam"),
            LegEnded(2, LegResult.WITHDRAWN),
            LegEnded(1, LegResult.WITHDRAWN),
        ),
        Outcome.GAVE_UP_RINGING,
    ),
)

RECORDED = (*RUNG, *DIVERTED, *IN_MENUS, *SETTINGS, *OUTGOING)
