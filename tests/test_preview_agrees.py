"""What would happen agrees with what happens: random houses, minutes, callers and keys.

All of it through the web. Nobody answers. The preview is told how long the emulated platform took
for each dial, and then has to name the same phones, to the hundredth of a second, and the same end.
"""

from __future__ import annotations

import json
import math
import os
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from telephony import engine, previews
from telephony.emulator import Answers
from telephony.emulator.api import REST_DELAY_S
from telephony.emulator.flows import PROGRESS_DELAY_S
from telephony.enums import EndKind, LegResult, Outcome
from telephony.models import Call, Caller
from telephony.previews import Trial
from telephony.rehearsal import Pace
from telephony.types import Rehearsal, State
from tests.cast import BRUNO, CALLER, START, Cast, on_duty
from tests.pressing import pressing
from tests.random_house import CALLERS, House, keys_of
from tests.story import Story, Teller
from voicemail.models import VoicemailMessage

CALLS = 300 if os.environ.get("ONCALL_SOAK") == "1" else 6
OUTCOMES = {
    EndKind.VOICEMAIL: Outcome.MESSAGE_LEFT,
    EndKind.ANNOUNCEMENT: Outcome.ANNOUNCEMENT,
    EndKind.HANG_UP: Outcome.ANNOUNCEMENT,
    EndKind.CALL_BACK: Outcome.CALL_BACK_REQUESTED,
    EndKind.BLOCKED: Outcome.BLOCKED,
    EndKind.LINE_FULL: Outcome.LINE_FULL,
}


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def pace_of(story: Story, call: Call) -> Pace:
    """Return how long the platform took for what the preview cannot know."""
    placed = {leg.uuid: leg.created_at for leg in story.platform.legs}
    waits = {
        leg.ordinal: (placed[str(leg.uuid)] - leg.dialled_at).total_seconds()
        for leg in call.legs.exclude(uuid=None)
        if leg.screened
    }

    def watched(due: datetime) -> datetime:
        at = call.started_at
        return at + timedelta(seconds=math.ceil((due - at).total_seconds()))

    sounds = previews.standard_pace()
    return Pace(
        say=sounds.say,
        music=sounds.music,
        dial=lambda leg: waits.get(leg, 0.0),
        rings=PROGRESS_DELAY_S,
        moves=REST_DELAY_S,
        watched=watched,
    )


def lived(story: Story, call: Call) -> list[tuple[float, str]]:
    """Return which phones rang, each with the second in which it began.

    One that was given up within the moment before it would ring may ring all the same: the platform
    does not always let go of it so soon, and no preview can know.
    """
    rows = call.legs.all()
    given_up = {leg.uuid for leg in rows.filter(result=LegResult.WITHDRAWN.value, rang_at=None)}
    names = {leg.uuid: leg.name for leg in rows}
    began = call.started_at - timedelta(seconds=PROGRESS_DELAY_S)
    return [
        (round((leg.created_at - began).total_seconds(), 2), names[leg.uuid])
        for leg in story.platform.legs
        if leg.direction == "outbound" and leg.uuid not in given_up
    ]


def foretold(found: Rehearsal) -> list[tuple[float, str]]:
    return [(round(each.after, 2), each.phone.name) for each in found.rings]


def left_out(call: Call) -> set[tuple[str, str]]:
    told = call.events.filter(code="skipped").values_list("params", flat=True)
    return {(each["reason"], each["name"]) for each in told if each["reason"] != "hard_stop"}


def trial_of(house: House) -> Trial:
    """Return a call to try: any minute, caller and keys."""
    chance = house.chance
    number = chance.choice(CALLERS)
    at = START + timedelta(minutes=house.minutes)
    return Trial(at, "" if number == "anonymous" else number, keys_of(chance))


def calls(story: Story, trial: Trial) -> Call:
    """Let that call be made, by somebody who stays."""
    with pressing(story, trial.keys):
        story.caller_dials(speaks_s=3, from_=trial.caller or "anonymous")
        return story.expect_end()


@pytest.mark.requirement("PLN-05")
@pytest.mark.parametrize("seed", range(CALLS))
def test_the_same_people_order_times_and_end(teller: Teller, people: Cast, seed: int) -> None:
    house = House(people, Random(seed))  # noqa: S311 - nothing secret
    house.furnish()
    trial, known = trial_of(house), list(Caller.objects.all())
    with teller(at=trial.at) as story:
        call = calls(story, trial)
        pace = pace_of(story, call)
        rang = lived(story, call)
    Caller.objects.all().delete()  # as the house knew them when they called
    Caller.objects.bulk_create(known)
    found = previews.of_number(people.line, trial, pace)
    shown = json.dumps({"seed": seed, "keys": trial.keys, "from": trial.caller})
    assert sorted(foretold(found)) == sorted(rang), shown
    assert (OUTCOMES[found.end.kind], found.end.kind) == (call.outcome, found.end.kind), shown
    messages = list(VoicemailMessage.objects.values_list("mailbox", flat=True))
    assert messages == ([found.end.mailbox] if found.end.kind is EndKind.VOICEMAIL else []), shown
    state = engine.state_of(call)
    assert isinstance(state, State)
    assert state.ending_at is not None
    ended = (state.ending_at - trial.at).total_seconds()
    assert round(found.end.after, 2) == round(ended, 2), shown
    assert {(each.reason, each.name) for each in found.skipped} == left_out(call), shown
    assert found.closed == call.events.filter(code="closed").exists(), shown


def test_the_same_person_takes_it_at_the_same_time(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.alice)
    on_duty(people.schedule, people.bruno, 2)
    story.phone(BRUNO, Answers(after_s=0, presses=["1"]))
    story.caller_dials()
    call = story.expect_end()
    trial = Trial(START, CALLER, taker=people.bruno.pk)
    found = previews.of_number(people.line, trial, pace_of(story, call))
    assert foretold(found) == lived(story, call)
    assert (found.end.kind, found.end.name) == (EndKind.CONNECTED, "Bruno")
    assert (call.outcome, call.accepted_by.name if call.accepted_by else "") == (
        Outcome.CONNECTED,
        "Bruno",
    )
