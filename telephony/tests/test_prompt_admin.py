"""Prompts in the admin: a text and a recording in each language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scheduling.enums import Role
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import login
from scheduling.tests.pages import errors, send
from telephony import prompt_services
from telephony.models import PhoneNumber, Prompt
from telephony.tests.sounds import REFUSED, REFUSED_IDS, encoded, upload, zipped

pytestmark = pytest.mark.django_db
LIST = reverse("admin:telephony_prompt_changelist")
ADD = reverse("admin:telephony_prompt_add")


@pytest.fixture
def page(settings: Any, tmp_path: Path) -> Client:
    settings.MEDIA_ROOT = tmp_path
    build.organisation()
    client = Client()
    client.force_login(login(Role.MANAGER))
    return client


@pytest.fixture
def prompt(page: Client) -> Prompt:
    recording = upload(encoded(seconds=2), "hello.wav")
    values = {"name": "Closed", "text": {"fr": "Fermé"}, "recordings": {"en": recording}}
    return prompt_services.create_prompt(values, at(8))


def change(prompt: Prompt) -> str:
    return reverse("admin:telephony_prompt_change", args=[prompt.pk])


def heard(prompt: Prompt) -> dict[str, float]:
    """Return the length of each language's recording."""
    return {audio.language: audio.duration_seconds for audio in prompt.recordings.all()}


@pytest.mark.requirement("VPB-07")
def test_a_prompt_is_written_with_its_texts_and_recordings(page: Client) -> None:
    answer = send(page, ADD, name="Closed", text_en="Closed.", recording_fr=upload(encoded()))
    assert answer.status_code == 302
    prompt = Prompt.objects.get()
    assert (prompt.name, prompt.text, heard(prompt)) == ("Closed", {"en": "Closed."}, {"fr": 1.0})


def test_its_page_plays_what_there_is(page: Client, prompt: Prompt) -> None:
    shown = page.get(change(prompt)).content.decode()
    source = reverse("voice:audio", args=[prompt.recordings.get().token])
    assert f'<audio controls preload="none" src="{source}"></audio>' in shown
    assert "hello.wav" in shown
    assert shown.count("<audio") == 1


def test_a_text_changes_and_the_recordings_stay(page: Client, prompt: Prompt) -> None:
    send(page, change(prompt), text_en="Closed.")
    prompt.refresh_from_db()
    assert prompt.text == {"fr": "Fermé", "en": "Closed."}
    assert (prompt.version, heard(prompt)) == (2, {"en": 2.0})


def test_a_recording_is_replaced_and_another_added(page: Client, prompt: Prompt) -> None:
    files = {"recording_en": upload(encoded(seconds=3)), "recording_fr": upload(encoded())}
    send(page, change(prompt), **files)
    assert heard(prompt) == {"en": 3.0, "fr": 1.0}


def test_a_recording_is_removed(page: Client, prompt: Prompt) -> None:
    send(page, change(prompt), **{"recording_en-clear": "on"})
    assert heard(prompt) == {}


def test_nothing_changed_writes_nothing(page: Client, prompt: Prompt) -> None:
    send(page, change(prompt))
    prompt.refresh_from_db()
    assert prompt.version == 1


def test_a_bad_file_is_refused_in_words_at_its_box(page: Client, prompt: Prompt) -> None:
    answer = send(page, change(prompt), text_en="Closed.", recording_en=upload(zipped()))
    form = answer.context["adminform"].form
    assert form.errors == {
        "recording_en": [
            "This is not a WAV or MP3 file, whatever its name says: save the recording as one."
        ]
    }
    assert "Closed." in answer.content.decode()  # what was typed is kept
    assert heard(prompt) == {"en": 2.0}


@pytest.mark.parametrize(("content", "name", "code", "words"), REFUSED, ids=REFUSED_IDS)
def test_what_is_no_recording_is_refused_in_the_same_words_as_elsewhere(
    page: Client, content: bytes, name: str, code: str, words: str
) -> None:
    answer = send(page, ADD, name="Closed", recording_fr=upload(content, name))
    assert answer.context["adminform"].form.errors == {"recording_fr": [words]}
    assert not Prompt.objects.exists()


def test_a_prompt_that_says_nothing_is_refused(page: Client) -> None:
    answer = send(page, ADD, name="Closed")
    assert errors(answer) == ["Write it in at least one language, or upload a recording."]


def test_a_prompt_in_use_says_where_instead_of_being_deleted(page: Client, prompt: Prompt) -> None:
    line = PhoneNumber.objects.create(name="Line", number="+33970000001", greeting=prompt)
    shown = page.get(reverse("admin:telephony_prompt_delete", args=[prompt.pk])).content.decode()
    there = reverse("admin:telephony_phonenumber_change", args=[line.pk])
    assert f'<a href="{there}">greeting of the number “Line”</a>' in shown
    assert "Closed cannot be deleted" in shown


def test_a_prompt_is_deleted_with_its_recordings(page: Client, prompt: Prompt) -> None:
    page.post(reverse("admin:telephony_prompt_delete", args=[prompt.pk]), {"post": "yes"})
    assert not Prompt.objects.exists()


def test_a_supervisor_reads_and_hears_it(page: Client, prompt: Prompt) -> None:
    page.force_login(login(Role.SUPERVISOR))
    shown = page.get(change(prompt)).content.decode()
    assert '<div class="readonly">Fermé</div>' in shown
    assert shown.count("<audio") == 1
    assert 'type="file"' not in shown


def test_a_silent_recording_is_marked(page: Client, prompt: Prompt) -> None:
    send(page, change(prompt), recording_en=upload(encoded(loud=0.001)))
    assert "Nothing can be heard in this recording." in page.get(change(prompt)).content.decode()


def test_the_list_begins_with_what_is_missing(page: Client, prompt: Prompt) -> None:
    assert "What is missing" not in page.get(LIST).content.decode()
    Prompt.objects.create(name="Open", text={"fr": "Ouvert"})
    answer = page.get(LIST)
    assert [(each.what, each.language) for each in answer.context["missing"]] == [
        ("prompt “Open”", "en")
    ]
    assert "What is missing" in answer.content.decode()


def test_the_list_names_the_languages_that_are_recorded(page: Client, prompt: Prompt) -> None:
    listed = page.get(LIST).content.decode()
    assert '<td class="field-recorded">English</td>' in listed
