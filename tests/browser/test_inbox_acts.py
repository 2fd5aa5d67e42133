"""Each act of the inbox in a browser, by its key and by its button, taken back; no page reloads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from scheduling.enums import Role
from scheduling.tests import build
from telephony.enums import Direction, Outcome, PromiseState, Triage
from telephony.models import BlockedCaller, Call, CallComment, Promise, TextMessage
from tests.browser.conftest import Site
from tests.browser.driver import Browser
from voicemail.tests import office

INBOX = "/admin/inbox/"
MINUTE = timedelta(minutes=1)
ACTS = {
    "f": ("Make a job", Triage.JOB),
    "!": ("Spam, and block", Triage.SPAM),
    "e": ("Close", Triage.CLOSED),
    "#": ("Delete", Triage.DELETED),
}

pytestmark = pytest.mark.requirement("PLN-06", "PLN-07")


@pytest.fixture
def paul(site: Site, browser: Browser, settings: Any, tmp_path: Path) -> Iterator[Call]:
    """The newest of three calls, open for a manager; the page is never loaded again."""
    settings.MEDIA_ROOT = str(tmp_path)
    build.organisation(region="FR")
    build.staff("Marc Roussel", user=site.enter(browser, Role.MANAGER))
    office.call(ago=9 * MINUTE)
    office.call(ago=8 * MINUTE, outcome=Outcome.CONNECTED.value)
    call = office.named("Paul Rosier", caller="+33698765432", ago=MINUTE)
    browser.screen(1440, 900)
    browser.open(INBOX)
    browser.see(".inbox.is-live .read h2", "Paul Rosier")
    browser.run("window.stays = true")
    yield call
    assert browser.run("return window.stays") is True


def becomes(browser: Browser, call: Call, state: Triage) -> None:
    """Wait until the call is this, in the database and for the reader."""
    found = Call.objects.filter(pk=call.pk, triage=state.value)
    browser.until(found.exists, f"the call is {state}")
    if state is Triage.NEW:
        browser.see(f".mail-new[data-key='{call.pk}']", "Paul Rosier")
        browser.see(".read [data-do='job']")
    else:
        browser.gone(f".mail[data-key='{call.pk}']")


def blocked() -> bool:
    return BlockedCaller.objects.filter(active=True).exists()


def test_each_act_has_a_key_and_z_takes_it_back(browser: Browser, paul: Call) -> None:
    for key, (_label, state) in ACTS.items():
        browser.press(key)
        becomes(browser, paul, state)
        assert blocked() is (state is Triage.SPAM)
        browser.press("z")
        becomes(browser, paul, Triage.NEW)
        assert not blocked()


def test_each_act_has_a_button_and_undo_takes_it_back(browser: Browser, paul: Call) -> None:
    for label, state in ACTS.values():
        browser.click(".read-acts button", label)
        becomes(browser, paul, state)
        browser.click(".toast button", "Undo")
        becomes(browser, paul, Triage.NEW)
        browser.gone(".toast button", "Undo")


def test_what_was_put_away_is_opened_again_by_key_and_by_button(
    browser: Browser, paul: Call
) -> None:
    for by_key in (True, False):
        browser.press("e")
        becomes(browser, paul, Triage.CLOSED)
        browser.click(".boxes a", "Closed")
        browser.see(".read [data-do='reopen']")
        if by_key:
            browser.press("O")
        else:
            browser.click(".read-acts button", "Reopen")
        browser.see(".empty", "This box is empty")
        browser.click(".boxes a", "To do")
        becomes(browser, paul, Triage.NEW)


def test_by_keyboard_alone_a_caller_is_called_back_texted_and_given_away(
    browser: Browser, paul: Call
) -> None:
    browser.press("r")
    browser.see("#ask", "Your phone rings first")
    browser.press(Keys.ENTER)
    browser.see(".toast", "Your phone rings; press 1 there")
    assert Call.objects.get(direction=Direction.OUT.value).answers == paul
    browser.press("s")
    browser.see("#ask textarea")
    browser.press("We come at 5.")
    browser.tab_to("#ask .btn-1")
    browser.press(Keys.ENTER)
    browser.see(".toast", "The text is on its way.")
    assert TextMessage.objects.get().text == "We come at 5."
    browser.press("a")
    browser.see("#assign")
    browser.tab_to("#assign .btn-1")
    browser.press(Keys.ENTER)
    browser.see(".banner", "You see to it.")
    browser.press("w")
    browser.see("#waive", "Why is nobody to call back?")
    browser.press("Gone.", Keys.ENTER)
    browser.see(".banner", "Not called back: Gone.")
    browser.press("z")
    browser.see(".banner", "You see to it.")
    assert Promise.objects.get().state == PromiseState.OPEN
    browser.press("z")
    browser.gone(".read .banner")
    assert not Promise.objects.exists()


def test_by_mouse_alone_a_caller_is_called_back_given_away_and_commented(
    browser: Browser, paul: Call
) -> None:
    browser.click(".read a", "Call back")
    browser.click("#ask button", "Call back")
    browser.see(".toast", "Your phone rings; press 1 there")
    assert Call.objects.get(direction=Direction.OUT.value).answers == paul
    browser.click(".read-acts button", "Assign")
    browser.click("#assign button", "Assign")
    browser.see(".banner", "You see to it.")
    browser.click(".banner button", "No call back")
    browser.write("#waive-reason", "Gone.")
    browser.click("#waive button", "Do not call back")
    browser.see(".banner", "Not called back: Gone.")
    browser.write("#comment", "Close the valve.")
    browser.click(".read-comment button")
    browser.see(".read-note", "Close the valve.")
    assert browser.see(".read-stream li > span", "Close the valve.").size["width"] > 200
    assert CallComment.objects.get().call == paul


def test_keys_walk_down_and_up_and_tick_all_that_is_shown_or_none(
    browser: Browser, paul: Call
) -> None:
    browser.press("j")
    browser.gone(".read h2", "Paul Rosier")
    browser.press("k")
    browser.see(".read h2", "Paul Rosier")
    browser.press("*")
    browser.see("[data-ticked]", "3 calls ticked")
    browser.press("*")
    browser.gone("[data-bulk]")


def test_filters_narrow_the_list_by_mouse_and_by_keyboard_until_they_are_cleared(
    browser: Browser, paul: Call
) -> None:
    def lines(count: int) -> None:
        browser.until(lambda: len(browser.all(".mail")) == count, f"{count} calls")

    browser.click(".in-filters summary")
    browser.choose("[name=outcome]", "Answered")
    lines(1)
    assert "outcome=answered" in browser.run("return location.search")
    browser.click("[data-clear]")
    lines(3)
    browser.focus("[name=outcome]")
    browser.press("h")  # Hung up
    lines(2)
    browser.focus("[name=audio]")
    browser.press("s")  # Something to hear
    browser.see(".empty", "No call fits")
