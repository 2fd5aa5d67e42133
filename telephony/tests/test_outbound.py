"""A call that we place, step by step: our own phone, its key, the other phone, the conversation."""

from __future__ import annotations

import pytest

from telephony import outbound, timing
from telephony.enums import ActionKind, LegResult, Outcome, Phase
from telephony.instructions import Join
from telephony.outbound_scripts import OTHER, OWN, first
from telephony.tests.builders import START, kinds, said
from telephony.tests.placed import PLAN, Placed
from telephony.types import (
    CheckJoined,
    CheckLeg,
    DeadlinePassed,
    Dial,
    DialDone,
    DialFailed,
    DialUnknown,
    EndedByUs,
    HangUp,
    JoinChecked,
    LegAsks,
    LegChecked,
    LegEnded,
    LegJoined,
    LegKey,
    LegRang,
    MoveLeg,
    MoveRefused,
    OutgoingPlan,
)


def test_the_own_phone_rings_first_and_alone() -> None:
    call = Placed()
    assert call.actions == [Dial(OWN)]
    call.picks_up(OWN)
    assert call.actions == [Dial(OWN)]


def test_the_other_phone_rings_once_its_counterpart_waits() -> None:
    call = Placed()
    call.picks_up(OWN)
    assert kinds(call(LegKey(OWN, "1")).reply) == ["Say", "Join"]
    assert call.actions == [Dial(OWN)]
    call(LegJoined(OWN, "room"))
    assert call.actions == [Dial(OWN), Dial(OTHER)]


def test_both_enter_one_conversation_which_either_ends() -> None:
    call = Placed()
    call.picks_up(OWN)
    reply = call(LegKey(OWN, "1")).reply or ()
    own, other = reply[-1], first(PLAN, OTHER)
    assert own == Join(OWN, ends_on_exit=True, waits=True)
    assert other == (Join(OWN, ends_on_exit=True),)


def test_connected_when_both_are_in_the_same_conversation() -> None:
    call = Placed()
    call.waits()
    call.picks_up(OTHER)
    assert call.state.phase is Phase.CLAIMED
    call(LegJoined(OTHER, "room"))
    assert (call.state.phase, call.state.connected) == (Phase.CONNECTED, True)


def test_one_in_another_room_is_not_connected() -> None:
    call = Placed()
    call.waits()
    call.picks_up(OTHER)
    call(LegJoined(OTHER, "elsewhere"))
    assert call.state.phase is Phase.CLAIMED


@pytest.mark.parametrize(("leaves", "stays"), [(OWN, OTHER), (OTHER, OWN)])
def test_either_leaving_ends_it_for_both(leaves: int, stays: int) -> None:
    call = Placed()
    call.talks()
    call(LegEnded(leaves, LegResult.HUNG_UP), after=30)
    assert call.actions[-1] == HangUp(stays)
    assert call.ended == (Phase.ENDED, Outcome.CONNECTED)
    call(LegEnded(stays, LegResult.HUNG_UP))
    assert call.due_in is None


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (LegResult.TIMEOUT, "other_no_answer"),
        (LegResult.BUSY, "other_busy"),
        (LegResult.REJECTED, "other_no_answer"),
        (LegResult.UNREACHABLE, "other_no_answer"),
        (LegResult.NOT_DIALLED, "other_not_dialled"),
    ],
)
def test_who_calls_back_hears_that_nobody_comes(result: LegResult, words: str) -> None:
    call = Placed()
    call.waits()
    event = DialFailed(OTHER, result) if words == "other_not_dialled" else LegEnded(OTHER, result)
    call(event, after=20)
    assert call.actions[-1] == MoveLeg(OWN)
    assert said(call(LegAsks(OWN)).reply) == [words]
    call(LegEnded(OWN, LegResult.HUNG_UP), after=3)
    assert call.ended == (Phase.ENDED, Outcome.FAILED)
    assert call.due_in is None


def test_last_words_that_do_not_end_are_ended() -> None:
    call = Placed()
    call.waits()
    call(LegEnded(OTHER, LegResult.BUSY))
    call(DeadlinePassed(), after=timing.LAST_WORDS_SECONDS)
    assert call.actions[-1] == HangUp(OWN)
    assert call.ended == (Phase.ENDED, Outcome.FAILED)


def test_a_leg_that_cannot_be_moved_is_hung_up() -> None:
    call = Placed()
    call.waits()
    call(LegEnded(OTHER, LegResult.BUSY))
    call(MoveRefused())
    assert call.actions[-1] == HangUp(OWN)


@pytest.mark.parametrize(
    "result", [LegResult.TIMEOUT, LegResult.BUSY, LegResult.REJECTED, LegResult.UNREACHABLE]
)
def test_an_own_phone_that_is_not_picked_up_ends_it(result: LegResult) -> None:
    call = Placed()
    call(DialDone(OWN))
    call(LegEnded(OWN, result), after=20)
    assert (call.ended, call.actions) == ((Phase.ENDED, Outcome.GAVE_UP_RINGING), [Dial(OWN)])


