"""Stories of callers whom nobody answered and who are written to, and of whoever took a call."""

from __future__ import annotations

from typing import Any

import pytest

from oncall_portal.outbox.models import OutgoingMessage
from scheduling.models import ContactNumber, Organisation
from telephony.emulator import Answers, Ignores, Machine
from telephony.enums import Behaviour, BlockKind, GoalKind, Outcome
from telephony.models import (
    BlockedCaller,
    Caller,
    Menu,
    MenuOption,
    PhoneNumber,
    TextMessage,
)
from tests.cast import ALICE, ALICE_HOME, CALLER, LINE, START, Cast, on_duty
from tests.story import Story

OTHER = "+33698765433"
TAKES_IT = Answers(after_s=4, presses=["1"], talks_s=10)
PICKS_UP = Answers(after_s=4, talks_s=10)
WORKSHOP, WORKSHOP_DESK = "+33612345677", "+33139980077"
TOLD = f"{CALLER} is calling Main line."
STANDARD = (
    "Sorry, we could not take your call to Dupont Chauffage. Reply to this text or call again."
)


@pytest.fixture
def line(people: Cast) -> PhoneNumber:
    """The line, which writes to callers whom nobody answered."""
    people.line.text_back_enabled = True
    people.line.save()
    on_duty(people.schedule, people.alice)
    return people.line


def calls(story: Story, **caller: Any) -> str:
    """Let somebody call and wait for the end; return the outcome."""
    story.caller_dials(caller.pop("to", LINE), **caller)
    outcome = story.expect_end().outcome
    story.texts_leave()
    return outcome


@pytest.mark.requirement("CRM-09")
def test_a_caller_whom_nobody_answered_gets_one_text_at_once(
    story: Story, line: PhoneNumber
) -> None:
    assert calls(story, hangs_up_after_s=9) == Outcome.GAVE_UP_RINGING
    assert story.platform.texts_to(CALLER) == [STANDARD]
    assert story.platform.texts.sent[0].from_ == LINE.lstrip("+")
    text = TextMessage.objects.get()
    assert (text.state, text.call, text.sent_by) == ("delivered", text.call, None)
    assert text.call is not None
    assert (str(text.caller.number), text.at) == (CALLER, text.call.ended_at)


@pytest.mark.requirement("CRM-09")
@pytest.mark.requirement("CRM-04")
def test_a_machine_that_picks_up_is_nobody(story: Story, line: PhoneNumber) -> None:
    story.phone(ALICE, Machine(after_s=3))
    story.phone(ALICE_HOME, Machine(after_s=3))
    assert calls(story, speaks_s=5) == Outcome.MESSAGE_LEFT
    assert story.platform.texts_to(CALLER) == [STANDARD]


@pytest.mark.requirement("CRM-09")
def test_a_caller_who_was_answered_gets_none(story: Story, line: PhoneNumber) -> None:
    story.phone(ALICE, TAKES_IT)
    assert calls(story) == Outcome.CONNECTED
    assert story.platform.texts.sent == []


@pytest.mark.requirement("CRM-09")
def test_a_second_call_within_the_quiet_time_gets_none_and_a_later_one_does(
    story: Story, line: PhoneNumber
) -> None:
    for wait_s, texts in ((0, 1), (600, 1), (3600, 2)):
        story.platform.advance(wait_s)
        calls(story, hangs_up_after_s=5)
        assert len(story.platform.texts_to(CALLER)) == texts


@pytest.mark.requirement("CRM-09")
def test_another_caller_within_the_quiet_time_of_the_first_gets_one_too(
    story: Story, line: PhoneNumber
) -> None:
    for number in (CALLER, OTHER, CALLER, OTHER):
        calls(story, from_=number, hangs_up_after_s=5)
        story.platform.advance(60)
    assert [len(story.platform.texts_to(number)) for number in (CALLER, OTHER)] == [1, 1]


@pytest.mark.requirement("CRM-09")
def test_whoever_tries_another_number_of_ours_too_gets_one_text_in_a_quarter_of_an_hour(
    story: Story, line: PhoneNumber
) -> None:
    second = "+33970000002"
    numbers = story.platform.application.numbers
    assert isinstance(numbers, set)
    numbers.add(second.lstrip("+"))
    PhoneNumber.objects.create(
        name="Second", number=second, schedule=line.schedule, text_back_enabled=True
    )
    for to, wait_s, texts in ((LINE, 0, 1), (second, 300, 1), (second, 900, 2)):
        story.platform.advance(wait_s)
        calls(story, to=to, hangs_up_after_s=5)
        assert len(story.platform.texts_to(CALLER)) == texts


