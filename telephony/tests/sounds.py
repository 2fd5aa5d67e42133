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


def upload(content: bytes, name: str = "greeting.wav") -> SimpleUploadedFile:
    """Return the file as a browser sends it."""
    return SimpleUploadedFile(name, content, "audio/wav")
