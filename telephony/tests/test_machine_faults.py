"""What a call makes of lost, late and doubled events, and of people who leave in the middle."""

from __future__ import annotations

from dataclasses import replace

import pytest

from telephony.enums import LegResult, LegStatus, Outcome, Phase
from telephony.instructions import Say
from telephony.tests.builders import LiveCall, cascade, kinds, plan, team
from telephony.types import (
    Arrived,
    CallerGone,
    CallerJoined,
    CheckLeg,
    DeadlinePassed,
    DialDone,
    DialUnknown,
    Event,
    HangUp,
    Heartbeat,
    LegAnswered,
    LegChecked,
    LegEnded,
    LegJoined,
    LegKey,
    LegRang,
    MessageRecorded,
    MoveCaller,
    MoveRefused,
    Note,
    StepReached,
    Unrecognised,
)

BUSY, TIMEOUT, HUNG_UP = LegResult.BUSY, LegResult.TIMEOUT, LegResult.HUNG_UP
WAIT = ["Music", "AskCaller", "Say", "Record", "Say"]
JOIN_CALLER = ["Join", "AskNext", "Say", "Record", "Say"]


# --- the caller hangs up --------------------------------------------------------------------


def test_a_caller_who_hangs_up_stops_the_ringing_and_nothing_is_dialled_any_more() -> None:
    call = LiveCall(plan(team("Alice", "Bob"), cascade("Charlie")))
    call(DialDone(1))
    call(LegRang(2))
    assert call(CallerGone()).actions == (HangUp(1), HangUp(2))
    assert call.reasons == ["caller_hung_up"]
    for event in (LegEnded(1, BUSY), LegEnded(2, BUSY)):
        assert call(event).actions == ()
    assert call.state.outcome == Outcome.GAVE_UP_RINGING
    assert call.due_in is None


def test_a_dial_in_flight_when_the_caller_leaves_is_hung_up_when_it_shows() -> None:
    call = LiveCall(plan(cascade("Alice")))
    assert call(CallerGone()).actions == ()
    assert call(DialDone(1)).actions == (HangUp(1),)
    assert call(LegRang(1)).actions == ()


def test_a_phone_that_shows_after_it_was_given_up_is_hung_up_too() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call(DialUnknown(1))
    call(CallerGone())
    call(DeadlinePassed(), after=60)
    assert call.due_in is None
    assert call(LegRang(1)).actions == (HangUp(1),)
    assert call.due_in == 60


def test_a_leg_whose_end_is_not_reported_is_asked_about() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call.picks_up(1)
    call(CallerGone())
    assert call(DeadlinePassed(), after=60).actions == (CheckLeg(1),)
    assert call(LegChecked(1, None)).actions == ()
    assert call(LegChecked(1, True)).actions == (HangUp(1),)
    assert call(DeadlinePassed(), after=60).actions == (CheckLeg(1),)
    assert call(LegChecked(1, False)).actions == ()
    assert call.due_in is None


def test_a_silent_caller_is_asked_about() -> None:
    call = LiveCall(plan(cascade("Alice", ring=120)))
    assert call(DeadlinePassed(), after=60).actions == (CheckLeg(None),)
    call(LegChecked(None, None))
    assert call.phase() is Phase.RINGING
    call(LegChecked(None, False))
    assert call.phase() is Phase.ENDED


def test_a_caller_who_was_moved_and_does_not_ask_is_moved_again() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call.takes(1)
    call(StepReached(None))
    assert MoveCaller() in call(LegEnded(1, HUNG_UP)).actions
    assert call.due_in == 20
    assert call(DeadlinePassed(), after=20).actions == (CheckLeg(None), MoveCaller())


def test_a_caller_who_cannot_be_moved_is_asked_about() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call(LegEnded(1, TIMEOUT))
    assert call(MoveRefused()).actions == (CheckLeg(None),)


# --- events twice, late, swapped, lost --------------------------------------------------------


