"""A caller in a menu: what their keys lead to, until a leaf ends it."""

from __future__ import annotations

from telephony import menu_scripts, menus
from telephony.enums import Ask, GoalKind, Phase
from telephony.instructions import Script
from telephony.turn import Turn
from telephony.types import KeysPressed, Leaf, Place, Tree


def keys(t: Turn, event: KeysPressed, tree: Tree) -> None:
    """Take in the keys that answer a question, unless another was put since."""
    place = t.s.place
    if t.s.phase is not Phase.MENU or place is None or event.turn != place.turn:
        t.out_of_turn("keys_pressed")
        return
    if place.ask in (Ask.MENU, Ask.OFFER):
        t.note("key_pressed", key=event.keys, name=_name(tree, place, event.keys))
    goes_to(t, menus.press(tree, place, event.keys, t.s.caller))


def _name(tree: Tree, place: Place, key: str) -> str:
    """Return what a key of the level is called, in the caller's language or another."""
    goal = menus.menu(tree, place).keys.get(key) if place.ask is Ask.MENU else None
    written = goal.name if goal else {}
    return written.get(place.language) or next(iter(written.values()), "")


def goes_to(t: Turn, found: Place | Leaf) -> None:
    """Let the caller stand at another question, or come to a leaf."""
    if isinstance(found, Place):
        if found.language and found.language != t.s.language:
            t.note("language_chosen", language=found.language)
        t.set(phase=Phase.MENU, place=found, language=found.language or t.s.language)
        return
    t.set(place=found.place, call_back=found.digits_to_call or t.s.call_back)
    match found.goal.kind:
        case GoalKind.HANG_UP:
            close(t, "goodbye")
        case GoalKind.CALL_BACK:
            mailbox = found.mailbox or t.s.plan.ending.mailbox  # where a message would go
            service = str(found.goal.target or "")
            t.note("call_back_requested", mailbox=str(mailbox or ""), service=service)
            close(t, "call_back_noted")
        case _:
            t.leaf = found


def pass_through(t: Turn, tree: Tree) -> None:
    """Ask nothing where the level that the caller came to has no keys; it may be a leaf."""
    place = t.s.place
    if t.s.phase is Phase.MENU and place is not None:
        found = menus.stand(tree, place)
        if found != place:
            goes_to(t, found)


def close(t: Turn, words: str) -> None:
    """Say these last words to the caller, and nothing more."""
    t.set(phase=Phase.ANNOUNCEMENT, closing=words, ending_at=t.now)


def question(t: Turn, tree: Tree) -> Script:
    """Return what the caller hears and is asked where they stand."""
    place = t.s.place or Place((), Ask.OFFER, language=t.s.language)
    return menu_scripts.ask(tree, place, t.s.plan.ending, t.s.caller)
