"""How long a caller waits, in real time, until the first phone rings.

From the moment the caller arrives at the (emulated) platform, which asks /voice/answer at once,
until our request to dial has arrived there and the phone begins to ring.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from statistics import median, quantiles

from tests.cast import BRUNO
from tests.whole import Whole

CALLS = 20
GOAL_S = 2.0
_STILL_RINGING = "SELECT count(*) FROM telephony_leg WHERE ended_at IS NULL"


def measure(whole: Whole) -> list[float]:
    """Return the seconds to the first ring of calls that come one after the other."""
    whole.phone(BRUNO, "ignores")
    return [_seconds(whole) for _ in range(CALLS)]


def _seconds(whole: Whole) -> float:
    before = len(whole.rang(BRUNO))
    call = whole.dial()
    whole.wait(lambda: len(whole.rang(BRUNO)) > before)
    arrived = whole.arrived(call)
    whole.hang_up(call)
    # A phone that still rings for somebody is not rung for the next caller.
    whole.wait(lambda: whole.portal.query(_STILL_RINGING) == 0)
    return (whole.rang(BRUNO)[-1] - arrived) / timedelta(seconds=1)


def p95(seconds: list[float]) -> float:
    """Return what 95 of 100 callers do not wait longer than."""
    return quantiles(seconds, n=20, method="inclusive")[18]


def report(seconds: list[float]) -> str:
    """Return the line that is printed."""
    return (
        f"Caller's arrival to first ring, {len(seconds)} calls:"
        f" p50 {median(seconds):.3f} s, p95 {p95(seconds):.3f} s, longest {max(seconds):.3f} s"
        f" (goal: p95 under {GOAL_S:g} s)"
    )


def run(whole: Whole) -> bool:
    """Measure and print; return whether the goal is met."""
    seconds = measure(whole)
    sys.stdout.write(report(seconds) + "\n")
    return p95(seconds) < GOAL_S
