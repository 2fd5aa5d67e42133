"""Stories of numbers that are transferred first, and of the menu behind that."""

from __future__ import annotations

from typing import Any

import pytest

from scheduling.models import ContactNumber, Schedule, Service
from telephony.emulator import Answers
from telephony.enums import Behaviour, GoalKind, Outcome
from telephony.models import CallbackRequest, Menu, MenuOption
from tests.cast import ALICE, ALICE_HOME, BRUNO, Cast, announcement, on_duty, scenario
from tests.story import Story
from voicemail.models import VoicemailMessage

WORKSHOP, BOILERS = "+33139980077", "+33139980055"
TAKES_IT = Answers(after_s=4, presses=["1"])
MESSAGE_KEY = "To leave a message, press 1."


def transferred(people: Cast, menu: Menu, **values: Any) -> None:
    """Let the line ring the workshop first; then comes the menu."""
    line = people.line
    line.behaviour, line.forwarding_number = Behaviour.TRANSFER_THEN_VOICEMAIL.value, WORKSHOP
    line.languages, line.menu = ["en"], menu
    for name, value in values.items():
        setattr(line, name, value)
    line.save()


def menu(**values: Any) -> Menu:
    return Menu.objects.create(name="Main", welcome={"en": "Welcome to Dupont."}, **values)


def with_a_key(**values: Any) -> Menu:
    root = menu(**values)
    MenuOption.objects.create(menu=root, key="1", kind=GoalKind.VOICEMAIL.value)
    return root


def without_keys() -> Menu:
    """A menu that asks nothing: its callers come to the boilers at once."""
    service = Service.objects.create(
        name={"en": "Boilers"}, colour="#b35900", answered_by="numbers"
    )
    ContactNumber.objects.create(service=service, number=BOILERS, ring_seconds=20)
    root = menu()
    MenuOption.objects.create(menu=root, key="no_key", kind=GoalKind.SERVICE.value, service=service)
    return root


@pytest.mark.requirement("CRM-07")
def test_where_the_ring_is_too_short_the_menu_is_heard_from_its_beginning(
    story: Story, people: Cast
) -> None:
    transferred(people, with_a_key(tries=1), inbound_timeout=3)
    caller = story.caller_dials(speaks_s=5)
    story.expect_said(MESSAGE_KEY)
    caller.press("1")
    assert story.expect_end().outcome == Outcome.MESSAGE_LEFT
    assert (story.rang(WORKSHOP), caller.said[0]) == (0, "Welcome to Dupont.")


@pytest.mark.requirement("PLN-09")
@pytest.mark.parametrize(("seconds", "rung"), [(3, 0), (15, 1)])
def test_a_menu_without_keys_rings_its_service_after_the_transfer(
    story: Story, people: Cast, seconds: int, rung: int
) -> None:
    transferred(people, without_keys(), inbound_timeout=seconds)
    story.phone(BOILERS, TAKES_IT)
    story.caller_dials()
    story.expect_connected(BOILERS)
    story.expect_end()
    assert (story.rang(WORKSHOP), story.rang(BOILERS)) == (rung, 1)


def test_a_menu_without_keys_rings_its_service_where_the_workshop_talks(
    story: Story, people: Cast
) -> None:
    transferred(people, without_keys())
    story.phone(WORKSHOP, Answers(after_s=2, talks_s=120))
    story.phone(BOILERS, TAKES_IT)
    story.caller_dials()
    story.expect_connected(WORKSHOP)
    story.caller_dials(from_="+33698765433")
    story.expect_connected(BOILERS)
    story.expect_end()
    assert (story.rang(WORKSHOP), story.rang(BOILERS)) == (1, 1)


def test_who_wants_to_leave_a_message_while_it_rings_is_asked_nothing(
    story: Story, people: Cast
) -> None:
    transferred(people, with_a_key(), call_connect=True)
    caller = story.caller_dials(speaks_s=5)
    story.expect_ring(WORKSHOP)
    story.platform.advance(2)
    caller.press("1")
    assert story.expect_end().outcome == Outcome.MESSAGE_LEFT
    assert MESSAGE_KEY not in caller.said


def test_who_pressed_too_often_in_vain_goes_back_a_level_where_it_says_so(
    story: Story, people: Cast
) -> None:
    root = with_a_key()
    below = menu(parent=root)
    MenuOption.objects.create(
        menu=root, key="2", kind=GoalKind.MENU.value, submenu=below, name={"en": "more"}
    )
    MenuOption.objects.create(menu=below, key="3", kind=GoalKind.VOICEMAIL.value)
    MenuOption.objects.create(menu=below, key="too_many", kind=GoalKind.BACK.value)
    transferred(people, root, behaviour=Behaviour.SMART_VOICEMAIL.value)
    caller = story.caller_dials(speaks_s=5)
    story.expect_said(MESSAGE_KEY)
    caller.press("2")
    story.expect_said("To leave a message, press 3.")
    story.platform.run_until(lambda: sum(MESSAGE_KEY in said for said in caller.said) == 2)
    caller.press("1")
    assert story.expect_end().outcome == Outcome.MESSAGE_LEFT


def test_whoever_asked_to_be_called_back_hears_that_they_will_be(
    story: Story, people: Cast
) -> None:
    """Not the announcement in which nobody's answering of the service ends otherwise."""
    busy = Schedule.objects.create(name="Boilers", time_zone="Europe/Paris")
    scenario(busy, {"kind": "level", "level": 1}, announcement_step("We are all out."))
    service = Service.objects.create(
        name={"en": "Boilers"},
        colour="#b35900",
        answered_by="schedule",
        schedule=busy,
        if_unanswered="call_back_request",
    )
    root = menu()
    MenuOption.objects.create(menu=root, key="1", kind=GoalKind.SERVICE.value, service=service)
    transferred(people, root, behaviour=Behaviour.SMART_VOICEMAIL.value)
    caller = story.caller_dials()
    for words, keys in (
        ("To reach Boilers, press 1.", "1"),
        ("To be called back, press 2.", "2"),
        ("just press hash", "#"),
        ("If this is right, press 1.", "1"),
    ):
        story.expect_said(words)
        caller.press(keys)
    assert story.expect_end().outcome == Outcome.CALL_BACK_REQUESTED
    assert (CallbackRequest.objects.count(), VoicemailMessage.objects.count()) == (1, 0)
    assert caller.said[-1] == "Thank you. Somebody will call you back. Goodbye."


def announcement_step(text: str) -> dict[str, object]:
    return {"kind": "announcement", "prompt": announcement(text)}


def test_a_person_who_talks_on_one_phone_is_not_rung_on_another(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.alice)
    on_duty(people.schedule, people.bruno, level=2)
    story.phone(ALICE, Answers(after_s=2, presses=["1"], talks_s=120))
    story.phone(BRUNO, TAKES_IT)
    story.caller_dials()
    story.expect_connected(ALICE)
    story.caller_dials(from_="+33698765433")
    story.expect_connected(BRUNO)
    story.expect_end()
    assert story.rang(ALICE_HOME) == 0
