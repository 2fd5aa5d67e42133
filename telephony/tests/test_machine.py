"""The life of a call, one behaviour at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from telephony import machine
from telephony.enums import LegResult, LegStatus, Outcome, Phase
from telephony.instructions import AskCaller, AskLeg, Music, Say
from telephony.tests.builders import LiveCall, cascade, kinds, plan, said, team
from telephony.types import (
    CallerGone,
    CallerJoined,
    CheckJoined,
    DeadlinePassed,
    Dial,
    DialFailed,
    Event,
    HangUp,
    Heartbeat,
    JoinChecked,
    LegEnded,
    LegJoined,
    LegKey,
    LegRang,
    MessageRecorded,
    MoveCaller,
    Skip,
    StepReached,
    Waiting,
)

BUSY, TIMEOUT, HUNG_UP = LegResult.BUSY, LegResult.TIMEOUT, LegResult.HUNG_UP
WAIT = ["Music", "AskCaller", "Say", "Record", "Say"]
JOIN_CALLER = ["Join", "AskNext", "Say", "Record", "Say"]


# --- who is rung --------------------------------------------------------------------------------


def test_the_first_number_rings_while_the_caller_hears_music() -> None:
    call = LiveCall(plan(cascade("Alice", "Bob")))
    assert call.rung == ["Alice"]
    assert kinds(call.last.reply) == ["Say", "Say", "AskCaller", "Say", "Record", "Say"]
    assert said(call.last.reply)[:2] == ["greeting", "offer_message"]
    assert kinds(call(Heartbeat("")).reply) == WAIT


def test_the_first_number_answers() -> None:
    call = LiveCall(plan(cascade("Alice", "Bob")))
    call.picks_up(1)
    assert said(call(LegKey(1, "1")).reply) == ["connecting"]
    assert call.phase() is Phase.CLAIMED
    assert call.last.actions == (MoveCaller(),)
    assert kinds(call(StepReached(None)).reply) == JOIN_CALLER
    call(LegJoined(1, "room"))
    assert call.phase() is Phase.CLAIMED
    call(CallerJoined("room"))
    assert call.phase() is Phase.CONNECTED
    assert call(CallerGone()).actions == (HangUp(1),)
    assert call.state.outcome == Outcome.CONNECTED
    assert call.rung == ["Alice"]


@pytest.mark.requirement("PLA-02")
@pytest.mark.parametrize(
    "event",
    [
        LegEnded(1, LegResult.BUSY),
        LegEnded(1, LegResult.REJECTED),
        LegEnded(1, LegResult.UNREACHABLE),
        LegEnded(1, LegResult.TIMEOUT),
        DialFailed(1, LegResult.NOT_DIALLED),
    ],
)
def test_the_next_number_rings_when_one_does_not_answer(event: Event) -> None:
    call = LiveCall(plan(cascade("Alice", "Alice at home")))
    assert call(event).actions == (Dial(2),)
    assert call.rung == ["Alice", "Alice at home"]


@pytest.mark.requirement("PLA-02", "PLA-17")
def test_a_cascade_rings_its_numbers_in_order_then_the_next_stage() -> None:
    call = LiveCall(plan(cascade("Alice", "Alice at home"), cascade("Bob")))
    for leg in (1, 2, 3):
        call(LegEnded(leg, BUSY))
    assert call.rung == ["Alice", "Alice at home", "Bob"]
    assert call.phase() is Phase.MESSAGE


@pytest.mark.requirement("PLA-08")
def test_a_team_rings_together_and_the_next_level_waits_for_the_last() -> None:
    call = LiveCall(plan(team("Alice", "Bob"), cascade("Charlie")))
    assert call.rung == ["Alice", "Bob"]
    assert call(LegEnded(1, BUSY)).actions == ()
    assert call(LegEnded(2, BUSY)).actions == (Dial(3),)
    assert call.rung == ["Alice", "Bob", "Charlie"]


def test_one_of_a_team_takes_the_call_and_the_others_are_hung_up() -> None:
    call = LiveCall(plan(team("Alice", "Bob")))
    call(LegRang(1))
    call.takes(2)
    assert call.last.actions == (HangUp(1), MoveCaller())
    assert call.state.claim == 2


def test_one_who_has_picked_up_is_not_cut_off_but_told() -> None:
    call = LiveCall(plan(team("Alice", "Bob")))
    call.picks_up(1)
    call.takes(2)
    assert call.last.actions == (MoveCaller(),)
    assert call(LegKey(1, "")).reply == (Say("taken_by_colleague"),)
    assert call.state.legs[1].status is LegStatus.LEAVING


def test_one_who_listens_may_take_the_call_that_the_taker_dropped() -> None:
    call = LiveCall(plan(team("Alice", "Bob"), cascade("Sophie")))
    call.picks_up(1)
    call.takes(2)
    assert call(LegEnded(2, HUNG_UP)).actions == (MoveCaller(),)
    assert said(call(LegKey(1, "1")).reply) == ["connecting"]
    assert (call.state.claim, call.rung) == (1, ["Alice", "Bob"])


def test_one_who_has_heard_that_it_is_taken_is_rung_again_if_the_taker_drops_out() -> None:
    call = LiveCall(plan(team("Alice", "Bob")))
    call.picks_up(1)
    call.takes(2)
    call(LegKey(1, ""))
    assert call(LegEnded(2, HUNG_UP)).actions == (MoveCaller(), Dial(3))


def test_the_second_to_press_hears_that_the_call_is_taken() -> None:
    call = LiveCall(plan(team("Alice", "Bob")))
    call.picks_up(1)
    call.takes(2)
    assert call(LegKey(1, "1")).reply == (Say("taken_by_colleague"),)
    assert call.state.claim == 2


@pytest.mark.requirement("PLA-09")
def test_supervisors_ring_when_nobody_on_call_answers() -> None:
    call = LiveCall(plan(cascade("Alice"), team("Sophie", "Samuel")))
    call(LegEnded(1, TIMEOUT))
    assert call.rung == ["Alice", "Sophie", "Samuel"]


@pytest.mark.requirement("PLA-10")
def test_a_caller_whom_nobody_answers_leaves_a_message() -> None:
    call = LiveCall(plan(cascade("Alice")))
    assert call(LegEnded(1, TIMEOUT)).actions == (MoveCaller(),)
    assert kinds(call(StepReached(None)).reply) == ["Say", "Record", "Say"]
    call(MessageRecorded(), after=30)
    call(CallerGone())
    assert call.state.outcome == Outcome.MESSAGE_LEFT
    assert call.reasons == ["nobody_answered"]
    assert call.due_in is None


@pytest.mark.requirement("PLA-10")
def test_without_a_mailbox_the_caller_hears_an_announcement_and_no_offer() -> None:
    call = LiveCall(plan(cascade("Alice"), message=False))
    assert kinds(call.last.reply) == ["Say", "Music", "AskCaller", "Say"]
    assert AskCaller() in (call.last.reply or ())
    call(Heartbeat("1"))
    assert call.phase() is Phase.RINGING
    call(LegEnded(1, TIMEOUT))
    assert said(call(StepReached(None)).reply) == ["announcement"]
    call(CallerGone())
    assert call.state.outcome == Outcome.ANNOUNCEMENT


def test_an_empty_plan_takes_the_message_at_once() -> None:
    call = LiveCall(plan(skipped=(Skip("time_off", "Alice"),)))
    assert kinds(call.last.reply) == ["Say", "Record", "Say"]
    assert [note.code for note in call.notes] == ["skipped", "unanswered"]
    assert call.reasons == ["nobody_to_ring"]
    assert call.actions == []


# --- keys -------------------------------------------------------------------------------------


def test_key_2_passes_the_call_on() -> None:
    call = LiveCall(plan(cascade("Alice", "Bob")))
    call.picks_up(1)
    assert call(LegKey(1, "2")).reply == (Say("passed_on"),)
    assert call.rung == ["Alice", "Bob"]


def test_no_key_is_asked_for_twice_and_then_the_next_phone_rings() -> None:
    call = LiveCall(plan(cascade("Alice", "Bob")))
    call.picks_up(1)
    assert machine.first_script(call.state, 1) == (Say("whisper", barge_in=True), AskLeg(1, 8))
    assert call(LegKey(1, "")).reply == machine.first_script(call.state, 1)
    assert call.rung == ["Alice"]
    assert call(LegKey(1, "")).reply == (Say("no_key"),)
    assert call.rung == ["Alice", "Bob"]


@pytest.mark.requirement("CRM-04")
def test_a_machine_that_picks_up_never_counts_as_an_answer() -> None:
    call = LiveCall(plan(cascade("Alice", "Bob")))
    call.picks_up(1)
    assert call.phase() is Phase.RINGING
    assert call(DeadlinePassed(), after=2 * (10 + 8)).actions == (HangUp(1), Dial(2))
    assert call.rung == ["Alice", "Bob"]
    call(CallerGone())
    assert call.state.outcome == Outcome.GAVE_UP_RINGING


def test_key_1_while_waiting_leaves_a_message_and_ends_the_ringing() -> None:
    call = LiveCall(plan(cascade("Alice", "Bob")))
    call.picks_up(1)
    step = call(Heartbeat("1"), after=10)
    assert kinds(step.reply) == ["Say", "Record", "Say"]
    assert step.actions == (HangUp(1),)
    assert call(LegKey(1, "1")).reply == (Say("no_longer_needed"),)


def test_any_other_key_or_none_goes_on_waiting_with_music_and_words_by_turns() -> None:
    call = LiveCall(plan(cascade("Alice")))
    heard = [kinds(call(Heartbeat(digit)).reply) for digit in ("", "5", "")]
    assert heard == [WAIT, ["Say", *WAIT[1:]], WAIT]


def test_the_words_offer_a_message_only_where_one_can_be_left() -> None:
    for message, code in ((True, "still_trying_offer"), (False, "still_trying")):
        call = LiveCall(plan(cascade("Alice"), message=message))
        assert code in [said(call(Heartbeat("")).reply)[0] for _ in range(2)]


def test_a_scenario_has_its_own_words_and_music() -> None:
    waiting = Waiting(texts={"en": "Hold on."}, audio={"fr": "said"}, music={"en": "played"})
    call = LiveCall(replace(plan(cascade("Alice")), waiting=waiting))
    music, words = ((call(Heartbeat("")).reply or ())[0] for _ in range(2))
    assert music == Music({"en": "played"})
    texts, audio = {"en": "Hold on."}, {"fr": "said"}
    assert words == Say("still_trying_offer", texts=texts, audio=audio, barge_in=True)


def test_key_1_is_ignored_once_somebody_has_taken_the_call() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call.takes(1)
    assert kinds(call(Heartbeat("1")).reply) == JOIN_CALLER
    assert call.phase() is Phase.CLAIMED


def test_a_key_after_the_caller_has_gone_hears_an_apology() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call.picks_up(1)
    call(CallerGone())
    assert call(LegKey(1, "1")).reply == (Say("caller_has_gone"),)
    assert call.state.claim is None


# --- from the key to the conversation ------------------------------------------------------


def test_the_taker_who_drops_out_before_joining_lets_the_stopped_phones_ring_again() -> None:
    call = LiveCall(plan(team("Alice", "Bob", "Charlie"), cascade("Sophie")))
    call(LegEnded(3, BUSY))
    call.takes(1)
    assert call(LegEnded(1, HUNG_UP)).actions == (MoveCaller(), Dial(4))
    assert call.rung == ["Alice", "Bob", "Charlie", "Bob"]
    assert kinds(call(StepReached(None)).reply) == WAIT


def test_the_taker_who_drops_out_leaves_the_next_stage_when_no_phone_was_stopped() -> None:
    call = LiveCall(plan(cascade("Alice"), cascade("Sophie")))
    call.takes(1)
    call(LegEnded(1, HUNG_UP))
    assert call.rung == ["Alice", "Sophie"]
    assert call.phase() is Phase.RINGING


def test_a_taker_whom_the_platform_does_not_find_with_the_caller_has_lost_the_call() -> None:
    call = LiveCall(plan(cascade("Alice", "Bob")))
    call.takes(1)
    assert call.due_in == 5
    assert call(DeadlinePassed(), after=5).actions == (CheckJoined(1),)
    call(JoinChecked(1, None))
    assert call.phase() is Phase.CLAIMED
    assert call(JoinChecked(1, False)).actions == (HangUp(1), MoveCaller(), Dial(2))
    assert call.phase() is Phase.RINGING


def test_a_taker_who_is_there_is_waited_for_as_long_as_the_platform_may_ask_again() -> None:
    call = LiveCall(plan(cascade("Alice", "Bob")))
    call.takes(1)
    call(DeadlinePassed(), after=5)
    assert call(JoinChecked(1, False, taker_live=True)).actions == ()
    assert call.phase() is Phase.CLAIMED
    call(DeadlinePassed(), after=5)
    assert call(JoinChecked(1, False, taker_live=True), after=2).actions[0] == HangUp(1)


def test_lost_join_events_are_made_good_by_asking() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call.takes(1)
    call(DeadlinePassed(), after=5)
    call(JoinChecked(1, True))
    assert call.phase() is Phase.CONNECTED


def test_a_lost_transfer_heals_with_the_callers_next_segment() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call.takes(1)
    assert kinds(call(Heartbeat("")).reply) == JOIN_CALLER
    assert not call.state.move_wanted


def test_a_repeated_webhook_of_the_winner_joins_again() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call.takes(1)
    assert said(call(LegKey(1, "1")).reply) == ["connecting"]
    assert call.last.actions == ()


def test_the_caller_who_comes_back_before_talking_waits_on() -> None:
    call = LiveCall(plan(cascade("Alice", "Bob")))
    call.takes(1)
    call(StepReached(None))
    assert kinds(call(StepReached(1)).reply) == WAIT
    assert call.rung == ["Alice", "Bob"]
    assert not call.state.move_wanted


def test_the_caller_who_comes_back_after_talking_hears_goodbye() -> None:
    call = LiveCall(plan(cascade("Alice", "Bob")))
    call.talks(1)
    call(LegEnded(1, HUNG_UP), after=60)
    assert call(StepReached(1)).reply == (Say("goodbye"),)
    assert call.rung == ["Alice"]


def test_who_hung_up_first_is_told_apart() -> None:
    taker_first, caller_first = LiveCall(plan(cascade("Alice"))), LiveCall(plan(cascade("Alice")))
    for call in (taker_first, caller_first):
        call.talks(1)
    told = taker_first(LegEnded(1, HUNG_UP)).notes + taker_first(CallerGone()).notes
    assert [note.code for note in told] == ["leg_result", "leg_ended", "talk_over"]
    assert told[0].params == {"result": "hung_up"}
    told = caller_first(CallerGone()).notes + caller_first(LegEnded(1, HUNG_UP)).notes
    assert [note.code for note in told] == ["talk_over", "leg_ended"]


def test_a_late_transfer_after_talking_does_not_lead_to_an_empty_room() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call.talks(1)
    call(LegEnded(1, HUNG_UP), after=60)
    assert call(StepReached(None)).reply == (Say("goodbye"),)


def test_the_caller_who_hears_goodbye_need_not_be_moved_any_more() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call.takes(1)
    call(JoinChecked(1, True))
    assert call(StepReached(1)).reply == (Say("goodbye"),)
    assert not call.state.move_wanted
