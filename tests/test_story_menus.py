"""Stories of callers in a menu: keys lead to people, mailboxes and announcements."""

from __future__ import annotations

from typing import Any

import pytest

from scheduling.models import ContactNumber, Schedule, Service, ServiceCategory, Staff
from telephony.emulator import Answers
from telephony.enums import Behaviour, GoalKind, Outcome
from telephony.models import CallbackRequest, Menu, MenuOption, Prompt
from tests.cast import ALICE, BRUNO, CALLER, CHLOE, Cast, on_duty
from tests.story import Story
from voicemail.models import Mailbox, VoicemailMessage

TAKES_IT = Answers(after_s=4, presses=["1"])


def menu(name: str = "Main", **values: Any) -> Menu:
    return Menu.objects.create(name=name, welcome={"en": "Welcome to Dupont."}, **values)


def key(level: Menu, pressed: str, kind: GoalKind, name: str = "", **target: Any) -> MenuOption:
    return MenuOption.objects.create(
        menu=level,
        key=pressed,
        kind=kind.value,
        name={"en": name} if name else {},
        position=level.options.count() + 1,
        **target,
    )


@pytest.fixture
def main(people: Cast) -> Menu:
    """The line's menu; the tests give it its keys."""
    root = menu()
    people.line.behaviour = Behaviour.SMART_VOICEMAIL.value
    people.line.menu = root
    people.line.languages = ["en"]
    people.line.save()
    return root


def boiler(people: Cast, **values: Any) -> Service:
    return Service.objects.create(name={"en": "Boiler emergency"}, colour="#b35900", **values)


def hears(story: Story, words: str, then: str) -> None:
    """The caller waits for these words, and presses keys."""
    story.expect_said(words)
    assert story.call is not None
    story.call.press(then)


def mailboxes() -> list[str]:
    return [str(message.mailbox) for message in VoicemailMessage.objects.order_by("pk")]


def test_what_is_said_is_built_from_the_options(story: Story, main: Menu) -> None:
    key(main, "1", GoalKind.VOICEMAIL, "the accounts")
    key(main, "9", GoalKind.VOICEMAIL)
    caller = story.caller_dials(speaks_s=5)
    hears(story, "press 9", "1")
    story.expect_end()
    assert caller.said[:3] == [
        "Welcome to Dupont.",
        "For the accounts, press 1.",
        "To leave a message, press 9.",
    ]


@pytest.mark.requirement("PLN-03")
def test_a_key_reaches_whoever_is_on_call_for_a_service(
    story: Story, people: Cast, main: Menu
) -> None:
    on_duty(people.schedule, people.bruno)
    service = boiler(people, answered_by="schedule", schedule=people.schedule)
    key(main, "1", GoalKind.SERVICE, service=service)
    story.phone(BRUNO, TAKES_IT)
    story.caller_dials(hangs_up_after_s=60)
    hears(story, "To reach Boiler emergency, press 1.", "1")
    story.expect_connected(BRUNO)
    call = story.expect_end()
    assert (call.outcome, call.label, call.service) == (
        Outcome.CONNECTED,
        "Boiler emergency",
        service,
    )


@pytest.mark.requirement("PLA-16")
def test_one_number_serves_every_duty_and_whoever_has_it_then(
    story: Story, people: Cast, main: Menu
) -> None:
    drains = Schedule.objects.create(name="Drains", time_zone="Europe/Paris")
    on_duty(people.schedule, people.bruno)
    on_duty(drains, people.chloe, end_s=300)
    on_duty(drains, people.alice, start_s=300)
    key(main, "1", GoalKind.SCHEDULE, "boilers", schedule=people.schedule)
    key(main, "2", GoalKind.SCHEDULE, "drains", schedule=drains)
    for phone in (ALICE, BRUNO, CHLOE):
        story.phone(phone, TAKES_IT)
    taken = []
    for wait, pressed, phone in ((0, "1", BRUNO), (0, "2", CHLOE), (300, "2", ALICE)):
        story.platform.advance(wait)
        story.caller_dials(hangs_up_after_s=30)
        hears(story, "To reach drains, press 2.", pressed)
        story.expect_connected(phone)
        taken.append(story.taken_by(story.expect_end()))
    assert taken == ["Bruno", "Chloé", "Alice"]


