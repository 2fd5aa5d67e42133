"""A manager keeps the rota with a finger."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduling.models import Override, Staff
from scheduling.tests import build
from tests.browser.rota import HOLD_S, WHOLE_MONTH, Rota, at, rows, shift, wednesday

THURSDAY = wednesday() + timedelta(days=1)


@pytest.fixture
def tablet(rota: Rota) -> Rota:
    rota.browser.screen(1180, 820, touch=True)
    return rota


@pytest.mark.requirement("PLA-05")
def test_a_person_held_and_pulled_onto_a_slot_has_it(tablet: Rota, alice: Staff) -> None:
    tablet.open()
    tablet.browser.touch_drag(tablet.person(alice), tablet.place(12), hold_s=HOLD_S)
    tablet.said("Alice Martin is on call")
    assert rows() == [("Alice Martin", 1, at(8), at(18))]


@pytest.mark.requirement("PLA-05")
def test_a_bar_held_and_pulled_is_moved(tablet: Rota, alice: Staff) -> None:
    row = shift(tablet.schedule, alice, 8, 18)
    tablet.open()
    start = tablet.browser.point(tablet.bar(row))
    tablet.browser.touch_drag(start, tablet.place(13, 2, THURSDAY), hold_s=HOLD_S)
    tablet.said("moved to")
    assert rows() == [("Alice Martin", 2, at(8, day=THURSDAY), at(18, day=THURSDAY))]


def test_a_short_bar_of_the_month_held_and_pulled_is_moved_and_keeps_its_hours(
    tablet: Rota, alice: Staff
) -> None:
    row = shift(tablet.schedule, alice, 8, 18)
    tablet.browser.screen(*WHOLE_MONTH, touch=True)
    tablet.open("month")
    start = tablet.browser.point(tablet.bar(row))
    tablet.browser.touch_drag(start, tablet.place(20, 2, THURSDAY), hold_s=HOLD_S)
    tablet.said("moved to")
    assert rows() == [("Alice Martin", 2, at(8, day=THURSDAY), at(18, day=THURSDAY))]


@pytest.mark.requirement("PLA-05")
def test_the_end_of_a_bar_held_and_pulled_is_later(tablet: Rota, alice: Staff) -> None:
    row = shift(tablet.schedule, alice, 8, 12)
    tablet.open("day")
    edge = tablet.browser.point(f"{tablet.bar(row)} [data-edge=end]")
    tablet.browser.touch_drag(edge, (tablet.place(14)[0], edge[1]), hold_s=HOLD_S)
    tablet.said("is on call")
    assert rows() == [("Alice Martin", 1, at(8), at(14))]


def test_a_tap_opens_a_duty(tablet: Rota, alice: Staff) -> None:
    row = shift(tablet.schedule, alice, 8, 18)
    tablet.open()
    tablet.browser.tap(tablet.browser.point(tablet.bar(row)))
    tablet.browser.see("#shift-dialog", "Change this duty")


def test_a_finger_that_moves_at_once_scrolls_and_changes_nothing(
    tablet: Rota, alice: Staff
) -> None:
    shift(tablet.schedule, alice, 8, 18)
    tablet.open()
    tablet.browser.touch_drag(tablet.person(alice), tablet.place(12))
    tablet.settled()
    assert rows() == [("Alice Martin", 1, at(8), at(18))]


def tap(tablet: Rota, css: str, text: str = "") -> None:
    tablet.browser.tap(tablet.browser.point(css, text))


def test_taps_copy_a_duty_to_the_day_after(tablet: Rota, alice: Staff) -> None:
    row = shift(tablet.schedule, alice, 8, 18)
    tablet.open()
    tap(tablet, tablet.bar(row))
    tap(tablet, "#shift-dialog [data-copy-shift]")
    tablet.browser.see("#copy-dialog [data-told]", "1 shift would be written.")
    tap(tablet, "#copy-dialog [type=submit]:enabled", "Copy (1)")
    tablet.said("1 shift copied")
    assert rows()[1:] == [("Alice Martin", 1, at(8, day=THURSDAY), at(18, day=THURSDAY))]


def test_taps_put_somebody_in_and_take_them_back(tablet: Rota, alice: Staff) -> None:
    row = shift(tablet.schedule, alice, 8, 18)
    bruno = build.staff("Bruno Keller")
    tablet.open()
    tap(tablet, tablet.bar(row))
    tap(tablet, "#shift-dialog [data-stand-in]")
    tablet.browser.choose("#standin-who", "Bruno Keller")  # the list itself is the system's
    tap(tablet, "#standin-dialog [type=submit]")
    tablet.said("the very next call obeys it")
    assert [(row.staff, row.whole) for row in Override.objects.all()] == [(bruno, True)]
    tap(tablet, "#rota [data-standin]")
    tap(tablet, "#standin-dialog [data-take-back]")
    tablet.said("Taken back")
    assert not Override.objects.exists()
