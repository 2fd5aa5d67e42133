"""Sets of periods: each function takes them in any order and returns them merged, in order."""

from __future__ import annotations

from collections.abc import Iterable

from scheduling.types import Period


def merge(periods: Iterable[Period]) -> list[Period]:
    """Return what `periods` cover together; those that touch become one, empty ones vanish."""
    found: list[Period] = []
    for period in sorted(periods):
        if found and period.starts_at <= found[-1].ends_at:
            found[-1] = Period(found[-1].starts_at, max(found[-1].ends_at, period.ends_at))
        elif period.starts_at < period.ends_at:
            found.append(period)
    return found


def intersect(some: Iterable[Period], others: Iterable[Period]) -> list[Period]:
    """Return what both cover."""
    left, right = merge(some)[::-1], merge(others)[::-1]
    found = []
    while left and right:
        a, b = left[-1], right[-1]
        both = Period(max(a.starts_at, b.starts_at), min(a.ends_at, b.ends_at))
        if both.starts_at < both.ends_at:
            found.append(both)
        (left if a.ends_at < b.ends_at else right).pop()
    return found


def subtract(some: Iterable[Period], others: Iterable[Period]) -> list[Period]:
    """Return what `some` cover and `others` do not."""
    left = merge(some)
    for other in merge(others):
        left = [piece for period in left for piece in _cut(period, other)]
    return left


def _cut(period: Period, out: Period) -> list[Period]:
    if out.ends_at <= period.starts_at or period.ends_at <= out.starts_at:
        return [period]
    pieces = (Period(period.starts_at, out.starts_at), Period(out.ends_at, period.ends_at))
    return [piece for piece in pieces if piece.starts_at < piece.ends_at]
