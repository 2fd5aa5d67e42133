"""What the caller hears next: the answer to whatever their leg asks for."""

from __future__ import annotations

from telephony import in_menu, in_message, ringing, scripts, timing
from telephony.enums import LegStatus, Phase
from telephony.instructions import Say, Script
from telephony.turn import Turn, later
from telephony.types import State, Step, Tree


def answer(t: Turn, may_connect: bool, tree: Tree) -> Step:
    """Answer the caller's own request; it needs no moving any more, for it hears the answer.

    Where they come to a leaf by that, nothing is answered yet.
    """
    t.caller_asks()
    t.set(caller_check_at=later(t.now, _quiet_seconds(t.s)))
    in_menu.pass_through(t, tree)
    if t.leaf is None:
        t.reply = _caller_script(t, may_connect, tree)
    return t.step()


def _quiet_seconds(state: State) -> int:
    """How long the caller's leg may be silent after an answer before we ask about it."""
    if state.phase in (Phase.CLAIMED, Phase.CONNECTED):
        return timing.TALK_CHECK_SECONDS
    if state.phase in (Phase.MESSAGE, Phase.ANNOUNCEMENT):
        return state.plan.ending.max_seconds + timing.CALLER_SILENT_SECONDS
    if state.phase is Phase.MENU:
        return timing.MENU_SILENT_SECONDS
    return timing.CALLER_SILENT_SECONDS


def _caller_script(t: Turn, may_connect: bool, tree: Tree) -> Script:
    ending = t.s.plan.ending
    match t.s.phase:
        case Phase.MENU:
            return in_menu.question(t, tree)
        case Phase.RINGING:
            if not t.s.plan.stages[t.s.stage].direct:
                return _wait(t)
            if not may_connect:
                return scripts.wait_a_moment(ending)
            return _connect(t)
        case Phase.CLAIMED | Phase.CONNECTED if t.s.claim is not None:
            if t.s.legs[t.s.claim].status is LegStatus.ENDED:
                return (Say("goodbye"),)
            return scripts.join_caller(t.s.claim, t.s.plan)
        case Phase.CONNECTED:
            return (Say("goodbye"),)
        case Phase.MESSAGE:
            return in_message.script(t.s)
        case Phase.ANNOUNCEMENT:
            return scripts.announce(ending, t.s.closing)
    return (Say("goodbye"),)


def _wait(t: Turn) -> Script:
    """Music and words take turns: a key interrupts either, and the platform asks for it next."""
    words = t.s.words_next
    t.set(words_next=not words)
    return scripts.wait(t.s.plan, words=words)


def _connect(t: Turn) -> Script:
    lane = t.s.lanes[0]
    phone = t.s.plan.stages[t.s.stage].lanes[0][lane.index]
    ordinal = lane.leg if lane.leg is not None else ringing.open_leg(t, 0, phone, direct=True)
    seconds = phone.notice_seconds + phone.ring_seconds + timing.CALLER_SILENT_SECONDS
    t.set(caller_check_at=later(t.now, seconds))
    # Whoever asks once more for the same connect hears the same; later ones are recorded already.
    begins = t.s.recording_leg in (None, ordinal)
    if t.s.plan.records and begins:
        t.set(recording_leg=ordinal)
    return scripts.connect(ordinal, phone, t.s.plan, begins=begins)
