"""A manager sets a number up: only what its behaviour needs is shown, and doubts while typing."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.keys import Keys

from scheduling.enums import Role
from telephony.models import PhoneNumber
from tests.browser.conftest import Site
from tests.browser.driver import Browser

WEEK, DAYS = "id_opening_hours-weekly", "id_opening_hours-exceptions"


@pytest.fixture
def line(site: Site, browser: Browser) -> PhoneNumber:
    site.enter(browser, Role.MANAGER)
    row = PhoneNumber.objects.create(name="Main line", number="+33970000001")
    browser.open(f"/admin/telephony/phonenumber/{row.pk}/change/")
    return row


def test_the_form_shows_what_the_behaviour_needs(browser: Browser, line: PhoneNumber) -> None:
    browser.see(".field-schedule")
    browser.gone(".field-forwarding_number")
    browser.choose("#id_behaviour", "transfer only")
    browser.see(".field-forwarding_number")
    browser.gone(".field-schedule")
    browser.click("#id_record")
    browser.see(".field-recording_notice")


def test_a_ring_time_is_doubted_while_it_is_typed(browser: Browser, line: PhoneNumber) -> None:
    browser.write("#id_inbound_timeout", "30")
    browser.see(".number-warning", "own voicemail may answer first")
    browser.focus("#id_inbound_timeout")
    browser.press(Keys.BACKSPACE, Keys.BACKSPACE, "3")
    browser.see(".number-warning", "straight to the voicemail")
    browser.choose("#id_behaviour", "transfer only")
    browser.see(".number-warning", "callers hear at once that nobody can take their call")


def test_opening_hours_are_filled_in_and_kept(browser: Browser, line: PhoneNumber) -> None:
    browser.gone(".field-closed_route")
    browser.choose("#id_opening_hours", "at these hours")
    browser.see(".field-closed_route")
    browser.gone("#id_closed_route_1")
    browser.click(f"label[for={WEEK}-0-days_0]")
    browser.write(f"#{WEEK}-0-start", "0900AM")
    browser.write(f"#{WEEK}-0-end", "0600PM")
    browser.write(f"#{DAYS}-0-on", "12312026")
    browser.click(f"#{DAYS}-0-closed")
    browser.click("[name=_save]")
    browser.see(".messagelist", "Main line")
    line.refresh_from_db()
    assert line.opening_hours == {
        "time_zone": "Europe/Paris",
        "weekly": [{"days": ["mo"], "from": "09:00", "to": "18:00"}],
        "holidays": "closed",
        "exceptions": [{"on": "2026-12-31", "closed": True}],
    }
