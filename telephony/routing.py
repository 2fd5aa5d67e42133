"""How a call begins and goes on at the end of a menu: rows read, the pure core asked.

Nothing is written here, so that the preview of a call and the call itself share every rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q, TextField

from oncall_portal.lib.prepared import Read, given
from scheduling import queries as scheduling
from scheduling.types import Diverted
from telephony import (
    block_list,
    entry,
    house_menus,
    leaves,
    machine,
    menu_trees,
    menus,
    opening,
    queries,
)
from telephony.blocking import Entry
from telephony.entry import ArrivalFacts, Door
from telephony.enums import Behaviour, Direction, GoalKind
from telephony.leaves import Visit
from telephony.machine import Visitor
from telephony.models import Call, Caller, ClosedRoute, MenuVersion, PhoneNumber
from telephony.plan import chosen, refusal
from telephony.types import Ending, Leaf, Note, Place, State, Step, Tree

_CALLER = Read(
    lambda: Caller.objects.filter(number=given("number", TextField())).values_list(
        "language", "name"
    )
)
_REFUSED = [Door.BLOCKED.value, Door.LINE_FULL.value]
# How long a number rings before its callers come to the menu, where its ring time is left blank.
TRANSFER_FIRST_SECONDS = 15


@dataclass(frozen=True)
class Asked:
    """A call that comes in: whom it calls, who calls, and when; `call` is None for a preview."""

    number: PhoneNumber | None
    own_numbers: frozenset[str]
    caller: str
    at: datetime
    call: int | None = None


@dataclass(frozen=True)
class Opened:
    """The menu of a call: the version to keep with it, None where the house's data make it up."""

    tree: Tree = menus.NO_TREE
    version: MenuVersion | None = None


def begin(asked: Asked, *, may_connect: bool = True) -> tuple[Step, Opened]:
    """Return the first step of a call with its menu, which may have come to a leaf already."""
    visit, visitor = _visit(asked)
    divert = _divert(visit)
    door = entry.door(_facts(asked, diverted=divert is not None))
    match door:
        case Door.OWN_NUMBER:
            plan = refusal(Ending(message=False), scheduling.house(), "call_from_own_number")
        case Door.BLOCKED | Door.LINE_FULL:
            base = chosen(_refused(asked, door), scheduling.house())
            return machine.refuse(base, door.value, asked.at, visitor=visitor), Opened()
        case Door.CLOSED:
            step, opened = _closed(asked, visit, visitor)
            return replace(step, notes=(Note("closed"), *step.notes)), opened
        case Door.MENU:
            return _in_menu(visit, visitor, _menu(asked, visitor))
        case Door.TRANSFER | Door.TRANSFER_THEN_MENU:
            return _transfer(asked, visit, visitor, may_connect)
        case _:
            of = (visit.number, visit.own_numbers, visit.at, visit.language)
            plan = leaves.planned(visit, queries.diverted_facts(*of, divert))
    return machine.begin(plan, asked.at, may_connect=may_connect, visitor=visitor), Opened()


def try_menu(asked: Asked, menu: int) -> tuple[Step, Opened]:
    """Return the first step of a call that comes to a menu, whichever number it is tried for."""
    visit, visitor = _visit(asked)
    return _in_menu(visit, visitor, _kept(asked, menu, visitor.languages))


def go_on(asked: Asked, step: Step, tree: Tree, *, may_connect: bool = True) -> Step:
    """Return the step with the leaf that it came to resolved: a route, or the menu once more."""
    while step.leaf is not None:
        after = _at_leaf(asked, step.state, step.leaf, tree, may_connect)
        step = replace(
            after,
            actions=(*step.actions, *after.actions),
            notes=(*step.notes, *after.notes),
        )
    return step


def tree_of(call: Call, state: State) -> Tree:
    """Return the frozen menu of a call; one query where it has one."""
    if call.menu_version_id is None or call.menu_version is None:
        return menus.NO_TREE
    return menu_trees.tree(call.menu_version, state.languages)


def _at_leaf(asked: Asked, state: State, leaf: Leaf, tree: Tree, may_connect: bool) -> Step:
    visit = Visit(asked.number, asked.own_numbers, state.caller, asked.at, state.language)
    plan = leaves.plan(visit, leaf)
    if plan is None:
        return machine.no_such_extension(state, leaf, tree, asked.at)
    return machine.route(state, plan, asked.at, may_connect=may_connect)


def _visit(asked: Asked) -> tuple[Visit, Visitor]:
    """Return what the number and the caller settle; a caller whom we know keeps their language."""
    spoken = tuple(asked.number.languages) if asked.number else ()
    spoken = spoken or scheduling.house().languages
    known, name = _CALLER.first(number=asked.caller) or ("", "")
    language = known if known in spoken else ""
    visit = Visit(
        *(asked.number, asked.own_numbers, asked.caller, asked.at, language or spoken[0]), name
    )
    return visit, Visitor(asked.caller, language or "", spoken)


