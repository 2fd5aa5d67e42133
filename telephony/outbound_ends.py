"""How a call that we place ends, for one side and for both: what a leg's end leads to."""

from __future__ import annotations

from telephony import timing
from telephony.enums import LegResult, LegStatus, Outcome, Phase
from telephony.outbound_scripts import OTHER, OWN
from telephony.ringing import OPEN
from telephony.turn import Placing, later
from telephony.types import HangUp, LegState, MoveLeg, OutgoingState

# What whoever calls back hears when the other side does not come.
_CLOSING = {
    LegResult.BUSY: "other_busy",
    LegResult.NOT_DIALLED: "other_not_dialled",
    LegResult.NOT_ALLOWED: "other_not_dialled",
}


def gone(t: Placing, ordinal: int, result: LegResult) -> None:
    """A leg has ended; what is known of why replaces that nobody knew."""
    leg = t.s.legs[ordinal]
    if result is LegResult.HUNG_UP and not leg.picked_up:
        result = LegResult.UNKNOWN  # nobody was there: why, an event of its own says
    elif leg.result == LegResult.UNKNOWN and result is not LegResult.HUNG_UP:
        t.set_leg(ordinal, result=result.value)
        t.note("leg_result", ordinal, result=result.value)
    t.set_leg(ordinal, placed=True)
    over(t, ordinal, result, LegStatus.ENDED)


def is_second_end(leg: LegState, result: LegResult) -> bool:
    """The platform tells apart that a leg is over, and why or that we ended it, in any order."""
    ended = (LegResult.HUNG_UP, LegResult.WITHDRAWN)
    return result in ended or leg.result in ("", LegResult.UNKNOWN, result)


def hang_up(t: Placing, ordinal: int, result: LegResult) -> None:
    """End a leg; one that the platform never showed has rung out, and is ended when it shows."""
    placed = t.s.legs[ordinal].placed
    over(t, ordinal, result, LegStatus.LEAVING if placed else LegStatus.ENDED)
    if placed and HangUp(ordinal) not in t.actions:
        t.actions.append(HangUp(ordinal))


def over(t: Placing, ordinal: int, result: LegResult, status: LegStatus) -> None:
    """Settle a leg's result, unless it is known, and draw the consequences for the other leg."""
    leg = t.s.legs[ordinal]
    if leg.status not in OPEN:
        if status is LegStatus.ENDED and leg.status is not LegStatus.ENDED:
            t.set_leg(ordinal, status=status)
            t.note("leg_ended", ordinal)
        return
    check_at = later(t.now, timing.LEG_SILENT_SECONDS)
    t.set_leg(ordinal, status=status, deadline=check_at, result=leg.result or result.value)
    if not leg.result and result is not LegResult.UNKNOWN:
        t.note("leg_result", ordinal, result=result.value)
    if status is LegStatus.ENDED:
        t.note("leg_ended", ordinal)
    if t.s.phase is Phase.ENDED:
        return
    if ordinal == OTHER and t.s.phase is Phase.CLAIMED and not leg.picked_up:
        _tell(t, result)
    else:
        end(t)


def _tell(t: Placing, result: LegResult) -> None:
    """Let whoever calls back hear that the other side does not come; then the call is over."""
    t.set(phase=Phase.ANNOUNCEMENT, closing=_CLOSING.get(result, "other_no_answer"), check_at=None)
    t.set_leg(OWN, deadline=later(t.now, timing.LAST_WORDS_SECONDS))
    t.note("not_reached", OTHER, result=result.value)
    t.actions.append(MoveLeg(OWN))


def end(t: Placing) -> None:
    """The call is over for both: whoever is still there is hung up."""
    was = t.s.phase
    t.set(phase=Phase.ENDED, outcome=_outcome(t.s).value, check_at=None)
    t.note("talk_over" if was is Phase.CONNECTED else "call_back_over", outcome=t.s.outcome)
    for ordinal, leg in t.s.legs.items():
        if leg.status in OPEN:
            hang_up(t, ordinal, LegResult.WITHDRAWN)


def end_by_us(t: Placing, by: str) -> None:
    """Somebody of the house, by name, ends the call for both."""
    if t.s.phase is Phase.ENDED:
        t.out_of_turn("ended_by_us")
        return
    t.note("ended_by_us", name=by)
    end(t)


def _outcome(state: OutgoingState) -> Outcome:
    """Connected; failed where the other side was called in vain; else our own side gave up."""
    if state.connected:
        return Outcome.CONNECTED
    other = state.legs.get(OTHER)
    missed = state.closing or (other is not None and other.picked_up)
    unplaced = state.legs[OWN].result in (LegResult.NOT_DIALLED, LegResult.NOT_ALLOWED)
    return Outcome.FAILED if missed or unplaced else Outcome.GAVE_UP_RINGING
