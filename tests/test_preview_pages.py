"""What would happen, on a page of its own and as a part of the pages of numbers and menus."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from scheduling.enums import Role
from scheduling.tests.logins import login
from telephony.enums import GoalKind
from telephony.models import Menu, MenuOption
from tests import cast
from tests.cast import CALLER, Cast, on_duty

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    made = cast.create()
    on_duty(made.schedule, made.bruno)
    return made


@pytest.fixture
def page() -> Client:
    client = Client()
    client.force_login(login(Role.MANAGER))
    return client


def shown(page: Client, people: Cast, part: str = "", **asked: str) -> Any:
    values = {"at": "2026-03-02T10:00", "caller": CALLER, **asked}
    return page.get(f"/admin/telephony/phonenumber/{people.line.pk}/preview/{part}", values)


def test_the_page_works_without_scripts_by_the_clock_of_the_schedule(
    page: Client, people: Cast
) -> None:
    told = shown(page, people).content.decode()
    assert "Bruno is rung" in told
    assert "On the clock in Paris." in told
    assert "The caller leaves a message: General" in told


def test_the_part_is_the_way_alone(page: Client, people: Cast) -> None:
    told = shown(page, people, "part/").content.decode()
    assert "Bruno is rung" in told
    assert "<form" not in told


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("at", "yesterday"),
        ("at", "9999-12-31T23:59"),
        ("caller", "Bruno"),
        ("digits", "x"),
        ("taker", "x"),
    ],
)
def test_what_is_wrong_is_said_beside_its_question(
    page: Client, people: Cast, field: str, value: str
) -> None:
    answer = shown(page, people, "part/", **{field: value})
    assert f'data-for="{field}"' in answer.content.decode()


def test_those_who_are_rung_may_be_chosen_as_who_takes_the_call(page: Client, people: Cast) -> None:
    offered = f'<li data-id="{people.bruno.pk}">Bruno</li>'
    assert offered in shown(page, people, "part/").content.decode()
    told = shown(page, people, taker=str(people.bruno.pk)).content.decode()
    assert "Bruno speaks with the caller" in told
    assert f'<option value="{people.bruno.pk}" selected>Bruno</option>' in told
    absent = shown(page, people, taker=str(people.alice.pk)).content.decode()
    assert "The caller leaves a message: General" in absent
    assert f'<option value="{people.alice.pk}" selected>Alice</option>' in absent


def test_a_closed_minute_is_said_first(page: Client, people: Cast) -> None:
    day = {"days": ["tu"], "from": "09:00", "to": "12:00"}
    people.line.opening_hours = {"time_zone": "Europe/Paris", "weekly": [day]}
    people.line.save()
    told = shown(page, people, "part/").content.decode()
    assert told.index("Closed at this minute") < told.index("We are closed at the moment.")


def test_the_page_of_a_number_holds_the_panel(page: Client, people: Cast) -> None:
    told = page.get(f"/admin/telephony/phonenumber/{people.line.pk}/change/").content.decode()
    assert 'id="what-would-happen"' in told


def test_a_menu_has_a_panel_and_a_page_too(page: Client, people: Cast) -> None:
    menu = Menu.objects.create(name="Main", welcome={"en": "Welcome."})
    MenuOption.objects.create(menu=menu, key="1", kind=GoalKind.HANG_UP.value)
    address = f"/admin/telephony/menu/{menu.pk}"
    assert 'id="what-would-happen"' in page.get(f"{address}/change/").content.decode()
    asked = page.get(f"{address}/preview/", {"digits": "11"}).content.decode()
    assert "The call ends here" in asked
