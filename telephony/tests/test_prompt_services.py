"""Prompts and their recordings are written together, and no file is lost or left."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from oncall_portal.lib import clock
from oncall_portal.lib.errors import Conflict, Refused, Stale
from scheduling.tests.facts import at
from telephony import menu_trees, prompt_services, prompt_uses
from telephony.models import (
    ClosedRoute,
    EscalationScenario,
    EscalationStep,
    Menu,
    MenuOption,
    PhoneNumber,
    Prompt,
    PromptAudio,
)
from telephony.tests.sounds import encoded, upload, zipped

NOW = at(8)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """Where the files are."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def files() -> list[str]:
    """Return the names of the stored recordings."""
    if not default_storage.exists("prompts"):
        return []
    return [f"prompts/{name}" for name in default_storage.listdir("prompts")[1]]


def recorded(**recordings: Any) -> Prompt:
    """Return a prompt with these recordings, "x" as its text."""
    values = {"name": "Closed", "text": {"en": "x"}, "recordings": recordings}
    return prompt_services.create_prompt(values, NOW)


@pytest.mark.django_db
def test_a_recording_is_stored_converted_with_its_facts() -> None:
    prompt = recorded(en=upload(encoded("MP3", seconds=2), "hello.mp3"))
    audio = prompt.recordings.get()
    assert (audio.language, audio.original_name, audio.silent) == ("en", "hello.mp3", False)
    assert (audio.duration_seconds, audio.size, audio.uploaded_at) == (2.0, 64_044, NOW)
    assert files() == [audio.file.name]
    assert audio.file.name == f"prompts/{audio.token}.wav"
    assert audio.file.read(4) == b"RIFF"


@pytest.mark.django_db(transaction=True)
def test_a_replaced_recording_takes_the_old_file_with_it_and_gets_another_address() -> None:
    prompt = recorded(en=upload(encoded(seconds=1)), fr=upload(encoded()))
    before, kept = (prompt.recordings.get(language=language) for language in ("en", "fr"))
    values = {"recordings": {"en": upload(encoded(seconds=2))}}
    changed = prompt_services.change_prompt(prompt.pk, 1, values, NOW)
    after = changed.recordings.get(language="en")
    assert (changed.version, after.pk, after.duration_seconds) == (2, before.pk, 2.0)
    assert sorted(files()) == sorted([str(after.file.name), str(kept.file.name)])
    assert after.token != before.token
    assert prompt_services.find_audio(before.token) == after  # a call may still ask for it


@pytest.mark.django_db(transaction=True)
def test_the_same_recording_again_keeps_one_file() -> None:
    prompt = recorded(en=upload(encoded()))
    values = {"recordings": {"en": upload(encoded())}}
    prompt_services.change_prompt(prompt.pk, 1, values, NOW)
    assert files() == [prompt.recordings.get().file.name]


@pytest.mark.django_db(transaction=True)
def test_a_removed_recording_is_kept_for_the_calls_that_name_it_and_gone_a_day_later() -> None:
    prompt = recorded(en=upload(encoded()), fr=upload(encoded()))
    token = prompt.recordings.get(language="en").token
    prompt_services.change_prompt(prompt.pk, 1, {"recordings": {"en": None}}, NOW)
    left = prompt.recordings.get()
    removed = prompt_services.find_audio(token)
    assert removed is not None
    assert (left.language, removed.prompt, removed.removed_at) == ("fr", None, NOW)
    assert prompt_services.forget_removed(NOW + timedelta(days=1)) == 0
    assert prompt_services.forget_removed(NOW + timedelta(days=1, seconds=1)) == 1
    assert (prompt_services.find_audio(token), files()) == (None, [left.file.name])


@pytest.mark.django_db(transaction=True)
def test_a_deleted_prompt_leaves_its_recordings_to_the_calls_for_a_day() -> None:
    prompt = recorded(en=upload(encoded()), fr=upload(encoded()))
    prompt_services.delete_prompt(prompt.pk, 1)
    assert (Prompt.objects.count(), PromptAudio.objects.count(), len(files())) == (0, 2, 2)
    assert prompt_services.forget_removed(clock.now()) == 0
    assert prompt_services.forget_removed(clock.now() + timedelta(days=2)) == 2
    assert (PromptAudio.objects.count(), files()) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_a_refused_change_leaves_everything_as_it_was() -> None:
    prompt = recorded(en=upload(encoded()))
    before = files()
    values = {"name": "Open", "recordings": {"en": upload(encoded()), "fr": upload(zipped())}}
    with pytest.raises(Refused) as refused:
        prompt_services.change_prompt(prompt.pk, 1, values, NOW)
    assert (refused.value.code, refused.value.field) == ("not_wav_or_mp3", "recording_fr")
    prompt.refresh_from_db()
    assert (prompt.name, prompt.version, files()) == ("Closed", 1, before)


