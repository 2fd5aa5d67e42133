"""Which holes to tell supervisors of, and which they need no longer fear: once each, not more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from scheduling import periods
from scheduling.types import AlertDecision, Period, Told


def decide(
    holes: Iterable[Period],
    told: Iterable[Told],
    leads: Iterable[int],
    now: datetime,
    horizon: datetime,
) -> AlertDecision:
    """Return what to tell at `now`, given the holes seen until `horizon` and what was told before.

    A stretch is told when it begins within a lead time (hours) and nothing told at the same or a
    nearer lead time covers it. A hole that reaches the horizon grows as time passes, in silence;
    one that grows otherwise is news. What was told, is ahead and is a hole no longer, is filled.
    """
    holes, leads = periods.merge(holes), sorted(leads)
    current: list[Told] = []
    grown, closed, kept, filled = [], [], [], []
    for before in told:
        row = _grow(before, holes, horizon)
        ahead = [Period(max(row.period.starts_at, now), min(row.period.ends_at, horizon))]
        if gone := periods.subtract(ahead, holes):
            closed.append(before)
            filled += gone
            for left in periods.intersect(ahead, holes):
                lead = max(row.lead_hours, _grade(left, leads, now))
                kept.append(replace(row, id=None, period=left, lead_hours=lead))
        else:
            current.append(row)
            grown += [row] if row != before else []
    news = _news(holes, current + kept, leads, now, horizon)
    return AlertDecision(
        tuple(news), tuple(periods.merge(filled)), tuple(grown), tuple(closed), tuple(kept)
    )


def _news(
    holes: Sequence[Period],
    told: Sequence[Told],
    leads: Sequence[int],
    now: datetime,
    horizon: datetime,
) -> list[Told]:
    news: list[Told] = []
    for lead in leads:
        known = [row.period for row in (*told, *news) if row.lead_hours <= lead]
        news += [
            Told(piece, lead, now, open_ended=piece.ends_at == horizon)
            for piece in periods.subtract(holes, known)
            if piece.starts_at < now + timedelta(hours=lead)
        ]
    return news


def _grow(row: Told, holes: Sequence[Period], horizon: datetime) -> Told:
    """Let an open-ended row follow its hole into what has come into sight since."""
    if not row.open_ended:
        return row
    end = row.period.ends_at
    end = next((h.ends_at for h in holes if h.starts_at <= end <= h.ends_at), end)
    return replace(row, period=Period(row.period.starts_at, end), open_ended=end >= horizon)


def _grade(period: Period, leads: Sequence[int], now: datetime) -> int:
    """Return the nearest lead time within which `period` begins, else the farthest."""
    near = (lead for lead in leads if period.starts_at < now + timedelta(hours=lead))
    return next(near, leads[-1])
