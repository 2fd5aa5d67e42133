"""A manager keeps the rota with the mouse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from oncall_portal.lib import clock
from scheduling.models import Staff
from scheduling.tests import build
from tests.browser.rota import WHOLE_MONTH, Rota, at, rows, shift, wednesday

ONE_DAY = timedelta(days=1)


@pytest.fixture
def march() -> Iterator[None]:
    """The first of March 2027, before the clocks of `in_every_zone` change."""
    with clock.driven_by(lambda: datetime(2027, 3, 1, tzinfo=UTC)):
        yield


# where the browser stands, and the Sunday on which the clock changes there
in_every_zone = pytest.mark.parametrize(
    ("zone", "sunday"),
    [
        ("America/New_York", date(2027, 3, 14)),
        ("Europe/Paris", date(2027, 3, 28)),
        ("Pacific/Auckland", date(2027, 4, 4)),
    ],
)


@pytest.mark.requirement("PLA-05")
@pytest.mark.usefixtures("march")
@in_every_zone
def test_a_person_dropped_on_a_slot_has_it_whatever_the_zone_of_the_browser(
    rota: Rota, alice: Staff, zone: str, sunday: date
) -> None:
    rota.browser.zone(zone)
    rota.open(on=sunday)
    rota.browser.drag(rota.person(alice), rota.place(12, day=sunday))
    rota.said("Alice Martin is on call")
    assert rows() == [("Alice Martin", 1, at(8, day=sunday), at(18, day=sunday))]


@pytest.mark.requirement("PLA-05")
@pytest.mark.usefixtures("march")
@in_every_zone
@pytest.mark.parametrize("view", ["week", "month"])
def test_a_bar_is_moved_in_time_and_to_another_level_whatever_the_zone(
    rota: Rota, alice: Staff, zone: str, sunday: date, view: str
) -> None:
    saturday = sunday - ONE_DAY
    row = build.shift(rota.schedule, alice, at(8, day=saturday), at(18, day=saturday))
    rota.browser.zone(zone)
    rota.browser.screen(*WHOLE_MONTH)
    rota.open(view, sunday)
    rota.browser.drag(rota.browser.point(rota.bar(row)), rota.place(13, 2, sunday))
    rota.said("moved to")
    assert rows() == [("Alice Martin", 2, at(8, day=sunday), at(18, day=sunday))]


@pytest.mark.usefixtures("march")
@in_every_zone
def test_a_bar_stands_at_its_hours_whatever_the_zone(
    rota: Rota, alice: Staff, zone: str, sunday: date
) -> None:
    saturday = sunday - ONE_DAY
    row = build.shift(rota.schedule, alice, at(20, day=saturday), at(8, day=sunday))
    rota.browser.zone(zone)
    rota.browser.screen(*WHOLE_MONTH)
    for view in ("week", "month"):
        rota.open(view, sunday)
        assert rota.ends(row) == [[f"Sat {saturday.day}", 20], [f"Sun {sunday.day}", 8]]


@pytest.mark.requirement("PLA-05")
@pytest.mark.parametrize("across", [0.3, 0.7])
def test_a_short_bar_of_the_month_is_moved_by_its_middle_half_and_keeps_its_hours(
    rota: Rota, alice: Staff, across: float
) -> None:
    thursday = wednesday() + ONE_DAY
    row = shift(rota.schedule, alice, 8, 18)
    rota.browser.screen(*WHOLE_MONTH)
    rota.open("month")
    start = rota.browser.point(rota.bar(row), at=(across, 0.5))
    rota.browser.drag(start, rota.place(20, 2, thursday))
    rota.said("moved to")
    assert rows() == [("Alice Martin", 2, at(8, day=thursday), at(18, day=thursday))]


def test_a_click_on_a_short_hole_of_the_month_asks_who_fills_it(rota: Rota, alice: Staff) -> None:
    shift(rota.schedule, alice, 0, 8)
    shift(rota.schedule, alice, 18, 23)
    rota.browser.screen(*WHOLE_MONTH)
    rota.open("month")
    rota.browser.click("#rota [data-gap][title*='08:00 → 18:00']")
    start = rota.browser.see("#shift-dialog [name=starts_local]")
    assert start.get_attribute("value") == f"{wednesday()}T08:00"


@pytest.mark.requirement("PLA-05")
@pytest.mark.usefixtures("march")
@in_every_zone
def test_the_end_of_a_bar_is_pulled_later_whatever_the_zone(
    rota: Rota, alice: Staff, zone: str, sunday: date
) -> None:
    row = build.shift(rota.schedule, alice, at(8, day=sunday), at(12, day=sunday))
    rota.browser.zone(zone)
    rota.open("day", sunday)
    edge = rota.browser.point(f"{rota.bar(row)} [data-edge=end]")
    rota.browser.drag(edge, (rota.place(14, day=sunday)[0], edge[1]))
    rota.said("is on call")
    assert rows() == [("Alice Martin", 1, at(8, day=sunday), at(14, day=sunday))]


def test_the_start_of_a_bar_is_pulled_earlier(rota: Rota, alice: Staff) -> None:
    row = shift(rota.schedule, alice, 8, 12)
    rota.open("day")
    edge = rota.browser.point(f"{rota.bar(row)} [data-edge=start]")
    rota.browser.drag(edge, (rota.place(6)[0], edge[1]))
    rota.said("is on call")
    assert rows() == [("Alice Martin", 1, at(6), at(12))]


def test_a_duty_is_deleted_in_its_dialog(rota: Rota, alice: Staff) -> None:
    row = shift(rota.schedule, alice, 8, 18)
    rota.open()
    rota.browser.click(rota.bar(row))
    rota.browser.click("#shift-dialog [data-delete]")
    rota.said("deleted")
    assert rows() == []


def test_a_drag_that_ends_outside_changes_nothing(rota: Rota, alice: Staff) -> None:
    shift(rota.schedule, alice, 8, 18)
    rota.open()
    before = rows()
    rota.browser.drag(rota.person(alice), rota.browser.point("[data-title]"))
    rota.settled()
    assert rows() == before


def test_bars_of_one_level_never_cover_each_other_also_after_a_move(
    rota: Rota, alice: Staff
) -> None:
    bruno = build.staff("Bruno Keller")
    short = shift(rota.schedule, alice, 8, 18)
    long = build.shift(rota.schedule, bruno, at(0), at(20, day=wednesday() + ONE_DAY), 2)
    rota.open()
    rota.browser.drag(rota.browser.point(rota.bar(short)), rota.place(13, 2))
    rota.said("moved to")
    rota.settled()
    upper, lower = (rota.browser.point(rota.bar(row))[1] for row in (long, short))
    height = rota.browser.run(f"return document.querySelector(`{rota.bar(long)}`).offsetHeight")
    assert lower - upper >= height
