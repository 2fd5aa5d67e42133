"""Which numbers may not be rung; apps that know a reason register it here."""

from __future__ import annotations

from collections.abc import Callable

Check = Callable[[str], None]
_checks: list[Check] = []


def register(check: Check) -> None:
    """Let `check` raise Refused for a number (E.164); apps call it when they are ready."""
    if check not in _checks:
        _checks.append(check)


def check(number: str) -> None:
    """Raise Refused when a number (E.164) may not be rung."""
    for each in _checks:
        each(number)
