"""A caller's keys in a menu as the machine takes them in: heard once, told in the story, kept."""

from __future__ import annotations

from dataclasses import replace

from telephony import machine, menus
from telephony.enums import Ask, GoalKind, Outcome, Phase
from telephony.machine import Visitor
from telephony.tests.builders import START, plan, said
from telephony.types import CallerGone, Ending, Event, Goal, KeysPressed, Menu, Note, Step, Tree

HEATING = Goal(GoalKind.SERVICE, 5, name={"en": "heating", "fr": "chauffage"})
PLUMBING = Goal(GoalKind.SERVICE, 6, name={"fr": "plomberie"})
CALL_BACK = Goal(GoalKind.CALL_BACK, 5, mailbox=7)
EXTENSION = Goal(GoalKind.DIAL_EXTENSION)
CALLER = "+33698765432"


class InMenu:
    """A caller in a menu, who presses keys at whatever is asked."""

    def __init__(self, *languages: str, language: str = "") -> None:
        keys = {"1": HEATING, "2": PLUMBING, "3": CALL_BACK, "4": EXTENSION}
        self.tree = Tree(languages or ("en",), 1, {1: Menu(1, keys=keys)})
        self.notes: list[Note] = []
        visitor = Visitor(CALLER, language, ("en",))
        self._take(machine.begin_menu(plan(), self.tree, START, visitor=visitor))

    def __call__(self, event: Event) -> Step:
        return self._take(machine.advance(self.state, event, START, tree=self.tree))

    def press(self, *keys: str) -> Step:
        for each in keys:
            assert self.state.place is not None
            self(KeysPressed(self.state.place.turn, each))
        return self.last

    def told(self, code: str) -> list[dict[str, str]]:
        return [note.params for note in self.notes if note.code == code]

    def _take(self, step: Step) -> Step:
        self.state, self.last = step.state, step
        self.notes += step.notes
        return step


def test_a_key_is_told_by_its_name_in_the_callers_language_or_another() -> None:
    call = InMenu("fr", "en", language="en")
    call.press("8", "1")
    other = InMenu("fr", "en", language="en")
    other.press("2")
    assert [*call.told("key_pressed"), *other.told("key_pressed")] == [
        {"key": "8", "name": ""},
        {"key": "1", "name": "heating"},
        {"key": "2", "name": "plomberie"},
    ]


def test_keys_that_come_once_more_do_nothing_and_hear_the_question_that_stands() -> None:
    call = InMenu()
    place = call.state.place
    assert place is not None
    first = call(KeysPressed(place.turn, "3"))
    again = call(KeysPressed(place.turn, "3"))
    assert (again.state.place, again.reply) == (first.state.place, first.reply)
    assert call.told("out_of_turn") == [{"what": "keys_pressed"}]


def test_keys_that_come_after_the_menu_do_nothing() -> None:
    call = InMenu()
    call.press("3", "", "1")
    assert call.state.place is not None
    assert call.state.phase is Phase.ANNOUNCEMENT
    step = call(KeysPressed(call.state.place.turn, "2"))
    assert (step.state.phase, said(step.reply)) == (Phase.ANNOUNCEMENT, ["call_back_noted"])


def test_a_leaf_ends_the_menu_with_nothing_said_yet() -> None:
    step = InMenu().press("1")
    assert step.leaf is not None
    assert (step.leaf.goal, step.reply) == (HEATING, None)


def test_the_language_that_is_chosen_is_told_once_and_spoken() -> None:
    call = InMenu("fr", "en")
    assert call.told("language_chosen") == [{"language": "fr"}]
    call.press("2", "8")
    assert call.told("language_chosen") == [{"language": "fr"}, {"language": "en"}]
    assert call.state.language == "en"


def test_a_number_to_call_back_is_kept_with_its_service_and_mailbox_and_told_nowhere() -> None:
    call = InMenu()
    call.press("3", "0612345678", "1")
    assert call.state.call_back == "0612345678"
    assert call.told("call_back_requested") == [{"mailbox": "7", "service": "5"}]
    assert "0612345678" not in str(call.notes)
    call(CallerGone())
    assert call.state.outcome == Outcome.CALL_BACK_REQUESTED


def test_a_call_back_for_no_service_says_so() -> None:
    call = InMenu()
    menu = replace(call.tree.menus[1], keys={"3": Goal(GoalKind.CALL_BACK)})
    call.tree = replace(call.tree, menus={1: menu})
    call.press("3", "", "1")
    assert call.told("call_back_requested") == [{"mailbox": "", "service": ""}]
    assert call.state.call_back == CALLER


def test_a_call_back_is_kept_where_the_messages_of_the_number_go() -> None:
    call = InMenu()
    call.state = replace(call.state, plan=replace(plan(), ending=Ending(True, mailbox=9)))
    menu = replace(call.tree.menus[1], keys={"3": Goal(GoalKind.CALL_BACK)})
    call.tree = replace(call.tree, menus={1: menu})
    call.press("3", "", "1")
    assert call.told("call_back_requested") == [{"mailbox": "9", "service": ""}]


def test_a_number_once_kept_stays_when_the_caller_goes_on() -> None:
    call = InMenu()
    call.state = replace(call.state, call_back="0612345678")
    assert call.press("1").state.call_back == "0612345678"


def test_a_choice_after_nobody_answered_is_told() -> None:
    call = InMenu()
    place = menus.offer(call.state.place, CALL_BACK, "en")
    call.state = replace(call.state, place=place)
    call.press("2")
    assert call.told("key_pressed") == [{"key": "2", "name": ""}]
    assert call.state.place is not None
    assert call.state.place.ask is Ask.NUMBER
