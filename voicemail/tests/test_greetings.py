"""Which greeting a caller hears before a message is taken."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from telephony.models import PhoneNumber, Prompt, PromptAudio
from telephony.queries import announcement, mailbox_ending
from voicemail.models import Mailbox
from voicemail.tests import cast
from voicemail.tests.cast import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("CRM-10")]


def prompt(name: str, text: dict[str, str] | None = None, **audio: str) -> Prompt:
    """Return a prompt with these texts, and tokens of recordings by language."""
    row = Prompt.objects.create(name=name, text=text or {})
    for language, token in audio.items():
        PromptAudio.objects.create(
            prompt=row,
            language=language,
            token=token,
            file=f"prompts/{token}.wav",
            original_name="hello.mp3",
            duration_seconds=1,
            size=1,
            sha256="0" * 64,
            uploaded_at=NOW,
        )
    return row


@pytest.fixture
def general() -> Mailbox:
    box = cast.mailbox()
    box.greeting = {"en": "General."}
    box.save()
    return box


@pytest.fixture
def line(general: Mailbox) -> PhoneNumber:
    return PhoneNumber.objects.create(name="Line", number="+33970000001")


def heard(number: PhoneNumber | None, mailbox: int | None = None) -> tuple[Any, Any]:
    """Return the texts and the recordings that the caller may hear."""
    ending = mailbox_ending(mailbox, number)
    assert ending.message
    return ending.texts, ending.audio


def greets(line: PhoneNumber, **values: Any) -> PhoneNumber:
    PhoneNumber.objects.filter(pk=line.pk).update(**values)
    line.refresh_from_db()
    return line


def test_a_mailbox_greets_with_its_text(line: PhoneNumber) -> None:
    assert heard(line) == ({"en": "General."}, {})


@pytest.mark.requirement("VPB-07")
def test_a_prompt_of_the_mailbox_goes_before_its_text(general: Mailbox, line: PhoneNumber) -> None:
    general.greeting_prompt = prompt("House", {"fr": "Maison."}, fr="house-fr")
    general.save()
    assert heard(line) == ({"fr": "Maison.", "en": "General."}, {"fr": "house-fr"})


def test_the_greeting_of_the_number_goes_before_the_mailbox(line: PhoneNumber) -> None:
    greets(line, greeting=prompt("Line", en="line-en"))
    assert heard(line) == ({}, {"en": "line-en"})


def test_whom_the_number_is_assigned_to_greets_first(line: PhoneNumber) -> None:
    bob = cast.person("Bob")
    Mailbox.objects.create(name="Bob", staff=bob, greeting_prompt=prompt("Bob", en="bob-en"))
    both = prompt("Line", fr="line-fr", en="line-en")
    greets(line, greeting=both, assigned_staff=bob)
    assert heard(line) == ({}, {"fr": "line-fr", "en": "bob-en"})


def test_who_has_no_mailbox_or_no_greeting_leaves_it_to_the_number(line: PhoneNumber) -> None:
    bob = cast.person("Bob")
    greets(line, greeting=prompt("Line", en="line-en"), assigned_staff=bob)
    assert heard(line) == ({}, {"en": "line-en"})
    Mailbox.objects.create(name="Bob", staff=bob)
    assert heard(line) == ({}, {"en": "line-en"})


def test_another_mailbox_than_the_numbers_own_greets_by_itself(line: PhoneNumber) -> None:
    greets(line, greeting=prompt("Line", fr="line-fr", en="line-en"))
    heating = Mailbox.objects.create(name="Heating", greeting={"fr": "Chauffage."})
    assert heard(line, heating.pk) == ({"fr": "Chauffage."}, {"en": "line-en"})


def test_a_number_of_its_own_mailbox_greets_before_it(line: PhoneNumber) -> None:
    own = Mailbox.objects.create(name="Own", greeting={"en": "Own."})
    greets(line, mailbox=own, greeting=prompt("Line", {"en": "Line."}))
    assert heard(line, own.pk) == ({"en": "Line."}, {})


def test_without_any_mailbox_the_number_greets_all_the_same() -> None:
    line = PhoneNumber.objects.create(name="Line", number="+33970000001")
    greets(line, greeting=prompt("Line", en="line-en"))
    assert heard(line) == ({}, {"en": "line-en"})
    assert heard(None) == ({}, {})


@pytest.mark.parametrize("others", [0, 20])
def test_it_costs_a_fixed_number_of_queries(line: PhoneNumber, others: int) -> None:
    for number in range(others):
        prompt(f"Prompt {number}", en=f"token-{number}")
        Mailbox.objects.create(name=f"Mailbox {number}")
    bob = cast.person("Bob")
    own = prompt("Bob", fr="bob-fr", en="bob-en")
    Mailbox.objects.create(name="Bob", staff=bob, greeting_prompt=own)
    greets(line, greeting=prompt("Line", fr="line-fr"), assigned_staff=bob)
    with CaptureQueriesContext(connection) as captured:
        mailbox_ending(None, line)
    assert len(captured) == 4  # two mailboxes, the prompts, their recordings


def test_an_announcement_is_played_where_it_is_recorded(line: PhoneNumber) -> None:
    closed = prompt("Closed", {"fr": "Fermé."}, en="closed-en")
    ending = announcement(closed.pk)
    assert (ending.message, ending.texts) == (False, {"fr": "Fermé."})
    assert ending.audio == {"en": "closed-en"}
    assert announcement(None).texts == {}
