"""The words of a message: fetched once, bounded, never waited for."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from telephony.intake import WrittenMessage
from telephony.provider import ProviderError
from voicemail import transcripts
from voicemail.api import VoicemailSerializer
from voicemail.enums import RecordingState
from voicemail.intake import Intake
from voicemail.models import Recording
from voicemail.tests import cast
from voicemail.tests.cast import NOW, PLATFORM
from voicemail.tests.platform import Shelf

FILE = {
    "ver": "1.0",
    "channels": [
        {"transcript": [{"sentence": "The boiler leaks."}, {"sentence": " Please\x00 come. "}]},
        {"transcript": []},
        {"transcript": [{"sentence": "Hello?"}]},
    ],
}
WORDS = "The boiler leaks. Please come.\nHello?"


def written() -> Recording:
    """A message that the platform has written down."""
    message = cast.message(cast.mailbox(), cast.call())
    assert Intake().transcribed(message.call_id or 0, WrittenMessage("m1", PLATFORM + "t1"), NOW)
    return message.recording


def fetch(content: object, now: Any = NOW) -> Recording:
    shelf = Shelf(t1=content if isinstance(content, bytes | ProviderError) else _json(content))
    transcripts.fetch_next(now, shelf)
    return Recording.objects.get()


def _json(content: object) -> bytes:
    return json.dumps(content).encode()


@pytest.mark.django_db
def test_the_words_are_fetched_and_shown() -> None:
    written()
    kept = fetch(FILE)
    assert (kept.transcription, kept.transcript) == ("stored", WORDS)
    assert (kept.transcript_next_at, kept.state) == (None, "awaited")
    assert VoicemailSerializer().get_transcript(kept.message) == WORDS


@pytest.mark.django_db
def test_there_are_no_words_before() -> None:
    assert VoicemailSerializer().get_transcript(written().message) is None


@pytest.mark.django_db
def test_a_second_report_changes_nothing() -> None:
    recording = written()
    fetch(FILE)
    other = WrittenMessage("m1", PLATFORM + "t2")
    assert Intake().transcribed(recording.call_id or 0, other, NOW)
    kept = Recording.objects.get()
    assert (kept.transcript_url, kept.transcription) == (PLATFORM + "t1", "stored")


@pytest.mark.django_db
def test_only_a_recording_of_the_call_is_known() -> None:
    call = written().call_id or 0
    assert not Intake().transcribed(0, WrittenMessage("m1", PLATFORM + "t2"), NOW)
    assert not Intake().transcribed(call, WrittenMessage("m9", "x"), NOW)


@pytest.mark.django_db
def test_what_fails_for_now_is_tried_again_for_thirty_days() -> None:
    written()
    later = ProviderError("recording: HTTP 500", permanent=False)
    now, tries = NOW, 0
    while Recording.objects.get().transcription == "awaited":
        kept = fetch(later, now)
        now, tries = kept.transcript_next_at or now, tries + 1
    assert (kept.transcription, tries > 100) == ("failed", True)
    assert now <= NOW + timedelta(days=30)


@pytest.mark.django_db
def test_what_the_platform_refuses_for_good_is_failed() -> None:
    written()
    assert fetch(ProviderError("gone", permanent=True)).transcription == "failed"


@pytest.mark.django_db
def test_a_file_that_was_cut_short_is_fetched_again() -> None:
    written()
    assert fetch(_json(FILE)[:-20]).transcription == "awaited"
    assert fetch(FILE, NOW + timedelta(seconds=10)).transcript == WORDS


@pytest.mark.django_db
def test_words_that_never_come_are_given_up_after_a_day() -> None:
    message = cast.message(cast.mailbox(), cast.call())
    at = NOW + transcripts.WORDS_WITHIN
    Recording.objects.update(transcription="awaited", transcript_next_at=at)
    assert not transcripts.fetch_next(NOW, Shelf())
    assert transcripts.fetch_next(at, Shelf())
    message.recording.refresh_from_db()
    assert message.recording.transcription == "failed"


@pytest.mark.django_db
def test_what_was_erased_stays_without_words() -> None:
    recording = written()
    Recording.objects.update(state=RecordingState.ERASED.value)
    assert not transcripts.fetch_next(NOW, Shelf())
    recording.refresh_from_db()
    assert recording.transcript == ""


@pytest.mark.django_db
def test_no_two_workers_fetch_the_same() -> None:
    written()
    shelf = Shelf(t1=_json(FILE))

    class Slow:
        def fetch_recording(self, url: str, *, max_bytes: int) -> Any:
            assert not transcripts.fetch_next(NOW, shelf)
            return shelf.fetch_recording(url, max_bytes=max_bytes)

    assert transcripts.fetch_next(NOW, Slow())
    assert shelf.asked == [PLATFORM + "t1"]


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b'{"channels": 1}', b"\xff\xfe", b"[" * 100_000, b"{}"],
)
def test_what_is_no_transcript_is_refused(content: bytes) -> None:
    with pytest.raises(transcripts.NoWords):
        transcripts.words(content)


@pytest.mark.parametrize("part", [1, None, {"transcript": 7}, {"transcript": [1, {"sentence": 2}]}])
def test_what_is_odd_in_a_transcript_is_passed_over(part: object) -> None:
    assert transcripts.words(_json({"channels": [part]})) == ""


def test_no_more_is_kept_than_anybody_reads() -> None:
    said = [{"sentence": "word " * 10}] * 1000
    assert len(transcripts.words(_json({"channels": [{"transcript": said}]}))) == 20_000


def test_half_a_surrogate_is_left_out() -> None:
    file = b'{"channels": [{"transcript": [{"sentence": "a\\ud800b"}]}]}'
    assert transcripts.words(file) == "ab"
