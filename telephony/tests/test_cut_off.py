"""Somebody of the house ends a caller's call."""

from __future__ import annotations

import pytest

from telephony import machine, timing
from telephony.enums import LegResult, LegStatus, Outcome, Phase
from telephony.machine import Visitor
from telephony.tests.builders import START, LiveCall, cascade, plan, said, team
from telephony.types import (
    CallerGone,
    DeadlinePassed,
    DialDone,
    EndedByUs,
    HangUp,
    LegEnded,
    LegKey,
    LegRang,
    Menu,
    MoveCaller,
    StepReached,
    Tree,
)


def test_a_waiting_caller_hears_that_the_call_is_ended() -> None:
    call = LiveCall(plan(cascade("Alice")))
    step = call(EndedByUs("Sam"))
    assert step.actions == (MoveCaller(),)
    assert said(call(StepReached(None)).reply) == ["ended_by_us"]
    call(CallerGone(), after=3)
    assert (call.phase(), call.state.outcome) == (Phase.ENDED, Outcome.FAILED)


def test_one_who_does_not_go_is_hung_up() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call(EndedByUs("Sam"))
    call(DeadlinePassed(), after=timing.LAST_WORDS_SECONDS)
    assert call.actions[-1] == HangUp(None)


def test_every_phone_that_rings_is_let_go() -> None:
    call = LiveCall(plan(team("Alice", "Bob")))
    for leg in (1, 2):
        call(DialDone(leg))
        call(LegRang(leg))
    step = call(EndedByUs("Sam"))
    assert set(step.actions) == {HangUp(1), HangUp(2), MoveCaller()}


def test_two_who_talk_are_parted_at_once() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call.talks(1)
    step = call(EndedByUs("Sam"), after=20)
    assert step.actions == (HangUp(1), HangUp(None))
    call(CallerGone())
    assert (call.phase(), call.state.outcome) == (Phase.ENDED, Outcome.CONNECTED)


def test_a_key_that_comes_too_late_takes_nothing() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call.picks_up(1)
    call(EndedByUs("Sam"))
    assert said(call(LegKey(1, "1")).reply) == ["goodbye"]
    assert call.state.legs[1].status is LegStatus.LEAVING


@pytest.mark.parametrize("again", [EndedByUs("Sam"), EndedByUs("Bob")])
def test_asked_twice_it_is_told_once(again: EndedByUs) -> None:
    call = LiveCall(plan(cascade("Alice")))
    call(EndedByUs("Sam"))
    assert call(again).actions == (HangUp(None),)
    assert [note.params for note in call.notes if note.code == "ended_by_us"] == [{"name": "Sam"}]


def test_a_call_that_is_over_stays_over() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call(CallerGone())
    before = call.state
    assert call(EndedByUs("Sam")).actions == ()
    assert call.state == before
    assert [note.params for note in call.notes if note.code == "out_of_turn"] == [
        {"what": "ended_by_us"}
    ]


def test_the_words_are_heard_before_the_caller_is_hung_up_and_then_once_a_minute() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call(EndedByUs("Sam"))
    done: list[bool] = []
    for seconds in (timing.LAST_WORDS_SECONDS - 1, 1, 1, timing.LEG_SILENT_SECONDS - 1):
        done.append(HangUp(None) in call(DeadlinePassed(), after=seconds).actions)
    assert done == [False, True, False, True]


def test_a_caller_who_went_is_not_hung_up() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call(EndedByUs("Sam"))
    call(CallerGone())
    assert call(DeadlinePassed(), after=timing.LAST_WORDS_SECONDS).actions == ()


def test_a_caller_who_was_in_a_menu_is_in_none_any_more() -> None:
    tree = Tree(("en", "fr"), 1, {1: Menu(1)})
    step = machine.begin_menu(plan(), tree, START, visitor=Visitor())
    assert step.state.place is not None
    ended = machine.advance(step.state, EndedByUs("Sam"), START, tree=tree)
    assert (ended.state.place, ended.state.ending_at) == (None, START)


def test_a_call_that_came_to_its_end_before_keeps_when() -> None:
    call = LiveCall(plan(cascade("Alice")))
    call(LegEnded(1, LegResult.BUSY))
    call(StepReached(None))
    came = call.now
    assert call.state.ending_at == came
    call(EndedByUs("Sam"), after=5)
    assert call.state.ending_at == came
