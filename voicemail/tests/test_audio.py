"""What audio bytes are, by decoding them."""

from __future__ import annotations

import io

import numpy
import pytest
import soundfile

from voicemail import audio
from voicemail.tests.cast import streamed, wav
from voicemail.types import AudioFacts, NotAudio


def encoded(format_: str, seconds: int = 3) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, numpy.sin(numpy.arange(16000 * seconds) / 20), 16000, format=format_)
    return file.getvalue()


def test_a_wav_is_measured() -> None:
    assert audio.examine(wav(seconds=1.5)) == AudioFacts("audio/wav", "wav", 1.5)


@pytest.mark.parametrize(
    ("format_", "facts"),
    [("MP3", AudioFacts("audio/mpeg", "mp3", 3.0)), ("OGG", AudioFacts("audio/ogg", "ogg", 3.0))],
)
def test_compressed_audio_is_measured(format_: str, facts: AudioFacts) -> None:
    assert audio.examine(encoded(format_)) == facts


def test_a_header_that_promises_more_than_there_is_does_not_count() -> None:
    whole = wav(seconds=2)
    assert audio.examine(whole[: 44 + 8000 * 2]) == AudioFacts("audio/wav", "wav", 1.0)


def test_silence_of_no_length_is_still_a_message() -> None:
    assert audio.examine(wav(seconds=0)) == AudioFacts("audio/wav", "wav", 0.0)


def test_a_wav_says_by_itself_how_long_it_is_however_much_of_it_came() -> None:
    whole = wav(seconds=2)
    assert audio.promised_bytes(whole) == audio.promised_bytes(whole[:5000]) == len(whole)
    with_words = whole[:36] + b"LIST\x03\x00\x00\x00abc\x00" + whole[36:]
    assert audio.promised_bytes(with_words) == len(with_words)


@pytest.mark.parametrize("size", [0, 0x7FFFF000, 0xFFFFFFDB, 0xFFFFFFFF])
def test_a_header_written_before_the_sound_promises_nothing(size: int) -> None:
    assert audio.promised_bytes(streamed(wav(), size)) is None


@pytest.mark.parametrize("content", [b"", wav()[:40], encoded("MP3"), encoded("OGG")])
def test_what_has_no_such_header_promises_nothing(content: bytes) -> None:
    assert audio.promised_bytes(content) is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "cannot be decoded (Format not recognised.)"),
        (b"<html>Not found</html>", "cannot be decoded (Format not recognised.)"),
        (wav()[:20], "cannot be decoded"),
        (encoded("FLAC"), "FLAC is not a type that is kept"),
    ],
)
def test_what_is_no_audio_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(NotAudio) as refusal:
        audio.examine(content)
    assert str(refusal.value).startswith(reason)


def test_more_than_a_call_can_last_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio, "_LONGEST_S", 1)
    with pytest.raises(NotAudio, match="is longer than any call"):
        audio.examine(wav(seconds=12))
