"""Whether duty is covered for the next fourteen days: a strip for each schedule, holes in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.formats import date_format

from scheduling import coverage, labels, periods, queries, resolve, wall, whens
from scheduling.outlook import Outlook
from scheduling.types import Gap, Period

DAYS = 14
SHOWN_HOLES = 5
_MIDNIGHT = {"hour": 0, "minute": 0, "second": 0, "microsecond": 0, "fold": 0}


@dataclass(frozen=True)
class Piece:
    """A stretch of the strip, in per cent of its width: covered, a hole, or past."""

    kind: str
    x: str
    width: str


@dataclass(frozen=True)
class Day:
    """A day's head: the letter of the week, its number, and what it is."""

    letter: str
    number: int
    is_today: bool
    is_weekend: bool


@dataclass(frozen=True)
class Hole:
    """A hole in words, and where to fill it."""

    starts: str
    ends: str
    reason: str
    url: str


@dataclass(frozen=True)
class Strip:
    """What the panel shows of a schedule; `more` are the holes left out of `holes`."""

    key: int
    name: str
    days: tuple[Day, ...]
    pieces: tuple[Piece, ...]
    holes: tuple[Hole, ...]
    more: int
    is_asked: bool
    url: str


def window(seen: Outlook, now: datetime) -> Period:
    """Return the fourteen days from this midnight on, by the clock of the schedule."""
    return _window(now, seen.schedule.time_zone)


def strip(seen: Outlook, now: datetime) -> Strip:
    """Return the strip of a schedule; what is over is drawn, but no hole any more."""
    zone = seen.schedule.time_zone
    whole = _window(now, zone)
    required = queries.required_periods(seen.schedule, whole.starts_at, whole.ends_at)
    gaps = coverage.gaps(seen.facts, required, now, whole.ends_at, seen.intended)
    calendar = reverse("admin:scheduling_schedule_calendar", args=[seen.schedule.pk])
    return Strip(
        key=seen.schedule.pk,
        name=seen.schedule.name,
        days=_days(whole, zone),
        pieces=tuple(_pieces(seen, whole, gaps, now)),
        holes=tuple(_hole(gap, zone, calendar) for gap in gaps[:SHOWN_HOLES]),
        more=max(len(gaps) - SHOWN_HOLES, 0),
        is_asked=bool(required),
        url=calendar,
    )


def _window(now: datetime, zone: str) -> Period:
    midnight = wall.wall(now, zone).replace(**_MIDNIGHT)  # type: ignore[arg-type]
    end = midnight + timedelta(days=DAYS)
    return Period(wall.instant(midnight, zone), wall.instant(end, zone))


def _pieces(seen: Outlook, whole: Period, gaps: tuple[Gap, ...], now: datetime) -> list[Piece]:
    covered = [
        period
        for period, standings in resolve.segments(seen.facts, now, whole.ends_at)
        if resolve.reachable(standings)
    ]
    drawn = [("ok", period) for period in periods.merge(covered)]
    drawn += [("gap", gap.period) for gap in gaps]
    drawn.append(("past", Period(whole.starts_at, now)))
    length = whole.ends_at - whole.starts_at
    return [
        Piece(
            kind,
            f"{100 * ((period.starts_at - whole.starts_at) / length):.3f}%",
            f"{100 * ((period.ends_at - period.starts_at) / length):.3f}%",
        )
        for kind, period in drawn
        if period.starts_at < period.ends_at
    ]


def _days(whole: Period, zone: str) -> tuple[Day, ...]:
    first = wall.wall(whole.starts_at, zone)
    return tuple(
        Day(date_format(day, "D")[:1].upper(), day.day, day == first, day.weekday() > 4)
        for day in (first + timedelta(days=n) for n in range(DAYS))
    )


def _hole(gap: Gap, zone: str, calendar: str) -> Hole:
    start = wall.wall(gap.period.starts_at, zone)
    return Hole(
        starts=whens.day(gap.period.starts_at, zone),
        ends=whens.day(gap.period.ends_at, zone),
        reason=str(labels.GAP_REASON[gap.reason.value]),
        url=f"{calendar}?view=day&on={start:%Y-%m-%d}",
    )
