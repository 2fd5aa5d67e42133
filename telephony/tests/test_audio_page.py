"""Where the platform fetches the recordings that it plays."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from scheduling.tests.facts import at
from telephony import prompt_services
from telephony.models import PromptAudio
from telephony.tests.sounds import encoded, upload
from telephony.vonage import routes

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("VPB-07")]


@pytest.fixture
def audio(settings: Any, tmp_path: Path) -> PromptAudio:
    settings.MEDIA_ROOT = tmp_path
    values = {"name": "Closed", "recordings": {"fr": upload(encoded())}}
    return prompt_services.create_prompt(values, at(8)).recordings.get()


def fetched(audio: PromptAudio, **headers: str) -> Any:
    return Client(headers=headers).get(reverse("voice:audio", args=[audio.token]))


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_platform_gets_the_recording_without_a_login(audio: PromptAudio) -> None:
    answer = fetched(audio)
    assert answer.status_code == 200
    assert body(answer) == default_storage.open(str(audio.file.name)).read()
    kept = {name: answer[name] for name in ("Content-Type", "Content-Length", "Cache-Control")}
    assert kept == {
        "Content-Type": "audio/wav",
        "Content-Length": str(audio.size),
        "Cache-Control": "public, max-age=360000",
    }
    assert "Vary" not in answer or "Cookie" not in answer["Vary"]


def test_its_address_is_the_one_in_the_instructions(audio: PromptAudio) -> None:
    assert routes.audio(audio.token) == f"http://testserver/voice/audio/{audio.token}"


def test_a_player_gets_the_part_that_it_asks_for(audio: PromptAudio) -> None:
    answer = fetched(audio, range="bytes=0-3")
    assert (answer.status_code, body(answer)) == (206, b"RIFF")
    assert answer["Content-Range"] == f"bytes 0-3/{audio.size}"
    assert fetched(audio, range="bytes=99999999-").status_code == 416


def test_a_part_of_what_was_there_before_is_answered_with_the_whole(audio: PromptAudio) -> None:
    answer = fetched(audio, range="bytes=0-3", if_range='"before"')
    assert (answer.status_code, len(body(answer))) == (200, audio.size)
    same = fetched(audio, range="bytes=0-3", if_range=f'"{audio.sha256}"')
    assert same.status_code == 206


def test_who_has_it_already_gets_nothing_again(audio: PromptAudio) -> None:
    assert fetched(audio, if_none_match=f'"{audio.sha256}"').status_code == 304
    assert fetched(audio, if_none_match='"before"').status_code == 200


def test_what_is_not_there_is_not_found(audio: PromptAudio) -> None:
    assert Client().get(reverse("voice:audio", args=["unknown"])).status_code == 404
    default_storage.delete(str(audio.file.name))
    assert fetched(audio).status_code == 404


def test_a_recording_that_was_removed_is_played_to_the_calls_that_name_it_for_a_day(
    audio: PromptAudio,
) -> None:
    values = {"text": {"fr": "Fermé."}, "recordings": {"fr": None}}
    prompt_services.change_prompt(audio.prompt_id or 0, 1, values, at(8))
    answer = fetched(audio)
    assert (answer.status_code, len(body(answer))) == (200, audio.size)
    prompt_services.forget_removed(at(8) + timedelta(days=2))
    assert fetched(audio).status_code == 404


def test_nothing_is_sent_there(audio: PromptAudio) -> None:
    assert Client().post(reverse("voice:audio", args=[audio.token])).status_code == 405


def test_it_costs_one_query(audio: PromptAudio, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        fetched(audio)
