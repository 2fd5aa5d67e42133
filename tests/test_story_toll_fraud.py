"""Stories in which a number may not be dialled: it costs extra, or lies too far away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from oncall_portal.lib import clock
from oncall_portal.lib.errors import Refused
from oncall_portal.outbox.models import OutgoingMessage
from scheduling.models import ContactNumber, Divert, Organisation, Service, Staff
from telephony import placing, testcalls
from telephony.emulator import Answers
from telephony.enums import Behaviour, Direction, GoalKind, LegResult, Outcome, TestState
from telephony.models import (
    Call,
    CallbackRequest,
    CallEvent,
    ClosedRoute,
    Menu,
    MenuOption,
    PhoneNumber,
    TestCall,
    TextMessage,
)
from tests.cast import BRUNO, CALLER, SAM, START, Cast, on_duty
from tests.story import Story

PREMIUM = "+33899701234"
BELGIAN = "+32470123456"
TAKES_IT = Answers(after_s=4, presses=["1"])


def reached_at(person: Staff, *numbers: str) -> None:
    """Put numbers into the database that no form would have taken today."""
    person.numbers.all().delete()
    for position, number in enumerate(numbers, 1):
        ContactNumber.objects.create(staff=person, number=number, position=position)


def allow(*countries: str) -> None:
    Organisation.objects.update(allowed_countries=list(countries))


def skips(call: Call) -> list[dict[str, str]]:
    return list(
        CallEvent.objects.filter(call=call, code="skipped").values_list("params", flat=True)
    )


def results(call: Call) -> list[str]:
    return list(call.legs.order_by("ordinal").values_list("result", flat=True))


@pytest.mark.parametrize("number", [PREMIUM, BELGIAN])
def test_a_number_that_may_not_be_called_is_left_out(
    story: Story, people: Cast, number: str
) -> None:
    reached_at(people.bruno, number, BRUNO)
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, TAKES_IT)
    story.caller_dials()
    story.expect_connected(BRUNO)
    call = story.expect_end()
    assert (call.outcome, story.rang(number)) == (Outcome.CONNECTED, 0)
    assert {"reason": "not_allowed", "name": "Bruno"} in skips(call)


@pytest.mark.parametrize("call_connect", [True, False])
def test_a_country_ruled_out_while_the_call_rings_is_not_dialled_and_the_call_goes_on(
    story: Story, people: Cast, call_connect: bool
) -> None:
    allow("FR", "BE")
    people.line.call_connect = call_connect
    people.line.save()
    reached_at(people.chloe, BELGIAN)
    on_duty(people.schedule, people.bruno)
    on_duty(people.schedule, people.chloe, level=2)
    story.phone(SAM, TAKES_IT)
    story.caller_dials()
    story.expect_ring(BRUNO)
    allow("FR")
    story.expect_connected(SAM)
    call = story.expect_end()
    taken = LegResult.ACCEPTED if call_connect else LegResult.PICKED_UP
    assert story.rang(BELGIAN) == 0
    assert results(call) == [LegResult.TIMEOUT, LegResult.NOT_ALLOWED, taken]
    story.expect_nothing_left(call)


@pytest.mark.parametrize("number", [PREMIUM, BELGIAN])
def test_no_test_call_is_asked_for_at_such_a_number(people: Cast, number: str) -> None:
    reached_at(people.bruno, number)
    with pytest.raises(Refused):
        testcalls.start(people.bruno.numbers.get().pk, None, clock.now())
    assert not TestCall.objects.exists()


def test_a_test_call_is_not_dialled_whose_country_is_ruled_out_before_its_turn(
    story: Story, people: Cast
) -> None:
    allow("FR", "BE")
    reached_at(people.bruno, BELGIAN)
    with transaction.atomic():
        test = testcalls.start(people.bruno.numbers.get().pk, None, clock.now())
        allow("FR")
    story.platform.settle()
    story.dispatcher.drain()
    test.refresh_from_db()
    assert (test.state, test.error) == (TestState.NOT_DIALLED, "not_allowed")
    assert story.rang(BELGIAN) == 0


@pytest.mark.parametrize("number", [PREMIUM, BELGIAN])
def test_a_divert_leads_to_no_such_number(story: Story, people: Cast, number: str) -> None:
    """The row is made by hand: services refuse it."""
    on_duty(people.schedule, people.bruno)
    period = (START, START + timedelta(hours=1))
    Divert.objects.create(
        phone_number=people.line, to_number=number, period=period, created_at=START
    )
    story.phone(SAM, TAKES_IT)
    story.caller_dials()
    story.expect_connected(SAM)
    call = story.expect_end()
    assert (story.rang(number), story.rang(BRUNO)) == (0, 0)
    assert "not_allowed" in {skip["reason"] for skip in skips(call)}


@pytest.mark.parametrize("number", [PREMIUM, BELGIAN])
@pytest.mark.parametrize("behaviour", [Behaviour.TRANSFER, Behaviour.TRANSFER_THEN_VOICEMAIL])
def test_a_number_forwards_to_no_such_number(
    story: Story, people: Cast, behaviour: Behaviour, number: str
) -> None:
    PhoneNumber.objects.filter(pk=people.line.pk).update(
        behaviour=behaviour.value, forwarding_number=number
    )
    story.caller_dials()
    call = story.expect_end()
    assert story.rang(number) == 0
    assert "not_allowed" in {skip["reason"] for skip in skips(call)}


def in_a_menu(people: Cast, kind: GoalKind, **target: Any) -> None:
    """Give the line a menu in which key 1 leads there, as a row that no form would take."""
    root = Menu.objects.create(name="Main", welcome={"en": "Welcome."})
    MenuOption.objects.create(menu=root, key="1", kind=kind.value, **target)
    PhoneNumber.objects.filter(pk=people.line.pk).update(
        behaviour=Behaviour.SMART_VOICEMAIL.value, menu=root, languages=["en"]
    )


def caller_keys(story: Story, **keys: str) -> Call:
    """The caller waits for words, and presses keys, once or more."""
    caller = story.caller_dials()
    for words, pressed in keys.items():
        story.expect_said(words.replace("_", " "))
        caller.press(pressed)
    return story.expect_end()


@pytest.mark.parametrize("number", [PREMIUM, BELGIAN])
def test_a_key_transfers_to_no_such_number(story: Story, people: Cast, number: str) -> None:
    in_a_menu(people, GoalKind.TRANSFER, transfer_number=number)
    call = caller_keys(story, press_1="1")
    assert (story.rang(number), call.legs.count()) == (0, 0)
    assert "not_allowed" in {skip["reason"] for skip in skips(call)}


@pytest.mark.parametrize("number", [PREMIUM, BELGIAN])
def test_the_route_of_closed_hours_transfers_to_no_such_number(
    story: Story, people: Cast, number: str
) -> None:
    hours = {"time_zone": "Europe/Paris", "weekly": [], "holidays": "closed", "exceptions": []}
    PhoneNumber.objects.filter(pk=people.line.pk).update(opening_hours=hours, languages=["en"])
    ClosedRoute.objects.create(
        phone_number=people.line, kind=GoalKind.TRANSFER.value, transfer_number=number
    )
    call = caller_keys(story)
    assert (story.rang(number), call.legs.count()) == (0, 0)
    assert "not_allowed" in {skip["reason"] for skip in skips(call)}


@pytest.mark.parametrize("number", [PREMIUM, BELGIAN])
def test_an_extension_rings_no_such_number(story: Story, people: Cast, number: str) -> None:
    reached_at(people.alice, number)
    Staff.objects.filter(pk=people.alice.pk).update(extension="201")
    in_a_menu(people, GoalKind.DIAL_EXTENSION)
    call = caller_keys(story, press_1="1", dial_the_extension="201")
    assert (story.rang(number), call.legs.count()) == (0, 0)
    assert "not_allowed" in {skip["reason"] for skip in skips(call)}


@pytest.mark.parametrize("number", [PREMIUM, BELGIAN])
def test_a_service_is_reached_at_no_such_number(story: Story, people: Cast, number: str) -> None:
    service = Service.objects.create(name={"en": "Heating"}, colour="#b35900")
    ContactNumber.objects.create(service=service, number=number, position=1)
    in_a_menu(people, GoalKind.SERVICE, service=service)
    call = caller_keys(story, press_1="1")
    assert story.rang(number) == 0
    assert "not_allowed" in {skip["reason"] for skip in skips(call)}


@pytest.mark.parametrize("number", [PREMIUM, BELGIAN])
def test_the_supervisors_are_reached_at_no_such_number(
    story: Story, people: Cast, number: str
) -> None:
    reached_at(people.sam, number)
    call = caller_keys(story)
    assert (story.rang(number), call.legs.count()) == (0, 0)
    assert {"reason": "not_allowed", "name": "Sam"} in skips(call)


# --- calls back, and texts ----------------------------------------------------------------------


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("number", [PREMIUM, BELGIAN])
def test_nobody_calls_back_at_or_from_such_a_number(
    story: Story, people: Cast, number: str, own: bool
) -> None:
    Staff.objects.filter(pk=people.alice.pk).update(user=User.objects.create(username="alice"))
    if own:
        reached_at(people.alice, number)
    story.caller_dials(from_=CALLER if own else number, hangs_up_after_s=5)
    call = story.expect_end()
    with pytest.raises(Refused) as refused:
        placing.call_back(call, Staff.objects.get(name="Alice").user, None, clock.now())
    assert refused.value.code in ("special_number", "country_not_allowed")
    assert Call.objects.count() == 1


@pytest.mark.parametrize("keyed", ["0899701234", "0032470123456", "0612345678"])
def test_a_number_that_was_keyed_in_is_dialled_by_nobody_but_a_person(
    story: Story, people: Cast, keyed: str
) -> None:
    in_a_menu(people, GoalKind.CALL_BACK)
    call = caller_keys(story, press_1="1", just_press_hash=f"{keyed}#", If_this_is_right="1")
    assert CallbackRequest.objects.get().call == call
    story.platform.advance(3600)
    assert (call.legs.count(), Call.objects.count()) == (0, 1)
    assert [each for each in story.platform.requests if each.method == "POST"] == []


@pytest.mark.parametrize("caller", [PREMIUM, BELGIAN])
def test_a_missed_call_is_not_texted_back_to_such_a_number(
    story: Story, people: Cast, caller: str
) -> None:
    PhoneNumber.objects.filter(pk=people.line.pk).update(
        text_back_enabled=True, text_back={"en": "We will call you back."}, languages=["en"]
    )
    story.caller_dials(from_=caller)
    story.expect_end()
    story.texts_leave()
    assert not TextMessage.objects.filter(direction=Direction.OUT.value).exists()
    assert not OutgoingMessage.objects.filter(channel="sms").exists()
