"""The whole life of a call that we place: the phone of whoever calls back rings first.

Its owner hears whom the call is for and presses 1; then the other phone rings, and is connected as
soon as it is picked up. The phases are RINGING (the own phone), CLAIMED (its owner waits, the other
phone rings), CONNECTED, ANNOUNCEMENT (the owner hears that nobody answered), ENDED. Pure, as the
machine of a caller's visit; an event that does not fit is noted and changes nothing.
"""

from __future__ import annotations

from datetime import datetime

from telephony import outbound_ends, outbound_scripts, timing
from telephony.enums import ActionKind, LegResult, LegStatus, Phase
from telephony.instructions import Say, Script
from telephony.outbound_scripts import OTHER, OWN
from telephony.ringing import OPEN
from telephony.turn import Placing, later
from telephony.types import (
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
    LegState,
    MoveRefused,
    OutgoingPlan,
    OutgoingState,
    OutgoingStep,
    Phone,
    Unrecognised,
)

TAKE = "1"


def begin(plan: OutgoingPlan, now: datetime) -> OutgoingStep:
    """Start a call of ours: dial the own phone."""
    t = Placing(OutgoingState(plan, Phase.RINGING, now), now)
    _ring(t, OWN, plan.own)
    return t.step()


def advance(state: OutgoingState, event: Event, now: datetime) -> OutgoingStep:
    """Return what `event` leads to at `now`; `reply` is set only for events that ask something."""
    t = Placing(state, now)
    match event:
        case LegKey(leg, digit) if leg in state.legs:
            _adopt(t, leg)
            t.reply = _key(t, leg, digit)
        case LegAsks(leg) if leg in state.legs:
            t.reply = _what_next(t, leg)
        case EndedByUs(by):
            outbound_ends.end_by_us(t, by)
        case DeadlinePassed():
            _deadlines(t)
        case MoveRefused():
            if state.phase is Phase.ANNOUNCEMENT:
                outbound_ends.hang_up(t, OWN, LegResult.WITHDRAWN)
        case Unrecognised(leg_or_none, status):
            t.note("unrecognised", leg_or_none, status=status)
        case _:
            ordinal = getattr(event, "leg", None)
            if ordinal in state.legs:
                _leg_event(t, ordinal, event)
    return t.step()


def next_deadline(state: OutgoingState) -> datetime | None:
    """Return when the watchdog must look at this call next, None when nothing is open."""
    times = [leg.deadline for leg in state.legs.values() if leg.status is not LegStatus.ENDED]
    if state.phase in (Phase.CLAIMED, Phase.CONNECTED):
        times.append(state.check_at)
    return min((time for time in times if time is not None), default=None)


def wanted(state: OutgoingState, kind: ActionKind, ordinal: int) -> bool:
    """Say whether a request about a leg, decided earlier, still makes sense."""
    leg = state.legs.get(ordinal)
    if leg is None:
        return False
    match kind:
        case ActionKind.DIAL:
            return leg.status is LegStatus.DIALLING
        case ActionKind.TRANSFER:
            return state.phase is Phase.ANNOUNCEMENT and leg.status in OPEN
        case ActionKind.CHECK_JOINED:
            return state.phase is Phase.CLAIMED
    return leg.status is not LegStatus.ENDED


# --- phones --------------------------------------------------------------------------------------


def _ring(t: Placing, ordinal: int, phone: Phone) -> None:
    deadline = later(t.now, phone.ring_seconds + timing.DIAL_GRACE_SECONDS)
    direct = ordinal == OTHER
    leg = LegState(0, 0, phone, LegStatus.DIALLING, t.now, deadline, direct=direct)
    t.set(legs={**t.s.legs, ordinal: leg})
    t.note("leg_dialled", ordinal, name=phone.name)
    t.actions.append(Dial(ordinal))


