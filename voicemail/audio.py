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


def _length(sound: soundfile.SoundFile) -> float:
    """Count what can be decoded; a header may promise more or less."""
    frames = 0
    while read := len(sound.read(_BLOCK, dtype="int16")):
        frames += read
        if frames > _LONGEST_S * sound.samplerate:
            raise NotAudio("is longer than any call")
    return frames / float(sound.samplerate)
