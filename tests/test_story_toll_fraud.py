"""Stories in which a number may not be dialled: it costs extra, or lies too far away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from oncall_portal.lib import clock
from oncall_portal.lib.errors import Refused
from scheduling.models import ContactNumber, Divert, Organisation, Staff
from telephony import testcalls
from telephony.emulator import Answers
from telephony.enums import Behaviour, LegResult, Outcome, TestState
from telephony.models import Call, CallEvent, PhoneNumber, TestCall
from tests.cast import BRUNO, SAM, START, Cast, on_duty
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


@pytest.mark.parametrize("behaviour", [Behaviour.TRANSFER, Behaviour.TRANSFER_THEN_VOICEMAIL])
def test_a_number_forwards_to_no_such_number(
    story: Story, people: Cast, behaviour: Behaviour
) -> None:
    PhoneNumber.objects.filter(pk=people.line.pk).update(
        behaviour=behaviour.value, forwarding_number=PREMIUM
    )
    story.caller_dials()
    call = story.expect_end()
    assert story.rang(PREMIUM) == 0
    assert "not_allowed" in {skip["reason"] for skip in skips(call)}