@pytest.mark.django_db(transaction=True)
def test_what_the_database_refuses_leaves_no_file() -> None:
    values = {"name": "Closed", "recordings": {"xxx": upload(encoded())}}
    with pytest.raises(Exception, match="language"):
        prompt_services.create_prompt(values, NOW)
    assert (Prompt.objects.count(), files()) == (0, [])


@pytest.mark.django_db
def test_a_stale_change_is_refused_and_stores_nothing() -> None:
    prompt = recorded()
    with pytest.raises(Stale):
        prompt_services.change_prompt(prompt.pk, 7, {"recordings": {"en": upload(encoded())}}, NOW)
    assert files() == []


@pytest.mark.django_db
def test_a_recording_alone_says_enough_and_nothing_at_all_does_not() -> None:
    values = {"name": "Closed", "recordings": {"en": upload(encoded())}}
    prompt = prompt_services.create_prompt(values, NOW)
    assert prompt.text == {}
    for change in ({"recordings": {"en": None}}, {"text": {"en": " "}, "recordings": {"en": None}}):
        with pytest.raises(Refused) as refused:
            prompt_services.change_prompt(prompt.pk, 1, change, NOW)
        assert (refused.value.code, refused.value.field) == ("required", "text")
    with pytest.raises(Refused):
        prompt_services.create_prompt({"name": "Open"}, NOW)


@pytest.mark.django_db
def test_a_name_that_is_too_long_is_cut_and_its_ending_kept() -> None:
    prompt = recorded(en=upload(encoded(), "a" * 150 + ".wav"))
    assert prompt.recordings.get().original_name == "a" * 116 + ".wav"


def _used_everywhere(prompt: Prompt) -> None:
    line = PhoneNumber.objects.create(name="Line", number="+33970000001", greeting=prompt)
    menu = Menu.objects.create(name="Main", welcome_prompt=prompt)
    leads = {"kind": "announcement", "prompt": prompt}
    MenuOption.objects.create(menu=menu, key="1", **leads)
    ClosedRoute.objects.create(phone_number=line, **leads)
    scenario = EscalationScenario.objects.create(name="Standard")
    EscalationStep.objects.create(scenario=scenario, position=1, **leads)
    mailboxes: Any = EscalationStep._meta.get_field("mailbox").related_model
    mailboxes.objects.create(name="General", greeting_prompt=prompt)


USED_AT = [
    "closed hours of the number “Line”",
    "greeting of the number “Line”",
    "key 1 of the menu “Main”",
    "mailbox “General”",
    "scenario “Standard”",
    "welcome of the menu “Main”",
]


@pytest.mark.django_db
def test_a_prompt_in_use_is_not_deleted_and_it_is_said_where_it_is_used() -> None:
    prompt = recorded(en=upload(encoded()))
    _used_everywhere(prompt)
    with pytest.raises(Conflict) as refused:
        prompt_services.delete_prompt(prompt.pk, 1)
    assert refused.value.code == "in_use"
    assert sorted((refused.value.facts or {})["used_by"]) == USED_AT
    assert all(place in str(refused.value.message) for place in USED_AT)
    assert len(files()) == 1


@pytest.mark.django_db
def test_every_place_leads_to_the_page_where_it_is_changed() -> None:
    prompt = recorded()
    _used_everywhere(prompt)
    pages = {prompt_uses.address(row).split("/")[3] for row in prompt_uses.uses(prompt)}
    assert pages == {"phonenumber", "menu", "escalationscenario", "mailbox"}


@pytest.mark.django_db
def test_the_menus_that_begin_with_a_prompt_say_it_as_it_is_now() -> None:
    prompt = recorded()
    menu = Menu.objects.create(name="Main", welcome_prompt=prompt)
    menu_trees.freeze(menu.pk, NOW)
    prompt_services.change_prompt(prompt.pk, 1, {"recordings": {"en": upload(encoded())}}, NOW)
    tree = menu_trees.tree(menu_trees.latest(menu.pk, NOW), ["en"])
    assert tree.menus[menu.pk].audio == {"en": prompt.recordings.get().token}


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "a", "%" * 41, "x" * 41, "audio-0"])
def test_a_token_has_to_be_known_whole(token: str) -> None:
    audio = recorded(en=upload(encoded())).recordings.get()
    assert prompt_services.find_audio(token) is None
    assert prompt_services.find_audio(audio.token[:-1]) is None
    other = "y" if audio.token[0] == "x" else "x"
    assert prompt_services.find_audio(other + audio.token[1:]) is None
    assert prompt_services.find_audio(audio.token) == audio