def test_every_event_twice_changes_nothing_but_what_is_heard_next() -> None:
    call = LiveCall(plan(team("Alice", "Bob"), cascade("Charlie")))
    events: list[Event] = [
        Arrived(),
        DialDone(1),
        DialUnknown(2),
        LegRang(1),
        LegAnswered(1),
        LegEnded(2, BUSY),
        Heartbeat(""),
        LegKey(1, "1"),
        StepReached(None),
        LegJoined(1, "room"),
        CallerJoined("room"),
        LegChecked(None, True),
        StepReached(1),
        LegEnded(1, HUNG_UP),
        MessageRecorded(),
        CallerGone(),
        DeadlinePassed(),
    ]
    for event in events:
        once = replace(call(event).state, words_next=False)
        assert replace(call(event).state, words_next=False) == once
        assert call.last.actions == ()


@pytest.mark.parametrize(
    ("event", "what"),
    [
        (LegRang(1), "leg_rang"),
        (LegAnswered(1), "leg_picked_up"),
        (LegEnded(1, TIMEOUT), "leg_ended"),
        (LegJoined(1, ""), "leg_joined"),
        (CallerJoined(""), "caller_joined"),
        (CallerGone(), "caller_gone"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_report_that_does_not_fit_is_noted_and_changes_nothing(event: Event, what: str) -> None:
    call = LiveCall(plan(cascade("Alice")))
    call(LegEnded(1, BUSY))
    ended = call(CallerGone()).state
    step = call(event)
    assert (step.state, step.actions) == (ended, ())
    assert [(note.code, note.params) for note in step.notes] == [("out_of_turn", {"what": what})]


@pytest.mark.parametrize(
    ("first", "second"), [(BUSY, HUNG_UP), (HUNG_UP, LegResult.WITHDRAWN), (TIMEOUT, TIMEOUT)]
)
def test_the_second_end_of_a_phone_is_as_it_should_be(first: LegResult, second: LegResult) -> None:
    call = LiveCall(plan(cascade("Alice", "Bob")))
    call(LegEnded(1, first))
    assert "out_of_turn" not in [note.code for note in call(LegEnded(1, second)).notes]


def test_a_status_that_means_nothing_is_noted_and_changes_nothing() -> None:
    call = LiveCall(plan(cascade("Alice")))
    before = call.state
    step = call(Unrecognised(1, "machine"))
    assert (step.state, step.actions) == (before, ())
    assert step.notes == (Note("unrecognised", 1, {"status": "machine"}),)


def test_a_dial_is_noted_once_though_both_its_request_and_its_first_event_tell() -> None:
    call = LiveCall(plan(cascade("Alice")))
    assert [note.code for note in call(DialDone(1)).notes] == ["dial_done"]
    assert call(DialDone(1)).notes == ()


def test_swapped_and_missing_events_lead_to_the_same_place() -> None:
    told = LiveCall(plan(cascade("Alice")))
    told.picks_up(1)
    swapped = LiveCall(plan(cascade("Alice")))
    for event in (LegAnswered(1), LegRang(1), DialDone(1)):
        swapped(event)
    assert swapped.state.legs[1].status is told.state.legs[1].status is LegStatus.ANSWERED


def test_a_key_proves_that_somebody_picked_up() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call(LegKey(1, "1"))
    assert call.phase() is Phase.CLAIMED
    assert call.state.legs[1].picked_up


def test_a_leg_that_has_ended_is_not_answered_later() -> None:
    call = LiveCall(plan(cascade("Alice", "Bob")))
    call(LegEnded(1, BUSY))
    call(LegAnswered(1))
    assert call.state.legs[1].status is LegStatus.ENDED
    assert call(LegKey(1, "1")).reply == (Say("too_late"),)


def test_when_every_event_of_the_phones_is_lost_deadlines_lead_to_the_message() -> None:
    call = LiveCall(plan(cascade("Alice", "Bob"), cascade("Charlie")))
    for _ in range(3):
        call(Heartbeat(""))
        assert call.due_in == 25
        call(DeadlinePassed(), after=25)
    assert call.rung == ["Alice", "Bob", "Charlie"]
    assert call.phase() is Phase.MESSAGE
    assert MoveCaller() in call.last.actions


def test_the_caller_whose_first_request_is_repeated_hears_the_present_answer() -> None:
    call = LiveCall(plan(cascade("Alice")))
    assert kinds(call(Arrived()).reply) == WAIT


# --- the hard stop ----------------------------------------------------------------------------


def test_the_hard_stop_ends_the_ringing() -> None:
    call = LiveCall(plan(cascade("Alice", ring=60), hard_stop=30))
    call(DialDone(1))
    assert call(DeadlinePassed(), after=30).actions == (HangUp(1), MoveCaller())
    assert call.reasons == ["hard_stop"]
    assert call.phase() is Phase.MESSAGE


def test_whose_turn_never_came_before_the_hard_stop_is_told() -> None:
    call = LiveCall(plan(cascade("Alice", "Alice", "Bob"), team("Sam", "Bob"), hard_stop=30))
    step = call(DeadlinePassed(), after=30)
    told = [note.params for note in step.notes if note.code == "skipped"]
    assert told == [{"reason": "hard_stop", "name": name} for name in ("Alice", "Bob", "Sam")]


@pytest.mark.parametrize("event", [DeadlinePassed(), LegEnded(1, BUSY)])
def test_nobody_is_dialled_at_the_hard_stop(event: Event) -> None:
    call = LiveCall(plan(cascade("Alice", "Bob"), hard_stop=25))
    call(event, after=25)
    assert call.rung == ["Alice"]
    assert call.phase() is Phase.MESSAGE


def test_a_claim_lost_after_the_hard_stop_ends_in_the_message() -> None:
    call = LiveCall(plan(team("Alice", "Bob"), hard_stop=5))
    call.takes(1)
    call(LegEnded(1, HUNG_UP), after=10)
    assert call.rung == ["Alice", "Bob"]
    assert call.phase() is Phase.MESSAGE


# --- a message that may exist -----------------------------------------------------------------


def test_a_message_taken_by_the_platform_alone_ends_the_ringing() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call(DialDone(1))
    assert call(MessageRecorded()).actions == (HangUp(1),)
    call(CallerGone())
    assert call.state.outcome == Outcome.MESSAGE_LEFT


def test_a_recording_reported_after_the_end_makes_it_a_message() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call(CallerGone(), after=46)
    assert call.state.outcome == Outcome.GAVE_UP_RINGING
    assert call.due_in is not None
    call(MessageRecorded())
    assert call.state.outcome == Outcome.MESSAGE_LEFT


@pytest.mark.parametrize(("seconds", "doubt"), [(45, False), (46, True)])
def test_a_caller_not_heard_of_for_long_may_have_left_a_message(seconds: int, doubt: bool) -> None:
    call = LiveCall(plan(cascade("Alice")))
    call(CallerGone(), after=seconds)
    assert (call.state.message_doubt_at is not None) is doubt
    call(DeadlinePassed(), after=60)
    assert ("message_may_exist" in [note.code for note in call.notes]) is doubt


@pytest.mark.parametrize(("seconds", "doubt"), [(8, False), (9, True)])
def test_a_caller_who_outlasts_the_greeting_may_have_spoken(seconds: int, doubt: bool) -> None:
    call = LiveCall(plan(cascade("Alice")))
    call(Heartbeat("1"))
    call(CallerGone(), after=seconds)
    assert (call.state.message_doubt_at is not None) is doubt
    assert call.state.outcome == Outcome.GAVE_UP_IN_VOICEMAIL


def test_a_caller_found_gone_may_have_left_a_message() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call(LegChecked(None, False))
    assert call.state.message_doubt_at is not None