def _leg_event(t: Placing, ordinal: int, event: Event) -> None:
    leg = t.s.legs[ordinal]
    match event:
        case DialDone():
            if not leg.placed:  # both the request and its first event say so
                t.note("dial_done", ordinal)
            _adopt(t, ordinal)
        case DialUnknown():
            t.note("dial_unknown", ordinal)
        case DialFailed(_, result):
            outbound_ends.gone(t, ordinal, result)
        case LegEnded(_, result):
            if leg.status is LegStatus.ENDED and not outbound_ends.is_second_end(leg, result):
                t.out_of_turn("leg_ended", ordinal)
            outbound_ends.gone(t, ordinal, result)
        case LegRang():
            _adopt(t, ordinal)
            if leg.status is LegStatus.DIALLING:
                t.set_leg(ordinal, status=LegStatus.RINGING)
                t.note("leg_rang", ordinal)
            else:
                t.out_of_turn("leg_rang", ordinal)
        case LegAnswered():
            _adopt(t, ordinal)
            if leg.status in (LegStatus.DIALLING, LegStatus.RINGING):
                _picked_up(t, ordinal)
            else:
                t.out_of_turn("leg_picked_up", ordinal)
        case LegJoined(_, room):
            _adopt(t, ordinal)
            _joined(t, ordinal, room)
        case JoinChecked(_, together):
            _join_checked(t, ordinal, together)
        case LegChecked(_, live):
            _leg_checked(t, ordinal, live)


def _adopt(t: Placing, ordinal: int) -> None:
    """The platform has this leg: if it was given up meanwhile, end it now."""
    leg = t.s.legs[ordinal]
    if leg.placed:
        return
    t.set_leg(ordinal, placed=True)
    if leg.status not in OPEN:
        check_at = later(t.now, timing.LEG_SILENT_SECONDS)
        t.set_leg(ordinal, status=LegStatus.LEAVING, deadline=check_at)
        t.actions.append(HangUp(ordinal))


def _picked_up(t: Placing, ordinal: int) -> None:
    """Somebody, or a machine, is there: the own phone is asked for a key, the other is through."""
    t.note("leg_picked_up", ordinal)
    if ordinal == OWN:
        said = timing.whisper_seconds(t.s.plan.whom)
        seconds = timing.WHISPERS * (said + t.s.plan.accept_seconds)
        deadline = later(t.now, seconds)
        t.set_leg(ordinal, status=LegStatus.ANSWERED, picked_up=True, deadline=deadline)
        return
    result = LegResult.PICKED_UP.value
    t.set_leg(ordinal, status=LegStatus.ANSWERED, picked_up=True, deadline=None, result=result)
    t.set(check_at=later(t.now, _joins_in(t.s.plan)))


def _joins_in(plan: OutgoingPlan) -> int:
    """Return the seconds after which somebody should be in the conversation, told of recording."""
    told = timing.notice_seconds(plan.notice.values()) if plan.records else 0
    return timing.JOIN_SECONDS + told


def _key(t: Placing, ordinal: int, digit: str) -> Script:
    """Answer whoever pressed a key, or none: put them through, or ask once more."""
    leg = t.s.legs[ordinal]
    if t.s.phase is not Phase.RINGING:
        return _what_next(t, ordinal)  # a repeated webhook
    if leg.status is not LegStatus.ANSWERED:
        _picked_up(t, ordinal)  # its own event was lost or is late
    if digit == TAKE:
        check_at = later(t.now, _joins_in(t.s.plan))
        t.set(phase=Phase.CLAIMED, claimed_at=t.now, check_at=check_at)
        t.set_leg(OWN, deadline=None, result=LegResult.ACCEPTED.value)
        t.note("leg_accepted", OWN)
        return outbound_scripts.into_conversation(t.s.plan)
    if leg.whispers + 1 < timing.WHISPERS:
        t.set_leg(OWN, whispers=leg.whispers + 1)
        return outbound_scripts.whisper(t.s.plan)
    outbound_ends.over(t, OWN, LegResult.NO_KEY, LegStatus.LEAVING)
    return (Say("call_back_no_key"),)


def _what_next(t: Placing, ordinal: int) -> Script:
    """Return what a leg hears that asks for its instructions (once more)."""
    if ordinal == OWN:
        match t.s.phase:
            case Phase.RINGING:
                return outbound_scripts.whisper(t.s.plan)
            case Phase.CLAIMED | Phase.CONNECTED:
                return outbound_scripts.into_conversation(t.s.plan)
            case Phase.ANNOUNCEMENT:
                return (Say(t.s.closing),)
    return (Say("goodbye"),)


