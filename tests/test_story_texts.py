"""Stories of texts with callers: received, answered, reported, stopped."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from oncall_portal.lib.errors import Refused
from oncall_portal.outbox.models import OutgoingMessage
from telephony import texting
from telephony.emulator import Switches, when
from telephony.models import Caller, TextMessage
from tests.cast import CALLER, LINE, SAM_MAIL, START, Cast
from tests.story import Story, Teller


def answer(people: Cast, text: str = "We are on our way.", key: str = "1") -> TextMessage:
    """Somebody of the office writes to the caller."""
    caller, _new = Caller.objects.get_or_create(number=CALLER)
    user, _new = User.objects.get_or_create(username="sam")
    return texting.reply(caller.pk, people.line.pk, text, key=key, user=user, now=START)


def stream() -> list[tuple[str, str, str]]:
    """Return every text, oldest first: direction, text, state."""
    return list(TextMessage.objects.order_by("pk").values_list("direction", "text", "state"))


def left() -> tuple[str, str]:
    """Return what became of the one text out, as the outbox has it."""
    message = OutgoingMessage.objects.get(channel="sms")
    return message.state, message.error


@pytest.mark.requirement("CRM-06")
def test_a_text_comes_in_is_answered_and_the_answer_arrives(story: Story, people: Cast) -> None:
    story.caller_writes("Où en êtes-vous ?\nMerci 🔥")
    answer(people)
    story.texts_leave()
    assert stream() == [
        ("in", "Où en êtes-vous ?\nMerci 🔥", "received"),
        ("out", "We are on our way.", "delivered"),
    ]
    assert story.platform.texts_to(CALLER) == ["We are on our way."]
    assert story.platform.texts.sent[0].from_ == LINE.lstrip("+")
    assert left() == ("delivered", "")
    assert [mail.state for mail in story.mails(SAM_MAIL)] == ["sent"]


@pytest.mark.parametrize("order", ["in_order", "last_first"])
def test_reports_in_any_order_end_as_delivered(teller: Teller, people: Cast, order: str) -> None:
    with teller(switches=Switches(text_statuses=order)) as story:  # type: ignore[arg-type]
        answer(people)
        story.texts_leave()
        assert stream()[0][2] == "delivered"
        assert left() == ("delivered", "")


@pytest.mark.parametrize("fate", ["rejected", "undeliverable"])
def test_a_text_that_cannot_arrive_is_shown_as_failed(
    story: Story, people: Cast, fate: str
) -> None:
    story.platform.phone(CALLER).text_fate = fate  # type: ignore[assignment]
    answer(people)
    story.texts_leave()
    text = TextMessage.objects.get()
    assert (text.state, text.error != "") == ("failed", True)
    assert left() == ("failed", text.error)


def test_whoever_writes_stop_gets_no_text_until_start(story: Story, people: Cast) -> None:
    answer(people, key="waiting")
    story.caller_writes("Stop.")
    story.texts_leave()  # the one that waited
    assert Caller.objects.get().sms_stopped_at == START
    with pytest.raises(Refused, match="caller_stopped_texts"):
        answer(people, key="after")
    assert stream() == [
        ("out", "We are on our way.", "failed"),
        ("in", "Stop.", "received"),
    ]
    assert story.platform.texts.sent == []  # not even a confirmation
    story.caller_writes("START")
    answer(people, key="again")
    story.texts_leave()
    assert story.platform.texts_to(CALLER) == ["We are on our way."]


def test_a_text_whose_acceptance_was_lost_is_not_sent_again(story: Story, people: Cast) -> None:
    """The platform took it, its answer never came; its report says that it was taken."""
    story.platform.faults.api("message", how="closed_after")
    answer(people)
    story.texts_leave()
    OutgoingMessage.objects.update(next_attempt_at=START)
    story.texts_leave()
    assert len(story.platform.texts.sent) == 1
    assert (stream()[0][2], left()) == ("delivered", ("delivered", ""))
    assert TextMessage.objects.get().platform_id == story.platform.texts.sent[0].message_uuid


def test_a_text_that_was_not_taken_is_tried_again(story: Story, people: Cast) -> None:
    story.platform.faults.api("message", how="503")
    answer(people)
    story.texts_leave()
    assert (stream()[0][2], left()) == ("queued", ("queued", "send_text: HTTP 503"))
    story.platform.advance(30)
    story.texts_leave()
    assert stream()[0][2] == "delivered"


def test_reports_and_texts_that_come_twice_or_late_change_nothing(
    story: Story, people: Cast
) -> None:
    story.platform.faults.duplicate(when(kind="text"), after_s=5)
    story.platform.faults.delay(when(kind="text_status", status="submitted"), by_s=60)
    story.platform.faults.duplicate(when(kind="text_status"), times=None, after_s=200)
    story.caller_writes("Hello")
    answer(people)
    story.texts_leave()
    assert [(text, state) for _direction, text, state in stream()] == [
        ("Hello", "received"),
        ("We are on our way.", "delivered"),
    ]


def test_a_text_reaches_a_portal_that_was_away(story: Story, people: Cast) -> None:
    story.platform.faults.portal_down(for_s=600)
    story.caller_writes("Hello")
    assert stream() == [("in", "Hello", "received")]
    assert TextMessage.objects.get().at == START