def test_a_machine_that_picks_up_never_has_the_other_phone_rung() -> None:
    call = Placed()
    call.picks_up(OWN)
    assert kinds(call(LegKey(OWN, ""), after=8).reply) == ["Say", "AskLeg"]
    assert said(call(LegKey(OWN, ""), after=8).reply) == ["call_back_no_key"]
    assert (call.ended, call.actions) == ((Phase.ENDED, Outcome.GAVE_UP_RINGING), [Dial(OWN)])


def test_silence_on_the_own_phone_ends_it_by_its_deadline() -> None:
    call = Placed()
    call.picks_up(OWN)
    call(DeadlinePassed(), after=call.due_in or 0)
    assert call.actions == [Dial(OWN), HangUp(OWN)]
    assert call.ended == (Phase.ENDED, Outcome.GAVE_UP_RINGING)


def test_leaving_while_the_other_phone_rings_stops_its_ringing() -> None:
    call = Placed()
    call.waits()
    for event in (DialDone(OTHER), LegRang(OTHER), LegEnded(OWN, LegResult.HUNG_UP)):
        call(event, after=2)
    assert call.actions[-1] == HangUp(OTHER)
    assert call.ended == (Phase.ENDED, Outcome.GAVE_UP_RINGING)


def test_a_phone_that_shows_itself_after_the_end_is_hung_up_then() -> None:
    call = Placed()
    call.waits()
    call(LegEnded(OWN, LegResult.HUNG_UP))
    assert HangUp(OTHER) not in call.actions
    call(LegRang(OTHER), after=2)
    assert call.actions[-1] == HangUp(OTHER)


def test_the_answer_to_key_1_is_given_again() -> None:
    call = Placed()
    call.picks_up(OWN)
    first_time = call(LegKey(OWN, "1")).reply
    claimed_at = call.state.claimed_at
    assert call(LegKey(OWN, "1"), after=10).reply == first_time
    assert call(LegKey(OWN, "")).reply == first_time
    assert (call.state.claimed_at, call.notes.count("leg_accepted")) == (claimed_at, 1)


def test_a_lost_report_of_waiting_is_asked_for() -> None:
    call = Placed()
    call.picks_up(OWN)
    call(LegKey(OWN, "1"))
    call(DeadlinePassed(), after=timing.JOIN_SECONDS)
    call(LegChecked(OWN, True))
    assert call.actions[-2:] == [CheckLeg(OWN), Dial(OTHER)]


def test_who_cannot_be_seen_to_wait_is_let_go() -> None:
    call = Placed()
    call.picks_up(OWN)
    call(LegKey(OWN, "1"))
    while call.state.phase is Phase.CLAIMED:
        call(DeadlinePassed(), after=call.due_in or 0)
    assert (call.now - START).total_seconds() <= 3 + timing.OUTGOING_WAIT_SECONDS
    assert (Dial(OTHER) in call.actions, call.actions[-1]) == (False, HangUp(OWN))


def test_a_lost_report_of_the_conversation_is_asked_for() -> None:
    call = Placed()
    call.waits()
    call.picks_up(OTHER)
    call(DeadlinePassed(), after=timing.JOIN_SECONDS)
    assert call.actions[-1] == CheckJoined(OTHER)
    call(JoinChecked(OTHER, True))
    assert call.state.phase is Phase.CONNECTED


def test_two_who_are_not_together_are_let_go() -> None:
    call = Placed()
    call.waits()
    call.picks_up(OTHER)
    call(JoinChecked(OTHER, False), after=timing.KEY_RETRY_SECONDS)
    assert call.actions[-2:] == [HangUp(OWN), HangUp(OTHER)]
    assert call.ended == (Phase.ENDED, Outcome.FAILED)


@pytest.mark.parametrize(
    ("together", "phase"), [(True, Phase.CONNECTED), (False, Phase.ANNOUNCEMENT)]
)
def test_a_phone_that_outlasts_its_ringing_is_asked_about(together: bool, phase: Phase) -> None:
    call = Placed()
    call.waits()
    call(LegRang(OTHER))
    call(DeadlinePassed(), after=call.due_in or 0)
    assert call.actions[-1] == CheckJoined(OTHER)
    call(JoinChecked(OTHER, together))
    assert call.state.phase is phase


def test_a_dial_of_unknown_fate_ends_by_its_deadline() -> None:
    call = Placed()
    call(DialUnknown(OWN))
    call(DeadlinePassed(), after=call.due_in or 0)
    assert call.actions == [Dial(OWN)]
    assert call.ended == (Phase.ENDED, Outcome.GAVE_UP_RINGING)
    call(LegRang(OWN))
    assert call.actions == [Dial(OWN), HangUp(OWN)]


def test_the_reason_of_an_end_may_come_after_it() -> None:
    call = Placed()
    call(DialDone(OWN))
    call(LegEnded(OWN, LegResult.HUNG_UP))
    call(LegEnded(OWN, LegResult.BUSY))
    assert call.state.legs[OWN].result == LegResult.BUSY


