"""How fast the inbox answers and calls leave as a file, ten thousand in a database of their own."""

from __future__ import annotations

from benchmarks.portal import printed
from tests.whole import Whole


def run(whole: Whole) -> bool:
    """Measure and print; return whether every goal is met."""
    return printed(whole, "benchmarks.inbox_figures")
