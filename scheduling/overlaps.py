"""Whether somebody would be on call twice at one time, schedule and level."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from itertools import groupby

from scheduling.types import Period


@dataclass(frozen=True)
class Stretch:
    """Somebody on call somewhere (`place` tells both) over a period; `row` of a file, or None."""

    place: tuple[Hashable, ...]
    period: Period
    row: int | None = None


def overlaps(stretches: Iterable[Stretch]) -> list[tuple[Stretch, Stretch]]:
    """Return each stretch that begins before another at its place has ended, with that other."""
    found = []
    ordered = sorted(stretches, key=lambda each: (repr(each.place), each.period))
    for _place, group in groupby(ordered, key=lambda each: each.place):
        last: Stretch | None = None
        for each in group:
            if last is not None and each.period.starts_at < last.period.ends_at:
                found.append((each, last))
            if last is None or each.period.ends_at > last.period.ends_at:
                last = each
    return found
