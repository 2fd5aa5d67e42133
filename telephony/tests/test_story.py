"""A call's events as sentences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import telephony
from scheduling.models import Schedule
from scheduling.tests import build
from telephony.models import PhoneNumber
from telephony.narrative import _LIVE, _RUNG, _SIMPLE
from telephony.story import (
    line_words,
    sentence,
    verdict,
    verdict_words,
    zone_of,
)
from telephony.story_words import LINES, REASONS, SENTENCES, VERDICTS
from telephony.tests.test_api import a_call
from telephony.tests.test_narrative import START
from telephony.types.visits import Line, Verdict

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


NARRATIVE = (Path(telephony.__path__[0]) / "narrative.py").read_text()


def test_every_line_and_verdict_of_the_narrative_has_words() -> None:
    told = set(re.findall(r"\bLine\([^,]+, \"(\w+)\"", NARRATIVE))
    told |= set(re.findall(r"(?:return|code =|else) \"(\w+)\"", NARRATIVE))
    told |= set(re.findall(r"Verdict\(\"(\w+)\"", NARRATIVE))
    told |= {code for values in (_RUNG, _SIMPLE, _LIVE) for code in values.values()}
    assert told - set(LINES) - set(VERDICTS) == {"diverted"}  # told like the event
    assert len(told) > 30


@pytest.mark.parametrize("code", sorted(LINES))
def test_every_line_is_complete_without_parameters(code: str) -> None:
    assert "%" not in line_words(Line(START, code))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            Line(
                START,
                "diverted",
                None,
                {
                    "of": "Main line",
                    "name": "Sam",
                    "until": "2026-11-20T07:00:00+00:00",
                    "zone": "Europe/Paris",
                    "by": "",
                },
            ),
            "Main line is diverted to Sam until Fri 20 Nov, 08:00.",
        ),
        (
            Line(START, "no_key", 1, {"name": "Bruno (mobile)", "after": 3, "seconds": 23}),
            "Bruno (mobile) was rung; the phone was picked up after 3 s but no key was pressed: "
            "most likely its own voicemail.",
        ),
        (
            Line(START, "spoke", 1, {"name": "Amélie", "seconds": 192}),
            "Amélie and the caller spoke for 3 min 12 s.",
        ),
        (
            Line(START, "left_out", None, {"name": "Chloé", "reason": "time_off"}),
            "Chloé was left out: time off.",
        ),
        (
            Line(START, "message_offered", None, {"reason": "nobody_answered", "seconds": 78}),
            "Nobody took the call after 1 min 18 s: the caller was asked to leave a message.",
        ),
        (
            Line(START, "withdrawn", 1, {"name": "Bruno", "seconds": 6, "reason": "taken"}),
            "The phone of Bruno rang for 6 s, until somebody else had taken the call.",
        ),
    ],
)
def test_a_line_is_said_in_words(line: Line, words: str) -> None:
    assert line_words(line) == words


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            Verdict("took_and_spoke", {"name": "Amélie", "after": 14, "talked": 192}),
            "Amélie took the call after 14 s and spoke for 3 min 12 s",
        ),
        (Verdict("message_left"), "Nobody answered; a message was left"),
        (Verdict("other", {"outcome": "line_full"}), "The call ended: line full"),
    ],
)
def test_a_verdict_is_said_in_words(found: Verdict, words: str) -> None:
    assert verdict_words(found) == words


@pytest.mark.django_db
def test_the_verdict_of_a_call_is_read_from_its_rows() -> None:
    assert verdict(a_call(build.staff("Bob"))) == "Bob took the call after 12 s"


@pytest.mark.django_db
def test_a_call_is_told_in_the_zone_of_its_schedule_else_of_the_house() -> None:
    call = a_call()
    assert zone_of(call, "Asia/Tokyo").key == "Asia/Tokyo"
    call.phone_number = PhoneNumber(schedule=Schedule(time_zone="America/New_York"))
    assert zone_of(call, "Asia/Tokyo").key == "America/New_York"
