"""What a caller in a menu hears and is asked; the words are built from the keys, so they fit."""

from __future__ import annotations

from collections.abc import Iterable

from telephony import menus, scripts
from telephony.enums import Ask, GoalKind
from telephony.instructions import AskKeys, Say, Script
from telephony.types import Ending, Goal, Menu, Place, Tree

# The platform takes at most 20 keys at once, and waits at most 10 seconds for the next.
MOST_KEYS, KEY_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 20, 5, 10
_REACHED = (
    GoalKind.SERVICE,
    GoalKind.SCHEDULE,
    GoalKind.MENU,
    GoalKind.TRANSFER,
)


def ask(tree: Tree, place: Place, ending: Ending, caller: str) -> Script:
    """Return the question that a caller at `place` hears, and what the platform does without us."""
    level = menus.menu(tree, place)
    why: Script = (Say(place.why, barge_in=True),) if place.why not in ("", menus.NO_KEY) else ()
    return (*why, *_question(tree, level, place, caller), *scripts.without_us(ending))


def _question(tree: Tree, level: Menu, place: Place, caller: str) -> Iterable[Say | AskKeys]:
    wait = min(level.wait_seconds, LONGEST_PAUSE_SECONDS)
    match place.ask:
        case Ask.LANGUAGE:
            for index, language in enumerate(tree.languages, start=1):
                key = {"key": str(index)}
                yield Say("choose_language", key, barge_in=True, language=language)
            yield AskKeys(place.turn, 1, wait)
        case Ask.MENU:
            yield from say_menu(level)
            yield AskKeys(place.turn, 1, wait)
        case Ask.NUMBER:
            code = "key_in_number_or_hash" if caller else "key_in_number"
            yield Say(code, barge_in=True)
            yield AskKeys(place.turn, MOST_KEYS, KEY_PAUSE_SECONDS, hash_ends=True)
        case Ask.CONFIRM:
            yield Say("number_read_back", {"digits": spelled(place.digits)}, barge_in=True)
            yield Say("confirm_number", barge_in=True)
            yield AskKeys(place.turn, 1, KEY_PAUSE_SECONDS)
        case Ask.EXTENSION:
            yield Say("key_in_extension", barge_in=True)
            yield AskKeys(place.turn, menus.EXTENSION_DIGITS[-1], KEY_PAUSE_SECONDS, hash_ends=True)
        case Ask.OFFER:
            is_call_back = place.goal is not None and place.goal.kind is GoalKind.CALL_BACK
            yield Say("offer_call_back" if is_call_back else "offer_later", barge_in=True)
            yield AskKeys(place.turn, 1, KEY_PAUSE_SECONDS)


def say_menu(level: Menu) -> Iterable[Say]:
    """Yield the welcome of a level and what each key is for, in the order of its keys."""
    if level.welcome or level.audio:
        yield Say("menu", texts=level.welcome, audio=level.audio, barge_in=True)
    for key in level.told or level.keys:
        yield say_key(key, level.keys[key])


def say_key(key: str, goal: Goal) -> Say:
    """Return what is said of one key."""
    code = f"key_{goal.kind.value}"
    if goal.name:
        code = "key_reaches" if goal.kind in _REACHED else "key_for"
    return Say(code, {"key": key}, names={"name": goal.name}, barge_in=True)


def spelled(number: str) -> str:
    """Return a number as it is read aloud, digit by digit."""
    return " ".join(number.removeprefix("+"))
