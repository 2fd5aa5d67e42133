"""How long a start takes, from the command until calls are answered, where one has been before."""

from __future__ import annotations

from benchmarks.starts import timed
from tests.whole import Whole

GOAL_S = 8.0


def run(whole: Whole) -> bool:
    """Stop, start again, print; return whether the goal is met."""
    whole.portal.stop()
    return timed("Second start", whole.start, GOAL_S)
