"""Stories in which a phone is connected as soon as it is picked up, without a key."""

from __future__ import annotations

import pytest

from scheduling.models import ContactNumber
from telephony.emulator import Answers, Busy, Ignores, Rejects, Switches, when
from telephony.enums import LegResult, Outcome
from tests.cast import ALICE, ALICE_HOME, BRUNO, CALLER, CHLOE, SAM, Cast, on_duty
from tests.story import Story, Teller

PICKS_UP = Answers(after_s=4, talks_s=20)
TAKES_IT = Answers(after_s=4, presses=["1"])


@pytest.fixture(autouse=True)
def _direct(people: Cast) -> None:
    people.line.call_connect = False
    people.line.save()


@pytest.mark.requirement("PLA-17")
def test_a_plain_transfer_connects_whoever_picks_up(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, PICKS_UP)
    story.caller_dials()
    story.expect_connected(BRUNO)
    call = story.expect_end()
    assert (call.outcome, call.accepted_by, story.heard(BRUNO)) == (Outcome.PICKED_UP, None, [])
    story.expect_nothing_left(call)


@pytest.mark.requirement("PLA-02")
def test_busy_rejected_or_silent_goes_on_to_the_next_number(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.alice)
    on_duty(people.schedule, people.bruno, level=2)
    on_duty(people.schedule, people.chloe, level=3)
    story.phone(ALICE, Busy())
    story.phone(ALICE_HOME, Rejects())
    story.phone(BRUNO, Ignores())
    story.phone(CHLOE, PICKS_UP)
    story.caller_dials()
    story.expect_connected(CHLOE)
    call = story.expect_end()
    results = list(call.legs.values_list("result", flat=True))
    assert results == [
        LegResult.BUSY,
        LegResult.REJECTED,
        LegResult.TIMEOUT,
        LegResult.PICKED_UP,
    ]


def test_nobody_picks_up_and_the_caller_leaves_a_message(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    story.caller_dials(speaks_s=8)
    call = story.expect_end()
    assert (call.outcome, story.rang(BRUNO), story.rang(SAM)) == (Outcome.MESSAGE_LEFT, 1, 1)


def test_from_screened_to_direct_the_caller_is_moved(story: Story, people: Cast) -> None:
    ContactNumber.objects.filter(number=ALICE).update(call_connect=True)
    on_duty(people.schedule, people.alice)
    story.phone(ALICE, Ignores())
    story.phone(ALICE_HOME, PICKS_UP)
    story.caller_dials()
    story.expect_connected(ALICE_HOME)
    assert story.expect_end().outcome == Outcome.PICKED_UP


def test_from_direct_to_screened_the_caller_waits_again(story: Story, people: Cast) -> None:
    ContactNumber.objects.filter(number=ALICE_HOME).update(call_connect=True)
    on_duty(people.schedule, people.alice)
    story.phone(ALICE, Busy())
    story.phone(ALICE_HOME, TAKES_IT)
    story.caller_dials()
    story.expect_connected(ALICE_HOME)
    assert story.expect_end().outcome == Outcome.CONNECTED


def test_the_caller_gives_up_while_it_rings(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    story.caller_dials(hangs_up_after_s=9)
    call = story.expect_end()
    assert call.outcome == Outcome.GAVE_UP_RINGING
    story.expect_nothing_left(call)


def test_many_callers_at_once_keep_to_the_platforms_three_a_second(
    story: Story, people: Cast
) -> None:
    on_duty(people.schedule, people.alice)
    for number in range(6):
        story.platform.inbound_call(f"+3369876540{number}", people.line.number.as_e164)
    story.phone(ALICE, Answers(after_s=3, talks_s=5))
    story.caller_dials()
    story.platform.settle()
    errors = [sent for sent in story.platform.webhooks if sent.kind == "error"]
    refused = [request for request in story.platform.requests if request.status == 429]
    assert (errors, refused) == ([], [])


def test_a_phone_that_talks_to_another_caller_is_not_connected_directly(
    story: Story, people: Cast
) -> None:
    on_duty(people.schedule, people.bruno)
    on_duty(people.schedule, people.chloe, level=2)
    story.phone(BRUNO, Answers(after_s=2, talks_s=120))
    story.phone(CHLOE, PICKS_UP)
    story.caller_dials()
    story.expect_connected(BRUNO)
    story.caller_dials(from_="+33698765433")
    story.expect_connected(CHLOE)
    story.expect_end()
    assert story.rang(BRUNO) == 1


@pytest.mark.parametrize(
    "switches",
    [
        Switches(sync_connect_continues_after_answer=True),
        Switches(sync_connect_asks_on_cancelled=True),
        Switches(completed_before_failure=True),
        Switches(no_answer_status="unanswered"),
        Switches(empty_reply_with_nothing_left="silence"),
    ],
    ids=["continues", "asks_on_cancelled", "completed_first", "unanswered", "silence"],
)
def test_whatever_the_platform_really_does_the_call_is_put_through(
    teller: Teller, people: Cast, switches: Switches
) -> None:
    with teller(switches=switches) as story:
        on_duty(people.schedule, people.bruno)
        on_duty(people.schedule, people.chloe, level=2)
        story.phone(BRUNO, Busy())
        story.phone(CHLOE, PICKS_UP)
        story.caller_dials()
        story.expect_connected(CHLOE)
        call = story.expect_end()
        assert (call.outcome, story.rang(SAM)) == (Outcome.PICKED_UP, 0)


@pytest.mark.parametrize("late_s", [0.5, 1.0])
@pytest.mark.parametrize("ring_s", [20, 30])
def test_a_move_that_crosses_a_heartbeat_cuts_no_direct_call_off(
    story: Story, people: Cast, late_s: float, ring_s: int
) -> None:
    """The screened phone stops ringing just before a segment of the waiting caller ends."""
    mobile = ContactNumber.objects.filter(number=ALICE)
    mobile.update(call_connect=True, ring_seconds=ring_s)
    on_duty(people.schedule, people.alice)
    story.phone(ALICE, Ignores())
    story.phone(ALICE_HOME, Answers(after_s=7, talks_s=60))
    story.platform.faults.delay(when(kind="transfer_url"), by_s=late_s)
    story.caller_dials()
    story.expect_connected(ALICE_HOME)
    story.platform.advance(15)
    assert story.platform.connected(CALLER.lstrip("+"), ALICE_HOME.lstrip("+"))
