"""Stories in which a process dies in the middle: the watchdog takes what is left, nothing twice."""

from __future__ import annotations

from collections.abc import Sequence

from telephony import dispatch
from telephony.emulator import Answers
from telephony.enums import ActionKind, ActionState, Outcome
from telephony.models import CallAction
from tests.cast import BRUNO, CHLOE, START, Cast, on_duty
from tests.story import Story

TAKES_IT = Answers(after_s=4, presses=["1"])


class Dead:
    """A process that is killed right after its transaction committed."""

    def submit(self, perform: dispatch.Perform, action_ids: Sequence[int]) -> None:
        """Lose them."""


def test_actions_of_a_dead_process_are_adopted(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, TAKES_IT)
    with dispatch.using(Dead()):
        story.caller_dials()
        story.platform.advance(1)
    assert story.rang(BRUNO) == 0
    story.expect_connected(BRUNO)
    assert (story.expect_end().outcome, story.rang(BRUNO)) == (Outcome.CONNECTED, 1)


def test_a_dial_that_was_interrupted_is_not_repeated_and_the_next_phone_rings(
    story: Story, people: Cast
) -> None:
    on_duty(people.schedule, people.bruno)
    on_duty(people.schedule, people.chloe, level=2)
    story.phone(CHLOE, TAKES_IT)
    with dispatch.using(Dead()):
        story.caller_dials()
        story.platform.advance(0.5)
        CallAction.objects.filter(kind=ActionKind.DIAL.value).update(
            state=ActionState.SENDING.value, claimed_at=START, attempts=1
        )
    story.expect_connected(CHLOE)
    assert (story.expect_end().outcome, story.rang(BRUNO)) == (Outcome.CONNECTED, 0)


def test_a_hang_up_that_was_interrupted_is_repeated(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    people.bruno.numbers.update(ring_seconds=60)
    call = story.caller_dials()
    story.expect_ring(BRUNO)
    story.platform.advance(5)
    with dispatch.using(Dead()):
        call.hang_up()
        story.platform.advance(0.5)
        hang_up = CallAction.objects.filter(kind=ActionKind.HANG_UP.value)
        assert hang_up.update(state=ActionState.SENDING.value, claimed_at=START) == 1
    row = story.expect_end()
    story.expect_nothing_left(row)
    assert story.platform.phone(BRUNO).rang[0].status == "cancelled"


def test_a_dial_that_waits_when_the_caller_leaves_is_never_made(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    with dispatch.using(Dead()):
        story.caller_dials(hangs_up_after_s=0.5)
        story.platform.advance(1)
    call = story.expect_end()
    story.platform.advance(30)
    (dial,) = call.actions.filter(kind=ActionKind.DIAL)
    assert (dial.state, story.rang(BRUNO)) == (ActionState.DROPPED, 0)