@pytest.mark.requirement("CRM-09")
@pytest.mark.parametrize(
    ("minutes", "after", "texts"), [(0, 10, 1), (5, 15, 2), (20, 15, 1), (120, 15, 1)]
)
def test_the_quiet_time_is_as_long_as_the_number_says_and_never_under_a_quarter_of_an_hour(
    story: Story, line: PhoneNumber, minutes: int, after: int, texts: int
) -> None:
    line.text_back_quiet_minutes = minutes
    line.save()
    calls(story, hangs_up_after_s=5)
    story.platform.advance(60 * after)
    calls(story, hangs_up_after_s=5)
    assert len(story.platform.texts_to(CALLER)) == texts


def test_the_houses_own_words_come_in_the_language_of_the_call(
    story: Story, line: PhoneNumber
) -> None:
    line.text_back = {"en": "We call you back.", "fr": "Nous vous rappelons."}
    line.languages = ["fr"]
    line.save()
    calls(story, hangs_up_after_s=5)
    assert story.platform.texts_to(CALLER) == ["Nous vous rappelons."]


def test_standard_words_are_of_the_networks_alphabet_in_french_too(
    story: Story, line: PhoneNumber
) -> None:
    line.text_back = {"en": "We call you back."}
    line.languages = ["fr"]
    line.save()
    calls(story, hangs_up_after_s=5)
    assert story.platform.texts_to(CALLER) == [
        "Désolés, nous n'avons pas pu prendre votre appel à Dupont Chauffage. "
        "Répondez à ce SMS ou rappelez-nous."
    ]


@pytest.mark.requirement("CRM-01")
def test_callers_of_a_house_without_a_name_read_the_number_that_they_called(
    story: Story, line: PhoneNumber
) -> None:
    Organisation.objects.update(name="")
    line.text_back, line.languages = {"fr": "Nous vous rappelons."}, ["en"]
    line.save()
    calls(story, hangs_up_after_s=5)
    assert story.platform.texts_to(CALLER) == [
        STANDARD.replace("Dupont Chauffage", "+33 9 70 00 00 01")
    ]


@pytest.mark.parametrize("number", ["anonymous", "+33145678901", "+447400123456"])
def test_a_withheld_number_a_landline_and_another_country_get_none(
    story: Story, line: PhoneNumber, number: str
) -> None:
    calls(story, from_=number, hangs_up_after_s=5)
    assert not TextMessage.objects.exists()


def test_a_caller_who_wants_no_texts_gets_none(story: Story, line: PhoneNumber) -> None:
    Caller.objects.create(number=CALLER, sms_stopped_at=START)
    calls(story, hangs_up_after_s=5)
    assert not TextMessage.objects.exists()


def test_a_blocked_caller_gets_none(story: Story, line: PhoneNumber) -> None:
    BlockedCaller.objects.create(kind=BlockKind.EXACT.value, pattern=CALLER)
    assert calls(story) == Outcome.BLOCKED
    assert not TextMessage.objects.exists()


def test_a_number_that_does_not_write_back_does_not(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.alice)
    calls(story, hangs_up_after_s=5)
    assert not TextMessage.objects.exists()
    assert str(Caller.objects.get().number) == CALLER  # known from now on


@pytest.mark.requirement("CRM-03")
def test_whoever_takes_a_call_gets_the_callers_number_by_text(story: Story, people: Cast) -> None:
    people.line.caller_by_sms = True
    people.line.save()
    Caller.objects.create(number=CALLER, name="Boulangerie Roux")
    on_duty(people.schedule, people.alice)
    story.phone(ALICE, TAKES_IT)
    assert calls(story) == Outcome.CONNECTED
    assert story.platform.texts_to(ALICE) == [f"Boulangerie Roux ({CALLER}) is calling Main line."]
    assert OutgoingMessage.objects.get(channel="sms").state == "delivered"


@pytest.mark.requirement("CRM-03")
def test_a_phone_without_texts_and_one_that_did_not_take_the_call_get_none(
    story: Story, people: Cast
) -> None:
    people.line.caller_by_sms = True
    people.line.save()
    ContactNumber.objects.filter(number=ALICE_HOME).update(can_sms=False)
    on_duty(people.schedule, people.alice)
    story.phone(ALICE, Ignores())
    story.phone(ALICE_HOME, TAKES_IT)
    assert calls(story) == Outcome.CONNECTED
    assert story.platform.texts.sent == []


@pytest.mark.requirement("CRM-03")
@pytest.mark.requirement("CRM-04")
@pytest.mark.parametrize(("key_asked_for", "texts"), [(True, []), (False, [TOLD])])
def test_who_picks_up_has_taken_the_call_only_where_no_key_is_asked_for(
    story: Story, people: Cast, key_asked_for: bool, texts: list[str]
) -> None:
    people.line.caller_by_sms, people.line.call_connect = True, key_asked_for
    people.line.save()
    on_duty(people.schedule, people.alice)
    story.phone(ALICE, PICKS_UP)
    calls(story, hangs_up_after_s=25)
    assert story.rang(ALICE) == 1
    assert story.platform.texts_to(ALICE) == texts


# --- whoever a call is transferred to -----------------------------------------------------------


