"""The form of a mailbox: who can be chosen, how it greets, and how it takes a message."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scheduling.enums import Role
from scheduling.tests import build
from scheduling.tests.logins import login
from scheduling.tests.pages import errors, filled, send
from telephony.models import Prompt
from telephony.tests.sounds import encoded, upload
from voicemail.mailbox_form import standard_words
from voicemail.models import Mailbox, MailboxRecipient

pytestmark = pytest.mark.django_db
ADD = "admin:voicemail_mailbox_add"


@pytest.fixture
def page() -> Client:
    client = Client()
    client.force_login(login(Role.MANAGER))
    return client


@pytest.fixture
def box(settings: Any, tmp_path: Path) -> Mailbox:
    settings.MEDIA_ROOT = tmp_path
    return Mailbox.objects.create(name="General", general=True)


def edit(mailbox: Mailbox) -> str:
    return reverse("admin:voicemail_mailbox_change", args=[mailbox.pk])


def person(row: Any) -> str:
    return reverse("admin:scheduling_staff_change", args=[row.pk])


def options(body: str, name: str) -> list[tuple[str, bool]]:
    """Return the choices of a box, and whether each can be chosen."""
    found = re.search(rf'<select name="{name}".*?</select>', body, re.S)
    assert found
    every = re.findall(r"<option([^>]*)>([^<]*)</option>", found[0])
    return [(label, "disabled" not in attrs) for attrs, label in every if label != "---------"]


def unreached(body: str) -> list[str]:
    """Return the lines about people who cannot be chosen."""
    parts = re.findall(r'<details class="mailbox-unreached">.*?</details>', body, re.S)
    lines = [line for part in parts for line in re.findall(r"<li>(.*?)</li>", part, re.S)]
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", line)).strip() for line in lines]


def test_every_setting_is_on_the_form(page: Client, box: Mailbox) -> None:
    values = {"max_seconds": 120, "min_seconds": 5, "end_key": "*", "silence_seconds": 4}
    ticked = {"beep": None, "confirm": "on", "transcribe": "on", "attach_audio": None}
    send(page, edit(box), **values, **ticked)
    box.refresh_from_db()
    assert {name: getattr(box, name) for name in values} == values
    assert [getattr(box, name) for name in ticked] == [False, True, True, False]


def test_somebody_who_left_cannot_be_chosen_and_shows_so_where_they_are(
    page: Client, box: Mailbox
) -> None:
    ann = build.staff("Ann", email="ann@example.org", active=False)
    body = page.get(edit(box)).content.decode()
    told = ("Ann (not active any more)", False)
    assert told in options(body, "recipients-__prefix__-staff")
    assert unreached(body) == []
    MailboxRecipient.objects.create(mailbox=box, staff=ann)
    body = page.get(edit(box)).content.decode()
    assert ("Ann (not active any more)", True) in options(body, "recipients-0-staff")


def test_the_shortest_message_is_shorter_than_the_longest(page: Client, box: Mailbox) -> None:
    answer = send(page, edit(box), min_seconds=10, max_seconds=10)
    assert errors(answer) == ["The shortest message must be shorter than the longest one."]


@pytest.mark.requirement("VPB-06")
def test_whoever_has_no_address_stands_greyed_with_the_reason_and_the_way_out(
    page: Client, box: Mailbox
) -> None:
    ann = build.staff("Ann", email="ann@example.org")
    bob = build.staff("Bob")
    body = page.get(edit(box)).content.decode()
    assert options(body, "recipients-__prefix__-staff") == [
        ("Ann", True),
        ("Bob (no e-mail address)", False),
    ]
    assert "1 person cannot be chosen yet" in body
    assert "Bob: no e-mail address. Add an e-mail address: Bob" in unreached(body)
    assert f'<a href="{person(bob)}#id_email">' in body
    assert f'<a href="{person(ann)}#id_email">' not in body


def test_who_lost_their_address_meanwhile_is_still_shown_as_chosen(
    page: Client, box: Mailbox
) -> None:
    bob = build.staff("Bob")
    MailboxRecipient.objects.create(mailbox=box, staff=bob)
    body = page.get(edit(box)).content.decode()
    assert options(body, "recipients-0-staff") == [("Bob (no e-mail address)", True)]
    send(page, edit(box), name="House")  # the list is not touched, so it is not judged
    box.refresh_from_db()
    assert (box.name, box.recipients.get().staff) == ("House", bob)


@pytest.mark.requirement("VPB-04")
def test_a_service_says_how_many_of_its_members_get_the_messages(
    page: Client, box: Mailbox
) -> None:
    ann, bob = build.staff("Ann", email="ann@example.org"), build.staff("Bob")
    build.service("Boilers", members=(ann, bob))
    build.service("Desk")
    body = page.get(edit(box)).content.decode()
    assert options(body, "recipients-__prefix__-service") == [
        ("Boilers (1 of 2 members have an e-mail address)", True),
        ("Desk (it has no members)", True),
    ]
    assert ("Boilers: 1 of 2 members have an e-mail address. Without: Bob") in unreached(body)


@pytest.mark.requirement("PLA-12")
def test_whoever_gets_no_texts_stands_greyed_with_the_reason_and_the_way_out(
    page: Client, box: Mailbox
) -> None:
    ann = build.staff("Ann", email="ann@example.org")
    bob = build.staff("Bob", email="bob@example.org")
    bob.numbers.update(can_sms=False)
    build.service("Boilers", members=(ann, bob))
    body = page.get(edit(box)).content.decode()
    assert options(body, "texted-__prefix__-staff") == [
        ("Ann", True),
        ("Bob (no number in use that takes texts)", False),
    ]
    assert options(body, "texted-__prefix__-service") == [
        ("Boilers (1 of 2 members can get texts)", True)
    ]
    assert f'<a href="{person(bob)}#numbers-group">' in body
    forced = {"texted-TOTAL_FORMS": 1, "texted-0-staff": bob.pk}
    reason = "Bob has no number in use that takes texts, so no link can reach them."
    told = f'{reason} <a href="{person(bob)}">Put it right</a>'
    assert errors(send(page, edit(box), **forced)) == [told]
    send(page, edit(box), **{**forced, "texted-0-staff": ann.pk})
    assert box.texted.get().staff == ann


@pytest.mark.requirement("VPB-07")
def test_the_standard_greeting_is_shown_as_it_is_said(page: Client, box: Mailbox) -> None:
    body = page.get(edit(box)).content.decode()
    assert "“Nobody can take your call right now. Please leave a message after the tone" in body
    assert '<dd lang="fr">“Personne ne peut' in body


def test_it_is_shown_with_the_key_and_the_tone_of_this_mailbox() -> None:
    shown = standard_words(Mailbox(end_key="*", beep=False))
    assert "press star.”" in shown
    assert "after the tone" not in shown


def send_file(page: Client, box: Mailbox, **files: Any) -> Any:
    """Choose a recording as the greeting and upload it."""
    return send(page, edit(box), greets_with="recording", **files)


@pytest.mark.requirement("CRM-10")
@pytest.mark.requirement("VPB-07")
@pytest.mark.parametrize("kind", ["WAV", "MP3"])
def test_a_recording_is_uploaded_on_the_form_and_heard_there(
    page: Client, box: Mailbox, kind: str
) -> None:
    sound = upload(encoded(kind, seconds=2), f"hello.{kind.lower()}")
    assert send_file(page, box, recording_en=sound).status_code == 302
    box.refresh_from_db()
    prompt = box.greeting_prompt
    assert prompt is not None
    audio = prompt.recordings.get()
    assert (prompt.name, audio.language, round(audio.duration_seconds, 1)) == (
        "Greeting: General",
        "en",
        2.0,
    )
    body = page.get(edit(box)).content.decode()
    assert (
        f'<audio controls preload="none" src="{reverse("voice:audio", args=[audio.token])}">'
        in (body)
    )
    assert filled(page, edit(box))["greets_with"] == "recording"


@pytest.mark.requirement("VPB-07")
def test_another_recording_replaces_it_and_the_standard_comes_back(
    page: Client, box: Mailbox
) -> None:
    send_file(page, box, recording_en=upload(encoded(seconds=1)))
    send_file(page, box, recording_fr=upload(encoded(seconds=2)))
    send_file(page, box, recording_en=upload(encoded(seconds=3)))
    prompt = Prompt.objects.get()
    seconds = prompt.recordings.order_by("language").values_list("language", "duration_seconds")
    assert [(language, round(long)) for language, long in seconds] == [("en", 3), ("fr", 2)]
    send(page, edit(box), **{"recording_fr-clear": "on"})
    assert [each.language for each in prompt.recordings.all()] == ["en"]
    send(page, edit(box), greets_with="standard")
    box.refresh_from_db()
    assert (box.greeting_prompt, box.greeting) == (None, None)
    assert Prompt.objects.get() == prompt  # it can be chosen again as an announcement


def test_an_announcement_that_is_said_elsewhere_is_not_changed(page: Client, box: Mailbox) -> None:
    hello = Prompt.objects.create(name="Greeting: General", text={"en": "Hello"})
    Mailbox.objects.create(name="Other", greeting_prompt=hello)
    send(page, edit(box), greets_with="prompt", greeting_prompt=hello.pk)
    assert filled(page, edit(box))["greets_with"] == "prompt"
    send_file(page, box, recording_en=upload(encoded(seconds=1)))
    box.refresh_from_db()
    assert box.greeting_prompt is not None
    assert box.greeting_prompt.name == "Greeting: General (2)"
    assert not hello.recordings.exists()


def test_a_new_mailbox_is_written_with_its_recording(page: Client, box: Mailbox) -> None:
    send(
        page,
        reverse(ADD),
        name="Boilers",
        greets_with="recording",
        recording_en=upload(encoded(seconds=1)),
    )
    made = Mailbox.objects.get(name="Boilers")
    assert made.greeting_prompt is not None
    assert made.greeting_prompt.name == "Greeting: Boilers"


def test_a_file_that_is_no_recording_is_refused_and_changes_nothing(
    page: Client, box: Mailbox
) -> None:
    answer = send_file(page, box, recording_en=upload(b"<html>"), name="House")
    reason = "This is not a WAV or MP3 file, whatever its name says: save the recording as one."
    assert errors(answer) == [reason]
    box.refresh_from_db()
    assert (box.name, box.greeting_prompt) == ("General", None)


def test_a_recording_has_to_be_uploaded(page: Client, box: Mailbox) -> None:
    answer = send(page, edit(box), greets_with="recording")
    assert errors(answer) == ["Upload a recording in at least one language."]


def test_a_recording_over_somebody_elses_change_is_refused(page: Client, box: Mailbox) -> None:
    send_file(page, box, recording_en=upload(encoded(seconds=1)))
    values = filled(page, edit(box), recording_en=upload(encoded(seconds=2)), version="1")
    assert errors(page.post(edit(box), values)) == [
        "It was changed by someone else since you opened it: load it again."
    ]


def test_a_supervisor_reads_how_it_greets(box: Mailbox, page: Client) -> None:
    send_file(page, box, recording_en=upload(encoded(seconds=1)))
    reader = Client()
    reader.force_login(login(Role.SUPERVISOR))
    body = reader.get(edit(box)).content.decode()
    assert "a recording, uploaded here" in body
    assert '<audio controls preload="none"' in body
    assert 'type="file"' not in body


def test_each_text_of_the_greeting_stands_under_its_language(page: Client) -> None:
    box = Mailbox.objects.create(name="Desk", greeting={"en": "Hello.", "fr": "Bonjour."})
    shown = page.get(reverse("admin:voicemail_mailbox_change", args=[box.pk])).content.decode()
    found = re.findall(r'<label for="(id_greeting_\d)">(\w+)</label><textarea ([^>]*)>', shown)
    assert [(label, name) for label, name, _box in found] == [
        ("id_greeting_0", "French"),
        ("id_greeting_1", "English"),
    ]
    for label, _name, box_ in found:
        assert f'id="{label}"' in box_
