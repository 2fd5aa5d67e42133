"""Random houses, phones and callers through the web and the database: what must hold of each call.

The platform is the emulated one, with its TLS, its webhooks and its limits. One or two callers ring
within a minute of each other, some of them colleagues, some without a number.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from telephony import engine, prompts, waiting
from telephony.emulator import Behaviour, CallHandle
from telephony.emulator.behaviours import (
    Answers,
    Busy,
    HangsUp,
    Ignores,
    Invalid,
    Machine,
    Rejects,
    Unreachable,
)
from telephony.emulator.legs import Connection, Leg
from telephony.enums import Outcome
from telephony.instructions import Say
from telephony.models import Call, PhoneNumber
from telephony.types import State
from tests import random_house
from tests.cast import ALICE, ALICE_HOME, BRUNO, CHLOE, LINE, SAM, START, Cast
from tests.pressing import pressing
from tests.random_house import CALLERS, House, keys_of
from tests.story import Story, Teller

CALLS = 2_000 if os.environ.get("ONCALL_SOAK") == "1" else 8
PHONES = (ALICE, ALICE_HOME, BRUNO, CHLOE, SAM, *random_house.PHONES)
OTHERS = ("+33698765499", BRUNO, "anonymous")
PATIENT_S = 1500
"""Longer than any route; whoever was connected directly with an answering machine goes then."""
REQUEST = timedelta(seconds=0.5)
"""What was decided before the caller's end was heard of may still arrive at the platform."""
LAST_WORDS = {
    random_house.TOLD,
    *(
        prompts.words(Say(code), language)
        for code in ("announcement", "blocked", "line_full", "call_back_noted", "goodbye")
        for language in ("en", "fr")
    ),
}
"""What a caller hears before the portal hangs up."""
LATE_S = 2.0
"""The watchdog of a story looks once a second; a dial takes a moment to be placed."""


def habits(chance: Random) -> list[Behaviour]:
    """Return what one phone does each time it rings."""
    return [_habit(chance) for _ in range(chance.randrange(1, 4))]


def _habit(chance: Random) -> Behaviour:
    after = chance.choice([0.5, 3, 9, 25])
    keys = chance.choice([[], ["1"], ["1"], ["2"], ["7", "1"], ["", "1"]])
    habits: list[Behaviour] = [
        Answers(after, keys, talks_s=chance.choice([0.3, 30]), hangs_up_after_s=60),
        Answers(after, ["1"], talks_s=20, hangs_up_after_s=chance.choice([4, 40])),
        HangsUp(chance.choice([0, 2]), chance.choice([None, "1"])),
        Machine(after),
        Ignores(),
        Busy(),
        Rejects(),
        Unreachable(),
        Invalid(),
    ]
    return chance.choice(habits)


def second_caller(story: Story, chance: Random) -> Iterator[CallHandle]:
    """Perhaps somebody else rings, soon after, and presses keys without listening."""
    if chance.random() < 0.5:
        story.platform.advance(chance.choice([0, 3, 20, 45]))
        presses = [(chance.randrange(1, 90), chance.choice("123#1")) for _ in range(3)]
        yield story.platform.inbound_call(
            chance.choice(OTHERS),
            LINE,
            presses=presses,
            hangs_up_after_s=chance.choice([PATIENT_S, PATIENT_S, 8, 70]),
            speaks_s=4,
        )


def quiet(story: Story) -> bool:
    """Tell whether nothing is open any more: no phone, no request, no deadline."""
    return not any(
        call.ended_at is None
        or call.deadline_at is not None
        or call.legs.filter(ended_at=None).exists()
        or call.actions.filter(state__in=["pending", "sending"]).exists()
        for call in Call.objects.all()
    )


def overlapping(connections: Sequence[Connection]) -> list[Connection]:
    """Return those that began while another had not ended."""
    far = datetime.max.replace(tzinfo=connections[0].start.tzinfo) if connections else None
    ordered = sorted(connections, key=lambda each: each.start)
    return [
        later
        for earlier, later in itertools.pairwise(ordered)
        if later.start < (earlier.end or far or later.start)
    ]


def talks_of(story: Story, caller: CallHandle, call: Call) -> list[Connection]:
    """Return the talks of a call; a colleague who called may take another one while they wait."""
    answered = call.legs.exclude(picked_up_at=None)
    rung = {leg.number.removeprefix("+") for leg in answered}
    return [
        each
        for each in story.platform.connections
        if (each.a == caller.number and each.b in rung)
        or (each.b == caller.number and each.a in rung)
    ]


