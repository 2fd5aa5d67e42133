"""A manager writes down who can be on call."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from selenium.webdriver.common.keys import Keys

from scheduling.enums import Role
from scheduling.models import Staff
from scheduling.tests import build
from tests.browser.conftest import Site
from tests.browser.driver import Browser, Point
from tests.browser.test_calls import add_person

FIRST, SECOND = "+33199000171", "+33261910172"
ROW = "#numbers-group [data-row]"
TALL = 1600  # both rows are in view, so that nothing scrolls under a drag


@pytest.fixture(autouse=True)
def _manager(site: Site, browser: Browser) -> None:
    site.enter(browser, Role.MANAGER)


def order() -> list[str]:
    """Return the numbers in the database, in the order they are tried."""
    return [str(row.number) for row in Staff.objects.get().numbers.order_by("position")]


def test_a_person_is_added_with_two_numbers_in_order(browser: Browser) -> None:
    add_person(browser, "Dora Petit", "01 99 00 01 71", "02 61 91 01 72")
    assert order() == [FIRST, SECOND]


def way_up(browser: Browser) -> tuple[Point, Point]:
    """Return where the grip of the second number is, and a point high in the first row."""
    return browser.point(f"{ROW}:nth-child(2) [data-grip]"), browser.point(ROW, at=(0.5, 0.1))


def by_mouse(browser: Browser) -> None:
    browser.drag(*way_up(browser))


def by_finger(browser: Browser) -> None:
    browser.touch_drag(*way_up(browser))


def by_keys(browser: Browser) -> None:
    browser.tab_to("#id_numbers-1-label")
    browser.chord(Keys.ALT, Keys.ARROW_UP)


def by_button(browser: Browser) -> None:
    browser.click(f"{ROW}:nth-child(2) [data-up]")


@pytest.mark.requirement("PLA-02")
@pytest.mark.parametrize("move_up", [by_mouse, by_finger, by_keys, by_button])
def test_the_second_number_is_moved_above_the_first(
    browser: Browser, move_up: Callable[[Browser], None]
) -> None:
    dora = build.staff("Dora Petit", FIRST, SECOND)
    browser.screen(1180, TALL, touch=move_up is by_finger)
    browser.open(f"/admin/scheduling/staff/{dora.pk}/change/")
    move_up(browser)
    browser.see("#numbers-group [data-said]", "Moved: now number 1 of 2.")
    browser.click("[name=_save]")
    browser.see(".messagelist", "Dora Petit")
    assert order() == [SECOND, FIRST]
