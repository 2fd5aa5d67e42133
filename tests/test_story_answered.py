"""Stories in which somebody takes the call."""

from __future__ import annotations

import pytest

from scheduling.models import ContactNumber, ScheduleSupervisor, Staff
from telephony.emulator import Answers, Busy, HangsUp, Ignores, Machine
from telephony.enums import LegResult, Outcome
from tests.cast import ALICE, ALICE_HOME, BRUNO, CHLOE, SAM, SAM_MAIL, Cast, on_duty
from tests.story import Story

DORA = "+33639980008"
TAKES_IT = Answers(after_s=4, presses=["1"])
PASSES_ON = Answers(after_s=4, presses=["2"])


@pytest.mark.requirement("PLA-14")
def test_the_first_number_answers(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.alice)
    story.phone(ALICE, TAKES_IT)
    story.caller_dials()
    story.expect_ring(ALICE)
    story.expect_connected(ALICE)
    call = story.expect_end()
    assert (call.outcome, story.talked_to) == (Outcome.CONNECTED, {ALICE})
    assert story.rang(ALICE_HOME) == 0


@pytest.mark.requirement("PLA-02")
@pytest.mark.requirement("PLA-17")
def test_the_first_is_busy_and_the_second_answers(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.alice)
    story.phone(ALICE, Busy())
    story.phone(ALICE_HOME, TAKES_IT)
    story.caller_dials()
    story.expect_connected(ALICE_HOME)
    assert story.expect_end().outcome == Outcome.CONNECTED


@pytest.mark.requirement("PLA-08")
def test_nobody_of_level_one_answers_and_level_two_does(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    on_duty(people.schedule, people.chloe, level=2)
    story.phone(BRUNO, Ignores())
    story.phone(CHLOE, TAKES_IT)
    story.caller_dials()
    story.expect_connected(CHLOE)
    assert story.taken_by(story.expect_end()) == "Chloé"


@pytest.mark.requirement("PLA-08")
def test_a_team_rings_together_and_one_takes_it(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    on_duty(people.schedule, people.chloe)
    story.phone(BRUNO, Answers(after_s=9, presses=["1"]))
    story.phone(CHLOE, TAKES_IT)
    story.caller_dials()
    story.expect_ring(BRUNO)
    story.expect_ring(CHLOE)
    story.expect_connected(CHLOE)
    story.expect_end()
    assert (story.talked_to, story.rang(BRUNO), story.rang(SAM)) == ({CHLOE}, 1, 0)


def test_two_press_at_the_same_instant_and_one_gets_the_call(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    on_duty(people.schedule, people.chloe)
    story.platform.concurrent = True
    story.phone(BRUNO, TAKES_IT)
    story.phone(CHLOE, TAKES_IT)
    story.caller_dials()
    story.expect_end()
    told = [
        heard.until - heard.at
        for number in (BRUNO, CHLOE)
        for heard in story.platform.phone(number).heard
        if "already taken" in heard.text and heard.until
    ]
    assert (len(story.talked_to), len(told)) == (1, 1)
    assert told[0].total_seconds() > 3  # to the end of the sentence


def test_who_listens_when_a_colleague_takes_it_hears_so(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    on_duty(people.schedule, people.chloe)
    story.phone(BRUNO, Answers(after_s=4, presses=["1"], press_after_s=3))
    story.phone(CHLOE, Answers(after_s=5, presses=[]))
    story.caller_dials()
    story.expect_connected(BRUNO)
    story.expect_end()
    assert story.heard(CHLOE)[-1] == "A colleague has already taken this call. Thank you. Goodbye."


def test_who_listens_may_take_the_call_that_a_colleague_dropped(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    on_duty(people.schedule, people.chloe)
    story.phone(BRUNO, HangsUp(press="1", after_s=0, answers_after_s=4, press_after_s=2))
    story.phone(CHLOE, Answers(after_s=4, presses=["1"], press_after_s=4))
    story.caller_dials()
    story.expect_connected(CHLOE)
    call = story.expect_end()
    assert (story.taken_by(call), story.rang(CHLOE)) == ("Chloé", 1)
    assert call.legs.get(name="Chloé").result == LegResult.ACCEPTED


def test_the_claimer_hangs_up_before_joining_and_the_other_is_rung_again(
    story: Story, people: Cast
) -> None:
    on_duty(people.schedule, people.bruno)
    on_duty(people.schedule, people.chloe)
    story.phone(BRUNO, HangsUp(press="1", after_s=0))
    story.phone(CHLOE, Ignores(), TAKES_IT)
    story.caller_dials()
    story.expect_ring(CHLOE, times=2)
    story.expect_connected(CHLOE)
    call = story.expect_end()
    assert story.taken_by(call) == "Chloé"
    assert call.legs.get(name="Bruno").result == LegResult.HUNG_UP


def test_key_two_passes_the_call_on_at_once(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    on_duty(people.schedule, people.chloe, level=2)
    story.phone(BRUNO, PASSES_ON)
    story.phone(CHLOE, TAKES_IT)
    story.caller_dials()
    story.expect_connected(CHLOE, limit_s=30)
    assert any("passed on" in words for words in story.heard(BRUNO))


@pytest.mark.requirement("CRM-04")
def test_a_machine_picks_up_and_does_not_count(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    on_duty(people.schedule, people.chloe, level=2)
    story.phone(BRUNO, Machine(after_s=10))
    story.phone(CHLOE, TAKES_IT)
    story.caller_dials()
    story.expect_connected(CHLOE)
    story.expect_end()
    assert story.talked_to == {CHLOE}


@pytest.mark.requirement("PLA-09")
def test_nobody_answers_and_the_supervisor_does(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    story.phone(SAM, TAKES_IT)
    story.caller_dials()
    story.expect_connected(SAM)
    assert story.taken_by(story.expect_end()) == "Sam"


@pytest.mark.requirement("PLA-09")
@pytest.mark.parametrize(("position", "order"), [(0, ["Dora", "Sam"]), (2, ["Sam", "Dora"])])
def test_several_supervisors_are_rung_one_after_the_other_in_their_order(
    story: Story, people: Cast, position: int, order: list[str]
) -> None:
    dora = Staff.objects.create(name="Dora", colour="#1f6feb", language="en")
    ContactNumber.objects.create(staff=dora, number=DORA)
    ScheduleSupervisor.objects.create(schedule=people.schedule, staff=dora, position=position)
    phones = {"Dora": DORA, "Sam": SAM}
    first, last = (phones[name] for name in order)
    on_duty(people.schedule, people.bruno)
    story.phone(last, TAKES_IT)
    story.caller_dials()
    story.expect_connected(last)
    call = story.expect_end()
    assert list(call.legs.values_list("name", flat=True)) == ["Bruno", *order]
    ended, began = (story.platform.phone(number).rang[0] for number in (first, last))
    assert ended.ended_at is not None
    assert ended.ended_at <= began.at
    assert story.taken_by(call) == order[1]


@pytest.mark.requirement("PLA-13")
def test_the_supervisors_hear_that_the_team_did_not_answer_though_one_of_them_did(
    story: Story, people: Cast
) -> None:
    on_duty(people.schedule, people.bruno)
    story.phone(SAM, TAKES_IT)
    story.caller_dials()
    story.expect_end()
    (mail,) = story.mails(SAM_MAIL)
    assert mail.subject == "Call on Main line taken by a supervisor"
    assert "Nobody of those on call took the call; a supervisor did." in mail.body
    assert "- Bruno: no answer" in mail.body
