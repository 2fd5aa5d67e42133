"""Lengths of time in words."""

from __future__ import annotations

import pytest

from oncall_portal.lib import spans


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "0 s"),
        (14.4, "14 s"),
        (59.6, "1 min 00 s"),
        (192, "3 min 12 s"),
        (3600, "1 h 00 min"),
        (7510, "2 h 05 min"),
    ],
)
def test_a_length_is_said_in_words(seconds: float, words: str) -> None:
    assert spans.words(seconds) == words
