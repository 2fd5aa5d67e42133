"""Stories as a call's page tells them: from what really happened to sentences."""

from __future__ import annotations

from telephony import narrative
from telephony.emulator import Answers, Busy, Machine
from telephony.models import Call
from telephony.story import line_words, verdict, visit_of
from tests.cast import BRUNO, CHLOE, SAM, Cast, on_duty
from tests.story import Story


def told(call: Call) -> list[str]:
    events = call.events.order_by("at", "pk")
    return [line_words(line) for line in narrative.story(visit_of(call, call.legs.all(), events))]


def test_a_machine_then_busy_then_a_message(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    on_duty(people.schedule, people.chloe, level=2)
    story.phone(BRUNO, Machine(after_s=10))
    story.phone(CHLOE, Busy())
    story.phone(SAM, Busy())
    story.caller_dials(speaks_s=10)
    call = story.expect_end()
    assert told(call) == [
        "The call came in.",
        "Bruno was rung; the phone was picked up after 10 s but no key was pressed: "
        "most likely its own voicemail.",
        "Chloé was rung; the phone was busy.",
        "The supervisors are rung now.",
        "Sam was rung; the phone was busy.",
        "Nobody took the call after 37 s: the caller was asked to leave a message.",
        "The caller hung up.",
        "The caller left a message.",
    ]
    assert verdict(call) == "Nobody answered; a message was left"


def test_a_team_of_two_of_whom_one_takes_it(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    on_duty(people.schedule, people.chloe)
    story.phone(BRUNO, Answers(after_s=9, presses=["1"]))
    story.phone(CHLOE, Answers(after_s=4, presses=["1"], talks_s=30))
    story.caller_dials()
    story.expect_connected(CHLOE)
    call = story.expect_end()
    assert told(call) == [
        "The call came in.",
        "The phone of Bruno rang for 6 s, until somebody else had taken the call.",
        "Chloé was rung, and pressed 1 to take the call after 6 s.",
        "Chloé and the caller spoke for 30 s.",
        "The call was over.",
    ]
    assert verdict(call) == "Chloé took the call after 6 s and spoke for 30 s"


def test_a_phone_that_counts_as_soon_as_it_is_picked_up(story: Story, people: Cast) -> None:
    people.line.call_connect = False
    people.line.save()
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, Answers(after_s=4, talks_s=20))
    story.caller_dials()
    story.expect_connected(BRUNO)
    call = story.expect_end()
    assert told(call)[1:3] == [
        "The phone of Bruno was picked up after 4 s.",
        "The caller was connected with the phone of Bruno for 20 s.",
    ]


def test_a_caller_who_hangs_up_while_it_rings(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    story.caller_dials(from_="", hangs_up_after_s=12)
    call = story.expect_end()
    assert told(call) == [
        "The call came in.",
        "The phone of Bruno rang for 12 s, until the caller had hung up.",
        "The caller hung up after 12 s, before anybody answered.",
    ]
    assert verdict(call) == "The caller hung up after 12 s, before anybody answered"
