"""The whole life of a call on one page: a state and an event in, decisions out.

Nothing here reads a clock, a database or a network. An event that does not fit the state is noted
and changes nothing. The phases are RINGING (the caller waits, phones ring), CLAIMED (somebody
pressed 1), CONNECTED, MESSAGE or ANNOUNCEMENT (nobody answered), ENDED (the caller has gone).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from telephony import (
    called,
    cut_off,
    hearing,
    in_menu,
    in_message,
    menus,
    outcomes,
    ringing,
    scripts,
    timing,
)
from telephony.enums import LegResult, LegStatus, Phase
from telephony.instructions import Say, Script
from telephony.turn import Turn, later
from telephony.types import (
    Arrived,
    CallerGone,
    CallerJoined,
    CheckJoined,
    CheckLeg,
    DeadlinePassed,
    DivertNote,
    EndedByUs,
    Event,
    Heartbeat,
    KeysPressed,
    Leaf,
    LegChecked,
    LegKey,
    MessageConfirmed,
    MessageMeasured,
    MessageRecorded,
    MoveRefused,
    Plan,
    State,
    Step,
    StepReached,
    Tree,
    Unrecognised,
)

LEAVE_MESSAGE = "1"


@dataclass(frozen=True)
class Visitor:
    """Who calls (E.164, "" when withheld), in what language, as far as known, and the menu's."""

    caller: str = ""
    language: str = ""
    languages: tuple[str, ...] = ()


NOBODY_KNOWN = Visitor()


def begin(
    plan: Plan,
    now: datetime,
    *,
    may_connect: bool = True,
    visitor: Visitor = NOBODY_KNOWN,
    tree: Tree = menus.NO_TREE,
) -> Step:
    """Start a call on its frozen route: dial the first stage, and greet the caller.

    `tree` is the menu that the route ends in, which comes at once where there is nobody to ring;
    a menu without keys is a leaf.
    """
    return _set_out(Turn(_new(plan, now, visitor), now), plan, may_connect, tree)


def begin_menu(base: Plan, tree: Tree, now: datetime, *, visitor: Visitor) -> Step:
    """Start a call in a menu; `base` says what the platform does when we do not answer.

    The call may come to a leaf at once: a menu without keys asks nothing.
    """
    turn = Turn(_new(base, now, visitor), now)
    turn.set(phase=Phase.MENU)
    turn.note("menu_entered")
    in_menu.goes_to(turn, menus.enter(tree, visitor.language))
    return turn.step() if turn.leaf is not None else hearing.answer(turn, True, tree)


def refuse(base: Plan, words: str, now: datetime, *, visitor: Visitor = NOBODY_KNOWN) -> Step:
    """Start a call that only hears why it is not taken: `blocked` or `line_full`."""
    turn = Turn(_new(base, now, visitor), now)
    turn.note("refused", reason=words)
    in_menu.close(turn, words)
    return hearing.answer(turn, True, menus.NO_TREE)


def route(state: State, plan: Plan, now: datetime, *, may_connect: bool = True) -> Step:
    """Go on from the leaf of a menu on the route that was planned there."""
    return _set_out(Turn(state, now), plan, may_connect, menus.NO_TREE)


def no_such_extension(state: State, leaf: Leaf, tree: Tree, now: datetime) -> Step:
    """Go on from a leaf that named an extension which nobody has; may come to another leaf."""
    turn = Turn(state, now)
    turn.note("unknown_extension")
    in_menu.goes_to(turn, menus.ask_again(tree, leaf.place, "unknown_extension"))
    return turn.step() if turn.leaf is not None else hearing.answer(turn, True, tree)


def _new(plan: Plan, now: datetime, visitor: Visitor) -> State:
    return State(
        plan=replace(plan, stages=()),
        phase=Phase.RINGING,
        started_at=now,
        hard_stop_at=now + timedelta(seconds=plan.hard_stop_seconds),
        caller_seen_at=now,
        caller_check_at=later(now, timing.CALLER_SILENT_SECONDS),
        language=visitor.language,
        languages=visitor.languages,
        caller=visitor.caller,
    )


