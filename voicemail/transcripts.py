"""Fetches what the platform wrote down of a message, for those who would rather read."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from oncall_portal.outbox import doorbell
from telephony.intake import WrittenMessage
from telephony.provider import ProviderError
from voicemail import takes
from voicemail.downloads import BACKOFF, KEPT_FOR, STUCK_AFTER, Platform, next_attempt
from voicemail.enums import DeliveryState, RecordingState, TranscriptionState
from voicemail.models import Recording, VoicemailMessage

logger = logging.getLogger(__name__)

# Two hours of speech, with the place of each word, have some two MB.
MAX_BYTES = 8 * 1024 * 1024
MAX_CHARACTERS = 20_000
# What the platform has not written down by then it will not any more.
WORDS_WITHIN = timedelta(days=1)


class NoWords(Exception):
    """The file holds no transcript; the text says why."""


def await_words(call_id: int, written: WrittenMessage, now: datetime) -> bool:
    """Note where the words of a recording are, the first that the platform says; once.

    False where the call has no such recording.
    """
    recording = Recording.objects.filter(call=call_id, platform_id=written.platform_id)
    told = recording.filter(transcript_url="").exclude(state=RecordingState.ERASED.value)
    changed = told.update(
        transcript_url=written.url,
        transcription=TranscriptionState.AWAITED.value,
        transcript_next_at=now,
    )
    return bool(changed) or recording.exists()


def fetch_next(now: datetime, platform: Platform) -> bool:
    """Fetch the transcript that has been due longest; return False when none is due at `now`.

    Several workers may call this at once. What fails is tried again for as long as the platform
    keeps the recording; a message is never kept waiting for its words.
    """
    recording = _claim(now)
    if recording is None:
        return False
    if not recording.transcript_url:
        _settle(recording, TranscriptionState.FAILED, now)
        return True
    try:
        found = platform.fetch_recording(recording.transcript_url, max_bytes=MAX_BYTES)
        _settle(recording, TranscriptionState.STORED, now, words(found.content))
    except ProviderError as error:
        _note_failure(recording, error, now)
    except NoWords as error:
        # A file that was cut short on its way looks like this, too.
        is_last = recording.transcript_attempts >= len(BACKOFF)
        _note_failure(recording, ProviderError(str(error), permanent=is_last), now)
    return True


def words(content: bytes) -> str:
    """Return what was said, one line for each side that spoke.

    Raises NoWords where the content is no transcript.
    """
    if len(content) > MAX_BYTES:
        raise NoWords("it is larger than any transcript")
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise NoWords("it is no JSON") from None
    channels = found.get("channels") if isinstance(found, dict) else None
    if not isinstance(channels, list):
        raise NoWords("it has no channels")
    lines = [" ".join(_sentences(channel)) for channel in channels]
    return "\n".join(filter(None, lines))[:MAX_CHARACTERS]


def _sentences(channel: Any) -> list[str]:
    parts = channel.get("transcript") if isinstance(channel, dict) else None
    found = parts if isinstance(parts, list) else []
    said = [part.get("sentence") for part in found if isinstance(part, dict)]
    return [text for each in said if isinstance(each, str) and (text := _storable(each))]


def _storable(text: str) -> str:
    """Return the text without the characters that a database does not take."""
    kept = (each for each in text if each != "\x00" and not "\ud800" <= each <= "\udfff")
    return "".join(kept).strip()


def _claim(now: datetime) -> Recording | None:
    """Take the recording whose words are due, so that no other worker does for a while."""
    with transaction.atomic():
        recording = (
            Recording.objects.select_for_update(skip_locked=True)
            .filter(transcript_next_at__lte=now, transcription=TranscriptionState.AWAITED.value)
            .exclude(state=RecordingState.ERASED.value)
            .order_by("transcript_next_at", "pk")
            .first()
        )
        if recording is not None:
            recording.transcript_next_at = now + STUCK_AFTER
            recording.transcript_attempts += 1
            recording.save(update_fields=["transcript_next_at", "transcript_attempts"])
    return recording


def _note_failure(recording: Recording, error: ProviderError, now: datetime) -> None:
    at_least = timedelta(seconds=error.retry_after_s)
    due = next_attempt(recording.transcript_attempts, at_least, now)
    if error.permanent or due > recording.recorded_at + KEPT_FOR:
        logger.error("transcript_failed recording=%s error=%s", recording.pk, error)
        _settle(recording, TranscriptionState.FAILED, now)
        return
    _mine(recording).update(transcript_next_at=due)
    logger.warning("transcript_delayed recording=%s error=%s", recording.pk, error)


def _settle(recording: Recording, state: TranscriptionState, now: datetime, text: str = "") -> None:
    """Write the final state, unless another worker has taken over meanwhile.

    An e-mail that waited for the words goes now.
    """
    _mine(recording).update(transcription=state.value, transcript=text, transcript_next_at=None)
    waiting = VoicemailMessage.objects.filter(
        Q(held_until=None) | Q(held_until__lte=now),
        recording=recording.pk,
        recording__state=RecordingState.STORED.value,
        delivery=DeliveryState.WAITING.value,
        announce_at__gt=now,
    )
    if waiting.update(announce_at=now):
        doorbell.ring(takes.ANNOUNCE_MESSAGES)


def _mine(recording: Recording) -> QuerySet[Recording]:
    return Recording.objects.filter(
        pk=recording.pk,
        transcription=TranscriptionState.AWAITED.value,
        transcript_attempts=recording.transcript_attempts,
    ).exclude(state=RecordingState.ERASED.value)
