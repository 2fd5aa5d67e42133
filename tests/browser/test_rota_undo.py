"""What was done to the rota in a browser is undone there, and done again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from selenium.webdriver.common.keys import Keys

from oncall_portal.lib import acting
from scheduling import services
from scheduling.models import Shift, Staff
from scheduling.tests import build
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


def test_the_message_undoes_its_own_change_and_none_that_came_after_it(
    rota: Rota, alice: Staff
) -> None:
    row = shift(rota.schedule, alice, 8, 18)
    rota.open()
    move(rota, row)
    rota.browser.focus(".toast button")  # so that it stays
    with acting.by(User.objects.get()):
        values = {"schedule": rota.schedule, "staff": build.staff("Bruno"), "level": 1}
        later = services.create_shift({**values, "starts_at": at(8), "ends_at": at(18)})
    both = rows()
    rota.browser.run("document.querySelector('[data-next]').click()")
    rota.browser.gone(rota.bar(row))
    rota.browser.run("document.querySelector('[data-previous]').click()")
    rota.browser.see(rota.bar(later))
    rota.browser.expect("status of 409")
    rota.browser.press(Keys.ENTER)
    rota.said("Not saved", "-bad")
    assert rows() == both


def test_what_somebody_else_did_is_not_undone(rota: Rota, alice: Staff) -> None:
    shift(rota.schedule, alice, 8, 18)
    rota.open()
    rota.browser.expect("status of 4")
    rota.browser.focus("[data-people] [data-person]")
    rota.browser.chord(Keys.CONTROL, "z")
    rota.said("There is nothing to undo")
