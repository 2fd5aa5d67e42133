"""What is told of a call that we placed: verdict and story, as codes."""

from __future__ import annotations

from typing import Any

import pytest

from telephony import telling
from telephony.tests.test_narrative import ANSWERED, START, rung, visit
from telephony.types.visits import Rung, Verdict, Visit

CALLER = "+33698765432"
# Alice's own phone rings, she presses 1, the caller's phone is picked up, they talk.
OWN = rung(1, "Alice", rang_at=1, picked_up_at=5, accepted_at=8, ended_at=60, result="accepted")
OTHER = rung(
    2, "Mrs Brown", 9, rang_at=10, picked_up_at=15, ended_at=60, result="picked_up", screened=False
)
IGNORED = rung(1, "Alice", rang_at=1, ended_at=30, result="timeout")
DIALLED = [(0, "leg_dialled", 1), (9, "leg_dialled", 2)]


def placed(*phones: Rung, events: list[tuple[Any, ...]], **values: Any) -> Visit:
    return visit(*phones, events=events, outgoing=True, **values)


def told(found: Visit) -> list[tuple[int, str, str]]:
    """Return the story as (seconds since it began, code, name)."""
    return [
        (round((line.at - START).total_seconds()), line.code, str(line.params.get("name", "")))
        for line in telling.story(found)
    ]


SPOKEN = placed(
    OWN,
    OTHER,
    events=[*DIALLED, (15, "connected", 1), (60, "talk_over", None)],
    outcome="connected",
    accepted_leg=1,
    accepted_at=8,
    connected_at=15,
    ended_at=60,
)


def test_who_called_and_how_long_they_spoke() -> None:
    assert telling.verdict(SPOKEN) == Verdict("placed_and_spoke", {"name": "Alice", "talked": 45})
    assert told(SPOKEN) == [
        (0, "placed", "Alice"),
        (0, "took", "Alice"),
        (9, "picked_up", "Mrs Brown"),
        (15, "spoke", "Alice"),
        (60, "over", ""),
    ]


@pytest.mark.parametrize(
    ("phase", "code"),
    [
        ("ringing", "placed_own_rings"),
        ("claimed", "placed_calls"),
        ("connected", "live_talking"),
        ("announcement", "placed_not_reached"),
    ],
)
def test_how_it_stands_while_it_lasts(phase: str, code: str) -> None:
    found = placed(OWN, events=[], phase=phase)
    assert telling.verdict(found) == Verdict(code, {"name": "Alice"})


@pytest.mark.parametrize(
    ("own", "outcome", "code"),
    [
        (OWN, "failed", "placed_not_reached"),
        (OWN, "gave_up_ringing", "placed_given_up"),
        (
            rung(1, "Alice", rang_at=1, ended_at=30, result="timeout"),
            "gave_up_ringing",
            "placed_not_taken",
        ),
    ],
)
def test_what_became_of_one_that_came_to_nothing(own: Rung, outcome: str, code: str) -> None:
    found = placed(own, events=[], outcome=outcome, ended_at=60)
    assert telling.verdict(found) == Verdict(code, {"name": "Alice"})


def test_who_left_while_the_other_phone_rang_is_told() -> None:
    other = rung(2, "Mrs Brown", 9, rang_at=10, ended_at=20, result="withdrawn")
    found = placed(
        OWN,
        other,
        events=[*DIALLED, (20, "call_back_over", None), (20, "leg_result", 2)],
        outcome="gave_up_ringing",
        ended_at=20,
    )
    assert told(found)[2:] == [(9, "withdrawn", "Mrs Brown"), (20, "asker_left", "Alice")]


@pytest.mark.parametrize("over", ["call_back_over", "talk_over"])
def test_who_ended_it_from_outside_is_told_instead_of_its_end(over: str) -> None:
    other = rung(2, "Mrs Brown", 9, rang_at=10, ended_at=20, result="withdrawn")
    ended = (20, "ended_by_us", None, {"name": "Sam"})
    found = placed(
        OWN,
        other,
        events=[*DIALLED, ended, (20, over, None)],
        outcome="gave_up_ringing",
        ended_at=20,
    )
    assert told(found)[3:] == [(20, "ended_by_us", "Sam")]


def test_a_call_of_a_caller_is_told_as_ever() -> None:
    assert telling.verdict(ANSWERED).code == "took_and_spoke"
    assert telling.story(ANSWERED)[0].code == "came_in"


def test_before_any_phone_is_dialled_there_is_something_to_tell() -> None:
    found = placed(events=[], phase="ringing")
    assert telling.verdict(found) == Verdict("placed_own_rings", {"name": ""})
    assert told(found) == [(0, "placed", "")]
