"""Which phones ring first for a caller, where the account's new calls are short."""

from __future__ import annotations

from telephony import ringing
from telephony.enums import LegResult
from telephony.tests.builders import LiveCall, cascade, plan
from telephony.types import DialDone, DialFailed, LegEnded


def second_phone(first: DialDone | DialFailed | LegEnded, *more: LegEnded) -> bool:
    """Tell whether the second person's phone is a first one, after this became of the first's."""
    call = LiveCall(plan(cascade("Alice"), cascade("Bob")))
    for event in (first, *more):
        call(event)
    assert call.rung == ["Alice", "Bob"]
    return ringing.is_first(call.state, call.state.legs[2].stage)


def test_the_phones_of_the_first_stage_are_first() -> None:
    call = LiveCall(plan(cascade("Alice", "Bob")))
    assert ringing.is_first(call.state, call.state.legs[1].stage)


def test_who_heard_a_phone_ring_out_is_no_new_caller() -> None:
    assert not second_phone(DialDone(1), LegEnded(1, LegResult.TIMEOUT))


def test_whom_no_dial_has_reached_the_platform_for_stays_a_new_caller() -> None:
    assert second_phone(DialFailed(1, LegResult.NOT_DIALLED))
