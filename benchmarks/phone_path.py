"""How fast a caller is answered and routed, in a house of ten thousand people."""

from __future__ import annotations

from benchmarks.portal import printed
from tests.whole import Whole


def run(whole: Whole) -> bool:
    """Measure and print; return whether every goal is met."""
    return printed(whole, "benchmarks.phone_figures")
