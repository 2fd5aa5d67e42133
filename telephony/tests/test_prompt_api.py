"""Prompts and their recordings at the API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scheduling.enums import Role
from scheduling.tests.logins import client, problem
from telephony import prompt_audio
from telephony.models import PhoneNumber, Prompt
from telephony.tests.sounds import REFUSED, REFUSED_IDS, encoded, upload, zipped

pytestmark = pytest.mark.django_db
PROMPTS = "/api/v1/prompts/"


@pytest.fixture
def manager(settings: Any, tmp_path: Path) -> Any:
    settings.MEDIA_ROOT = tmp_path
    return client(Role.MANAGER)


@pytest.fixture
def prompt() -> Prompt:
    return Prompt.objects.create(name="Closed", text={"en": "Closed"})


def send(api: Any, prompt: Prompt, language: str = "en", **body: Any) -> Any:
    """Upload a recording."""
    body.setdefault("file", upload(encoded()))
    address = f"{PROMPTS}{prompt.pk}/audio/{language}/"
    return api.post(address, {k: v for k, v in body.items() if v is not None}, format="multipart")


def test_a_prompt_is_written_without_a_recording(manager: Any) -> None:
    body = {"name": "Closed", "text": {"fr": "Fermé", "en": "Closed"}}
    made = manager.post(PROMPTS, body, format="json")
    nothing = {"audio": {"fr": None, "en": None}, "warnings": [], "version": 1}
    assert made.json() == {"id": made.json()["id"], **body, **nothing}


@pytest.mark.parametrize("body", [{"name": "A"}, {"name": "A", "text": {"en": ""}}])
def test_a_prompt_that_says_nothing_is_refused(manager: Any, body: Any) -> None:
    answer = manager.post(PROMPTS, body, format="json")
    assert problem(answer) == (400, "required")
    assert answer.json()["errors"][0]["field"] == "text"


@pytest.mark.requirement("VPB-07")
def test_a_recording_is_uploaded_and_can_be_fetched_where_it_is_said(
    manager: Any, prompt: Prompt
) -> None:
    answer = send(manager, prompt, "fr", version="1")
    assert (answer.status_code, answer["ETag"]) == (201, '"2"')
    address = answer.json()["audio"]["fr"]
    assert (answer.json()["audio"]["en"], answer.json()["version"]) == (None, 2)
    assert manager.get(address)["Content-Type"] == "audio/wav"


def test_who_names_no_version_sets_the_recording_as_it_stands(manager: Any, prompt: Prompt) -> None:
    assert send(manager, prompt).status_code == 201


@pytest.mark.parametrize("headers", [{}, {"HTTP_IF_MATCH": '"9"'}])
def test_a_stale_version_is_refused(manager: Any, prompt: Prompt, headers: Any) -> None:
    address = f"{PROMPTS}{prompt.pk}/audio/en/"
    body = {"file": upload(encoded()), **({} if headers else {"version": "9"})}
    answer = manager.post(address, body, format="multipart", **headers)
    assert problem(answer) == (409, "stale_version")
    assert answer.json()["current"]["audio"] == {"fr": None, "en": None}


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"file": upload(zipped())}, "file", "not_wav_or_mp3"),
        ({"file": upload(b"")}, "file", "file_empty"),
        ({"file": upload(encoded(seconds=3)[:-99_000])}, "file", "audio_damaged"),
        ({"file": None, "version": "1"}, "file", "required"),
        ({"sound": "x"}, "sound", "unknown_field"),
        ({"version": "x"}, "version", "invalid_version"),
    ],
)
def test_a_bad_upload_is_refused_by_its_field_and_changes_nothing(
    manager: Any, prompt: Prompt, body: Any, field: str, code: str
) -> None:
    answer = send(manager, prompt, **body)
    assert problem(answer) == (400, code)
    assert answer.json()["errors"][0]["field"] == field
    prompt.refresh_from_db()
    assert (prompt.version, prompt.recordings.count()) == (1, 0)


@pytest.mark.parametrize(("content", "name", "code", "words"), REFUSED, ids=REFUSED_IDS)
def test_what_is_no_recording_is_refused_with_what_to_do(
    manager: Any, prompt: Prompt, content: bytes, name: str, code: str, words: str
) -> None:
    answer = send(manager, prompt, file=upload(content, name))
    assert problem(answer) == (400, code)
    assert answer.json()["errors"] == [{"field": "file", "code": code, "detail": words}]
    assert prompt.recordings.count() == 0


def test_what_is_too_large_is_refused_before_it_is_read(
    manager: Any, prompt: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prompt_audio, "LARGEST", 1_000)
    content = upload(encoded())
    monkeypatch.setattr("telephony.api.prompts._BESIDES", 0)
    assert problem(send(manager, prompt, file=content)) == (400, "file_too_large")


def test_a_recording_is_removed_with_the_version_that_was_read(
    manager: Any, prompt: Prompt
) -> None:
    send(manager, prompt)
    address = f"{PROMPTS}{prompt.pk}/audio/en/"
    assert problem(manager.delete(address)) == (400, "version_required")
    assert problem(manager.delete(address, {"version": 1}, format="json")) == (409, "stale_version")
    answer = manager.delete(address, headers={"If-Match": '"2"'})
    assert (answer.status_code, answer["ETag"]) == (204, '"3"')
    assert problem(manager.delete(address, {"version": 3}, format="json")) == (404, "not_found")


@pytest.mark.parametrize("language", ["de", "xx"])
def test_there_is_no_recording_in_another_language(
    manager: Any, prompt: Prompt, language: str
) -> None:
    assert problem(send(manager, prompt, language)) == (404, "not_found")


def test_who_may_not_edit_prompts_uploads_nothing(manager: Any, prompt: Prompt) -> None:
    assert problem(send(client(Role.SUPERVISOR), prompt)) == (403, "permission_denied")


def test_a_recording_in_which_nothing_is_heard_is_taken_with_a_warning(
    manager: Any, prompt: Prompt
) -> None:
    answer = send(manager, prompt, file=upload(encoded(loud=0.001)))
    words = "English: Nothing can be heard in this recording."
    assert answer.json()["warnings"] == [{"code": "silent", "detail": words}]


def test_a_prompt_in_use_is_not_deleted(manager: Any, prompt: Prompt) -> None:
    PhoneNumber.objects.create(name="Line", number="+33970000001", greeting=prompt)
    answer = manager.delete(f"{PROMPTS}{prompt.pk}/", {"version": 1}, format="json")
    assert problem(answer) == (409, "in_use")
    assert answer.json()["conflict"] == {"used_by": ["greeting of the number “Line”"]}
