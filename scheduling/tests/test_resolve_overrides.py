"""Who stands in for whom, and who is away, whichever way one asks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling import coverage, resolve
from scheduling.enums import GapReason
from scheduling.tests.facts import ALICE, BOB, CHARLIE, RECEPTION, SECOND, at, facts, shift
from scheduling.types import (
    DivertFact,
    FinalEntry,
    Gap,
    OverrideFact,
    Period,
    ScheduleFacts,
    ShiftFact,
    Standing,
    Who,
)

ROTA = facts(shift(1, ALICE, 8, 18), shift(2, BOB, 8, 18, level=2), shift(3, ALICE, 18, 24))


def hours(start: float, end: float) -> Period:
    return Period(at(start), at(end))


def with_overrides(rota: ScheduleFacts, *overrides: OverrideFact) -> ScheduleFacts:
    return replace(rota, overrides=overrides)


def names(rota: ScheduleFacts, hour: float) -> list[tuple[int, Who, int | None]]:
    return [(s.level, s.who, s.shift) for s in resolve.on_call(rota, at(hour))]


def test_a_stand_in_takes_one_shift_for_a_while_and_keeps_its_level() -> None:
    rota = with_overrides(ROTA, OverrideFact(9, hours(10, 12), CHARLIE, shift=1))
    alice, bob = Standing(1, ALICE, 1), Standing(2, BOB, 2)
    charlie = Standing(1, CHARLIE, 1, None, "override", 9)
    assert resolve.on_call(rota, at(10) - SECOND) == (alice, bob)
    assert resolve.on_call(rota, at(10)) == (charlie, bob)
    assert resolve.on_call(rota, at(12) - SECOND) == (charlie, bob)
    assert resolve.on_call(rota, at(12)) == (alice, bob)


def test_a_stand_in_for_a_person_has_all_of_their_shifts() -> None:
    rota = with_overrides(ROTA, OverrideFact(9, hours(0, 24), CHARLIE, assignee=ALICE))
    assert names(rota, 9) == [(1, CHARLIE, 1), (2, BOB, 2)]
    assert names(rota, 20) == [(1, CHARLIE, 3)]


def test_a_service_can_be_stood_in_for_and_can_stand_in() -> None:
    rota = with_overrides(
        facts(shift(1, RECEPTION, 0, 12), shift(2, ALICE, 12, 24)),
        OverrideFact(1, hours(0, 24), BOB, assignee=RECEPTION),
        OverrideFact(2, hours(0, 24), RECEPTION, assignee=ALICE),
    )
    assert names(rota, 6) == [(1, BOB, 1)]
    assert names(rota, 18) == [(1, RECEPTION, 2)]


def test_a_stand_in_for_a_level_replaces_all_of_it_even_where_nobody_stood() -> None:
    rota = with_overrides(
        facts(shift(1, ALICE, 8, 18), shift(2, BOB, 8, 18)),
        OverrideFact(9, hours(10, 20), CHARLIE, level=1),
    )
    assert names(rota, 9) == [(1, ALICE, 1), (1, BOB, 2)]
    assert names(rota, 10) == names(rota, 19) == [(1, CHARLIE, None)]
    assert names(rota, 20) == []


@pytest.mark.parametrize("target", [{"shift": 1}, {"assignee": ALICE}, {"level": 1}])
def test_nobody_in_the_place_leaves_it_empty(target: dict[str, object]) -> None:
    override = OverrideFact(9, hours(8, 18), None, **target)  # type: ignore[arg-type]
    assert names(with_overrides(ROTA, override), 9) == [(2, BOB, 2)]


def test_two_people_who_stand_in_for_each_other_exchange_their_shifts() -> None:
    rota = with_overrides(
        ROTA,
        OverrideFact(1, hours(0, 24), BOB, assignee=ALICE),
        OverrideFact(2, hours(0, 24), ALICE, assignee=BOB),
    )
    assert names(rota, 9) == [(1, BOB, 1), (2, ALICE, 2)]


def test_the_stand_in_of_a_shift_comes_before_that_of_the_person_and_may_be_stood_in_for() -> None:
    rota = with_overrides(
        ROTA,
        OverrideFact(1, hours(0, 24), BOB, shift=1),
        OverrideFact(2, hours(0, 24), RECEPTION, assignee=ALICE),
        OverrideFact(3, hours(0, 24), CHARLIE, assignee=BOB),
    )
    assert names(rota, 9) == [(1, CHARLIE, 1), (2, CHARLIE, 2)]
    assert [s.override for s in resolve.on_call(rota, at(9))] == [3, 3]
    assert names(rota, 20) == [(1, RECEPTION, 3)]


def test_the_stand_in_of_a_level_comes_last_and_a_divert_before_all() -> None:
    rota = replace(
        with_overrides(
            ROTA,
            OverrideFact(1, hours(0, 24), BOB, shift=1),
            OverrideFact(2, hours(0, 24), CHARLIE, level=1),
        ),
        diverts=(DivertFact(5, RECEPTION, hours(12, 13)),),
    )
    assert names(rota, 9) == [(1, CHARLIE, None), (2, BOB, 2)]
    assert names(rota, 12) == [(1, RECEPTION, None)]


def test_of_two_overrides_of_one_target_the_later_decides() -> None:
    rota = with_overrides(
        ROTA,
        OverrideFact(2, hours(8, 12), BOB, level=1),
        OverrideFact(1, hours(8, 18), CHARLIE, level=1),
    )
    assert names(rota, 9) == [(1, BOB, None), (2, BOB, 2)]
    assert names(rota, 12) == [(1, CHARLIE, None), (2, BOB, 2)]


def test_the_final_schedule_shows_the_stand_in_and_which_override_it_rests_on() -> None:
    rota = with_overrides(
        facts(shift(1, ALICE, 8, 18)), OverrideFact(9, hours(10, 12), CHARLIE, shift=1)
    )
    assert resolve.final_schedule(rota, at(0), at(24)) == (
        FinalEntry(1, ALICE, 1, hours(8, 10)),
        FinalEntry(1, CHARLIE, 1, hours(10, 12), "override", 9),
        FinalEntry(1, ALICE, 1, hours(12, 18)),
    )


def test_an_override_that_ends_with_the_shift_cuts_nothing_else() -> None:
    rota = with_overrides(
        ROTA,
        OverrideFact(1, hours(4, 8), CHARLIE, assignee=ALICE),
        OverrideFact(2, hours(9, 10), CHARLIE, shift=77),
    )
    assert resolve.final_schedule(rota, at(0), at(24)) == resolve.final_schedule(
        ROTA, at(0), at(24)
    )


@pytest.mark.requirement("PLA-19")
def test_who_is_away_cannot_be_reached_and_leaves_a_gap_with_its_reason() -> None:
    rota = replace(facts(shift(1, ALICE, 8, 18)), absences={ALICE: (hours(10, 12), hours(17, 30))})
    assert resolve.standing(rota, at(10)) == (Standing(1, ALICE, 1, GapReason.TIME_OFF),)
    assert coverage.gaps(rota, (hours(8, 18),), at(0), at(24)) == (
        Gap(hours(10, 12), GapReason.TIME_OFF),
        Gap(hours(17, 18), GapReason.TIME_OFF),
    )
    assert [e.period for e in resolve.final_schedule(rota, at(0), at(24))] == [
        hours(8, 10),
        hours(12, 17),
    ]


def test_a_stand_in_who_is_away_leaves_a_gap_and_one_for_the_absent_fills_it() -> None:
    away = replace(facts(shift(1, ALICE, 8, 18)), absences={ALICE: (hours(8, 18),)})
    filled = with_overrides(away, OverrideFact(9, hours(8, 18), CHARLIE, assignee=ALICE))
    assert names(filled, 9) == [(1, CHARLIE, 1)]
    both = replace(filled, absences={ALICE: (hours(8, 18),), CHARLIE: (hours(9, 10),)})
    assert coverage.gaps(both, (hours(8, 18),), at(0), at(24)) == (
        Gap(hours(9, 10), GapReason.TIME_OFF),
    )


def test_who_can_never_be_reached_is_told_for_that_reason_not_for_an_absence() -> None:
    rota = replace(
        facts(shift(1, ALICE, 8, 18)),
        unreachable={ALICE: GapReason.INACTIVE},
        absences={ALICE: (hours(0, 24),)},
    )
    assert [s.unreachable for s in resolve.standing(rota, at(9))] == [GapReason.INACTIVE]


def test_the_next_change_is_where_a_stand_in_begins_then_ends_then_an_absence() -> None:
    rota = replace(
        with_overrides(
            facts(shift(1, ALICE, 8, 18)), OverrideFact(9, hours(10, 12), CHARLIE, shift=1)
        ),
        absences={ALICE: (hours(11, 14),)},
    )
    assert [resolve.next_change(rota, 1, at(hour)) for hour in (9, 10, 12, 14, 18)] == [
        at(10),
        at(12),
        at(14),
        at(18),
        None,
    ]


def test_a_shift_that_only_its_rule_knows_stands_where_its_row_will() -> None:
    written = [
        ShiftFact(40, ALICE, 1, hours(8, 18), rotation=7, slot=1),
        ShiftFact(41, BOB, 1, hours(8, 18), rotation=7, slot=0),
        ShiftFact(42, CHARLIE, 1, hours(8, 18), rotation=6),
        ShiftFact(43, RECEPTION, 1, hours(8, 18)),
    ]
    expected = [RECEPTION, CHARLIE, BOB, ALICE]
    unwritten = [found._replace(id=None) for found in written[:3]] + written[3:]
    for rows in (written, unwritten, written[::-1], unwritten[::-1]):
        assert [s.who for s in resolve.standing(facts(*rows), at(9))] == expected
        assert [e.who for e in resolve.final_schedule(facts(*rows), at(0), at(24))] == expected


_people = st.sampled_from([ALICE, BOB, CHARLIE, RECEPTION])
_hours = st.tuples(st.integers(0, 20), st.integers(1, 12)).map(lambda h: hours(h[0], sum(h)))
_shifts = st.lists(st.tuples(_people, st.integers(1, 3), _hours), max_size=7)
_targets = st.one_of(
    st.fixed_dictionaries({"shift": st.integers(1, 7)}),
    st.fixed_dictionaries({"assignee": _people}),
    st.fixed_dictionaries({"level": st.integers(1, 3)}),
)
_overrides = st.lists(st.tuples(_hours, st.none() | _people, _targets), max_size=5)


@st.composite
def rotas(draw: st.DrawFn) -> ScheduleFacts:
    shifts = [
        ShiftFact(i if i % 4 else None, who, level, period, rotation=i % 2 and i, slot=i % 3)
        for i, (who, level, period) in enumerate(draw(_shifts), 1)
    ]
    return ScheduleFacts(
        tuple(shifts),
        draw(st.dictionaries(_people, st.sampled_from(GapReason), max_size=1)),
        tuple(DivertFact(8, who, period) for who, period in draw(_some_divert)),
        tuple(
            OverrideFact(i, period, who, **target)
            for i, (period, who, target) in enumerate(draw(_overrides), 1)
        ),
        {who: tuple(away) for who, away in draw(_absences).items()},
    )


_some_divert = st.lists(st.tuples(_people, _hours), max_size=1)
_absences = st.dictionaries(_people, st.lists(_hours, min_size=1, max_size=2), max_size=2)


def edges_of(rota: ScheduleFacts) -> set[datetime]:
    periods = [shift.period for shift in rota.shifts]
    periods += [override.period for override in rota.overrides]
    periods += [divert.period for divert in rota.diverts]
    periods += [away for several in rota.absences.values() for away in several]
    return {edge for period in periods for edge in (period.starts_at, period.ends_at)}


@pytest.mark.requirement("PLA-14")
@given(rota=rotas(), start=st.integers(0, 10), end=st.integers(12, 34))
def test_every_question_agrees_around_every_boundary(
    rota: ScheduleFacts, start: int, end: int
) -> None:
    final = resolve.final_schedule(rota, at(start), at(end))
    gaps = coverage.gaps(rota, (hours(start, end),), at(start), at(end))
    pieces = list(resolve.segments(rota, at(start), at(end)))
    edges = edges_of(rota) | {at(start), at(end)}
    for instant in sorted(e + d for e in edges for d in (-SECOND, 0 * SECOND, SECOND)):
        if not at(start) <= instant < at(end):
            continue
        everyone = resolve.standing(rota, instant)
        now = resolve.reachable(everyone)
        found = (e for e in final if resolve.covers(e.period, instant))
        assert Counter((e.level, e.who, e.shift, e.reason, e.override) for e in found) == Counter(
            (s.level, s.who, s.shift, s.reason, s.override) for s in now
        )
        assert [s for period, s in pieces if resolve.covers(period, instant)] == [everyone]
        assert sum(resolve.covers(gap.period, instant) for gap in gaps) == (not now)
        for here in everyone:
            until = resolve.next_change(rota, here.level, instant)
            assert until is not None
            assert _level(rota, here.level, until - SECOND) == _level(rota, here.level, instant)


def _level(rota: ScheduleFacts, level: int, instant: datetime) -> list[Standing]:
    return [s for s in resolve.standing(rota, instant) if s.level == level]
