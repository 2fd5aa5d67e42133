"""What a voice menu asks and where a key leads: the caller's way to a leaf, and nothing beyond it.

Pure: a menu is frozen when the caller arrives, so later edits touch the next call only. The live
machine, the preview and the tests all walk by `press`.
"""

from __future__ import annotations

from dataclasses import replace

from telephony.enums import Ask, GoalKind
from telephony.types import Goal, Leaf, Menu, Place, Tree

# The levels of a tree, and how often a caller is asked in all, whatever they press.
MOST_LEVELS = 5
MOST_QUESTIONS = 60
EXTENSION_DIGITS = (3, 4, 5)
NO_KEY, WRONG_KEY, TOO_MANY = "no_key", "wrong_key", "too_many"
CONFIRM, AGAIN = "1", "2"
LEAVE_MESSAGE, CALL_BACK = "1", "2"

# Of a call without a menu: it may still be asked what it wants in the end.
NO_TREE = Tree((), 0, {})


def enter(tree: Tree, language: str = "") -> Place | Leaf:
    """Return where a caller begins; a known `language` is not asked for."""
    known = language if language in tree.languages else ""
    place = Place((tree.root,), Ask.MENU, language=known or tree.languages[0])
    if len(tree.languages) > 1 and not known:
        return replace(place, ask=Ask.LANGUAGE)
    return _through(tree, place)


def stand(tree: Tree, place: Place) -> Place | Leaf:
    """Return what a caller who comes to a place is asked, or the leaf that it leads to."""
    return _through(tree, place) if place.ask is Ask.MENU else place


def _through(tree: Tree, place: Place) -> Place | Leaf:
    """Ask nothing at a level without keys: what follows no key there follows at once."""
    level = menu(tree, place)
    if level.keys:
        return place
    goal = level.otherwise.get(NO_KEY, _MESSAGE)
    return _follow(tree, place, _MESSAGE if goal.kind in _STAYING else goal)


_STAYING = (GoalKind.REPEAT, GoalKind.BACK, GoalKind.MENU)


def press(tree: Tree, place: Place, keys: str, caller: str = "") -> Place | Leaf:
    """Return where these keys lead; "" is none. `caller` is the number they call from, if known."""
    if place.turn >= MOST_QUESTIONS:
        last = _otherwise(menu(tree, place), TOO_MANY)
        return _leaf(tree, place, _MESSAGE if last.kind in _ASKING else last)
    match place.ask:
        case Ask.LANGUAGE:
            return _language(tree, place, keys)
        case Ask.MENU:
            if goal := menu(tree, place).keys.get(keys):
                return _follow(tree, place, goal)
            return _vain(tree, place, WRONG_KEY if keys else NO_KEY)
        case Ask.NUMBER:
            return _number(tree, place, keys, caller)
        case Ask.CONFIRM:
            return _confirm(tree, place, keys)
        case Ask.EXTENSION:
            return _extension(tree, place, keys)
        case Ask.OFFER:
            return _offer(tree, place, keys)


def ask_again(tree: Tree, place: Place, why: str) -> Place | Leaf:
    """Return what follows an answer that led nowhere after all, such as an unknown extension."""
    return _vain(tree, place, why)


def offer(place: Place | None, goal: Goal, language: str) -> Place:
    """Return where a caller is whom nobody answered and who may choose what follows."""
    base = place or Place((), Ask.OFFER, language=language)
    return replace(base, ask=Ask.OFFER, turn=base.turn + 1, tries=0, goal=goal, why="", digits="")


def menu(tree: Tree, place: Place) -> Menu:
    """Return the level that a caller is at; one without keys where there is none."""
    here = place.path[-1] if place.path else 0
    return tree.menus.get(here, Menu(here))


def mailbox(tree: Tree, place: Place) -> int | None:
    """Return the mailbox of the innermost level that has one of its own."""
    levels = (tree.menus[pk] for pk in reversed(place.path) if pk in tree.menus)
    return next((level.mailbox for level in levels if level.mailbox is not None), None)


def _follow(tree: Tree, place: Place, goal: Goal, why: str = "") -> Place | Leaf:
    match goal.kind:
        case GoalKind.MENU if goal.target in tree.menus and len(place.path) < MOST_LEVELS:
            return _through(tree, _at(place, Ask.MENU, path=(*place.path, goal.target)))
        case GoalKind.MENU:
            return _leaf(tree, place, Goal(GoalKind.VOICEMAIL, mailbox=goal.mailbox))
        case GoalKind.BACK if len(place.path) > 1:
            return _at(place, Ask.MENU, path=place.path[:-1])
        case GoalKind.REPEAT | GoalKind.BACK:
            return replace(place, turn=place.turn + 1, why=why)
        case GoalKind.DIAL_EXTENSION:
            return _at(place, Ask.EXTENSION, goal=goal)
        case GoalKind.CALL_BACK:
            return _at(place, Ask.NUMBER, goal=goal)
    return _at(place, Ask.NUMBER, goal=goal) if goal.asks_number else _leaf(tree, place, goal)


