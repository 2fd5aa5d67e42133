"""The account's three new calls a second, shared by every caller."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from telephony import allowance

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def _later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_three_calls_may_start_in_one_second_and_the_fourth_waits() -> None:
    assert [allowance.take(_later(0.1 * n), first=True) for n in range(3)] == [None] * 3
    assert allowance.take(_later(0.3), first=True) == timedelta(seconds=0.8)


def test_after_the_wait_it_may_start() -> None:
    for n in range(3):
        allowance.take(_later(0.1 * n), first=True)
    assert allowance.take(_later(1.1), first=True) is None
    assert allowance.take(_later(1.15), first=True) == timedelta(seconds=0.05)


def test_a_cascade_leaves_one_place_for_a_new_caller() -> None:
    assert allowance.take(NOW, first=False) is None
    assert allowance.take(NOW, first=False) is None
    assert allowance.take(NOW, first=False) == allowance.WINDOW
    assert allowance.take(NOW, first=True) is None


def test_a_clock_that_was_ahead_does_not_stop_every_call() -> None:
    for _ in range(3):
        allowance.take(_later(120), first=True)
    assert allowance.take(NOW, first=True) is None