@pytest.mark.requirement("VPB-03")
def test_each_option_and_each_level_has_a_mailbox_of_its_own(
    story: Story, people: Cast, main: Menu
) -> None:
    own, level = (Mailbox.objects.create(name=name) for name in ("Option", "Level"))
    below = menu("Below", parent=main, mailbox=level)
    key(main, "2", GoalKind.MENU, "more", submenu=below)
    key(below, "1", GoalKind.VOICEMAIL, "one", mailbox=own)
    key(below, "2", GoalKind.VOICEMAIL, "two")
    for pressed in ("1", "2"):
        story.caller_dials(speaks_s=5)
        hears(story, "To reach more, press 2.", "2")
        hears(story, "For two, press 2.", pressed)
        assert story.expect_end().outcome == Outcome.MESSAGE_LEFT
    assert mailboxes() == ["Option", "Level"]


@pytest.mark.requirement("PLN-04")
def test_without_a_menu_the_caller_chooses_a_service_and_says_where_to_call_back(
    story: Story, people: Cast
) -> None:
    people.line.behaviour = Behaviour.SMART_VOICEMAIL.value
    people.line.save()
    heating, water = (
        ServiceCategory.objects.create(name={"en": name}, position=position)
        for position, name in enumerate(("Heating", "Water"))
    )
    Service.objects.create(name={"en": "Boiler"}, category=heating, colour="#b35900")
    box = Mailbox.objects.create(name="Leaks")
    for name, mailbox in (("Drains", None), ("Leaks", box)):
        Service.objects.create(name={"en": name}, category=water, colour="#b35900", mailbox=mailbox)
    caller = story.caller_dials(speaks_s=5)
    hears(story, "For English, press 1.", "1")
    hears(story, "To reach Water, press 2.", "2")
    hears(story, "For Leaks, press 2.", "2")
    hears(story, "just press hash", "0612345678#")
    hears(story, "If this is right, press 1.", "1")
    call = story.expect_end()
    assert "Your number is 0 6 1 2 3 4 5 6 7 8." in caller.said
    assert (call.outcome, call.label) == (Outcome.MESSAGE_LEFT, "Leaks")
    assert (call.callback_number, mailboxes()) == ("+33612345678", ["Leaks"])


@pytest.mark.requirement("PLN-04")
def test_without_a_menu_the_tenth_service_is_reached_by_a_key_for_more(
    story: Story, people: Cast
) -> None:
    people.line.behaviour, people.line.languages = Behaviour.SMART_VOICEMAIL.value, ["en"]
    people.line.save()
    for number in range(1, 11):
        Service.objects.create(name={"en": f"Service {number}"}, colour="#b35900")
    caller = story.caller_dials(speaks_s=5)
    hears(story, "For more choices, press 9.", "9")
    hears(story, "For Service 10, press 2.", "2")
    hears(story, "just press hash", "#")
    hears(story, "If this is right, press 1.", "1")
    call = story.expect_end()
    assert (call.outcome, call.label) == (Outcome.MESSAGE_LEFT, "Service 10")
    assert "For Service 8, press 8." in caller.said
    assert "For Service 9, press 9." not in caller.said


@pytest.mark.requirement("VPB-08")
def test_a_caller_who_wants_no_menu_leaves_a_message_by_one_key(
    story: Story, main: Menu, people: Cast
) -> None:
    key(main, "1", GoalKind.SCHEDULE, "whoever is on call", schedule=people.schedule)
    key(main, "#", GoalKind.VOICEMAIL)
    story.caller_dials(speaks_s=5)
    hears(story, "To leave a message, press hash.", "#")
    assert story.expect_end().outcome == Outcome.MESSAGE_LEFT