def _at(place: Place, ask: Ask, **changes: object) -> Place:
    new = replace(place, ask=ask, turn=place.turn + 1, tries=0, digits="", goal=None, why="")
    return replace(new, **changes)  # type: ignore[arg-type]


def _leaf(tree: Tree, place: Place, goal: Goal, digits: str = "") -> Leaf:
    return Leaf(place, goal, goal.mailbox or mailbox(tree, place), digits)


def _vain(tree: Tree, place: Place, why: str) -> Place | Leaf:
    """The answer led nowhere: ask again, or do what the level says."""
    level, place = menu(tree, place), replace(place, tries=place.tries + 1, digits="")
    if place.tries >= level.tries:
        return _follow(tree, place, _otherwise(level, TOO_MANY, deep=len(place.path) > 1))
    goal = _otherwise(level, why) if place.ask is Ask.MENU else _REPEAT
    return _follow(tree, place, goal, why)


_REPEAT = Goal(GoalKind.REPEAT)
_ASKING = (*_STAYING, GoalKind.CALL_BACK, GoalKind.DIAL_EXTENSION)
_MESSAGE = Goal(GoalKind.VOICEMAIL)


def _otherwise(level: Menu, why: str, *, deep: bool = False) -> Goal:
    """Return what follows no key, a wrong one, or too many; the last never asks the same again.

    `deep`: there is a level above to go back to.
    """
    goal = level.otherwise.get(why) or (_MESSAGE if why == TOO_MANY else _REPEAT)
    goes_up = deep and goal.kind is GoalKind.BACK
    asks = goal.kind is GoalKind.MENU or (why == TOO_MANY and goal.kind in _STAYING)
    return _MESSAGE if asks and not goes_up else goal


def _language(tree: Tree, place: Place, keys: str) -> Place | Leaf:
    if keys.isdigit() and 1 <= int(keys) <= len(tree.languages):
        language = tree.languages[int(keys) - 1]
        return _through(tree, _at(place, Ask.MENU, language=language))
    if place.tries + 1 >= _LANGUAGE_TRIES:
        return _through(tree, _at(place, Ask.MENU))
    why = WRONG_KEY if keys else NO_KEY
    return replace(place, turn=place.turn + 1, tries=place.tries + 1, why=why)


_LANGUAGE_TRIES = 2


def _number(tree: Tree, place: Place, keys: str, caller: str) -> Place | Leaf:
    digits = keys or caller.removeprefix("+")
    if not (digits.isdigit() and _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS):
        return _without_number(tree, place, "bad_number" if keys else NO_KEY)
    kept = keys or caller
    return replace(place, ask=Ask.CONFIRM, turn=place.turn + 1, tries=0, digits=kept, why="")


# What national and international numbers have, with the prefix that leads abroad.
_FEWEST_DIGITS, _MOST_DIGITS = 5, 18


def _confirm(tree: Tree, place: Place, keys: str) -> Place | Leaf:
    if keys == CONFIRM and place.goal is not None:
        return _leaf(tree, place, place.goal, place.digits)
    if keys == AGAIN:
        return replace(place, ask=Ask.NUMBER, turn=place.turn + 1, tries=0, digits="", why="")
    kept = replace(
        place, turn=place.turn + 1, tries=place.tries + 1, why=WRONG_KEY if keys else NO_KEY
    )
    return _without_number(tree, place, "") if kept.tries >= _NUMBER_TRIES else kept


_NUMBER_TRIES = 3


def _without_number(tree: Tree, place: Place, why: str) -> Place | Leaf:
    """Ask for the number again; in the end a message does without it."""
    place = replace(place, tries=place.tries + 1, turn=place.turn + 1, why=why)
    if place.tries < _NUMBER_TRIES and why:
        return place
    goal = place.goal or _MESSAGE
    return _leaf(
        tree,
        place,
        goal
        if goal.kind is GoalKind.VOICEMAIL
        else replace(_MESSAGE, mailbox=goal.mailbox, name=goal.name),
    )


def _extension(tree: Tree, place: Place, keys: str) -> Place | Leaf:
    if not (keys.isdigit() and len(keys) in EXTENSION_DIGITS):
        return _vain(tree, place, "unknown_extension" if keys else NO_KEY)
    return _leaf(tree, place, place.goal or Goal(GoalKind.DIAL_EXTENSION), keys)


def _offer(tree: Tree, place: Place, keys: str) -> Place | Leaf:
    goal = place.goal or _MESSAGE
    if keys == LEAVE_MESSAGE:
        return _leaf(tree, place, replace(goal, kind=GoalKind.VOICEMAIL))
    if keys == CALL_BACK and goal.kind is GoalKind.CALL_BACK:
        return _at(place, Ask.NUMBER, goal=goal)
    if place.tries + 1 >= _OFFER_TRIES:
        return _leaf(tree, place, Goal(GoalKind.HANG_UP))
    why = WRONG_KEY if keys else NO_KEY
    return replace(place, turn=place.turn + 1, tries=place.tries + 1, why=why)


_OFFER_TRIES = 2
