"""Which problems of numbers are new, which are known, and which are gone: once told, never again.

Pure: what a scan found and what was known before in, what is to be written out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduling import periods
from scheduling.types import Period
from telephony.enums import Problem

# What reaches the horizon of a scan grows as time passes; a scan may have been missed meanwhile.
EDGE = timedelta(days=10)
_WEEKS, _CLOCKS = (timedelta(days=7), timedelta(days=14)), timedelta(hours=1)


@dataclass(frozen=True)
class Found:
    """A problem of a number (its id); `mend` is what to change: "schedule:3", "staff:7", a page."""

    number: int
    kind: Problem
    name: str
    period: Period
    mend: str = ""


@dataclass(frozen=True)
class Known:
    """A problem that was found before, by its row; `told_at` None: nobody knows of it yet."""

    id: int
    told_at: datetime | None
    found: Found


@dataclass(frozen=True)
class Row:
    """A row as it is to stand; without `id` it is fresh, without `told_at` it is to be told."""

    id: int | None
    told_at: datetime | None
    found: Found


@dataclass(frozen=True)
class Difference:
    """What a scan changes: rows as they are to stand, and the ids of those that are over."""

    rows: tuple[Row, ...]
    gone: tuple[int, ...]


def compare(known: Iterable[Known], found: Iterable[Found], horizon: datetime) -> Difference:
    """Return what to write, given what was known and what is found until `horizon` (aware).

    A stretch that overlaps a known one of the same is the same problem, and was told with it. It
    is told again when it has grown; but not for what came into sight at the horizon, nor is a
    stretch there that comes every week: it was told with those before.
    """
    before: dict[tuple[int, Problem, str], list[Known]] = defaultdict(list)
    for row in known:
        before[_key(row.found)].append(row)
    rows: list[Row] = []
    used: set[int] = set()
    for each in found:
        same = before[_key(each)]
        touching = [row for row in same if _overlap(row.found.period, each.period)]
        free = next((row for row in touching if row.id not in used), None)
        if free is not None:
            used.add(free.id)
        weekly = [] if touching else _weeks_before(each, same, horizon)
        is_news = not weekly and _has_grown(each, same, horizon)
        told_at = None if is_news else _told(touching or weekly)
        rows.append(Row(free.id if free else None, told_at, each))
    gone = [row.id for group in before.values() for row in group if row.id not in used]
    return Difference(tuple(rows), tuple(sorted(gone)))


def _key(found: Found) -> tuple[int, Problem, str]:
    return (found.number, found.kind, found.name)


def _overlap(one: Period, other: Period) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _weeks_before(found: Found, same: Iterable[Known], horizon: datetime) -> list[Known]:
    """Return what was known of the same hours a week or two before what came into sight.

    An hour more or less is the clocks'.
    """
    if found.period.starts_at < horizon - EDGE:
        return []
    before = []
    for row in same:
        for weeks in _WEEKS:
            starts_at = row.found.period.starts_at + weeks - _CLOCKS
            ends_at = row.found.period.ends_at + weeks + _CLOCKS
            if starts_at <= found.period.starts_at and found.period.ends_at <= ends_at:
                before.append(row)
    return before


def _told(touching: Sequence[Known]) -> datetime | None:
    """Return when the last of these was told; None when one of them was not."""
    instants = [row.told_at for row in touching]
    told = [at for at in instants if at is not None]
    return max(told) if told and len(told) == len(instants) else None


def _has_grown(found: Found, same: Iterable[Known], horizon: datetime) -> bool:
    told = periods.merge(row.found.period for row in same)
    for piece in periods.subtract([found.period], told):
        joins = any(period.ends_at == piece.starts_at for period in told)
        if not joins or piece.starts_at < horizon - EDGE:
            return True
    return False
