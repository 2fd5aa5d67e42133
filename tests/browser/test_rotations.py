"""A manager writes a rotation, and sees what comes of it before it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from oncall_portal.lib import clock
from scheduling import queries
from scheduling.enums import Role
from scheduling.models import Rotation, Schedule, Staff
from scheduling.tests import build
from tests.browser import axe
from tests.browser.conftest import Site
from tests.browser.driver import Browser

ADD = "/admin/scheduling/rotation/add/"
SENTENCE, SHIFTS = "[data-sentence]", "[data-shifts] li"
ROW = ".participants [data-row]"


@pytest.fixture(autouse=True)
def december() -> Iterator[None]:
    with clock.driven_by(lambda: datetime(2026, 12, 1, 8, tzinfo=UTC)):
        yield


@pytest.fixture
def schedule(site: Site, browser: Browser) -> Schedule:
    site.enter(browser, Role.MANAGER)
    return build.schedule("Paris")


@pytest.fixture
def people(schedule: Schedule) -> list[Staff]:
    return [build.staff(name) for name in ("Alice Martin", "Bob Ndiaye", "Chloé Roux")]


def choose_person(browser: Browser, row: int, name: str) -> None:
    if len(browser.all(ROW)) <= row:
        browser.click(".participants [data-add]")
    browser.choose(f"#id_participants-{row}-who", name)


def write_weekly(browser: Browser, people: list[Staff]) -> None:
    """Fill the form in: a week each, from Monday 4 January 2027."""
    browser.open(ADD)
    browser.choose("#id_schedule", "Paris")
    browser.write("#id_starts_on", "01042027")
    browser.write("#id_start_time", "0900AM")
    browser.write("#id_end_time", "0900AM")
    browser.write("#id_end_day_offset", "7")
    for number, person in enumerate(people):
        choose_person(browser, number, person.name)


def names(browser: Browser) -> list[str]:
    return [each.text for each in browser.all(f"{SHIFTS} b")]


def test_what_comes_of_a_rotation_is_told_while_it_is_written(
    browser: Browser, people: list[Staff]
) -> None:
    write_weekly(browser, people)
    browser.see(
        SENTENCE,
        "Every week on Monday at 09:00, for 7 days; Alice Martin, Bob Ndiaye and Chloé Roux take"
        " turns, each for one shift; it is the turn of Alice Martin on Monday 4 January 2027.",
    )
    assert len(names(browser)) == 10
    browser.choose("[name=recurrence_freq]", "days")
    browser.see(SENTENCE, "Every day at 09:00, until the next one starts")
    assert not Rotation.objects.exists()
    browser.click("[name=_save]")
    browser.see(".messagelist", "was added")
    row = Rotation.objects.get()
    assert queries.rule_of(row).recurrence == "RRULE:FREQ=DAILY"


def test_only_the_boxes_that_a_rule_needs_are_shown(browser: Browser, people: list[Staff]) -> None:
    browser.open(ADD)
    browser.see(".rule-days")
    browser.choose("[name=recurrence_freq]", "months")
    browser.gone(".rule-days")
    browser.see("[name=recurrence_month_day]")
    browser.choose("[name=recurrence_ordinal]", "on the last")
    browser.gone("[name=recurrence_month_day]")
    browser.see("[name=recurrence_weekday]")
    browser.choose("[name=recurrence_freq]", "by a rule, written out")
    browser.see("[name=recurrence_text]")


def test_a_row_moved_up_by_keys_has_the_earlier_turn_in_what_is_told(
    browser: Browser, people: list[Staff]
) -> None:
    write_weekly(browser, people)
    browser.see(SENTENCE, "it is the turn of Alice Martin")
    browser.focus("#id_participants-1-who")
    browser.chord(Keys.ALT, Keys.ARROW_UP)
    browser.see(SENTENCE, "it is the turn of Bob Ndiaye")
    browser.choose("#id_participants-0-turn", "together with the one above")
    browser.see(SENTENCE, "Bob Ndiaye + Alice Martin and Chloé Roux take turns")


def test_who_has_left_is_shown_as_such(browser: Browser, people: list[Staff]) -> None:
    write_weekly(browser, people)
    browser.click("[name=_continue]")
    browser.see(".messagelist", "was added")
    Staff.objects.filter(pk=people[2].pk).update(active=False)
    browser.open(f"/admin/scheduling/rotation/{Rotation.objects.get().pk}/change/")
    browser.see(SENTENCE, "Chloé Roux (inactive)")
    box = Select(browser.see("#id_participants-2-who"))
    assert box.first_selected_option.text == "Chloé Roux (inactive)"


def test_what_is_wrong_is_told_before_saving(browser: Browser, people: list[Staff]) -> None:
    write_weekly(browser, people)
    browser.see(SENTENCE, "take turns")
    browser.write("#id_ends_on", "01032027")
    browser.see(f"{SENTENCE}[data-tone=bad]", "The last day must not be before the first.")


@pytest.mark.parametrize("width", [1280, 360])
def test_the_form_can_be_used_by_everybody(
    browser: Browser, people: list[Staff], width: int
) -> None:
    write_weekly(browser, people)
    browser.see(SENTENCE, "take turns")
    browser.screen(width, 900, touch=width < 600)
    for theme in ("light", "dark"):
        browser.theme(theme)
        assert axe.violations(browser) == []
    assert browser.run("return document.documentElement.scrollWidth") <= width
