"""A manager writes an escalation scenario step by step, and sees at once how long callers wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from selenium.webdriver.common.keys import Keys

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.models import Shift
from scheduling.tests import build
from telephony import services, timing
from telephony.models import EscalationScenario, PhoneNumber
from tests.browser.conftest import Site
from tests.browser.driver import Browser, Point

PHONE = 20 + 5 + 2 * (timing.WHISPER_SECONDS + 8)
ROW = "#steps-group [data-row]"
FIGURE = "[data-sentence]"
TALL = 2400  # every step is in view, so that nothing scrolls under a drag
LEVEL, TEAM = {"kind": "level", "target": 1}, {"kind": "level", "target": 2}


@pytest.fixture
def scenario(site: Site, browser: Browser) -> EscalationScenario:
    """A manager opens a scenario of two levels; Bob is on call on the first, Dora on the second."""
    site.enter(browser, Role.MANAGER)
    made = services.create_scenario({"name": "Standard", "steps": [LEVEL, TEAM]})
    rota = build.schedule("Paris", scenario=made)
    period = DateTimeTZRange(clock.now() - timedelta(hours=1), clock.now() + timedelta(days=1))
    for level, (name, number) in enumerate((("Bob", "+33612345671"), ("Dora", "+33612345672")), 1):
        who = build.staff(name, number)
        Shift.objects.create(schedule=rota, staff=who, level=level, period=period)
    PhoneNumber.objects.create(name="Main line", number="+33970000001", schedule=rota)
    browser.screen(1180, TALL)
    open_page(browser, made)
    return made


def open_page(browser: Browser, scenario: EscalationScenario) -> None:
    browser.open(f"/admin/telephony/escalationscenario/{scenario.pk}/change/")
    browser.see(FIGURE, "seconds at most")


def kept(scenario: EscalationScenario) -> list[tuple[str, int | None]]:
    """Return the steps in the database."""
    return list(scenario.steps.order_by("position").values_list("kind", "level"))


def way_up(browser: Browser) -> tuple[Point, Point]:
    """Return where the grip of the second step is, and a point high in the first."""
    return browser.point(f"{ROW}:nth-child(2) [data-grip]"), browser.point(ROW, at=(0.5, 0.1))


def by_mouse(browser: Browser) -> None:
    browser.drag(*way_up(browser))


def by_finger(browser: Browser) -> None:
    browser.touch_drag(*way_up(browser))


def by_keys(browser: Browser) -> None:
    browser.tab_to("#id_steps-1-level")
    browser.chord(Keys.ALT, Keys.ARROW_UP)


@pytest.mark.parametrize("move_up", [by_mouse, by_finger, by_keys])
def test_the_second_step_is_moved_above_the_first(
    browser: Browser, scenario: EscalationScenario, move_up: Callable[[Browser], None]
) -> None:
    if move_up is by_finger:
        browser.screen(1180, TALL, touch=True)
        open_page(browser, scenario)
    move_up(browser)
    browser.see("#steps-group [data-said]", "Moved: now number 1 of 3.")
    browser.see("[data-path] li:first-child", "Dora (level 2)")
    browser.click("[name=_save]")
    browser.see(".messagelist", "Standard")
    assert kept(scenario) == [("level", 2), ("level", 1), ("voicemail", None)]


def test_a_step_is_repeated_by_a_button_and_the_figure_follows(
    browser: Browser, scenario: EscalationScenario
) -> None:
    browser.see(FIGURE, f"waits {2 * PHONE} seconds at most")
    browser.see(f"{ROW}:nth-child(2) [data-told]", f"from second {PHONE} to {2 * PHONE}")
    browser.click(f"{ROW}:nth-child(1) [data-copy]")
    browser.see(FIGURE, f"waits {3 * PHONE} seconds at most")
    browser.click("[name=_save]")
    browser.see(".messagelist", "Standard")
    assert kept(scenario) == [("level", 1), ("level", 1), ("level", 2), ("voicemail", None)]


def test_a_new_step_stands_before_the_message_and_shows_the_boxes_of_its_kind(
    browser: Browser, scenario: EscalationScenario
) -> None:
    browser.click("#steps-group [data-add]")
    fresh = f"{ROW}:nth-child(3)"
    browser.choose(f"{fresh} .row-kind select", "ring the supervisors")
    browser.gone(f"{fresh} .row-level")
    browser.gone(f"{ROW}:nth-child(4) .row-strategy")
    browser.see(f"{fresh} [data-told]", "always screened")
    browser.choose(f"{fresh} .row-strategy select", "one after the other")
    browser.see(f"{fresh} .row-call_connect")
    browser.click("[name=_save]")
    browser.see(".messagelist", "Standard")
    kinds = [kind for kind, _level in kept(scenario)]
    assert kinds == ["level", "level", "supervisors", "voicemail"]


def test_what_would_be_refused_is_said_with_the_steps_that_have_no_time_left(
    browser: Browser, scenario: EscalationScenario
) -> None:
    browser.write(f"{ROW}:nth-child(1) .row-attempts input", "9")
    browser.see(FIGURE, "It cannot be saved so: the longest allowed is 300.")
    browser.see(f"{ROW}:nth-child(2).row-cut [data-told]", "no time left")
    browser.click("[name=_save]")
    browser.see(".errornote")
    assert kept(scenario) == [("level", 1), ("level", 2), ("voicemail", None)]
