"""How long a caller may be silent after an answer before we ask whether they are still there."""

from __future__ import annotations

import pytest

from telephony import machine, timing
from telephony.enums import LegResult, Phase
from telephony.machine import Visitor
from telephony.tests.builders import START, LiveCall, cascade, plan
from telephony.types import LegEnded, Menu, Step, StepReached, Tree

TALK, SILENT = timing.TALK_CHECK_SECONDS, timing.CALLER_SILENT_SECONDS


def quiet(call: LiveCall | Step) -> float:
    at = call.now if isinstance(call, LiveCall) else START
    return (call.state.caller_check_at - at).total_seconds()


def asked(message: bool) -> LiveCall:
    """Nobody came: the caller asks what now."""
    call = LiveCall(plan(cascade("Alice"), message=message, longest=90))
    call(LegEnded(1, LegResult.BUSY))
    call(StepReached(None))
    return call


def test_who_waits_is_asked_about_after_a_minute() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call(StepReached(None), after=7)
    assert (call.phase(), quiet(call)) == (Phase.RINGING, SILENT)


def test_who_is_put_through_or_talks_may_be_silent_for_longer() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call.takes(1)
    call(StepReached(None))
    assert (call.phase(), quiet(call)) == (Phase.CLAIMED, TALK)
    talks = LiveCall(plan(cascade("Alice")))
    talks.talks(1)
    talks(StepReached(None), after=7)
    assert (talks.phase(), quiet(talks)) == (Phase.CONNECTED, TALK)


@pytest.mark.parametrize(("message", "phase"), [(True, Phase.MESSAGE), (False, Phase.ANNOUNCEMENT)])
def test_who_leaves_a_message_may_speak_to_its_longest(message: bool, phase: Phase) -> None:
    call = asked(message)
    assert (call.phase(), quiet(call)) == (phase, 90 + SILENT)


def test_a_menu_may_be_heard_to_its_end() -> None:
    tree = Tree(("en", "fr"), 1, {1: Menu(1)})  # it asks for a language
    step = machine.begin_menu(plan(), tree, START, visitor=Visitor())
    assert (step.state.phase, quiet(step)) == (Phase.MENU, timing.MENU_SILENT_SECONDS)
