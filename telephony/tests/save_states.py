"""Write down the states of live calls that a release keeps.

`python -m telephony.tests.save_states NAME`, the name being the day of the release: the newest
sorts last.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from telephony import codec, machine, menus, outbound, types
from telephony.tests.builders import START
from telephony.tests.recorded_calls import RECORDED, Recorded
from telephony.types import (
    Event,
    OutgoingPlan,
    OutgoingState,
    OutgoingStep,
    Plan,
    State,
    Step,
    Tree,
)

FOLDER = Path(__file__).with_name("saved_states")
Live = State | OutgoingState
Moment = tuple[datetime, Event | Plan]


def opened(call: Recorded) -> Live:
    """Return the state that a call begins in."""
    if isinstance(call.opening, OutgoingPlan):
        return outbound.begin(call.opening, START).state
    if call.refused:
        return machine.refuse(call.opening, call.refused, START, visitor=call.visitor).state
    if call.tree is not None and not call.opening.stages:
        return machine.begin_menu(call.opening, call.tree, START, visitor=call.visitor).state
    return machine.begin(call.opening, START, visitor=call.visitor).state


def moments(call: Recorded) -> Iterator[Moment]:
    """Yield what happens, each a second after the last unless it says otherwise."""
    now = START
    for each in call.then:
        after, what = each if isinstance(each, tuple) else (1, each)
        now += timedelta(seconds=after)
        yield now, what


def go_on(state: Live, moment: Moment, tree: Tree | None) -> Step | OutgoingStep:
    """Return what an event leads to, or the route that was planned at a leaf."""
    at, what = moment
    if isinstance(state, OutgoingState):
        assert not isinstance(what, Plan)
        return outbound.advance(state, what, at)
    if isinstance(what, Plan):
        return machine.route(state, what, at)
    return machine.advance(state, what, at, tree=tree or menus.NO_TREE)


def standing(state: Live) -> str:
    """Return in a few words what a live call stands in; of those that are alike one is kept."""
    place = getattr(state, "place", None)
    words = [type(state).__name__, state.phase, place.ask if place else ""]
    words += [f"{leg.status}{'!' * leg.direct}" for leg in state.legs.values()]
    words += [getattr(state, name, "") for name in ("closing", "move_wanted", "message_taken")]
    return " ".join(map(str, [*words, state.connected]))


def saved(call: Recorded, seen: set[str]) -> dict[str, Any]:
    """Play a call, and return it as JSON data with each of its states that is like none `seen`.

    At a leaf nothing is kept: the route is planned in the same transaction.
    """
    state = opened(call)
    states = [{"after": 0, "state": codec.encode(state)}]
    then = list(moments(call))
    for count, moment in enumerate(then, start=1):
        step = go_on(state, moment, call.tree)
        state = step.state
        if standing(state) not in seen and getattr(step, "leaf", None) is None:
            seen.add(standing(state))
            states.append({"after": count, "state": codec.encode(state)})
    assert (state.phase, state.outcome) == ("ended", call.outcome), (call.name, state)
    return {
        "name": call.name,
        "kind": type(state).__name__,
        "tree": codec.encode(call.tree),
        "then": [_moment(each) for each in then],
        "outcome": call.outcome.value,
        "states": states,
    }


def _moment(moment: Moment) -> dict[str, Any]:
    at, what = moment
    return {"at": at.isoformat(), "what": type(what).__name__, "of": codec.encode(what)}


def read_moment(data: dict[str, Any]) -> Moment:
    """Return a moment as it was written."""
    kind = getattr(types, data["what"])
    return datetime.fromisoformat(data["at"]), codec.decode(kind, data["of"])


def release() -> list[dict[str, Any]]:
    """Return the recorded calls as this version of the code plays and keeps them."""
    seen: set[str] = set()
    return [saved(call, seen) for call in RECORDED]


def main(name: str) -> None:
    """Write the file of a release, one line a call."""
    calls = [json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in release()]
    text = "[\n" + ",\n".join(calls) + "\n]\n"
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
