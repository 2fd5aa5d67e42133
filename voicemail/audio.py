"""Tells what audio bytes really are, whatever their sender claims."""

from __future__ import annotations

import io

import soundfile

from voicemail.types import AudioFacts, NotAudio

_KINDS = {
    "WAV": ("audio/wav", "wav"),
    "WAVEX": ("audio/wav", "wav"),
    "MP3": ("audio/mpeg", "mp3"),
    "OGG": ("audio/ogg", "ogg"),
}
_LONGEST_S = 2 * 3600  # the platform ends a call, and so its recording, after 7200 s
_BLOCK = 65536
_MOST_BYTES = 2**30  # no recording of a call is so large


def examine(content: bytes) -> AudioFacts:
    """Decode `content` to its end and return its facts; raise NotAudio when that fails."""
    try:
        with soundfile.SoundFile(io.BytesIO(content)) as sound:
            if sound.format not in _KINDS:
                raise NotAudio(f"{sound.format} is not a type that is kept")
            seconds = _length(sound)
            content_type, extension = _KINDS[sound.format]
    except soundfile.LibsndfileError as error:
        raise NotAudio(f"cannot be decoded ({error.error_string})") from error
    return AudioFacts(content_type, extension, seconds)


def promised_bytes(content: bytes) -> int | None:
    """Return how long a WAV is by its own header, None for what has none that says so.

    One that was written before the sound says nothing, or more than any recording may have.
    """
    at = 12
    while content[:4] == b"RIFF" and at + 8 <= len(content):
        end = at + 8 + int.from_bytes(content[at + 4 : at + 8], "little")
        if content[at : at + 4] == b"data":
            return end if at + 8 < end < _MOST_BYTES else None
        at = end + end % 2  # what has an odd length is filled up
    return None


def _length(sound: soundfile.SoundFile) -> float:
    """Count what can be decoded; a header may promise more or less."""
    frames = 0
    while read := len(sound.read(_BLOCK, dtype="int16")):
        frames += read
        if frames > _LONGEST_S * sound.samplerate:
            raise NotAudio("is longer than any call")
    return frames / float(sound.samplerate)
