"""The slot in which somebody lands who is dropped on the rota at a time."""

from __future__ import annotations

from datetime import UTC, datetime

from scheduling import slots, wall
from scheduling.types import Period, ShiftFact, Who

PARIS = "Europe/Paris"
UTC_ZONE = "UTC"


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2027, 1, day, hour, tzinfo=UTC)


def period(start: tuple[int, int], end: tuple[int, int]) -> Period:
    return Period(at(*start), at(*end))


def shift(level: int, start: tuple[int, int], end: tuple[int, int], pk: int = 1) -> ShiftFact:
    return ShiftFact(pk, Who(staff=pk), level, period(start, end))


def tiles(shifts: list[ShiftFact], level: int = 1, days: int = 2) -> list[Period]:
    return slots.tile(shifts, level, Period(at(4), at(4 + days)), UTC_ZONE)


def test_an_empty_rota_is_cut_at_the_usual_handovers() -> None:
    assert tiles([], days=2) == [
        period((4, 0), (4, 8)),
        period((4, 8), (4, 18)),
        period((4, 18), (5, 8)),
        period((5, 8), (5, 18)),
        period((5, 18), (6, 0)),
    ]


def test_what_somebody_has_is_a_slot_as_it_stands_so_that_a_colleague_joins_it() -> None:
    assert tiles([shift(1, (4, 7), (4, 15))], days=1) == [
        period((4, 0), (4, 7)),
        period((4, 7), (4, 15)),
        period((4, 15), (5, 0)),
    ]


def test_a_hole_shorter_than_a_day_is_one_slot() -> None:
    shifts = [shift(1, (4, 0), (4, 12), 1), shift(1, (4, 18), (5, 0), 2)]
    assert tiles(shifts, days=1)[1] == period((4, 12), (4, 18))


def test_a_free_level_takes_the_hours_of_the_others() -> None:
    shifts = [shift(1, (4, 8), (4, 20), 1), shift(1, (4, 20), (5, 8), 2)]
    assert period((4, 20), (5, 8)) in tiles(shifts, level=2)


def test_a_slot_reaches_beyond_the_window_where_its_shift_does() -> None:
    assert tiles([shift(1, (3, 18), (4, 8))], days=1)[0] == period((3, 18), (4, 8))


def test_slots_touch_although_shifts_of_a_team_overlap() -> None:
    shifts = [shift(1, (4, 8), (4, 14), 1), shift(1, (4, 10), (4, 18), 2)]
    assert tiles(shifts, days=1)[1:3] == [period((4, 8), (4, 14)), period((4, 14), (4, 18))]


def test_a_long_free_stretch_is_cut_at_the_handovers_that_the_rota_has() -> None:
    shifts = [shift(1, (day, 9), (day, 21), day) for day in (4, 5)]
    free = [period((5, 21), (6, 9)), period((6, 9), (7, 9)), period((7, 9), (8, 0))]
    assert tiles(shifts, days=4)[-3:] == free


def test_handovers_are_told_by_the_wall_clock_on_both_sides_of_a_clock_change() -> None:
    months = (datetime(2027, 1, 4, 7, tzinfo=UTC), datetime(2027, 7, 5, 6, tzinfo=UTC))
    shifts = [
        ShiftFact(n, Who(staff=n), 1, Period(start, start.replace(hour=16)))
        for n, start in enumerate(months)
    ]
    assert [str(hour) for hour in slots.handovers(shifts, PARIS)] == ["08:00:00"]


def test_the_slots_of_a_night_with_a_clock_change_keep_their_hours() -> None:
    window = Period(datetime(2027, 3, 26, 23, tzinfo=UTC), datetime(2027, 3, 29, 22, tzinfo=UTC))
    local = [wall.wall(tile.starts_at, PARIS).hour for tile in slots.tile([], 1, window, PARIS)]
    assert local == [0, 8, 18, 8, 18, 8, 18]
