"""Avatars, badges, symbols and numbers, as templates ask for them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import Context, Template

from scheduling.models import Service, Staff


def render(source: str, **values: Any) -> str:
    return Template("{% load portal %}" + source).render(Context(values))


def test_a_person_is_round_and_a_service_square() -> None:
    person = Staff(name="Amélie Laurent", colour="#426bc6")
    desk = Service(name={"en": "Standard"}, colour="#66E6BA")
    assert render("{% avatar x %}", x=person) == (
        '<span class="av c-426bc6" aria-hidden="true">AL</span>'
    )
    assert render('{% avatar x "l" %}', x=desk) == (
        '<span class="av av-sq av-l c-66e6ba" aria-hidden="true">St</span>'
    )


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Amélie Laurent", "AL"), ("standard", "St"), ("Jean de la Tour", "JT"), ("", "?")],
)
def test_two_letters_stand_for_a_name(name: str, letters: str) -> None:
    assert render("{{ name|initials }}", name=name) == letters


def test_a_name_is_escaped() -> None:
    assert ">A&lt;<" in render("{% avatar x %}", x=Staff(name="a<", colour="#426bc6"))


def test_the_first_level_is_filled() -> None:
    assert render("{% level 1 %}{% level 2 %}") == (
        '<span class="lv lv-1"><span class="vh">Level </span>1</span>'
        '<span class="lv"><span class="vh">Level </span>2</span>'
    )


def test_every_symbol_that_a_template_asks_for_is_drawn() -> None:
    assert 'href="/static/img/icons.svg#phone"' in render('{% icon "phone" %}')
    base = Path(settings.BASE_DIR)
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (base / "static/img/icons.svg").read_text()))
    asked = {
        name
        for path in (base / "templates").rglob("*.html")
        for name in re.findall(r'{% icon "([\w-]+)"', path.read_text())
    }
    assert asked - drawn == set()


def test_a_number_is_spaced_and_kept_on_one_line() -> None:
    assert (
        render("{{ n|spaced }}", n="+33639980124") == "+33\u00a06\u00a039\u00a098\u00a001\u00a024"
    )
    assert render("{{ n|spaced }}", n=None) == ""
