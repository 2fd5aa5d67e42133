"""For how long what callers left is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from voicemail.retention import Due, Keep, Kind, due, until
from voicemail.tests.cast import NOW

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.mark.parametrize(
    ("age", "is_due"), [(DAY - SECOND, False), (DAY, True), (DAY + SECOND, True)]
)
def test_a_day_is_over_to_the_second(age: timedelta, is_due: bool) -> None:
    last = until(1, NOW)
    assert last is not None
    assert (NOW - age <= last) is is_due


def test_without_days_everything_is_kept_for_ever() -> None:
    assert until(None, NOW) is None
    assert due(Kind.AUDIO, Keep(), {1: Keep(), 2: Keep()}, NOW) == ()


def test_a_number_says_its_own_and_else_has_the_houses() -> None:
    numbers = {1: Keep(audio=7), 2: Keep(transcripts=7), 3: Keep(audio=30)}
    assert due(Kind.AUDIO, Keep(audio=30), numbers, NOW) == (
        Due(NOW - 30 * DAY, frozenset({None, 2, 3})),
        Due(NOW - 7 * DAY, frozenset({1})),
    )


def test_a_number_may_keep_for_a_time_what_the_house_keeps_for_ever() -> None:
    assert due(Kind.NUMBERS, Keep(), {1: Keep(numbers=1), 2: Keep()}, NOW) == (
        Due(NOW - DAY, frozenset({1})),
    )


def test_each_kind_has_its_own_days() -> None:
    keep = Keep(audio=1, transcripts=2, numbers=3)
    found = {kind: due(kind, keep, {}, NOW)[0].until for kind in Kind}
    assert found == {
        Kind.AUDIO: NOW - DAY,
        Kind.TRANSCRIPTS: NOW - 2 * DAY,
        Kind.NUMBERS: NOW - 3 * DAY,
    }
