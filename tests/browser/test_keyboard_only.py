"""From signing in to a call that is taken, and on: everything that a mouse does, by keys alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from selenium.webdriver.common.keys import Keys

from scheduling.models import Shift, Staff
from tests.browser.driver import Browser
from tests.browser.rota import Rota
from tests.browser.test_calls import TAKES
from tests.whole import Whole
from tests.whole_cast import LOGIN, PASSWORD, WEEKEND_LINE

FANNY, FANNY_HOME = "+33199000174", "+33261910174"
DAY, HOURS = timedelta(days=1), timedelta(hours=6)
FOCUSED = "return document.activeElement.matches(arguments[0])"
BAR = "#rota [data-shift]"


@pytest.mark.requirement("PLA-01")
def test_by_keyboard_alone_somebody_is_added_put_on_call_and_rung_and_the_rota_is_kept(
    browser: Browser, whole: Whole
) -> None:
    browser.base = f"http://127.0.0.1:{whole.portal.port}"
    sign_in(browser)
    add_fanny(browser)
    open_weekend(browser)
    put_on_call(browser)
    whole.phone(FANNY_HOME, "busy:0.2")
    whole.phone(FANNY, TAKES)
    call = whole.dial(WEEKEND_LINE)
    assert whole.ended(call) == "connected"
    assert (len(whole.rang(FANNY_HOME)), whole.talks_to(call)) == (1, [FANNY])
    keep_the_next_month(browser, whole)


def test_the_focus_is_on_the_duty_that_was_just_added(rota: Rota, alice: Staff) -> None:
    rota.open("day")
    rota.browser.press("/", "martin", Keys.ARROW_DOWN, Keys.ENTER)
    rota.browser.see("#shift-dialog")
    rota.browser.press(Keys.ENTER)
    rota.said("Alice Martin is on call")
    bar = rota.bar(Shift.objects.get())
    rota.browser.until(lambda: rota.browser.run(FOCUSED, bar), "the focus on the new duty")


def keep_the_next_month(browser: Browser, whole: Whole) -> None:
    """Put Fanny on call all next month; move that, lengthen it, delete it; undo all three."""
    activate(browser, "[data-next]")
    browser.gone(BAR)
    put_on_call(browser)
    now, (start, end) = duties(whole)
    moved, longer = [start + DAY, end + DAY], [start + DAY, end + DAY + HOURS]
    browser.chord(Keys.ALT, Keys.ARROW_RIGHT)
    said(browser, "moved to")
    assert duties(whole) == [now, moved]
    browser.chord(Keys.ALT, Keys.SHIFT, Keys.ARROW_RIGHT)
    said(browser, "is on call")
    assert duties(whole) == [now, longer]
    browser.press(Keys.DELETE)
    browser.see(".toast", "deleted")
    assert duties(whole) == [now]
    for before in (longer, moved, [start, end]):
        undo(browser)
        assert duties(whole) == [now, before]


def sign_in(browser: Browser) -> None:
    browser.open("/admin/login/")
    browser.see("#id_username")
    browser.tab_to("#id_username")
    browser.press(LOGIN, Keys.TAB, PASSWORD, Keys.ENTER)
    browser.until(lambda: browser.path == "/admin/", "the home page")


def add_fanny(browser: Browser) -> None:
    """Add a person with two numbers, in order."""
    activate(browser, ".tasks a[href*='/staff/']")
    activate(browser, "#content a[href*='/staff/add/']")
    browser.see("#id_name")
    browser.tab_to("#id_name")
    browser.press("Fanny Leroy")
    browser.tab_to("#id_numbers-0-number")
    browser.press(FANNY_HOME)
    activate(browser, "#numbers-group [data-add]")
    browser.until(lambda: browser.run(FOCUSED, "#id_numbers-1-number"), "the focus on it")
    browser.press(FANNY)
    activate(browser, "[name=_save]")
    browser.see(".messagelist", "Fanny Leroy")


def open_weekend(browser: Browser) -> None:
    """Open the calendar, and choose the rota by its first letter."""
    activate(browser, ".tasks a[href*='/calendar/']")
    browser.see("#rota[data-ready]")
    browser.tab_to("[data-schedule]")
    browser.press("w")
    browser.until(lambda: browser.driver.title.startswith("Weekend "), "the calendar")
    browser.see("#rota[data-ready]")


def put_on_call(browser: Browser) -> None:
    """Find Fanny by name, and put her into the first hole."""
    browser.press("/")
    browser.until(lambda: browser.run(FOCUSED, "[data-search]"), "the focus on the search")
    browser.chord(Keys.CONTROL, "a")
    browser.press("fanny", Keys.ARROW_DOWN, Keys.ENTER)
    browser.see("#shift-dialog")
    browser.press(Keys.ENTER)
    browser.gone("#shift-dialog")
    said(browser, "Fanny Leroy is on call")


def undo(browser: Browser) -> None:
    """Undo the latest change, and wait until the page shows it."""
    what = browser.see("[data-undo]").get_attribute("title")
    browser.chord(Keys.CONTROL, "z")
    browser.see(".toast", f"Undone: {what}")


def activate(browser: Browser, css: str) -> None:
    """Reach something by Tab and press Enter on it."""
    browser.see(css)
    browser.tab_to(css)
    browser.press(Keys.ENTER)


def said(browser: Browser, words: str) -> None:
    """Wait for the page to say this, and for the focus to be on the duty that it is about."""
    browser.see(".toast", words)
    browser.until(lambda: browser.run(FOCUSED, BAR), "the focus on a duty")


def duties(whole: Whole) -> list[list[datetime]]:
    """Return when Fanny is on call in the database, in the order in which that was planned."""
    found = whole.portal.query(
        "SELECT array_agg(ARRAY[lower(period), upper(period)] ORDER BY shift.id)"
        " FROM scheduling_shift shift JOIN scheduling_staff staff ON staff.id = staff_id"
        " WHERE staff.name = 'Fanny Leroy'"
    )
    assert isinstance(found, list)
    return found
