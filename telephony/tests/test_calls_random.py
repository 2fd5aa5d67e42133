"""Random numbers, menus, scenarios, rosters, phones and callers: what must hold of every call."""

from __future__ import annotations

import os
from datetime import datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduling.types import Assignee, Contact, House, OnCall, Roster
from telephony import machine, menus
from telephony.enums import GoalKind, Outcome, Phase, StepKind, Strategy
from telephony.machine import Visitor
from telephony.plan import CallerSpec, NumberSpec, RouteFacts, StepSpec, chosen, make_plan
from telephony.tests.builders import START
from telephony.tests.exchange import Exchange, Habit, Person
from telephony.types import Ending, Goal, Leaf, Menu, Place, Plan, State, Step, Tree

SOAK = os.environ.get("ONCALL_SOAK") == "1"
MANY = settings(
    max_examples=100_000 if SOAK else 400,
    derandomize=not SOAK,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
OWN = "+33970000001"
NUMBERS = [f"+3363998{n:04}" for n in range(8)] + [OWN]
EXTENSION = "201"
MESSAGE = Ending(message=True, mailbox=1)

# --- what the manager set up --------------------------------------------------------------------

contacts = st.builds(
    lambda number, ring, connect, owner: Contact(
        None, number, "", ring, connect, owner, f"Person {owner}", "en"
    ),
    st.sampled_from(NUMBERS),
    st.sampled_from([None, 3, 8, 20, 60]),
    st.sampled_from([None, True, False]),
    st.integers(1, 4),
)
assignees = st.builds(
    lambda who, own: Assignee(who, None, f"Person {who}", tuple(own)),
    st.integers(1, 4),
    st.lists(contacts, max_size=3),
)
steps = st.builds(
    StepSpec,
    st.sampled_from([StepKind.LEVEL, StepKind.STAFF, StepKind.SUPERVISORS]),
    level=st.integers(1, 3),
    assignee=assignees,
    strategy=st.sampled_from(list(Strategy)),
    ring_seconds=st.sampled_from([None, 2, 10, 30]),
    attempts=st.integers(1, 2),
    call_connect=st.sampled_from([None, True, False]),
)
ends = st.sampled_from(
    [
        None,
        StepSpec(StepKind.VOICEMAIL, ending=MESSAGE),
        StepSpec(StepKind.ANNOUNCEMENT, ending=Ending(message=False, texts={"en": "No."})),
    ]
)
scenarios = st.none() | st.builds(
    lambda rings, end: (*rings, *([end] if end else [])),
    st.lists(steps, max_size=4),
    ends,
)
rosters = st.none() | st.lists(st.tuples(st.integers(1, 3), assignees), max_size=4).map(
    lambda duty: Roster(
        schedule=1,
        at=START,
        on_call=tuple(OnCall(level, who, None, START) for level, who in duty),
        skipped=(),
        supervisors=(),
    )
)
houses = st.builds(
    House,
    ring_seconds=st.sampled_from([10, 20, 33]),
    call_connect=st.booleans(),
    accept_seconds=st.integers(3, 10),
    hard_stop_seconds=st.sampled_from([60, 120, 300]),
)
words = st.sampled_from([{}, {"en": "For {service} at {line}, from {caller}."}])
lines = st.builds(
    NumberSpec,
    name=st.just("Line"),
    ring_seconds=st.sampled_from([None, 2, 12, 45]),
    call_connect=st.sampled_from([None, True, False]),
    whisper=words,
    names_caller=st.booleans(),
    record=st.booleans(),
    recording_notice=st.sampled_from([{}, {"en": "We record what you tell us. " * 4}]),
)
facts = st.builds(
    RouteFacts,
    number=lines,
    house=houses,
    roster=rosters,
    supervisors=st.lists(assignees, max_size=2).map(tuple),
    ending=st.sampled_from([MESSAGE, Ending(message=False)]),
    steps=scenarios,
    repeat=st.integers(1, 2),
    own_numbers=st.just(frozenset({OWN})),
    service=st.sampled_from([{}, {"en": "Boilers"}]),
    caller=st.builds(CallerSpec, st.sampled_from(["", "Mrs Brown"]), st.sampled_from(["", "0612"])),
)

# --- what callers find in a menu ----------------------------------------------------------------

_LEAVES = (
    *(GoalKind.SERVICE, GoalKind.SCHEDULE, GoalKind.TRANSFER, GoalKind.VOICEMAIL),
    *(GoalKind.CALL_BACK, GoalKind.ANNOUNCEMENT, GoalKind.DIAL_EXTENSION, GoalKind.REPEAT),
    *(GoalKind.BACK, GoalKind.HANG_UP),
)
goals = st.builds(
    Goal,
    st.sampled_from(_LEAVES),
    target=st.integers(0, 3),
    mailbox=st.sampled_from([None, 7]),
    name=st.just({"en": "somewhere"}),
    asks_number=st.booleans(),
)
below = st.sampled_from([Goal(GoalKind.MENU, pk) for pk in (2, 3, 4)])
keys = st.dictionaries(st.sampled_from("123*#"), goals | below, max_size=4)
levels = st.builds(
    lambda own, otherwise, tries: (own, otherwise, tries),
    keys,
    st.dictionaries(st.sampled_from([menus.NO_KEY, menus.WRONG_KEY, menus.TOO_MANY]), goals),
    st.integers(1, 3),
)
trees = st.builds(
    lambda languages, found: Tree(
        languages,
        1,
        {
            pk: Menu(pk, {"en": "Hello"}, {}, own, tuple(own), otherwise, tries)
            for pk, (own, otherwise, tries) in enumerate(found, 1)
        },
    ),
    st.sampled_from([("en",), ("en", "fr")]),
    st.lists(levels, min_size=1, max_size=4),
)

# --- what people do -----------------------------------------------------------------------------

habits = st.builds(
    Habit,
    after_s=st.sampled_from([None, None, 2, 9, 25]),
    keys=st.sampled_from([(), ("1",), ("2",), ("", "1"), ("7", "2")]),
    thinks_s=st.sampled_from([1, 4]),
    busy=st.sampled_from([False, False, False, True]),
    talks_s=st.sampled_from([0, 0.2, 30]),
)
phones = st.dictionaries(st.sampled_from(NUMBERS), habits)
_KEYED = ["1", "2", "3", "*", "#", "", "9", EXTENSION, "999", "0612345678"]
people = st.builds(
    Person,
    answers=st.lists(st.sampled_from(_KEYED), max_size=8).map(tuple),
    hangs_up_s=st.sampled_from([None, None, 0.2, 5, 31, 90, 200]),
    waits_key_s=st.sampled_from([None, None, 10, 50]),
)
callers = st.sampled_from(["+33698765432", ""])
entrances = st.sampled_from(["menu", "plan", "transfer_then_menu", "refused"])


class Routes:
    """Plans a leaf as the portal would: any of these routes, with what its service offers."""

    def __init__(self, found: list[RouteFacts], tree: Tree) -> None:
        self.found = found
        self.tree = tree

    def __call__(self, state: State, leaf: Leaf, now: datetime) -> Step:
        house = self.found[0].house
        match leaf.goal.kind:
            case GoalKind.DIAL_EXTENSION if leaf.digits != EXTENSION:
                return machine.no_such_extension(state, leaf, self.tree, now)
            case GoalKind.VOICEMAIL:
                return machine.route(state, chosen(MESSAGE, house), now)
            case GoalKind.ANNOUNCEMENT:
                return machine.route(state, chosen(Ending(message=False), house), now)
        return machine.route(state, self.plan(leaf.goal.target or 0), now)

    def plan(self, index: int) -> Plan:
        """Return one of the routes; every second offers a message or a call back after it."""
        plan = make_plan(self.found[index % len(self.found)])
        offers = (None, Goal(GoalKind.VOICEMAIL, 5), None, Goal(GoalKind.CALL_BACK, 5))
        ending = Ending(**{**vars(plan.ending), "offer": offers[index % 4]})
        return Plan(**{**vars(plan), "ending": ending})


def first_step(entrance: str, routes: Routes, caller: str) -> Step:
    visitor, tree = Visitor(caller, "", routes.tree.languages), routes.tree
    base = chosen(MESSAGE, routes.found[0].house)
    match entrance:
        case "menu":
            return machine.begin_menu(base, tree, START, visitor=visitor)
        case "refused":
            return machine.refuse(base, "line_full", START, visitor=visitor)
        case "transfer_then_menu":
            place = menus.enter(tree)
            plan = routes.plan(0)
            if isinstance(place, Place):
                ending = Ending(**{**vars(MESSAGE), "menu": place})
                plan = Plan(**{**vars(plan), "ending": ending})
            return machine.begin(plan, START, visitor=visitor)
    return machine.begin(routes.plan(0), START, visitor=visitor)


@MANY
@given(
    entrances,
    st.lists(facts, min_size=1, max_size=4),
    trees,
    phones,
    people,
    callers,
)
def test_whatever_is_set_up_and_whoever_does_what(
    entrance: str,
    found: list[RouteFacts],
    tree: Tree,
    does: dict[str, Habit],
    person: Person,
    caller: str,
) -> None:
    routes = Routes(found, tree)
    exchange = Exchange(person, does, routes, tree)
    state = exchange.run(first_step(entrance, routes, caller))

    # every call ends in one of the closed outcomes, and nothing stays open
    assert (state.phase, Outcome(state.outcome).value) == (Phase.ENDED, state.outcome)
    assert machine.next_deadline(state) is None
    # every ringing phone is released, and never two people are with the caller
    assert not any(phone.alive for phone in exchange.phones.values())
    assert exchange.most_joined <= 1
    # no number but those that were set up, none of our own, and none that was keyed in
    assert OWN not in exchange.dialled
    assert set(exchange.dialled) <= set(NUMBERS)
    # nobody waits longer than the route promised
    assert [wait for wait in exchange.waits if wait[0] > wait[1] + 1] == []
    # whoever stays has a person, a message, or a spoken explanation
    if person.hangs_up_s is None:
        helped = state.connected or state.picked_up or state.message_taken
        assert helped or exchange.heard[-1] in SPOKEN_LAST, exchange.heard


SPOKEN_LAST = {"announcement", "goodbye", "line_full", "call_back_noted"}
