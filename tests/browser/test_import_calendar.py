"""A manager brings a rota over from another calendar, and others subscribe to it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.models import CalendarFeed, Schedule, Shift
from scheduling.tests import build
from tests.browser.conftest import Site
from tests.browser.driver import Browser


def file_of(folder: Path, *titles: str) -> Path:
    """Write a calendar of one night for each title, from tomorrow on, as a program exports it."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Elsewhere//EN", "X-WR-CALNAME:Old rota"]
    for number, title in enumerate(titles, 1):
        day = clock.now() + timedelta(days=number)
        start = f"DTSTART;TZID=Romance Standard Time:{day:%Y%m%d}T180000"
        lines += ["BEGIN:VEVENT", f"UID:{number}@elsewhere", start, "DURATION:PT14H"]
        lines += [f"SUMMARY:{title}", "END:VEVENT"]
    file = folder / "rota.ics"
    file.write_bytes("\r\n".join([*lines, "END:VCALENDAR", ""]).encode())
    return file


def open_import(browser: Browser, rota: Schedule, file: Path) -> None:
    browser.open(f"/admin/scheduling/schedule/{rota.pk}/change/")
    browser.click(".object-tools a", "Import a calendar")
    browser.all("#file")[0].send_keys(str(file))
    browser.click("button", "Look at it")


def test_a_calendar_is_looked_at_mapped_and_imported(
    site: Site, browser: Browser, tmp_path: Path
) -> None:
    site.enter(browser, Role.MANAGER)
    rota = build.schedule("Paris")
    build.staff("Amélie Martin")
    build.staff("Bruno Petit")
    file = file_of(tmp_path, "Amélie", "Night shift", "Amélie", "Dentist")
    open_import(browser, rota, file)
    browser.see("#would", "2 new, 0 there already, 0 left out")
    browser.see(".banner-bad", "2 events stand in the way")
    browser.choose("[name=who-1]", "Bruno Petit")
    browser.choose("[name=who-2]", "Leave them out")
    browser.click("#mapping button", "Look at it")
    browser.see("#would", "3 new, 0 there already, 1 left out")
    browser.click("#mapping button", "Import it")
    browser.see(".messagelist", "3 shifts imported.")
    assert Shift.objects.filter(schedule=rota).count() == 3


def test_an_address_to_subscribe_to_is_made_and_renewed(site: Site, browser: Browser) -> None:
    site.enter(browser, Role.MANAGER)
    rota = build.schedule("Paris")
    browser.open(f"/admin/scheduling/schedule/{rota.pk}/change/")
    browser.click(".object-tools a", "Subscribe")
    browser.click("button", "Make a private address")
    browser.see(".messagelist", "The address is ready")
    token = CalendarFeed.objects.get().token
    box = browser.all("input[readonly]")[0]
    assert str(box.get_attribute("value")).endswith(f"/calendar/{token}.ics")
    browser.click("button", "New address")
    browser.see(".messagelist", "There is a new address")
    box = browser.all("input[readonly]")[0]
    assert token not in str(box.get_attribute("value"))
