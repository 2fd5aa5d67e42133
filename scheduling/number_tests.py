"""What test calls told of numbers; the app that makes them answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Told:
    """The latest test of a number in words; `tone` is ok, warn, bad or live (under way)."""

    text: str
    tone: str


class Tests(Protocol):
    """Whoever makes test calls."""

    def __call__(self, contact_number_ids: Iterable[int], now: datetime) -> Mapping[int, Told]:
        """Return the latest test of each number that has one."""


_tests: Tests | None = None


def register(tests: Tests) -> None:
    """Let `tests` answer; called once, when the app that makes test calls is ready."""
    global _tests
    _tests = tests


def latest(contact_number_ids: Iterable[int], now: datetime) -> Mapping[int, Told]:
    """Return the latest test of each number; nothing when no app makes test calls."""
    return {} if _tests is None else _tests(contact_number_ids, now)