def rung_while_talking(story: Story, leg: Leg) -> list[Connection]:
    """Return the talks in which somebody was when their phone was rung for another call."""
    return [
        talk
        for talk in story.platform.connections
        if leg.number in (talk.a, talk.b)
        and talk.start + REQUEST < leg.created_at < (talk.end or leg.created_at + REQUEST)
    ]


def waited_too_long(call: Call) -> tuple[float, int] | None:
    """Return the seconds from the last route's first ring to its end, where they broke its word."""
    state = engine.state_of(call)
    assert isinstance(state, State)
    ending = state.plan.ending
    began = [leg.dialled_at for leg in state.legs.values() if leg.stage >= state.first_stage]
    answered = state.connected or state.picked_up
    if answered or not began or state.ending_at is None or ending.menu or ending.offer:
        return None
    waited = (state.ending_at - min(began)).total_seconds()
    promised = state.plan.worst_case_seconds
    return (waited, promised) if waited > promised + LATE_S else None


def waited_in_all(call: Call) -> float:
    """Return the seconds of all routes of a call, each from its first ring; without its menus."""
    state = engine.state_of(call)
    assert isinstance(state, State)
    first: list[tuple[datetime, datetime]] = []
    last: list[tuple[datetime, datetime]] = []
    for leg in call.legs.all():
        rung = state.legs[leg.ordinal]
        taken = leg.picked_up_at if rung.direct else leg.accepted_at
        over = taken or leg.ended_at
        assert over is not None
        assert call.ended_at is not None
        over = min(over, call.ended_at)  # a leg that was never dialled is asked about a minute on
        (last if rung.stage >= state.first_stage else first).append((leg.dialled_at, over))
    routes = [route for route in (first, last) if route]
    ends = [max(over for _dialled, over in route) for route in routes]
    return sum(
        (end - min(route)[0]).total_seconds() for route, end in zip(routes, ends, strict=True)
    )


def left_alone(caller: CallHandle, call: Call) -> bool:
    """Tell whether a caller who stayed got neither a person nor a message nor a last word."""
    if call.accepted_by or call.outcome in (Outcome.PICKED_UP, Outcome.MESSAGE_LEFT):
        return False
    spoken = [each for each in caller.heard if each.kind not in ("beep", "silence")]
    return caller.disconnected_by == "platform" and spoken[-1].text not in LAST_WORDS


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize("seed", range(CALLS))
def test_whatever_is_set_up_and_whoever_does_what(teller: Teller, people: Cast, seed: int) -> None:
    house = House(people, Random(seed))  # noqa: S311 - nothing secret
    house.furnish()
    people.line.max_calls = house.chance.choice([None, None, 1])
    people.line.save()
    at = START + timedelta(minutes=house.minutes)
    promised = waiting.promised(PhoneNumber.objects.get(), at)
    with teller(at=at) as story:
        callers = lived(story, house.chance)
        assert_all_was_well(story, callers, promised)


def lived(story: Story, chance: Random) -> list[CallHandle]:
    """Let one or two people call, and everything come to its end."""
    for number in PHONES:
        story.phone(number, *habits(chance))
    with pressing(story, keys_of(chance)):
        first = story.caller_dials(
            speaks_s=3,
            hangs_up_after_s=chance.choice([PATIENT_S, PATIENT_S, 0.2, 6, 33, 95]),
            from_=chance.choice(CALLERS),
        )
        callers = [first, *second_caller(story, chance)]
        story.expect_end()
        story.platform.run_until(lambda: quiet(story), 400)
    return callers


def assert_all_was_well(story: Story, callers: list[CallHandle], promised: int) -> None:
    """Hold the promises that are made to every caller and to everybody who is rung."""
    calls = [Call.objects.get(leg_uuid=caller.uuid) for caller in callers]
    assert [Outcome(call.outcome) for call in calls] == [call.outcome for call in calls]
    dialled = [leg for leg in story.platform.legs if leg.direction == "outbound"]
    # nobody outside the house is rung, nobody who is in a talk, and nobody for one who has gone
    assert {f"+{leg.number}" for leg in dialled} <= set(PHONES)
    assert [talk for leg in dialled for talk in rung_while_talking(story, leg)] == []
    for caller, call in zip(callers, calls, strict=True):
        assert caller.ended_at is not None
        mine = {str(leg) for leg in call.legs.exclude(uuid=None).values_list("uuid", flat=True)}
        late = caller.ended_at + REQUEST
        assert [leg for leg in dialled if leg.uuid in mine and leg.created_at > late] == []
        # one person at a time, no longer than promised, and never without a word
        assert overlapping(talks_of(story, caller, call)) == []
        assert waited_too_long(call) is None
        assert waited_in_all(call) <= promised + 2 * LATE_S, story.platform.story()
        assert not left_alone(caller, call), story.platform.story()
