"""How long words take when they are read aloud: the watchdog ends a leg on these bounds."""

from __future__ import annotations

import pytest

from telephony import timing

SECOND = "x" * timing.SPEECH_CHARACTERS_PER_SECOND


def test_a_whisper_lasts_as_long_as_its_parts() -> None:
    assert [
        timing.whisper_seconds(""),
        timing.whisper_seconds(SECOND * 2),
        timing.whisper_seconds(SECOND * 2, 3),
    ] == [timing.WHISPER_SECONDS, timing.WHISPER_SECONDS + 2, timing.WHISPER_SECONDS + 5]


@pytest.mark.parametrize(("characters", "seconds"), [(-5, 0), (0, 0), (1, 1), (14, 1), (15, 2)])
def test_a_second_that_was_begun_counts(characters: int, seconds: int) -> None:
    assert timing.reading_seconds(characters) == seconds


def test_a_notice_lasts_as_long_as_in_its_longest_language() -> None:
    assert timing.notice_seconds([]) == timing.NOTICE_SECONDS
    assert timing.notice_seconds([SECOND, SECOND * 5, SECOND * 9]) == 9


@pytest.mark.parametrize(
    ("name", "digits", "seconds"),
    [
        (SECOND * 2, "0612345678", 2),
        ("", "0612345678", 5),
        ("", "061", 2),
        ("", "", timing.WITHHELD_SECONDS),
    ],
)
def test_a_caller_is_told_by_name_else_digit_by_digit(name: str, digits: str, seconds: int) -> None:
    assert timing.caller_seconds(name, digits) == seconds
