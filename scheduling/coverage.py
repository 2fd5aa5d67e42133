"""When somebody must be reachable, and when nobody is."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from scheduling import periods, resolve, wall
from scheduling.enums import CoverageKind, GapReason
from scheduling.predefined import WEEKDAYS
from scheduling.types import Gap, Period, ScheduleFacts, Standing

MOST_HOURS = 50  # a week; the form of a schedule has as many rows
AS_USUAL, ALL_DAY, NOTHING = "as_usual", "all_day", "none"  # what holds on public holidays
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_DAY = timedelta(days=1)
Hours = Iterable[Mapping[str, str]]


class Fault(StrEnum):
    """What is wrong with a required coverage."""

    KIND = "kind"
    KEY = "key"
    NO_HOURS = "no_hours"
    MANY_HOURS = "many_hours"
    DAYS = "days"
    TIME = "time"
    HOLIDAYS = "holidays"


class UnknownCoverage(ValueError):
    """The required coverage is none that we know: `fault` says why, `value` which part of it."""

    def __init__(self, fault: Fault, value: object) -> None:
        super().__init__(f"{fault.value}: {value!r}")
        self.fault = fault
        self.value = value


def check(coverage: object) -> CoverageKind:
    """Return the kind of a required coverage; raise UnknownCoverage unless it is well formed.

    {"kind": "always"}, {"kind": "none"}, or {"kind": "weekly", "hours": [{"days": ["mo"],
    "from": "18:00", "to": "08:00"}], "holidays": "all_day"}. On public holidays it is as usual
    (without the key too), all day, none, or hours such as [{"from": "09:00", "to": "12:00"}].
    """
    if not isinstance(coverage, Mapping):
        raise UnknownCoverage(Fault.KIND, coverage)
    kind = next((kind for kind in CoverageKind if kind == coverage.get("kind")), None)
    if kind is None:
        raise UnknownCoverage(Fault.KIND, coverage.get("kind"))
    if kind is not CoverageKind.WEEKLY:
        _only(coverage, {"kind"})
        return kind
    _only(coverage, {"kind", "hours", "holidays"})
    for window in _hours(coverage.get("hours"), {"days", "from", "to"}):
        _check_days(window.get("days"))
    holidays = coverage.get("holidays", AS_USUAL)
    if isinstance(holidays, list):
        _hours(holidays, {"from", "to"})
    elif holidays not in (AS_USUAL, ALL_DAY, NOTHING):
        raise UnknownCoverage(Fault.HOLIDAYS, holidays)
    return kind


def required_periods(
    coverage: object,
    starts_at: datetime,
    ends_at: datetime,
    zone: str,
    holidays: Collection[date] = (),
) -> tuple[Period, ...]:
    """Return the stretches of [starts_at, ends_at) that must be covered, merged and in order.

    Weekly hours are by the wall clock of `zone` (IANA); an end that is not after its start is on
    the next day. Hours belong to the day on which they start: those of the eve reach into a
    public holiday, one of `holidays`, and its own into the day after. Raises UnknownCoverage.
    """
    kind = check(coverage)
    if kind is CoverageKind.NONE or starts_at >= ends_at:
        return ()
    if kind is CoverageKind.ALWAYS:
        return (Period(starts_at, ends_at),)
    assert isinstance(coverage, Mapping)  # noqa: S101  check has seen it
    found: list[Period] = []
    day, last = wall.wall(starts_at, zone).date() - _DAY, wall.wall(ends_at, zone).date()
    while day <= last:
        found += _on(day, _hours_of(coverage, day, day in holidays), zone)
        day += _DAY
    inside = (Period(max(p.starts_at, starts_at), min(p.ends_at, ends_at)) for p in found)
    return tuple(periods.merge(inside))


def gaps(
    facts: ScheduleFacts,
    required: Iterable[Period],
    starts_at: datetime,
    ends_at: datetime,
    intended: Iterable[Period] = (),
) -> tuple[Gap, ...]:
    """Return the stretches of `required` within [starts_at, ends_at) with nobody reachable.

    A gap's reason is that of the first assignee in level order; a change of reason splits it, and
    so does the beginning or end of what is `intended`.
    """
    inside = (Period(max(p.starts_at, starts_at), min(p.ends_at, ends_at)) for p in required)
    wanted = _edges(inside)
    if not wanted:
        return ()
    meant = _edges(intended)
    found: list[Gap] = []
    for period, standings in resolve.segments(facts, wanted[0], wanted[-1]):
        if all(standing.unreachable for standing in standings):
            reason = _reason(standings)
            for part, is_wanted in _split(period, wanted):
                for piece, is_meant in _split(part, meant) if is_wanted else ():
                    _append(found, Gap(piece, reason, is_meant))
    return tuple(found)


def _only(value: Mapping[str, object], known: set[str]) -> None:
    if unknown := set(value) - known:
        raise UnknownCoverage(Fault.KEY, min(map(str, unknown)))


def _hours(value: object, keys: set[str]) -> list[Mapping[str, object]]:
    """Return a list of hours, each with its two times checked."""
    if not isinstance(value, list) or not value:
        raise UnknownCoverage(Fault.NO_HOURS, value)
    if len(value) > MOST_HOURS:
        raise UnknownCoverage(Fault.MANY_HOURS, MOST_HOURS)
    for window in value:
        if not isinstance(window, Mapping):
            raise UnknownCoverage(Fault.NO_HOURS, window)
        _only(window, keys)
        for end in ("from", "to"):
            told = window.get(end)
            if not isinstance(told, str) or not _TIME.fullmatch(told):
                raise UnknownCoverage(Fault.TIME, told)
    return value


def _check_days(days: object) -> None:
    if not isinstance(days, list) or not days or not all(day in WEEKDAYS for day in days):
        raise UnknownCoverage(Fault.DAYS, days)
    if len(set(days)) < len(days):
        raise UnknownCoverage(Fault.DAYS, days)


def _hours_of(coverage: Mapping[str, Any], day: date, is_holiday: bool) -> Hours:
    """Return the hours that start on a day."""
    holidays = coverage.get("holidays", AS_USUAL)
    if not is_holiday or holidays == AS_USUAL:
        name = WEEKDAYS[day.weekday()]
        return [window for window in coverage["hours"] if name in window["days"]]
    if holidays == ALL_DAY:
        return [{"from": "00:00", "to": "00:00"}]
    return [] if holidays == NOTHING else holidays


def _on(day: date, hours: Hours, zone: str) -> Iterator[Period]:
    for window in hours:
        start, end = time.fromisoformat(window["from"]), time.fromisoformat(window["to"])
        last = day if end > start else day + _DAY
        yield Period(
            wall.instant(datetime.combine(day, start), zone),
            wall.instant(datetime.combine(last, end), zone),
        )


def _edges(found: Iterable[Period]) -> list[datetime]:
    """Return where `found` together begin, end, begin and so on."""
    return [edge for p in periods.merge(found) for edge in (p.starts_at, p.ends_at)]


def _split(period: Period, edges: Sequence[datetime]) -> Iterator[tuple[Period, bool]]:
    """Cut `period` at `edges`; yield each piece and whether it lies within what they bound."""
    first = bisect_right(edges, period.starts_at)
    cuts = [*edges[first : bisect_left(edges, period.ends_at)], period.ends_at]
    start = period.starts_at
    for number, cut in enumerate(cuts, first):
        yield Period(start, cut), number % 2 == 1
        start = cut


def _reason(standings: Sequence[Standing]) -> GapReason:
    first = standings[0].unreachable if standings else None
    return first or GapReason.NOBODY_SCHEDULED


def _append(found: list[Gap], gap: Gap) -> None:
    """Add `gap`, or stretch the last one when it touches it and is of the same kind."""
    last = found[-1] if found else None
    if last and last.period.ends_at == gap.period.starts_at and _kind(last) == _kind(gap):
        found[-1] = replace(last, period=Period(last.period.starts_at, gap.period.ends_at))
    else:
        found.append(gap)


def _kind(gap: Gap) -> tuple[GapReason, bool]:
    return gap.reason, gap.intended
