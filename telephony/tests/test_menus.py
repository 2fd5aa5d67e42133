"""Keys lead through a menu to a leaf, whatever is pressed or not."""

from __future__ import annotations

from typing import Any

import pytest

from telephony import menus
from telephony.enums import Ask, GoalKind
from telephony.menus import press
from telephony.types import Goal, Leaf, Menu, Place, Tree

HEATING = Goal(GoalKind.SERVICE, 5, name={"en": "heating"})
MESSAGE = Goal(GoalKind.VOICEMAIL)
DEEPER = Goal(GoalKind.MENU, 2)
CALL_BACK = Goal(GoalKind.CALL_BACK)
EXTENSION = Goal(GoalKind.DIAL_EXTENSION)


def tree(*languages: str, **root: Any) -> Tree:
    keys = {"1": HEATING, "2": DEEPER, "3": CALL_BACK, "4": EXTENSION, "9": MESSAGE}
    top = Menu(1, **{"keys": keys, **root})
    below = Menu(2, keys={"1": HEATING, "0": Goal(GoalKind.BACK)}, mailbox=7)
    return Tree(languages or ("fr",), 1, {1: top, 2: below})


def walk(found: Tree, *keys: str, caller: str = "") -> Place | Leaf:
    """Return where these answers lead, one after the other, from the beginning."""
    place: Place | Leaf = menus.enter(found)
    for each in keys:
        assert isinstance(place, Place), f"a leaf before {each!r}"
        place = press(found, place, each, caller)
    return place


def at(place: Place | Leaf) -> tuple[tuple[int, ...], Ask, str]:
    assert isinstance(place, Place)
    return place.path, place.ask, place.why


def goal(place: Place | Leaf) -> tuple[GoalKind, int | None, str]:
    assert isinstance(place, Leaf)
    return place.goal.kind, place.mailbox, place.digits


def test_a_key_leads_to_its_leaf() -> None:
    assert goal(walk(tree(), "1")) == (GoalKind.SERVICE, None, "")


def test_two_languages_are_asked_for_first() -> None:
    found = walk(tree("fr", "en"), "2")
    assert isinstance(found, Place)
    assert (found.ask, found.language) == (Ask.MENU, "en")


def test_a_known_language_is_not_asked_for() -> None:
    assert menus.enter(tree("fr", "en"), "en") == Place((1,), Ask.MENU, language="en")


def test_who_names_no_language_gets_the_first() -> None:
    found = walk(tree("fr", "en"), "7", "")
    assert isinstance(found, Place)
    assert (found.ask, found.language) == (Ask.MENU, "fr")


def test_a_submenu_and_back() -> None:
    assert at(walk(tree(), "2")) == ((1, 2), Ask.MENU, "")
    assert at(walk(tree(), "2", "0")) == ((1,), Ask.MENU, "")


def test_the_mailbox_of_the_innermost_level_takes_the_message() -> None:
    assert goal(walk(tree(mailbox=3), "2", "1")) == (GoalKind.SERVICE, 7, "")
    assert goal(walk(tree(mailbox=3), "9")) == (GoalKind.VOICEMAIL, 3, "")


@pytest.mark.parametrize(("key", "why"), [("", "no_key"), ("8", "wrong_key")])
def test_no_key_and_a_wrong_one_ask_again_and_in_the_end_take_a_message(key: str, why: str) -> None:
    assert at(walk(tree(), key, key)) == ((1,), Ask.MENU, why)
    assert goal(walk(tree(), key, key, key)) == (GoalKind.VOICEMAIL, None, "")


@pytest.mark.parametrize("why", ["no_key", "wrong_key"])
def test_what_follows_is_configured_for_each(why: str) -> None:
    found = tree(otherwise={why: HEATING})
    assert goal(walk(found, "" if why == "no_key" else "8"))[0] is GoalKind.SERVICE
    assert at(walk(found, "8" if why == "no_key" else ""))[1] is Ask.MENU


