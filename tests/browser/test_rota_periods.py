"""A predefined period is dropped in one gesture: by mouse, by finger and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from selenium.webdriver.common.keys import Keys

from oncall_portal.lib import clock
from scheduling.models import IntendedGap, ShiftTemplate, Staff
from scheduling.tests import build
from tests.browser.driver import Point
from tests.browser.rota import HOLD_S, Rota, at, rows, shift, wednesday

pytestmark = pytest.mark.requirement("PLA-06")
ONE_DAY = timedelta(days=1)
THURSDAY = wednesday() + ONE_DAY
FRIDAY = wednesday() + 2 * ONE_DAY


@pytest.fixture
def night(rota: Rota) -> ShiftTemplate:
    days = ["mo", "tu", "we", "th"]
    return build.template(rota.schedule, "Night", "18:00", "08:00", weekdays=days, level=2)


@pytest.fixture
def march() -> Iterator[None]:
    """The first of March 2027, before the clocks change."""
    with clock.driven_by(lambda: datetime(2027, 3, 1, tzinfo=UTC)):
        yield


def tile(rota: Rota, period: ShiftTemplate) -> Point:
    return rota.browser.point(f"[data-period='{period.pk}']")


def choose(rota: Rota, period: ShiftTemplate) -> None:
    rota.browser.click(f"[data-period='{period.pk}']")
    rota.browser.see("[data-hint]", f"{period.name} is chosen")


def result(rota: Rota, day: date) -> Point:
    """Return a point of a day in the row of who takes the call."""
    return rota.browser.point(f"[data-day='{day.isoformat()}'][data-row=result]")


def test_a_person_dropped_while_a_period_is_chosen_has_it_on_that_day(
    rota: Rota, alice: Staff, night: ShiftTemplate
) -> None:
    rota.open()
    choose(rota, night)
    rota.browser.drag(rota.person(alice), rota.place(3))
    rota.said("Alice Martin is on call")
    assert rows() == [("Alice Martin", 1, at(18), at(8, day=THURSDAY))]


def test_in_the_row_of_the_result_it_has_the_level_of_the_period(
    rota: Rota, alice: Staff, night: ShiftTemplate
) -> None:
    rota.open()
    choose(rota, night)
    rota.browser.drag(rota.person(alice), result(rota, wednesday()))
    rota.said("Alice Martin is on call")
    assert rows() == [("Alice Martin", 2, at(18), at(8, day=THURSDAY))]


@pytest.mark.parametrize("view", ["month", "week", "day"])
def test_a_period_dropped_on_a_day_asks_who_takes_it(
    rota: Rota, alice: Staff, night: ShiftTemplate, view: str
) -> None:
    build.staff("Bruno Keller")
    rota.browser.screen(1600, 900)
    rota.open(view)
    rota.browser.drag(tile(rota, night), rota.place(12))
    rota.browser.see("#who-dialog h2", "Night")
    rota.browser.click("#who-dialog [data-person]", "Alice Martin")
    rota.said("Alice Martin is on call")
    assert rows() == [("Alice Martin", 1, at(18), at(8, day=THURSDAY))]


def test_who_takes_it_is_found_by_part_of_a_name(
    rota: Rota, alice: Staff, night: ShiftTemplate
) -> None:
    build.staff("Bruno Keller")
    rota.open()
    rota.browser.drag(tile(rota, night), rota.place(12))
    rota.browser.see("#who-dialog")
    rota.browser.press(*"mart", Keys.ENTER)
    rota.said("Alice Martin is on call")
    assert rows() == [("Alice Martin", 1, at(18), at(8, day=THURSDAY))]


def test_nobody_chosen_leaves_the_rota_as_it_is(
    rota: Rota, alice: Staff, night: ShiftTemplate
) -> None:
    rota.open()
    rota.browser.drag(tile(rota, night), rota.place(12))
    rota.browser.see("#who-dialog")
    rota.browser.press(Keys.ESCAPE)
    rota.settled()
    assert rows() == []


def test_on_another_weekday_it_says_why_not(rota: Rota, alice: Staff, night: ShiftTemplate) -> None:
    rota.open()
    choose(rota, night)
    rota.browser.drag(rota.person(alice), rota.place(12, day=FRIDAY))
    rota.settled()
    rota.browser.click(f"#rota [data-day='{FRIDAY.isoformat()}'][data-level='1']")
    rota.said("Night starts on Mon, Tue, Wed, Thu only", "-bad")
    assert rows() == []


def test_while_it_is_dragged_the_other_weekdays_are_hatched_and_the_bubble_says_why(
    rota: Rota, alice: Staff, night: ShiftTemplate
) -> None:
    rota.open()
    with rota.browser.dragging(tile(rota, night), rota.place(12, day=FRIDAY)):
        rota.browser.see(".rota-bubble", "Night starts on Mon, Tue, Wed, Thu only")
        hatched = rota.browser.all("#rota [data-level='1'].rota-not-here")
        days = [each.get_attribute("data-day") for each in hatched]
        assert days == [(FRIDAY + n * ONE_DAY).isoformat() for n in range(3)]
    assert rota.browser.all("#rota .rota-not-here") == []


def test_a_click_on_a_day_puts_the_chosen_period_there(
    rota: Rota, alice: Staff, night: ShiftTemplate
) -> None:
    rota.open()
    choose(rota, night)
    rota.browser.click(f"#rota [data-day='{wednesday().isoformat()}'][data-level='1']")
    rota.browser.click("#who-dialog [data-person]", "Alice Martin")
    rota.said("Alice Martin is on call")
    assert rows() == [("Alice Martin", 1, at(18), at(8, day=THURSDAY))]


def test_escape_lets_go_of_the_period(rota: Rota, alice: Staff, night: ShiftTemplate) -> None:
    rota.open()
    choose(rota, night)
    rota.browser.press(Keys.ESCAPE)
    rota.browser.see("[data-hint]", "Drag into the calendar")
    rota.browser.drag(rota.person(alice), rota.place(12))
    rota.said("Alice Martin is on call")
    assert rows() == [("Alice Martin", 1, at(8), at(18))]


@pytest.mark.usefixtures("march")
@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Paris", "Pacific/Auckland"])
def test_a_night_over_a_change_of_the_clock_keeps_its_hours_whatever_the_zone(
    rota: Rota, alice: Staff, zone: str
) -> None:
    night = build.template(rota.schedule, "Night", "18:00", "08:00")
    saturday, sunday = date(2027, 3, 27), date(2027, 3, 28)
    rota.browser.zone(zone)
    rota.open(on=saturday)
    choose(rota, night)
    rota.browser.drag(rota.person(alice), rota.place(12, day=saturday))
    rota.said("Alice Martin is on call")
    assert rows() == [("Alice Martin", 1, at(18, day=saturday), at(8, day=sunday))]


@pytest.fixture
def tablet(rota: Rota) -> Rota:
    rota.browser.screen(1180, 820, touch=True)
    return rota


def test_a_finger_pulls_a_person_onto_a_day_for_the_chosen_period(
    tablet: Rota, alice: Staff, night: ShiftTemplate
) -> None:
    tablet.open()
    tablet.browser.tap(tile(tablet, night))
    tablet.browser.see("[data-hint]", "Night is chosen")
    tablet.browser.touch_drag(tablet.person(alice), tablet.place(12), hold_s=HOLD_S)
    tablet.said("Alice Martin is on call")
    assert rows() == [("Alice Martin", 1, at(18), at(8, day=THURSDAY))]


def test_a_finger_pulls_a_period_onto_a_day(
    tablet: Rota, alice: Staff, night: ShiftTemplate
) -> None:
    tablet.open()
    tablet.browser.touch_drag(tile(tablet, night), tablet.place(12), hold_s=HOLD_S)
    tablet.browser.see("#who-dialog")
    tablet.browser.tap(tablet.browser.point("#who-dialog [data-person]", "Alice Martin"))
    tablet.said("Alice Martin is on call")
    assert rows() == [("Alice Martin", 1, at(18), at(8, day=THURSDAY))]


def test_by_keyboard_the_chosen_period_fills_the_first_hole_that_it_can(
    rota: Rota, alice: Staff, night: ShiftTemplate
) -> None:
    shift(rota.schedule, alice, 0, 24 - 1)
    rota.open("day")
    rota.browser.tab_to(f"[data-period='{night.pk}']")
    rota.browser.press(Keys.ENTER)
    rota.browser.see("[data-hint]", "Night is chosen")
    rota.browser.press("/", *"martin", Keys.ARROW_DOWN, Keys.ENTER)
    rota.browser.see("#shift-dialog")
    rota.browser.focus("#shift-dialog [type=submit]")
    rota.browser.press(Keys.ENTER)
    rota.said("Alice Martin is on call")
    assert rows()[1:] == [("Alice Martin", 2, at(18), at(8, day=THURSDAY))]


def test_a_chosen_period_is_suggested_where_a_hole_lies_in_it(
    rota: Rota, alice: Staff, night: ShiftTemplate
) -> None:
    monday = wednesday() - 2 * ONE_DAY
    build.shift(rota.schedule, alice, at(0, day=monday), at(12))
    closed = (at(18), at(8, day=THURSDAY))  # as long as the night between the two holes
    IntendedGap.objects.create(schedule=rota.schedule, period=closed)
    rota.open()
    choose(rota, night)
    assert suggested(rota, alice) == f"{night.pk}/{THURSDAY}"


def test_without_a_hole_that_it_fills_the_first_slot_is_suggested(
    rota: Rota, alice: Staff, night: ShiftTemplate
) -> None:
    monday = wednesday() - 2 * ONE_DAY
    build.shift(rota.schedule, alice, at(0, day=monday), at(0, day=monday + 7 * ONE_DAY))
    rota.open()
    choose(rota, night)
    assert suggested(rota, alice) == f"{night.pk}/{monday}"


def suggested(rota: Rota, who: Staff) -> str | None:
    """Choose somebody; return the slot of a period that the dialog begins with."""
    rota.browser.click(f"[data-person=staff-{who.pk}]")
    return rota.browser.see("#shift-slot").get_attribute("value")


def test_the_dialog_offers_the_slots_of_every_period(
    rota: Rota, alice: Staff, night: ShiftTemplate
) -> None:
    rota.open("day")
    rota.browser.click("[data-add]")
    rota.browser.choose("#shift-who", "Alice Martin")
    day = f"{wednesday():%a} {wednesday().day}, 18:00 → {THURSDAY:%a} {THURSDAY.day}, 08:00"
    rota.browser.choose("#shift-slot", day)
    rota.browser.click("#shift-dialog [type=submit]")
    rota.said("Alice Martin is on call")
    assert rows() == [("Alice Martin", 2, at(18), at(8, day=THURSDAY))]
