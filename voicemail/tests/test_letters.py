"""The words of an e-mail about a message."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from voicemail import letters
from voicemail.enums import Letter
from voicemail.tests.cast import NOW
from voicemail.types import MessageFacts

FACTS = MessageFacts(
    caller="+33698765432",
    number_name="Main line",
    dialled="+33970000001",
    left_at=NOW.astimezone(ZoneInfo("Europe/Paris")),
    duration_seconds=14.2,
    page="https://oncall.example.org/admin/voicemail/voicemailmessage/7/change/",
    own_zone="Europe/Paris",
)


def test_it_says_who_when_where_how_long_and_where_to_listen() -> None:
    assert letters.body(Letter.RECORDED, FACTS, attached=True) == (
        "A caller left a message.\n"
        "\n"
        "Caller: +33 6 98 76 54 32\n"
        "When: Sunday 22 November 2026, 03:12\n"
        "Number called: Main line, +33 9 70 00 00 01\n"
        "Length: 14 s\n"
        "\n"
        "The recording is attached.\n"
        "The message in the portal: "
        "https://oncall.example.org/admin/voicemail/voicemailmessage/7/change/\n"
    )


def test_a_reader_who_lives_by_another_clock_is_told_which_one_it_is() -> None:
    montreal = replace(FACTS, left_at=NOW.astimezone(ZoneInfo("America/Montreal")))
    with translation.override("fr"):
        body = letters.body(Letter.RECORDED, montreal, attached=False)
    assert "samedi 21 novembre 2026, 21:12 (America/Montreal)" in body


@pytest.mark.parametrize(
    ("letter", "subject"),
    [
        (Letter.RECORDED, "Message from +33 6 98 76 54 32 (14 s)"),
        (Letter.FOLLOWS, "Message from +33 6 98 76 54 32: the recording follows"),
        (Letter.LOST, "Message from +33 6 98 76 54 32: the recording could not be fetched"),
    ],
)
def test_the_subject_says_who_called_and_what_there_is(letter: Letter, subject: str) -> None:
    assert letters.subject(letter, FACTS) == subject


@pytest.mark.parametrize(
    ("seconds", "words"), [(None, "unknown length"), (59.6, "1 min 00 s"), (125, "2 min 05 s")]
)
def test_lengths_are_readable(seconds: float | None, words: str) -> None:
    facts = replace(FACTS, duration_seconds=seconds, caller="")
    assert letters.subject(Letter.RECORDED, facts) == f"Message from a withheld number ({words})"


@pytest.mark.parametrize(
    ("caller", "words"), [("", "a withheld number"), (None, "an unknown caller")]
)
def test_a_withheld_number_is_told_from_a_call_that_is_not_known(
    caller: str | None, words: str
) -> None:
    facts = replace(FACTS, caller=caller)
    assert letters.subject(Letter.FOLLOWS, facts) == f"Message from {words}: the recording follows"
    assert f"Caller: {words}\n" in letters.body(Letter.FOLLOWS, facts, attached=False)
