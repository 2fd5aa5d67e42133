"""Texts as the mobile network sees them: alphabet, length, parts; and the words that stop them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

# 3GPP TS 23.038, the default alphabet and its extension table (each of those counts twice).
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = "\f^{}\\[~]|€"
MAX_PARTS = 6  # what the platform advises to stay within

_BASIC, _EXTENDED = frozenset(BASIC), frozenset(EXTENDED)
# Typography for which the alphabet has a plain spelling that reads the same.
PLAIN = {
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{NO-BREAK SPACE}": " ",
    "\N{NARROW NO-BREAK SPACE}": " ",
    "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{NON-BREAKING HYPHEN}": "-",
    "œ": "oe",
    "Œ": "OE",
    "\t": " ",
}
_PLAIN = str.maketrans(PLAIN)
_STOP = frozenset(
    "stop stopall unsubscribe cancel end quit arret arreter desabonner desabonnement"
    " desinscrire desinscription fin".split()
)
_START = frozenset("start unstop subscribe reprendre reabonner abonner".split())


class Encoding(StrEnum):
    """How a text travels; one character outside the alphabet changes it for the whole."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


# What fits into a text alone, and into each part of several.
LIMITS = {Encoding.GSM7: (160, 153), Encoding.UCS2: (70, 67)}


class Wish(StrEnum):
    """What a caller may ask for in a single word."""

    STOP = "stop"
    START = "start"


@dataclass(frozen=True)
class Measure:
    """How a text travels: `length` of its units, of which `left` more fit into the last part."""

    encoding: Encoding
    length: int
    parts: int
    left: int


def plain(text: str) -> str:
    """Return `text` without what no database keeps, its typography in the network's alphabet.

    Quotes, dashes and unbreakable spaces alone would double the price; letters stay.
    """
    kept = "".join(each for each in text if each != "\x00" and not "\ud800" <= each <= "\udfff")
    return kept.replace("\r\n", "\n").translate(_PLAIN).strip()


def measure(text: str) -> Measure:
    """Return how `text` travels; parts are as a phone puts them together again."""
    encoding = Encoding.UCS2 if unusual(text) else Encoding.GSM7
    units = [_units(each, encoding) for each in text]
    alone, each_part = LIMITS[encoding]
    total = sum(units)
    if total <= alone:
        return Measure(encoding, total, 1 if total else 0, alone - total)
    parts, room = 0, 0
    for unit in units:
        if unit > room:  # a character is never cut in two
            parts, room = parts + 1, each_part
        room -= unit
    return Measure(encoding, total, parts, room)


def unusual(text: str) -> str:
    """Return the characters, each once, that the network's alphabet lacks."""
    return "".join(dict.fromkeys(each for each in text if each not in _BASIC | _EXTENDED))


def wish(text: str) -> Wish | None:
    """Return what a text asks for that is one such word alone, in English or French, else None."""
    letters = unicodedata.normalize("NFD", text.strip().casefold())
    word = re.sub(r"[\u0300-\u036f\s.!\"'-]", "", letters)
    if word in _STOP:
        return Wish.STOP
    return Wish.START if word in _START else None


def _units(character: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM7:
        return 2 if character in _EXTENDED else 1
    return 2 if ord(character) > 0xFFFF else 1
