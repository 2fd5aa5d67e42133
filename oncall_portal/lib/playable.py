"""Makes sound that every mail program plays of sound that some do not."""

from __future__ import annotations

import io

import soundfile

MP3 = "audio/mpeg"
PLAYED_EVERYWHERE = frozenset({"audio/wav", MP3})


def as_mp3(content: bytes) -> bytes:
    """Return the sound in `content` as an MP3; raise ValueError when it is none."""
    try:
        with soundfile.SoundFile(io.BytesIO(content)) as sound:
            samples, rate = sound.read(dtype="int16"), sound.samplerate
    except soundfile.LibsndfileError as error:
        raise ValueError(f"This is no sound: {error.error_string}") from error
    made = io.BytesIO()
    soundfile.write(made, samples, rate, format="MP3")
    return made.getvalue()
