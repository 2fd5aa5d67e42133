"""The rules of rest, and how much each person has."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from scheduling import load
from scheduling.duties import Duty
from scheduling.enums import ShiftWarning
from scheduling.load import Load, Warned
from scheduling.tests.facts import SECOND, at
from scheduling.types import Period

HOUR = timedelta(hours=1)
PARIS = "Europe/Paris"


def duty(
    shift: int | None,
    start: float,
    end: float,
    *,
    staff: int = 1,
    schedule: int = 1,
    level: int = 1,
) -> Duty:
    """Return a duty between two hours of Monday 4 January 2027 (UTC)."""
    return Duty(staff, schedule, level, shift, Period(at(start), at(end)))


def codes(*duties: Duty) -> dict[int, list[str]]:
    return {key: [w.code.value for w in found] for key, found in load.warnings(duties).items()}


def test_less_rest_than_the_rule_is_told_on_the_later_shift_with_its_length() -> None:
    night, day = duty(1, 0, 8), duty(2, 17, 24, schedule=2)
    assert load.warnings([day, night]) == {
        2: (Warned(ShiftWarning.REST_TOO_SHORT, night, 9 * HOUR),)
    }


@pytest.mark.parametrize(("rest", "told"), [(0, False), (1, True), (10.99, True), (11, False)])
def test_rest_counts_from_the_first_second_of_a_break_to_eleven_hours(
    rest: float, told: bool
) -> None:
    assert bool(codes(duty(1, 0, 8), duty(2, 8 + rest, 20 + rest))) is told


def test_rest_is_counted_from_whichever_duty_ends_last() -> None:
    long, short = duty(1, 0, 12), duty(2, 2, 4, level=2)
    found = load.warnings([long, short, duty(3, 20, 24)])
    assert found[3] == (Warned(ShiftWarning.REST_TOO_SHORT, long, 8 * HOUR),)


def test_what_begins_at_the_same_time_is_all_told() -> None:
    found = codes(
        duty(1, 0, 8), duty(2, 12, 14), duty(3, 12, 15, level=2), duty(4, 13, 15, level=3)
    )
    assert [key for key, theirs in found.items() if "rest_too_short" in theirs] == [2, 3]


def test_the_rest_of_others_does_not_matter() -> None:
    assert codes(duty(1, 0, 8), duty(2, 12, 20, staff=2)) == {}


def test_a_stand_in_for_an_hour_is_no_rest() -> None:
    assert codes(duty(1, 0, 8), duty(1, 9, 12)) == {}


def test_the_house_may_want_another_rest() -> None:
    both = [duty(1, 0, 8), duty(2, 17, 24)]
    assert load.warnings(both, min_rest=9 * HOUR) == {}
    assert list(load.warnings(both, min_rest=9 * HOUR + SECOND)) == [2]


def days(count: int, gap: float = 24) -> list[Duty]:
    """Return shifts of twelve hours, `gap` hours apart from start to start."""
    return [duty(n + 1, gap * n, gap * n + 12) for n in range(count)]


def test_seven_shifts_in_a_row_are_not_too_many() -> None:
    assert codes(*days(7)) == {}


def test_the_eighth_and_ninth_in_a_row_are_told_with_their_number() -> None:
    nine = days(9)
    assert load.warnings(nine) == {
        8: (Warned(ShiftWarning.TOO_MANY_IN_A_ROW, nine[6], count=8),),
        9: (Warned(ShiftWarning.TOO_MANY_IN_A_ROW, nine[7], count=9),),
    }


def test_without_a_rule_no_row_is_too_long() -> None:
    assert load.warnings(days(20), most_in_a_row=0) == {}


def test_a_shift_a_day_after_the_last_end_still_follows_it_and_a_second_later_not() -> None:
    assert list(codes(*days(8, gap=36))) == [8]
    assert codes(*days(8, gap=36 + 1 / 3600)) == {}


def test_a_day_off_begins_a_new_row() -> None:
    assert codes(*[each for each in days(12) if each.shift != 6]) == {}


def test_the_pieces_of_one_shift_count_once() -> None:
    eight = days(7)
    eight[:1] = [duty(1, 0, 4), duty(1, 5, 6), duty(1, 11, 12)]
    assert codes(*eight) == {}


def test_a_short_shift_during_a_long_one_does_not_end_the_row() -> None:
    row = [duty(1, 0, 72), duty(2, 1, 2, level=2), duty(3, 90, 91)]
    assert 3 in load.warnings(row, min_rest=timedelta(), most_in_a_row=2)


def test_two_duties_at_one_time_are_told_on_both_wherever_they_are() -> None:
    here, there = duty(1, 8, 18), duty(2, 12, 20, schedule=2, level=3)
    assert load.warnings([here, there]) == {
        1: (Warned(ShiftWarning.TWICE_AT_ONCE, there, count=1),),
        2: (Warned(ShiftWarning.TWICE_AT_ONCE, here, count=1),),
    }


def test_of_many_at_one_time_the_first_is_named_and_all_are_counted() -> None:
    all_day, *others = duty(1, 0, 24), duty(2, 1, 2, level=2), duty(3, 2, 3, level=2)
    assert load.warnings([all_day, *others])[1] == (
        Warned(ShiftWarning.TWICE_AT_ONCE, others[0], count=2),
    )


def test_the_pieces_of_a_shift_at_the_same_time_are_one_and_are_told_of_once() -> None:
    long, first, second = duty(1, 0, 8), duty(2, 1, 2, level=2), duty(2, 4, 5, level=2)
    assert load.warnings([long, first, second]) == {
        1: (Warned(ShiftWarning.TWICE_AT_ONCE, first, count=1),),
        2: (Warned(ShiftWarning.TWICE_AT_ONCE, long, count=1),),
    }


def test_a_handover_is_not_twice_at_once() -> None:
    assert codes(duty(1, 8, 18), duty(2, 18, 20)) == {}


def test_a_duty_without_a_row_counts_for_its_neighbours() -> None:
    assert list(codes(duty(None, 0, 8), duty(2, 9, 18))) == [2]
    (told,) = load.judged([duty(2, 0, 8), duty(None, 9, 18)])
    assert told[0] == duty(None, 9, 18)


def monday(start: float, end: float) -> Period:
    """Return hours of Monday 4 January 2027 by the clock of Paris."""
    return Period(at(start - 1), at(end - 1))


def of(*duties: Duty, window: Period | None = None, holidays: tuple[date, ...] = ()) -> Load:
    found = load.loads(duties, window or monday(-72, 240), PARIS, holidays)
    return found[1]


def paris(shift: int, start: float, end: float, level: int = 1) -> Duty:
    return Duty(1, 1, level, shift, monday(start, end))


def test_a_night_has_eight_hours_of_night() -> None:
    assert of(paris(1, 18, 32)) == Load(14 * HOUR, 1, 8 * HOUR, timedelta())


def test_the_hours_after_midnight_belong_to_the_night_before() -> None:
    assert of(paris(1, 0, 10)).night == 6 * HOUR


def test_a_week_end_is_saturday_and_sunday_by_the_wall_clock() -> None:
    assert of(paris(1, -60, 8)).days_off == 48 * HOUR  # from Friday noon to Monday morning


def test_a_holiday_counts_as_a_week_end_and_not_twice() -> None:
    days = (date(2027, 1, 3), date(2027, 1, 5))  # a Sunday and a Tuesday
    assert of(paris(1, -10, 4), paris(2, 20, 30), holidays=days).days_off == (10 + 6) * HOUR


def test_only_what_lies_in_the_window_counts() -> None:
    found = of(paris(1, 0, 10), paris(2, 20, 24), window=monday(8, 12))
    assert found == Load(2 * HOUR, 1, timedelta(), timedelta())


def test_two_duties_at_one_time_are_worked_once_and_are_two_shifts() -> None:
    assert of(paris(1, 8, 12), paris(2, 10, 14, level=2)) == Load(
        6 * HOUR, 2, timedelta(), timedelta()
    )


def test_whoever_has_nothing_in_the_window_has_no_load() -> None:
    assert load.loads([paris(1, 0, 4)], monday(8, 12), PARIS) == {}


def test_the_night_on_which_clocks_go_forward_is_an_hour_shorter() -> None:
    night = Period(datetime(2027, 3, 27, 21, tzinfo=UTC), datetime(2027, 3, 28, 4, tzinfo=UTC))
    found = load.loads([Duty(1, 1, 1, 1, night)], night, PARIS)[1]
    assert found == Load(7 * HOUR, 1, 7 * HOUR, 7 * HOUR)  # a Saturday and a Sunday
