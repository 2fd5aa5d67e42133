"""Stories of incoming calls that somebody of the house ends from the page of what goes on."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.contrib.auth.models import User
from django.test import Client

from oncall_portal.lib import clock
from scheduling.models import Staff
from telephony import blocking_services, placing, telling
from telephony.emulator import Answers, Ignores
from telephony.enums import LegResult, Outcome, Phase, Triage
from telephony.models import Call
from telephony.story import line_words, verdict, visit_of
from tests.cast import ALICE, ALICE_HOME, BRUNO, CALLER, Cast, on_duty
from tests.story import Story

TAKES = Answers(after_s=4, presses=["1"], talks_s=600)
SORRY = "Sorry, we could not take your call to Dupont Chauffage. Reply to this text or call again."


@dataclass
class Desk:
    """Sam, who supervises, at the page of calls in progress."""

    page: Client
    user: User

    def end(self) -> None:
        """End the only call that goes on, as the page does."""
        address = f"/admin/telephony/call/{Call.objects.get(ended_at=None).pk}/hang-up/"
        assert address in self.page.get("/admin/telephony/call/in-progress/").content.decode()
        assert self.page.post(address).status_code == 302


@pytest.fixture
def desk(people: Cast) -> Desk:
    people.line.text_back_enabled = True
    people.line.save()
    on_duty(people.schedule, people.alice)
    user = User.objects.create(username="sam")
    Staff.objects.filter(pk=people.sam.pk).update(user=user)
    page = Client()
    page.force_login(user)
    return Desk(page, user)


def ended(story: Story) -> Call:
    """Wait until all is over and texts have left; return the call."""
    call = story.expect_end()
    story.texts_leave()
    return call


def told(call: Call) -> list[str]:
    events = call.events.order_by("at", "pk")
    return [line_words(line) for line in telling.story(visit_of(call, call.legs.all(), events))]


@pytest.mark.requirement("CRM-09")
def test_a_waiting_caller_hears_it_and_is_written_to_like_any_other(
    story: Story, people: Cast, desk: Desk
) -> None:
    story.phone(ALICE, Ignores())
    call = story.caller_dials(hangs_up_after_s=600)
    story.expect_ring(ALICE)
    story.platform.advance(3)
    desk.end()
    row = ended(story)
    assert (row.outcome, row.phase) == (Outcome.FAILED, Phase.ENDED)
    assert "ended" in call.said[-1]
    assert [leg.result for leg in row.legs.all()] == [LegResult.WITHDRAWN]
    assert (story.rang(ALICE), story.rang(ALICE_HOME), story.rang(BRUNO)) == (1, 0, 0)
    assert told(row) == [
        "The call came in.",
        "The phone of Alice rang for 3 s, until the call was ended here.",
        "Sam ended the call.",
    ]
    assert verdict(row) == "The call was ended here after 6 s"
    assert story.platform.texts_to(CALLER) == [SORRY]
    story.expect_nothing_left(row)


def test_two_who_talk_are_parted_and_nobody_is_written_to(
    story: Story, people: Cast, desk: Desk
) -> None:
    story.phone(ALICE, TAKES)
    story.caller_dials(hangs_up_after_s=600)
    story.expect_connected(ALICE)
    story.platform.advance(20)
    desk.end()
    row = ended(story)
    assert row.outcome == Outcome.CONNECTED
    assert told(row) == [
        "The call came in.",
        "Alice was rung, and pressed 1 to take the call after 6 s.",
        "Alice and the caller spoke for 20 s.",
        "Sam ended the call.",
    ]
    assert row.connected_at is not None
    assert row.ended_at is not None
    assert (row.ended_at - row.connected_at).total_seconds() < 25
    assert story.platform.texts.sent == []
    story.expect_nothing_left(row)


@pytest.mark.parametrize("how", ["blocked", "spam"])
def test_who_is_blocked_or_spam_is_ended_without_a_text(
    story: Story, people: Cast, desk: Desk, how: str
) -> None:
    story.phone(ALICE, Ignores())
    story.caller_dials(hangs_up_after_s=600)
    story.expect_ring(ALICE)
    if how == "blocked":
        blocking_services.block(CALLER, "")
    else:
        Call.objects.update(triage=Triage.SPAM.value)
    desk.end()
    assert ended(story).outcome == Outcome.FAILED
    assert story.platform.texts.sent == []


def test_who_was_rung_may_press_the_key_too_late(story: Story, people: Cast, desk: Desk) -> None:
    story.phone(ALICE, Answers(after_s=4, presses=["1"], talks_s=600))
    story.caller_dials(hangs_up_after_s=600)
    story.platform.run_until(lambda: Call.objects.filter(legs__picked_up_at__isnull=False).exists())
    placing.end(Call.objects.get(), desk.user, clock.now())
    row = ended(story)
    assert (row.outcome, row.accepted_by) == (Outcome.FAILED, None)
    assert story.talked_to == set()
    story.expect_nothing_left(row)
