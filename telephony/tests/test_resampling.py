"""Changing the sampling rate keeps the sound: its pitch, its loudness, its length."""

from __future__ import annotations

import numpy
import pytest

from telephony.resampling import Resampler, Samples

WANTED = 16_000


def tone(hertz: int, rate: int, seconds: float = 1) -> Samples:
    instants = numpy.arange(int(rate * seconds)) / rate
    return (0.5 * numpy.sin(2 * numpy.pi * hertz * instants)).astype(numpy.float32)


def resampled(sound: Samples, rate: int, block: int) -> Samples:
    """Return the sound at the wanted rate, fed in blocks of so many samples."""
    resampler = Resampler(rate, WANTED)
    blocks = [resampler.feed(sound[i : i + block]) for i in range(0, len(sound), block)]
    return numpy.concatenate([*blocks, resampler.end()])


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_056, 44_100, 48_000, 96_000])
def test_a_tone_stays_the_same_tone_to_a_thousandth(rate: int) -> None:
    found = resampled(tone(440, rate), rate, block=5_000)
    assert len(found) == WANTED
    inside = slice(300, -300)  # at its edges a tone that begins at once holds every pitch
    assert numpy.abs(found - tone(440, WANTED))[inside].max() < 0.001


def test_what_the_lower_rate_cannot_hold_is_gone_and_not_heard_as_another_tone() -> None:
    found = resampled(tone(9_500, 44_100), 44_100, block=5_000)
    assert numpy.abs(found)[300:-300].max() < 0.001


@pytest.mark.parametrize("block", [1, 7, 441, 100_000])
def test_the_size_of_the_blocks_changes_nothing(block: int) -> None:
    sound = tone(440, 44_100, seconds=0.05)
    whole = resampled(sound, 44_100, block=len(sound))
    assert numpy.allclose(resampled(sound, 44_100, block), whole, atol=1e-6)


def test_nothing_stays_nothing() -> None:
    assert len(resampled(tone(440, 44_100, seconds=0), 44_100, block=1)) == 0
