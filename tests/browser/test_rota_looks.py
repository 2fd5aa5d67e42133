"""What the calendar shows besides duties: holes, colours, today, and what is not yet saved."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from oncall_portal.lib import clock
from scheduling.models import Schedule, Staff
from scheduling.tests import build
from tests.browser.rota import Rota, at, rows, shift, wednesday

HOLE = f"{wednesday():%a} {wednesday().day}, 12:00 → 18:00"
# no hour has the same date in both
WEST, EAST = "Pacific/Pago_Pago", "Pacific/Kiritimati"


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
    pattern = style(hole, hatched, "backgroundImage")
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
    hole.browser.see("#shift-dialog header", f"Put somebody on call\nNo one {HOLE} · inactive")
    hole.browser.choose("#shift-who", "Alice Martin")
    hole.browser.click("#shift-dialog [type=submit]")
    hole.said("Alice Martin is on call")


@pytest.mark.requirement("PLA-04")
def test_people_and_services_stand_in_their_colours_in_the_list(rota: Rota) -> None:
    """People are round, services square."""
    build.staff("Alice Martin", colour="#7c1556")
    build.service("Reception", colour="#123456")
    rota.open()
    person = rota.browser.see("[data-list=staff] .av")
    service = rota.browser.see("[data-list=service] .av")
    looks = [
        (style(rota, each, "backgroundColor"), style(rota, each, "borderRadius") == "50%")
        for each in (person, service)
    ]
    assert looks == [("rgb(124, 21, 86)", True), ("rgb(18, 52, 86)", False)]


def test_bars_have_the_colour_of_whom_they_are_of(rota: Rota) -> None:
    shift(rota.schedule, build.staff("Alice Martin", colour="#7c1556"), 8, 12)
    shift(rota.schedule, build.service("Reception", colour="#123456"), 12, 18)
    rota.open()
    person = rota.browser.see("#rota .rota-shift.c-7c1556")
    assert style(rota, person, "backgroundColor") == "rgb(124, 21, 86)"
    service = rota.browser.see("#rota .rota-shift.rota-service.c-123456")
    assert "rgb(18, 52, 86)" in style(rota, service, "boxShadow")
    result = rota.browser.see("#rota .rota-result")
    assert style(rota, result, "backgroundColor") == "rgb(124, 21, 86)"


@pytest.mark.parametrize("view", ["month", "week"])
@pytest.mark.parametrize("zone", [WEST, EAST])
def test_today_is_marked_as_the_schedule_has_it_whatever_the_zone_of_the_browser(
    rota: Rota, zone: str, view: str
) -> None:
    Schedule.objects.update(time_zone=WEST)
    rota.browser.zone(zone)
    now = clock.now()
    today = now.astimezone(ZoneInfo(WEST))
    with clock.driven_by(lambda: now):
        rota.open(view, today.date())
        marked = rota.browser.see("#rota .ec-col-head.ec-highlight")
        assert marked.text.split()[-1] == str(today.day)
        heads = rota.browser.all("#rota .ec-col-head")
        backgrounds = [style(rota, each, "backgroundColor") for each in heads]
        assert backgrounds.count(style(rota, marked, "backgroundColor")) == 1
        cells = rota.browser.all("#rota .ec-day.ec-highlight")
        days = {each.get_attribute("data-day") for each in cells}
        assert days == {today.date().isoformat()}
        now_line = rota.browser.see("#rota .rota-now")
        assert now_line.get_attribute("textContent") == f"{today:%H:%M}"


def test_a_drop_is_shown_at_once_and_pending_until_the_server_has_answered(
    rota: Rota, alice: Staff
) -> None:
    rota.open()
    with rota.browser.held("*/api/v1/shifts/*"):
        rota.browser.drag(rota.person(alice), rota.place(12))
        rota.browser.see("#rota .rota-target.is-pending", "AM")
        assert rows() == []
    rota.said("Alice Martin is on call")
    rota.settled()
    assert rows() == [("Alice Martin", 1, at(8), at(18))]


@pytest.mark.parametrize(
    ("keys", "said"), [([Keys.ALT, Keys.ARROW_RIGHT], "moved to"), ([Keys.DELETE], "deleted")]
)
def test_a_bar_changed_by_keyboard_is_busy_until_the_server_has_answered(
    rota: Rota, alice: Staff, keys: list[str], said: str
) -> None:
    row = shift(rota.schedule, alice, 8, 12)
    rota.open()
    rota.browser.focus(rota.bar(row))
    with rota.browser.held("*/api/v1/shifts/*"):
        rota.browser.chord(*keys)
        rota.browser.see(f"{rota.bar(row)}[aria-busy=true]")
        bar = rota.browser.see(f"#rota .ec-event:has([data-shift='{row.pk}'])")
        assert style(rota, bar, "opacity") == "0.4"
        assert rows() == [("Alice Martin", 1, at(8), at(12))]
    rota.said(said)
    rota.browser.gone("#rota [aria-busy=true]")


def test_a_bar_whose_change_was_refused_is_busy_no_more(rota: Rota, alice: Staff) -> None:
    row = shift(rota.schedule, alice, 8, 10)
    shift(rota.schedule, alice, 10, 12)
    rota.open()
    rota.browser.focus(rota.bar(row))
    rota.browser.expect("status of 4")
    rota.browser.chord(Keys.ALT, Keys.ARROW_RIGHT)
    rota.said("Not saved", "-bad")
    rota.browser.gone("#rota [aria-busy=true]")


def style(rota: Rota, element: WebElement, name: str) -> str:
    """Return how an element really looks."""
    script = "return getComputedStyle(arguments[0])[arguments[1]]"
    return str(rota.browser.run(script, element, name))
