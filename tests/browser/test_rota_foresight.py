"""What would be doubtful is told while a duty hovers: by mouse, by finger and by keyboard."""

from __future__ import annotations

from datetime import timedelta

import pytest
from selenium.webdriver.common.keys import Keys

from scheduling.models import RotaOperation, Staff
from scheduling.tests import build
from tests.browser.driver import Point
from tests.browser.rota import HOLD_S, Rota, at, rows, shift, wednesday

THURSDAY = wednesday() + timedelta(days=1)
BUBBLE = ".rota-bubble"


@pytest.fixture
def tired(rota: Rota, alice: Staff) -> Staff:
    """Alice, who is on call elsewhere until 6 on the Wednesday and from 20 on the Thursday."""
    lyon = build.schedule("Lyon")
    build.shift(lyon, alice, at(0), at(6))
    build.shift(lyon, alice, at(20, day=THURSDAY), at(23, day=THURSDAY))
    return alice


def middle(rota: Rota, bar: str) -> Point:
    return rota.browser.point(bar)


def edge(rota: Rota, bar: str) -> Point:
    return rota.browser.point(f"{bar} [data-edge=end]")


def warned(rota: Rota, text: str) -> None:
    rota.browser.see(f"{BUBBLE} .warn", f"Warning: Alice Martin: {text}")


def rested(rota: Rota, text: str) -> None:
    """Wait for the bubble to say this, and nothing doubtful."""
    rota.browser.see(BUBBLE, text)
    rota.browser.gone(f"{BUBBLE} .warn")


def test_whoever_is_dragged_to_where_they_had_no_rest(rota: Rota, tired: Staff) -> None:
    rota.open()
    with rota.browser.dragging(rota.person(tired), rota.place(12)):
        warned(rota, "2 h of rest only after Lyon")
        rota.browser.see(f"{BUBBLE} .strong", "08:00 → 18:00 · level 1")
    assert rows()[2:] == []


def test_a_bar_over_one_place_and_another(rota: Rota, tired: Staff) -> None:
    row = shift(rota.schedule, tired, 16, 18)
    rota.open()
    with rota.browser.dragging(middle(rota, rota.bar(row)), rota.place(11)) as go:
        warned(rota, "4 h of rest only after Lyon")
        go(rota.place(1, 2, THURSDAY))
        rested(rota, "level 2")
        go(rota.place(23, 1, THURSDAY))
        warned(rota, "also on call at this time: Lyon")
    assert rows()[2:] == [("Alice Martin", 1, at(16), at(18))]


def test_the_end_of_a_bar_that_leaves_too_little_rest_before_another_duty(
    rota: Rota, tired: Staff
) -> None:
    row = build.shift(rota.schedule, tired, at(5, day=THURSDAY), at(8, day=THURSDAY))
    rota.open("day", THURSDAY)
    start = edge(rota, rota.bar(row))
    with rota.browser.dragging(start, (rota.place(12, day=THURSDAY)[0], start[1])):
        warned(rota, "8 h of rest only after Paris")
    assert rows()[2:] == [("Alice Martin", 1, at(5, day=THURSDAY), at(8, day=THURSDAY))]


def test_a_finger_that_holds_a_bar_somewhere(rota: Rota, tired: Staff) -> None:
    row = shift(rota.schedule, tired, 16, 18)
    rota.browser.screen(1180, 820, touch=True)
    rota.open()
    start = middle(rota, rota.bar(row))
    with rota.browser.dragging(start, rota.place(11), hold_s=HOLD_S):
        warned(rota, "4 h of rest only after Lyon")
    assert rows()[2:] == [("Alice Martin", 1, at(16), at(18))]


def test_keys_let_a_bar_hover_and_escape_leaves_it(rota: Rota, tired: Staff) -> None:
    row = shift(rota.schedule, tired, 17, 20)
    rota.open()
    rota.browser.focus(rota.bar(row))
    with rota.browser.holding(Keys.ALT):
        rota.browser.press(Keys.ARROW_LEFT, Keys.ARROW_LEFT)
        warned(rota, "10 h of rest only after Lyon")
        rota.browser.see(f"{BUBBLE} .strong", "16:00 → ")
        rota.browser.press(Keys.ESCAPE)
        rota.browser.gone(BUBBLE)
    rota.settled()
    assert rows()[2:] == [("Alice Martin", 1, at(17), at(20))]


def test_many_presses_are_one_move(rota: Rota, tired: Staff) -> None:
    row = shift(rota.schedule, tired, 17, 20)
    rota.open()
    rota.browser.focus(rota.bar(row))
    with rota.browser.holding(Keys.ALT):
        rota.browser.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_DOWN)
        rested(rota, "18:00 → ")
    rota.said("level 2")
    assert rows()[2:] == [("Alice Martin", 2, at(18), at(21))]
    assert RotaOperation.objects.count() == 1


def test_keys_that_come_back_to_where_it_was_change_nothing(rota: Rota, tired: Staff) -> None:
    row = shift(rota.schedule, tired, 17, 20)
    rota.open()
    rota.browser.focus(rota.bar(row))
    with rota.browser.holding(Keys.ALT):
        rota.browser.press(Keys.ARROW_UP, Keys.ARROW_RIGHT, Keys.ARROW_LEFT)  # level 1 is the first
        rota.browser.see(BUBBLE, f"17:00 → Wed {wednesday().day}, 20:00 · level 1")
    rota.settled()
    rota.browser.until(lambda: not rota.browser.all(BUBBLE), "the end of it")
    row.refresh_from_db()
    assert (row.version, row.starts_at, row.ends_at) == (1, at(17), at(20))


def test_a_click_elsewhere_lets_go_of_what_keys_moved(rota: Rota, tired: Staff) -> None:
    row = shift(rota.schedule, tired, 17, 20)
    rota.open()
    rota.browser.focus(rota.bar(row))
    with rota.browser.holding(Keys.ALT):
        rota.browser.press(Keys.ARROW_RIGHT)
        rota.browser.see(BUBBLE, "17:30 → ")
        rota.browser.click("[data-title]")
        rota.browser.gone(BUBBLE)
    rota.settled()
    assert rows()[2:] == [("Alice Martin", 1, at(17), at(20))]


def test_a_drop_does_not_wait_for_the_answer(rota: Rota, tired: Staff) -> None:
    row = shift(rota.schedule, tired, 16, 18)
    rota.open()
    start = middle(rota, rota.bar(row))
    with rota.browser.held("*/preview/"):
        rota.browser.drag(start, rota.place(11))
        rota.said("moved to")
    assert rows()[2:] == [("Alice Martin", 1, at(10), at(12))]


def test_what_the_list_of_people_knows_is_not_told_twice(rota: Rota, tired: Staff) -> None:
    build.time_off(tired, at(9), at(10))
    rota.open()
    with rota.browser.dragging(rota.person(tired), rota.place(12)):
        warned(rota, "2 h of rest only after Lyon")
        told = [each.text for each in rota.browser.all(f"{BUBBLE} .warn")]
    day = wednesday().day
    assert told[0] == f"Alice Martin: away Wed {day}, 09:00 → 10:00"
    assert len(told) == 2
