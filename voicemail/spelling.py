"""A caller's number and name as texts tell them, and texts without them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import phonenumbers

ERASED = "…"
_BETWEEN = r"[^0-9A-Za-z]{0,3}"
_SHORTEST_NAME = 3
# What a machine's state tells of the caller by digits that need not be a whole number.
_KEYED = ("caller", "call_back", "digits")
_MOST_KEYS = 5


def pattern(number: str) -> str:
    """Return a regular expression, for Python and PostgreSQL, that finds an E.164 number.

    In E.164, without its plus, as people of its country write it, and read digit by digit.
    """
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        digits = re.sub(r"\D", "", number)
        return rf"(?<![0-9])\+?{_BETWEEN.join(digits)}(?![0-9])" if digits else r"(?!)"
    country = _BETWEEN.join(str(parsed.country_code))
    national = _BETWEEN.join(str(parsed.national_number))
    abroad = rf"(?:\+{_BETWEEN}|0{_BETWEEN}0{_BETWEEN})?{country}{_BETWEEN}(?:0{_BETWEEN})?"
    return rf"(?<![0-9])(?:{abroad}|0{_BETWEEN})?{national}(?![0-9])"


def finder(numbers: Iterable[str], names: Iterable[str] = ()) -> re.Pattern[str]:
    """Return what finds any of these numbers (E.164) or names; nothing where there are none."""
    known = [pattern(number) for number in sorted(set(numbers)) if number]
    told = sorted({name.strip() for name in names}, key=len, reverse=True)
    known += [rf"(?<!\w){re.escape(name)}(?!\w)" for name in told if len(name) >= _SHORTEST_NAME]
    return re.compile("|".join(known) or r"(?!)", re.IGNORECASE)


def without(value: Any, found: re.Pattern[str], put: str = ERASED) -> Any:
    """Return a text, or all texts of a JSON value, with `put` for what is found."""
    match value:
        case str():
            return found.sub(put, value)
        case dict():
            return {key: without(each, found, put) for key, each in value.items()}
        case list():
            return [without(each, found, put) for each in value]
    return value


def nameless_state(state: Any, found: re.Pattern[str]) -> Any:
    """Return the state of a call's machine as if the caller had withheld their number."""
    match state:
        case dict():
            return {
                key: "" if key in _KEYED and isinstance(each, str) else nameless_state(each, found)
                for key, each in state.items()
            }
        case list():
            return [nameless_state(each, found) for each in state]
    return without(state, found, "")


def nameless_params(params: dict[str, Any], found: re.Pattern[str]) -> dict[str, Any]:
    """Return the parameters of an event without the caller, nor a number that was keyed in."""
    kept: dict[str, Any] = without(params, found)
    keys = kept.get("key")
    return {**kept, "key": ERASED} if isinstance(keys, str) and len(keys) > _MOST_KEYS else kept
