"""Stories of mailboxes as managers set them up on their pages."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from oncall_portal.outbox.tasks import deliver_due
from oncall_portal.outbox.tests.smtp import MailServer
from scheduling.enums import AnsweredBy, Role
from scheduling.models import Schedule, Service, Staff
from scheduling.tests.logins import client, login
from scheduling.tests.pages import send
from telephony.emulator import Ignores
from telephony.enums import Behaviour, GoalKind, Outcome
from telephony.models import Menu, MenuOption
from telephony.tests.sounds import encoded, upload
from tests.cast import BRUNO, CHLOE, OFFICE, Cast, on_duty
from tests.story import Story
from voicemail.audio import examine
from voicemail.models import Listening, Mailbox, MailboxRecipient, VoicemailMessage
from voicemail.tasks import download_recordings


@pytest.fixture
def page() -> Client:
    """A manager in the admin."""
    browser = Client()
    browser.force_login(login(Role.MANAGER))
    return browser


def edit(box: Mailbox) -> str:
    return reverse("admin:voicemail_mailbox_change", args=[box.pk])


def played(story: Story) -> list[float]:
    """Return how many seconds of recordings the next caller hears before the message."""
    story.caller_dials(presses=[(3, "1")], speaks_s=5)
    assert story.expect_end().outcome == Outcome.MESSAGE_LEFT
    assert story.call is not None
    return [
        (heard.until - heard.at).total_seconds()
        for heard in story.call.heard
        if "/voice/audio/" in heard.text and heard.until is not None
    ]


@pytest.mark.requirement("CRM-10")
@pytest.mark.requirement("VPB-07")
def test_an_uploaded_greeting_is_heard_by_the_next_caller_and_the_standard_one_after_it(
    story: Story, people: Cast, page: Client, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    sound = upload(encoded("MP3", seconds=2.5), "hello.mp3")
    send(page, edit(people.mailbox), greets_with="recording", recording_en=sound)
    assert [round(seconds, 1) for seconds in played(story)] == [2.5]
    send(page, edit(people.mailbox), greets_with="standard")
    assert played(story) == []
    assert story.call is not None
    assert any("Please leave" in said for said in story.call.said)


@pytest.fixture
def extensions(people: Cast) -> None:
    """Let the line ask for an extension; Alice has one, and an address."""
    menu = Menu.objects.create(name="Main", welcome={"en": "Welcome."})
    MenuOption.objects.create(menu=menu, key="1", kind=GoalKind.DIAL_EXTENSION.value, position=1)
    people.line.menu, people.line.languages = menu, ["en"]
    people.line.behaviour = Behaviour.SMART_VOICEMAIL.value
    people.line.save()
    Staff.objects.filter(pk=people.alice.pk).update(extension="201", email="alice@example.org")


@pytest.mark.requirement("VPB-13")
def test_what_a_colleague_says_reaches_that_person_alone(
    story: Story, people: Cast, extensions: None, page: Client, mail_server: MailServer
) -> None:
    page.post(reverse("admin:voicemail_mailbox_of_person", args=[people.alice.pk]))
    story.caller_dials(from_=BRUNO, speaks_s=7)
    story.expect_said("To dial an extension, press 1.")
    assert story.call is not None
    story.call.press("1")
    story.expect_said("Please dial the extension")
    story.call.press("201")
    assert story.expect_end().outcome == Outcome.MESSAGE_LEFT
    download_recordings()
    deliver_due()
    (mail,) = [m for m in mail_server.inbox if list(m.iter_attachments())]
    assert mail["To"] == "alice@example.org"
    (recording,) = mail.iter_attachments()
    assert 6.5 < examine(recording.get_content()).duration_seconds < 12
    message = VoicemailMessage.objects.get()
    heard = f"/api/v1/voicemails/{message.pk}/audio/"
    shown = reverse("admin:voicemail_voicemailmessage_change", args=[message.pk])
    colleague = login(Role.STAFF)
    elsewhere = Client()
    elsewhere.force_login(colleague)
    assert elsewhere.get(shown).status_code == 302
    assert client(colleague).get(heard).status_code == 404
    assert [(each.user, each.result) for each in Listening.objects.all()] == [(colleague, "denied")]


# --- whose messages go to whom ------------------------------------------------------------------

GENERAL = reverse("admin:voicemail_general_mailbox")


@pytest.fixture
def addresses(people: Cast) -> None:
    """Let everybody have an address."""
    for person in (people.alice, people.bruno, people.chloe):
        address = f"{person.name.lower().replace('é', 'e')}@example.org"
        Staff.objects.filter(pk=person.pk).update(email=address)


def reads(person: Staff) -> dict[str, Any]:
    """Return what a browser sends of the one recipient in the place of the first."""
    return {"recipients-0-staff": person.pk, "recipients-0-email": ""}


def heard_by(story: Story, mail_server: MailServer, *keys: str) -> list[str]:
    """The next caller presses keys and leaves a message; return who was sent the sound of it."""
    mail_server.inbox.clear()
    caller = story.caller_dials(speaks_s=7)
    for key in keys:
        story.expect_said(f"press {key}")
        caller.press(key)
    assert story.expect_end().outcome == Outcome.MESSAGE_LEFT
    download_recordings()
    deliver_due()
    kept = VoicemailMessage.objects.latest("pk").recording
    sounds = {m["To"]: list(m.iter_attachments()) for m in mail_server.inbox}
    found = {to: parts[0].get_content() for to, parts in sounds.items() if parts}
    assert {hashlib.sha256(sound).hexdigest() for sound in found.values()} == {kept.sha256}
    return list(found)


@pytest.mark.requirement("VPB-12")
def test_the_general_mailboxs_readers_are_set_on_its_page_and_from_the_numbers_settings(
    story: Story, people: Cast, addresses: None, page: Client, mail_server: MailServer
) -> None:
    assert send(page, GENERAL, **reads(people.alice)).status_code == 302
    assert heard_by(story, mail_server) == ["alice@example.org"]
    number = reverse("admin:telephony_phonenumber_change", args=[people.line.pk])
    there = f"{GENERAL}?next={number}"
    assert there in page.get(number).content.decode()
    answer = send(page, there, **reads(people.bruno))
    assert answer["Location"] == number
    assert heard_by(story, mail_server) == ["bruno@example.org"]


@pytest.fixture
def boilers(people: Cast) -> Service:
    """A service that callers choose with key 1: Chloé is on its rota, Alice on the line's."""
    rota = Schedule.objects.create(name="Boilers", time_zone="Europe/Paris")
    on_duty(people.schedule, people.alice)
    on_duty(rota, people.chloe)
    box = Mailbox.objects.create(name="Boilers")
    MailboxRecipient.objects.create(mailbox=box, on_shift=True)
    service = Service.objects.create(
        name={"en": "Boilers"}, colour="#b35900", mailbox=box, schedule=rota,
        answered_by=AnsweredBy.SCHEDULE.value,
    )  # fmt: skip
    menu = Menu.objects.create(name="Main", welcome={"en": "Welcome."})
    MenuOption.objects.create(menu=menu, key="1", kind=GoalKind.SERVICE.value, service=service)
    people.line.menu, people.line.languages = menu, ["en"]
    people.line.behaviour = Behaviour.SMART_VOICEMAIL.value
    people.line.save()
    return service


@pytest.mark.requirement("VPB-03")
def test_who_is_on_shift_for_the_service_that_was_chosen_gets_the_message(
    story: Story, people: Cast, addresses: None, boilers: Service, mail_server: MailServer
) -> None:
    story.phone(CHLOE, Ignores())
    assert heard_by(story, mail_server, "1") == ["chloe@example.org"]


@pytest.mark.requirement("VPB-12")
def test_a_departments_readers_are_set_in_its_own_settings_alone(
    story: Story,
    people: Cast,
    addresses: None,
    boilers: Service,
    page: Client,
    mail_server: MailServer,
) -> None:
    assert boilers.mailbox is not None
    settings_ = reverse("admin:scheduling_service_change", args=[boilers.pk])
    there = f"{edit(boilers.mailbox)}?next={settings_}"
    assert there in page.get(settings_).content.decode()
    answer = send(page, there, **reads(people.bruno), **{"recipients-0-on_shift": None})
    assert answer["Location"] == settings_
    story.phone(CHLOE, Ignores())
    assert heard_by(story, mail_server, "1") == ["bruno@example.org"]
    assert [str(each) for each in people.mailbox.recipients.all()] == [OFFICE]
