"""How long a text is, and which words stop texts."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.sms_text import (
    BASIC,
    EXTENDED,
    Encoding,
    Measure,
    Wish,
    measure,
    plain,
    unusual,
    wish,
)

GSM, UCS = Encoding.GSM7, Encoding.UCS2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Measure(GSM, 0, 0, 160)),
        ("a", Measure(GSM, 1, 1, 159)),
        ("a" * 160, Measure(GSM, 160, 1, 0)),
        ("a" * 161, Measure(GSM, 161, 2, 145)),
        ("a" * 306, Measure(GSM, 306, 2, 0)),
        ("a" * 307, Measure(GSM, 307, 3, 152)),
        ("€", Measure(GSM, 2, 1, 158)),
        ("€" * 80, Measure(GSM, 160, 1, 0)),
        ("€" * 81, Measure(GSM, 162, 2, 143)),  # 76 of them in the first part, one unit unused
        ("à é è ù ò Ç", Measure(GSM, 11, 1, 149)),
        ("ç", Measure(UCS, 1, 1, 69)),
        ("ê" * 70, Measure(UCS, 70, 1, 0)),
        ("ê" * 71, Measure(UCS, 71, 2, 63)),
        ("ê" * 135, Measure(UCS, 135, 3, 66)),
        ("🔥", Measure(UCS, 2, 1, 68)),
        ("🔥" * 36, Measure(UCS, 72, 2, 61)),  # 33 in the first part, one unit unused
        ("€ê", Measure(UCS, 2, 1, 68)),
    ],
)
def test_a_text_is_counted_as_the_network_counts_it(text: str, expected: Measure) -> None:
    assert measure(text) == expected


def test_the_alphabet_has_its_127_letters_and_10_more_by_escape() -> None:
    assert (len(set(BASIC)), len(set(EXTENDED))) == (127, 10)
    assert unusual(BASIC + EXTENDED) == ""


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text(alphabet="aé€ê🔥", max_size=400))
def test_parts_are_the_fewest_that_hold_a_text_or_one_more(text: str) -> None:
    found = measure(text)
    size = 153 if found.encoding is GSM else 67
    alone = 160 if found.encoding is GSM else 70
    fewest = math.ceil(found.length / size) if found.length > alone else min(found.length, 1)
    assert fewest <= found.parts <= fewest + 1
    assert 0 <= found.left < max(alone, size) + 1


def test_what_the_alphabet_lacks_is_named_once() -> None:
    assert unusual("Reçu, être là, ça ira") == "çê"


def test_typography_costs_nothing_and_letters_stay() -> None:
    assert (
        plain("\x00 L\u2019\u0153il\u00a0: \u00ab ê \u00bb\u2026\ud800\r\n ") == "L'oeil : « ê »..."
    )


@pytest.mark.parametrize(
    "text", ["STOP", " stop. ", "Stop!", "Arrêt", "ARRET", "unsubscribe", "FIN"]
)
def test_one_word_stops_texts(text: str) -> None:
    assert wish(text) is Wish.STOP


@pytest.mark.parametrize("text", ["START", "Start.", "unstop", "Réabonner", "reprendre"])
def test_one_word_starts_them_again(text: str) -> None:
    assert wish(text) is Wish.START


@pytest.mark.parametrize(
    "text", ["", "Stop calling at night", "stopped", "non stop", "yes", "restart", "🛑", "."]
)
def test_a_sentence_with_such_a_word_in_it_is_a_sentence(text: str) -> None:
    assert wish(text) is None
