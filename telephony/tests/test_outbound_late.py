"""What reaches a call that we place late, twice or never, and what its deadlines make of it."""

from __future__ import annotations

import pytest

from telephony import timing
from telephony.enums import LegResult, LegStatus, Phase
from telephony.outbound_scripts import OTHER, OWN
from telephony.tests.builders import kinds, said
from telephony.tests.placed import PLAN, Placed
from telephony.types import (
    CheckJoined,
    CheckLeg,
    DeadlinePassed,
    Dial,
    DialDone,
    DialFailed,
    EndedByUs,
    Event,
    HangUp,
    JoinChecked,
    LegAnswered,
    LegAsks,
    LegChecked,
    LegEnded,
    LegJoined,
    LegKey,
    LegRang,
    MoveLeg,
    OutgoingPlan,
    Unrecognised,
)


def test_events_that_come_late_or_twice_change_nothing_and_are_told() -> None:
    call = Placed()
    call.talks()
    call.told.clear()
    was = call.state
    for event in (LegRang(OWN), LegAnswered(OWN), LegJoined(OTHER, "room")):
        call(event)
    assert call.state == was
    call(LegEnded(OWN, LegResult.HUNG_UP))
    call.told.clear()
    call(LegEnded(OWN, LegResult.HUNG_UP))
    assert call.told == []
    call(LegEnded(OWN, LegResult.BUSY))
    assert call.told == [("out_of_turn", OWN, {"what": "leg_ended"})]


@pytest.mark.parametrize(
    ("event", "what"),
    [
        (LegRang(OWN), "leg_rang"),
        (LegAnswered(OWN), "leg_picked_up"),
        (LegJoined(OWN, "room"), "leg_joined"),
    ],
)
def test_an_event_that_comes_twice_is_told(event: Event, what: str) -> None:
    call = Placed()
    call.talks()
    call.told.clear()
    call(event)
    assert call.told == [("out_of_turn", OWN, {"what": what})]


def test_every_step_has_its_time() -> None:
    call = Placed()
    assert call.due_in == 20 + timing.DIAL_GRACE_SECONDS
    call.picks_up(OWN)
    assert call.due_in == timing.WHISPERS * (timing.whisper_seconds("Mr Brown") + 8)
    call(LegKey(OWN, "1"))
    assert call.due_in == timing.JOIN_SECONDS
    call(LegJoined(OWN, "room"))
    assert call.due_in == 60 + timing.DIAL_GRACE_SECONDS
    call.picks_up(OTHER)
    assert call.due_in == timing.JOIN_SECONDS
    call(LegJoined(OTHER, "room"))
    assert call.due_in == timing.TALK_CHECK_SECONDS


def test_who_is_told_of_the_recording_has_the_time_to_hear_it() -> None:
    notice = {"en": "n" * 10 * timing.SPEECH_CHARACTERS_PER_SECOND}
    plan = OutgoingPlan(PLAN.own, PLAN.other, "Mr Brown", 8, records=True, notice=notice)
    call = Placed(plan)
    call.picks_up(OWN)
    call(LegKey(OWN, "1"))
    assert call.due_in == timing.JOIN_SECONDS + 10


def test_a_key_whose_pick_up_was_not_reported_counts() -> None:
    call = Placed()
    assert kinds(call(LegKey(OWN, "1")).reply) == ["Say", "Join"]
    own = call.state.legs[OWN]
    assert (own.placed, own.picked_up, own.status) == (True, True, LegStatus.ANSWERED)
    assert "leg_picked_up" in call.notes


def test_a_key_of_the_other_side_or_after_the_end_does_nothing() -> None:
    call = Placed()
    call.talks()
    assert said(call(LegKey(OTHER, "1")).reply) == ["goodbye"]
    assert call.state.phase is Phase.CONNECTED
    ended = Placed()
    ended(EndedByUs("Sam"))
    assert said(ended(LegKey(OWN, "1")).reply) == ["goodbye"]
    assert ended.state.phase is Phase.ENDED


@pytest.mark.parametrize(
    "event", [DialDone(OTHER), LegRang(OTHER), LegAnswered(OTHER), LegJoined(OTHER, "room")]
)
def test_whatever_shows_a_phone_after_the_end_has_it_hung_up_once(event: Event) -> None:
    call = Placed()
    call.waits()
    call(LegEnded(OWN, LegResult.HUNG_UP))
    call.actions.clear()
    call(event, after=20)
    call(event)
    assert call.actions == [HangUp(OTHER)]
    assert call.due_in == timing.LEG_SILENT_SECONDS


