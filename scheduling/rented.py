"""Which numbers are our own, as a small Protocol that telephony implements."""

from __future__ import annotations

from typing import Protocol


class RentedNumbers(Protocol):
    """Knows the numbers that ring here; calling one of them would be a loop."""

    def includes(self, number: str) -> bool:
        """Tell whether `number` (E.164) is one that we rent."""


_numbers: RentedNumbers | None = None


def register(numbers: RentedNumbers) -> None:
    """Let `numbers` answer; called once, when telephony is ready."""
    global _numbers
    _numbers = numbers


def includes(number: str) -> bool:
    """Tell whether `number` (E.164) is our own; nothing is while nobody registered."""
    return _numbers is not None and _numbers.includes(number)
