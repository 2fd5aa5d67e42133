"""Who is on call, at an instant and over a window."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling import coverage, resolve
from scheduling.enums import GapReason
from scheduling.tests.facts import (
    ALICE,
    BOB,
    CHARLIE,
    RECEPTION,
    SECOND,
    at,
    facts,
    shift,
)
from scheduling.types import FinalEntry, Period, ScheduleFacts, ShiftFact, Standing


@pytest.mark.requirement("PLA-14")
def test_at_the_handoff_second_only_the_incoming_person_is_on_call() -> None:
    rota = facts(shift(1, ALICE, 8, 18), shift(2, BOB, 18, 24))
    assert [s.who for s in resolve.on_call(rota, at(18) - SECOND)] == [ALICE]
    assert [s.who for s in resolve.on_call(rota, at(18))] == [BOB]
    assert [s.who for s in resolve.on_call(rota, at(18) + SECOND)] == [BOB]


def test_nobody_is_on_call_before_the_first_second_and_at_the_end() -> None:
    rota = facts(shift(1, ALICE, 8, 18))
    assert resolve.on_call(rota, at(8) - SECOND) == ()
    assert [s.who for s in resolve.on_call(rota, at(8))] == [ALICE]
    assert resolve.on_call(rota, at(18)) == ()


def test_shifts_are_put_in_order_of_start_level_and_id() -> None:
    first, second = shift(2, BOB, 8, 12), shift(3, ALICE, 8, 12)
    below, later = shift(1, ALICE, 8, 12, level=2), shift(4, BOB, 9, 12)
    assert resolve.in_order([later, below, second, first]) == [first, second, below, later]


@pytest.mark.requirement("PLA-08")
def test_levels_are_tried_in_order_and_a_team_shares_one() -> None:
    rota = facts(shift(1, CHARLIE, 0, 24, level=2), shift(2, ALICE, 0, 24), shift(3, BOB, 0, 24))
    assert [(s.level, s.who) for s in resolve.on_call(rota, at(12))] == [
        (1, ALICE),
        (1, BOB),
        (2, CHARLIE),
    ]


@pytest.mark.requirement("PLA-03")
def test_a_service_stands_on_a_schedule_like_a_person() -> None:
    rota = facts(shift(1, RECEPTION, 8, 18), shift(2, ALICE, 18, 24))
    assert resolve.on_call(rota, at(9)) == (Standing(1, RECEPTION, 1),)


def test_the_unreachable_stand_with_their_reason_but_are_not_on_call() -> None:
    rota = replace(
        facts(shift(1, ALICE, 8, 18), shift(2, BOB, 8, 18, level=2)),
        unreachable={ALICE: GapReason.INACTIVE},
    )
    assert resolve.on_call(rota, at(9)) == (Standing(2, BOB, 2),)
    assert resolve.standing(rota, at(9)) == (
        Standing(1, ALICE, 1, GapReason.INACTIVE),
        Standing(2, BOB, 2),
    )


def test_the_final_schedule_is_cut_at_the_window_and_leaves_out_the_unreachable() -> None:
    rota = replace(
        facts(shift(1, ALICE, 8, 18), shift(2, BOB, 18, 24), shift(3, CHARLIE, 10, 12, level=2)),
        unreachable={BOB: GapReason.NO_NUMBER},
    )
    assert resolve.final_schedule(rota, at(9), at(20)) == (
        FinalEntry(1, ALICE, 1, Period(at(9), at(18))),
        FinalEntry(2, CHARLIE, 3, Period(at(10), at(12))),
    )


@pytest.mark.parametrize("end", [9, 8])
def test_a_window_of_no_time_holds_nothing(end: float) -> None:
    rota = facts(shift(1, ALICE, 8, 18))
    assert resolve.final_schedule(rota, at(9), at(end)) == ()
    assert list(resolve.segments(rota, at(9), at(end))) == []


def test_the_next_change_of_a_level_ignores_the_other_levels() -> None:
    rota = facts(shift(1, ALICE, 8, 18), shift(2, BOB, 14, 18), shift(3, CHARLIE, 9, 11, level=2))
    assert resolve.next_change(rota, 1, at(9)) == at(14)
    assert resolve.next_change(rota, 1, at(14)) == at(18)
    assert resolve.next_change(rota, 1, at(18)) is None


@pytest.mark.parametrize(
    ("evening", "hours"), [((2027, 3, 27), 13), ((2027, 10, 30), 15), ((2027, 1, 4), 14)]
)
def test_a_night_over_a_clock_change_is_shorter_or_longer(
    evening: tuple[int, int, int], hours: int
) -> None:
    paris = ZoneInfo("Europe/Paris")
    start = datetime(*evening, 18, tzinfo=paris)
    morning = start.replace(hour=8) + timedelta(days=1)
    period = Period(start.astimezone(ZoneInfo("UTC")), morning.astimezone(ZoneInfo("UTC")))
    rota = ScheduleFacts((ShiftFact(1, ALICE, 1, period),))
    (entry,) = resolve.final_schedule(rota, start - timedelta(days=2), start + timedelta(days=2))
    assert entry.period.ends_at - entry.period.starts_at == timedelta(hours=hours)
    assert [s.who for s in resolve.on_call(rota, morning - SECOND)] == [ALICE]
    assert resolve.on_call(rota, morning) == ()


_shifts = st.lists(
    st.tuples(
        st.sampled_from([ALICE, BOB, CHARLIE, RECEPTION]),
        st.integers(0, 20),
        st.integers(1, 12),
        st.integers(1, 3),
    ),
    max_size=12,
)
_unreachable = st.dictionaries(
    st.sampled_from([ALICE, BOB, CHARLIE, RECEPTION]), st.sampled_from(GapReason)
)


@pytest.mark.requirement("PLA-14")
@given(
    rows=_shifts, unreachable=_unreachable, window=st.tuples(st.integers(0, 24), st.integers(1, 24))
)
def test_instant_window_and_gaps_agree_around_every_boundary(
    rows: list[tuple[object, int, int, int]],
    unreachable: dict[object, GapReason],
    window: tuple[int, int],
) -> None:
    shifts = tuple(
        shift(i, who, start, start + length, level)  # type: ignore[arg-type]
        for i, (who, start, length, level) in enumerate(rows, 1)
    )
    rota = ScheduleFacts(shifts, unreachable)  # type: ignore[arg-type]
    start, end = at(window[0]), at(window[0] + window[1])
    final = resolve.final_schedule(rota, start, end)
    gaps = coverage.gaps(rota, (Period(start, end),), start, end)
    edges = {start, end} | {e for s in shifts for e in (s.period.starts_at, s.period.ends_at)}
    for instant in sorted(e + d for e in edges for d in (-SECOND, 0 * SECOND, SECOND)):
        if start <= instant < end:
            now = {(s.level, s.who, s.shift) for s in resolve.on_call(rota, instant)}
            in_final = [e for e in final if resolve.covers(e.period, instant)]
            in_gaps = [g for g in gaps if resolve.covers(g.period, instant)]
            assert {(e.level, e.who, e.shift) for e in in_final} == now
            assert len(in_final) == len(now)
            assert len(in_gaps) == (0 if now else 1)
            if in_gaps:
                first = next(iter(resolve.standing(rota, instant)), None)
                assert in_gaps[0].reason == (
                    first.unreachable if first else GapReason.NOBODY_SCHEDULED
                )