def _set_out(turn: Turn, plan: Plan, may_connect: bool, tree: Tree) -> Step:
    """Ring the first stage of a plan, or give the ending that the caller chose."""
    before = turn.s.plan.stages
    turn.set(
        plan=replace(plan, stages=(*before, *plan.stages)),
        first_stage=len(before),
        stage=len(before) - 1,
        lanes=(),
        phase=Phase.RINGING,
        hard_stop_at=later(turn.now, plan.hard_stop_seconds),
        ending_at=None,
        closing="",
    )
    if plan.divert is not None:
        turn.note("diverted", **_words(plan.divert))
    for skip in plan.skipped:
        turn.note("skipped", reason=skip.reason, name=skip.name)
    if plan.chosen:
        ringing.ending(turn)
        return hearing.answer(turn, may_connect, tree)
    ringing.next_stage(turn)
    step = hearing.answer(turn, may_connect, tree)
    if turn.s.phase is not Phase.RINGING:
        return step
    if plan.ending.message and not plan.stages[0].direct:
        state = replace(step.state, words_next=False)  # no music was heard yet
        return replace(step, state=state, reply=scripts.welcome(plan.ending))
    return replace(step, reply=(Say("greeting"), *(step.reply or ())))


def _words(divert: DivertNote) -> dict[str, Any]:
    words = {"of": divert.of, "name": divert.name, "zone": divert.zone, "by": divert.by}
    return {**words, "until": divert.until.isoformat()}


def advance(
    state: State,
    event: Event,
    now: datetime,
    *,
    may_connect: bool = True,
    tree: Tree = menus.NO_TREE,
) -> Step:
    """Return what `event` leads to at `now`; `reply` is set only for events that ask something.

    `may_connect` is False while the account may not start another call this second: the caller
    then waits a moment longer instead of being connected directly. `tree` is the call's frozen
    menu. Where the caller comes to its end, `leaf` is set and nothing is answered yet.
    """
    turn = Turn(state, now)
    match event:
        case Arrived():
            return hearing.answer(turn, may_connect, tree)
        case KeysPressed():
            in_menu.keys(turn, event, tree)
            return turn.step() if turn.leaf else hearing.answer(turn, may_connect, tree)
        case Heartbeat(digit):
            return _heartbeat(turn, digit, may_connect, tree)
        case StepReached(after_leg):
            _reached(turn, after_leg)
            return hearing.answer(turn, may_connect, tree) if turn.reply is None else turn.step()
        case LegKey(leg, digit):
            if leg in state.legs:
                ringing.adopt(turn, leg)
                turn.reply = called.key(turn, leg, digit)
        case CallerJoined(room):
            _joined(turn, room)
        case MoveRefused():
            if state.phase is not Phase.ENDED:
                turn.actions.append(CheckLeg(None))
        case EndedByUs(by):
            cut_off.end(turn, by)
        case CallerGone():
            _caller_gone(turn, observed=True)
        case MessageRecorded():
            in_message.recorded(turn, event)
        case MessageMeasured():
            in_message.measured(turn, event)
        case MessageConfirmed():
            in_message.confirmed(turn, event)
            return hearing.answer(turn, may_connect, tree)
        case Unrecognised(leg, status):
            turn.note("unrecognised", leg, status=status)
        case DeadlinePassed():
            _deadlines(turn)
        case LegChecked(None, live):
            if live is False:
                _caller_gone(turn, observed=False)
        case _:
            if getattr(event, "leg", None) in state.legs:
                called.leg_event(turn, event)
    return turn.step()


def _reached(t: Turn, after_leg: int | None) -> None:
    """The caller's leg asks what is next: after a leg, or, without one, because it was moved."""
    if after_leg is None:
        t.set(recording_leg=None)  # being moved ends what was recorded so far
    else:
        _after(t, after_leg)


def _joined(t: Turn, room: str) -> None:
    if room == t.s.caller_room:
        t.out_of_turn("caller_joined")
    t.set(caller_room=room)
    called.join(t)


def next_deadline(state: State) -> datetime | None:
    """Return when the watchdog must look at this call next, None when nothing is open."""
    times = [leg.deadline for leg in state.legs.values() if leg.status is not LegStatus.ENDED]
    if state.phase is not Phase.ENDED:
        times += [state.caller_check_at, state.cut_at]
    if state.phase is Phase.RINGING:
        times.append(state.hard_stop_at)
    if state.phase is Phase.CLAIMED:
        times.append(state.claim_check_at)
    if not state.message_taken:
        times.append(state.message_doubt_at)
    return min((time for time in times if time is not None), default=None)


# --- what the caller does -----------------------------------------------------------------------


def _heartbeat(t: Turn, digit: str, may_connect: bool, tree: Tree) -> Step:
    """The waiting caller's segment ended: take their message, or let them wait on."""
    if digit == LEAVE_MESSAGE and _may_leave_message(t.s):
        ringing.end_unanswered(t, "caller_chose_message")
    if _move_lands(t):
        return _await_move(t)
    return hearing.answer(t, may_connect, tree)


def _may_leave_message(state: State) -> bool:
    ending = state.plan.ending
    return state.phase is Phase.RINGING and (ending.message or ending.menu is not None)


