"""Stories of calls that somebody places: their phone rings first, then the caller's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from oncall_portal.lib import clock
from oncall_portal.lib.errors import Conflict, Refused
from scheduling.models import ContactNumber, Organisation, Staff
from telephony import placing
from telephony.emulator import (
    Answers,
    Behaviour,
    Busy,
    HangsUp,
    Ignores,
    Machine,
    Rejects,
    Switches,
    Unreachable,
    when,
)
from telephony.emulator.faults import ApiHow
from telephony.enums import Direction, LegResult, Outcome
from telephony.models import Call, Caller, DialAllowance, PhoneNumber
from tests.cast import ALICE, ALICE_HOME, BRUNO, CALLER, LINE, START, Cast, on_duty
from tests.story import Story, Teller

PRESSES_1 = Answers(after_s=4, presses=["1"], talks_s=20)
PICKS_UP = Answers(after_s=6, talks_s=30)


@pytest.fixture
def missed(people: Cast) -> Call:
    """A call that nobody answered, and Alice who can sign in."""
    Staff.objects.filter(pk=people.alice.pk).update(user=User.objects.create(username="alice"))
    return Call.objects.create(
        token="missed",
        leg_uuid="missed",
        phone_number=people.line,
        dialled=LINE,
        caller=CALLER,
        label="Main line",
        language="en",
        phase="ended",
        outcome=Outcome.GAVE_UP_RINGING.value,
        started_at=START - timedelta(minutes=5),
        ended_at=START - timedelta(minutes=4),
    )


def user_of(person: Staff) -> object:
    return Staff.objects.get(pk=person.pk).user


def calls_back(people: Cast, missed: Call, number: int | None = None) -> Call:
    return placing.call_back(missed, user_of(people.alice), number, clock.now())


def ends(story: Story, call: Call) -> Call:
    story.platform.settle()
    story.dispatcher.drain()
    call.refresh_from_db()
    return call


def results(call: Call) -> list[str]:
    return [leg.result for leg in call.legs.order_by("ordinal")]


def together(story: Story) -> bool:
    return any(c.joins(ALICE.lstrip("+"), CALLER.lstrip("+")) for c in story.platform.connections)


def test_both_answer_and_meet(story: Story, people: Cast, missed: Call) -> None:
    story.phone(ALICE, PRESSES_1)
    story.phone(CALLER, PICKS_UP)
    call = calls_back(people, missed)
    story.expect_ring(ALICE)
    assert story.rang(CALLER) == 0
    story.expect_ring(CALLER)
    call = ends(story, call)
    assert (call.outcome, results(call)) == (Outcome.CONNECTED, ["accepted", "picked_up"])
    assert together(story)
    assert (call.direction, call.started_by, call.answers) == (
        Direction.OUT,
        people.alice,
        missed,
    )
    story.expect_nothing_left(call)


def test_each_sees_the_number_that_was_called(story: Story, people: Cast, missed: Call) -> None:
    story.phone(ALICE, PRESSES_1)
    story.phone(CALLER, PICKS_UP)
    ends(story, calls_back(people, missed))
    shown = {ring.from_ for each in (ALICE, CALLER) for ring in story.platform.phone(each).rang}
    assert shown == {LINE.lstrip("+")}


def test_who_is_rung_hears_whom_the_call_is_for(story: Story, people: Cast, missed: Call) -> None:
    story.phone(ALICE, PRESSES_1)
    story.phone(CALLER, PICKS_UP)
    ends(story, calls_back(people, missed))
    assert story.heard(ALICE)[0] == ("Call to 0 6 9 8 7 6 5 4 3 2. Press 1, and you are connected.")
    assert story.heard(CALLER) == []


def test_a_caller_with_a_name_is_called_by_it(story: Story, people: Cast, missed: Call) -> None:
    Caller.objects.create(number=CALLER, name="Mrs Brown")
    story.phone(ALICE, PRESSES_1)
    call = ends(story, calls_back(people, missed))
    assert "Mrs Brown" in story.heard(ALICE)[0]
    assert [leg.name for leg in call.legs.order_by("ordinal")] == ["Alice", "Mrs Brown"]


@pytest.mark.parametrize(
    ("behaviour", "result", "words"),
    [
        (Ignores(), LegResult.TIMEOUT, "The call was not answered. Goodbye."),
        (Busy(), LegResult.BUSY, "The line is busy. Please try again later. Goodbye."),
        (Rejects(), LegResult.REJECTED, "The call was not answered. Goodbye."),
        (Unreachable(), LegResult.UNREACHABLE, "The call was not answered. Goodbye."),
    ],
)
def test_a_caller_who_does_not_answer(
    story: Story, people: Cast, missed: Call, behaviour: Behaviour, result: str, words: str
) -> None:
    story.phone(ALICE, PRESSES_1)
    story.phone(CALLER, behaviour)
    call = ends(story, calls_back(people, missed))
    assert (call.outcome, results(call)) == (Outcome.FAILED, ["accepted", result])
    assert story.heard(ALICE)[-1] == words
    assert not together(story)
    story.expect_nothing_left(call)


@pytest.mark.requirement("CRM-08")
@pytest.mark.parametrize(("setting", "seconds"), [(None, 60), (25, 25), (3, 3)])
def test_the_outbound_timeout_bounds_the_ringing(
    story: Story, people: Cast, missed: Call, setting: int | None, seconds: int
) -> None:
    PhoneNumber.objects.update(outbound_timeout=setting)
    missed.refresh_from_db()
    story.phone(ALICE, PRESSES_1)
    story.phone(CALLER, Ignores())
    call = ends(story, calls_back(people, missed))
    (rang,) = story.platform.phone(CALLER).rang
    assert rang.ended_at is not None
    assert rang.ended_at - rang.at == pytest.approx(
        timedelta(seconds=seconds), abs=timedelta(seconds=1)
    )
    assert call.outcome == Outcome.FAILED


@pytest.mark.parametrize(
    "behaviour",
    [
        Answers(after_s=4, presses=[]),
        Answers(after_s=4, presses=["5", "2"]),
        Machine(after_s=5),
        HangsUp(after_s=2),
        Ignores(),
        Rejects(),
    ],
)
def test_without_key_1_nobody_is_called(
    story: Story, people: Cast, missed: Call, behaviour: Behaviour
) -> None:
    story.phone(ALICE, behaviour)
    call = ends(story, calls_back(people, missed))
    assert (call.outcome, story.rang(CALLER)) == (Outcome.GAVE_UP_RINGING, 0)
    story.expect_nothing_left(call)


def test_who_hangs_up_while_the_caller_rings_stops_the_ringing(
    story: Story, people: Cast, missed: Call
) -> None:
    story.phone(ALICE, Answers(after_s=4, presses=["1"], hangs_up_after_s=12))
    story.phone(CALLER, Ignores())
    call = ends(story, calls_back(people, missed))
    (rang,) = story.platform.phone(CALLER).rang
    assert (rang.status, call.outcome) == ("cancelled", Outcome.GAVE_UP_RINGING)
    story.expect_nothing_left(call)


@pytest.mark.parametrize("who", ["caller", "staff"])
def test_either_leaving_ends_it_for_both(
    story: Story, people: Cast, missed: Call, who: str
) -> None:
    staff, caller = (20, 300) if who == "staff" else (300, 20)
    story.phone(ALICE, Answers(after_s=4, presses=["1"], talks_s=staff))
    story.phone(CALLER, Answers(after_s=4, talks_s=caller))
    call = ends(story, calls_back(people, missed))
    assert call.outcome == Outcome.CONNECTED
    assert call.ended_at is not None
    assert call.connected_at is not None
    assert call.ended_at - call.connected_at < timedelta(seconds=23)


def test_another_phone_of_ones_own_may_be_chosen(story: Story, people: Cast, missed: Call) -> None:
    home = ContactNumber.objects.get(number=ALICE_HOME)
    story.phone(ALICE_HOME, PRESSES_1)
    ends(story, calls_back(people, missed, home.pk))
    assert (story.rang(ALICE), story.rang(ALICE_HOME)) == (0, 1)


def test_a_colleagues_phone_is_refused(people: Cast, missed: Call) -> None:
    with pytest.raises(Refused) as refused:
        calls_back(people, missed, ContactNumber.objects.get(number=BRUNO).pk)
    assert refused.value.code == "not_your_number"


@pytest.mark.parametrize("how", ["500", "timeout_after", "closed_after"])
def test_a_dial_of_unknown_fate_is_not_repeated(
    story: Story, people: Cast, missed: Call, how: ApiHow
) -> None:
    story.phone(ALICE, PRESSES_1)
    story.phone(CALLER, PICKS_UP)
    story.platform.faults.api("create", how=how)
    call = ends(story, calls_back(people, missed))
    story.platform.advance(120)
    assert story.rang(ALICE) <= 1
    story.expect_nothing_left(ends(story, call))


def test_every_webhook_twice_changes_nothing(story: Story, people: Cast, missed: Call) -> None:
    story.phone(ALICE, PRESSES_1)
    story.phone(CALLER, PICKS_UP)
    story.platform.faults.duplicate(when(), times=None)
    call = ends(story, calls_back(people, missed))
    assert (call.outcome, story.rang(ALICE), story.rang(CALLER)) == (Outcome.CONNECTED, 1, 1)


def test_lost_reports_of_the_conversation_are_asked_for(
    story: Story, people: Cast, missed: Call
) -> None:
    story.phone(ALICE, PRESSES_1)
    story.phone(CALLER, PICKS_UP)
    story.platform.faults.lose(when(kind="transfer"), times=None)
    call = ends(story, calls_back(people, missed))
    assert (call.outcome, together(story)) == (Outcome.CONNECTED, True)


@pytest.mark.parametrize(
    "switches",
    [
        Switches(conversation_end_continues_ncco=True),
        Switches(completed_before_failure=True),
        Switches(hangup_while_ringing="completed"),
        Switches(transfer_makes_new_conversation=True),
    ],
)
@pytest.mark.parametrize("answers", [True, False])
def test_whatever_the_platform_does(
    teller: Teller, people: Cast, missed: Call, switches: Switches, answers: bool
) -> None:
    with teller(switches=switches) as story:
        story.phone(ALICE, PRESSES_1)
        story.phone(CALLER, PICKS_UP if answers else Ignores())
        call = ends(story, calls_back(people, missed))
        assert call.outcome == (Outcome.CONNECTED if answers else Outcome.FAILED)
        story.expect_nothing_left(call)


def test_recorded_once_both_were_told(story: Story, people: Cast, missed: Call) -> None:
    PhoneNumber.objects.update(record=True)
    missed.refresh_from_db()
    story.phone(ALICE, PRESSES_1)
    story.phone(CALLER, PICKS_UP)
    call = ends(story, calls_back(people, missed))
    told = [story.heard(number)[-1] for number in (ALICE, CALLER)]
    assert told == ["This call is recorded."] * 2
    assert (call.outcome, call.recordings.count()) == (Outcome.CONNECTED, 1)


def test_who_is_in_a_call_is_not_rung(story: Story, people: Cast, missed: Call) -> None:
    on_duty(people.schedule, people.alice)
    story.phone(ALICE, PRESSES_1)
    story.caller_dials(from_="+33698765499")
    story.expect_connected(ALICE)
    with pytest.raises(Conflict) as refused:
        calls_back(people, missed, ContactNumber.objects.get(number=ALICE_HOME).pk)
    assert refused.value.code == "you_are_in_a_call"


def test_a_caller_on_the_line_is_not_called_back(story: Story, people: Cast, missed: Call) -> None:
    story.caller_dials()
    story.expect_said("Nobody")
    with pytest.raises(Conflict) as refused:
        calls_back(people, missed)
    assert refused.value.code == "caller_in_a_call"


def test_two_do_not_call_back_at_once(story: Story, people: Cast, missed: Call) -> None:
    Staff.objects.filter(pk=people.bruno.pk).update(user=User.objects.create(username="bruno"))
    story.phone(ALICE, PRESSES_1)
    story.phone(CALLER, PICKS_UP)
    calls_back(people, missed)
    story.expect_ring(CALLER)
    with pytest.raises(Conflict) as refused:
        placing.call_back(missed, user_of(people.bruno), None, clock.now())
    assert refused.value.code == "caller_in_a_call"


@pytest.mark.parametrize(
    ("number", "code"),
    [("", "number_withheld"), ("+1900", "not_a_number"), (LINE, "own_number")],
)
def test_what_cannot_be_called_back(people: Cast, missed: Call, number: str, code: str) -> None:
    Call.objects.update(caller=number)
    missed.refresh_from_db()
    with pytest.raises(Refused) as refused:
        calls_back(people, missed)
    assert (refused.value.code, Call.objects.count()) == (code, 1)


def test_a_country_that_is_not_allowed_is_refused(people: Cast, missed: Call) -> None:
    Organisation.objects.update(allowed_countries=["FR"])
    Call.objects.update(callback_number="+442079460000")
    missed.refresh_from_db()
    with pytest.raises(Refused) as refused:
        calls_back(people, missed)
    assert refused.value.code == "country_not_allowed"


def test_a_caller_comes_first_when_calls_are_few(story: Story, people: Cast, missed: Call) -> None:
    DialAllowance.objects.create(pk=1, recent=[START, START])
    story.phone(ALICE, PRESSES_1)
    call = calls_back(people, missed)
    story.expect_ring(ALICE)
    assert story.platform.phone(ALICE).rang[0].at - START >= timedelta(seconds=1.1)
    ends(story, call)


@pytest.mark.parametrize("how_far", ["rings", "waits", "talks"])
def test_ended_by_the_house_nobody_stays(
    story: Story, people: Cast, missed: Call, how_far: str
) -> None:
    story.phone(ALICE, Answers(after_s=4, presses=["1"], talks_s=600))
    story.phone(CALLER, Answers(after_s=10, talks_s=600))
    call = calls_back(people, missed)
    story.expect_ring(CALLER if how_far == "waits" else ALICE)
    if how_far == "talks":
        story.platform.run_until(lambda: together(story))
    call.refresh_from_db()
    story.platform.advance(2)
    placing.end(call, user_of(people.alice), clock.now())
    story.platform.advance(10)
    assert [ring.status for ring in story.platform.phone(ALICE).rang] != ["answered"]
    call = ends(story, call)
    assert call.ended_at is not None
    assert call.ended_at - START < timedelta(seconds=40)
    story.expect_nothing_left(call)
