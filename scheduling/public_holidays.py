"""Public holidays of a country or of a part of it, as the library of holidays has them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache

import holidays
from holidays.registry import COUNTRIES

LONGEST_YEARS = 250  # what is asked at once; a mistake in a date must not reckon for ever


class UnknownCountry(ValueError):
    """There is no such country, or no such part of it: `country` or `subdivision` says which."""

    def __init__(self, key: str, value: object) -> None:
        super().__init__(f"{key}: {value!r}")
        self.key = key
        self.value = value


def check(value: object) -> None:
    """Raise UnknownCountry unless `value` is {} or {"country": "FR", "subdivision": null}.

    Subdivisions are those of the library, such as "6AE" for Alsace; the key may be left out.
    """
    if not isinstance(value, Mapping):
        raise UnknownCountry("country", value)
    if unknown := set(value) - {"country", "subdivision"}:
        raise UnknownCountry("key", min(map(str, unknown)))
    country, subdivision = value.get("country"), value.get("subdivision")
    if country is None and subdivision is None:
        return
    if country not in countries():
        raise UnknownCountry("country", country)
    if subdivision is not None and str(subdivision) not in subdivisions(str(country)):
        raise UnknownCountry("subdivision", subdivision)


def dates(value: object, first: date, last: date) -> frozenset[date]:
    """Return the public holidays from `first` to `last`, both included, of {"country", ...}.

    None where no country is named, or where the library does not know the one that is.
    """
    return frozenset(names(value, first, last))


def names(value: object, first: date, last: date, language: str = "en") -> dict[date, str]:
    """Return the public holidays from `first` to `last` with their names, in order.

    Names are in `language` where the library has it, else in English, else in the country's own.
    """
    if not isinstance(value, Mapping) or not value.get("country"):
        return {}
    found: dict[date, str] = {}
    for year in range(first.year, min(last.year, first.year + LONGEST_YEARS) + 1):
        of_year = _of_year(value["country"], value.get("subdivision"), year, language)
        found |= {day: name for day, name in of_year if first <= day <= last}
    return found


@cache
def countries() -> tuple[str, ...]:
    """Return the ISO codes of the countries whose holidays are known, in order."""
    return tuple(sorted({codes[1] for codes in COUNTRIES.values()}))


@cache
def subdivisions(country: str) -> dict[str, str]:
    """Return the parts of a country with holidays of their own, and what they are called there.

    Raises UnknownCountry.
    """
    found = _entity(country, None)
    called: dict[str, str] = {}
    for alias, code in getattr(found, "subdivisions_aliases", {}).items():
        called[code] = max(alias, called.get(code, ""), key=len)
    return {code: called.get(code, code) for code in found.subdivisions}


@lru_cache(maxsize=4096)
def _of_year(
    country: str, subdivision: str | None, year: int, language: str
) -> tuple[tuple[date, str], ...]:
    try:
        found = _entity(country, subdivision, year, language)
    except UnknownCountry:
        return ()
    return tuple(sorted((day, name) for day, name in found.items() if day.year == year))


def _entity(
    country: str, subdivision: str | None, year: int | None = None, language: str = ""
) -> holidays.HolidayBase:
    if country not in countries():
        raise UnknownCountry("country", country)
    known = holidays.country_holidays(country).supported_languages
    chosen = next((code for code in (language, "en_US", "en") if code in known), None)
    try:
        return holidays.country_holidays(country, subdiv=subdivision, years=year, language=chosen)
    except NotImplementedError as error:
        raise UnknownCountry("subdivision", subdivision) from error
