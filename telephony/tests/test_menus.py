"""Keys lead through a menu to a leaf, whatever is pressed or not."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from scheduling.models.fields import extension_validator
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


@pytest.mark.parametrize("keys", ["201", "2011", "20111"])
def test_an_extension_has_three_to_five_digits(keys: str) -> None:
    assert goal(walk(tree(), "4", keys)) == (GoalKind.DIAL_EXTENSION, None, keys)


def test_people_can_be_given_the_extensions_that_can_be_dialled_and_no_other() -> None:
    given = [digits for digits in range(9) if re.search(extension_validator.regex, "7" * digits)]
    assert given == [*menus.EXTENSION_DIGITS]


@pytest.mark.parametrize("keys", ["20", "201111", "2*1"])
def test_what_can_be_no_extension_is_asked_for_again(keys: str) -> None:
    assert at(walk(tree(), "4", keys)) == ((1,), Ask.EXTENSION, "unknown_extension")


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


NUMBER = "0612345678"
MENU, ASKED = Ask.MENU, Ask.NUMBER


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("",), Place((1,), MENU, 2, 1, why="no_key")),
        (("8",), Place((1,), MENU, 2, 1, why="wrong_key")),
        (("", "2"), Place((1, 2), MENU, 3)),
        (("8", "2", "5"), Place((1, 2), MENU, 4, 1, why="wrong_key")),
        (("8", "2", "5", "0"), Place((1,), MENU, 5)),
        (("8", "3"), Place((1,), ASKED, 3, goal=CALL_BACK)),
        (("3", ""), Place((1,), ASKED, 3, 1, goal=CALL_BACK, why="no_key")),
        (("3", "12"), Place((1,), ASKED, 3, 1, goal=CALL_BACK, why="bad_number")),
        (("3", "12", NUMBER), Place((1,), Ask.CONFIRM, 4, digits=NUMBER, goal=CALL_BACK)),
        (
            ("3", NUMBER, "5"),
            Place((1,), Ask.CONFIRM, 4, 1, NUMBER, goal=CALL_BACK, why="wrong_key"),
        ),
        (("3", NUMBER, ""), Place((1,), Ask.CONFIRM, 4, 1, NUMBER, goal=CALL_BACK, why="no_key")),
        (("3", NUMBER, "5", "2"), Place((1,), ASKED, 5, goal=CALL_BACK)),
        (("8", "4"), Place((1,), Ask.EXTENSION, 3, goal=EXTENSION)),
        (("4", ""), Place((1,), Ask.EXTENSION, 3, 1, goal=EXTENSION, why="no_key")),
    ],
)
def test_every_answer_puts_a_new_question(keys: tuple[str, ...], expected: Place) -> None:
    assert walk(tree(), *keys) == replace(expected, language="fr")


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ((), Place((1,), Ask.LANGUAGE)),
        (("0",), Place((1,), Ask.LANGUAGE, 2, 1, why="wrong_key")),
        (("3",), Place((1,), Ask.LANGUAGE, 2, 1, why="wrong_key")),
        (("",), Place((1,), Ask.LANGUAGE, 2, 1, why="no_key")),
        (("", ""), Place((1,), MENU, 3)),
        (("", "1"), Place((1,), MENU, 3)),
    ],
)
def test_a_language_is_asked_for_twice(keys: tuple[str, ...], expected: Place) -> None:
    assert walk(tree("fr", "en"), *keys) == replace(expected, language="fr")


def test_a_language_that_the_menu_does_not_speak_is_not_known() -> None:
    assert menus.enter(tree("fr", "en"), "de") == Place((1,), Ask.LANGUAGE, language="fr")


@pytest.mark.parametrize("digits", ["12345", "1" * 18])
def test_the_shortest_and_the_longest_number_are_taken(digits: str) -> None:
    assert at(walk(tree(), "3", digits))[1] is Ask.CONFIRM


@pytest.mark.parametrize("digits", ["1234", "1" * 19, "06123*5678"])
def test_what_can_be_no_number_is_asked_for_again(digits: str) -> None:
    assert at(walk(tree(), "3", digits)) == ((1,), ASKED, "bad_number")


def test_a_caller_of_no_number_has_none_that_hash_could_mean() -> None:
    assert at(walk(tree(), "3", "", caller="anonymous")) == ((1,), ASKED, "no_key")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (
            Goal(GoalKind.VOICEMAIL, 5, mailbox=7, asks_number=True),
            Goal(GoalKind.VOICEMAIL, 5, mailbox=7, asks_number=True),
        ),
        (
            Goal(GoalKind.CALL_BACK, 5, mailbox=7, name={"en": "x"}),
            Goal(GoalKind.VOICEMAIL, mailbox=7, name={"en": "x"}),
        ),
    ],
)
def test_a_message_without_a_number_goes_where_it_was_meant(asked: Goal, expected: Goal) -> None:
    found = walk(tree(keys={"5": asked}), "5", "", "", "")
    assert isinstance(found, Leaf)
    assert (found.goal, found.mailbox) == (expected, 7)


def test_a_message_asks_for_the_number_first_where_it_should() -> None:
    asked = Goal(GoalKind.VOICEMAIL, 5, asks_number=True)
    found = tree(keys={"5": asked})
    assert walk(found, "5") == Place((1,), ASKED, 2, goal=asked, language="fr")
    assert goal(walk(found, "5", NUMBER, "1")) == (GoalKind.VOICEMAIL, None, NUMBER)


def test_no_key_where_a_number_is_typed_in_does_not_do_what_the_menu_says() -> None:
    found = tree(otherwise={menus.NO_KEY: HEATING})
    assert at(walk(found, "4", "")) == ((1,), Ask.EXTENSION, "no_key")


@pytest.mark.parametrize(
    ("otherwise", "kind"),
    [
        (HEATING, GoalKind.SERVICE),
        (Goal(GoalKind.REPEAT), GoalKind.VOICEMAIL),
        (Goal(GoalKind.BACK), GoalKind.VOICEMAIL),
        (DEEPER, GoalKind.VOICEMAIL),
    ],
)
def test_a_level_without_keys_leads_on_at_once_and_never_round(
    otherwise: Goal, kind: GoalKind
) -> None:
    found = tree("fr", "en", keys={}, otherwise={menus.NO_KEY: otherwise})
    assert goal(walk(found, "1"))[0] is kind
    known = menus.enter(found, "en")
    assert (goal(known)[0], known.place.language if isinstance(known, Leaf) else "") == (kind, "en")


def test_no_key_never_leads_into_another_menu() -> None:
    assert goal(walk(tree(otherwise={menus.NO_KEY: DEEPER}), ""))[0] is GoalKind.VOICEMAIL


def test_whoever_was_asked_too_often_comes_where_the_level_says() -> None:
    place = Place((1,), Ask.MENU, turn=menus.MOST_QUESTIONS, language="fr")
    found = tree(otherwise={menus.TOO_MANY: HEATING})
    assert goal(press(found, place, "3"))[0] is GoalKind.SERVICE
    tried = tree(tries=1, otherwise={menus.TOO_MANY: HEATING})
    assert goal(walk(tried, "8"))[0] is GoalKind.SERVICE


def deep(levels: int) -> Tree:
    """Return a menu of so many levels, each under key 1 of the one above, 0 leads back."""
    back, boxes = Goal(GoalKind.BACK), {1: 3}
    found = {
        pk: Menu(
            pk, keys={"1": Goal(GoalKind.MENU, pk + 1, mailbox=9), "0": back}, mailbox=boxes.get(pk)
        )
        for pk in range(1, levels + 1)
    }
    return Tree(("fr",), 1, found)


def test_back_leads_to_the_level_above_and_no_further() -> None:
    assert at(walk(deep(4), "1", "1", "1", "0"))[0] == (1, 2, 3)


@pytest.mark.parametrize("levels", [3, 9])
def test_a_level_that_is_gone_or_too_deep_takes_the_message(levels: int) -> None:
    keys = ["1"] * min(levels, menus.MOST_LEVELS)
    assert goal(walk(deep(levels), *keys)) == (GoalKind.VOICEMAIL, 9, "")


def test_a_level_without_a_mailbox_has_that_of_the_one_above() -> None:
    found = deep(2)
    below = replace(found.menus[2], keys={"1": HEATING})
    found = replace(found, menus={**found.menus, 2: below})
    assert goal(walk(found, "1", "1")) == (GoalKind.SERVICE, 3, "")


def test_an_offer_is_put_anew_where_the_caller_stood() -> None:
    stood = Place((1, 2), Ask.CONFIRM, 7, 2, NUMBER, HEATING, "wrong_key", "en")
    assert menus.offer(stood, CALL_BACK, "fr") == Place(
        (1, 2), Ask.OFFER, 8, goal=CALL_BACK, language="en"
    )
    assert menus.offer(None, CALL_BACK, "fr") == Place(
        (), Ask.OFFER, 2, goal=CALL_BACK, language="fr"
    )


@pytest.mark.parametrize(
    ("offered", "key", "why"),
    [(CALL_BACK, "5", "wrong_key"), (CALL_BACK, "", "no_key"), (MESSAGE, "2", "wrong_key")],
)
def test_an_offer_is_repeated_once(offered: Goal, key: str, why: str) -> None:
    here = menus.offer(None, offered, "fr")
    again = press(tree(), here, key)
    assert again == replace(here, turn=3, tries=1, why=why)
    assert isinstance(again, Place)
    assert goal(press(tree(), again, key))[0] is GoalKind.HANG_UP


def test_a_message_instead_of_being_called_back_goes_to_the_same_mailbox() -> None:
    here = menus.offer(None, Goal(GoalKind.CALL_BACK, 5, mailbox=7), "fr")
    found = press(tree(), here, "1")
    assert isinstance(found, Leaf)
    assert found.goal == Goal(GoalKind.VOICEMAIL, 5, mailbox=7)


def test_an_offer_to_be_called_back_keeps_for_what() -> None:
    asked = Goal(GoalKind.CALL_BACK, 5, mailbox=7)
    found = press(tree(), menus.offer(None, asked, "fr"), "2")
    assert found == Place((), ASKED, 3, goal=asked, language="fr")
