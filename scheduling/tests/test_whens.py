"""Instants and lengths as people say them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from scheduling import whens
from scheduling.tests.facts import at


@pytest.mark.parametrize(
    ("minutes", "said"), [(45, "45 min"), (60, "1 h"), (90, "1 h 30"), (65, "1 h 05")]
)
def test_a_length_in_words(minutes: int, said: str) -> None:
    assert whens.length(timedelta(minutes=minutes)) == said


def test_a_span_names_its_second_day_only_where_it_is_another() -> None:
    assert whens.span(at(8), at(9), "UTC") == "Mon 4 Jan, 08:00 → 09:00"
    with translation.override("fr"):
        assert whens.span(at(8), at(24), "UTC") == "lun 4 jan, 08:00 → mar 5 jan, 00:00"
