"""Writes of prompts and of their recordings, with the rules of the house.

All raise Refused (a rule of the house), ValidationError (a field or constraint) or Stale (changed
since it was read), and then nothing is changed.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeAlias

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from oncall_portal.lib import acting, rows
from oncall_portal.lib.errors import Conflict, Refused
from telephony import menu_options, menu_trees, prompt_uses
from telephony.models import Menu, Prompt, PromptAudio
from telephony.prompt_audio import Converted, converted

Upload: TypeAlias = "File[bytes]"
_LONGEST_NAME = 120
# A token is that of the prompt and language, and a mark of the recording: whoever still asks for
# the recording before gets this one, and nobody who keeps that one plays it for this.
_OWN, _MARK = 32, 8
# A call that names a removed recording is over by then: the platform ends every call after 2 hours.
KEPT_FOR = timedelta(days=1)


def create_prompt(values: Mapping[str, Any], now: datetime) -> Prompt:
    """Add a prompt; `recordings` are uploaded files by language."""
    values, recordings = _apart(values)
    with _opened(recordings) as made, transaction.atomic():
        prompt = rows.create(Prompt, values)
        _write(prompt, made, now)
    return prompt


def change_prompt(pk: int, version: int, values: Mapping[str, Any], now: datetime) -> Prompt:
    """Change a prompt as it was read at `version`.

    `recordings` are uploaded files by language, None to remove one; those not named stay.
    """
    values, recordings = _apart(values)
    with _opened(recordings) as made, transaction.atomic():
        menu_options.lock_all()  # before the prompt, as those who write menus do
        prompt = rows.change(rows.lock(Prompt, pk, version), values)
        _write(prompt, made, now)
        _freeze_menus(prompt, now)
    return prompt


@transaction.atomic
def delete_prompt(pk: int, version: int) -> None:
    """Delete a prompt with its recordings, unless callers are led to it from somewhere."""
    prompt = rows.lock(Prompt, pk, version)
    if places := [prompt_uses.words(row) for row in prompt_uses.uses(prompt)]:
        message = _("This prompt is in use: %(places)s. Choose another one there first.")
        facts = {"used_by": places}
        raise Conflict("in_use", message % {"places": ", ".join(places)}, facts)
    for audio in prompt.recordings.all():
        _let_go(audio, acting.act().at)
    prompt.delete()


def forget_removed(now: datetime) -> int:
    """Delete the recordings that were removed a day ago, with their files; return how many."""
    gone = PromptAudio.objects.filter(removed_at__lt=now - KEPT_FOR)
    for audio in gone:
        with transaction.atomic():
            _forget_file(audio)
            audio.delete()
    return len(gone)


def find_audio(token: str) -> PromptAudio | None:
    """Return the recording that a token stands for; also the one that replaced it since.

    One that was removed is found as long as a call may name it.
    """
    if len(token) != _OWN + 1 + _MARK:
        return None
    return PromptAudio.objects.filter(token__startswith=token[: _OWN + 1]).first()


def _apart(values: Mapping[str, Any]) -> tuple[dict[str, Any], Mapping[str, Upload | None]]:
    values = dict(values)
    return values, values.pop("recordings", {})


@contextmanager
def _opened(recordings: Mapping[str, Upload | None]) -> Iterator[dict[str, Converted | None]]:
    """Convert what was uploaded, before any row is locked; a refusal names the language's field."""
    with ExitStack() as stack:
        made: dict[str, Converted | None] = {}
        for language, upload in recordings.items():
            try:
                made[language] = stack.enter_context(converted(upload)) if upload else None
            except Refused as refused:
                field = f"recording_{language}"
                raise Refused(refused.code, refused.message, field) from None
        yield made


def _write(prompt: Prompt, made: Mapping[str, Converted | None], now: datetime) -> None:
    before = {audio.language: audio for audio in prompt.recordings.all()}
    gone = {language for language, recording in made.items() if recording is None}
    if not any(text.strip() for text in prompt.text.values()) and not {*before, *made} - gone:
        message = _("Write it in at least one language, or upload a recording.")
        raise Refused("required", message, "text")
    for language in gone & set(before):
        _let_go(before[language], now)
    stored: list[PromptAudio] = []
    try:
        for language, recording in made.items():
            if recording is not None:
                stored.append(_named(prompt, language, recording, before.get(language), now))
                stored[-1].file.save("", recording.file, save=False)
                rows.save(stored[-1])
    except Exception:
        for audio in stored:
            audio.file.storage.delete(audio.file.name or "")
        raise


def _freeze_menus(prompt: Prompt, now: datetime) -> None:
    """Let the next caller of the menus that begin with a prompt hear it as it is now."""
    menus = Menu.objects.filter(welcome_prompt=prompt).select_related("parent")
    for root in sorted({menu_trees.root_of(menu) for menu in menus}):
        menu_trees.freeze(root, now, acting.act().user)


def _named(
    prompt: Prompt, language: str, made: Converted, before: PromptAudio | None, now: datetime
) -> PromptAudio:
    """Return the row of a recording, without its file; of the one before the file is let go."""
    audio = before or PromptAudio(prompt=prompt, language=language)
    if before:
        _forget_file(before)
    own = before.token[:_OWN] if before else secrets.token_urlsafe(24)
    audio.token = f"{own}-{made.sha256[:_MARK]}"
    audio.original_name = made.name[-_LONGEST_NAME:]
    audio.duration_seconds, audio.size = made.duration_seconds, made.size
    audio.sha256, audio.silent, audio.uploaded_at = made.sha256, made.silent, now
    return audio


def _let_go(audio: PromptAudio, now: datetime) -> None:
    """Take a recording from its prompt; calls under way, whose menu is frozen, still hear it."""
    audio.prompt, audio.removed_at = None, now
    rows.save(audio)


def _forget_file(audio: PromptAudio) -> None:
    """Delete the file of a recording once nothing names it any more."""
    delete = partial(audio.file.storage.delete, audio.file.name or "")
    transaction.on_commit(delete, robust=True)
