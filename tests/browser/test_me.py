"""Staff swap with a thumb on a telephone; the rota follows, and a manager undoes it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from selenium.webdriver.common.keys import Keys

from oncall_portal.lib import clock
from scheduling.models import Override, Staff, SwapRequest
from scheduling.tests import build
from telephony.models import Call, Promise
from tests.browser import axe
from tests.browser.conftest import Site
from tests.browser.driver import Browser
from tests.browser.rota import Rota, at, shift, wednesday
from tests.browser.sweep import NARROW

THURSDAY = wednesday() + timedelta(days=1)
_WIDTH = "return document.scrollingElement.scrollWidth"


def results(browser: Browser) -> list[str]:
    """Return who takes the calls of the week, by the first letter: a short bar has initials."""
    return sorted(each.text[:1] for each in browser.all("#rota .rota-result"))


class Phone:
    """A telephone that is handed round."""

    def __init__(self, site: Site, browser: Browser) -> None:
        self.site, self.browser = site, browser
        browser.screen(*NARROW, touch=True)

    def of(self, person: Staff) -> None:
        """Let a person look at their page."""
        assert person.user is not None
        self.site.enter_as(self.browser, person.user)
        self.browser.open("/me/")

    def tap(self, css: str, text: str = "") -> None:
        """Touch the middle of what is shown."""
        self.browser.tap(self.browser.point(css, text))


@pytest.fixture
def bob() -> Staff:
    """A colleague with a login."""
    return build.staff("Bob Petit", user=User.objects.create(username="bob"), colour="#b35900")


@pytest.fixture
def phone(site: Site, rota: Rota, alice: Staff, bob: Staff) -> Phone:
    """Alice has a duty on Wednesday, Bob one on Thursday, and Alice a login too."""
    Staff.objects.filter(pk=alice.pk).update(user=User.objects.create(username="alice"))
    alice.refresh_from_db()
    shift(rota.schedule, alice, 8, 18)
    build.shift(rota.schedule, bob, at(8, day=THURSDAY), at(18, day=THURSDAY))
    return Phone(site, rota.browser)


def test_a_duty_is_given_away_accepted_seen_on_the_calendar_and_undone(
    phone: Phone, rota: Rota, alice: Staff, bob: Staff, other_browser: Browser
) -> None:
    browser = rota.browser
    phone.of(alice)
    phone.tap(".duty-item a.btn", "Swap")
    phone.tap(".pick", "Bob Petit")
    phone.tap("button[type=submit]", "Ask")
    browser.see(".messagelist", "Asked: Bob Petit")
    browser.see("#waiting-h", "Waiting for an answer")
    phone.of(bob)
    browser.see("[data-offer]", "Alice Martin asks you to take over")
    phone.tap("[data-offer] button", "Accept")
    browser.see(".messagelist", "You take over this shift.")
    assert Override.objects.get().staff == bob
    manager = User.objects.get(username="manager")
    phone.site.enter_as(other_browser, manager)
    desk = Rota(other_browser, rota.schedule)
    desk.open()
    other_browser.until(lambda: results(other_browser) == ["B", "B"], "two of Bob")
    other_browser.click("[data-undo]")
    desk.said("Undone")
    other_browser.until(lambda: results(other_browser) == ["A", "B"], "one of Alice again")
    assert not Override.objects.exists()
    assert SwapRequest.objects.get().state == "open"
    phone.of(bob)
    browser.see("[data-offer]", "Alice Martin asks you to take over")


def test_an_exchange_is_offered_with_a_finger_and_withdrawn(phone: Phone, alice: Staff) -> None:
    browser = phone.browser
    phone.of(alice)
    phone.tap(".duty-item a.btn", "Swap")
    option = str(browser.run("return document.querySelector('#id_in_return_for').options[1].text"))
    assert option.startswith("Bob Petit")
    browser.choose("#id_in_return_for", option)
    phone.tap("button[type=submit]", "Ask")
    browser.see(".list", "in return for")
    phone.tap(".list button", "Withdraw")
    browser.see(".messagelist", "The offer is withdrawn")


def test_a_colleagues_duty_is_taken_over_in_two_touches(phone: Phone, bob: Staff) -> None:
    phone.of(bob)
    phone.tap(".sure summary", "Take over")
    phone.tap(".sure button", "Take it over")
    phone.browser.see(".messagelist", "You take over this shift.")
    assert Override.objects.get().staff == bob


def test_it_is_used_by_keyboard_alone(phone: Phone, alice: Staff) -> None:
    browser = phone.browser
    browser.screen(1280, 900)
    phone.of(alice)
    browser.tab_to(".duty-item a.btn")
    browser.press(Keys.ENTER)
    browser.tab_to(".pick input")
    browser.press(Keys.SPACE)
    browser.tab_to("button[type=submit].btn-block")
    browser.press(Keys.ENTER)
    browser.see(".messagelist", "Asked: Bob Petit")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_are_read_by_everybody_and_fit_a_telephone(
    phone: Phone, rota: Rota, alice: Staff, bob: Staff, theme: str
) -> None:
    browser = phone.browser
    browser.theme("light" if theme == "light" else "dark")
    mine = shift(rota.schedule, bob, 20, 22)
    swap = SwapRequest.objects.create(shift=mine, requested_by=bob, created_at=at(8), note="train")
    swap.offered_to.set([alice])
    phone.of(alice)
    wrongs = []
    for click in ("", ".more summary", ".duty-item a.btn"):
        if click:
            phone.tap(click)
        wrongs += axe.violations(browser)
        assert browser.run(_WIDTH) == NARROW[0]
    assert wrongs == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_somebody_promised_is_read_by_everybody_and_fits_a_telephone(
    phone: Phone, alice: Staff, theme: str
) -> None:
    browser, now = phone.browser, clock.now()
    browser.theme("light" if theme == "light" else "dark")
    told = {"token": "x", "leg_uuid": "x", "dialled": "+33970000001", "caller": "+33698765432"}
    ended = {"phase": "ended", "outcome": "message_left", "started_at": now, "ended_at": now}
    call = Call.objects.create(**told, **ended)
    Promise.objects.create(call=call, kind="message", owner=alice, made_at=now, due_at=now)
    phone.of(alice)
    wrongs = []
    for path, words in (("/me/calls/", "Promised by you"), (f"/me/calls/{call.pk}/", "Overdue")):
        browser.open(path)
        browser.see("main", words)
        wrongs += axe.violations(browser)
        assert browser.run(_WIDTH) == NARROW[0]
    assert wrongs == []