def _move_lands(t: Turn) -> bool:
    """Say whether a move is on its way that would cut off a direct connect begun meanwhile."""
    ringing_direct = t.s.phase is Phase.RINGING and t.s.plan.stages[t.s.stage].direct
    moved_at = t.s.moved_at if ringing_direct and t.s.move_wanted else None
    return moved_at is not None and t.now < later(moved_at, timing.MOVE_LANDS_SECONDS)


def _await_move(t: Turn) -> Step:
    t.set(caller_seen_at=t.now)
    t.reply = scripts.wait_a_moment(t.s.plan.ending)
    return t.step()


def _after(t: Turn, ordinal: int) -> None:
    """A leg that the caller's instructions waited for has ended: say goodbye, or go on."""
    leg = t.s.legs.get(ordinal)
    if leg is None:
        return
    if leg.direct and leg.status in ringing.OPEN:
        if ringing.outlasts_ringing(leg, t.now):
            called.picked_up(t, ordinal)
        t.set_leg(ordinal, placed=True)
        result = LegResult.PICKED_UP if t.s.legs[ordinal].picked_up else LegResult.TIMEOUT
        ringing.leg_over(t, ordinal, result, LegStatus.ENDED)
    elif ordinal == t.s.claim and t.s.phase is Phase.CLAIMED:
        called.claim_lost(t)
    if t.s.phase is Phase.CONNECTED and (leg.direct or ordinal == t.s.claim):
        t.note("taker_left", ordinal)
        t.caller_asks()
        t.reply = (Say("goodbye"),)


def _caller_gone(t: Turn, observed: bool) -> None:
    if t.s.phase is Phase.ENDED:
        if observed:
            t.out_of_turn("caller_gone")
        return
    was = t.s
    if was.phase in (Phase.RINGING, Phase.CLAIMED):
        t.note("unanswered", reason="caller_hung_up")
    t.set(outcome=outcomes.outcome(was).value, phase=Phase.ENDED, move_wanted=False)
    ended = "talk_over" if was.phase is Phase.CONNECTED else "caller_gone"
    t.note(ended if observed else "caller_found_gone", outcome=t.s.outcome)
    ringing.withdraw_all(t)
    in_message.caller_gone(t, was, observed)


# --- time passes ----------------------------------------------------------------------


def _deadlines(t: Turn) -> None:
    for ordinal in list(t.s.legs):
        leg = t.s.legs[ordinal]
        if leg.deadline is not None and leg.deadline <= t.now:
            _leg_silent(t, ordinal)
    if t.s.phase is Phase.RINGING and t.s.hard_stop_at <= t.now:
        ringing.end_unanswered(t, "hard_stop")
    check_at = t.s.claim_check_at
    if t.s.phase is Phase.CLAIMED and t.s.claim is not None and check_at and check_at <= t.now:
        t.set(claim_check_at=later(t.now, timing.JOIN_SECONDS))
        t.actions.append(CheckJoined(t.s.claim))
    if t.s.phase is not Phase.ENDED and t.s.caller_check_at <= t.now:
        t.set(caller_check_at=later(t.now, timing.CALLER_SILENT_SECONDS))
        t.actions.append(CheckLeg(None))
        if t.s.move_wanted:
            t.move_caller()  # it has not asked since: the request, or its answer, was lost
    cut_off.at_deadline(t)
    if t.s.message_doubt_at is not None and t.s.message_doubt_at <= t.now:
        t.set(message_doubt_at=None)
        t.note("message_may_exist")


def _leg_silent(t: Turn, ordinal: int) -> None:
    leg = t.s.legs[ordinal]
    if ringing.in_connect(leg) or (leg.status is LegStatus.LEAVING and leg.placed):
        t.set_leg(ordinal, deadline=later(t.now, timing.LEG_SILENT_SECONDS))
        if leg.placed:  # else its id is not known
            t.actions.append(CheckLeg(ordinal))
    elif leg.status in ringing.OPEN:
        result = LegResult.NO_KEY if leg.picked_up else LegResult.TIMEOUT
        # What the platform never showed us has rung out by now; if it shows, it is hung up then.
        status = LegStatus.LEAVING if leg.placed else LegStatus.ENDED
        ringing.leg_over(t, ordinal, result, status, hang_up=True)
    elif leg.status is LegStatus.LEAVING:
        t.set_leg(ordinal, status=LegStatus.ENDED)  # never seen at the platform
        t.note("leg_ended", ordinal)


def first_script(state: State, ordinal: int) -> Script:
    """Return what a person called hears on picking up: the whisper, and the wait for a key."""
    leg = state.legs[ordinal]
    return scripts.whisper(ordinal, leg.phone, state.plan)
