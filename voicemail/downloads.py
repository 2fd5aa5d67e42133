"""Fetches recordings from the platform, checks and stores them, and sees that people are told."""

from __future__ import annotations

import hashlib
import logging
import secrets
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet

from telephony.provider import Audio, ProviderError
from voicemail import audio, notify, takes
from voicemail.enums import RecordingKind, RecordingState
from voicemail.models import Recording
from voicemail.types import AudioFacts, NotAudio

logger = logging.getLogger(__name__)

# A conversation may last two hours: so long an MP3 of the platform has some 60 MB.
MAX_BYTES, MAX_CONVERSATION_BYTES = 25 * 1024 * 1024, 128 * 1024 * 1024
KEPT_FOR = timedelta(days=30)  # the platform deletes a recording after 30 days
STUCK_AFTER = timedelta(minutes=5)
WHOLE_WITHIN = timedelta(days=1)  # so long the rest of what came cut short is asked for
_UNSURE_S = 1.0  # the platform tells in whole seconds when a recording began and ended
# The last one repeats for as long as the platform keeps the recording.
BACKOFF = (
    timedelta(seconds=10),
    timedelta(seconds=30),
    timedelta(minutes=1),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
)


class Platform(Protocol):
    """The one thing asked here of telephony's `Provider`."""

    def fetch_recording(self, url: str, *, max_bytes: int) -> Audio:
        """Download a recording from the platform's own hosts only. Raises ProviderError."""


def download_next(now: datetime, platform: Platform) -> bool:
    """Fetch the recording that has been due longest; return False when none is due at `now`.

    Several workers may call this at once: each row is claimed by one, and a claim that a killed
    worker left ends after five minutes. What the platform refuses for good is failed, and what is
    no audio the eighth time; all else is tried again until the platform deletes the recording. Of
    what comes cut short the longest part is kept, at once, and the whole is asked for for a day.
    """
    recording = _claim(now)
    if recording is None:
        return False
    try:
        most = _most_bytes(recording)
        content = platform.fetch_recording(recording.url, max_bytes=most).content
        if len(content) > most:
            raise ProviderError("The recording is larger than any message.", permanent=True)
        facts = audio.examine(content)
        if not facts.duration_seconds and (recording.duration_seconds or 0.0) > _UNSURE_S:
            raise NotAudio("is empty")  # the header comes before the sound, when it is early
        if _is_whole(recording, content, facts):
            _store(recording, content, facts, now)
        else:
            _keep_part(recording, content, facts, now)
            raise ProviderError("The recording is cut short.", permanent=False)
    except ProviderError as error:
        _note_failure(recording, error, now)
    except NotAudio as error:
        # What a proxy or a platform in trouble serves instead looks like this, too.
        is_last = recording.attempts >= len(BACKOFF)
        _note_failure(recording, ProviderError(f"The recording {error}.", permanent=is_last), now)
    except OSError as error:  # the storage is full or away
        _postpone(recording, f"{type(error).__name__}: {error}", timedelta(0), now)
    return True


def _most_bytes(recording: Recording) -> int:
    is_message = recording.kind == RecordingKind.MESSAGE
    return MAX_BYTES if is_message else MAX_CONVERSATION_BYTES


def _claim(now: datetime) -> Recording | None:
    with transaction.atomic():
        recording = (
            Recording.objects.select_for_update(skip_locked=True)
            .filter(state=RecordingState.AWAITED.value, next_attempt_at__lte=now)
            .filter(Q(claimed_at=None) | Q(claimed_at__lte=now - STUCK_AFTER))
            .order_by("next_attempt_at", "pk")
            .first()
        )
        if recording is not None:
            recording.claimed_at = now
            recording.attempts += 1
            recording.save(update_fields=["claimed_at", "attempts"])
    return recording


def _is_whole(recording: Recording, content: bytes, facts: AudioFacts) -> bool:
    """Decide by the size that was reported, if it is just that, then by the file's own header.

    Where that says nothing, by what was reported: its size and its times may each be wrong, only
    both together tell that something is missing.
    """
    if len(content) == recording.reported_size:
        return True
    promised = audio.promised_bytes(content)
    if promised is not None:
        return len(content) >= promised
    seconds = recording.duration_seconds
    is_shorter = seconds is None or facts.duration_seconds + _UNSURE_S < seconds
    return not (is_shorter and len(content) < (recording.reported_size or 0))


