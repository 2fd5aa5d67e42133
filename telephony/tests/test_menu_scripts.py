"""What a caller in a menu hears and is asked, word for word."""

from __future__ import annotations

from typing import Any

import pytest

from telephony import menu_scripts, scripts
from telephony.enums import Ask, GoalKind
from telephony.instructions import AskKeys, Say, Script
from telephony.types import Ending, Goal, Menu, Place, Tree

ENDING = Ending(True)
HEATING = Goal(GoalKind.SERVICE, 5, name={"en": "heating"})
LEVEL = Menu(1, {"en": "Welcome"}, {"en": "token"}, {"1": HEATING}, wait_seconds=7)
CALLER = "+33698765432"


def asked(ask: Ask, caller: str = CALLER, level: Menu = LEVEL, **place: Any) -> Script:
    """Return the question, without what the platform does when we do not answer."""
    tree = Tree(("fr", "en"), 1, {1: level})
    script = menu_scripts.ask(tree, Place((1,), ask, 4, **place), ENDING, caller)
    rest = scripts.without_us(ENDING)
    assert script[-len(rest) :] == rest
    return script[: -len(rest)]


def words(code: str, **params: str) -> Say:
    return Say(code, params, barge_in=True)


def test_a_level_says_its_welcome_then_its_keys() -> None:
    assert asked(Ask.MENU) == (
        Say("menu", texts={"en": "Welcome"}, audio={"en": "token"}, barge_in=True),
        Say("key_reaches", {"key": "1"}, names={"name": {"en": "heating"}}, barge_in=True),
        AskKeys(4, 1, 7),
    )


@pytest.mark.parametrize(
    ("welcome", "audio", "said"),
    [({"en": "Hi"}, {}, ["menu"]), ({}, {"en": "token"}, ["menu"]), ({}, {}, [])],
)
def test_a_welcome_is_words_or_a_recording_or_none(
    welcome: dict[str, str], audio: dict[str, str], said: list[str]
) -> None:
    assert [each.code for each in menu_scripts.say_menu(Menu(1, welcome, audio))] == said


def test_the_keys_are_told_in_the_order_that_was_chosen() -> None:
    level = Menu(1, keys={"1": HEATING, "2": HEATING}, told=("2", "1"))
    assert [each.params for each in menu_scripts.say_menu(level)] == [{"key": "2"}, {"key": "1"}]


@pytest.mark.parametrize(
    ("goal", "code"),
    [
        (HEATING, "key_reaches"),
        (Goal(GoalKind.SCHEDULE, name={"en": "x"}), "key_reaches"),
        (Goal(GoalKind.MENU, name={"en": "x"}), "key_reaches"),
        (Goal(GoalKind.TRANSFER, name={"en": "x"}), "key_reaches"),
        (Goal(GoalKind.ANNOUNCEMENT, name={"en": "x"}), "key_for"),
        (Goal(GoalKind.VOICEMAIL), "key_voicemail"),
    ],
)
def test_a_key_is_told_by_its_name_or_by_what_it_does(goal: Goal, code: str) -> None:
    assert menu_scripts.say_key("1", goal).code == code


def test_no_key_is_waited_for_longer_than_the_platform_can() -> None:
    assert asked(Ask.MENU, level=Menu(1, wait_seconds=30)) == (AskKeys(4, 1, 10),)


def test_each_language_is_offered_in_itself() -> None:
    assert asked(Ask.LANGUAGE) == (
        Say("choose_language", {"key": "1"}, barge_in=True, language="fr"),
        Say("choose_language", {"key": "2"}, barge_in=True, language="en"),
        AskKeys(4, 1, 7),
    )


@pytest.mark.parametrize(
    ("caller", "code"), [(CALLER, "key_in_number_or_hash"), ("", "key_in_number")]
)
def test_hash_alone_is_offered_where_the_number_is_known(caller: str, code: str) -> None:
    assert asked(Ask.NUMBER, caller) == (words(code), AskKeys(4, 20, 5, hash_ends=True))


def test_a_number_is_read_back_digit_by_digit() -> None:
    assert asked(Ask.CONFIRM, digits="+336") == (
        words("number_read_back", digits="3 3 6"),
        words("confirm_number"),
        AskKeys(4, 1, 5),
    )


def test_an_extension_has_five_digits_at_most() -> None:
    assert asked(Ask.EXTENSION) == (words("key_in_extension"), AskKeys(4, 5, 5, hash_ends=True))


@pytest.mark.parametrize(
    ("goal", "code"),
    [
        (Goal(GoalKind.CALL_BACK), "offer_call_back"),
        (Goal(GoalKind.VOICEMAIL), "offer_later"),
    ],
)
def test_what_is_offered_whom_nobody_answered(goal: Goal, code: str) -> None:
    assert asked(Ask.OFFER, goal=goal) == (words(code), AskKeys(4, 1, 5))


@pytest.mark.parametrize(
    ("why", "said"), [("wrong_key", (words("wrong_key"),)), ("no_key", ()), ("", ())]
)
def test_what_was_wrong_is_said_first_but_not_of_no_key(why: str, said: Script) -> None:
    question = (words("key_in_extension"), AskKeys(4, 5, 5, hash_ends=True))
    assert asked(Ask.EXTENSION, why=why) == (*said, *question)
