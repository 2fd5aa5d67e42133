"""A caller who leaves a message: what is recorded, kept, recorded again, and what is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from telephony import in_message
from telephony.enums import LegResult, Outcome, Phase
from telephony.instructions import Record, Say
from telephony.tests.builders import LiveCall, cascade, kinds, plan, said
from telephony.types import (
    CallerGone,
    DeadlinePassed,
    Ending,
    LegEnded,
    MessageConfirmed,
    MessageMeasured,
    MessageRecorded,
    StepReached,
)

AGAIN = "2"
ASKED = ["Say", "Record", "Say", "AskKept", "Say"]


def asked_to_speak(*, confirm: bool = True, **ending: object) -> LiveCall:
    """Nobody came to the phone: the caller is to leave a message."""
    route = plan(cascade("Alice"))
    settings = replace(route.ending, confirm=confirm, **ending)  # type: ignore[arg-type]
    call = LiveCall(replace(route, ending=settings))
    call(LegEnded(1, LegResult.BUSY))
    call(StepReached(None))
    return call


def codes(call: LiveCall) -> list[str]:
    """Return what was noted of the message."""
    return [note.code for note in call.notes if note.code.startswith("message")]


def record(call: LiveCall) -> Record:
    """Return how the caller is recorded next."""
    return next(part for part in call.last.reply or () if isinstance(part, Record))


def test_a_message_is_recorded_as_its_mailbox_says() -> None:
    call = asked_to_speak(end_key="*", silence_seconds=4, beep=False, transcribe=True)
    assert record(call) == Record(180, "*", 4, beep=False, transcribe=True)
    assert (call.last.reply or ())[0] == Say("leave_message", {"key": "*", "beep": "no"})


def test_only_who_may_record_again_is_asked() -> None:
    assert kinds(asked_to_speak().last.reply) == ASKED
    assert kinds(asked_to_speak(confirm=False).last.reply) == ["Say", "Record", "Say"]


@pytest.mark.parametrize("key", ["1", "", "7"])
def test_any_other_key_or_none_keeps_the_message(key: str) -> None:
    call = asked_to_speak()
    call(MessageRecorded(), after=10)
    assert said(call(MessageConfirmed(0, key), after=3).reply) == ["message_taken"]
    assert (call.state.kept, codes(call)) == (True, ["message_recorded", "message_kept"])


def test_key_2_records_again_three_times_and_then_asks_no_more() -> None:
    call = asked_to_speak()
    heard = [kinds(call(MessageConfirmed(take, AGAIN), after=10).reply) for take in range(3)]
    assert heard == [ASKED, ASKED, ["Say", "Record", "Say"]]
    assert (record(call).take, said(call.last.reply)[0]) == (3, "message_again")
    call(MessageConfirmed(3, AGAIN))
    assert (call.state.take, call.state.kept) == (3, True)


def test_a_late_or_repeated_answer_hears_what_fits_now() -> None:
    call = asked_to_speak()
    call(MessageConfirmed(0, AGAIN))
    again = call(MessageConfirmed(0, AGAIN))
    assert (call.state.take, record(call).take) == (1, 1)
    assert [note.code for note in again.notes] == ["out_of_turn"]
    call(MessageConfirmed(1, ""))
    assert said(call(MessageConfirmed(1, AGAIN)).reply) == ["message_taken"]


def test_who_hangs_up_at_the_question_keeps_the_message() -> None:
    call = asked_to_speak()
    call(MessageRecorded(), after=10)
    call(CallerGone(), after=2)
    assert (call.state.kept, call.state.outcome) == (True, Outcome.MESSAGE_LEFT)
    assert call.due_in is None


def test_who_hangs_up_before_the_first_report_keeps_the_message_all_the_same() -> None:
    call = asked_to_speak()
    call(CallerGone(), after=20)
    assert in_message.held_seconds(call.state, 0) == 0
    call(MessageRecorded(), after=1)
    assert (call.state.outcome, call.due_in) == (Outcome.MESSAGE_LEFT, None)


def test_nobody_is_told_while_the_caller_may_choose_or_the_next_one_is_awaited() -> None:
    call = asked_to_speak()
    assert in_message.held_seconds(call.state, 0) == 3600
    call(MessageRecorded(), after=10)
    call(MessageConfirmed(0, AGAIN), after=2)
    call(CallerGone(), after=15)
    assert in_message.awaited_seconds(call.state) == 60
    assert in_message.held_seconds(call.state, 0) == 60
    assert in_message.held_seconds(call.state, 1) == 0


def test_what_is_too_short_is_no_message() -> None:
    call = asked_to_speak(confirm=False)
    call(MessageRecorded(short=True), after=10)
    call(CallerGone(), after=1)
    assert (call.state.outcome, codes(call)) == (
        Outcome.GAVE_UP_IN_VOICEMAIL,
        ["message_too_short"],
    )
    assert call.due_in is None


def test_a_second_recording_that_is_too_short_leaves_the_first() -> None:
    call = asked_to_speak()
    call(MessageRecorded(), after=10)
    call(MessageConfirmed(0, AGAIN))
    call(MessageRecorded(1, short=True), after=10)
    call(CallerGone())
    assert call.state.outcome == Outcome.MESSAGE_LEFT


def test_reports_in_the_wrong_order_leave_nothing_open() -> None:
    call = asked_to_speak()
    call(MessageConfirmed(0, AGAIN), after=10)
    call(CallerGone(), after=15)
    call(MessageRecorded(1), after=1)
    call(MessageRecorded(0, short=True), after=30)
    assert (call.state.last_take, call.state.outcome) == (1, Outcome.MESSAGE_LEFT)
    assert call.due_in is None


def test_a_recording_again_that_never_comes_leaves_no_message_that_may_exist() -> None:
    call = asked_to_speak()
    call(MessageRecorded(), after=10)
    call(MessageConfirmed(0, AGAIN))
    call(CallerGone(), after=15)
    call(DeadlinePassed(), after=60)
    assert "message_may_exist" not in codes(call)


@pytest.mark.parametrize("ended", [True, False])
def test_the_audio_has_the_last_word(ended: bool) -> None:
    call = asked_to_speak(confirm=False)
    call(MessageRecorded(), after=10)
    if ended:
        call(CallerGone())
    call(MessageMeasured(left=False), after=5)
    if not ended:
        call(CallerGone())
    assert call.state.outcome == Outcome.GAVE_UP_IN_VOICEMAIL
    call(MessageMeasured(left=True), after=5)
    assert call.state.outcome == Outcome.MESSAGE_LEFT
    call(MessageMeasured(left=True))
    assert codes(call)[-1] == "message_recorded"


def test_somebody_who_took_the_call_still_took_it_when_the_message_is_none() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call.talks(1)
    call(MessageRecorded())
    call(CallerGone())
    call(MessageMeasured(left=False))
    assert call.state.outcome == Outcome.CONNECTED


def test_a_message_too_short_while_phones_ring_stops_nothing() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call(MessageRecorded(short=True), after=10)
    assert (call.phase(), call.actions[1:]) == (Phase.RINGING, [])


def test_the_ending_of_an_older_release_is_what_it_was() -> None:
    ending = Ending(message=True)
    assert (ending.end_key, ending.silence_seconds, ending.beep) == ("#", 10, True)
    assert (ending.confirm, ending.transcribe) == (False, False)
