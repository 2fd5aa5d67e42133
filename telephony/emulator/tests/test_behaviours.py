"""Behaviours as text, and telephone numbers in any spelling."""

from __future__ import annotations

import pytest

from telephony.emulator import (
    Answers,
    Behaviour,
    Busy,
    HangsUp,
    Ignores,
    Invalid,
    Machine,
    Manual,
    Rejects,
    Unreachable,
    parse_behaviour,
)
from telephony.emulator.behaviours import behaviour_text
from telephony.emulator.tests.bench import ANNA, bench

TEXTS: list[tuple[str, Behaviour]] = [
    ("answers", Answers()),
    ("answers:6", Answers(after_s=6)),
    ("answers:4,press=1", Answers(after_s=4, presses=["1"])),
    ("answers:4,press=1,press=2,talks=5", Answers(presses=["1", "2"], talks_s=5)),
    ("answers:4,hangs_up=9", Answers(hangs_up_after_s=9)),
    ("ignores", Ignores()),
    ("busy", Busy()),
    ("rejects", Rejects()),
    ("unreachable", Unreachable()),
    ("invalid", Invalid()),
    ("manual", Manual()),
    ("machine", Machine()),
    ("machine:8", Machine(after_s=8)),
    ("hangs_up:3", HangsUp(after_s=3)),
    ("hangs_up:0,press=1", HangsUp(after_s=0, press="1")),
]


@pytest.mark.parametrize(("text", "behaviour"), TEXTS)
def test_a_behaviour_is_read(text: str, behaviour: Behaviour) -> None:
    assert parse_behaviour(text) == behaviour
    assert parse_behaviour(behaviour_text(behaviour)) == behaviour


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("sleeps", "unknown behaviour 'sleeps'"),
        ("answers:soon", "after_s must be a number of seconds, not 'soon'"),
        ("busy:1,press=1", "busy knows no 'press'"),
        ("ignores:4", "ignores knows no 'after_s'"),
    ],
)
def test_nonsense_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_behaviour(text)


def test_a_number_is_one_telephone_in_any_spelling() -> None:
    platform = bench().platform
    assert platform.phone("+33 6 12 34 56 01") is platform.phone(ANNA)
