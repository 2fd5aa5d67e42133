"""Recordings taken away: the row says so at once, the file goes after the commit."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet

from voicemail.enums import RecordingState, TranscriptionState
from voicemail.models import MessageLink, Recording, VoicemailMessage

logger = logging.getLogger(__name__)


def erase(recordings: Iterable[Recording], by: str, now: datetime) -> list[str]:
    """Erase the sound of recordings that the caller has locked; return the files' checksums.

    Links to their messages are revoked by `by`, and nobody is written to about them any more. The
    row keeps the name of its file until the storage has deleted it. Call inside a transaction.
    """
    rows = list(recordings)
    checksums = [row.sha256 for row in rows if row.sha256]
    ids = [row.pk for row in rows]
    Recording.objects.filter(pk__in=ids).update(
        state=RecordingState.ERASED.value,
        erased_at=now,
        url="",
        sha256="",
        error="",
        part_since=None,
    )
    messages = VoicemailMessage.objects.filter(recording__in=ids)
    MessageLink.objects.filter(message__in=messages, revoked_at=None).update(
        revoked_at=now, revoked_by=by
    )
    messages.update(announce_at=None)
    transaction.on_commit(lambda: delete_left(_left().filter(pk__in=ids)), robust=True)
    return checksums


def forget_words(recordings: QuerySet[Recording]) -> int:
    """Empty the transcripts of recordings, and ask for none any more; return how many rows."""
    return recordings.update(
        transcript="",
        transcript_url="",
        transcript_next_at=None,
        transcription=TranscriptionState.NONE.value,
    )


def delete_left(rows: QuerySet[Recording] | None = None) -> int:
    """Delete the files of erased recordings that are still there; return how many stayed."""
    stayed = 0
    for row in _left() if rows is None else rows:
        name = str(row.file)
        try:
            default_storage.delete(name)
        except Exception:  # every kind of storage has errors of its own; it is tried again daily
            logger.exception("recording_file_stays recording=%s", row.pk)
            stayed += 1
        else:
            Recording.objects.filter(pk=row.pk, file=name).update(file="")
    return stayed


def _left() -> QuerySet[Recording]:
    return Recording.objects.filter(state=RecordingState.ERASED.value).exclude(file="")
