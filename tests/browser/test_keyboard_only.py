"""From signing in to a call that is taken, and on: everything that a mouse does, by keys alone."""

from __future__ import annotations

from selenium.webdriver.common.keys import Keys

from scheduling.models import Shift, Staff
from tests.browser.rota import Rota

FOCUSED = "return document.activeElement.matches(arguments[0])"


def test_the_focus_is_on_the_duty_that_was_just_added(rota: Rota, alice: Staff) -> None:
    rota.open("day")
    rota.browser.press("/", "martin", Keys.ARROW_DOWN, Keys.ENTER)
    rota.browser.see("#shift-dialog")
    rota.browser.press(Keys.ENTER)
    rota.said("Alice Martin is on call")
    bar = rota.bar(Shift.objects.get())
    rota.browser.until(lambda: rota.browser.run(FOCUSED, bar), "the focus on the new duty")
