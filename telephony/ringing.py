"""Ringing phones: stages one after the other, lanes side by side, phones in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from telephony import menus, timing
from telephony.enums import LegResult, LegStatus, Phase
from telephony.turn import Turn, later
from telephony.types import Dial, HangUp, LaneState, LegState, Phone, State

OPEN = (LegStatus.DIALLING, LegStatus.RINGING, LegStatus.ANSWERED)


def next_stage(t: Turn) -> None:
    """Start the next stage of the plan, or end the ringing when there is none."""
    index = t.s.stage + 1
    if index >= len(t.s.plan.stages):
        end_unanswered(t, "nobody_answered" if t.s.legs else "nobody_to_ring")
        return
    stage = t.s.plan.stages[index]
    t.set(stage=index, lanes=tuple(LaneState() for _ in stage.lanes))
    t.note("stage_started", reason=stage.reason)
    if stage.direct:
        t.move_caller()  # the caller's own next instructions ring the phone
        return
    for lane in range(len(stage.lanes)):
        dial(t, lane)


def is_first(state: State, stage: int) -> bool:
    """Say whether a phone of this stage is among the first that ring for the caller.

    Since they last spoke, that is. Those whom no dial has reached the platform for yet stay new
    callers, however long the queue for it kept them.
    """
    route = (leg for leg in state.legs.values() if leg.stage >= state.first_stage)
    return stage == state.first_stage or not any(leg.placed for leg in route)


def dial(t: Turn, lane: int) -> None:
    """Ring the phone that this lane has come to."""
    phone = t.s.plan.stages[t.s.stage].lanes[lane][t.s.lanes[lane].index]
    ordinal = open_leg(t, lane, phone, direct=False)
    t.actions.append(Dial(ordinal))


def open_leg(t: Turn, lane: int, phone: Phone, *, direct: bool) -> int:
    """Add a leg for this phone and return its ordinal."""
    ordinal = len(t.s.legs) + 1
    grace = timing.CONNECT_GRACE_SECONDS if direct else timing.DIAL_GRACE_SECONDS
    at = later(t.now, phone.notice_seconds) if direct else t.now
    deadline = later(at, phone.ring_seconds + grace)
    leg = LegState(t.s.stage, lane, phone, LegStatus.DIALLING, at, deadline, direct=direct)
    t.set(legs={**t.s.legs, ordinal: leg})
    t.set_lane(lane, replace(t.s.lanes[lane], leg=ordinal))
    t.note("leg_dialled", ordinal, name=phone.name)
    return ordinal


def lane_over(t: Turn, lane: int) -> None:
    """Go on to the lane's next phone; the stage ends with its longest lane."""
    if t.now >= t.s.hard_stop_at:
        end_unanswered(t, "hard_stop")
        return
    phones = t.s.plan.stages[t.s.stage].lanes
    t.set_lane(lane, LaneState(t.s.lanes[lane].index + 1))
    if t.s.lanes[lane].index < len(phones[lane]):
        if t.s.plan.stages[t.s.stage].direct:
            t.move_caller()
        else:
            dial(t, lane)
    elif all(state.index >= len(phones[i]) for i, state in enumerate(t.s.lanes)):
        next_stage(t)


def leg_over(
    t: Turn, ordinal: int, result: LegResult, status: LegStatus, *, hang_up: bool = False
) -> None:
    """Settle a leg's result, unless it is known, and let its lane go on if the call rings there.

    LEAVING: its end is decided but not reported; `hang_up` when only we can bring it about. A leg
    that the platform may not have yet is hung up when it shows (`adopt`).
    """
    leg = t.s.legs[ordinal]
    if leg.status not in OPEN:
        if status is LegStatus.ENDED and leg.status is not LegStatus.ENDED:
            t.set_leg(ordinal, status=status)
            t.note("leg_ended", ordinal)
        return
    check_at = later(t.now, timing.LEG_SILENT_SECONDS)
    t.set_leg(ordinal, status=status, deadline=check_at, result=leg.result or result.value)
    if result is LegResult.HUNG_UP or (not leg.result and result is not LegResult.UNKNOWN):
        t.note("leg_result", ordinal, result=result.value)
    if status is LegStatus.ENDED:
        t.note("leg_ended", ordinal)
    elif leg.placed and hang_up:
        t.actions.append(HangUp(ordinal))
    ringing_here = t.s.phase is Phase.RINGING and leg.stage == t.s.stage
    if ringing_here and t.s.lanes[leg.lane].leg == ordinal:
        lane_over(t, leg.lane)


