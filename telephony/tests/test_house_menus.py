"""The default scenario: every service within five levels, and what does not fit is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scheduling.models import ServiceCategory
from scheduling.tests import build
from telephony import house_menus, menus
from telephony.enums import GoalKind
from telephony.models import Menu, PhoneNumber
from telephony.types import Goal, Leaf, Place, Tree

pytestmark = pytest.mark.django_db


def chosen(tree: Tree, place: Place | Leaf) -> Iterator[tuple[int, Goal]]:
    """Yield every end that keys can lead to, with how many levels down it is."""
    assert isinstance(place, Place)
    if place.goal is not None:
        yield len(place.path), place.goal
        return
    for key in menus.menu(tree, place).keys:
        yield from chosen(tree, menus.press(tree, place, key))


def ends() -> list[tuple[int, Goal]]:
    tree = house_menus.default_tree(["en"])
    return [*chosen(tree, menus.enter(tree))]


def line(**values: object) -> PhoneNumber:
    row = {"name": "Line", "number": "+33970000001", "behaviour": "smart_voicemail"}
    return PhoneNumber.objects.create(**{**row, **values})


@pytest.mark.parametrize(("services", "deepest"), [(9, 1), (10, 2), (17, 2), (18, 3), (41, 5)])
def test_each_service_is_reached_once(services: int, deepest: int) -> None:
    rows = [build.service(f"S{number}") for number in range(services)]
    found = ends()
    assert [goal.target for _level, goal in found] == [row.pk for row in rows]
    assert max(level for level, _goal in found) == deepest
    assert house_menus.warning(line()) == ""


def test_what_five_levels_cannot_hold_is_offered_a_message_and_the_manager_is_told() -> None:
    for number in range(43):
        build.service(f"S{number}")
    found = ends()
    level, last = found[-1]
    assert (len(found), level) == (41, 5)
    assert last == Goal(GoalKind.VOICEMAIL, asks_number=True)
    told = (
        "3 services are beyond the five levels in which callers choose: give the number a menu "
        "of its own."
    )
    assert house_menus.warning(line()) == told


def test_a_category_beyond_five_levels_takes_the_message_by_its_name() -> None:
    for number in range(41):
        category = ServiceCategory.objects.create(name={"en": f"C{number}"}, position=number)
        build.service(f"S{number}", category=category)
    found = ends()
    assert len(found) == 41
    assert [goal.target for _level, goal in found[:8]] != [None] * 8
    level, last = found[-1]
    assert (level, last) == (5, Goal(GoalKind.VOICEMAIL, name={"en": "C40"}, asks_number=True))
    assert "9 services are beyond" in house_menus.warning(line())


@pytest.mark.parametrize("behaviour", ["on_call", "transfer"])
def test_it_is_told_of_numbers_only_whose_callers_choose_among_the_services(behaviour: str) -> None:
    for number in range(43):
        build.service(f"S{number}")
    number_row = line(behaviour=behaviour, forwarding_number="+33145678901")
    assert house_menus.warning(number_row) == ""
    number_row.behaviour = "transfer_then_voicemail"
    assert house_menus.warning(number_row) != ""
    number_row.menu = Menu.objects.create(name="Main")
    assert house_menus.warning(number_row) == ""
