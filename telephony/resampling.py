"""Changes the sampling rate of a sound, block by block, so that a long one needs no more memory."""

from __future__ import annotations

from math import ceil, gcd

import numpy
from numpy.typing import NDArray

Samples = NDArray[numpy.float32]
_ZEROS = 12  # of the sinc on each side
_PASSED = 0.92  # of the band that the lower rate can hold; the filter falls off in the rest
_AT_ONCE = 8192  # samples made at once
_PHASES = 4096  # filters kept, at most: rates with little in common share the nearest


class Resampler:
    """Turns mono samples at one rate into samples at another, by a windowed sinc.

    Rates are whole samples a second. Feed it blocks in order, then take what is left: the sound
    keeps its length to the sample and is not shifted.
    """

    def __init__(self, rate: int, wanted: int) -> None:
        shared = gcd(rate, wanted)
        self._up, self._down = wanted // shared, rate // shared
        band = min(1.0, wanted / rate) * _PASSED
        self._reach = ceil(_ZEROS / band)
        phases = min(self._up, _PHASES)
        self._filters = _filters(numpy.arange(phases) / phases, self._reach, band)
        self._waiting = numpy.zeros(self._reach, numpy.float32)
        self._dropped = -self._reach  # index in the sound of the first sample that waits
        self._fed = self._made = 0

    def feed(self, block: Samples) -> Samples:
        """Return the samples that can be made now that `block` is known."""
        self._waiting = numpy.concatenate((self._waiting, block))
        self._fed += len(block)
        return self._make((self._fed - self._reach - 1) * self._up // self._down)

    def end(self) -> Samples:
        """Return what is left, as if silence followed."""
        length = self._fed * self._up // self._down
        self._waiting = numpy.concatenate(
            (self._waiting, numpy.zeros(2 * self._reach + 2, numpy.float32))
        )
        return self._make(length)

    def _make(self, until: int) -> Samples:
        """Return the samples up to `until`, and let go of what no later one needs."""
        pieces = [numpy.zeros(0, numpy.float32)]
        while self._made < until:
            last = min(until, self._made + _AT_ONCE)
            pieces.append(self._piece(numpy.arange(self._made, last)))
            self._made = last
        needed = self._made * self._down // self._up - self._reach - self._dropped
        if needed > 0:
            self._waiting = self._waiting[needed:]
            self._dropped += needed
        return numpy.concatenate(pieces)

    def _piece(self, indices: NDArray[numpy.int64]) -> Samples:
        before, phase = numpy.divmod(indices * self._down, self._up)
        first = int(before[0]) - self._reach - self._dropped + 1
        span = int(before[-1]) - int(before[0]) + 2 * self._reach
        known = self._waiting[first : first + span]
        windows = numpy.lib.stride_tricks.sliding_window_view(known, 2 * self._reach)
        weights = self._filters[phase * len(self._filters) // self._up]
        found: Samples = numpy.einsum("ij,ij->i", windows[before - before[0]], weights)
        return found


def _filters(fractions: NDArray[numpy.float64], reach: int, band: float) -> Samples:
    """Return the weights of the samples around instants that lie so far after the one before."""
    away = numpy.arange(1 - reach, reach + 1)[None, :] - fractions[:, None]
    window = numpy.cos(numpy.pi / 2 * numpy.clip(away / reach, -1, 1)) ** 2
    weights: Samples = (band * numpy.sinc(band * away) * window).astype(numpy.float32)
    return weights
