"""What a person called does: pick up, take the call, pass it on, join the caller, drop out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from telephony import ringing, scripts, timing
from telephony.enums import LegResult, LegStatus, Phase, StepKind
from telephony.instructions import Say, Script
from telephony.turn import Turn, later
from telephony.types import (
    DialDone,
    DialFailed,
    DialUnknown,
    HangUp,
    JoinChecked,
    LaneState,
    LegAnswered,
    LegChecked,
    LegEnded,
    LegJoined,
    LegRang,
    LegState,
    State,
)

TAKE, PASS_ON = "1", "2"
SUPERVISORS = StepKind.SUPERVISORS.value
_TALKING = (Phase.CLAIMED, Phase.CONNECTED)


def leg_event(t: Turn, event: Any) -> None:
    """Take in one event about a leg that the state knows."""
    ordinal: int = event.leg
    leg = t.s.legs[ordinal]
    match event:
        case DialDone():
            if not leg.placed:  # both the request and its first event say so
                t.note("dial_done", ordinal)
            ringing.adopt(t, ordinal)
        case DialUnknown():
            t.note("dial_unknown", ordinal)
        case DialFailed(_, result):
            if t.s.recording_leg == ordinal:
                t.set(recording_leg=None)  # what was to begin it was never carried out
            _leg_gone(t, ordinal, result)
        case LegEnded(_, result):
            if leg.status is LegStatus.ENDED and not _is_second_end(leg, result):
                t.out_of_turn("leg_ended", ordinal)
            t.set_leg(ordinal, placed=True)
            _leg_gone(t, ordinal, result)
        case LegRang():
            ringing.adopt(t, ordinal)
            if leg.status is LegStatus.DIALLING:
                t.set_leg(ordinal, status=LegStatus.RINGING)
                t.note("leg_rang", ordinal)
            else:
                t.out_of_turn("leg_rang", ordinal)
        case LegAnswered():
            ringing.adopt(t, ordinal)
            if leg.status in (LegStatus.DIALLING, LegStatus.RINGING):
                picked_up(t, ordinal)
            else:
                t.out_of_turn("leg_picked_up", ordinal)
        case LegJoined(_, room):
            if room == leg.room:
                t.out_of_turn("leg_joined", ordinal)
            t.set_leg(ordinal, room=room)
            join(t)
        case JoinChecked():
            _join_checked(t, event)
        case LegChecked(_, live):
            if live is False:
                t.set_leg(ordinal, placed=True)
                _leg_gone(t, ordinal, LegResult.UNKNOWN)
            elif live and leg.status is LegStatus.LEAVING:
                t.actions.append(HangUp(ordinal))
            elif live and ringing.outlasts_ringing(leg, t.now):
                picked_up(t, ordinal)


def _note_team(t: Turn, ordinal: int) -> None:
    """Say so when a supervisor has the call because nobody of those on call took it."""
    stages = t.s.plan.stages
    rung_before = {stages[leg.stage].reason for leg in t.s.legs.values()} - {SUPERVISORS}
    if stages[t.s.legs[ordinal].stage].reason == SUPERVISORS and rung_before:
        t.note("team_unanswered", ordinal)


def picked_up(t: Turn, ordinal: int) -> None:
    """Somebody, or a machine, is there: a key decides, or nothing more in a direct stage."""
    leg = t.s.legs[ordinal]
    t.note("leg_picked_up", ordinal)
    if leg.direct:
        t.set_leg(
            ordinal,
            status=LegStatus.ANSWERED,
            picked_up=True,
            deadline=None,
            result=LegResult.PICKED_UP.value,
        )
        t.set(
            phase=Phase.CONNECTED,
            picked_up=True,
            caller_check_at=later(t.now, timing.TALK_CHECK_SECONDS),
        )
        _note_team(t, ordinal)
        return
    whisper = timing.whisper_seconds(leg.phone.whisper, leg.phone.names_seconds)
    seconds = timing.WHISPERS * (whisper + t.s.plan.accept_seconds)
    t.set_leg(ordinal, status=LegStatus.ANSWERED, picked_up=True, deadline=later(t.now, seconds))


def key(t: Turn, ordinal: int, digit: str) -> Script:
    """Answer a person who pressed a key, or none: take, pass on, or hear it once more."""
    leg = t.s.legs[ordinal]
    is_open = leg.status in ringing.OPEN and not leg.direct
    if is_open and t.s.claim == ordinal and t.s.phase in _TALKING:
        return scripts.join_taker(ordinal, t.s.plan)  # a repeated webhook of the winner
    if not is_open or t.s.phase is not Phase.RINGING:
        if is_open:
            ringing.leg_over(t, ordinal, LegResult.WITHDRAWN, LegStatus.LEAVING)
        return (Say(_too_late(t.s)),)
    if leg.status is not LegStatus.ANSWERED:
        picked_up(t, ordinal)  # its own event was lost or is late
    if digit == TAKE:
        return _take(t, ordinal)
    if digit == PASS_ON:
        ringing.leg_over(t, ordinal, LegResult.PASSED, LegStatus.LEAVING)
        return (Say("passed_on"),)
    if leg.whispers + 1 < timing.WHISPERS:
        t.set_leg(ordinal, whispers=leg.whispers + 1)
        return scripts.whisper(ordinal, leg.phone, t.s.plan)
    ringing.leg_over(t, ordinal, LegResult.NO_KEY, LegStatus.LEAVING)
    return (Say("no_key"),)


def _too_late(state: State) -> str:
    if state.phase is Phase.ENDED:
        return "caller_has_gone"
    if state.cut_at is not None:
        return "goodbye"
    if state.phase is Phase.RINGING:
        return "too_late"
    return "taken_by_colleague" if state.phase in _TALKING else "no_longer_needed"


def _take(t: Turn, ordinal: int) -> Script:
    lane = t.s.legs[ordinal].lane
    t.set(
        phase=Phase.CLAIMED,
        claim=ordinal,
        claimed_at=t.now,
        claim_check_at=later(t.now, timing.JOIN_SECONDS + _notice_seconds(t.s)),
    )
    t.set_leg(ordinal, deadline=None, result=LegResult.ACCEPTED.value)
    t.note("leg_accepted", ordinal)
    _note_team(t, ordinal)
    t.set_lane(lane, LaneState(t.s.lanes[lane].index + 1))
    ringing.withdraw_all(t, keep=ordinal)
    t.move_caller()
    return scripts.join_taker(ordinal, t.s.plan)


def join(t: Turn) -> None:
    """Count as connected as soon as the taker and the caller are in one conversation."""
    if t.s.phase is not Phase.CLAIMED or t.s.claim is None:
        return
    room = t.s.legs[t.s.claim].room
    if room and room == t.s.caller_room:
        _connected(t)


def _connected(t: Turn) -> None:
    t.set(
        phase=Phase.CONNECTED,
        connected=True,
        caller_check_at=later(t.now, timing.TALK_CHECK_SECONDS),
    )
    t.note("connected", t.s.claim)


def _join_checked(t: Turn, checked: JoinChecked) -> None:
    if t.s.phase is not Phase.CLAIMED or t.s.claim != checked.leg or checked.together is None:
        return
    if checked.together:
        _connected(t)
    elif not (checked.taker_live and _may_still_come(t.s, t.now)):
        claim_lost(t)


def _may_still_come(state: State, now: datetime) -> bool:
    """The answer to key 1 may have been lost, and the platform asks for it once more."""
    claimed_at = state.claimed_at
    seconds = timing.KEY_RETRY_SECONDS + _notice_seconds(state)
    return claimed_at is not None and now < later(claimed_at, seconds)


def _notice_seconds(state: State) -> int:
    """How much longer both take to join who hear first that the call is recorded."""
    return timing.notice_seconds(state.plan.notice.values()) if state.plan.records else 0


def claim_lost(t: Turn) -> None:
    """The taker did not reach the caller: ring on where the claim had stopped the phones."""
    claim = t.s.claim
    if claim is None:
        return
    t.note("claim_lost", claim)
    t.set_leg(claim, result="")
    ringing.leg_over(t, claim, LegResult.HUNG_UP, LegStatus.LEAVING, hang_up=True)
    t.set(phase=Phase.RINGING, claim=None, claimed_at=None, claim_check_at=None, caller_room="")
    t.move_caller()
    if t.now >= t.s.hard_stop_at:
        ringing.end_unanswered(t, "hard_stop")
        return
    waiting = [
        lane
        for lane, state in enumerate(t.s.lanes)
        if state.index < len(t.s.plan.stages[t.s.stage].lanes[lane])
    ]
    for lane in waiting:
        leg = t.s.lanes[lane].leg
        if leg is None or t.s.legs[leg].status not in ringing.OPEN:
            ringing.dial(t, lane)
    if not waiting:
        ringing.next_stage(t)


def _is_second_end(leg: LegState, result: LegResult) -> bool:
    """The platform tells apart that a leg is over, and why or that we ended it, in any order."""
    ended = (LegResult.HUNG_UP, LegResult.WITHDRAWN)
    return result in ended or leg.result in ("", LegResult.UNKNOWN, result)


def _leg_gone(t: Turn, ordinal: int, result: LegResult) -> None:
    leg = t.s.legs[ordinal]
    claimed = t.s.claim == ordinal and t.s.phase is Phase.CLAIMED
    if result is LegResult.HUNG_UP and not leg.picked_up:
        result = LegResult.UNKNOWN  # nobody was there: why, an event of its own says
    elif leg.result == LegResult.UNKNOWN and result is not LegResult.HUNG_UP:
        t.set_leg(ordinal, result=result.value)
        t.note("leg_result", ordinal, result=result.value)
    ringing.leg_over(t, ordinal, result, LegStatus.ENDED)
    if claimed:
        claim_lost(t)
    elif t.s.legs[ordinal].direct:
        t.caller_will_ask()