def test_a_number_that_may_not_be_called_is_told_to_who_calls_back() -> None:
    call = Placed()
    call.waits()
    call(DialFailed(OTHER, LegResult.NOT_ALLOWED))
    assert said(call(LegAsks(OWN)).reply) == ["other_not_dialled"]


def test_a_report_that_nobody_knows_is_told() -> None:
    call = Placed()
    call(Unrecognised(OWN, "on_the_moon"))
    assert call.told[-1] == ("unrecognised", OWN, {"status": "on_the_moon"})


def test_a_pick_up_whose_ringing_was_not_reported_counts() -> None:
    call = Placed()
    call(LegAnswered(OWN))
    assert call.status(OWN) is LegStatus.ANSWERED
    call(LegKey(OWN, "1"))
    call(LegJoined(OWN, "room"))
    call(LegJoined(OTHER, "room"))  # the other side's pick-up was not reported either
    assert (call.status(OTHER), call.state.phase) == (LegStatus.ANSWERED, Phase.CONNECTED)
    assert call.notes.count("leg_picked_up") == 2


def test_only_the_own_phone_is_asked_for_a_key() -> None:
    call = Placed()
    call.waits()
    call.picks_up(OTHER)
    legs = call.state.legs
    assert (legs[OWN].direct, legs[OTHER].direct) == (False, True)
    assert legs[OTHER].status is LegStatus.ANSWERED


def test_whoever_asks_once_more_hears_what_goes_on() -> None:
    call = Placed()
    call.picks_up(OWN)
    assert kinds(call(LegAsks(OWN)).reply) == ["Say", "AskLeg"]
    joins = call(LegKey(OWN, "1")).reply
    assert call(LegAsks(OWN)).reply == joins
    call(LegJoined(OWN, "room"))
    assert said(call(LegAsks(OTHER)).reply) == ["goodbye"]
    call(EndedByUs("Sam"))
    assert said(call(LegAsks(OWN)).reply) == ["goodbye"]


@pytest.mark.parametrize("together", [False, None])
def test_what_is_found_out_late_of_who_is_together_ends_no_talk(together: bool | None) -> None:
    call = Placed()
    call.talks()
    call(JoinChecked(OTHER, together), after=60)
    assert call.state.phase is Phase.CONNECTED


def test_a_phone_that_still_has_time_to_ring_goes_on_ringing() -> None:
    call = Placed()
    call.waits()
    call(LegRang(OTHER))
    for event in (JoinChecked(OTHER, False), JoinChecked(OTHER, None), JoinChecked(OWN, True)):
        call(event)
    assert (call.state.phase, call.status(OTHER)) == (Phase.CLAIMED, LegStatus.RINGING)


def test_a_pick_up_that_is_found_out_is_told() -> None:
    call = Placed()
    call.waits()
    call(JoinChecked(OTHER, True))
    assert (call.state.phase, call.state.legs[OTHER].picked_up) == (Phase.CONNECTED, True)


def test_two_who_are_not_together_have_the_time_of_a_repeated_key() -> None:
    call = Placed()
    call.waits()
    call.picks_up(OTHER)  # the key was three seconds ago
    early = call(JoinChecked(OTHER, False), after=timing.KEY_RETRY_SECONDS - 4)
    due = call(JoinChecked(OTHER, False), after=1)
    assert (early.state.phase, due.state.phase) == (Phase.CLAIMED, Phase.ENDED)


@pytest.mark.parametrize(("pressed", "live"), [(False, True), (True, None)])
def test_the_other_phone_rings_for_nobody_who_may_not_be_there(
    pressed: bool, live: bool | None
) -> None:
    call = Placed()
    call.picks_up(OWN)
    if pressed:
        call(LegKey(OWN, "1"))
    call(LegChecked(OWN, live))
    assert Dial(OTHER) not in call.actions


def test_a_leg_that_lives_on_is_hung_up_again() -> None:
    call = Placed()
    call.talks()
    call(EndedByUs("Sam"))
    call.actions.clear()
    call(DeadlinePassed(), after=timing.LEG_SILENT_SECONDS)
    assert call.actions == [CheckLeg(OWN), CheckLeg(OTHER)]
    assert call.due_in == timing.LEG_SILENT_SECONDS
    call(LegChecked(OWN, None))
    call(LegChecked(OWN, True))
    assert call.actions[2:] == [HangUp(OWN)]