def _store(recording: Recording, content: bytes, facts: AudioFacts, now: datetime) -> None:
    """Keep the file, then the row and the e-mails."""
    before, file = str(recording.file), _write(recording, content, facts)
    seconds, state = facts.duration_seconds, RecordingState.STORED.value
    whole = {"duration_seconds": seconds, "part_since": None, "state": state, "error": ""}
    # Where this fails the row may name the file all the same: then nothing is deleted here.
    kept = _settle(recording, now, **whole, **file)
    _delete(before if kept else file["file"])


def _keep_part(recording: Recording, content: bytes, facts: AudioFacts, now: datetime) -> None:
    """Keep what came, where it is more than what came before."""
    if recording.cut_short and len(content) <= (recording.size or 0):
        return
    before, file = str(recording.file), _write(recording, content, facts)
    recording.part_since = recording.part_since or now
    kept = _mine(recording).update(part_since=recording.part_since, **file)
    _delete(before if kept else file["file"])


def _write(recording: Recording, content: bytes, facts: AudioFacts) -> dict[str, Any]:
    """Write the file under a name that cannot be guessed; return what its row says of it."""
    folder = f"recordings/{recording.recorded_at:%Y/%m}"
    wanted = f"{folder}/{secrets.token_urlsafe(24)}.{facts.extension}"
    try:
        name = default_storage.save(wanted, ContentFile(content))
    except OSError:
        default_storage.delete(wanted)  # a full storage may hold the half of it
        raise
    return {
        "file": name,
        "content_type": facts.content_type,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _delete(name: str) -> None:
    """Delete a file that is not wanted any more; what cannot be deleted is a leftover."""
    try:
        if name:
            default_storage.delete(name)
    except OSError as error:
        logger.warning("recording_left_over error=%s", error)


def next_attempt(attempts: int, at_least: timedelta, now: datetime) -> datetime:
    """Return when to ask again after so many attempts."""
    return now + max(BACKOFF[min(attempts, len(BACKOFF)) - 1], at_least)


def _note_failure(recording: Recording, error: ProviderError, now: datetime) -> None:
    if error.permanent:
        _give_up(recording, str(error), now)
    else:
        _postpone(recording, str(error), timedelta(seconds=error.retry_after_s), now)


def _postpone(recording: Recording, error: str, at_least: timedelta, now: datetime) -> None:
    due = next_attempt(recording.attempts, at_least, now)
    if due > recording.recorded_at + KEPT_FOR:
        _give_up(recording, f"The platform keeps it no longer. {error}", now)
        return
    if recording.part_since is not None and due > recording.part_since + WHOLE_WITHIN:
        _give_up(recording, error, now)
        return
    _mine(recording).update(next_attempt_at=due, claimed_at=None, error=error[:200])
    logger.warning("recording_delayed recording=%s error=%s", recording.pk, error)


def _give_up(recording: Recording, error: str, now: datetime) -> None:
    """Fail, or be content with the part that came."""
    state = RecordingState.STORED if recording.cut_short else RecordingState.FAILED
    _settle(recording, now, state=state.value, error=error[:200])
    logger.error("recording_failed recording=%s kept=%s error=%s", recording.pk, state.value, error)


def _settle(recording: Recording, now: datetime, **result: object) -> bool:
    """Write the final state and the e-mails, unless another worker has taken over meanwhile."""
    with transaction.atomic():
        takes.lock_call(recording)
        if not _mine(recording).update(claimed_at=None, **result):
            return False
        recording.refresh_from_db()
        # a part does not tell how long the message is
        if recording.state == RecordingState.STORED and not recording.cut_short:
            takes.measured(recording, now)
        notify.tell(recording, now)
    return True


def _mine(recording: Recording) -> QuerySet[Recording]:
    return Recording.objects.filter(
        pk=recording.pk, state=RecordingState.AWAITED.value, attempts=recording.attempts
    )
