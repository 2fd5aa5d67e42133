"""Whatever a rotation says, its shifts are the same however they are asked for."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import groupby, pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduling import wall
from scheduling.enums import OnHolidays, TurnUnit
from scheduling.recurrence import YEARS_AHEAD, between, occurrences, turn_on, upcoming
from scheduling.tests.rules import ZONES, holidays_near, rotations
from scheduling.tests.slow_rota import first_instant, slow_occurrences
from scheduling.types import Rule

SOAK = os.environ.get("ONCALL_SOAK") == "1"
DAY = timedelta(days=1)
few = settings(
    max_examples=3000 if SOAK else 60,
    derandomize=not SOAK,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
Case = tuple[Rule, frozenset[date], date, date]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a rotation, public holidays, and days to ask about, mostly soon after its start."""
    rotation = draw(rotations())
    holidays = draw(holidays_near(rotation.counted_from))
    first = rotation.counted_from + draw(st.sampled_from((-5, 0, 3, 8, 90, 420))) * DAY
    return rotation, holidays, first, first + draw(st.integers(1, 40)) * DAY


@few
@given(cases())
def test_shifts_are_those_found_day_by_day(case: Case) -> None:
    rotation, holidays, first, until = case
    slow = [o for o in slow_occurrences(rotation, until, holidays) if first <= o.day]
    assert occurrences(rotation, first, until, holidays) == slow


@few
@given(cases(), st.integers(0, 40))
def test_a_window_split_anywhere_has_the_same_shifts(case: Case, place: int) -> None:
    rotation, holidays, first, until = case
    middle = min(first + place * DAY, until)
    one = occurrences(rotation, first, middle, holidays)
    other = occurrences(rotation, middle, until, holidays)
    assert one + other == occurrences(rotation, first, until, holidays)


@few
@given(cases(), st.integers(0, 100), st.integers(1, 200))
def test_the_shifts_of_a_stretch_are_those_of_a_longer_one_that_overlap_it(
    case: Case, start: int, length: int
) -> None:
    rotation, holidays, first, _ = case
    midnight = wall.instant(datetime.combine(first, time()), rotation.zone)
    since = midnight + start * timedelta(hours=1)
    until = since + length * timedelta(minutes=45)
    every = occurrences(rotation, first - 70 * DAY, first + 70 * DAY, holidays)
    overlapping = [o for o in every if o.period.starts_at < until and o.period.ends_at > since]
    assert between(rotation, since, until, holidays) == overlapping


@few
@given(cases())
def test_shifts_of_one_rotation_follow_each_other_without_overlap(case: Case) -> None:
    rotation, holidays, first, until = case
    found = occurrences(rotation, first, until, holidays)
    periods = [period for period, _ in groupby(found, lambda o: o.period)]
    assert all(one.ends_at <= other.starts_at for one, other in pairwise(periods))
    assert found == sorted(found, key=lambda o: (o.period.starts_at, o.slot))


@few
@given(
    rotations(recurrence="RRULE:FREQ=DAILY", end_day_offset=0, on_holidays=OnHolidays.AS_USUAL),
    st.booleans(),
)
def test_a_rotation_round_the_clock_has_no_hole_at_any_change_of_the_clock(
    rotation: Rule, by_hours: bool
) -> None:
    unit = TurnUnit.HOUR if by_hours else TurnUnit.DAY
    whole = replace(rotation, end_time=rotation.start_time, turn_unit=unit, ends_on=None)
    found = occurrences(whole, whole.starts_on, whole.starts_on + 20 * DAY)
    periods = [period for period, _ in groupby(found, lambda o: o.period)]
    assert len(periods) > 10
    assert all(one.ends_at == other.starts_at for one, other in pairwise(periods))


@few
@given(cases())
def test_turns_advance_by_one_and_none_is_skipped(case: Case) -> None:
    rotation, holidays, _, until = case
    counted = TurnUnit.HOUR if rotation.turn_unit is TurnUnit.HOUR else TurnUnit.SHIFT
    here = replace(rotation, turn_unit=counted, zone="UTC", starts_on=rotation.counted_from)
    if here.end_day_offset == 0 and here.end_time <= here.start_time:
        here = replace(here, end_day_offset=1)
    found = occurrences(replace(here, ends_on=None), here.counted_from, until, holidays)
    turns = [turn for turn, _ in groupby(found, lambda o: o.turn)]
    assert turns == list(range(len(turns)))
    each = 1 if counted is TurnUnit.HOUR else here.turn_count
    sizes = [
        len({(o.day, o.slot // 100) for o in group})
        for _, group in groupby(found, lambda o: o.turn)
    ]
    assert set(sizes[:-1]) <= {each}


@few
@given(cases())
def test_the_turn_of_a_day_is_that_of_its_first_shift(case: Case) -> None:
    rotation, holidays, first, until = case
    for day, group in groupby(occurrences(rotation, first, until, holidays), lambda o: o.day):
        shift = next(group)
        if rotation.turn_unit is not TurnUnit.HOUR or shift.slot == 0:
            assert turn_on(rotation, day, holidays) == shift.turn


@few
@given(cases(), st.integers(1, 12))
def test_upcoming_shifts_are_the_first_of_all_that_come(case: Case, count: int) -> None:
    rotation, holidays, first, _ = case
    found = upcoming(rotation, first, count, holidays)
    since = max(first, rotation.starts_on, rotation.counted_from)
    until = found[-1].day + DAY if len(found) == count else since + YEARS_AHEAD * 366 * DAY
    assert found == occurrences(rotation, first, until, holidays)[:count]


@few
@given(
    st.sampled_from(ZONES),
    st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    st.integers(0, 95),
)
def test_a_wall_clock_time_is_the_first_instant_that_shows_it(
    zone: str, day: date, quarter: int
) -> None:
    local = datetime.combine(day, time()) + quarter * timedelta(minutes=15)
    assert wall.instant(local, zone) == first_instant(local, zone)
