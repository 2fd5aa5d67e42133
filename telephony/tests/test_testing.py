"""What an event makes of a test call."""

from __future__ import annotations

import pytest

from telephony.enums import LegResult
from telephony.enums import TestState as T
from telephony.testing import after, at_deadline
from telephony.types import DialDone, LegAnswered, LegEnded, LegRang


@pytest.mark.parametrize(
    ("state", "event", "expected"),
    [
        (T.WAITING, DialDone(0), T.WAITING),
        (T.WAITING, LegRang(0), T.RINGING),
        (T.WAITING, LegAnswered(0), T.PICKED_UP),
        (T.RINGING, LegAnswered(0), T.PICKED_UP),
        (T.PICKED_UP, LegRang(0), T.PICKED_UP),
        (T.PICKED_UP, LegEnded(0, LegResult.HUNG_UP), T.NO_KEY),
        (T.RINGING, LegEnded(0, LegResult.BUSY), T.BUSY),
        (T.RINGING, LegEnded(0, LegResult.HUNG_UP), T.UNKNOWN),
        (T.UNKNOWN, LegEnded(0, LegResult.BUSY), T.BUSY),
        (T.CONFIRMED, LegEnded(0, LegResult.HUNG_UP), T.CONFIRMED),
        (T.BUSY, LegAnswered(0), T.BUSY),
        (T.GAVE_WAY, LegRang(0), T.GAVE_WAY),
    ],
)
def test_an_event_moves_it_on_and_never_back(state: T, event: object, expected: T) -> None:
    assert after(state, event) is expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "dialled", "expected"),
    [
        (T.WAITING, False, T.NOT_DIALLED),
        (T.WAITING, True, T.UNKNOWN),
        (T.RINGING, True, T.NO_ANSWER),
        (T.PICKED_UP, True, T.NO_KEY),
    ],
)
def test_a_deadline_gives_the_result_that_was_heard_so_far(
    state: T, dialled: bool, expected: T
) -> None:
    assert at_deadline(state, dialled=dialled) is expected
