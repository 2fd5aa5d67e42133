"""The length of an MP3 file is counted by its frames."""

from __future__ import annotations

import io

import pytest

from telephony import mpeg
from telephony.tests.sounds import encoded

FRAME = b"\xff\xfb\x90\x00" + bytes(413)  # MPEG 1, 128 kbit/s, 44.1 kHz: 1152 samples
SHORT = b"\xff\xe3\x18\xc4" + bytes(68)  # MPEG 2.5, 8 kbit/s, 8 kHz: 576 samples
TAG = b"ID3\x04\x00\x00\x00\x00\x01\x02" + bytes(130)
OLD_TAG = b"TAG" + bytes(125)
LASTS = 1152 / 44_100


def measured(content: bytes, enough: float = 1000) -> tuple[float, bool]:
    seconds, whole = mpeg.measure(io.BytesIO(content), enough)
    return round(seconds / LASTS, 3), whole


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", (0, True)),
        (FRAME * 3, (3, True)),
        (TAG + TAG + FRAME * 3 + OLD_TAG, (3, True)),
        (FRAME + bytes(500) + FRAME, (2, True)),
        (FRAME + bytes(5_000) + FRAME, (1, True)),
        (FRAME * 3 + FRAME[:-1], (3, False)),
        (FRAME + b"\x00" + FRAME[:-1], (1, True)),
        (FRAME * 2 + FRAME[:3], (2, True)),
        (b"\xff\xfb\x00\x00" * 3_000, (0, True)),
        (b"\xff\xfb\xf0\x00" * 3_000, (0, True)),
        (b"\xff\xfb\x9c\x00" * 3_000, (0, True)),
        (b"\xff\xeb\x90\x00" * 3_000, (0, True)),
    ],
)
def test_whole_frames_count_and_what_lies_between_does_not(
    content: bytes, found: tuple[float, bool]
) -> None:
    assert measured(content) == found


def test_a_padded_frame_is_a_byte_longer() -> None:
    padded = b"\xff\xfb\x92\x00" + bytes(414)
    assert measured(padded * 3) == (3, True)


def test_frames_of_the_lower_rates_are_shorter_and_last_longer() -> None:
    assert mpeg.measure(io.BytesIO(SHORT * 4), 1000) == (4 * 576 / 8_000, True)


def test_it_stops_when_there_is_enough() -> None:
    assert measured(FRAME * 100, enough=LASTS * 4.5) == (5, True)


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000])
def test_a_real_file_is_as_long_as_it_sounds(rate: int) -> None:
    seconds, whole = mpeg.measure(io.BytesIO(encoded("MP3", seconds=3, rate=rate)), 1000)
    assert (whole, 0 <= seconds - 3 < 0.5) == (True, True)
