"""Instants and lengths as people say them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from scheduling import whens
from scheduling.tests.facts import at


@pytest.mark.parametrize(
    ("minutes", "said"), [(45, "45 min"), (60, "1 h"), (90, "1 h 30"), (65, "1 h 05")]
)
def test_a_length_in_words(minutes: int, said: str) -> None:
    assert whens.length(timedelta(minutes=minutes)) == said


@pytest.mark.parametrize(
    ("hour", "zone", "own", "said"),
    [
        (at(8), "Europe/Paris", "Europe/Paris", "x"),
        (at(8), "Europe/Paris", "America/Montreal", "x (Europe/Paris)"),
        (datetime(2027, 10, 31, 1, 30, tzinfo=UTC), "Europe/Paris", "Europe/Paris", "x CET"),
        (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "Europe/Paris", "UTC", "x CEST (Europe/Paris)"),
    ],
)
def test_a_clock_is_named_only_where_it_might_be_taken_for_another(
    hour: datetime, zone: str, own: str, said: str
) -> None:
    assert whens.with_zone("x", hour, zone, own) == said


def test_a_span_names_its_second_day_only_where_it_is_another() -> None:
    assert whens.span(at(8), at(9), "UTC") == "Mon 4 Jan, 08:00 → 09:00"
    with translation.override("fr"):
        assert whens.span(at(8), at(24), "UTC") == "lun 4 jan, 08:00 → mar 5 jan, 00:00"
