"""Stories of diverts: set in one gesture, obeyed by the very next call, over by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from oncall_portal.lib import clock
from scheduling import services
from scheduling.models import ContactNumber, Divert, Service, ServiceMember
from telephony.emulator import Answers, Ignores
from telephony.enums import Outcome
from telephony.models import Call
from telephony.story import sentence
from tests.cast import ALICE, BRUNO, CHLOE, SAM, START, Cast, on_duty
from tests.story import Story

pytestmark = pytest.mark.requirement("PLA-22")
TAKES_IT = Answers(after_s=4, presses=["1"], talks_s=20)
ELSEWHERE = "+33612349999"


@pytest.fixture(autouse=True)
def alice_is_on_duty(people: Cast) -> None:
    on_duty(people.schedule, people.alice, end_s=36_000)


@pytest.fixture(params=["schedule", "phone_number"])
def target(request: pytest.FixtureRequest, people: Cast) -> dict[str, Any]:
    """Either of what can be diverted: the schedule, or the number that callers dial."""
    rows = {"schedule": people.schedule, "phone_number": people.line}
    return {request.param: rows[request.param]}


def divert(until_s: int = 7200, **values: Any) -> Divert:
    """Divert from this moment on, until so many seconds after the story's start."""
    marc, _new = User.objects.get_or_create(username="marc", defaults={"first_name": "Marc"})
    until = START + timedelta(seconds=until_s)
    return services.create_divert({"ends_at": until, **values}, clock.now(), marc)


def taken_by(story: Story, number: str) -> Call:
    """Let somebody call, this phone take it, and everything end."""
    story.phone(number, TAKES_IT)
    story.caller_dials()
    story.expect_connected(number)
    return story.expect_end()


def said_of(call: Call) -> list[str]:
    """What the call's story says of a divert."""
    return [sentence(e.code, e.params) for e in call.events.filter(code="diverted")]


@pytest.mark.requirement("PLA-15")
def test_a_schedule_diverted_to_a_person_at_the_next_call(story: Story, people: Cast) -> None:
    assert story.taken_by(taken_by(story, ALICE)) == "Alice"
    divert(schedule=people.schedule, to_staff=people.bruno)
    call = taken_by(story, BRUNO)
    assert (story.taken_by(call), story.rang(ALICE)) == ("Bruno", 1)
    assert said_of(call) == ["Paris is diverted to Bruno until Mon 2 Mar, 12:00, set by Marc"]


def test_a_schedule_diverted_to_a_service(story: Story, people: Cast) -> None:
    desk = Service.objects.create(name={"en": "Desk"}, colour="#b35900")
    ContactNumber.objects.create(service=desk, number=ELSEWHERE)
    divert(schedule=people.schedule, to_service=desk)
    assert story.taken_by(taken_by(story, ELSEWHERE)) == "Desk"
    assert story.rang(ALICE) == 0


def test_a_service_on_a_schedule_is_reached_by_its_members_so_nothing_loops(
    story: Story, people: Cast
) -> None:
    desk = Service.objects.create(
        name={"en": "Desk"}, colour="#b35900", answered_by="schedule", schedule=people.schedule
    )
    ServiceMember.objects.create(service=desk, staff=people.chloe)
    divert(schedule=people.schedule, to_service=desk)
    assert story.taken_by(taken_by(story, CHLOE)) == "Chloé"


def test_a_schedule_diverted_to_a_bare_number(story: Story, people: Cast) -> None:
    divert(schedule=people.schedule, to_number=ELSEWHERE)
    call = taken_by(story, ELSEWHERE)
    assert (call.outcome, story.rang(ALICE)) == (Outcome.CONNECTED, 0)
    leg = call.legs.get()
    assert (leg.number, leg.staff, leg.service) == (ELSEWHERE, None, None)


def test_a_number_diverted_goes_there_although_its_schedule_is_diverted_too(
    story: Story, people: Cast
) -> None:
    divert(schedule=people.schedule, to_staff=people.chloe)
    divert(phone_number=people.line, to_staff=people.bruno)
    call = taken_by(story, BRUNO)
    assert (story.taken_by(call), story.rang(ALICE), story.rang(CHLOE)) == ("Bruno", 0, 0)
    assert said_of(call) == ["Main line is diverted to Bruno until Mon 2 Mar, 12:00, set by Marc"]


def test_the_call_under_way_is_left_as_it_was(story: Story, people: Cast) -> None:
    story.phone(ALICE, Ignores())
    story.caller_dials()
    story.expect_ring(ALICE)
    divert(schedule=people.schedule, to_staff=people.bruno)
    story.expect_ring(SAM)
    story.expect_end()
    assert story.rang(BRUNO) == 0


def test_unanswered_it_goes_to_the_supervisors_then_to_the_mailbox(
    story: Story, people: Cast, target: dict[str, Any]
) -> None:
    divert(to_staff=people.bruno, **target)
    story.caller_dials(speaks_s=5)
    call = story.expect_end()
    assert call.outcome == Outcome.MESSAGE_LEFT
    assert list(call.legs.values_list("number", flat=True)) == [BRUNO, SAM]


def test_a_goal_that_lost_its_number_leads_to_the_supervisors(story: Story, people: Cast) -> None:
    divert(schedule=people.schedule, to_staff=people.bruno)
    ContactNumber.objects.filter(number=BRUNO).update(enabled=False)
    call = taken_by(story, SAM)
    (left_out,) = call.events.filter(params__reason="no_number")
    assert (left_out.params["name"], story.rang(ALICE)) == ("Bruno", 0)


def test_one_that_begins_later_is_obeyed_from_then_on(
    story: Story, people: Cast, target: dict[str, Any]
) -> None:
    divert(to_staff=people.bruno, starts_at=START + timedelta(seconds=300), **target)
    call = taken_by(story, ALICE)
    assert (story.taken_by(call), said_of(call), story.rang(BRUNO)) == ("Alice", [], 0)
    story.platform.advance(300)
    assert story.taken_by(taken_by(story, BRUNO)) == "Bruno"


def test_it_ends_by_itself(story: Story, people: Cast, target: dict[str, Any]) -> None:
    divert(to_staff=people.bruno, until_s=300, **target)
    assert story.taken_by(taken_by(story, BRUNO)) == "Bruno"
    story.platform.advance(300)
    call = taken_by(story, ALICE)
    assert (story.taken_by(call), said_of(call)) == ("Alice", [])


def test_it_is_ended_by_hand(story: Story, people: Cast) -> None:
    row = divert(phone_number=people.line, to_staff=people.bruno)
    services.end_divert(row.pk, row.version, clock.now() + timedelta(seconds=1))
    story.platform.advance(1)
    assert story.taken_by(taken_by(story, ALICE)) == "Alice"
    assert story.rang(BRUNO) == 0
