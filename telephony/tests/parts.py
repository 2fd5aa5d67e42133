"""Cutting a state into parts that can do nothing to each other: sums instead of products.

A leg that is over, but not yet gone, does nothing to the other legs or to the caller, whatever the
phase (`invariants.check` holds that at every step). So each is followed alone, as after the caller
has gone, and the call goes on without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from telephony.enums import Outcome, Phase
from telephony.ringing import OPEN
from telephony.tests.world import SILENT, Place, World
from telephony.types import LaneState, State

Part = tuple[State, World]


def parts(state: State, w: World) -> Iterator[Part]:
    """Yield the call with the legs that it still needs, and each other living leg alone."""
    needed = {state.claim, w.with_leg, *(lane.leg for lane in state.lanes)}
    kept = {i for i, leg in state.legs.items() if leg.status in OPEN or i in needed}
    yield _call(state, w, kept)
    for ordinal in state.legs.keys() - kept:
        if w.phones[ordinal - 1] != SILENT or any(_leg(e) == ordinal for e in w.owed):
            yield _alone(state, w, ordinal)


def _call(state: State, w: World, kept: set[int]) -> Part:
    new = {old: number for number, old in enumerate(sorted(kept), start=1)}
    lanes = tuple(LaneState(lane.index, new.get(lane.leg or 0)) for lane in state.lanes)
    legs = {new[old]: state.legs[old] for old in sorted(kept)}
    return (
        replace(state, legs=legs, lanes=lanes, claim=new.get(state.claim or 0)),
        replace(
            w,
            phones=tuple(w.phones[old - 1] for old in sorted(kept)),
            with_leg=new.get(w.with_leg, 0),
            checks=_renumbered(w.checks, new),
            owed=_renumbered(w.owed, new),
        ),
    )


def _alone(state: State, w: World, ordinal: int) -> Part:
    alone = replace(
        state,
        phase=Phase.ENDED,
        outcome=Outcome.FAILED.value,
        legs={1: state.legs[ordinal]},
        lanes=(),
        claim=None,
        connected=False,
        picked_up=False,
        move_wanted=False,
        message_taken=False,
        message_doubt_at=None,
    )
    about = {ordinal: 1}
    return alone, World(
        Place.GONE,
        w.message,
        w.faults,
        phones=(w.phones[ordinal - 1],),
        checks=frozenset(c for c in _renumbered(w.checks, about) if c.leg),
        owed=frozenset(e for e in _renumbered(w.owed, about) if _leg(e)),
    )


def _leg(said: Any) -> int | None:
    return getattr(said, "leg", None)


def _renumbered(said: frozenset[Any], new: dict[int, int]) -> frozenset[Any]:
    """Return what was said, of these legs under their new numbers, or of no leg."""
    return frozenset(
        replace(item, leg=new[item.leg]) if _leg(item) else item
        for item in said
        if _leg(item) is None or _leg(item) in new
    )
