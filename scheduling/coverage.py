"""When somebody must be reachable, and when nobody is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from scheduling import resolve
from scheduling.enums import CoverageKind, GapReason
from scheduling.types import Gap, Period, ScheduleFacts, Standing


class UnknownCoverage(ValueError):
    """The required coverage is of a kind that nobody here knows."""


def check(coverage: object) -> CoverageKind:
    """Return the kind of a required coverage such as {"kind": "always"}.

    Raises UnknownCoverage for another kind or another form.
    """
    if not isinstance(coverage, Mapping) or set(coverage) != {"kind"}:
        raise UnknownCoverage(repr(coverage))
    try:
        return CoverageKind(coverage["kind"])
    except ValueError as error:
        raise UnknownCoverage(repr(coverage["kind"])) from error


def required_periods(
    coverage: object, starts_at: datetime, ends_at: datetime
) -> tuple[Period, ...]:
    """Return the stretches of [starts_at, ends_at) that must be covered, in order.

    Raises UnknownCoverage.
    """
    if check(coverage) is CoverageKind.ALWAYS and starts_at < ends_at:
        return (Period(starts_at, ends_at),)
    return ()


def gaps(
    facts: ScheduleFacts, required: Iterable[Period], starts_at: datetime, ends_at: datetime
) -> tuple[Gap, ...]:
    """Return the stretches of `required` within [starts_at, ends_at) with nobody reachable.

    A gap's reason is that of the first assignee in level order; a change of reason splits it.
    `required` is in order and does not overlap itself.
    """
    found: list[Gap] = []
    for stretch in required:
        start, end = max(stretch.starts_at, starts_at), min(stretch.ends_at, ends_at)
        if start < end:
            for period, standings in resolve.segments(facts, start, end):
                if not resolve.reachable(standings):
                    _append(found, Gap(period, _reason(standings)))
    return tuple(found)


def _reason(standings: Sequence[Standing]) -> GapReason:
    first = standings[0].unreachable if standings else None
    return first or GapReason.NOBODY_SCHEDULED


def _append(found: list[Gap], gap: Gap) -> None:
    """Add `gap`, or stretch the last one when it touches it and has the same reason."""
    last = found[-1] if found else None
    if last and last.period.ends_at == gap.period.starts_at and last.reason == gap.reason:
        found[-1] = Gap(Period(last.period.starts_at, gap.period.ends_at), gap.reason)
    else:
        found.append(gap)
