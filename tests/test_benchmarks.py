"""What `make bench` prints, and what `make soak` runs."""

from __future__ import annotations

from benchmarks import first_ring, soak


def test_first_ring_is_told_in_one_line() -> None:
    assert first_ring.report([0.1 * n for n in range(1, 21)]) == (
        "Caller's arrival to first ring, 20 calls:"
        " p50 1.050 s, p95 1.905 s, longest 2.000 s (goal: p95 under 2 s)"
    )


def test_soak_runs_the_explorations_of_the_machine() -> None:
    machine = "telephony/tests/test_machine_"
    assert {f"{machine}explored.py", f"{machine}random.py"} <= set(soak.thorough())
