"""Public holidays by country and part of a country."""

from __future__ import annotations

from datetime import date

import pytest

from scheduling import public_holidays

FRANCE = {"country": "FR", "subdivision": None}


def test_the_holidays_between_two_days_come_in_order_and_both_days_count() -> None:
    found = public_holidays.names(FRANCE, date(2027, 5, 1), date(2027, 5, 17), "fr")
    assert found == {
        date(2027, 5, 1): "Fête du Travail",
        date(2027, 5, 6): "Ascension",
        date(2027, 5, 8): "Fête de la Victoire",
        date(2027, 5, 17): "Lundi de Pentecôte",
    }


def test_a_stretch_over_new_year_reads_both_years() -> None:
    found = public_holidays.dates(FRANCE, date(2027, 12, 20), date(2028, 1, 10))
    assert found == {date(2027, 12, 25), date(2028, 1, 1)}


def test_a_part_of_a_country_has_holidays_of_its_own() -> None:
    alsace = {"country": "FR", "subdivision": "6AE"}
    day = date(2027, 12, 26)
    assert public_holidays.names(alsace, day, day, "fr") == {day: "Saint-Étienne"}
    assert public_holidays.names(FRANCE, day, day, "fr") == {}


def test_names_are_in_english_where_the_readers_language_is_not_known() -> None:
    day = date(2027, 3, 26)
    assert public_holidays.names({"country": "DE"}, day, day, "fr") == {day: "Good Friday"}


@pytest.mark.parametrize("value", [{}, None, {"country": None}, {"country": "XX"}])
def test_without_a_country_that_is_known_there_are_none(value: object) -> None:
    assert public_holidays.dates(value, date(2027, 1, 1), date(2027, 12, 31)) == frozenset()


@pytest.mark.parametrize("value", [{}, {"country": None}, FRANCE, {"country": "DE"}])
def test_a_country_that_is_known_is_taken(value: object) -> None:
    public_holidays.check(value)


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("FR", "country"),
        ({"country": "XX"}, "country"),
        ({"country": ["FR"]}, "country"),
        ({"subdivision": "6AE"}, "country"),
        ({"country": "FR", "subdivision": "BY"}, "subdivision"),
        ({"country": "FR", "subdivision": ["BY"]}, "subdivision"),
        ({"country": "FR", "region": "6AE"}, "key"),
    ],
)
def test_another_is_refused_and_named(value: object, key: str) -> None:
    with pytest.raises(public_holidays.UnknownCountry) as caught:
        public_holidays.check(value)
    assert caught.value.key == key


def test_the_countries_and_their_parts_can_be_listed_for_a_form() -> None:
    assert {"FR", "DE", "CA"} <= set(public_holidays.countries())
    assert public_holidays.subdivisions("FR")["6AE"] == "Alsace"
    with pytest.raises(public_holidays.UnknownCountry):
        public_holidays.subdivisions("XX")
