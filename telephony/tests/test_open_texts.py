"""Which texts wait for an answer, and where that is seen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.tests.logins import login
from telephony import open_texts
from telephony.models import Call, Caller, PhoneNumber, TextMessage

pytestmark = pytest.mark.django_db
CALLER = "+33698765432"


def wrote(minutes_ago: float = 60, number: str = CALLER, **values: Any) -> TextMessage:
    at = clock.now() - timedelta(minutes=minutes_ago)
    caller, _new = Caller.objects.get_or_create(number=number)
    given = {"direction": "in", "text": "Hello", **values}
    return TextMessage.objects.create(caller=caller, at=at, **given)


def answered(minutes_ago: float, **values: Any) -> TextMessage:
    user, _new = User.objects.get_or_create(username="sam")
    return wrote(minutes_ago, direction="out", state="sent", **{"sent_by": user, **values})


def placed(minutes_ago: float) -> None:
    at = clock.now() - timedelta(minutes=minutes_ago)
    Call.objects.create(
        token="out",
        direction="out",
        phone_number=PhoneNumber.objects.create(name="Main line", number="+33970000001"),
        dialled="+33970000001",
        caller=CALLER,
        phase="ended",
        outcome="connected",
        started_at=at,
        ended_at=at,
    )


def open_now() -> list[int]:
    found = open_texts.to_answer(TextMessage.objects.all(), clock.now())
    return list(found.order_by("pk").values_list("pk", flat=True))


def test_a_text_waits_until_somebody_answers() -> None:
    text = wrote()
    assert open_now() == [text.pk]
    answered(30)
    assert open_now() == []


def test_an_earlier_answer_is_none() -> None:
    answered(90)
    text = wrote()
    assert open_now() == [text.pk]


def test_what_the_portal_sends_by_itself_is_no_answer() -> None:
    text = wrote()
    answered(30, sent_by=None)
    assert open_now() == [text.pk]


def test_a_call_back_is_an_answer() -> None:
    text = wrote()
    placed(90)
    assert open_now() == [text.pk]
    Call.objects.update(started_at=clock.now(), ended_at=clock.now())
    assert open_now() == []


def test_one_caller_is_answered_and_another_waits() -> None:
    wrote()
    other = wrote(number="+33698765433")
    answered(30)
    assert open_now() == [other.pk]


def test_whoever_wants_no_texts_and_what_is_old_waits_for_nothing() -> None:
    wrote(60 * 24 * 15)
    wrote(number="+33698765433")
    Caller.objects.filter(number="+33698765433").update(sms_stopped_at=clock.now())
    assert open_now() == []


def test_they_are_counted_on_the_first_page_and_found_in_the_list() -> None:
    page = Client()
    page.force_login(login(Role.SUPERVISOR))
    text = wrote(text="When do you come?")
    answered(30)
    later = wrote(5, text="And the bill?")
    home = page.get("/admin/").content.decode()
    assert 'href="/admin/telephony/textmessage/?answer=open"' in home
    assert "1 text to answer" in home
    found = page.get("/admin/telephony/textmessage/?answer=open").content.decode()
    assert ("And the bill?" in found, "When do you come?" in found) == (True, False)
    assert f'href="/admin/telephony/caller/{later.caller_id}/change/"' in found
    assert text.caller == later.caller
