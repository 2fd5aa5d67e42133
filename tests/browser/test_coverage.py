"""A manager says when somebody must be reachable, row by row."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from selenium.webdriver.common.keys import Keys

from scheduling.enums import Role
from scheduling.models import Schedule
from scheduling.tests import build
from tests.browser import axe
from tests.browser.conftest import Site
from tests.browser.driver import Browser

ADD, ADD_HOLIDAY = "[data-weekly] > [data-rows] [data-add]", "[data-holiday-hours] [data-add]"
SAVE = "[name=_save]"
ROWS = "[data-weekly] > [data-rows] [data-row]"
NIGHTS = {"days": ["mo"], "from": "18:00", "to": "08:00"}
WEEKEND = {"days": ["sa"], "from": "00:00", "to": "00:00"}
SUNDAY = {"days": ["su"], "from": "09:00", "to": "12:00"}


@pytest.fixture
def rota(site: Site, browser: Browser) -> Schedule:
    site.enter(browser, Role.MANAGER)
    coverage = {"kind": "weekly", "hours": [NIGHTS, WEEKEND], "holidays": "as_usual"}
    return build.schedule("Paris", coverage=coverage)


def focused(browser: Browser) -> str:
    return str(browser.run("return document.activeElement.id"))


def by_mouse(browser: Browser) -> None:
    """Add two rows, the first of which stays empty, and fill the second one in."""
    browser.click(ADD)
    browser.click(ADD)
    assert focused(browser) == "id_coverage-hours-4-days_0"
    browser.click("label[for=id_coverage-hours-4-days_6]")
    browser.write("#id_coverage-hours-4-start", "0900AM")
    browser.write("#id_coverage-hours-4-end", "1200PM")
    browser.click(SAVE)


def by_keyboard(browser: Browser) -> None:
    """Add a row, and fill it in from where the focus is then."""
    browser.tab_to(ADD)
    browser.press(Keys.ENTER)
    assert focused(browser) == "id_coverage-hours-3-days_0"
    browser.press(*[Keys.TAB] * 6, Keys.SPACE, Keys.TAB, *"0900AM")
    browser.tab_to("#id_coverage-hours-3-end")
    browser.press(*"1200PM")
    browser.tab_to(SAVE)
    browser.press(Keys.ENTER)


@pytest.mark.parametrize("fill_in", [by_mouse, by_keyboard])
def test_a_row_of_hours_is_added_and_kept(
    browser: Browser, rota: Schedule, fill_in: Callable[[Browser], None]
) -> None:
    browser.open(f"/admin/scheduling/schedule/{rota.pk}/change/")
    fill_in(browser)
    browser.see(".messagelist", "Paris")
    rota.refresh_from_db()
    assert rota.coverage == {"kind": "weekly", "hours": [NIGHTS, WEEKEND, SUNDAY]}


def test_rows_for_public_holidays_are_added_among_themselves(
    browser: Browser, rota: Schedule
) -> None:
    browser.open(f"/admin/scheduling/schedule/{rota.pk}/change/")
    browser.choose("#id_coverage-holidays", "at these hours")
    browser.click(ADD_HOLIDAY)
    assert focused(browser) == "id_coverage-holiday_hours-2-start"
    browser.write("#id_coverage-holiday_hours-2-start", "0900AM")
    browser.write("#id_coverage-holiday_hours-2-end", "1200PM")
    assert axe.violations(browser) == []
    assert len(browser.all(ROWS)) == 3
    browser.click(SAVE)
    browser.see(".messagelist", "Paris")
    rota.refresh_from_db()
    assert rota.coverage["holidays"] == [{"from": "09:00", "to": "12:00"}]


def test_a_row_is_added_in_french_under_its_number(browser: Browser, rota: Schedule) -> None:
    browser.open("/admin/")
    browser.click("[name=language][value=fr]")
    browser.see("html[lang=fr] body")
    browser.open(f"/admin/scheduling/schedule/{rota.pk}/change/")
    browser.click(ADD, "Ajouter des horaires")
    legends = [browser.run("return arguments[0].textContent", row) for row in browser.all(ROWS)]
    assert [text.split("\n")[0].strip() for text in legends] == [
        f"Horaires {number}" for number in (1, 2, 3, 4)
    ]
