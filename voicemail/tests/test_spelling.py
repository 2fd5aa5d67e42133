"""How a number is found however it is written, and taken out."""

from __future__ import annotations

import pytest

from voicemail.spelling import ERASED, finder, nameless_params, nameless_state, without

NUMBER = "+33698765432"


@pytest.mark.parametrize(
    "written",
    [
        *("+33698765432", "33698765432", "0033698765432", "0698765432", "06 98 76 54 32"),
        *("06.98.76.54.32", "06-98-76-54-32", "+33 6 98 76 54 32", "+33 (0)6 98 76 54 32"),
        *("+33\xa06\xa098\xa076\xa054\xa032", "0 6 9 8 7 6 5 4 3 2", "3 3 6 9 8 7 6 5 4 3 2"),
        *("00 33 6 98 76 54 32", "0, 6, 9, 8, 7, 6, 5, 4, 3, 2", "(06) 98/76/54/32"),
    ],
)
def test_a_number_is_found_in_every_usual_spelling(written: str) -> None:
    text = without(f"Call {written}, please", finder([NUMBER]))
    assert not [character for character in text if character.isdigit()]
    assert text.startswith("Call ")
    assert text.endswith(", please")


@pytest.mark.parametrize("other", ["+336987654321", "10698765432", "+33698765431", "6 98 76"])
def test_another_number_stays(other: str) -> None:
    assert without(other, finder([NUMBER])) == other


def test_a_name_goes_as_a_word_and_not_within_one() -> None:
    found = finder([], ["Roux"])
    assert without("ROUX and Rouxel", found) == f"{ERASED} and Rouxel"


def test_nothing_is_found_of_nobody() -> None:
    assert without("anything 0", finder([""], ["", "Al"])) == "anything 0"


def test_all_texts_of_a_value_are_cleaned() -> None:
    value = {"a": ["+33698765432", {"b": "x 0698765432"}], "n": 3, "z": None}
    assert without(value, finder([NUMBER])) == {
        "a": [ERASED, {"b": f"x {ERASED}"}],
        "n": 3,
        "z": None,
    }


def test_a_state_looks_as_if_the_number_was_withheld() -> None:
    state = {
        "caller": NUMBER,
        "place": {"digits": "0612"},
        "plan": {"stages": [{"whisper": "From 0 6 9 8 7 6 5 4 3 2."}]},
        "started_at": "2026-11-22T02:12:30Z",
    }
    assert nameless_state(state, finder([NUMBER])) == {
        "caller": "",
        "place": {"digits": ""},
        "plan": {"stages": [{"whisper": "From ."}]},
        "started_at": "2026-11-22T02:12:30Z",
    }


def test_keys_that_make_a_number_go_and_one_key_stays() -> None:
    nobody = finder([])
    assert nameless_params({"key": "0612345678", "name": ""}, nobody) == {"key": ERASED, "name": ""}
    assert nameless_params({"key": "2"}, nobody) == {"key": "2"}