def test_the_first_of_two_times_is_looked_at_first() -> None:
    call = Placed()
    call.waits()
    call(EndedByUs("Sam"))
    call(LegRang(OTHER), after=20)
    assert call.due_in == timing.LEG_SILENT_SECONDS - 20


@pytest.mark.parametrize("how_far", ["picks_up", "waits", "talks"])
def test_before_its_time_nothing_is_done(how_far: str) -> None:
    call = Placed()
    if how_far == "picks_up":
        call.picks_up(OWN)
    else:
        getattr(call, how_far)()
    was, done = call.state, list(call.actions)
    call(DeadlinePassed(), after=(call.due_in or 0) - 1)
    assert (call.state, call.actions) == (was, done)


def test_a_phone_of_whose_pick_up_nothing_can_be_learnt_is_ended_after_one_question() -> None:
    call = Placed()
    call.waits()
    call(LegRang(OTHER))
    call(DeadlinePassed(), after=call.due_in or 0)
    assert (call.actions[-1], call.due_in) == (CheckJoined(OTHER), timing.JOIN_SECONDS)
    call(DeadlinePassed(), after=timing.JOIN_SECONDS)
    assert call.actions[-2:] == [MoveLeg(OWN), HangUp(OTHER)]
    assert call.state.phase is Phase.ANNOUNCEMENT


def test_a_phone_that_never_showed_has_rung_out_without_a_question() -> None:
    call = Placed()
    call.waits()
    call.actions.clear()
    call(DeadlinePassed(), after=call.due_in or 0)
    assert (call.actions, call.state.phase) == ([MoveLeg(OWN)], Phase.ANNOUNCEMENT)


@pytest.mark.parametrize(
    ("picked_up", "result"), [(True, LegResult.NO_KEY), (False, LegResult.TIMEOUT)]
)
def test_an_own_phone_that_comes_to_its_time_says_why(picked_up: bool, result: LegResult) -> None:
    call = Placed()
    call(LegRang(OWN))
    if picked_up:
        call(LegAnswered(OWN))
    call(DeadlinePassed(), after=call.due_in or 0)
    assert call.state.legs[OWN].result == result


def test_talking_is_looked_at_again_and_again() -> None:
    call = Placed()
    call.talks()
    call(DeadlinePassed(), after=timing.TALK_CHECK_SECONDS)
    assert call.due_in == timing.TALK_CHECK_SECONDS


def test_of_two_reasons_the_one_that_says_more_is_kept_and_told() -> None:
    call = Placed()
    call(DialDone(OWN))
    call(LegEnded(OWN, LegResult.HUNG_UP))
    call.told.clear()
    call(LegEnded(OWN, LegResult.BUSY))
    call(LegEnded(OWN, LegResult.BUSY))
    assert call.told == [("leg_result", OWN, {"result": "busy"})]
    call(LegEnded(OWN, LegResult.TIMEOUT))
    assert call.told[1:] == [("out_of_turn", OWN, {"what": "leg_ended"})]
    assert call.state.legs[OWN].result == LegResult.BUSY


def test_whoever_hangs_up_without_a_key_did_so() -> None:
    call = Placed()
    call.picks_up(OWN)
    call(LegEnded(OWN, LegResult.HUNG_UP))
    assert call.state.legs[OWN].result == LegResult.HUNG_UP


def test_who_took_part_is_not_told_to_have_failed() -> None:
    call = Placed()
    call.talks()
    call(LegEnded(OTHER, LegResult.HUNG_UP))
    call(LegChecked(OWN, False))
    assert [leg.result for leg in call.state.legs.values()] == ["accepted", "picked_up"]
    assert "leg_result" not in call.notes


def test_a_leg_found_gone_has_no_known_reason() -> None:
    call = Placed()
    call(DialDone(OWN))
    call(LegChecked(OWN, False))
    assert (call.state.legs[OWN].result, "leg_result" in call.notes) == (LegResult.UNKNOWN, False)


def test_a_leg_that_has_ended_is_never_hung_up() -> None:
    call = Placed()
    call(DialFailed(OWN, LegResult.NOT_DIALLED))
    call(DialDone(OWN))
    assert call.actions == [Dial(OWN)]


def test_a_phone_that_was_never_dialled_is_over_at_once() -> None:
    call = Placed()
    call(EndedByUs("Sam"))
    assert (call.status(OWN), call.due_in) == (LegStatus.ENDED, None)
