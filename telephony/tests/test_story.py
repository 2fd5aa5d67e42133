"""A call's events as sentences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import telephony
from telephony.story import REASONS, SENTENCES, sentence

SOURCE = "".join(path.read_text() for path in Path(telephony.__path__[0]).glob("*.py"))


def test_every_event_that_is_ever_written_has_a_sentence() -> None:
    written = set(re.findall(r"\bnote\(\s*\"(\w+)\"", SOURCE))
    written |= set(re.findall(r"CallEvent\.objects\.create\([^)]*code=\"(\w+)\"", SOURCE))
    written |= set(re.findall(r"out_of_turn\((?:call, )?\"(\w+)\"", SOURCE))
    assert written - set(SENTENCES) == set()
    assert len(written) > 10


def test_every_reason_that_is_ever_given_has_words() -> None:
    given = set(re.findall(r"\bSkip\(\"(\w+)\"", SOURCE))
    given |= set(re.findall(r"end_unanswered\(\w+, \"(\w+)\"", SOURCE))
    given |= set(re.findall(r"reason=\"(\w+)\"", SOURCE))
    assert given - set(REASONS) == set()
    assert len(given) > 6


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_sentence_is_complete_without_parameters(code: str) -> None:
    assert "%" not in sentence(code, {}, "Bob")


@pytest.mark.parametrize(
    ("reason", "words"),
    [("level_2", "level 2"), ("no_number", "no usable number"), ("news", "news")],
)
def test_a_reason_is_said_in_words(reason: str, words: str) -> None:
    assert sentence("stage_started", {"reason": reason}) == f"Step: {words}"


def test_a_result_is_said_in_words() -> None:
    assert sentence("leg_result", {"result": "busy"}, "Bob") == "Bob: busy"


def test_what_came_out_of_turn_is_said_in_words() -> None:
    told = sentence("out_of_turn", {"what": "leg_rang"}, "Bob")
    words = "Reported late, twice or unasked, and changed nothing: The phone of Bob rings"
    assert told == words


def test_an_unknown_event_keeps_its_code() -> None:
    assert sentence("something_new", {}) == "something_new"
