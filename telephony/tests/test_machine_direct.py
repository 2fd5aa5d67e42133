"""Direct ringing: picking up is enough, and the caller's own instructions ring the phone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from telephony.enums import LegResult, Outcome, Phase
from telephony.instructions import Connect, RecordCall, Say
from telephony.tests.builders import LiveCall, cascade, direct, kinds, plan, said
from telephony.types import (
    Arrived,
    CallerGone,
    CheckJoined,
    CheckLeg,
    DeadlinePassed,
    DialFailed,
    HangUp,
    Heartbeat,
    JoinChecked,
    LegAnswered,
    LegChecked,
    LegEnded,
    LegKey,
    LegRang,
    MoveCaller,
    Plan,
    Stage,
    StepReached,
)

CONNECT = ["Connect", "AskNext", "Say", "Record", "Say"]


@pytest.mark.requirement("PLA-17")
def test_the_caller_is_connected_to_the_phone() -> None:
    call = LiveCall(plan(direct("Alice", ring=20)))
    assert kinds(call.last.reply) == ["Say", *CONNECT]
    assert call.last.actions == ()
    call(LegRang(1))
    call(LegAnswered(1))
    assert call.phase() is Phase.CONNECTED
    call(LegEnded(1, LegResult.HUNG_UP), after=60)
    assert call(StepReached(1)).reply == (Say("goodbye"),)
    call(CallerGone())
    assert call.state.outcome == Outcome.PICKED_UP


@pytest.mark.requirement("PLA-02", "PLA-17")
@pytest.mark.parametrize("told", [True, False])
def test_a_phone_that_does_not_answer_leads_to_the_next(told: bool) -> None:
    call = LiveCall(plan(direct("Alice"), direct("Bob")))
    if told:
        call(LegEnded(1, LegResult.BUSY))
    step = call(StepReached(1), after=20)
    assert kinds(step.reply) == CONNECT
    assert step.reply is not None
    assert step.reply[0] == Connect(2, call.state.legs[2].phone.number, 20)
    assert step.actions == ()
    assert kinds(call(StepReached(2), after=20).reply) == ["Say", "Record", "Say"]


def test_the_caller_waits_a_moment_while_the_account_may_not_start_a_call() -> None:
    call = LiveCall(plan(direct("Alice")), may_connect=False)
    assert kinds(call.last.reply) == ["Say", "AskCaller", "Say", "Record", "Say"]
    assert call.state.legs == {}
    assert kinds(call(Heartbeat(""), after=1).reply) == CONNECT


def test_a_request_repeated_meanwhile_rings_the_same_leg() -> None:
    call = LiveCall(plan(direct("Alice")))
    again = call(StepReached(None)).reply
    assert again is not None
    assert again[0] == Connect(1, call.state.legs[1].phone.number, 20)
    assert list(call.state.legs) == [1]


def test_a_cascade_that_goes_from_screened_to_direct_moves_the_caller() -> None:
    call = LiveCall(plan(cascade("Alice"), direct("Bob")))
    assert call(LegEnded(1, LegResult.BUSY)).actions == (MoveCaller(),)
    assert kinds(call(StepReached(None)).reply) == CONNECT


def test_a_cascade_that_goes_from_direct_to_screened_dials_at_once() -> None:
    call = LiveCall(plan(direct("Alice"), cascade("Bob")))
    step = call(StepReached(1), after=20)
    assert kinds(step.reply) == ["Music", "AskCaller", "Say", "Record", "Say"]
    assert call.rung == ["Bob"]


def test_a_phone_that_outlasts_its_ringing_was_picked_up_though_nobody_said_so() -> None:
    call = LiveCall(plan(direct("Alice", ring=20), direct("Bob")))
    assert call(StepReached(1), after=35).reply == (Say("goodbye"),)
    assert call.state.picked_up


def test_a_report_that_comes_after_the_caller_asked_changes_nothing() -> None:
    call = LiveCall(plan(direct("Alice"), direct("Bob")))
    call(StepReached(1), after=20)
    assert call(LegRang(1)).actions == ()
    assert call(LegEnded(1, LegResult.TIMEOUT)).actions == ()


def test_a_heartbeat_that_crosses_a_move_waits_for_it_a_moment() -> None:
    call = LiveCall(plan(cascade("Alice"), direct("Bob")))
    assert call(LegEnded(1, LegResult.BUSY)).actions == (MoveCaller(),)
    assert kinds(call(Heartbeat(""), after=2).reply) == ["AskCaller", "Say", "Record", "Say"]
    assert call.state.move_wanted
    assert "Connect" in kinds(call(StepReached(None)).reply)


def test_a_move_that_never_lands_is_not_waited_for() -> None:
    call = LiveCall(plan(cascade("Alice"), direct("Bob")))
    call(LegEnded(1, LegResult.BUSY))
    assert "Connect" in kinds(call(Heartbeat(""), after=3).reply)
    assert not call.state.move_wanted


def test_a_lost_pick_up_is_found_out_by_asking() -> None:
    call = LiveCall(plan(direct("Alice", ring=20)))
    call(LegRang(1))
    assert call(DeadlinePassed(), after=35).actions == (CheckLeg(1),)
    call(LegChecked(1, None))
    assert call.phase() is Phase.RINGING
    call(LegChecked(1, True))
    assert call.phase() is Phase.CONNECTED


def test_a_phone_of_which_nothing_was_ever_heard_cannot_be_asked_about() -> None:
    call = LiveCall(plan(direct("Alice", ring=20)))
    assert call(DeadlinePassed(), after=35).actions == ()
    assert call.due_in == 45  # the caller, not the phone


def test_the_caller_whose_phone_ended_is_moved_only_when_it_does_not_ask_by_itself() -> None:
    call = LiveCall(plan(direct("Alice"), direct("Bob")))
    assert call(LegEnded(1, LegResult.BUSY)).actions == ()
    assert call.due_in == 5
    assert call(DeadlinePassed(), after=5).actions == (CheckLeg(None), MoveCaller())
    assert kinds(call(StepReached(None)).reply) == CONNECT


def test_the_caller_who_leaves_ends_the_phone_too() -> None:
    call = LiveCall(plan(direct("Alice")))
    call(LegRang(1))
    assert call(CallerGone()).actions == (HangUp(1),)
    assert call.state.outcome == Outcome.GAVE_UP_RINGING


def test_ringing_for_long_is_no_sign_of_a_message() -> None:
    call = LiveCall(plan(direct("Alice", ring=60)))
    call(CallerGone(), after=60)
    assert call.state.message_doubt_at is None


def test_a_key_means_nothing_to_a_phone_that_was_not_asked_for_one() -> None:
    call = LiveCall(plan(direct("Alice")))
    call(LegKey(1, "1"))
    assert call.phase() is Phase.RINGING
    assert call.state.claim is None


def recorded(*stages: Stage) -> Plan:
    """Return a recorded route, whose notice takes seven seconds."""
    phones = [replace(stage.lanes[0][0], notice_seconds=7) for stage in stages]
    own = [replace(stage, lanes=((phone,),)) for stage, phone in zip(stages, phones, strict=True)]
    return replace(plan(*own), records=True)


NOTICE = [Say("recording_notice"), RecordCall()]


@pytest.mark.requirement("CRM-06")
def test_the_caller_is_told_before_the_recording_that_begins_before_the_first_phone() -> None:
    call = LiveCall(recorded(direct("Alice"), direct("Bob")))
    first = call.last.reply or ()
    assert [*first[1:3]] == NOTICE
    assert [part.notice for part in first if isinstance(part, Connect)] == [True]
    assert call(Arrived()).reply == first[1:]  # the same again for whoever lost it
    second = call(StepReached(1), after=20).reply or ()
    assert (second[0], NOTICE[1] in second) == (
        Connect(2, call.state.legs[2].phone.number, 20, notice=True),
        False,
    )


@pytest.mark.requirement("CRM-06")
def test_a_caller_who_was_moved_is_recorded_anew() -> None:
    call = LiveCall(recorded(direct("Alice"), direct("Bob")))
    call(LegEnded(1, LegResult.BUSY))
    assert [*(call(StepReached(None)).reply or ())[:2]] == NOTICE


@pytest.mark.requirement("CRM-06")
def test_what_was_not_carried_out_for_a_phone_in_use_begins_with_the_next() -> None:
    call = LiveCall(recorded(direct("Alice"), direct("Bob")))
    call(DialFailed(1, LegResult.BUSY))
    assert [*(call(Arrived()).reply or ())[:2]] == NOTICE


@pytest.mark.requirement("CRM-06")
def test_a_phone_has_its_whole_ring_time_after_the_notice() -> None:
    call = LiveCall(recorded(direct("Alice", ring=20)))
    assert call.due_in == 7 + 20 + 15
    call(DeadlinePassed(), after=7 + 20 + 14)
    assert call(LegChecked(1, True)).state.phase is Phase.RINGING


@pytest.mark.requirement("CRM-06")
def test_whoever_takes_a_recorded_call_has_time_to_hear_the_notice() -> None:
    words = {"en": "w" * 14 * 20}
    call = LiveCall(replace(plan(cascade("Alice", "Bob")), records=True, notice=words))
    assert said(call.takes(1).reply) == ["connecting", "recording_notice"]
    assert said(call(StepReached(None)).reply)[0] == "recording_notice"
    assert call(DeadlinePassed(), after=5 + 19).actions == ()
    assert call(DeadlinePassed(), after=1).actions == (CheckJoined(1),)
    assert call(JoinChecked(1, False, taker_live=True), after=5).state.phase is Phase.CLAIMED
    assert call(JoinChecked(1, False, taker_live=True), after=3).state.phase is Phase.RINGING
