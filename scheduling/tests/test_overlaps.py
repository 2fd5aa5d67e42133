"""Whether somebody would be on call twice at one place."""

from __future__ import annotations

from scheduling.overlaps import Stretch, overlaps
from scheduling.tests.facts import at
from scheduling.types import Period


def stretch(start: float, end: float, place: int = 1, row: int | None = None) -> Stretch:
    """Return somebody on call at a place between two hours."""
    return Stretch((place,), Period(at(start), at(end)), row)


def test_two_at_one_time_overlap() -> None:
    one, other = stretch(8, 10), stretch(9, 11)
    assert overlaps([other, one]) == [(other, one)]


def test_what_meets_at_an_instant_does_not_overlap() -> None:
    assert overlaps([stretch(8, 10), stretch(10, 12)]) == []


def test_two_at_different_places_do_not_overlap() -> None:
    assert overlaps([stretch(8, 10, place=1), stretch(8, 10, place=2)]) == []


def test_a_long_one_overlaps_all_that_begin_in_it() -> None:
    whole, first, second = stretch(0, 24), stretch(1, 2), stretch(22, 23)
    assert overlaps([second, first, whole]) == [(first, whole), (second, whole)]
