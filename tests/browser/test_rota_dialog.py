"""The dialog of a duty, used by keyboard alone."""

from __future__ import annotations

from selenium.webdriver.common.keys import Keys

from scheduling.models import Staff
from tests.browser.rota import Rota, at, rows, shift

# in a field of a date and a time: over the three parts of the date, in whatever order
TO_THE_HOUR = [Keys.ARROW_RIGHT] * 3


def test_the_dialog_changes_from_when_until_when(rota: Rota, alice: Staff) -> None:
    row = shift(rota.schedule, alice, 8, 11)
    rota.open()
    rota.browser.tab_to(rota.bar(row))
    rota.browser.press(Keys.ENTER)
    rota.browser.see("#shift-dialog", "Change this duty")
    rota.browser.see("#shift-starts:focus")
    rota.browser.press(*TO_THE_HOUR, *"0930")
    rota.browser.tab_to("#shift-ends")
    rota.browser.press(*TO_THE_HOUR, *"1045")
    rota.browser.tab_to("#shift-dialog [type=submit]")
    rota.browser.press(Keys.ENTER)
    rota.said("changed")
    assert rows() == [("Alice Martin", 1, at(9, 30), at(10, 45))]


def test_an_end_before_the_start_is_told_where_it_is_entered(rota: Rota, alice: Staff) -> None:
    row = shift(rota.schedule, alice, 8, 11)
    rota.open()
    rota.browser.tab_to(rota.bar(row))
    rota.browser.press(Keys.ENTER)
    rota.browser.see("#shift-starts:focus")
    rota.browser.tab_to("#shift-ends")
    rota.browser.press(*TO_THE_HOUR, *"0745")
    rota.browser.tab_to("#shift-dialog [type=submit]")
    rota.browser.expect("status of 400")
    rota.browser.press(Keys.ENTER)
    rota.browser.see("#shift-ends[aria-invalid=true]:focus")
    assert rota.browser.text("[data-error=ends_local]") == "The end must be after the start."
    assert rows() == [("Alice Martin", 1, at(8), at(11))]
