"""Stories in which nobody takes the call: messages, announcements, callers who give up."""

from __future__ import annotations

import pytest

from telephony.emulator import Answers, Ignores, Manual, when
from telephony.enums import Outcome
from tests.cast import (
    ALICE,
    ALICE_HOME,
    BRUNO,
    CHLOE,
    LINE,
    SAM,
    SAM_MAIL,
    Cast,
    announcement,
    on_duty,
    scenario,
)
from tests.story import Story
from voicemail.models import VoicemailMessage

TAKES_IT = Answers(after_s=4, presses=["1"])


@pytest.mark.requirement("PLA-10")
def test_nobody_at_all_and_the_caller_leaves_a_message(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    story.caller_dials(speaks_s=12)
    story.expect_said("Please leave a message")
    call = story.expect_end()
    message = VoicemailMessage.objects.get()
    assert (call.outcome, message.call, message.mailbox) == (
        Outcome.MESSAGE_LEFT,
        call,
        people.mailbox,
    )
    assert (story.rang(BRUNO), story.rang(SAM)) == (1, 1)
    story.expect_nothing_left(call)


@pytest.mark.requirement("PLA-13")
def test_an_unanswered_call_alerts_the_supervisors_at_once(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    story.caller_dials()
    story.expect_end()
    (mail,) = story.mails(SAM_MAIL)
    assert mail.subject == "Unanswered call on Main line"
    assert mail.body.startswith(
        "+33 6 98 76 54 32 called Main line on Monday 2 March 2026, 10:00:00.\n"
    )
    assert "- Bruno: no answer" in mail.body


def test_a_waiting_caller_hears_by_turns_music_and_that_we_are_trying(
    story: Story, people: Cast
) -> None:
    on_duty(people.schedule, people.bruno)
    ours = scenario(people.schedule, {"kind": "level", "level": 1, "attempts": 3})
    ours.waiting_words = {"en": "Hold on, or press 1."}
    ours.save()
    call = story.caller_dials(speaks_s=5)
    story.expect_said("Please leave a message")
    music, words = "http://testserver/static/audio/wait.mp3", "Hold on, or press 1."
    assert [heard.text for heard in call.heard][2:6] == [music, words, music, words]
    assert story.expect_end().outcome == Outcome.MESSAGE_LEFT


def test_a_key_pressed_amid_the_words_of_waiting_leads_to_a_message(
    story: Story, people: Cast
) -> None:
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, Ignores())
    call = story.caller_dials(presses=[(28, "1")], speaks_s=5)
    assert story.expect_end().outcome == Outcome.MESSAGE_LEFT
    assert "press 1 to leave a message" in call.heard[3].text
    assert call.heard[4].text.startswith("Nobody can take your call")


def test_key_one_is_heard_from_the_first_word(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    story.caller_dials(presses=[(1.5, "1")], speaks_s=5)
    assert story.expect_end().outcome == Outcome.MESSAGE_LEFT
    assert story.call is not None
    assert "press 1" not in " ".join(story.call.said)


def test_key_one_while_waiting_leaves_a_message(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    story.caller_dials(presses=[(8, "1")], speaks_s=5)
    story.expect_said("Please leave a message")
    story.platform.advance(2)
    assert story.platform.phone(BRUNO).rang[0].ended_at is not None
    assert story.expect_end().outcome == Outcome.MESSAGE_LEFT
    assert story.rang(SAM) == 0


@pytest.mark.requirement("PLA-10")
def test_announcement_only_says_it_and_hangs_up(story: Story, people: Cast) -> None:
    closed = announcement("We are closed today.")
    scenario(people.schedule, {"kind": "announcement", "prompt": closed})
    on_duty(people.schedule, people.bruno)
    story.caller_dials()
    call = story.expect_end()
    assert story.call is not None
    assert story.call.said == ["We are closed today."]
    assert (call.outcome, story.rang(BRUNO)) == (Outcome.ANNOUNCEMENT, 0)


def test_the_caller_hangs_up_while_it_rings(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.alice)
    story.caller_dials(hangs_up_after_s=10)
    call = story.expect_end()
    assert (call.outcome, story.rang(ALICE), story.rang(ALICE_HOME)) == (
        Outcome.GAVE_UP_RINGING,
        1,
        0,
    )
    story.expect_nothing_left(call)


def test_the_caller_hangs_up_while_a_dial_is_in_flight(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    story.platform.faults.api("create", how="timeout_after")
    story.phone(BRUNO, Manual())
    story.caller_dials(hangs_up_after_s=0.5)
    call = story.expect_end()
    (ring,) = story.platform.phone(BRUNO).rang
    assert (call.outcome, ring.status) == (Outcome.GAVE_UP_RINGING, "cancelled")
    story.expect_nothing_left(call)


def test_a_late_accept_hears_an_apology(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, Answers(after_s=4, presses=["1"], press_after_s=2.5))
    story.platform.faults.api("hangup", how="500", nth=1)
    story.caller_dials(hangs_up_after_s=6)
    story.expect_end()
    assert any("The caller has hung up" in words for words in story.heard(BRUNO))
    assert story.talked_to == set()


@pytest.mark.requirement("PLA-13")
def test_a_caller_gone_before_the_answer_is_told_too(story: Story, people: Cast) -> None:
    story.platform.faults.delay(when(kind="answer"), by_s=3)
    story.caller_dials(hangs_up_after_s=1)
    assert story.expect_end().phone_number == people.line
    assert [mail.subject for mail in story.mails(SAM_MAIL)] == ["Unanswered call on Main line"]


def test_a_step_that_finds_nobody_is_told(story: Story, people: Cast) -> None:
    people.bruno.numbers.update(enabled=False)
    scenario(
        people.schedule,
        {"kind": "staff", "staff": people.bruno},
        {"kind": "staff", "staff": people.chloe},
    )
    on_duty(people.schedule, people.alice)
    story.phone(CHLOE, TAKES_IT)
    story.caller_dials()
    story.expect_connected(CHLOE)
    call = story.expect_end()
    assert call.events.filter(params__reason="empty_step", params__name="Bruno").count() == 1
    assert ["found nobody to ring" in mail.body for mail in story.mails(SAM_MAIL)] == [True]


def test_a_hole_in_the_rota_goes_to_the_supervisor_and_is_told(story: Story, people: Cast) -> None:
    story.phone(SAM, TAKES_IT)
    story.caller_dials()
    story.expect_connected(SAM)
    story.expect_end()
    assert [mail.subject for mail in story.mails(SAM_MAIL)] == ["Nobody was on call for Main line"]


def test_a_shift_change_in_mid_call_does_not_change_the_route(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno, end_s=10)
    on_duty(people.schedule, people.chloe, start_s=10)
    story.phone(BRUNO, Answers(after_s=15, presses=["1"]))
    story.phone(CHLOE, TAKES_IT)
    story.caller_dials()
    story.expect_connected(BRUNO)
    story.expect_end()
    story.caller_dials()
    story.expect_connected(CHLOE)


def test_a_call_from_one_of_our_own_numbers_hears_an_announcement(
    story: Story, people: Cast
) -> None:
    on_duty(people.schedule, people.bruno)
    story.caller_dials(from_=LINE)
    call = story.expect_end()
    assert (call.outcome, story.rang(BRUNO), story.rang(SAM)) == (Outcome.ANNOUNCEMENT, 0, 0)


@pytest.mark.requirement("PLA-15")
def test_the_very_next_call_obeys_a_change_of_the_rota(story: Story, people: Cast) -> None:
    shift = on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, TAKES_IT)
    story.phone(CHLOE, TAKES_IT)
    story.caller_dials()
    story.expect_connected(BRUNO)
    story.expect_end()
    shift.staff = people.chloe
    shift.save()
    story.caller_dials()
    story.expect_connected(CHLOE)
    assert story.taken_by(story.expect_end()) == "Chloé"


def test_nobody_waits_longer_than_the_plan_promises(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.alice)
    for number in (ALICE, ALICE_HOME, SAM):
        story.phone(number, Ignores())
    call = story.caller_dials()
    story.expect_said("Please leave a message")
    assert call.answered_at is not None
    waited = story.platform.clock.now() - call.answered_at
    assert waited.total_seconds() <= 3 * (20 + 5 + 2 * (8 + 8))