def test_talking_is_looked_at_now_and_then() -> None:
    call = Placed()
    call.talks()
    call(DeadlinePassed(), after=timing.TALK_CHECK_SECONDS)
    assert call.actions[-2:] == [CheckLeg(OWN), CheckLeg(OTHER)]
    call(LegChecked(OTHER, False))
    assert call.actions[-1] == HangUp(OWN)
    assert call.ended == (Phase.ENDED, Outcome.CONNECTED)


@pytest.mark.parametrize("how_far", ["rings", "waits", "talks"])
def test_ended_by_the_house_everybody_is_hung_up(how_far: str) -> None:
    call = Placed()
    legs = {OWN} if how_far == "rings" else {OWN, OTHER}
    if how_far == "rings":
        call(DialDone(OWN))
    else:
        getattr(call, how_far)()
        call(DialDone(OTHER))
    step = call(EndedByUs("Sam"))
    assert set(step.actions) == {HangUp(leg) for leg in legs}
    assert call.state.phase is Phase.ENDED
    assert call.state.outcome == (
        Outcome.CONNECTED if how_far == "talks" else Outcome.GAVE_UP_RINGING
    )


def test_recording_is_told_to_both() -> None:
    plan = OutgoingPlan(PLAN.own, PLAN.other, "Mr Brown", 8, records=True)
    call = Placed(plan)
    call.picks_up(OWN)
    assert "recording_notice" in said(call(LegKey(OWN, "1")).reply)
    assert said(first(plan, OTHER)) == ["recording_notice"]
    assert first(plan, OTHER)[-1] == Join(OWN, ends_on_exit=True, record=True)


def test_a_phone_is_dialled_only_until_it_is_heard_of_or_the_call_is_over() -> None:
    call = Placed()
    assert outbound.wanted(call.state, ActionKind.DIAL, OWN)
    assert not outbound.wanted(call.state, ActionKind.DIAL, OTHER)
    call(LegRang(OWN))
    assert not outbound.wanted(call.state, ActionKind.DIAL, OWN)
    ended = Placed()
    ended(EndedByUs("Sam"))
    assert not outbound.wanted(ended.state, ActionKind.DIAL, OWN)


def test_a_leg_is_moved_only_to_hear_that_nobody_comes() -> None:
    call = Placed()
    call.waits()
    assert not outbound.wanted(call.state, ActionKind.TRANSFER, OWN)
    call(LegEnded(OTHER, LegResult.BUSY))
    assert outbound.wanted(call.state, ActionKind.TRANSFER, OWN)
    assert not outbound.wanted(call.state, ActionKind.TRANSFER, OTHER)


def test_who_is_together_is_asked_only_while_one_waits_for_the_other() -> None:
    call = Placed()
    call.waits()
    call.picks_up(OTHER)
    assert outbound.wanted(call.state, ActionKind.CHECK_JOINED, OTHER)
    call(LegJoined(OTHER, "room"))
    assert not outbound.wanted(call.state, ActionKind.CHECK_JOINED, OTHER)
    unanswered = Placed()
    unanswered.waits()
    unanswered(LegEnded(OTHER, LegResult.BUSY))
    assert not outbound.wanted(unanswered.state, ActionKind.CHECK_JOINED, OTHER)


@pytest.mark.parametrize("kind", [ActionKind.HANG_UP, ActionKind.CHECK_LEG])
def test_a_leg_is_hung_up_and_looked_at_until_it_has_ended(kind: ActionKind) -> None:
    call = Placed()
    call.picks_up(OWN)
    assert outbound.wanted(call.state, kind, OWN)
    call(LegEnded(OWN, LegResult.HUNG_UP))
    assert not outbound.wanted(call.state, kind, OWN)


def test_the_whole_call_is_told() -> None:
    call = Placed()
    call.talks()
    call(LegEnded(OTHER, LegResult.HUNG_UP), after=30)
    call(LegEnded(OWN, LegResult.HUNG_UP))
    assert call.told == [
        ("leg_dialled", OWN, {"name": "Alice"}),
        ("dial_done", OWN, {}),
        ("leg_rang", OWN, {}),
        ("leg_picked_up", OWN, {}),
        ("leg_accepted", OWN, {}),
        ("leg_dialled", OTHER, {"name": "Caller"}),
        ("dial_done", OTHER, {}),
        ("leg_rang", OTHER, {}),
        ("leg_picked_up", OTHER, {}),
        ("connected", OWN, {}),
        ("leg_ended", OTHER, {}),
        ("talk_over", None, {"outcome": "connected"}),
        ("leg_ended", OWN, {}),
    ]


def test_why_nobody_came_is_told() -> None:
    call = Placed()
    call.waits()
    call.told.clear()
    call(DialUnknown(OTHER))
    call(LegEnded(OTHER, LegResult.BUSY))
    call(LegEnded(OWN, LegResult.HUNG_UP))
    assert call.told == [
        ("dial_unknown", OTHER, {}),
        ("leg_result", OTHER, {"result": "busy"}),
        ("leg_ended", OTHER, {}),
        ("not_reached", OTHER, {"result": "busy"}),
        ("leg_ended", OWN, {}),
        ("call_back_over", None, {"outcome": "failed"}),
    ]
