"""Mailboxes in the admin; messages are history there."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from scheduling.enums import Role
from scheduling.tests import build
from scheduling.tests.logins import login
from scheduling.tests.pages import errors, send
from telephony.models import Prompt
from tests import rows
from voicemail.models import Mailbox, Recording, VoicemailMessage

pytestmark = pytest.mark.django_db
ADD = "admin:voicemail_mailbox_add"


@pytest.fixture
def page() -> Client:
    client = Client()
    client.force_login(login(Role.MANAGER))
    return client


def test_a_mailbox_is_written_with_its_recipients(page: Client) -> None:
    bob = build.staff("Bob", email="bob@example.org")
    recipients = {
        "recipients-TOTAL_FORMS": 2,
        "recipients-0-staff": bob.pk,
        "recipients-1-on_shift": "on",
    }
    send(
        page,
        reverse(ADD),
        name="General",
        general="on",
        greets_with="text",
        greeting_en="Hello",
        **recipients,
    )
    mailbox = Mailbox.objects.get()
    assert (mailbox.general, mailbox.greeting) == (True, {"en": "Hello"})
    assert list(mailbox.recipients.values_list("staff", "on_shift")) == [
        (bob.pk, False),
        (None, True),
    ]


def greeting(mailbox: Mailbox) -> tuple[object, object]:
    mailbox.refresh_from_db()
    return mailbox.greeting, mailbox.greeting_prompt


@pytest.mark.requirement("VPB-07")
def test_a_mailbox_greets_with_the_standard_words_its_own_text_or_a_prompt(page: Client) -> None:
    mailbox = Mailbox.objects.create(name="General", general=True)
    hello = Prompt.objects.create(name="Hello", text={"en": "Hello"})
    address = reverse("admin:voicemail_mailbox_change", args=[mailbox.pk])
    send(page, address, greets_with="text", greeting_en="Speak.")
    assert greeting(mailbox) == ({"en": "Speak."}, None)
    send(page, address, greets_with="prompt", greeting_prompt=hello.pk)
    assert greeting(mailbox) == (None, hello)
    send(page, address, name="House")
    assert greeting(mailbox) == (None, hello)
    send(page, address, greets_with="standard")
    assert greeting(mailbox) == (None, None)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("text", "Write the text of the greeting."),
        ("prompt", "Choose the announcement with which it greets."),
    ],
)
def test_the_greeting_that_was_chosen_has_to_be_given(page: Client, kind: str, reason: str) -> None:
    answer = send(page, reverse(ADD), name="General", greets_with=kind)
    assert errors(answer) == [reason]


@pytest.mark.requirement("VPB-06")
def test_a_person_without_address_is_refused_with_the_reason(page: Client) -> None:
    recipients = {"recipients-TOTAL_FORMS": 1, "recipients-0-staff": build.staff("Bob").pk}
    answer = send(page, reverse(ADD), name="General", **recipients)
    address = reverse("admin:scheduling_staff_change", args=[recipients["recipients-0-staff"]])
    reason = "Bob has no e-mail address, so no message can reach them."
    assert errors(answer) == [f'{reason} <a href="{address}">Put it right</a>']
    assert f'<a href="{address}">Put it right</a>' in answer.content.decode()
    assert not Mailbox.objects.exists()


def test_the_general_mailbox_stays(page: Client) -> None:
    mailbox = Mailbox.objects.create(name="General", general=True)
    address = reverse("admin:voicemail_mailbox_delete", args=[mailbox.pk])
    answer = page.post(address, {"post": "yes"}, follow=True)
    told = [str(message) for message in answer.context["messages"]]
    assert told == ["The general mailbox takes what no other takes: there must be one."]
    assert Mailbox.objects.filter(pk=mailbox.pk).exists()


def test_a_message_can_be_heard_on_its_page(page: Client) -> None:
    rows.fill(1)
    recording = Recording.objects.get()
    recording.file.save("m.wav", ContentFile(b"RIFF"), save=False)
    recording.duration_seconds, recording.content_type = 14.2, "audio/wav"
    recording.save()
    message = VoicemailMessage.objects.get()
    address = reverse("admin:voicemail_voicemailmessage_change", args=[message.pk])
    shown = page.get(address).content.decode()
    source = reverse("voicemails-audio", args=[message.pk])
    assert f'<audio controls preload="none" src="{source}"></audio>' in shown
    assert "Message from Caller 0 (+33\xa06\xa040\xa000\xa000\xa000)" in shown
    assert b"".join(page.get(source).streaming_content) == b"RIFF"  # type: ignore[attr-defined]
