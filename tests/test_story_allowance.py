"""Stories in which the account's three new calls a second are used up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduling.models import ContactNumber, Organisation, Staff
from telephony.emulator import Answers
from telephony.enums import ActionKind
from telephony.models import DialAllowance
from tests.cast import BRUNO, START, Cast, on_duty
from tests.story import Story


@pytest.fixture
def used_up(people: Cast) -> None:
    DialAllowance.objects.create(pk=1, recent=[START] * 3)


def waited(story: Story, number: str) -> timedelta:
    return story.platform.phone(number).rang[0].at - START


@pytest.mark.usefixtures("used_up")
def test_a_dial_waits_for_its_turn_and_is_not_refused(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    story.caller_dials()
    story.expect_ring(BRUNO)
    call = story.expect_end()
    assert timedelta(seconds=1.1) <= waited(story, BRUNO) < timedelta(seconds=3)
    dial = call.actions.filter(kind=ActionKind.DIAL).earliest("pk")
    assert (dial.attempts, dial.error) == (1, "")


@pytest.mark.usefixtures("used_up")
def test_a_direct_call_waits_in_a_short_segment(story: Story, people: Cast) -> None:
    people.line.call_connect = False
    people.line.save()
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, Answers(after_s=4, talks_s=20))
    story.caller_dials()
    story.expect_connected(BRUNO)
    # A connect in the first instructions would have been begun without a place of its own.
    (taken,) = [at for at in DialAllowance.objects.get().recent if at > START]
    assert START + timedelta(seconds=1.1) <= taken <= story.platform.phone(BRUNO).rang[0].at


def test_the_phones_of_a_team_are_dialled_no_faster_than_three_a_second(
    story: Story, people: Cast
) -> None:
    numbers = [f"+3363998010{n}" for n in range(6)]
    for number in numbers:
        person = Staff.objects.create(name=number, email="", colour="#1f6feb", language="en")
        ContactNumber.objects.create(staff=person, number=number, position=1)
        on_duty(people.schedule, person)
    story.caller_dials()
    story.expect_ring(numbers[-1])
    call = story.expect_end()
    dials = call.actions.filter(kind=ActionKind.DIAL, leg__number__in=numbers)
    assert set(dials.values_list("attempts", "error")) == {(1, "")}
    at = sorted(waited(story, number) for number in numbers)
    assert at[3] - at[0] >= timedelta(seconds=1)


@pytest.mark.usefixtures("used_up")
@pytest.mark.parametrize("screened", [True, False])
def test_nobody_waits_where_the_account_may_start_more(
    story: Story, people: Cast, screened: bool
) -> None:
    Organisation.objects.update(calls_per_second=60, call_connect=screened)
    on_duty(people.schedule, people.bruno)
    story.caller_dials()
    story.expect_ring(BRUNO)
    # A call without a key is greeted first: what counts is when its place was taken.
    assert DialAllowance.objects.get().recent[-1] - START < timedelta(seconds=1)
