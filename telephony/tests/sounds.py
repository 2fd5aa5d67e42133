"""Files of sound for the tests, and files that only pretend to be one."""

from __future__ import annotations

import io
import zipfile

import numpy
import soundfile
from django.core.files.uploadedfile import SimpleUploadedFile


def encoded(
    kind: str = "WAV",
    *,
    seconds: float = 1,
    rate: int = 44_100,
    channels: int = 1,
    loud: float = 0.5,
    subtype: str | None = None,
) -> bytes:
    """Return a file of this kind with a tone of 440 Hz on every channel."""
    wave = loud * numpy.sin(2 * numpy.pi * 440 * numpy.arange(int(rate * seconds)) / rate)
    file = io.BytesIO()
    sound = numpy.repeat(wave[:, None], channels, axis=1)
    soundfile.write(file, sound, rate, format=kind, subtype=subtype)
    return file.getvalue()


def zipped() -> bytes:
    """Return a ZIP archive with a recording in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("greeting.wav", encoded())
    return file.getvalue()


def without_header(content: bytes) -> bytes:
    """Return an MP3 file whose first frame, which says how long it is, is gone."""
    info = max(content.find(b"Info"), content.find(b"Xing"))
    return content[content.index(content[:2], info) :]


def two_hours() -> bytes:
    """Return an MP3 file that goes on for two hours."""
    return without_header(encoded("MP3", seconds=10, rate=8_000)) * 720


def upload(content: bytes, name: str = "greeting.wav") -> SimpleUploadedFile:
    """Return the file as a browser sends it."""
    return SimpleUploadedFile(name, content, "audio/wav")


NO_SOUND = "This is not a WAV or MP3 file, whatever its name says: save the recording as one."
LONG = "A recording has 5 minutes at most: shorten it."
# What people upload by mistake, or worse: the file, its name, a code, and what they are told.
REFUSED = [
    (encoded("FLAC"), "greeting.wav", "not_wav_or_mp3", NO_SOUND),
    (b"<html>Not found</html>", "greeting.mp3", "not_wav_or_mp3", NO_SOUND),
    (zipped(), "greeting.wav", "not_wav_or_mp3", NO_SOUND),
    (b"", "greeting.wav", "file_empty", "This file is empty: choose another one."),
    (two_hours(), "greeting.mp3", "audio_too_long", LONG),
]
REFUSED_IDS = ["another type", "a page", "a zip", "0 bytes", "2 hours"]
