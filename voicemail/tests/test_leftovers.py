"""Files that no row names leave the storage, and no others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from oncall_portal.outbox.services import send_email
from oncall_portal.outbox.types import Attachment
from voicemail import leftovers
from voicemail.models import Recording
from voicemail.tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def a_day_later() -> datetime:
    return datetime.now(UTC) + leftovers.SETTLED_AFTER + timedelta(minutes=1)


def keep(name: str) -> str:
    return default_storage.save(f"recordings/2026/11/{name}", ContentFile(b"sound"))


def test_a_file_that_nobody_names_goes_after_a_day(media: Path) -> None:
    keep("lost.wav")
    assert leftovers.remove_leftovers(datetime.now(UTC)) == 0
    assert leftovers.remove_leftovers(a_day_later()) == 1
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_what_a_recording_or_a_waiting_mail_names_stays() -> None:
    recording = cast.message(None, None).recording
    Recording.objects.filter(pk=recording.pk).update(state="stored", file=keep("kept.wav"))
    taken_along = Attachment(keep("attached.wav"), "message.wav", "audio/wav")
    send_email(
        to="anna@example.org",
        subject="x",
        body="x",
        cause="voicemail:1",
        key="k",
        now=cast.NOW,
        attachments=[taken_along],
    )
    assert leftovers.remove_leftovers(a_day_later()) == 0


def test_an_empty_storage_has_nothing_to_remove() -> None:
    assert leftovers.remove_leftovers(a_day_later()) == 0
