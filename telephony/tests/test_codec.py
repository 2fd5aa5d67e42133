"""Frozen dataclasses through JSON and back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest

from telephony import codec, machine
from telephony.enums import LegStatus, Phase
from telephony.instructions import Music, Say
from telephony.tests.builders import START, LiveCall, cascade, direct, plan, team
from telephony.types import Ending, Heartbeat, LaneState, LegChecked, Plan, Skip, State


def through_json(value: object) -> object:
    """Return `value` as another process would read it."""
    return codec.decode(type(value), json.loads(json.dumps(codec.encode(value))))


def test_a_whole_state_comes_back_equal() -> None:
    call = LiveCall(plan(team("Alice", "Bob"), direct("Charlie"), skipped=(Skip("time_off"),)))
    call.talks(1)
    assert through_json(call.state) == call.state


def test_enums_come_back_as_enums_and_ordinals_as_numbers() -> None:
    state = machine.begin(plan(cascade("Alice")), START).state
    back = through_json(state)
    assert isinstance(back, State)
    assert back.phase is Phase.RINGING
    assert back.legs[1].status is LegStatus.DIALLING
    assert list(back.legs) == [1]


def test_an_instant_keeps_its_moment_whatever_its_zone() -> None:
    @dataclass(frozen=True)
    class Moment:
        at: datetime

    paris = datetime(2026, 3, 2, 21, 0, tzinfo=timezone(timedelta(hours=1)))
    data = codec.encode(Moment(paris))
    assert data == {"at": "2026-03-02T21:00:00+01:00"}
    assert codec.decode(datetime, data["at"]) == datetime(2026, 3, 2, 20, 0, tzinfo=UTC)


def test_fields_that_older_data_lack_take_their_default() -> None:
    data = codec.encode(machine.begin(plan(cascade("Alice")), START).state)
    for name in ("connected", "message_doubt_at", "claim", "version"):
        del data[name]
    assert codec.decode(State, data) == machine.begin(plan(cascade("Alice")), START).state


def test_a_call_saved_before_there_were_words_of_waiting_goes_on_with_the_standard_ones() -> None:
    data = codec.encode(machine.begin(plan(cascade("Alice")), START).state)
    del data["words_next"], data["plan"]["waiting"]
    state = codec.decode(State, json.loads(json.dumps(data)))
    for first in (Music(), Say("still_trying_offer", barge_in=True)):
        step = machine.advance(state, Heartbeat(""), START)
        assert (step.reply or ())[0] == first
        state = step.state


def test_nothing_stays_nothing() -> None:
    assert codec.decode(LaneState, {"index": 2, "leg": None}) == LaneState(2, None)
    assert codec.decode(LegChecked, {"leg": None, "live": None}) == LegChecked(None, None)


def test_the_tables_of_texts_keep_their_keys() -> None:
    ending = Ending(True, mailbox=3, texts={"fr": "Bonjour", "en": "Hello"})
    assert through_json(ending) == ending


@pytest.mark.parametrize(
    "data",
    [
        {"stages": []},
        {**codec.encode(plan()), "ending": {"mailbox": 1}},
        {**codec.encode(plan()), "stages": 7},
    ],
)
def test_data_of_another_shape_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match=r"Expected|missing"):
        codec.decode(Plan, data)


def test_fields_of_a_newer_process_are_passed_over() -> None:
    assert codec.decode(Plan, {**codec.encode(plan()), "more": 1}) == plan()