def withdraw_all(t: Turn, keep: int | None = None) -> None:
    """Hang up every phone that still rings, so that it may be rung again if the taker drops out.

    `keep` took the call. Somebody who has picked up meanwhile is not cut off: their key, or
    silence, is answered with the words that it is taken, unless the taker has dropped out by then.
    """
    for ordinal, leg in t.s.legs.items():
        listens = keep is not None and leg.status is LegStatus.ANSWERED
        if ordinal == keep or listens or leg.status not in OPEN:
            continue
        if leg.stage == t.s.stage and t.s.lanes[leg.lane].leg == ordinal:
            t.set_lane(leg.lane, replace(t.s.lanes[leg.lane], leg=None))
        leg_over(t, ordinal, LegResult.WITHDRAWN, LegStatus.LEAVING, hang_up=True)


def in_connect(leg: LegState) -> bool:
    """Say whether the caller's own instructions ring this leg now."""
    return leg.direct and leg.status in (LegStatus.DIALLING, LegStatus.RINGING)


def outlasts_ringing(leg: LegState, now: datetime) -> bool:
    """Say whether this leg, if it lives, was picked up directly though its event was lost."""
    seconds = leg.phone.ring_seconds + timing.CONNECT_GRACE_SECONDS
    return in_connect(leg) and now >= later(leg.dialled_at, seconds)


def adopt(t: Turn, ordinal: int) -> None:
    """The platform has this leg: if it was to end meanwhile, or was given up, end it now."""
    leg = t.s.legs[ordinal]
    if leg.placed:
        return
    t.set_leg(ordinal, placed=True)
    if leg.status not in OPEN:
        check_at = later(t.now, timing.LEG_SILENT_SECONDS)
        t.set_leg(ordinal, status=LegStatus.LEAVING, deadline=check_at)
        t.actions.append(HangUp(ordinal))


def end_unanswered(t: Turn, reason: str) -> None:
    """Stop ringing: the caller leaves a message, or hears the announcement."""
    t.note("unanswered", reason=reason)
    if reason == "hard_stop":
        for name in _not_rung(t.s):
            t.note("skipped", reason=reason, name=name)
    withdraw_all(t)
    ending(t, straight=reason == "caller_chose_message")
    t.move_caller()


def ending(t: Turn, *, straight: bool = False) -> None:
    """Give the caller what the plan ends in; `straight`: the message, without asking once more."""
    end = t.s.plan.ending
    if end.menu is not None and not (straight and end.message):
        t.set(phase=Phase.MENU, place=end.menu)
    elif end.offer is not None and not straight:
        t.set(phase=Phase.MENU, place=menus.offer(t.s.place, end.offer, t.s.language))
    else:
        t.set(phase=Phase.MESSAGE if end.message else Phase.ANNOUNCEMENT)
    t.set(ending_at=t.now)


def _not_rung(state: State) -> Iterable[str]:
    """Whose turn never came, each once, in order."""
    begun = [
        lane[at.index + 1 :]
        for lane, at in zip(state.plan.stages[state.stage].lanes, state.lanes, strict=True)
    ]
    later_on = [lane for stage in state.plan.stages[state.stage + 1 :] for lane in stage.lanes]
    return dict.fromkeys(phone.name for lane in (*begun, *later_on) for phone in lane)
