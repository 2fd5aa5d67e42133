"""A divert goes before every shift, and ends by itself, whichever way one asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling import coverage, resolve
from scheduling.enums import GapReason
from scheduling.tests.facts import ALICE, BOB, CHARLIE, RECEPTION, SECOND, at, facts, shift
from scheduling.types import DivertFact, FinalEntry, Gap, Period, ScheduleFacts, Standing, Who

SOMEWHERE = Who(number="+33612345678")
ROTA = facts(shift(1, ALICE, 8, 18), shift(2, BOB, 8, 18, level=2), shift(3, ALICE, 18, 24))


def diverted(rota: ScheduleFacts, to: Who, start: float, end: float) -> ScheduleFacts:
    return replace(rota, diverts=(DivertFact(7, to, Period(at(start), at(end))),))


@pytest.mark.requirement("PLA-22")
@pytest.mark.parametrize("goal", [CHARLIE, RECEPTION, SOMEWHERE])
def test_a_divert_takes_the_place_of_every_level_until_it_ends(goal: Who) -> None:
    rota = diverted(ROTA, goal, 10, 12)
    there = (Standing(1, goal, None, None, "divert"),)
    assert [s.who for s in resolve.on_call(rota, at(10) - SECOND)] == [ALICE, BOB]
    assert resolve.on_call(rota, at(10)) == there
    assert resolve.on_call(rota, at(12) - SECOND) == there
    assert [s.who for s in resolve.on_call(rota, at(12))] == [ALICE, BOB]


@pytest.mark.requirement("PLA-22")
def test_the_final_schedule_shows_the_divert_between_what_it_interrupts() -> None:
    rota = diverted(facts(shift(1, ALICE, 8, 18)), SOMEWHERE, 10, 12)
    assert resolve.final_schedule(rota, at(8), at(18)) == (
        FinalEntry(1, ALICE, 1, Period(at(8), at(10))),
        FinalEntry(1, SOMEWHERE, None, Period(at(10), at(12)), "divert"),
        FinalEntry(1, ALICE, 1, Period(at(12), at(18))),
    )


def test_a_divert_to_somebody_unreachable_is_a_gap_with_its_reason() -> None:
    rota = replace(diverted(ROTA, CHARLIE, 10, 12), unreachable={CHARLIE: GapReason.NO_NUMBER})
    assert coverage.gaps(rota, (Period(at(8), at(18)),), at(8), at(18)) == (
        Gap(Period(at(10), at(12)), GapReason.NO_NUMBER),
    )


def test_a_divert_fills_a_hole() -> None:
    rota = diverted(facts(), RECEPTION, 8, 18)
    assert coverage.gaps(rota, (Period(at(8), at(18)),), at(8), at(18)) == ()


def test_the_next_change_is_the_start_of_a_divert_then_its_end_then_the_shifts() -> None:
    rota = diverted(facts(shift(1, ALICE, 8, 18), shift(2, BOB, 11, 18)), CHARLIE, 10, 12)
    assert resolve.next_change(rota, 1, at(9)) == at(10)
    assert resolve.next_change(rota, 1, at(10)) == at(12)
    assert resolve.next_change(rota, 1, at(12)) == at(18)


_people = st.sampled_from([ALICE, BOB, CHARLIE, RECEPTION])
_goals = st.sampled_from([ALICE, CHARLIE, RECEPTION, SOMEWHERE])
_shifts = st.lists(
    st.tuples(_people, st.integers(0, 20), st.integers(1, 12), st.integers(1, 3)), max_size=8
)
_diverts = st.lists(st.tuples(_goals, st.integers(0, 3), st.integers(1, 6)), max_size=4)


@pytest.mark.requirement("PLA-22")
@given(
    rows=_shifts,
    diverts=_diverts,
    unreachable=st.dictionaries(_people, st.sampled_from(GapReason)),
)
def test_every_question_agrees_around_every_boundary(
    rows: list[tuple[Who, int, int, int]],
    diverts: list[tuple[Who, int, int]],
    unreachable: dict[Who, GapReason],
) -> None:
    shifts = [
        shift(i, who, start, start + length, level)
        for i, (who, start, length, level) in enumerate(rows, 1)
    ]
    found, free = [], 0
    for i, (to, pause, length) in enumerate(diverts, 1):  # one after the other, never overlapping
        found.append(DivertFact(i, to, Period(at(free + pause), at(free + pause + length))))
        free += pause + length
    rota = ScheduleFacts(tuple(shifts), unreachable, tuple(found))
    start, end = at(0), at(40)
    final = resolve.final_schedule(rota, start, end)
    gaps = coverage.gaps(rota, (Period(start, end),), start, end)
    periods = [s.period for s in shifts] + [d.period for d in found]
    edges = {start, end} | {e for p in periods for e in (p.starts_at, p.ends_at)}
    for instant in sorted(e + d for e in edges for d in (-SECOND, 0 * SECOND, SECOND)):
        if not start <= instant < end:
            continue
        now = resolve.on_call(rota, instant)
        assert {(e.level, e.who, e.shift, e.reason) for e in final if _in(e.period, instant)} == {
            (s.level, s.who, s.shift, s.reason) for s in now
        }
        assert sum(_in(gap.period, instant) for gap in gaps) == (0 if now else 1)
        for here in now:
            until = resolve.next_change(rota, here.level, instant)
            assert until is not None
            later = resolve.on_call(rota, max(instant, until - SECOND))
            assert _level(later, here.level) == _level(now, here.level)


def _level(standings: Iterable[Standing], level: int) -> list[Standing]:
    return [s for s in standings if s.level == level]


def _in(period: Period, instant: object) -> bool:
    return resolve.covers(period, instant)  # type: ignore[arg-type]
