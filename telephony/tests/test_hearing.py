"""How long a caller may be silent after an answer before we ask whether they are still there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from telephony import machine, timing
from telephony.enums import LegResult, Phase
from telephony.instructions import Say
from telephony.machine import Visitor
from telephony.tests.builders import START, LiveCall, cascade, direct, kinds, plan, said
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


def test_who_is_connected_directly_may_be_silent_while_it_rings() -> None:
    first = LiveCall(plan(direct("Alice", ring=25)))
    assert ("Connect" in kinds(first.last.reply), quiet(first)) == (True, 25 + SILENT)


def test_who_asks_again_for_the_same_connection_hears_the_same() -> None:
    call = LiveCall(replace(plan(direct("Alice")), records=True))
    heard = [part for part in call.last.reply or () if part != Say("greeting")]
    assert call(StepReached(None), after=3).reply == tuple(heard)
    assert (list(call.state.legs), call.state.recording_leg) == ([1], 1)


def test_who_may_not_be_connected_yet_waits_a_moment() -> None:
    call = LiveCall(plan(direct("Alice")), may_connect=False)
    assert kinds(call.last.reply)[:2] == ["Say", "AskCaller"]
    assert list(call.state.legs) == []


def test_whose_talk_is_over_is_said_goodbye_to() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call.talks(1)
    call(LegEnded(1, LegResult.HUNG_UP))
    assert said(call(StepReached(None)).reply) == ["goodbye"]
