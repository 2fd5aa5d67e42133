"""Somebody of the house ends a caller's call: whoever waits hears so, and every phone is let go."""

from __future__ import annotations

from telephony import ringing, timing
from telephony.enums import Phase
from telephony.turn import Turn, later
from telephony.types import HangUp

WORDS = "ended_by_us"
_HEARS_SO = (Phase.MENU, Phase.RINGING, Phase.CLAIMED)


def end(t: Turn, by: str) -> None:
    """End the call as `by` (a name) asked.

    A caller who waits is told and hung up soon after; one who talks, or leaves a message, at once.
    """
    was = t.s.phase
    if was is Phase.ENDED:
        t.out_of_turn(WORDS)
        return
    if t.s.cut_at is not None:
        t.actions.append(HangUp(None))  # asked once more: it takes too long
        return
    t.note(WORDS, name=by)
    waits = was in _HEARS_SO
    t.set(
        phase=Phase.ANNOUNCEMENT,
        closing=WORDS,
        place=None,
        ending_at=t.s.ending_at or t.now,
        cut_at=later(t.now, timing.LAST_WORDS_SECONDS),
    )
    ringing.withdraw_all(t)
    if waits:
        t.move_caller()
    else:
        t.actions.append(HangUp(None))


def at_deadline(t: Turn) -> None:
    """Hang up the caller who has had time enough to hear it."""
    if t.s.phase is not Phase.ENDED and t.s.cut_at is not None and t.s.cut_at <= t.now:
        t.set(cut_at=later(t.now, timing.LEG_SILENT_SECONDS))
        t.actions.append(HangUp(None))
