"""What a call that is played through has before it: what is due, and what will be pressed."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

PAUSES = ", "
# What a caller may key in, and how much of it.
KEYS = frozenset("0123456789*#" + PAUSES)
MOST_KEYS = 200


@dataclass
class Keypad:
    """What the caller has not pressed yet."""

    left: str

    def one(self) -> str:
        """Take one key, "" where none is pressed."""
        key, self.left = self.left[:1], self.left[1:]
        return "" if key in PAUSES else key

    def number(self, most: int) -> tuple[str, bool]:
        """Take a whole entry of so many keys at most; tell whether a key ended it, or time must."""
        keys = ""
        while self.left and len(keys) < most:
            key, self.left = self.left[0], self.left[1:]
            if key in PAUSES or key == "#":
                return keys, key == "#"
            keys += key
        return keys, len(keys) == most


@dataclass(order=True)
class _Due:
    at: datetime
    order: int
    act: Callable[[], None] = field(compare=False)


class Agenda:
    """Virtual time: acts that are due, first come first served within one instant."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._due: list[_Due] = []
        self._planned = 0

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Let `act` happen so many seconds from now."""
        self._planned += 1
        at = self.now + timedelta(seconds=seconds)
        heapq.heappush(self._due, _Due(at, self._planned, act))

    def next(self, until: datetime | None) -> bool:
        """Let the next act happen that is due by `until` (None: whenever); False without one."""
        if not self._due or (until is not None and self._due[0].at > until):
            return False
        due = heapq.heappop(self._due)
        self.now = due.at
        due.act()
        return True

    def pass_to(self, at: datetime) -> None:
        """Let time pass, in which nothing is due."""
        self.now = max(self.now, at)
