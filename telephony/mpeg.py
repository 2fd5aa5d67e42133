"""How long an MP3 file is, by its frames: what a header says or a decoder guesses may differ.

The layout of a frame's header is that of ISO/IEC 11172-3 and 13818-3 (MPEG audio, layer III).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

# kilobits a second by index: of MPEG 1, and of MPEG 2 and 2.5
_BIT_RATES = (
    (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
# samples a second by version and index
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_MPEG_1 = 3
_SEARCHED = 4096  # bytes in which the next frame is looked for where there is none


@dataclass(frozen=True)
class _Frame:
    length: int
    seconds: float


def is_frame(start: bytes) -> bool:
    """Tell whether a file that begins so begins with a frame of layer III."""
    return len(start) > 1 and start[0] == 0xFF and start[1] & 0xE6 == 0xE2


def measure(file: IO[bytes], enough: float) -> tuple[float, bool]:
    """Return the seconds that the frames last, and whether the last of them is whole.

    It stops once there are more than `enough` seconds, and where no frame follows any more.
    """
    at, seconds, searched = _after_tags(file), 0.0, 0
    while seconds <= enough and searched < _SEARCHED:
        file.seek(at)
        start = file.read(4)
        if len(start) < 4:
            break
        if (frame := _frame(start)) is None:
            at, searched = at + 1, searched + 1
            continue
        file.seek(at + frame.length - 1)
        if not file.read(1):
            return seconds, bool(searched)  # after what is no frame, this may be none either
        at, seconds, searched = at + frame.length, seconds + frame.seconds, 0
    return seconds, True


def _after_tags(file: IO[bytes]) -> int:
    """Return where the first frame may be: behind the tags of version 2, which say their size."""
    at = 0
    while True:
        file.seek(at)
        tag = file.read(10)
        if len(tag) < 10 or tag[:3] != b"ID3":
            return at
        size = tag[6] << 21 | tag[7] << 14 | tag[8] << 7 | tag[9]
        at += 10 + size + (10 if tag[5] & 0x10 else 0)


def _frame(start: bytes) -> _Frame | None:
    """Return what the four bytes of a header say, None where they are none."""
    if not is_frame(start):
        return None
    version, bits, rate = start[1] >> 3 & 3, start[2] >> 4, start[2] >> 2 & 3
    if version not in _RATES or rate == 3 or bits in (0, 15):
        return None
    samples = 1152 if version == _MPEG_1 else 576
    hertz = _RATES[version][rate]
    kilobits = _BIT_RATES[version != _MPEG_1][bits - 1]
    length = samples * kilobits * 125 // hertz + (start[2] >> 1 & 1)
    return _Frame(length, samples / hertz)
