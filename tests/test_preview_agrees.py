"""What would happen agrees with what happens: random houses, callers and keys, through the web.

Nobody answers. The preview is told how long the emulated platform took for each dial, and then has
to name the same phones, to the hundredth of a second, and the same end.
"""

from __future__ import annotations

import json
import math
import os
from datetime import datetime, timedelta
from random import Random

import pytest

from telephony import engine, previews
from telephony.emulator import Answers
from telephony.emulator.api import REST_DELAY_S
from telephony.emulator.flows import PROGRESS_DELAY_S
from telephony.enums import EndKind, Outcome
from telephony.models import Call, Caller
from telephony.previews import Trial
from telephony.rehearsal import Pace
from telephony.types import Rehearsal, State
from tests.cast import BRUNO, CALLER, START, Cast, on_duty
from tests.random_house import House, pressing
from tests.story import Story
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


def pace_of(story: Story, call: Call) -> Pace:
    """Return how long the platform took for what the preview cannot know."""
    placed = {leg.uuid: leg.created_at for leg in story.platform.legs}
    waits = {
        leg.ordinal: (placed[str(leg.uuid)] - leg.dialled_at).total_seconds()
        for leg in call.legs.exclude(uuid=None)
        if leg.screened
    }

    def watched(due: datetime) -> datetime:
        return START + timedelta(seconds=math.ceil((due - START).total_seconds()))

    return Pace(
        say=previews.standard_pace().say,
        music=max(story.platform.network.studio._seconds.values(), default=0.0),
        dial=lambda leg: waits.get(leg, 0.0),
        rings=PROGRESS_DELAY_S,
        moves=REST_DELAY_S,
        watched=watched,
    )


def lived(story: Story, call: Call) -> list[tuple[float, str]]:
    """Return which phones rang, each with the second in which it began."""
    names = {leg.uuid: leg.name for leg in call.legs.all()}
    return [
        (round((leg.created_at - START).total_seconds() + PROGRESS_DELAY_S, 2), names[leg.uuid])
        for leg in story.platform.legs
        if leg.direction == "outbound"
    ]


def foretold(found: Rehearsal) -> list[tuple[float, str]]:
    return [(round(each.after, 2), each.phone.name) for each in found.rings]


def left_out(call: Call) -> set[tuple[str, str]]:
    told = call.events.filter(code="skipped").values_list("params", flat=True)
    return {(each["reason"], each["name"]) for each in told if each["reason"] != "hard_stop"}


@pytest.mark.requirement("PLN-05")
@pytest.mark.parametrize("seed", range(CALLS))
def test_the_same_people_order_times_and_end(story: Story, people: Cast, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - nothing secret
    House(people, chance).furnish()
    keys = "".join(chance.choice("123#,*") for _ in range(chance.randrange(7)))
    with pressing(story, keys):
        story.caller_dials(speaks_s=3)
        call = story.expect_end()
    Caller.objects.all().delete()  # whom the house did not know when they called
    trial = Trial(START, CALLER, keys)
    found = previews.of_number(people.line, trial, pace_of(story, call))
    shown = json.dumps({"seed": seed, "keys": keys, "said": story.call.said if story.call else []})
    assert sorted(foretold(found)) == sorted(lived(story, call)), shown
    assert (OUTCOMES[found.end.kind], found.end.kind) == (call.outcome, found.end.kind), shown
    messages = list(VoicemailMessage.objects.values_list("mailbox", flat=True))
    assert messages == ([found.end.mailbox] if found.end.kind is EndKind.VOICEMAIL else []), shown
    state = engine.state_of(call)
    assert isinstance(state, State)
    assert state.ending_at is not None
    ended = (state.ending_at - START).total_seconds()
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
