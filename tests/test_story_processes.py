"""Stories in which each person or service is called in its own way."""

from __future__ import annotations

import pytest

from scheduling.enums import CallProcess
from scheduling.models import ContactNumber, Organisation, Service, ServiceMember, Shift, Staff
from telephony.emulator import Answers, Ignores
from telephony.enums import Outcome
from tests.cast import ALICE, ALICE_HOME, BRUNO, SAM, Cast, on_duty
from tests.story import Story

PICKS_UP = Answers(after_s=4, talks_s=20)
TAKES_IT = Answers(after_s=4, presses=["1"])
ABROAD = "+41227670000"

pytestmark = pytest.mark.requirement("PLA-17")


def put_on_duty(people: Cast, service: Service) -> None:
    """Put a service in the place of whoever is on call."""
    shift = on_duty(people.schedule, people.bruno)
    Shift.objects.filter(pk=shift.pk).update(staff=None, service=service)


def test_a_plain_transfer_connects_the_first_number_without_a_key_and_rings_no_other(
    story: Story, people: Cast
) -> None:
    Staff.objects.filter(pk=people.alice.pk).update(call_process=CallProcess.TRANSFER)
    on_duty(people.schedule, people.alice)
    story.phone(ALICE, PICKS_UP)
    story.caller_dials()
    story.expect_connected(ALICE)
    call = story.expect_end()
    assert (call.outcome, story.heard(ALICE), story.rang(ALICE_HOME)) == (Outcome.PICKED_UP, [], 0)


def test_a_plain_transfer_that_nobody_answers_goes_on_to_the_supervisors(
    story: Story, people: Cast
) -> None:
    Staff.objects.filter(pk=people.alice.pk).update(call_process=CallProcess.TRANSFER)
    on_duty(people.schedule, people.alice)
    story.phone(ALICE, Ignores())
    story.phone(SAM, TAKES_IT)
    story.caller_dials()
    story.expect_connected(SAM)
    assert (story.expect_end().outcome, story.rang(ALICE_HOME)) == (Outcome.CONNECTED, 0)


def test_a_call_centre_abroad_has_a_minute_for_its_queue_to_pick_up(
    story: Story, people: Cast
) -> None:
    centre = Service.objects.create(
        name={"en": "Night desk"}, colour="#b35900", call_process=CallProcess.CALL_CENTRE
    )
    ContactNumber.objects.create(service=centre, number=ABROAD)
    Organisation.objects.update(allowed_countries=["FR", "CH"])
    put_on_duty(people, centre)
    story.phone(ABROAD, Answers(after_s=45, talks_s=20))
    story.caller_dials()
    story.expect_connected(ABROAD)
    assert (story.expect_end().outcome, story.rang(ABROAD)) == (Outcome.PICKED_UP, 1)


def test_the_members_of_a_service_keep_their_own_way(story: Story, people: Cast) -> None:
    desk = Service.objects.create(name={"en": "Desk"}, colour="#b35900", answered_by="members")
    ServiceMember.objects.create(service=desk, staff=people.alice)
    Staff.objects.filter(pk=people.alice.pk).update(call_process=CallProcess.TRANSFER)
    put_on_duty(people, desk)
    story.phone(ALICE, PICKS_UP)
    story.caller_dials()
    story.expect_connected(ALICE)
    call = story.expect_end()
    assert (call.outcome, story.rang(ALICE_HOME), story.rang(BRUNO)) == (Outcome.PICKED_UP, 0, 0)
