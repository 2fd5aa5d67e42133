"""What became of a call, from the state that it ended in."""

from __future__ import annotations

from telephony import cut_off
from telephony.enums import Outcome, Phase
from telephony.types import State

# What a call is that ended with these words.
_CLOSED = {
    "blocked": Outcome.BLOCKED,
    "line_full": Outcome.LINE_FULL,
    "call_back_noted": Outcome.CALL_BACK_REQUESTED,
    cut_off.WORDS: Outcome.FAILED,
}


def outcome(state: State) -> Outcome:
    """Return the outcome of a call that ends, or ended, in this state."""
    if state.connected:
        return Outcome.CONNECTED
    if state.picked_up:
        return Outcome.PICKED_UP
    if state.message_taken:
        return Outcome.MESSAGE_LEFT
    if state.phase is Phase.MENU and not state.legs:
        return Outcome.GAVE_UP_IN_MENU
    if state.closing in _CLOSED:
        return _CLOSED[state.closing]
    if state.ending_at is None or state.caller_seen_at < state.ending_at:
        return Outcome.GAVE_UP_RINGING  # never fetched what was to be heard at the end
    if state.phase in (Phase.MESSAGE, Phase.MENU):
        return Outcome.GAVE_UP_IN_VOICEMAIL
    return Outcome.ANNOUNCEMENT
