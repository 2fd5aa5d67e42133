"""A call that we place, step by step: our own phone, its key, the other phone, the conversation."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from telephony import codec, outbound, timing
from telephony.enums import ActionKind, LegResult, LegStatus, Outcome, Phase
from telephony.instructions import Join
from telephony.outbound_scripts import OTHER, OWN, first
from telephony.tests.builders import START, kinds, phone, said
from telephony.types import (
    Action,
    CheckJoined,
    CheckLeg,
    DeadlinePassed,
    Dial,
    DialDone,
    DialFailed,
    DialUnknown,
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
    MoveRefused,
    OutgoingPlan,
    OutgoingState,
    OutgoingStep,
    Unrecognised,
)

PLAN = OutgoingPlan(phone("Alice"), phone("Caller", ring=60, screened=False), "Mr Brown", 8)


class Placed:
    """A call in the making, whose state goes through JSON after every event."""

    def __init__(self, plan: OutgoingPlan = PLAN) -> None:
        self.now = START
        self.actions: list[Action] = []
        self.notes: list[str] = []
        self.told: list[tuple[str, int | None, dict[str, str]]] = []
        self._take(outbound.begin(plan, START))

    def __call__(self, event: Event, *, after: float = 0) -> OutgoingStep:
        self.now += timedelta(seconds=after)
        return self._take(outbound.advance(self.state, event, self.now))

    def _take(self, step: OutgoingStep) -> OutgoingStep:
        stored = codec.decode(OutgoingState, json.loads(json.dumps(codec.encode(step.state))))
        assert stored == step.state
        self.state: OutgoingState = stored
        self.actions += step.actions
        self.notes += [note.code for note in step.notes]
        self.told += [(note.code, note.leg, note.params) for note in step.notes]
        return step

    def picks_up(self, leg: int) -> None:
        for event in (DialDone(leg), LegRang(leg), LegAnswered(leg)):
            self(event, after=1)

    def waits(self) -> None:
        """The own phone's owner has pressed 1 and is in the conversation."""
        self.picks_up(OWN)
        self(LegKey(OWN, "1"), after=1)
        self(LegJoined(OWN, "room"))

    def talks(self) -> None:
        self.waits()
        self.picks_up(OTHER)
        self(LegJoined(OTHER, "room"))

    def status(self, leg: int) -> LegStatus:
        return self.state.legs[leg].status

    @property
    def due_in(self) -> float | None:
        due = outbound.next_deadline(self.state)
        return None if due is None else (due - self.now).total_seconds()

    @property
    def ended(self) -> tuple[Phase, str]:
        return self.state.phase, self.state.outcome


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
