"""`make bench`: every measurement, one after the other."""

from __future__ import annotations

import sys
from collections.abc import Callable

from benchmarks import first_ring

MEASUREMENTS: tuple[Callable[[], int], ...] = (first_ring.main,)


def main() -> int:
    """Run all; fail when one misses its goal."""
    return max(measure() for measure in MEASUREMENTS)


if __name__ == "__main__":
    sys.exit(main())
