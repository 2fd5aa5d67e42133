"""Whatever rotations, stand-ins, absences and diverts say, every question has the same answer."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from scheduling import coverage, periods, resolve
from scheduling.enums import GapReason
from scheduling.tests.random_rotas import Rota, rotas
from scheduling.tests.slow_rota import slow_standing
from scheduling.types import FinalEntry, Gap, Period, Standing, Who

SOAK = os.environ.get("ONCALL_SOAK") == "1"
SECOND = timedelta(seconds=1)
few = settings(
    max_examples=3000 if SOAK else 25,
    derandomize=not SOAK,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@few
@given(rotas())
def test_who_stands_at_an_instant_is_what_the_precedence_says_and_nobody_else(rota: Rota) -> None:
    for at in boundaries(rota):
        found = resolve.standing(rota.facts, at)
        assert Counter(found) == Counter(slow_standing(rota.facts, at))
        assert [each.level for each in found] == sorted(each.level for each in found)
        answers = Counter(each.level for each in found)
        assert all(number <= max(scheduled(rota, at, n), 1) for n, number in answers.items())


@pytest.mark.requirement("PLA-14")
@few
@given(rotas())
def test_the_final_schedule_and_the_holes_agree_with_every_instant(rota: Rota) -> None:
    final = resolve.final_schedule(rota.facts, rota.starts_at, rota.ends_at)
    gaps = holes(rota)
    for at in boundaries(rota):
        if not rota.starts_at <= at < rota.ends_at:
            continue
        everybody = resolve.standing(rota.facts, at)
        reachable = [s for s in everybody if s.unreachable is None]
        entries = [e for e in final if e.period.starts_at <= at < e.period.ends_at]
        assert Counter((e.level, e.who, e.shift, e.reason, e.override) for e in entries) == Counter(
            (s.level, s.who, s.shift, s.reason, s.override) for s in reachable
        )
        needed = any(r.starts_at <= at < r.ends_at for r in rota.required)
        meant = any(each.starts_at <= at < each.ends_at for each in rota.intended)
        told = [(g.reason, g.intended) for g in gaps if g.period.starts_at <= at < g.period.ends_at]
        assert told == ([(_reason(everybody), meant)] if needed and not reachable else [])


@pytest.mark.requirement("PLA-19")
@few
@given(rotas())
def test_reachable_periods_and_holes_fill_the_coverage_and_never_meet(rota: Rota) -> None:
    window = resolve.final_schedule(rota.facts, rota.starts_at, rota.ends_at)
    reachable = periods.merge(entry.period for entry in window)
    gaps = [gap.period for gap in holes(rota)]
    assert periods.intersect(reachable, gaps) == []
    needed = periods.intersect(rota.required, [whole_of(rota)])
    assert periods.merge([*periods.intersect(reachable, needed), *gaps]) == needed


@few
@given(rotas())
def test_a_part_of_the_final_schedule_is_cut_out_of_the_whole(rota: Rota) -> None:
    middle = rota.starts_at + int((rota.ends_at - rota.starts_at) / SECOND) // 2 * SECOND
    halves = [
        entry
        for ends in ((rota.starts_at, middle), (middle, rota.ends_at))
        for entry in resolve.final_schedule(rota.facts, *ends)
    ]
    whole = resolve.final_schedule(rota.facts, rota.starts_at, rota.ends_at)
    assert _seconds(halves) == _seconds(whole)


def boundaries(rota: Rota) -> Iterator[datetime]:
    """Yield each instant at which something may change, and one second either side."""
    known = rota.facts
    spans = [each.period for each in known.shifts]
    spans += [each.period for each in known.overrides]
    spans += [each.period for each in known.diverts]
    spans += [away for each in known.absences.values() for away in each]
    spans += [*rota.required, *rota.intended, whole_of(rota)]
    for edge in sorted({edge for span in spans for edge in (span.starts_at, span.ends_at)}):
        yield from (edge - SECOND, edge, edge + SECOND)


def scheduled(rota: Rota, at: datetime, level: int) -> int:
    """Return how many shifts there are at an instant and a level."""
    at_level = (shift.period for shift in rota.facts.shifts if shift.level == level)
    return sum(period.starts_at <= at < period.ends_at for period in at_level)


def whole_of(rota: Rota) -> Period:
    """Return the stretch that a rota is about."""
    return Period(rota.starts_at, rota.ends_at)


def holes(rota: Rota) -> tuple[Gap, ...]:
    """Return when nobody can be reached who should be."""
    return coverage.gaps(rota.facts, rota.required, rota.starts_at, rota.ends_at, rota.intended)


def _reason(everybody: tuple[Standing, ...]) -> GapReason:
    """Return why nobody is reachable: the reason of whoever would be tried first."""
    first = everybody[0].unreachable if everybody else None
    return first or GapReason.NOBODY_SCHEDULED


def _seconds(entries: Iterable[FinalEntry]) -> Counter[tuple[int, Who, int | None]]:
    """Return how long each person stands for each shift."""
    found: Counter[tuple[int, Who, int | None]] = Counter()
    for entry in entries:
        length = entry.period.ends_at - entry.period.starts_at
        found[entry.level, entry.who, entry.shift] += int(length / SECOND)
    return found
