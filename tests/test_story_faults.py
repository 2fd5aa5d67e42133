"""Stories in which the network misbehaves: webhooks lost, late, twice, out of order, or refused."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from telephony.emulator import Answers, Busy, HangsUp, Ignores, StaticFile, Switches, when
from telephony.emulator.faults import Match
from telephony.enums import LegResult, Outcome
from telephony.models import Call, CallEvent
from tests.cast import ALICE, ALICE_HOME, BRUNO, CHLOE, SAM, SAM_MAIL, Cast, on_duty
from tests.story import Story, Teller
from voicemail.models import VoicemailMessage

SECOND_CALLER = "+33698765433"
TAKES_IT = Answers(after_s=4, presses=["1"])


def _of(number: str, status: str) -> Match:
    """Webhooks about this phone; the platform writes numbers without a plus sign."""
    return when(number=number.lstrip("+"), status=status)


def test_every_webhook_twice_changes_nothing(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.alice)
    story.phone(ALICE, Busy())
    story.phone(ALICE_HOME, TAKES_IT)
    story.platform.faults.duplicate(when(), times=None)
    story.caller_dials()
    story.expect_connected(ALICE_HOME)
    call = story.expect_end()
    assert (call.outcome, story.rang(ALICE), story.rang(ALICE_HOME)) == (Outcome.CONNECTED, 1, 1)
    codes = list(CallEvent.objects.filter(call=call).values_list("code", flat=True))
    assert (codes.count("leg_accepted"), codes.count("connected")) == (1, 1)


def test_an_answer_that_comes_too_late_is_given_again_on_the_retry(
    story: Story, people: Cast
) -> None:
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, TAKES_IT)
    story.platform.faults.lose_response(when(kind="answer"))
    story.caller_dials()
    story.expect_connected(BRUNO)
    story.expect_end()
    assert (Call.objects.count(), story.rang(BRUNO)) == (1, 1)


def test_started_and_ringing_swapped(teller: Teller, people: Cast) -> None:
    with teller(switches=Switches(ringing_before_started=True)) as story:
        on_duty(people.schedule, people.bruno)
        story.phone(BRUNO, TAKES_IT)
        story.caller_dials()
        story.expect_connected(BRUNO)
        assert story.expect_end().outcome == Outcome.CONNECTED


def test_completed_before_busy_goes_on_to_the_next_phone_once(teller: Teller, people: Cast) -> None:
    with teller(switches=Switches(completed_before_failure=True)) as story:
        on_duty(people.schedule, people.alice)
        story.phone(ALICE, Busy())
        story.phone(ALICE_HOME, TAKES_IT)
        story.caller_dials()
        story.expect_connected(ALICE_HOME)
        call = story.expect_end()
        assert (story.rang(ALICE), story.rang(ALICE_HOME)) == (1, 1)
        assert call.legs.get(ordinal=1).result == LegResult.BUSY


def test_completed_before_the_answer_webhook_means_nothing_is_dialled(
    story: Story, people: Cast
) -> None:
    on_duty(people.schedule, people.bruno)
    story.platform.faults.delay(when(kind="answer"), by_s=3)
    story.caller_dials(hangs_up_after_s=1)
    call = story.expect_end()
    assert (call.outcome, story.rang(BRUNO)) == (Outcome.GAVE_UP_RINGING, 0)
    (late,) = call.events.filter(code="out_of_turn")
    assert late.params == {"what": "caller_arrived"}


def test_a_report_that_comes_late_is_recorded_and_changes_nothing(
    story: Story, people: Cast
) -> None:
    on_duty(people.schedule, people.alice)
    story.phone(ALICE, Busy())
    story.phone(ALICE_HOME, TAKES_IT)
    story.platform.faults.delay(_of(ALICE_HOME, status="ringing"), by_s=8)
    story.caller_dials()
    story.expect_connected(ALICE_HOME)
    call = story.expect_end()
    (late,) = call.events.filter(code="out_of_turn")
    assert (late.leg, late.params) == (call.legs.get(ordinal=2), {"what": "leg_rang"})
    assert call.outcome == Outcome.CONNECTED


def test_a_lost_end_of_a_phone_is_replaced_by_its_deadline(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.alice)
    story.phone(ALICE, Busy())
    story.phone(ALICE_HOME, TAKES_IT)
    story.platform.faults.lose(_of(ALICE, status="busy"), times=None)
    story.platform.faults.lose(_of(ALICE, status="completed"), times=None)
    story.caller_dials()
    story.expect_connected(ALICE_HOME)
    assert story.taken_by(story.expect_end()) == "Alice"


def test_lost_joins_are_found_out_by_asking(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, TAKES_IT)
    story.platform.faults.lose(when(kind="transfer"), times=None)
    story.caller_dials()
    assert story.expect_end().outcome == Outcome.CONNECTED


def test_a_lost_answer_to_key_one_is_given_again_before_the_taker_is_given_up(
    story: Story, people: Cast
) -> None:
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, Answers(after_s=4, presses=["1"], talks_s=60))
    story.platform.faults.lose_response(when(url="/voice/key/"))
    story.caller_dials()
    story.expect_connected(BRUNO, limit_s=40)
    assert (story.rang(BRUNO), story.rang(SAM)) == (1, 0)


def test_a_person_deleted_in_mid_call_is_rung_as_planned(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.alice)
    shift = on_duty(people.schedule, people.bruno, level=2)
    story.phone(ALICE, Busy())
    story.phone(BRUNO, TAKES_IT)
    story.caller_dials()
    story.expect_ring(ALICE_HOME)
    shift.delete()
    people.bruno.delete()
    story.expect_connected(BRUNO, limit_s=90)
    call = story.expect_end()
    assert (story.taken_by(call), call.legs.get(number=BRUNO).staff) == ("Bruno", None)


def test_a_taker_who_is_found_gone_has_lost_the_call(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    on_duty(people.schedule, people.chloe, level=2)
    story.phone(BRUNO, HangsUp(press="1", after_s=0))
    story.phone(CHLOE, TAKES_IT)
    story.platform.faults.lose(_of(BRUNO, status="completed"), times=None)
    story.caller_dials()
    story.expect_connected(CHLOE, limit_s=40)
    assert story.taken_by(story.expect_end()) == "Chloé"


def test_a_lost_move_heals_at_the_callers_next_heartbeat(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, Answers(after_s=4, presses=["1"], talks_s=60))
    story.platform.faults.api("transfer", how="timeout_before")
    story.caller_dials()
    story.expect_connected(BRUNO)
    assert story.expect_end().outcome == Outcome.CONNECTED


def test_a_platform_with_too_much_to_do_is_asked_again_soon(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, Answers(after_s=4, presses=["1"], talks_s=60))
    story.platform.faults.api("transfer", how="429", times=2)
    story.caller_dials()
    story.expect_connected(BRUNO)
    asked = [each.at for each in story.platform.requests if each.operation == "transfer"]
    # A quarter and a half of a second; the watchdog of a story looks once a second.
    assert asked[-1] - asked[0] < timedelta(seconds=2)
    assert len(asked) == 3
    assert story.expect_end().outcome == Outcome.CONNECTED


def test_a_leg_whose_end_was_never_reported_is_not_busy_for_ever(
    story: Story, people: Cast
) -> None:
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, TAKES_IT)
    story.platform.faults.lose(_of(BRUNO, status="completed"), times=None)
    story.caller_dials()
    story.expect_connected(BRUNO)
    call = story.expect_end()
    assert call.legs.get().ended_at is None
    story.expect_nothing_left(call)
    assert call.legs.get().result == LegResult.ACCEPTED


def test_a_caller_whose_end_was_never_reported_is_found_gone(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    uuid = story.caller_dials(hangs_up_after_s=6).uuid
    story.platform.faults.lose(when(uuid=uuid, status="completed"), times=None)
    story.platform.advance(400)
    call = Call.objects.get()
    assert (call.outcome, call.phase) == (Outcome.GAVE_UP_RINGING, "ended")


def test_the_webhook_fails_for_a_moment_and_the_fallback_takes_over(
    story: Story, people: Cast
) -> None:
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, TAKES_IT)
    story.platform.faults.portal_down(after_s=0, for_s=2, fallback=False, how="closed")
    story.caller_dials()
    story.expect_connected(BRUNO)
    assert story.expect_end().outcome == Outcome.CONNECTED


def test_webhook_and_fallback_fail_while_a_caller_waits_and_the_message_is_still_taken(
    story: Story, people: Cast
) -> None:
    on_duty(people.schedule, people.bruno)
    story.phone(SAM, Ignores())
    story.platform.faults.portal_down(after_s=5, for_s=25, fallback=True, how="closed")
    story.caller_dials(speaks_s=20)
    story.expect_said("Please leave a message")
    call = story.expect_end()
    assert VoicemailMessage.objects.get().call == call
    assert (call.outcome, call.message_may_exist) == (Outcome.MESSAGE_LEFT, False)


def test_a_message_that_we_never_heard_of_is_flagged_and_told(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    story.platform.faults.portal_down(after_s=5, for_s=200, fallback=True, how="closed")
    story.caller_dials(speaks_s=10)
    story.platform.advance(600)
    call = Call.objects.get()
    assert call.message_may_exist is True
    assert "A message may be waiting on Main line" in [
        mail.subject for mail in story.mails(SAM_MAIL)
    ]


def test_the_whole_portal_is_away_and_a_static_file_takes_the_message(
    teller: Teller, people: Cast
) -> None:
    ncco = [
        {"action": "talk", "text": "Please leave a message.", "language": "en-GB"},
        {
            "action": "record",
            "endOnKey": "#",
            "beepStart": True,
            "eventUrl": ["http://testserver/voice/event"],
        },
    ]
    static = {"static.example": StaticFile(json.dumps(ncco).encode())}
    with teller(static=static, fallback_url="https://static.example/ncco.json") as story:
        on_duty(people.schedule, people.bruno)
        story.platform.faults.portal_down(after_s=0, for_s=8, fallback=False, how="closed")
        call = story.caller_dials(speaks_s=10)
        story.expect_said("Please leave a message.")
        story.platform.settle()
        assert len(call.recordings) == 1
        assert VoicemailMessage.objects.get().mailbox == people.mailbox


def test_a_dial_that_nobody_knows_of_is_never_repeated(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    on_duty(people.schedule, people.chloe, level=2)
    story.phone(BRUNO, TAKES_IT)
    story.phone(CHLOE, TAKES_IT)
    story.platform.faults.api("create", how="timeout_after")
    story.caller_dials()
    story.expect_connected(BRUNO)
    story.expect_end()
    assert (story.rang(BRUNO), story.rang(CHLOE)) == (1, 0)


def test_a_dial_that_was_refused_goes_on_to_the_next(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    on_duty(people.schedule, people.chloe, level=2)
    story.phone(CHLOE, TAKES_IT)
    story.platform.faults.api("create", how="500")
    story.caller_dials()
    story.expect_connected(CHLOE)
    story.expect_end()
    assert (story.rang(BRUNO), story.talked_to) == (0, {CHLOE})


def test_a_phone_in_use_for_another_call_is_not_rung_again(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    on_duty(people.schedule, people.chloe, level=2)
    story.phone(BRUNO, Answers(after_s=2, presses=["1"], talks_s=120))
    story.phone(CHLOE, TAKES_IT)
    story.caller_dials()
    story.expect_connected(BRUNO)
    story.caller_dials(from_=SECOND_CALLER)
    story.expect_connected(CHLOE)
    story.expect_end()
    assert story.rang(BRUNO) == 1


def test_two_callers_of_one_instant_do_not_both_ring_one_phone(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    on_duty(people.schedule, people.chloe, level=2)
    story.platform.concurrent = True
    story.phone(BRUNO, Answers(after_s=2, presses=["1"], talks_s=60))
    story.phone(CHLOE, TAKES_IT)
    story.caller_dials()
    story.caller_dials(from_=SECOND_CALLER)
    story.platform.settle()
    story.dispatcher.drain()
    taken = {call.accepted_by.name for call in Call.objects.all() if call.accepted_by}
    assert (taken, story.rang(BRUNO)) == ({"Bruno", "Chloé"}, 1)


@pytest.mark.parametrize(
    "switches",
    [
        Switches(conversation_end_continues_ncco=True),
        Switches(hangup_while_ringing="completed"),
        Switches(completed_after_failure=False),
        Switches(completed_after_rejected=True),
        Switches(no_answer_status="unanswered"),
        Switches(answer_before_events=True),
        Switches(transfer_makes_new_conversation=True),
        Switches(jti_stable_over_retry=False),
        Switches(jti_same_on_fallback=True),
        Switches(get_payload_hash="absent"),
        Switches(get_payload_hash="query"),
        Switches(iat_ahead_s=1),
        Switches(no_digits="null"),
        Switches(no_digits="missing"),
        Switches(timed_out_with_digits=False),
        Switches(record_time_out_is_synchronous=False),
        Switches(failed_transfer_keeps_flow=False),
    ],
    ids=repr,
)
def test_whatever_the_platform_really_does_the_call_arrives(
    teller: Teller, people: Cast, switches: Switches
) -> None:
    with teller(switches=switches) as story:
        on_duty(people.schedule, people.alice)
        on_duty(people.schedule, people.bruno, level=2)
        on_duty(people.schedule, people.chloe, level=2)
        story.phone(ALICE, Busy())
        story.phone(ALICE_HOME, Ignores())
        story.phone(BRUNO, Ignores())
        story.phone(CHLOE, Answers(after_s=4, presses=["", "1"]))
        story.platform.faults.lose_response(when(kind="input"), times=1)
        story.caller_dials()
        story.expect_connected(CHLOE)
        call = story.expect_end()
        assert (call.outcome, story.talked_to) == (Outcome.CONNECTED, {CHLOE})
        story.expect_nothing_left(call)


def test_a_caller_who_hangs_up_and_dials_again_at_once_reaches_the_same_phone(
    story: Story, people: Cast
) -> None:
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, Ignores(), TAKES_IT)
    story.caller_dials(hangs_up_after_s=1)
    story.platform.advance(1.2)
    story.caller_dials()
    story.expect_connected(BRUNO)
