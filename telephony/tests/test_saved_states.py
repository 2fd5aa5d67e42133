"""A call that an earlier release began goes on in today's code, wherever it stood."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from telephony import codec, machine, outbound
from telephony.enums import Ask, LegResult, LegStatus, Outcome, Phase
from telephony.tests import save_states
from telephony.tests.save_states import FOLDER, Live, go_on, read_moment
from telephony.types import (
    CallerGone,
    DeadlinePassed,
    Event,
    LegEnded,
    OutgoingState,
    Plan,
    State,
    Tree,
)

RELEASES = sorted(path.stem for path in FOLDER.glob("*.json"))
TODAY = "today"
KINDS: dict[str, type[Live]] = {"State": State, "OutgoingState": OutgoingState}


@cache
def calls(release: str) -> list[dict[str, Any]]:
    """Return the calls of a release; those of today are kept and read as a row would be."""
    if release == TODAY:
        return json.loads(json.dumps(save_states.release()))  # type: ignore[no-any-return]
    return json.loads((FOLDER / f"{release}.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def read(call: dict[str, Any], index: int) -> tuple[Live, Tree | None]:
    """Return a saved state and the menu that its call keeps."""
    state: Live = codec.decode(KINDS[call["kind"]], call["states"][index]["state"])
    return state, codec.decode(Tree | None, call["tree"])


def is_over(state: Live) -> bool:
    """Say whether the call has ended, no phone rings, and nobody needs to look at it again."""
    looks = outbound if isinstance(state, OutgoingState) else machine
    idle = {leg.status for leg in state.legs.values()} <= {LegStatus.ENDED}
    return state.phase is Phase.ENDED and idle and looks.next_deadline(state) is None


CASES = [
    pytest.param(call, id=f"{release}: {call['name']}")
    for release in (*RELEASES, TODAY)
    for call in calls(release)
]


@pytest.mark.parametrize("call", CASES)
def test_a_saved_call_goes_on_to_the_end_that_its_release_gave_it(call: dict[str, Any]) -> None:
    for index, each in enumerate(call["states"]):
        state, tree = read(call, index)
        rest = [read_moment(moment) for moment in call["then"][each["after"] :]]
        for moment, following in pairwise([*rest, None]):
            assert moment is not None
            step = go_on(state, moment, tree)
            routed = following is not None and isinstance(following[1], Plan)
            assert (getattr(step, "leaf", None) is not None) == routed
            state = step.state
        assert is_over(state), f"after {each['after']} events"
        assert state.outcome == call["outcome"], f"after {each['after']} events"


@pytest.mark.parametrize("call", CASES)
def test_a_saved_call_ends_for_all_when_everybody_hangs_up(call: dict[str, Any]) -> None:
    for index, each in enumerate(call["states"]):
        state, tree = read(call, index)
        now = read_moment(call["then"][max(each["after"] - 1, 0)])[0]
        gone: list[Event] = [LegEnded(leg, LegResult.HUNG_UP) for leg in state.legs]
        for event in ([] if isinstance(state, OutgoingState) else [CallerGone()]) + gone:
            state = go_on(state, (now, event), tree).state
        # A message that may have been left, and a phone never seen, end at their deadlines.
        state = go_on(state, (now + timedelta(hours=1), DeadlinePassed()), tree).state
        assert is_over(state), f"after {each['after']} events"
        assert state.outcome in set(Outcome), f"after {each['after']} events"


def test_the_newest_release_saved_every_phase_question_and_state_of_a_phone() -> None:
    newest = [read(call, i)[0] for call in calls(RELEASES[-1]) for i in range(len(call["states"]))]
    incoming = [state for state in newest if isinstance(state, State)]
    outgoing = [state for state in newest if isinstance(state, OutgoingState)]
    assert {state.phase for state in incoming} == set(Phase)
    assert {state.phase for state in outgoing} == set(Phase) - {Phase.MENU, Phase.MESSAGE}
    asked = {state.place.ask for state in incoming if state.place and state.phase is Phase.MENU}
    assert asked == set(Ask)
    assert {leg.status for state in newest for leg in state.legs.values()} == set(LegStatus)
    assert {leg.direct for state in incoming for leg in state.legs.values()} == {True, False}


def test_today_plays_the_calls_that_the_newest_release_saved() -> None:
    assert [call["name"] for call in calls(TODAY)] == [call["name"] for call in calls(RELEASES[-1])]
