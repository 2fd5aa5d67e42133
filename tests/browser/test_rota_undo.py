"""What was done to the rota in a browser is undone there, and done again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from selenium.webdriver.common.keys import Keys

from scheduling.models import Shift, Staff
from tests.browser.rota import Rota, at, rows, shift, wednesday

THURSDAY = wednesday() + timedelta(days=1)


def move(rota: Rota, row: Shift) -> None:
    rota.browser.drag(rota.browser.point(rota.bar(row)), rota.place(13, 2, THURSDAY))
    rota.said("moved to")


def resize(rota: Rota, row: Shift) -> None:
    rota.browser.focus(rota.bar(row))
    rota.browser.chord(Keys.ALT, Keys.SHIFT, Keys.ARROW_RIGHT)
    rota.said("is on call")


def delete(rota: Rota, row: Shift) -> None:
    rota.browser.focus(rota.bar(row))
    rota.browser.press(Keys.DELETE)
    rota.said("deleted")


@pytest.mark.parametrize("change", [move, resize, delete])
def test_a_change_is_undone_by_the_button_of_the_page(
    rota: Rota, alice: Staff, change: Callable[[Rota, Shift], None]
) -> None:
    row = shift(rota.schedule, alice, 8, 18)
    rota.open()
    before = rows()
    change(rota, row)
    assert rows() != before
    rota.browser.click("[data-undo]")
    rota.said("Undone")
    assert rows() == before


def test_a_person_put_on_call_is_taken_off_by_ctrl_z_and_put_back_by_ctrl_y(
    rota: Rota, alice: Staff
) -> None:
    rota.open()
    rota.browser.drag(rota.person(alice), rota.place(12))
    rota.said("Alice Martin is on call")
    rota.browser.chord(Keys.CONTROL, "z")
    rota.said("Undone")
    assert rows() == []
    rota.browser.chord(Keys.CONTROL, "y")
    rota.said("Done again")
    assert rows() == [("Alice Martin", 1, at(8), at(18))]


def test_the_message_of_a_change_undoes_it(rota: Rota, alice: Staff) -> None:
    row = shift(rota.schedule, alice, 8, 18)
    rota.open()
    before = rows()
    move(rota, row)
    rota.browser.click(".toast button", "Undo")
    rota.said("Undone")
    assert rows() == before


def test_what_somebody_else_did_is_not_undone(rota: Rota, alice: Staff) -> None:
    shift(rota.schedule, alice, 8, 18)
    rota.open()
    rota.browser.expect("status of 4")
    rota.browser.focus("[data-people] [data-person]")
    rota.browser.chord(Keys.CONTROL, "z")
    rota.said("There is nothing to undo")
