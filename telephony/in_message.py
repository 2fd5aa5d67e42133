"""A caller who leaves a message: what is recorded, kept, and recorded again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from telephony import outcomes, ringing, scripts, timing
from telephony.enums import Phase
from telephony.instructions import Say, Script
from telephony.turn import Turn, later
from telephony.types import MessageConfirmed, MessageMeasured, MessageRecorded, State

AGAIN = "2"
# So often a message may be recorded again: the last recording is kept without a question.
MOST_AGAIN = 3


def script(state: State) -> Script:
    """Return what the caller hears and is asked who is to leave a message, or has left one."""
    if state.kept:
        return (Say("message_taken"),)
    ending = state.plan.ending
    asks = ending.confirm and state.take < MOST_AGAIN
    return scripts.leave_message(
        ending, chosen=state.plan.chosen, take=state.take, asks_to_keep=asks
    )


def confirmed(t: Turn, event: MessageConfirmed) -> None:
    """Take in the answer to the question about the last recording: another one, or that is it."""
    is_asked = t.s.phase is Phase.MESSAGE and t.s.plan.ending.confirm and not t.s.kept
    if not is_asked or event.take != t.s.take:
        t.out_of_turn("message_confirmed")
    elif event.key == AGAIN and t.s.take < MOST_AGAIN:
        t.set(take=t.s.take + 1)
        t.note("message_again")
    else:
        _keep(t)


def _keep(t: Turn) -> None:
    t.set(kept=True)
    t.note("message_kept")


def recorded(t: Turn, event: MessageRecorded) -> None:
    """The platform holds a recording: a message, unless it is too short for one."""
    t.set(last_take=max(t.s.last_take, event.take))
    if t.s.last_take >= t.s.take:
        t.set(message_doubt_at=None)
    if event.short:
        t.note("message_too_short")
        if t.s.kept and event.take == t.s.take > 0:
            _keep(t)  # it was awaited, and takes no other's place
    else:
        _left(t)


def _left(t: Turn) -> None:
    t.set(message_taken=True, message_doubt_at=None)
    t.note("message_recorded")
    if t.s.phase is Phase.RINGING:
        ringing.end_unanswered(t, "message_left_waiting")
        t.caller_asks()
    if t.s.phase is Phase.ENDED:
        t.set(outcome=outcomes.outcome(t.s).value)


def measured(t: Turn, event: MessageMeasured) -> None:
    """The audio itself says whether there is a message, whatever its report had us believe."""
    if event.left == t.s.message_taken:
        t.out_of_turn("message_measured")
        return
    if event.left:
        _left(t)
        return
    t.set(message_taken=False)
    t.note("message_too_short")
    if t.s.phase is Phase.ENDED:
        in_voicemail = replace(t.s, phase=Phase.MESSAGE)
        t.set(outcome=outcomes.outcome(in_voicemail).value)


def caller_gone(t: Turn, was: State, observed: bool) -> None:
    """The caller has gone: what was said is kept, and what we have not heard of is awaited."""
    if was.plan.ending.confirm and not was.kept and was.last_take >= 0:
        _keep(t)
    unheard = not was.message_taken and was.last_take < was.take
    if was.plan.ending.message and unheard and _may_have_spoken(was, t.now, observed):
        t.set(message_doubt_at=later(t.now, timing.RECORDING_LAG_SECONDS))


def _may_have_spoken(was: State, now: datetime, observed: bool) -> bool:
    """Could the platform have taken a message by itself that we have not heard of?"""
    if was.phase is Phase.MENU:
        return not observed or now > later(was.caller_seen_at, timing.MENU_SILENT_SECONDS)
    if was.phase in (Phase.RINGING, Phase.CLAIMED):
        rings = [leg.phone.ring_seconds for leg in was.legs.values() if ringing.in_connect(leg)]
        limit = timing.SEGMENT_LIMIT_SECONDS + max(rings, default=0)
        return not observed or now > later(was.caller_seen_at, limit)
    since = was.caller_seen_at if was.take else was.ending_at
    greeted = since and now > later(since, timing.GREETING_SECONDS)
    return was.phase is Phase.MESSAGE and (not observed or bool(greeted))


def held_seconds(state: State, take: int) -> int:
    """Return how long nobody is told of a recording, in whose place another may come; 0: at once.

    A caller who may still choose is waited for until they have, or have gone.
    """
    if not state.plan.ending.confirm:
        return 0
    if state.phase is Phase.MESSAGE and not state.kept:
        return timing.LONGEST_CHOICE_SECONDS
    return timing.RECORDING_LAG_SECONDS if take < state.take else 0


def awaited_seconds(state: State) -> int:
    """Return how long a recording is waited for that was begun and not reported; 0: none was."""
    return timing.RECORDING_LAG_SECONDS if state.last_take < state.take else 0
