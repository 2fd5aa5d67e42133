"""From the browser to the telephone: every process is real, and nothing is faked but Vonage."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.keys import Keys

from tests.browser.driver import Browser, Point
from tests.cast import CHLOE
from tests.whole import Whole
from tests.whole_cast import LOGIN, NEW_LINE, PASSWORD

DORA, DORA_HOME = "+33199000171", "+33261910172"
EMIL = "+33199000173"
ELSEWHERE = "+33612349999"
TAKES = "answers:0.5,press=1,press_after_s=0.5,talks=1"


@pytest.fixture
def portal(whole: Whole, browser: Browser) -> Browser:
    """The portal, with a manager who has just signed in."""
    browser.base = f"http://127.0.0.1:{whole.portal.port}"
    browser.open("/admin/login/")
    browser.write("#id_username", LOGIN)
    browser.write("#id_password", PASSWORD)
    browser.press(Keys.ENTER)
    browser.until(lambda: browser.path == "/admin/", "the home page")
    return browser


@pytest.mark.requirement("PLA-01")
def test_who_is_added_and_dragged_into_the_current_slot_is_rung_by_the_next_call(
    portal: Browser, whole: Whole
) -> None:
    add_person(portal, "Dora Petit", DORA_HOME, DORA)
    open_rota(portal, "New")
    portal.click("[data-view=day]")
    portal.see("#rota[data-view=day]")
    portal.drag(portal.point("[data-person]", "Dora Petit"), now(portal))
    portal.see(".toast", "Dora Petit is on call")
    whole.phone(DORA_HOME, "busy:0.2")
    whole.phone(DORA, TAKES)
    call = whole.dial(NEW_LINE)
    assert whole.ended(call) == "connected"
    assert (len(whole.rang(DORA_HOME)), whole.talks_to(call)) == (1, [DORA])


@pytest.mark.requirement("PLA-22")
def test_a_rota_diverted_now_rings_whom_it_is_diverted_to_until_that_is_ended(
    portal: Browser, whole: Whole
) -> None:
    whole.phone(CHLOE, TAKES)
    open_rota(portal, "New")
    portal.click("[data-dialog=divert]")
    portal.write("#divert [data-search] input", "chloe")
    portal.click("#divert label.goal", "Chloé")
    portal.click("#divert [type=submit]")
    portal.see(".banner", "New is diverted to Chloé until")
    call = whole.dial(NEW_LINE)
    assert (whole.ended(call), whole.talks_to(call)) == ("connected", [CHLOE])
    portal.open("/admin/telephony/call/")
    portal.click(".banner button", "End it now")
    portal.gone(".banner", "is diverted")
    whole.hang_up(whole.dial(NEW_LINE))
    assert len(whole.rang(CHLOE)) == 1


def test_a_test_call_from_a_persons_page_rings_them_and_key_1_verifies_the_number(
    portal: Browser, whole: Whole
) -> None:
    add_person(portal, "Emil Roux", EMIL)
    whole.phone(EMIL, TAKES)
    portal.click("#result_list a", "Emil Roux")
    assert portal.see("[data-test-told]").text == "never tested"
    portal.click("[data-test-call]", "Test call")
    portal.see("[data-test-told][data-tone=ok]", "works: key 1 was pressed")
    verified = "SELECT count(verified_at) FROM scheduling_contactnumber WHERE number = "
    assert whole.portal.query(f"{verified}'{EMIL}'") == 1


@pytest.mark.requirement("PLA-22")
def test_a_number_diverted_on_the_first_page_rings_whom_it_is_diverted_to(
    portal: Browser, whole: Whole
) -> None:
    whole.phone(ELSEWHERE, TAKES)
    portal.click(".page-head [data-dialog=divert]")
    portal.choose("#divert-target", "New line (+33 9 70 00 00 03)")
    portal.click("#divert label.goal", "Another number")
    portal.write("#divert-number", "06 12 34 99 99")
    portal.click("#divert [type=submit]")
    portal.see(".banner", "New line is diverted to +33 6 12 34 99 99 until")
    assert portal.path == "/admin/"
    call = whole.dial(NEW_LINE)
    assert (whole.ended(call), whole.talks_to(call)) == ("connected", [ELSEWHERE])
    portal.click(".banner button", "End it now")
    portal.gone(".banner", "is diverted")
    whole.hang_up(whole.dial(NEW_LINE))
    assert len(whole.rang(ELSEWHERE)) == 1


def add_person(browser: Browser, name: str, *numbers: str) -> None:
    """Add a person with their numbers, in order, by the form."""
    browser.open("/admin/scheduling/staff/add/")
    browser.write("#id_name", name)
    for position, number in enumerate(numbers):
        browser.click("#numbers-group [data-add]")
        browser.write(f"#id_numbers-{position}-number", number)
    browser.click("[name=_save]")
    browser.see("[role=status], .messagelist", name)


def open_rota(browser: Browser, name: str) -> None:
    """Open the calendar, and choose a rota in it."""
    browser.open("/admin/scheduling/schedule/calendar/")
    browser.choose("[data-schedule]", name)
    browser.until(lambda: browser.driver.title.startswith(f"{name} "), f"the calendar of {name}")
    browser.see("#rota[data-ready]")


def now(browser: Browser) -> Point:
    """Return the point of the first level that stands for now."""
    x, _y = browser.point(".rota-now", at=(1, 0))
    left, y = browser.point("[data-level='1']", at=(0, 0.5))
    right, _y = browser.point("[data-level='1']", at=(1, 0.5))
    return min(max(x + 2, left), right - 2), y
