"""`make bench`: every measurement, one after the other, on one portal."""

from __future__ import annotations

import sys
from collections.abc import Callable

from benchmarks import (
    crowd,
    first_ring,
    first_start,
    inbox,
    month_timeline,
    phone_path,
    rota,
    second_start,
)
from tests.whole import Whole, started

MEASUREMENTS: tuple[Callable[[Whole], bool], ...] = (
    first_ring.run,
    month_timeline.run,
    rota.run,
    phone_path.run,
    crowd.run,
    inbox.run,
    second_start.run,
    first_start.run,
)


def main() -> int:
    """Run all; fail when one misses its goal."""
    with started() as whole:
        met = [measure(whole) for measure in MEASUREMENTS]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
