"""Stories of test calls: a phone is rung, and whoever picks up presses 1, or does not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from oncall_portal.lib import clock
from oncall_portal.lib.errors import Refused
from scheduling.enums import Role
from scheduling.models import ContactNumber, Staff
from scheduling.tests.logins import client
from telephony import dispatch, testcalls
from telephony.emulator import (
    Answers,
    Behaviour,
    Busy,
    HangsUp,
    Ignores,
    Invalid,
    Machine,
    Rejects,
    Switches,
    Unreachable,
    when,
)
from telephony.emulator.faults import ApiHow
from telephony.enums import Outcome, TestState
from telephony.models import DialAllowance, PhoneNumber, TestCall
from tests.cast import ALICE, BRUNO, START, Cast, on_duty
from tests.story import Story, Teller

PRESSES_1 = Answers(after_s=4, presses=["1"])
TAKES_IT = Answers(after_s=4, presses=["1"], talks_s=20)


def number_of(person: Staff) -> ContactNumber:
    return person.numbers.order_by("position")[0]


def ask(person: Staff) -> TestCall:
    return testcalls.start(number_of(person).pk, None, clock.now())


def result(story: Story) -> TestState:
    story.platform.settle()
    story.dispatcher.drain()
    test = TestCall.objects.latest("pk")
    assert test.ended_at is not None, test.state
    return TestState(test.state)


def verified(person: Staff) -> bool:
    return number_of(person).verified_at is not None


def test_key_1_verifies_the_number_in_the_persons_language(story: Story, people: Cast) -> None:
    Staff.objects.filter(pk=people.bruno.pk).update(language="fr")
    story.phone(BRUNO, PRESSES_1)
    before = number_of(people.bruno)
    ask(people.bruno)
    assert result(story) is TestState.CONFIRMED
    number = number_of(people.bruno)
    assert number.verified_at == TestCall.objects.get().ended_at
    assert number.version == before.version  # a form that is open meanwhile is not stale
    assert story.heard(BRUNO) == [
        "Ceci est un appel d\u2019essai de Dupont Chauffage. Si vous entendez ceci, appuyez sur 1.",
        "Merci. Ce téléphone est joignable. Au revoir.",
    ]


def test_the_phone_shows_one_of_our_numbers_and_rings_as_long_as_it_would(
    story: Story, people: Cast
) -> None:
    ContactNumber.objects.filter(number=BRUNO).update(ring_seconds=12)
    story.phone(BRUNO, Ignores())
    ask(people.bruno)
    assert result(story) is TestState.NO_ANSWER
    (rang,) = story.platform.phone(BRUNO).rang
    test = TestCall.objects.get()
    assert rang.from_ == str(people.line.number).lstrip("+")
    assert test.ended_at is not None
    assert timedelta(seconds=11) < test.ended_at - START < timedelta(seconds=16)


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        (Answers(after_s=4, presses=[]), TestState.NO_KEY),
        (Answers(after_s=4, presses=["5", "2"]), TestState.NO_KEY),
        (HangsUp(after_s=2), TestState.NO_KEY),
        (Machine(after_s=5), TestState.NO_KEY),
        (Busy(), TestState.BUSY),
        (Rejects(), TestState.REJECTED),
        (Unreachable(), TestState.UNREACHABLE),
        (Invalid(), TestState.REJECTED),
        (Ignores(), TestState.NO_ANSWER),
    ],
)
def test_what_does_not_press_1_verifies_nothing(
    story: Story, people: Cast, behaviour: Behaviour, expected: TestState
) -> None:
    story.phone(BRUNO, behaviour)
    ask(people.bruno)
    assert (result(story), verified(people.bruno)) == (expected, False)
    assert story.rang(BRUNO) == 1


def test_the_question_is_put_twice(story: Story, people: Cast) -> None:
    story.phone(BRUNO, Answers(after_s=4, presses=["", "1"], press_after_s=2))
    ask(people.bruno)
    assert result(story) is TestState.CONFIRMED
    assert [said[:25] for said in story.heard(BRUNO)] == [
        "This is a test call from ",
        "This is a test call from ",
        "Thank you. This phone can",
    ]


@pytest.mark.parametrize("status", ["busy", "completed"])
def test_the_end_before_its_reason_is_told_by_its_reason(
    teller: Teller, people: Cast, status: str
) -> None:
    with teller(switches=Switches(completed_before_failure=status == "completed")) as story:
        story.phone(BRUNO, Busy())
        ask(people.bruno)
        assert result(story) is TestState.BUSY


def test_lost_events_are_replaced_by_a_deadline(story: Story, people: Cast) -> None:
    story.phone(BRUNO, Ignores())
    story.platform.faults.lose(when(url="/voice/test/"), times=None)
    ask(people.bruno)
    story.platform.advance(30)
    assert result(story) is TestState.UNKNOWN


def test_a_lost_end_after_silence_is_replaced_by_a_deadline(story: Story, people: Cast) -> None:
    story.phone(BRUNO, Answers(after_s=4, presses=[]))
    story.platform.faults.lose(when(url="/voice/test-key/"), times=None)
    story.platform.faults.lose(when(url="/voice/test/", status="completed"), times=None)
    ask(people.bruno)
    story.platform.advance(90)
    assert result(story) is TestState.NO_KEY


def test_the_deadline_holds_without_a_watchdog(people: Cast) -> None:
    asked = START
    test = testcalls.start(number_of(people.bruno).pk, None, asked)
    TestCall.objects.filter(pk=test.pk).update(dialled_at=asked)
    later = asked + timedelta(seconds=60)
    (found,) = testcalls.latest([test.contact_number_id], later).values()
    assert (found.state, found.ended_at) == (TestState.UNKNOWN, later)


def test_every_webhook_twice_changes_nothing(story: Story, people: Cast) -> None:
    story.phone(BRUNO, Answers(after_s=4, presses=["", "1"]))
    story.platform.faults.duplicate(when(), times=None)
    ask(people.bruno)
    assert (result(story), story.rang(BRUNO)) == (TestState.CONFIRMED, 1)


def test_a_lost_answer_to_key_1_is_given_again(story: Story, people: Cast) -> None:
    story.phone(BRUNO, PRESSES_1)
    story.platform.faults.lose_response(when(url="/voice/test-key/"))
    ask(people.bruno)
    assert (result(story), verified(people.bruno)) == (TestState.CONFIRMED, True)


def test_a_number_changed_meanwhile_is_not_verified(story: Story, people: Cast) -> None:
    story.phone(BRUNO, PRESSES_1)
    ask(people.bruno)
    story.expect_ring(BRUNO)
    ContactNumber.objects.filter(number=BRUNO).update(number="+33639980099")
    assert (result(story), verified(people.bruno)) == (TestState.CONFIRMED, False)


@pytest.mark.parametrize("how", ["500", "timeout_after", "closed_after"])
def test_a_dial_of_unknown_fate_is_not_repeated(story: Story, people: Cast, how: ApiHow) -> None:
    story.phone(BRUNO, PRESSES_1)
    story.platform.faults.api("create", how=how)
    ask(people.bruno)
    story.platform.advance(60)
    assert story.rang(BRUNO) <= 1
    assert result(story) in {TestState.CONFIRMED, TestState.UNKNOWN}


def test_a_dial_that_was_too_many_comes_again(story: Story, people: Cast) -> None:
    story.phone(BRUNO, PRESSES_1)
    story.platform.faults.api("create", how="429")
    ask(people.bruno)
    story.platform.advance(5)
    assert (result(story), story.rang(BRUNO)) == (TestState.CONFIRMED, 1)


def test_a_caller_in_conversation_is_not_disturbed_by_a_test(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, TAKES_IT)
    story.caller_dials()
    story.expect_connected(BRUNO)
    with pytest.raises(Refused) as refused:
        ask(people.bruno)
    assert refused.value.code == "number_in_call"
    assert story.expect_end().outcome == Outcome.CONNECTED


def test_a_test_under_way_is_not_doubled(story: Story, people: Cast) -> None:
    story.phone(BRUNO, Ignores())
    ask(people.bruno)
    with pytest.raises(Refused) as refused:
        ask(people.bruno)
    assert refused.value.code == "test_under_way"
    assert (result(story), TestCall.objects.count()) == (TestState.NO_ANSWER, 1)


@pytest.mark.parametrize("direct", [False, True])
def test_a_caller_goes_before_a_test_that_rings(story: Story, people: Cast, direct: bool) -> None:
    PhoneNumber.objects.update(call_connect=not direct)
    on_duty(people.schedule, people.bruno)
    story.phone(BRUNO, Ignores(), Answers(after_s=4, presses=["1"], talks_s=20))
    ask(people.bruno)
    story.expect_ring(BRUNO)
    story.platform.advance(3)
    story.caller_dials()
    story.expect_connected(BRUNO, limit_s=30)
    assert TestCall.objects.get().state == TestState.GAVE_WAY
    assert story.expect_end().outcome in {Outcome.CONNECTED, Outcome.PICKED_UP}


def test_a_test_waits_while_the_accounts_new_calls_are_used(story: Story, people: Cast) -> None:
    DialAllowance.objects.create(pk=1, recent=[START])
    story.phone(BRUNO, PRESSES_1)
    ask(people.bruno)
    story.expect_ring(BRUNO)
    assert story.platform.phone(BRUNO).rang[0].at - START >= timedelta(seconds=1.1)
    assert result(story) is TestState.CONFIRMED


def test_a_test_that_never_gets_its_turn_is_given_up(story: Story, people: Cast) -> None:
    with dispatch.using(dispatch.QueueDispatcher()):
        ask(people.bruno)
    TestCall.objects.update(not_before=START + timedelta(minutes=5))
    story.platform.advance(30)
    assert story.rang(BRUNO) == 0
    assert TestCall.objects.get().state == TestState.NOT_DIALLED


def test_a_test_needs_a_number_of_ours_to_show(story: Story, people: Cast) -> None:
    PhoneNumber.objects.all().delete()
    with pytest.raises(Refused) as refused:
        ask(people.bruno)
    assert (refused.value.code, TestCall.objects.count()) == ("no_own_number", 0)


def test_the_api_asks_for_a_test_and_tells_its_result(story: Story, people: Cast) -> None:
    story.phone(ALICE, PRESSES_1)
    address = f"/api/v1/contact-numbers/{number_of(people.alice).pk}/test/"
    api = client(Role.MANAGER)
    assert api.get(address).status_code == 404
    asked = api.post(address, {}, format="json")
    assert asked.status_code == 201, asked.json()
    assert {k: asked.json()[k] for k in ("state", "requested_by", "live", "verified_at")} == {
        "state": "waiting",
        "requested_by": "manager",
        "live": True,
        "verified_at": None,
    }
    assert result(story) is TestState.CONFIRMED
    told = api.get(address).json()
    assert (told["state"], told["live"], told["text"]) == (
        "confirmed",
        False,
        "works: key 1 was pressed",
    )
    assert told["verified_at"] == told["ended_at"]
