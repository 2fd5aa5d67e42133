"""Checks an uploaded recording and makes of it what a telephone plays: mono WAV, 16 bit, 16 kHz."""

from __future__ import annotations

import hashlib
import os
import struct
import tempfile
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

import numpy
import soundfile
from django.core.files import File
from django.utils.translation import gettext as _

from oncall_portal.lib.errors import Refused
from telephony import mpeg
from telephony.resampling import Resampler, Samples

LARGEST = 20 * 1024 * 1024
LONGEST_SECONDS = 300
RATE = 16_000
_SLOWEST, _FASTEST = 4_000, 192_000  # samples a second; what sound cards record with
_VALUES_AT_ONCE = 65_536  # of all channels together
_IN_MEMORY = 1024 * 1024
_QUIET = 0.004  # of full scale: under -48 dB nobody hears anything on a telephone
_CUT_SECONDS = 0.5  # missing at the end: less is how encoders round
_WRITTEN_TO_A_PIPE = 0x7FFF_0000  # lengths from here on promise nothing


@dataclass(frozen=True)
class Converted:
    """A recording ready to be stored: its WAV, open at the beginning, and what is known of it.

    `name` is what its uploader calls it; `silent`: nothing in it is loud enough to be heard.
    """

    file: File[bytes]
    name: str
    duration_seconds: float
    size: int
    sha256: str
    silent: bool


@contextmanager
def converted(upload: File[bytes]) -> Iterator[Converted]:
    """Open an uploaded WAV or MP3 file as a telephone plays it; its content counts, not its name.

    It is read and written block by block, however long it is. Raises Refused on the field `file`:
    file_empty, file_too_large, not_wav_or_mp3, audio_damaged, audio_empty, audio_too_long,
    sampling_rate.
    """
    if not upload.size:
        raise _refused("file_empty", _("This file is empty: choose another one."))
    if upload.size > LARGEST:
        raise too_large()
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as made:
        peak, frames = _convert(upload, made)
        size = made.seek(0, os.SEEK_END)
        made.seek(0)
        sha256 = hashlib.sha256()
        while block := made.read(_VALUES_AT_ONCE):
            sha256.update(block)
        made.seek(0)
        yield Converted(
            file=File(made),
            name=upload.name or "",
            duration_seconds=frames / RATE,
            size=size,
            sha256=sha256.hexdigest(),
            silent=peak < _QUIET,
        )


def too_large() -> Refused:
    """Return the refusal of a file that is larger than any recording may be."""
    message = _("A recording has 20 MB at most: shorten it, or save it as MP3.")
    return _refused("file_too_large", message)


def _refused(code: str, message: str) -> Refused:
    return Refused(code, message, "file")


def _damaged() -> Refused:
    message = _("The recording is damaged or not complete: save or upload it once more.")
    return _refused("audio_damaged", message)


def _too_long() -> Refused:
    message = _("A recording has 5 minutes at most: shorten it.")
    return _refused("audio_too_long", message)


def _convert(source: File[bytes], made: IO[bytes]) -> tuple[float, int]:
    """Write the WAV of `source` to `made`; return the loudest sample (1: full scale), and how many.

    What cannot be heard to its end is refused: half an announcement is worse than none.
    """
    promised = _promised_seconds(source)
    source.seek(0)
    try:
        with _Forward(source) as sound:
            _check_header(sound)
            promised = max(promised, sound.frames / sound.samplerate)
            peak, frames = _write(_resampled(_mono(sound), sound.samplerate), made)
    except soundfile.LibsndfileError:
        raise _damaged() from None
    if promised - frames / RATE > _CUT_SECONDS:
        raise _damaged()
    if not frames:
        raise _refused("audio_empty", _("There is no sound in this file: record it again."))
    return peak, frames


def _promised_seconds(source: File[bytes]) -> float:
    """Return how long the sound has to be at least, by its frames; 0 where only decoding tells.

    Raises Refused unless the file begins as WAV or MP3 do.
    """
    source.seek(0)
    start = source.read(12)
    if start[:4] == b"RIFF" and start[8:] == b"WAVE":
        if _missing_seconds(source) > _CUT_SECONDS:
            raise _damaged()
        return 0
    if start[:3] == b"ID3" or mpeg.is_frame(start):
        seconds, whole = mpeg.measure(source, LONGEST_SECONDS + _CUT_SECONDS)
        if seconds > LONGEST_SECONDS + _CUT_SECONDS:
            raise _too_long()
        if not whole:
            raise _damaged()
        return seconds
    message = _("This is not a WAV or MP3 file, whatever its name says: save the recording as one.")
    raise _refused("not_wav_or_mp3", message)


def _missing_seconds(source: File[bytes]) -> float:
    """Return how much of its samples a WAV file promises and does not hold."""
    end = source.seek(0, os.SEEK_END)
    at, bytes_a_second = 12, 0
    while at + 8 <= end:
        source.seek(at)
        name, length = struct.unpack("<4sI", source.read(8))
        if name == b"fmt ":
            bytes_a_second = int.from_bytes(source.read(12)[8:], "little")
        if name == b"data":
            missing = at + 8 + length - end if length < _WRITTEN_TO_A_PIPE else 0
            return missing / max(bytes_a_second, 1)
        at += 8 + length + length % 2
    return 0


class _Forward(soundfile.SoundFile):  # type: ignore[misc]
    """A sound read from its beginning to its end.

    The library seeks to where it stands after each block, and at each seek its MP3 decoder loses
    a twentieth of a second.
    """

    def seekable(self) -> bool:
        """Return no."""
        return False


def _check_header(sound: soundfile.SoundFile) -> None:
    """Raise Refused for what is too long, or no usual sound, before anything is decoded."""
    if sound.frames > LONGEST_SECONDS * sound.samplerate:
        raise _too_long()
    if not _SLOWEST <= sound.samplerate <= _FASTEST:
        message = _("It was recorded with %(rate)s samples a second: save it with 16,000 or more.")
        raise _refused("sampling_rate", message % {"rate": sound.samplerate})


def _mono(sound: soundfile.SoundFile) -> Iterator[Samples]:
    """Yield the sound block by block, its channels mixed into one."""
    frames = max(_VALUES_AT_ONCE // sound.channels, 1)
    while len(block := sound.read(frames, dtype="float32", always_2d=True)):
        yield numpy.clip(numpy.nan_to_num(block.mean(axis=1)), -1, 1)


def _resampled(blocks: Iterator[Samples], rate: int) -> Iterator[Samples]:
    if rate == RATE:
        yield from blocks
        return
    resampler = Resampler(rate, RATE)
    for block in blocks:
        yield resampler.feed(block)
    yield resampler.end()


def _write(blocks: Iterator[Samples], made: IO[bytes]) -> tuple[float, int]:
    peak, frames = 0.0, 0
    with wave.open(made, "wb") as target:
        target.setparams((1, 2, RATE, 0, "NONE", ""))
        for block in blocks:
            frames += len(block)
            if frames > LONGEST_SECONDS * RATE:
                raise _too_long()
            peak = max(peak, float(numpy.abs(block).max(initial=0)))
            samples = numpy.rint(numpy.clip(block, -1, 1) * 32_767)
            target.writeframes(samples.astype("<i2").tobytes())
    return peak, frames