def transfers(people: Cast, to: str = WORKSHOP, **values: Any) -> None:
    """Pass the line's calls on to this number, which is told by text who calls."""
    standard = {"behaviour": Behaviour.TRANSFER.value, "languages": ["en"], "caller_by_sms": True}
    for name, value in {**standard, "forwarding_number": to, **values}.items():
        setattr(people.line, name, value)
    people.line.save()


@pytest.mark.requirement("CRM-03")
@pytest.mark.parametrize("behaviour", [Behaviour.TRANSFER, Behaviour.TRANSFER_THEN_VOICEMAIL])
@pytest.mark.parametrize("phone", [PICKS_UP, Ignores()])
def test_the_number_calls_are_transferred_to_is_told_by_text_who_calls(
    story: Story, people: Cast, behaviour: Behaviour, phone: Any
) -> None:
    transfers(people, behaviour=behaviour.value)
    story.phone(WORKSHOP, phone)
    calls(story, hangs_up_after_s=100)
    assert story.rang(WORKSHOP) == 1
    assert story.platform.texts_to(WORKSHOP) == [TOLD]


@pytest.mark.requirement("CRM-03")
def test_a_transfer_is_told_by_text_while_it_rings(story: Story, people: Cast) -> None:
    transfers(people)
    story.phone(WORKSHOP, Ignores())
    story.caller_dials(hangs_up_after_s=100)
    story.expect_ring(WORKSHOP)
    story.platform.advance(2)
    assert [row.to for row in OutgoingMessage.objects.filter(channel="sms")] == [WORKSHOP]


@pytest.mark.requirement("CRM-03")
@pytest.mark.parametrize("keyed", [False, True])
def test_a_transfer_by_the_key_of_a_menu_is_told_by_text_with_a_key_to_take_it_or_without(
    story: Story, people: Cast, keyed: bool
) -> None:
    root = Menu.objects.create(name="Main")
    MenuOption.objects.create(
        menu=root, key="1", kind=GoalKind.TRANSFER.value, transfer_number=WORKSHOP
    )
    behaviour = Behaviour.SMART_VOICEMAIL.value
    transfers(people, to="", behaviour=behaviour, menu=root, call_connect=keyed)
    story.phone(WORKSHOP, TAKES_IT)
    caller = story.caller_dials(hangs_up_after_s=100)
    story.expect_said("press 1.")
    caller.press("1")
    story.expect_connected(WORKSHOP)
    story.expect_end()
    story.texts_leave()
    assert story.platform.texts_to(WORKSHOP) == [TOLD]


@pytest.mark.requirement("CRM-03")
def test_a_phone_that_rings_twice_for_a_call_is_told_once(story: Story, people: Cast) -> None:
    root = Menu.objects.create(name="Main")
    MenuOption.objects.create(
        menu=root, key="1", kind=GoalKind.TRANSFER.value, transfer_number=WORKSHOP
    )
    transfers(people, behaviour=Behaviour.TRANSFER_THEN_VOICEMAIL.value, menu=root)
    story.phone(WORKSHOP, Ignores())
    caller = story.caller_dials(hangs_up_after_s=150)
    story.expect_said("press 1.")
    caller.press("1")
    story.expect_end()
    story.texts_leave()
    assert story.rang(WORKSHOP) == 2
    assert story.platform.texts_to(WORKSHOP) == [TOLD]


@pytest.mark.requirement("CRM-03")
@pytest.mark.parametrize(
    ("to", "caller", "by_sms"),
    [(WORKSHOP_DESK, CALLER, True), (WORKSHOP, "anonymous", True), (WORKSHOP, CALLER, False)],
    ids=["a landline", "nobody to tell of", "not wanted"],
)
def test_a_transfer_that_cannot_be_told_by_text_or_is_not_to_be(
    story: Story, people: Cast, to: str, caller: str, by_sms: bool
) -> None:
    transfers(people, to, caller_by_sms=by_sms)
    story.phone(to, PICKS_UP)
    assert calls(story, from_=caller) == Outcome.PICKED_UP
    assert not OutgoingMessage.objects.filter(channel="sms").exists()


@pytest.mark.requirement("CRM-03")
def test_who_wrote_stop_is_told_nothing_of_a_transfer(story: Story, people: Cast) -> None:
    Caller.objects.create(number=WORKSHOP, sms_stopped_at=START)
    transfers(people)
    assert calls(story, hangs_up_after_s=30) == Outcome.GAVE_UP_RINGING
    assert not OutgoingMessage.objects.filter(channel="sms").exists()


@pytest.mark.requirement("CRM-03")
def test_a_contact_that_takes_no_texts_is_told_nothing_of_a_transfer(
    story: Story, people: Cast
) -> None:
    ContactNumber.objects.create(staff=people.bruno, number=WORKSHOP, can_sms=False)
    transfers(people)
    assert calls(story, hangs_up_after_s=30) == Outcome.GAVE_UP_RINGING
    assert not OutgoingMessage.objects.filter(channel="sms").exists()
