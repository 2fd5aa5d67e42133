"""Stories of callers who are promised to be called back, until somebody did or said why not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from oncall_portal.lib import acting, clock
from oncall_portal.outbox.models import OutgoingMessage
from scheduling.models import ContactNumber, Organisation, Staff
from telephony import placing, promise_sweep, promises, triage
from telephony.emulator import Answers, Ignores
from telephony.enums import Outcome, TriageAction
from telephony.models import Call, PhoneNumber, Promise
from tests.cast import ALICE, BRUNO, CALLER, SAM, SAM_MAIL, Cast, on_duty
from tests.story import Story, Teller

NIGHT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PRESSES_1 = Answers(after_s=4, presses=["1"], talks_s=20)
PICKS_UP = Answers(after_s=6, talks_s=30)


def on_duty_all_night(people: Cast) -> None:
    """Alice first, then Bruno; both could sign in."""
    for level, person in enumerate((people.alice, people.bruno), 1):
        on_duty(people.schedule, person, level, start_s=-43200, end_s=43200)
        user = User.objects.create(username=person.name.lower())
        address = f"{person.name.lower()}@example.org"
        Staff.objects.filter(pk=person.pk).update(user=user, email=address)


def leaves_a_message(story: Story) -> Call:
    for number in (ALICE, BRUNO, SAM):
        story.phone(number, Ignores())
    story.caller_dials(speaks_s=6)
    call = story.expect_end()
    assert call.outcome == Outcome.MESSAGE_LEFT
    return call


def waits_until(story: Story, at: datetime) -> None:
    story.platform.advance((at - story.platform.clock.now()).total_seconds() + 2)


def hours_pass(hours: int) -> None:
    """Look at what is due every minute for so long, as the watchdog does every second."""
    for minute in range(60 * hours):
        promise_sweep.sweep(clock.now() + timedelta(minutes=minute))


def told(promise: Promise) -> list[tuple[str, str]]:
    """Whom the portal told since it was asked last, and how."""
    rows = OutgoingMessage.objects.filter(cause=f"promise:{promise.pk}").order_by("to")
    found = [(row.channel, row.to) for row in rows]
    rows.delete()
    return found


def mailed(person: str) -> tuple[str, str]:
    return ("email", f"{person}@example.org")


@pytest.mark.requirement("PLN-08")
@pytest.mark.requirement("PLA-13")
def test_a_message_at_night_goes_from_one_to_the_next_until_somebody_calls_back(
    teller: Teller, people: Cast
) -> None:
    on_duty_all_night(people)
    Organisation.objects.update(promise_minutes=6)
    with teller(at=NIGHT) as story:
        call = leaves_a_message(story)
        promise = Promise.objects.get(call=call)
        assert (promise.owner, promise.due_at - promise.made_at) == (
            people.alice,
            timedelta(minutes=6),
        )
        waits_until(story, promise.made_at + timedelta(minutes=4))
        assert told(promise) == [("sms", ALICE), mailed("alice")]
        waits_until(story, promise.due_at)
        assert sorted(told(promise)) == sorted(
            [("sms", ALICE), mailed("alice"), ("sms", BRUNO), mailed("bruno")]
        )
        waits_until(story, promise.due_at + timedelta(minutes=3))
        promise.refresh_from_db()
        assert (promise.owner, promise.escalations) == (people.sam, 2)
        assert ("email", SAM_MAIL) in told(promise)

        story.phone(BRUNO, PRESSES_1)
        story.phone(CALLER, PICKS_UP)
        bruno = Staff.objects.get(pk=people.bruno.pk).user
        back = placing.call_back(call, bruno, None, clock.now())
        story.platform.settle()
        story.dispatcher.drain()
        back.refresh_from_db()
        promise.refresh_from_db()
        assert (promise.state, promise.done_by, promise.kept_by) == ("kept", "Bruno", back)
        assert promise.done_at == back.connected_at
        assert call.events.filter(code="promise_kept").count() == 1
        hours_pass(2)
        assert told(promise) == []  # nobody hears of it any more


@pytest.mark.requirement("PLN-08")
def test_what_nobody_ever_takes_up_stays_overdue_and_is_told_a_bounded_number_of_times(
    story: Story, people: Cast
) -> None:
    on_duty_all_night(people)
    call = leaves_a_message(story)
    promise = Promise.objects.get(call=call)
    hours_pass(6)
    promise.refresh_from_db()
    codes = call.events.filter(code__startswith="promise_").order_by("pk")
    assert list(codes.values_list("code", flat=True)) == [
        "promise_made",
        "promise_remind",
        "promise_escalate",
        "promise_escalate",
        "promise_repeat",
        "promise_repeat",
    ]
    assert (promise.state, promise.next_at, promise.escalations) == ("open", None, 4)


def test_who_took_it_up_and_let_it_lie_is_told_once_with_the_supervisors(
    story: Story, people: Cast
) -> None:
    on_duty_all_night(people)
    promise = Promise.objects.get(call=leaves_a_message(story))
    promises.take(promise.pk, Staff.objects.get(pk=people.bruno.pk).user, clock.now())
    hours_pass(1)
    assert sorted(told(promise)) == sorted(
        [("sms", BRUNO), mailed("bruno"), ("sms", SAM), ("email", SAM_MAIL)]
    )
    promise.refresh_from_db()
    assert (promise.owner, promise.next_at) == (people.bruno, None)


def test_a_number_that_takes_no_texts_gets_none(story: Story, people: Cast) -> None:
    on_duty_all_night(people)
    ContactNumber.objects.update(can_sms=False)
    promise = Promise.objects.get(call=leaves_a_message(story))
    hours_pass(6)
    assert {channel for channel, _to in told(promise)} == {"email"}


def test_a_call_back_that_nobody_answers_keeps_nothing(story: Story, people: Cast) -> None:
    on_duty_all_night(people)
    call = leaves_a_message(story)
    story.phone(ALICE, PRESSES_1)
    story.phone(CALLER, Ignores())
    alice = Staff.objects.get(pk=people.alice.pk).user
    placing.call_back(call, alice, None, clock.now())
    story.platform.settle()
    promise = Promise.objects.get(call=call)
    assert (promise.state, promise.touched_at is None) == ("open", False)


def test_a_caller_who_calls_again_and_is_answered_needs_no_call_back(
    story: Story, people: Cast
) -> None:
    on_duty_all_night(people)
    call = leaves_a_message(story)
    story.phone(ALICE, PRESSES_1)
    story.caller_dials()
    again = story.expect_end()
    promise = Promise.objects.get(call=call)
    assert (promise.state, promise.done_by, promise.kept_by) == ("kept", "Alice", again)


@pytest.mark.requirement("PLN-07")
def test_closing_a_call_says_why_nobody_calls_back_and_reopening_promises_it_again(
    story: Story, people: Cast
) -> None:
    on_duty_all_night(people)
    call = leaves_a_message(story)
    seen = []
    with acting.by(User.objects.create(username="office")):
        for action, why in (
            (TriageAction.CLOSE, ""),
            (TriageAction.REOPEN, ""),
            (TriageAction.CLOSE, "spoke to him at the shop"),
        ):
            triage.triage(call.pk, action, why)
            promise = Promise.objects.get(call=call)
            seen.append((promise.state, promise.reason))
    assert seen == [
        ("waived", "closed by office"),
        ("open", ""),
        ("waived", "spoke to him at the shop"),
    ]


# --- missed twice --------------------------------------------------------------------------------


@pytest.mark.requirement("CRM-09")
def test_a_second_missed_call_within_a_quarter_of_an_hour_is_urgent_and_texted_once(
    story: Story, people: Cast
) -> None:
    PhoneNumber.objects.update(text_back_enabled=True)
    on_duty_all_night(people)
    first = leaves_a_message(story)
    promise = Promise.objects.get(call=first)
    story.platform.advance(120)
    story.caller_dials(hangs_up_after_s=5)
    second = story.expect_end()
    story.texts_leave()
    assert (first.urgent, Call.objects.get(pk=second.pk).urgent) == (False, True)
    assert len(story.platform.texts_to(CALLER)) == 1
    before, left = promise.due_at, promise.due_at - clock.now()
    promise.refresh_from_db()
    assert abs(before - left / 2 - promise.due_at) < timedelta(seconds=2)
    assert sorted(told(promise)) == sorted([("sms", ALICE), mailed("alice")])


@pytest.mark.parametrize("minutes", [1, 20])
def test_whoever_was_answered_in_between_or_calls_much_later_is_not_urgent(
    story: Story, people: Cast, minutes: int
) -> None:
    on_duty_all_night(people)
    story.phone(ALICE, PRESSES_1 if minutes == 1 else Ignores())
    story.caller_dials(hangs_up_after_s=None if minutes == 1 else 5)
    story.expect_end()
    story.platform.advance(60 * minutes)
    story.phone(ALICE, Ignores())
    story.caller_dials(hangs_up_after_s=5)
    assert not Call.objects.get(pk=story.expect_end().pk).urgent
