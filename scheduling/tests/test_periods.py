"""Sets of periods."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scheduling import periods
from scheduling.tests.facts import at
from scheduling.types import Period


def p(start: int, end: int) -> Period:
    return Period(at(start), at(end))


def hours(found: list[Period]) -> set[int]:
    """Return the hours of the day that `found` cover."""
    return {h for h in range(24) for q in found if q.starts_at <= at(h) < q.ends_at}


def test_touching_and_overlapping_periods_become_one() -> None:
    assert periods.merge([p(8, 10), p(1, 3), p(3, 4), p(9, 12), p(5, 5)]) == [p(1, 4), p(8, 12)]


def test_what_is_taken_out_of_the_middle_leaves_two() -> None:
    assert periods.subtract([p(1, 9)], [p(3, 4), p(8, 12)]) == [p(1, 3), p(4, 8)]


_sets = st.lists(
    st.tuples(st.integers(0, 22), st.integers(0, 6)).map(lambda t: p(t[0], min(t[0] + t[1], 24))),
    max_size=6,
)


@given(some=_sets, others=_sets)
def test_they_behave_as_sets_of_hours(some: list[Period], others: list[Period]) -> None:
    one, two = hours(some), hours(others)
    for found, expected in (
        (periods.merge(some), one),
        (periods.intersect(some, others), one & two),
        (periods.subtract(some, others), one - two),
    ):
        assert hours(found) == expected
        assert all(a.ends_at < b.starts_at for a, b in pairwise(found))
        assert all(q.starts_at < q.ends_at for q in found)
