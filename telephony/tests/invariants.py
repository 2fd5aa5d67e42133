"""What must hold whenever the machine takes in an event, whether or not the event fits."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from telephony import machine, timing
from telephony.enums import LegResult, LegStatus, Outcome, Phase
from telephony.instructions import AskCaller, AskKept, AskNext, Connect, Join, Record, Say, Script
from telephony.ringing import OPEN
from telephony.tests.builders import kinds
from telephony.types import (
    Arrived,
    CallerGone,
    CallerJoined,
    CheckLeg,
    DeadlinePassed,
    Dial,
    DialFailed,
    EndedByUs,
    Event,
    HangUp,
    Heartbeat,
    LegAnswered,
    LegChecked,
    LegEnded,
    LegJoined,
    LegKey,
    LegRang,
    MessageConfirmed,
    MessageMeasured,
    MessageRecorded,
    MoveCaller,
    State,
    Step,
    StepReached,
)

REPORTS = (CallerGone, CallerJoined, LegAnswered, LegEnded, LegJoined, LegRang, MessageRecorded)
TALKING = (Phase.CLAIMED, Phase.CONNECTED)
ENDINGS = (Phase.MESSAGE, Phase.ANNOUNCEMENT)
FOLLOWING = {
    Phase.RINGING: set(Phase),
    Phase.CLAIMED: set(Phase),
    Phase.CONNECTED: {Phase.CONNECTED, Phase.ENDED},
    Phase.MESSAGE: {Phase.MESSAGE, Phase.ENDED},
    Phase.ANNOUNCEMENT: {Phase.ANNOUNCEMENT, Phase.ENDED},
    Phase.ENDED: {Phase.ENDED},
}


def check(before: State | None, event: Event, step: Step, now: datetime) -> None:
    """Check one step of the machine; `before` is None for the first."""
    after = step.state
    if before is not None:
        ended_by_us = isinstance(event, EndedByUs) and after.phase is Phase.ANNOUNCEMENT
        assert after.phase in FOLLOWING[before.phase] or ended_by_us
        _check_legs(before, event, step)
        _check_apart(before, event, step)
        _check_claim(before, event, after)
        _check_outcome(before, event, after)
        _check_recorded(before, event, step)
    _check_requests(step, now)
    _check_open_legs(after)
    if after.phase is Phase.RINGING:
        _check_lanes(after)
    _check_replies(event, step)
    _check_deadlines(event, after, now)
    if event == CallerGone() or event == LegChecked(None, False):
        assert after.phase is Phase.ENDED


def _check_requests(step: Step, now: datetime) -> None:
    """Nobody is rung, and the caller not moved, once that makes no sense any more."""
    if any(isinstance(action, Dial) for action in step.actions):
        assert step.state.phase is Phase.RINGING
        assert now < step.state.hard_stop_at
    if MoveCaller() in step.actions:
        assert step.state.phase is not Phase.ENDED
    assert len(set(step.actions)) == len(step.actions)


def _check_legs(before: State, event: Event, step: Step) -> None:
    """No leg at the platform is forgotten: it is hung up, ends by its own script, or has ended."""
    told_ended = isinstance(event, LegEnded | DialFailed | StepReached) or (
        isinstance(event, LegChecked) and event.live is False
    )
    for ordinal, leg in step.state.legs.items():
        was = before.legs.get(ordinal)
        if was is None or leg == was:
            continue
        ended = leg.status is LegStatus.ENDED and was.status is not LegStatus.ENDED
        assert not ended or told_ended or not leg.placed
        leaving = leg.status is LegStatus.LEAVING and was.status is not LegStatus.LEAVING
        shown = leg.status is LegStatus.LEAVING and leg.placed and not was.placed
        if leg.placed and (leaving or shown):
            by_itself = isinstance(event, LegKey) and event.leg == ordinal
            assert HangUp(ordinal) in step.actions or by_itself


def _check_apart(before: State, event: Event, step: Step) -> None:
    """What is said of a leg that is over changes nothing but that leg."""
    ordinal = getattr(event, "leg", None)
    if ordinal in before.legs and before.legs[ordinal].status not in OPEN:
        now = {**before.legs, ordinal: step.state.legs[ordinal]}
        assert step.state == replace(before, legs=now)
        assert step.actions in ((), (HangUp(ordinal),))


def _check_claim(before: State, event: Event, after: State) -> None:
    """Only key 1 takes a call, and only from somebody who is still rung."""
    if after.claim is not None and after.claim != before.claim:
        assert event == LegKey(after.claim, "1")
        assert before.phase is Phase.RINGING
        assert before.legs[after.claim].status in OPEN
    if after.phase is Phase.CONNECTED and before.phase is not Phase.CONNECTED:
        assert after.connected != after.picked_up
        assert after.connected == (after.claim is not None)


def _check_recorded(before: State, event: Event, step: Step) -> None:
    """A report of the platform that changes nothing is told, but for the second end of a leg."""
    ordinal = getattr(event, "leg", None)
    known = ordinal in (None, *before.legs)
    second_end = isinstance(event, LegEnded) and known and _is_expected(before, event)
    if isinstance(event, REPORTS) and known and step.state == before and not second_end:
        assert step.notes


def _is_expected(before: State, event: LegEnded) -> bool:
    ours = (LegResult.HUNG_UP, LegResult.WITHDRAWN)
    return event.result in ours or before.legs[event.leg].result in ("", event.result)


def _check_outcome(before: State, event: Event, after: State) -> None:
    """An outcome comes with the end, and changes only when a message is found later, or is none."""
    assert bool(after.outcome) == (after.phase is Phase.ENDED)
    if before.outcome and before.outcome != after.outcome and event != MessageMeasured(False):
        assert after.outcome == Outcome.MESSAGE_LEFT


def _check_open_legs(state: State) -> None:
    """Once somebody has taken the call only they, and who listens to a whisper, have open legs."""
    is_open = [ordinal for ordinal, leg in state.legs.items() if leg.status in OPEN]
    if state.phase in TALKING:
        others = [state.legs[ordinal] for ordinal in is_open if ordinal != state.claim]
        if state.claim is None:
            assert len(others) <= 1
        else:
            assert all(leg.status is LegStatus.ANSWERED and not leg.direct for leg in others)
    elif state.phase is not Phase.RINGING:
        assert is_open == []
    for leg in state.legs.values():
        assert leg.deadline is not None or leg.status in (LegStatus.ANSWERED, LegStatus.ENDED)


def _check_lanes(state: State) -> None:
    """While the caller waits, every lane that has phones left rings one, and nothing else rings.

    A direct lane rings when the caller fetches its instructions.
    """
    stage = state.plan.stages[state.stage]
    for phones, lane in zip(stage.lanes, state.lanes, strict=True):
        if lane.leg is None:
            assert stage.direct or lane.index >= len(phones)
        else:
            assert state.legs[lane.leg].phone == phones[lane.index]
    ringing = {ordinal for ordinal, leg in state.legs.items() if leg.status in OPEN}
    assert ringing == {lane.leg for lane in state.lanes} - {None}
    assert ringing or stage.direct


def _check_replies(event: Event, step: Step) -> None:
    """Whoever asks is answered; the caller in a way that the platform can finish without us."""
    state, reply = step.state, step.reply
    names = kinds(reply)
    if isinstance(event, Arrived | Heartbeat | MessageConfirmed | StepReached):
        assert reply is not None
        assert state.phase is Phase.ENDED or is_whole(reply)
        assert not state.move_wanted or (isinstance(event, Heartbeat) and "Connect" not in names)
        assert MoveCaller() not in step.actions
    elif isinstance(event, LegKey) and event.leg in state.legs:
        assert reply
        assert kinds(reply)[0] == "Say"
        if "Join" in kinds(reply):
            assert state.claim == event.leg
            assert state.phase in TALKING
            assert state.legs[event.leg].status in OPEN
        elif "AskLeg" not in kinds(reply):
            assert state.legs[event.leg].status not in OPEN or state.legs[event.leg].direct
    else:
        assert reply is None


def is_whole(script: Script) -> bool:
    """Say whether the caller is helped, and the platform's last word needs no answer of ours."""
    helps = any(isinstance(part, Say | Record | Connect | Join) for part in script)
    asks = [i for i, part in enumerate(script) if isinstance(part, AskCaller | AskKept | AskNext)]
    return helps and isinstance(script[-1], Say) and all(i < len(script) - 1 for i in asks)


def _check_deadlines(event: Event, state: State, now: datetime) -> None:
    """Time alone leads on: by the hard stop the ringing is over, and a claim is asked about."""
    due = machine.next_deadline(state)
    if state.phase is not Phase.ENDED:
        assert due is not None
    if due is None:
        assert all(leg.status is LegStatus.ENDED for leg in state.legs.values())
    elif event == DeadlinePassed():
        assert due > now
    if due is not None and state.phase is Phase.RINGING:
        assert due <= state.hard_stop_at
    if due is not None and state.phase is Phase.CLAIMED:
        assert due <= now + timedelta(seconds=timing.JOIN_SECONDS)


def check_twice(before: State, event: Event, step: Step, now: datetime) -> None:
    """The same event again changes nothing more; a key that asked again is another key.

    Words and music take turns while the caller waits: each request has the next of them.
    """
    if isinstance(event, LegKey) and "AskLeg" in kinds(step.reply):
        return
    if isinstance(event, StepReached) and event.after_leg not in {None, *before.legs}:
        return
    again = machine.advance(step.state, event, now)
    assert replace(again.state, words_next=step.state.words_next) == step.state
    assert all(isinstance(action, HangUp | CheckLeg) for action in again.actions)