# --- both in one conversation --------------------------------------------------------------------


def _joined(t: Placing, ordinal: int, room: str) -> None:
    leg = t.s.legs[ordinal]
    if room == leg.room:
        t.out_of_turn("leg_joined", ordinal)
    t.set_leg(ordinal, room=room)
    if t.s.phase is not Phase.CLAIMED:
        return
    if ordinal == OWN:
        _ring_other(t)
    elif not leg.picked_up:
        _picked_up(t, ordinal)  # its own event was lost or is late
    own, other = t.s.legs[OWN], t.s.legs[OTHER]
    if own.room == other.room != "":
        _connected(t)


def _ring_other(t: Placing) -> None:
    """Call the other side, once its counterpart waits in the conversation."""
    if OTHER not in t.s.legs:
        t.set(check_at=None)
        _ring(t, OTHER, t.s.plan.other)


def _connected(t: Placing) -> None:
    check_at = later(t.now, timing.TALK_CHECK_SECONDS)
    t.set(phase=Phase.CONNECTED, connected=True, check_at=check_at)
    t.note("connected", OWN)


def _join_checked(t: Placing, ordinal: int, together: bool | None) -> None:
    leg = t.s.legs[ordinal]
    waits = t.s.phase is Phase.CLAIMED and ordinal == OTHER
    if not waits or together is None:
        return
    if together:
        if not leg.picked_up:
            _picked_up(t, ordinal)
        _connected(t)
    elif not leg.picked_up:
        if leg.deadline is not None and leg.deadline <= later(t.now, timing.JOIN_SECONDS):
            outbound_ends.hang_up(t, ordinal, LegResult.TIMEOUT)
    elif t.now >= later(t.s.claimed_at or t.now, timing.KEY_RETRY_SECONDS):
        outbound_ends.end(t)  # the answer to key 1 would have come once more by now


def _leg_checked(t: Placing, ordinal: int, live: bool | None) -> None:
    leg = t.s.legs[ordinal]
    if live is False:
        outbound_ends.gone(t, ordinal, LegResult.UNKNOWN)
    elif live and leg.status is LegStatus.LEAVING:
        t.actions.append(HangUp(ordinal))
    elif live and t.s.phase is Phase.CLAIMED:
        _ring_other(t)


# --- time passes ---------------------------------------------------------------------------------


def _deadlines(t: Placing) -> None:
    for ordinal in list(t.s.legs):
        leg = t.s.legs[ordinal]
        if leg.deadline is not None and leg.deadline <= t.now:
            _leg_silent(t, ordinal)
    check_at = t.s.check_at
    if check_at is None or check_at > t.now:
        return
    if t.s.phase is Phase.CONNECTED:
        t.set(check_at=later(t.now, timing.TALK_CHECK_SECONDS))
        t.actions += [CheckLeg(OWN), CheckLeg(OTHER)]
    elif t.s.phase is Phase.CLAIMED:
        t.set(check_at=later(t.now, timing.JOIN_SECONDS))
        if OTHER in t.s.legs:
            t.actions.append(CheckJoined(OTHER))
        elif t.now >= later(t.s.claimed_at or t.now, timing.OUTGOING_WAIT_SECONDS):
            outbound_ends.end(t)
        else:
            t.actions.append(CheckLeg(OWN))


def _leg_silent(t: Placing, ordinal: int) -> None:
    leg = t.s.legs[ordinal]
    if leg.status is LegStatus.LEAVING:
        t.set_leg(ordinal, deadline=later(t.now, timing.LEG_SILENT_SECONDS))
        t.actions.append(CheckLeg(ordinal))
    elif leg.status in OPEN:
        if ordinal == OTHER and leg.placed and t.s.check_at is None:
            # It may have been picked up though nobody said so: ask before it is ended.
            t.set(check_at=later(t.now, timing.JOIN_SECONDS))
            t.set_leg(ordinal, deadline=later(t.now, timing.JOIN_SECONDS))
            t.actions.append(CheckJoined(ordinal))
            return
        outbound_ends.hang_up(t, ordinal, LegResult.NO_KEY if leg.picked_up else LegResult.TIMEOUT)
