"""Who is on call: one rule of precedence, asked about an instant or swept over a window."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import pairwise

from scheduling.enums import GapReason
from scheduling.types import (
    DivertFact,
    FinalEntry,
    Period,
    ScheduleFacts,
    ShiftFact,
    Standing,
    Who,
)

Segment = tuple[Period, tuple[Standing, ...]]

DIVERT = "divert"
DIVERT_LEVEL = 1  # the goal of a divert stands alone, so it rings first


def standing(facts: ScheduleFacts, at: datetime) -> tuple[Standing, ...]:
    """Return every assignment in force at `at` (aware), in the order it would be tried.

    Those who cannot be reached are among them, each with the reason.
    """
    return _decide(facts, [s for s in facts.shifts if covers(s.period, at)], at)


def on_call(facts: ScheduleFacts, at: datetime) -> tuple[Standing, ...]:
    """Return those who can be reached at `at` (aware), in the order they would be tried."""
    return reachable(standing(facts, at))


def reachable(standings: Iterable[Standing]) -> tuple[Standing, ...]:
    """Return the standings that can be used, in the same order."""
    return tuple(s for s in standings if s.unreachable is None)


def next_change(facts: ScheduleFacts, level: int, at: datetime) -> datetime | None:
    """Return the first instant after `at` at which `level` changes, None if never.

    While a divert is in force the shifts below it change nothing; its own edges always do.
    """
    edges = [edge for divert in facts.diverts for edge in _edges(divert.period)]
    if divert_at(facts, at) is None:
        own = (shift.period for shift in facts.shifts if shift.level == level)
        edges += [edge for period in own for edge in _edges(period)]
    return min((edge for edge in edges if edge > at), default=None)


def divert_at(facts: ScheduleFacts, at: datetime) -> DivertFact | None:
    """Return the divert in force at `at` (aware), if any."""
    return next((divert for divert in facts.diverts if covers(divert.period, at)), None)


def final_schedule(
    facts: ScheduleFacts, starts_at: datetime, ends_at: datetime
) -> tuple[FinalEntry, ...]:
    """Return who can be reached when, within [starts_at, ends_at), ordered by start and level.

    An entry lasts as long as the same shift stays in force; entries are cut at the window.
    """
    entries: list[FinalEntry] = []
    open_since: dict[Standing, datetime] = {}
    for period, standings in segments(facts, starts_at, ends_at):
        now = dict.fromkeys(reachable(standings), period.starts_at)
        for gone in [s for s in open_since if s not in now]:
            entries.append(_entry(gone, open_since.pop(gone), period.starts_at))
        open_since = now | open_since
    entries += [_entry(last, since, ends_at) for last, since in open_since.items()]
    return tuple(sorted(entries, key=lambda e: (e.period.starts_at, e.level, e.shift or 0)))


def segments(facts: ScheduleFacts, starts_at: datetime, ends_at: datetime) -> Iterator[Segment]:
    """Cut [starts_at, ends_at) where anything may change; yield each piece with its standings.

    The pieces are in order, touch each other and fill the window, empty stretches included.
    """
    if starts_at >= ends_at:
        return
    waiting = sorted(
        (s for s in facts.shifts if s.period.starts_at < ends_at and s.period.ends_at > starts_at),
        key=lambda s: s.period.starts_at,
        reverse=True,
    )
    active: list[ShiftFact] = []
    changing = [s.period for s in waiting] + [d.period for d in facts.diverts]
    cuts = _cuts(changing, starts_at, ends_at)
    for cut, following in pairwise(cuts):
        active = [s for s in active if s.period.ends_at > cut]
        while waiting and waiting[-1].period.starts_at <= cut:
            active.append(waiting.pop())
        yield Period(cut, following), _decide(facts, active, cut)


def covers(period: Period, at: datetime) -> bool:
    """Return whether `at` lies in the half-open `period`."""
    return period.starts_at <= at < period.ends_at


def _cuts(periods: Iterable[Period], starts_at: datetime, ends_at: datetime) -> list[datetime]:
    edges = {edge for period in periods for edge in _edges(period)}
    return sorted({starts_at, ends_at} | {edge for edge in edges if starts_at < edge < ends_at})


def _edges(period: Period) -> tuple[datetime, datetime]:
    return period.starts_at, period.ends_at


def _decide(
    facts: ScheduleFacts, active: Iterable[ShiftFact], at: datetime
) -> tuple[Standing, ...]:
    """Apply the precedence to what is in force at `at`: every answer comes from here.

    A divert takes the place of all levels; then come the regular shifts, before which an override
    will go.
    """
    divert = divert_at(facts, at)
    if divert is not None:
        reason = _unreachable(facts, divert.to, at)
        return (Standing(DIVERT_LEVEL, divert.to, None, reason, DIVERT),)
    return tuple(
        Standing(s.level, s.who, s.id, _unreachable(facts, s.who, at))
        for s in sorted(active, key=lambda s: (s.level, s.id))
    )


def _unreachable(facts: ScheduleFacts, who: Who, at: datetime) -> GapReason | None:
    """Return why `who` cannot be reached at `at`; an absence will depend on the instant."""
    return facts.unreachable.get(who)


def _entry(standing: Standing, starts_at: datetime, ends_at: datetime) -> FinalEntry:
    period = Period(starts_at, ends_at)
    return FinalEntry(standing.level, standing.who, standing.shift, period, standing.reason)
