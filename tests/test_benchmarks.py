"""What `make bench` prints, and what `make soak` runs."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from benchmarks import crowd, figures, first_ring, month_timeline, soak
from benchmarks.environment import without_settings
from benchmarks.starts import timed
from oncall_portal.lib.env import ONLY_ENVIRONMENT
from tests.cast import START


def test_first_ring_is_told_in_one_line() -> None:
    assert first_ring.report([0.1 * n for n in range(1, 21)]) == (
        "Caller's arrival to first ring, 20 calls:"
        " p50 1.050 s, p95 1.905 s, longest 2.000 s (goal: p95 under 2 s)"
    )


def test_the_month_timeline_is_told_in_one_line() -> None:
    assert month_timeline.report([1.2, 0.8, 0.9], 21) == (
        "Month of 50 people and 600 shifts to interactive, 3 loads:"
        " first 1.20 s, median 0.90 s (goal: under 1.5 s), 21 queries"
    )


def test_a_crowd_is_told_in_four_lines() -> None:
    at = START + timedelta(seconds=10)
    found = crowd.Crowd(3, 3)
    found.outcomes.update(["connected", "message_left"])
    found.first_rings, found.late = [1.0, 2.0], [0.5, 0.5]
    dials = [
        crowd.Dialled("a", at, at, at),
        crowd.Dialled("a", at, at + timedelta(seconds=5), at),
        crowd.Dialled("b", at, at + timedelta(seconds=6), at),
    ]
    crowd.compare(found, dials)
    assert found.report(60) == (
        "3 callers, 10 a second, 60 new calls a second: 3 at once; 1 connected, 1 message_left,"
        " 1 lost\n"
        "  arrival to first ring: p50 1.50 s, p95 1.95 s, p99 1.99 s, longest 2.00 s\n"
        "  lateness of 2 steps: p50 0.50 s, p95 0.50 s, p99 0.50 s, longest 0.50 s\n"
        "  1 dials of a cascade, 1 of them before a first dial that had waited for a second"
    )


def test_soak_runs_the_explorations_of_the_machine() -> None:
    machine = "telephony/tests/test_machine_"
    assert {f"{machine}explored.py", f"{machine}random.py"} <= set(soak.thorough())


def test_what_is_started_inherits_no_settings() -> None:
    """Those that this package loads reach no server, so tests and portals start their own."""
    assert {"DJANGO_SETTINGS_MODULE", "DATABASE_URL", ONLY_ENVIRONMENT} <= set(os.environ)
    kept = without_settings()
    assert {"DJANGO_SETTINGS_MODULE", "DATABASE_URL", ONLY_ENVIRONMENT}.isdisjoint(kept)
    assert kept["PATH"] == os.environ["PATH"]


@pytest.mark.parametrize(("goal_s", "met"), [(60, True), (0, False)])
def test_a_start_is_told_in_one_line(
    goal_s: float, met: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    assert timed("Start", lambda: None, goal_s) is met
    assert capsys.readouterr().out == f"Start to ready: 0.0 s (goal: under {goal_s:g} s)\n"


def test_figures_are_told_as_a_table_with_their_goals() -> None:
    rows = [
        figures.within("Who is on call", 0.0012, "bare", 0.0005, 3),
        figures.under("Holes", 2.5, 2, 1.25),
        figures.at_most("Statements", 3, 4),
    ]
    assert figures.table(rows).splitlines() == [
        "what            measured  against                      ratio  goal             met",
        "Who is on call  1.20 ms   bare: 0.50 ms                2.40   at most 3 times  yes",
        "Holes           2.5 s     its statements, bare: 1.2 s  2.00   under 2.0 s      NO",
        "Statements      3         the goal                     0.75   at most 4        yes",
    ]