def _divert(visit: Visit) -> Diverted | None:
    if visit.number is None:
        return None
    return scheduling.number_divert(visit.number.pk, visit.at, visit.language)


def _facts(asked: Asked, *, diverted: bool) -> ArrivalFacts:
    number = asked.number
    from_own = asked.caller in asked.own_numbers
    if number is None:
        return ArrivalFacts(None, from_own_number=from_own)
    return ArrivalFacts(
        Behaviour(number.behaviour),
        from_own_number=from_own,
        blocked=_blocked(asked) is not None,
        live_calls=_live_calls(asked) if number.max_calls else 0,
        max_calls=number.max_calls,
        diverted=diverted,
        is_open=not number.opening_hours
        or opening.is_open(number, scheduling.house().region, asked.at),
    )


def _live_calls(asked: Asked) -> int:
    """Return how many other callers the number has now; a preview is of another minute.

    Those who only hear why they are not let in do not count.
    """
    if asked.call is None:
        return 0
    calls = Call.objects.filter(
        phone_number=asked.number, direction=Direction.IN.value, ended_at=None
    ).exclude(pk=asked.call)
    refused = Q(state__closing__in=_REFUSED) | Q(caller__in=asked.own_numbers)
    return calls.exclude(refused).count()


def _menu(asked: Asked, visitor: Visitor) -> Opened:
    root = asked.number.menu_id if asked.number else None
    if root is None:
        return Opened(house_menus.default_tree(visitor.languages))
    return _kept(asked, root, visitor.languages)


def _kept(asked: Asked, root: int, languages: Sequence[str]) -> Opened:
    """Return a menu with the version to keep with the call; a preview keeps none."""
    if asked.call is None:
        return Opened(menu_trees.standing(root, languages))
    version = menu_trees.latest(root, asked.at)
    return Opened(menu_trees.tree(version, languages), version)


def _in_menu(visit: Visit, visitor: Visitor, opened: Opened) -> tuple[Step, Opened]:
    base = chosen(queries.mailbox_ending(visit.mailbox, visit.number), scheduling.house())
    return machine.begin_menu(base, opened.tree, visit.at, visitor=visitor), opened


def _transfer(
    asked: Asked, visit: Visit, visitor: Visitor, may_connect: bool
) -> tuple[Step, Opened]:
    """Ring the number that the calls are transferred to; then nothing, or the menu."""
    assert visit.number is not None  # noqa: S101 - only a number of ours has this behaviour
    own, number = visit.number.inbound_timeout, str(visit.number.forwarding_number)
    if visit.number.behaviour == Behaviour.TRANSFER:
        seconds = own or leaves.TRANSFER_SECONDS
        plan, opened = leaves.transfer(visit, number, seconds, Ending(message=False)), Opened()
    else:
        opened = _menu(asked, visitor)
        ending = queries.mailbox_ending(visit.mailbox, visit.number)
        first = menus.enter(opened.tree, visitor.language)
        ending = replace(ending, menu=first if isinstance(first, Place) else first.place)
        plan = leaves.transfer(visit, number, own or TRANSFER_FIRST_SECONDS, ending)
    step = machine.begin(plan, visit.at, may_connect=may_connect, visitor=visitor, tree=opened.tree)
    return step, opened


def _closed(asked: Asked, visit: Visit, visitor: Visitor) -> tuple[Step, Opened]:
    """Go where the number's route for closed hours says; by default to its own small menu."""
    row = _closed_route(visit.number)
    if row is None:
        tree = house_menus.closed_tree(visitor.languages, visit.mailbox)
        return _in_menu(visit, visitor, Opened(tree))
    if row.kind == GoalKind.MENU and row.submenu_id is not None:
        return _in_menu(visit, visitor, _kept(asked, row.submenu_id, visitor.languages))
    tree = house_menus.straight_to(menu_trees.goal(row), (visit.language,))
    return _in_menu(visit, visitor, Opened(tree))


def _blocked(asked: Asked) -> Entry | None:
    return block_list.entry_for(asked.caller, asked.number.pk if asked.number else None)


def _refused(asked: Asked, door: Door) -> Ending:
    """Return what a caller hears who is not taken."""
    entry = _blocked(asked) if door is Door.BLOCKED else None
    if entry is None or entry.prompt is None:
        return Ending(message=False)
    return queries.announcement(entry.prompt)


def _closed_route(number: PhoneNumber | None) -> ClosedRoute | None:
    return getattr(number, "closed_route", None) if number else None