@pytest.mark.requirement("VPB-08")
def test_a_level_below_the_first_offers_a_message_by_one_key_too(
    story: Story, main: Menu, people: Cast
) -> None:
    below = menu("Below", parent=main, mailbox=Mailbox.objects.create(name="Level"))
    key(main, "2", GoalKind.MENU, "more", submenu=below)
    key(below, "1", GoalKind.SCHEDULE, "whoever is on call", schedule=people.schedule)
    key(below, "#", GoalKind.VOICEMAIL)
    story.caller_dials(speaks_s=5)
    hears(story, "To reach more, press 2.", "2")
    hears(story, "To leave a message, press hash.", "#")
    assert story.expect_end().outcome == Outcome.MESSAGE_LEFT
    assert mailboxes() == ["Level"]


def test_a_wish_to_be_called_back_is_kept_and_nothing_is_dialled(story: Story, main: Menu) -> None:
    key(main, "1", GoalKind.CALL_BACK)
    story.caller_dials()
    hears(story, "To be called back, press 1.", "1")
    hears(story, "just press hash", "#")
    hears(story, "If this is right, press 1.", "1")
    call = story.expect_end()
    request = CallbackRequest.objects.get(call=call)
    assert (call.outcome, request.number) == (Outcome.CALL_BACK_REQUESTED, CALLER)
    assert call.legs.count() == 0


@pytest.mark.requirement("VPB-03")
@pytest.mark.parametrize("where", ["number", "level", "key"])
def test_a_wish_to_be_called_back_is_kept_where_the_messages_go(
    story: Story, people: Cast, main: Menu, where: str
) -> None:
    boxes = {name: Mailbox.objects.create(name=name) for name in ("number", "level", "key")}
    people.line.mailbox = boxes["number"]
    people.line.save()
    if where == "level":
        main.mailbox = boxes["level"]
        main.save()
    key(main, "1", GoalKind.CALL_BACK, mailbox=boxes["key"] if where == "key" else None)
    story.caller_dials()
    hears(story, "To be called back, press 1.", "1")
    hears(story, "just press hash", "#")
    hears(story, "If this is right, press 1.", "1")
    assert CallbackRequest.objects.get(call=story.expect_end()).mailbox == boxes[where]


def test_an_announcement_ends_the_call(story: Story, main: Menu) -> None:
    told = Prompt.objects.create(name="Where", text={"en": "We are at 3, rue Neuve."})
    key(main, "1", GoalKind.ANNOUNCEMENT, "our address", prompt=told)
    caller = story.caller_dials()
    hears(story, "For our address, press 1.", "1")
    assert story.expect_end().outcome == Outcome.ANNOUNCEMENT
    assert caller.said[-1] == "We are at 3, rue Neuve."


def test_a_transfer_rings_that_number_and_takes_a_message_when_nobody_answers(
    story: Story, main: Menu
) -> None:
    key(main, "1", GoalKind.TRANSFER, "the workshop", transfer_number="+33139980077")
    story.caller_dials(speaks_s=5)
    hears(story, "To reach the workshop, press 1.", "1")
    assert story.expect_end().outcome == Outcome.MESSAGE_LEFT
    assert story.rang("+33139980077") == 1


def test_who_presses_nothing_hears_it_again_and_then_leaves_a_message(
    story: Story, main: Menu
) -> None:
    key(main, "1", GoalKind.HANG_UP)
    caller = story.caller_dials(speaks_s=5)
    assert story.expect_end().outcome == Outcome.MESSAGE_LEFT
    assert caller.said.count("Welcome to Dupont.") == 3


