"""Of several greetings each language has one."""

from __future__ import annotations

from telephony.greetings import Greeting, Said, merged

PERSON: Said = ({"fr": "Alice"}, {})
NUMBER: Said = ({"fr": "Ligne", "en": "Line"}, {"en": "line-token"})
MAILBOX: Said = ({}, {"fr": "box-token", "en": "box-token"})


def test_the_first_goes_before_the_others_in_its_languages_only() -> None:
    assert merged([PERSON, NUMBER, MAILBOX]) == Greeting(
        {"fr": "Alice", "en": "Line"}, {"en": "line-token"}
    )


def test_a_later_recording_does_not_replace_an_earlier_text() -> None:
    assert merged([PERSON, MAILBOX]) == Greeting({"fr": "Alice"}, {"en": "box-token"})


def test_what_is_empty_does_not_count() -> None:
    assert merged([({"fr": " ", "en": ""}, {"en": ""}), NUMBER]) == merged([NUMBER])


def test_nothing_at_all_is_the_standard_greeting() -> None:
    assert merged([]) == merged([({}, {}), ({"fr": ""}, {})]) == Greeting()
