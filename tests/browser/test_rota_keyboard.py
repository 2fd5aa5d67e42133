"""A manager keeps the rota without a mouse."""

from __future__ import annotations

from datetime import timedelta

import pytest
from selenium.webdriver.common.keys import Keys

from scheduling.models import Shift, Staff
from tests.browser.rota import Rota, at, rows, shift, wednesday

THURSDAY = wednesday() + timedelta(days=1)


@pytest.fixture
def row(rota: Rota, alice: Staff) -> Shift:
    """A shift whose bar has the focus, reached by Tab."""
    made = shift(rota.schedule, alice, 8, 12)
    rota.open("week")
    rota.browser.tab_to(rota.bar(made))
    return made


def test_somebody_is_found_by_name_and_put_into_the_first_hole(rota: Rota, alice: Staff) -> None:
    shift(rota.schedule, alice, 0, 9)
    rota.open("day")
    rota.browser.press("/", *"martin", Keys.ARROW_DOWN, Keys.ENTER)
    rota.browser.see("#shift-dialog")
    rota.browser.press(Keys.ENTER)
    rota.said("Alice Martin is on call")
    assert rows()[1:] == [("Alice Martin", 1, at(9), at(0, day=THURSDAY))]


def test_alt_and_arrows_move_a_bar_in_time(rota: Rota, row: Shift) -> None:
    rota.browser.chord(Keys.ALT, Keys.ARROW_RIGHT)
    rota.said("moved to")
    assert rows() == [("Alice Martin", 1, at(8, 30), at(12, 30))]


def test_alt_and_arrows_move_a_bar_of_the_month_by_a_day(rota: Rota, alice: Staff) -> None:
    row = shift(rota.schedule, alice, 8, 18)
    rota.open("month")
    rota.browser.focus(rota.bar(row))
    rota.browser.chord(Keys.ALT, Keys.ARROW_RIGHT)
    rota.said("moved to")
    assert rows() == [("Alice Martin", 1, at(8, day=THURSDAY), at(18, day=THURSDAY))]


def test_alt_and_arrows_move_a_bar_to_another_level(rota: Rota, row: Shift) -> None:
    rota.browser.chord(Keys.ALT, Keys.ARROW_DOWN)
    rota.said("level 2")
    assert rows() == [("Alice Martin", 2, at(8), at(12))]


def test_alt_shift_and_arrows_change_where_a_bar_ends(rota: Rota, row: Shift) -> None:
    rota.browser.chord(Keys.ALT, Keys.SHIFT, Keys.ARROW_RIGHT)
    rota.said("is on call")
    assert rows() == [("Alice Martin", 1, at(8), at(12, 30))]


def test_the_focus_stays_on_a_bar_that_was_moved(rota: Rota, row: Shift) -> None:
    rota.browser.chord(Keys.ALT, Keys.ARROW_RIGHT)
    rota.said("moved to")
    focused = "return document.activeElement.matches(arguments[0])"
    rota.browser.until(lambda: rota.browser.run(focused, rota.bar(row)), "the focus on the bar")
    rota.browser.chord(Keys.ALT, Keys.ARROW_RIGHT)
    rota.browser.until(lambda: rows()[0][2] == at(9), "the second move")


def test_delete_takes_a_duty_away(rota: Rota, row: Shift) -> None:
    rota.browser.press(Keys.DELETE)
    rota.said("deleted")
    assert rows() == []


def test_enter_opens_a_duty_and_escape_leaves_it_as_it_was(rota: Rota, row: Shift) -> None:
    rota.browser.press(Keys.ENTER)
    rota.browser.see("#shift-dialog", "Change this duty")
    rota.browser.press(Keys.ESCAPE)
    rota.browser.gone("#shift-dialog")
    assert rows() == [("Alice Martin", 1, at(8), at(12))]


def test_the_dialog_changes_the_level(rota: Rota, row: Shift) -> None:
    rota.browser.press(Keys.ENTER)
    rota.browser.see("#shift-dialog")
    rota.browser.tab_to("#shift-level")
    rota.browser.press("2")
    rota.browser.tab_to("#shift-dialog [type=submit]")
    rota.browser.press(Keys.ENTER)
    rota.said("changed")
    assert rows() == [("Alice Martin", 2, at(8), at(12))]
