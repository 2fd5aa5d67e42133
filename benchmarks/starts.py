"""A start of the portal, timed from the command until calls are answered."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable


def timed(name: str, start: Callable[[], object], goal_s: float) -> bool:
    """Start (which returns when ready), print how long it took; return whether the goal is met."""
    began = time.monotonic()
    start()
    seconds = time.monotonic() - began
    sys.stdout.write(f"{name} to ready: {seconds:.1f} s (goal: under {goal_s:g} s)\n")
    return seconds < goal_s
