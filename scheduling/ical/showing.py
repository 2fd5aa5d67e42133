"""What the readers of a feed are shown: what holds now, told as changes of what they saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from scheduling.types import FinalEntry, Period, ScheduleFacts, ShiftFact

CANCELLED_FOR = timedelta(days=90)


@dataclass(frozen=True)
class Duty:
    """One event as it holds now; `values` are what is told of it."""

    uid: str
    period: Period
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Shown:
    """One event as readers saw it last; `id` None: they have not seen it yet."""

    id: int | None
    uid: str
    sequence: int
    period: Period
    values: Mapping[str, Any]
    changed_at: datetime
    cancelled_at: datetime | None = None


@dataclass(frozen=True)
class Showing:
    """All that readers are shown now, those of it to be remembered anew, and rows to forget."""

    events: tuple[Shown, ...]
    news: tuple[Shown, ...]
    forgotten: tuple[int, ...]


def compare(
    seen: Iterable[Shown], holds: Iterable[Duty], since: datetime, now: datetime
) -> Showing:
    """Return what to show, given what was `seen` and what `holds`; all instants are aware.

    What changed counts its sequence on, what is gone is shown as cancelled for 90 days. The past
    stays as it was seen, and is forgotten when it ended before `since`.
    """
    rest = {duty.uid: duty for duty in holds}
    events, news, forgotten = [], [], []
    for event in seen:
        after = _after(event, rest.pop(event.uid, None), now)
        if _is_over(after, since, now):
            forgotten += [event.id] if event.id else []
            continue
        events.append(after)
        if after is not event:
            news.append(after)
    for duty in rest.values():
        event = Shown(None, duty.uid, 0, duty.period, duty.values, now)
        events.append(event)
        news.append(event)
    events.sort(key=lambda event: (event.period, event.uid))
    return Showing(tuple(events), tuple(news), tuple(forgotten))


def _after(event: Shown, duty: Duty | None, now: datetime) -> Shown:
    if event.period.ends_at <= now and (duty is None or duty.period.ends_at <= now):
        return event
    if duty is None:
        if event.cancelled_at is not None:
            return event
        return replace(event, sequence=event.sequence + 1, changed_at=now, cancelled_at=now)
    same = event.period == duty.period and event.values == duty.values
    if same and event.cancelled_at is None:
        return event
    return Shown(event.id, event.uid, event.sequence + 1, duty.period, duty.values, now)


def _is_over(event: Shown, since: datetime, now: datetime) -> bool:
    if event.cancelled_at is not None:
        return event.cancelled_at <= now - CANCELLED_FOR
    return event.period.ends_at <= since


def identities(entries: Iterable[FinalEntry], facts: ScheduleFacts) -> list[tuple[str, FinalEntry]]:
    """Return each entry with an identity that it keeps whatever happens to others.

    It is that of the shift behind it (of a rotation: the same before and after it is written),
    and of the stand-in in it; pieces of one are numbered in order.
    """
    causes = _Causes(facts)
    counted: Counter[str] = Counter()
    found = []
    for entry in sorted(entries, key=lambda entry: entry.period):
        key = causes.key(entry)
        counted[key] += 1
        found.append((key if counted[key] == 1 else f"{key}-{counted[key]}", entry))
    return found


class _Causes:
    """What puts somebody on call, by what an entry tells of it."""

    def __init__(self, facts: ScheduleFacts) -> None:
        self.diverts = facts.diverts
        self.written = {shift.id: shift for shift in facts.shifts if shift.id is not None}
        self.planned = [shift for shift in facts.shifts if shift.id is None]
        self.of_levels = {found.id for found in facts.overrides if found.level is not None}

    def key(self, entry: FinalEntry) -> str:
        """Return what pieces of one cause have in common."""
        if entry.reason == "divert":
            return next(f"d{d.id}" for d in self.diverts if _holds(d.period, entry.period))
        if entry.override in self.of_levels:
            return f"o{entry.override}"
        shift = _planned(entry, self.planned) if entry.shift is None else self.written[entry.shift]
        stand_in = f"-o{entry.override}" if entry.override else ""
        return f"{_of_shift(shift)}{stand_in}" if shift else stand_in


def _planned(entry: FinalEntry, planned: Iterable[ShiftFact]) -> ShiftFact | None:
    """Return the shift that only a rule knows, and which this entry is a piece of."""
    around = [
        shift
        for shift in planned
        if shift.level == entry.level and _holds(shift.period, entry.period)
    ]
    mine = [shift for shift in around if shift.who == entry.who]
    return next(iter(mine or around), None)


def _of_shift(shift: ShiftFact) -> str:
    if shift.day is None:
        return f"s{shift.id}"
    return f"r{shift.rotation}-{shift.day:%Y%m%d}-{shift.slot}"


def _holds(some: Period, other: Period) -> bool:
    return some.starts_at <= other.starts_at and other.ends_at <= some.ends_at