def test_too_many_tries_never_ask_again() -> None:
    found = tree(tries=1, otherwise={"too_many": Goal(GoalKind.REPEAT)})
    assert goal(walk(found, ""))[0] is GoalKind.VOICEMAIL


def test_a_number_to_call_back_is_read_back_and_confirmed() -> None:
    assert at(walk(tree(), "3", "0612345678"))[1] is Ask.CONFIRM
    assert goal(walk(tree(), "3", "0612345678", "1")) == (GoalKind.CALL_BACK, None, "0612345678")


def test_a_number_may_be_keyed_in_anew() -> None:
    keys = ("3", "0612345678", "2", "0699999999", "1")
    assert goal(walk(tree(), *keys))[2] == "0699999999"


def test_hash_alone_means_the_number_that_calls() -> None:
    assert goal(walk(tree(), "3", "", "1", caller="+33612345678"))[2] == "+33612345678"


@pytest.mark.parametrize("keys", [("12", "", "12"), ("0612345678", "", "5", "")])
def test_whoever_gives_no_number_may_leave_a_message(keys: tuple[str, ...]) -> None:
    assert goal(walk(tree(), "3", *keys)) == (GoalKind.VOICEMAIL, None, "")


def test_an_extension_has_three_to_five_digits() -> None:
    assert at(walk(tree(), "4", "20")) == ((1,), Ask.EXTENSION, "unknown_extension")
    assert goal(walk(tree(), "4", "201")) == (GoalKind.DIAL_EXTENSION, None, "201")


def test_an_unknown_extension_is_asked_for_again_and_in_the_end_takes_a_message() -> None:
    found = tree()
    place = walk(found, "4", "201")
    for _ in range(2):
        assert isinstance(place, Leaf)
        asked = menus.ask_again(found, place.place, "unknown_extension")
        assert at(asked) == ((1,), Ask.EXTENSION, "unknown_extension")
        assert isinstance(asked, Place)
        place = press(found, asked, "201")
    assert isinstance(place, Leaf)
    assert goal(menus.ask_again(found, place.place, "unknown_extension"))[0] is GoalKind.VOICEMAIL


def test_an_offer_takes_a_message_or_says_goodbye() -> None:
    here = menus.offer(None, MESSAGE, "fr")
    assert goal(press(tree(), here, "1"))[0] is GoalKind.VOICEMAIL
    again = press(tree(), here, "")
    assert isinstance(again, Place)
    assert goal(press(tree(), again, ""))[0] is GoalKind.HANG_UP


def test_an_offer_to_be_called_back_asks_for_the_number() -> None:
    asked = press(tree(), menus.offer(None, CALL_BACK, "fr"), "2")
    assert at(asked) == ((), Ask.NUMBER, "")


def test_a_silent_caller_reaches_a_leaf_from_anywhere() -> None:
    found = tree("fr", "en")
    place: Place | Leaf = menus.enter(found)
    for _ in range(10):
        if isinstance(place, Place):
            place = press(found, place, "")
    assert isinstance(place, Leaf)


def test_no_caller_is_asked_for_ever() -> None:
    found = tree()
    place: Place | Leaf = menus.enter(found)
    asked = 0
    while isinstance(place, Place):
        place = press(found, place, "2" if len(place.path) == 1 else "0")
        asked += 1
    assert (asked, goal(place)[0]) == (menus.MOST_QUESTIONS, GoalKind.VOICEMAIL)


def test_going_back_from_the_first_level_stays_there_and_never_goes_on_for_ever() -> None:
    back = Goal(GoalKind.BACK)
    found = tree(otherwise={menus.NO_KEY: back, menus.TOO_MANY: back})
    assert goal(walk(found, "", "", "")) == (GoalKind.VOICEMAIL, None, "")


def test_whoever_was_asked_too_often_in_all_leaves_a_message() -> None:
    place = Place((1,), Ask.MENU, turn=menus.MOST_QUESTIONS, language="fr")
    found = tree(otherwise={menus.TOO_MANY: CALL_BACK})
    assert goal(press(found, place, "3")) == (GoalKind.VOICEMAIL, None, "")
