"""Two people keep the same rota at the same time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduling.models import Shift, Staff
from scheduling.tests import build
from tests.browser.conftest import Site
from tests.browser.driver import Browser
from tests.browser.rota import Rota, at, rows, shift, wednesday

THURSDAY = wednesday() + timedelta(days=1)


@pytest.fixture
def other(site: Site, rota: Rota, other_browser: Browser) -> Rota:
    """The same rota, in the browser of an administrator."""
    site.enter(other_browser)
    return Rota(other_browser, rota.schedule)


@pytest.fixture
def row(rota: Rota, other: Rota, alice: Staff) -> Shift:
    """A shift that both look at."""
    made = shift(rota.schedule, alice, 8, 18)
    rota.open()
    other.open()
    return made


def test_who_comes_second_sees_it_taken_back_and_why(rota: Rota, other: Rota, row: Shift) -> None:
    rota.browser.drag(rota.browser.point(rota.bar(row)), rota.place(13, 1, THURSDAY))
    rota.said("moved to")
    other.browser.expect("status of 409")
    other.browser.drag(other.browser.point(other.bar(row)), other.place(13, 2))
    other.said("somebody else changed it first", "-bad")
    assert rows() == [("Alice Martin", 1, at(8, day=THURSDAY), at(18, day=THURSDAY))]
    cell = other.browser.point(other.bar(row))
    day = "return document.elementsFromPoint(...arguments).map((e) => e.dataset.day).find(Boolean)"
    assert other.browser.run(day, *cell) == THURSDAY.isoformat()


def test_a_slot_that_a_colleague_shares_is_refused_to_the_same_person_with_the_reason(
    rota: Rota, alice: Staff
) -> None:
    shift(rota.schedule, alice, 8, 18)
    rota.open()
    rota.browser.expect("status of 4")
    rota.browser.drag(rota.person(alice), rota.place(12))
    rota.said("Not saved", "-bad")
    assert rows() == [("Alice Martin", 1, at(8), at(18))]


def test_what_a_colleague_adds_appears_by_itself(rota: Rota, other: Rota, alice: Staff) -> None:
    rota.open()
    row = shift(rota.schedule, build.staff("Bruno"), 8, 18)
    rota.browser.see(rota.bar(row))