def test_who_hangs_up_in_the_menu_gave_up_there(story: Story, main: Menu) -> None:
    key(main, "1", GoalKind.HANG_UP)
    story.caller_dials(hangs_up_after_s=3)
    assert story.expect_end().outcome == Outcome.GAVE_UP_IN_MENU


@pytest.mark.requirement("VPB-13")
def test_a_colleague_who_dials_an_extension_reaches_that_persons_mailbox(
    story: Story, people: Cast, main: Menu
) -> None:
    Staff.objects.filter(pk=people.alice.pk).update(extension="201")
    Mailbox.objects.create(name="Alice", staff=people.alice)
    key(main, "1", GoalKind.DIAL_EXTENSION)
    for number in (BRUNO, CALLER):
        story.caller_dials(from_=number, speaks_s=5)
        hears(story, "To dial an extension, press 1.", "1")
        hears(story, "Please dial the extension", "201")
        assert story.expect_end().outcome == Outcome.MESSAGE_LEFT
    assert mailboxes() == ["Alice", "General"]
    assert story.rang(ALICE) == 2


def unanswered(story: Story, people: Cast, main: Menu, **values: Any) -> Service:
    """Let somebody call who reaches nobody of a service, which then does as `values` say."""
    service = boiler(people, answered_by="numbers", **values)
    ContactNumber.objects.create(service=service, number="+33139980055")
    key(main, "1", GoalKind.SERVICE, service=service)
    story.caller_dials(speaks_s=5)
    hears(story, "To reach Boiler emergency, press 1.", "1")
    return service


@pytest.mark.requirement("VPB-09")
@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("setting", ["message_or_call_later", "call_back_request"])
def test_a_service_nobody_answers_offers_a_message_in_its_own_mailbox_or_the_general_one(
    story: Story, people: Cast, main: Menu, setting: str, own: bool
) -> None:
    box = Mailbox.objects.create(name="Boilers")
    unanswered(story, people, main, mailbox=box if own else None, if_unanswered=setting)
    hears(story, "To leave a message, press 1.", "1")
    assert story.expect_end().outcome == Outcome.MESSAGE_LEFT
    assert mailboxes() == ["Boilers" if own else "General"]


@pytest.mark.requirement("VPB-09")
def test_who_leaves_no_message_is_told_to_call_again_later_and_hung_up(
    story: Story, people: Cast, main: Menu
) -> None:
    unanswered(story, people, main, if_unanswered="message_or_call_later")
    call = story.expect_end()
    offer = (
        "Nobody can take your call right now. To leave a message, press 1. "
        "Otherwise, please call again later."
    )
    assert story.call is not None
    assert story.call.said[-3:] == [offer, offer, "The call has ended. Goodbye."]
    assert (call.outcome, mailboxes()) == (Outcome.ANNOUNCEMENT, [])
    story.expect_nothing_left(call)


@pytest.mark.requirement("VPB-09")
@pytest.mark.parametrize("own", [True, False])
def test_a_service_nobody_answers_offers_to_call_back(
    story: Story, people: Cast, main: Menu, own: bool
) -> None:
    box = Mailbox.objects.create(name="Boilers")
    service = unanswered(
        *(story, people, main),
        mailbox=box if own else None,
        if_unanswered="call_back_request",
    )
    hears(story, "To be called back, press 2.", "2")
    hears(story, "just press hash", "#")
    hears(story, "If this is right, press 1.", "1")
    call = story.expect_end()
    assert call.outcome == Outcome.CALL_BACK_REQUESTED
    request = CallbackRequest.objects.get(call=call)
    assert (request.service, request.mailbox) == (service, box if own else people.mailbox)


def test_an_edit_of_the_menu_touches_the_next_call_only(story: Story, main: Menu) -> None:
    option = key(main, "1", GoalKind.VOICEMAIL, "the accounts")
    caller = story.caller_dials()
    story.expect_said("For the accounts, press 1.")
    option.delete()
    caller.press("1")
    story.expect_said("Please leave your message after the tone")
