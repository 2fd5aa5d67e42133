"""What the calendar shows besides duties: holes, colours, today, and what is not yet saved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduling.models import Staff
from scheduling.tests import build
from tests.browser.rota import Rota, at, rows, shift, wednesday

HOLE = f"{wednesday():%a} {wednesday().day}, 12:00 → 18:00"
STYLE = "return getComputedStyle(arguments[0])[arguments[1]]"


@pytest.fixture
def hole(rota: Rota, alice: Staff) -> Rota:
    """A day with one hole: who is planned in it is not active."""
    shift(rota.schedule, alice, 0, 12)
    shift(rota.schedule, build.staff("Bruno Keller", active=False), 12, 18)
    build.shift(rota.schedule, alice, at(18), at(0, day=wednesday() + timedelta(days=1)))
    return rota


def test_a_hole_is_hatched_and_says_when_and_why(hole: Rota) -> None:
    hole.open("day")
    hatched = hole.browser.see("#rota .rota-gap.hatch")
    pattern = hole.browser.run(STYLE, hatched, "backgroundImage")
    assert pattern.startswith("repeating-linear-gradient(")
    hole.browser.see("#rota .rota-gap-words", f"No one {HOLE} · inactive")


def test_holes_are_listed_with_their_period_and_reason(hole: Rota) -> None:
    hole.open("day")
    hole.browser.see("[data-holes-button]", "1 hole")
    listed = [each.text for each in hole.browser.all("[data-holes] li")]
    assert listed == [f"{HOLE} · 6 h\ninactive · Bruno Keller\nFill"]


@pytest.mark.parametrize("opener", ["[data-holes] button", "#rota [data-gap]"])
def test_a_hole_is_filled_with_the_hours_that_it_has(hole: Rota, opener: str) -> None:
    hole.open("day")
    fill(hole, opener)
    assert rows()[3:] == [("Alice Martin", 1, at(12), at(18))]


def test_a_hole_is_filled_from_the_list_of_days(hole: Rota) -> None:
    hole.open("day")
    hole.browser.click("button[data-view=list]")
    fill(hole, f"#rota-list [data-day='{wednesday()}'] .rota-list-gap button")
    assert rows()[3:] == [("Alice Martin", 1, at(12), at(18))]


def fill(hole: Rota, opener: str) -> None:
    hole.browser.click(opener)
    hole.browser.see("#shift-dialog", "Put somebody on call")
    hole.browser.choose("#shift-who", "Alice Martin")
    hole.browser.click("#shift-dialog [type=submit]")
    hole.said("Alice Martin is on call")
