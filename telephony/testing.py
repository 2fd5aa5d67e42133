"""What an event makes of a test call: facts in, its state out."""

from __future__ import annotations

from telephony.enums import LegResult, TestState
from telephony.types import Event, LegAnswered, LegEnded, LegRang

LIVE = frozenset({TestState.WAITING, TestState.RINGING, TestState.PICKED_UP})
_UNANSWERED = frozenset({TestState.WAITING, TestState.RINGING})
_ENDS = {
    LegResult.BUSY: TestState.BUSY,
    LegResult.REJECTED: TestState.REJECTED,
    LegResult.UNREACHABLE: TestState.UNREACHABLE,
    LegResult.TIMEOUT: TestState.NO_ANSWER,
    LegResult.WITHDRAWN: TestState.NO_ANSWER,
}


def after(state: TestState, event: Event) -> TestState:
    """Return the state after `event`; a result stays, but an unknown one may become known.

    The platform may report the end of a phone before it says why it was not picked up.
    """
    match event:
        case LegRang() if state is TestState.WAITING:
            return TestState.RINGING
        case LegAnswered() if state in _UNANSWERED:
            return TestState.PICKED_UP
        case LegEnded() if state is TestState.PICKED_UP:
            return TestState.NO_KEY
        case LegEnded(result=result) if state in _UNANSWERED or state is TestState.UNKNOWN:
            return _ENDS.get(result, TestState.UNKNOWN)
    return state


def at_deadline(state: TestState, *, dialled: bool) -> TestState:
    """Return the result of a live test call of which nothing more was heard in time."""
    if state is TestState.PICKED_UP:
        return TestState.NO_KEY
    if state is TestState.RINGING:
        return TestState.NO_ANSWER
    return TestState.UNKNOWN if dialled else TestState.NOT_DIALLED
