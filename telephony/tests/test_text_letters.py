"""Supervisors are told of a text that came in, once in a while, in their language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from oncall_portal.outbox.models import OutgoingMessage
from scheduling.models import (
    Organisation,
    OrganisationSupervisor,
    Schedule,
    ScheduleSupervisor,
    Staff,
)
from telephony import texting
from telephony.models import BlockedCaller, Caller, PhoneNumber
from telephony.types.texts import ReceivedText

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LINE, CALLER = "+33970000001", "+33698765432"


def person(name: str, language: str = "en") -> Staff:
    address = f"{name.lower()}@example.org"
    return Staff.objects.create(name=name, email=address, language=language)


@pytest.fixture
def line() -> PhoneNumber:
    house = Organisation.objects.create(pk=1, name="Dupont")
    OrganisationSupervisor.objects.create(organisation=house, staff=person("Sam"))
    return PhoneNumber.objects.create(name="Main line", number=LINE)


def comes_in(text: str, number: int = 1, minutes: float = 0) -> None:
    now = NOW + timedelta(minutes=minutes)
    texting.receive(ReceivedText(f"m{number}", CALLER, LINE, text, now), now)


def told() -> list[tuple[str, str]]:
    rows = OutgoingMessage.objects.filter(channel="email").order_by("pk")
    return list(rows.values_list("to", "subject"))


def test_the_supervisors_read_what_was_written_and_where_to_answer(line: PhoneNumber) -> None:
    Caller.objects.create(number=CALLER, name="Mrs Brown")
    comes_in("When do you come?")
    mail = OutgoingMessage.objects.get()
    caller = Caller.objects.get()
    assert (mail.to, mail.subject) == (
        "sam@example.org",
        "Text from Mrs Brown (+33 6 98 76 54 32)",
    )
    written, text, answer = mail.body.strip().split("\n\n")
    assert written == "Mrs Brown (+33 6 98 76 54 32) wrote to Main line:"
    assert text == "When do you come?"
    assert answer.endswith(f"/admin/telephony/caller/{caller.pk}/change/")
    assert mail.cause == f"caller:{caller.pk}"


def test_those_of_the_lines_schedule_are_told_in_their_language(line: PhoneNumber) -> None:
    line.schedule = Schedule.objects.create(name="Paris")
    line.save()
    ScheduleSupervisor.objects.create(schedule=line.schedule, staff=person("Zoe", "fr"))
    comes_in("Bonjour")
    assert told() == [("zoe@example.org", "SMS de +33 6 98 76 54 32")]


def test_several_in_a_row_are_told_once_and_later_ones_again(line: PhoneNumber) -> None:
    for number, minutes in ((1, 0), (2, 1), (3, 9), (4, 10)):
        comes_in("Hello", number, minutes)
    assert len(told()) == 2


def test_the_same_text_twice_is_told_once(line: PhoneNumber) -> None:
    comes_in("Hello")
    comes_in("Hello", minutes=15)
    assert len(told()) == 1


@pytest.mark.parametrize("text", ["STOP", "start"])
def test_a_wish_about_texts_is_obeyed_and_not_told(line: PhoneNumber, text: str) -> None:
    comes_in(text)
    assert told() == []


def test_a_blocked_caller_is_kept_and_not_told(line: PhoneNumber) -> None:
    BlockedCaller.objects.create(kind="exact", pattern=CALLER)
    comes_in("Buy this")
    assert (told(), Caller.objects.get().texts.count()) == ([], 1)


def test_nobody_to_tell_is_noted(line: PhoneNumber, caplog: pytest.LogCaptureFixture) -> None:
    OrganisationSupervisor.objects.all().delete()
    comes_in("Hello")
    text = Caller.objects.get().texts.get()
    assert caplog.messages == [f"text_without_reader text={text.pk}"]
