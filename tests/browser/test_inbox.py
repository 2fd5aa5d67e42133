"""The inbox in a browser: with ten thousand calls by mouse and by keyboard alone, and alive."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from selenium.webdriver.common.keys import Keys

from oncall_portal.lib import acting
from scheduling.enums import Role
from scheduling.models import Staff
from scheduling.tests import build
from telephony import triage
from telephony.enums import Triage, TriageAction
from telephony.models import Call, CallComment, Promise, TextMessage
from tests.browser import axe
from tests.browser.conftest import Site
from tests.browser.driver import Browser
from voicemail.tests import cast, office

INBOX = "/admin/inbox/"
TEN_THOUSAND = pytest.mark.parametrize("calls", [10_000])
MINUTE = timedelta(minutes=1)
SOUND = "const sound = document.querySelector('.read audio'); return "
PLAYS = f"{SOUND}!sound.paused && sound.currentTime > 0.3"
AT = f"{SOUND}sound.currentTime"


@pytest.fixture
def calls() -> int:
    """How many calls there are beside: more than are loaded at once."""
    return 90


@pytest.fixture
def anais(site: Site, browser: Browser, settings: Any, tmp_path: Path, calls: int) -> Call:
    """The most urgent of many calls, with a message of 20 seconds; a manager looks at them."""
    settings.MEDIA_ROOT = str(tmp_path)
    build.organisation(region="FR")
    build.staff("Marc Roussel", user=site.enter(browser, Role.MANAGER))
    box = cast.mailbox()
    office.many(calls, box)
    call = office.named("Anaïs Delcourt", caller="+33698765432", ago=21 * MINUTE)
    office.left(call, box, "The water comes down.")
    office.promised(call, -MINUTE, build.staff("Amélie Laurent"))
    browser.screen(1440, 900)
    browser.open(INBOX)
    browser.see(".inbox.is-live .read h2", "Anaïs Delcourt")
    return call


def becomes(browser: Browser, call: Call, state: Triage) -> None:
    found = Call.objects.filter(pk=call.pk, triage=state.value)
    browser.until(found.exists, f"the call is {state}")


def closed(browser: Browser, count: int) -> None:
    rows = Call.objects.filter(triage=Triage.CLOSED.value)
    browser.until(lambda: rows.count() == count, f"{count} calls are closed")


def why(browser: Browser) -> None:
    """Say why nobody calls back who was promised that."""
    browser.see("#waive", "Why is nobody to call back?")
    browser.press("Called us again.")
    browser.press(Keys.ENTER)


@TEN_THOUSAND
@pytest.mark.requirement("PLN-06", "PLN-07", "VPB-10")
def test_by_keyboard_alone_calls_are_heard_dealt_with_and_taken_back(
    browser: Browser, anais: Call
) -> None:
    browser.press(Keys.SPACE)
    browser.until(lambda: browser.run(PLAYS), "the message plays")
    before = browser.run(AT)
    browser.press(Keys.ARROW_RIGHT)
    browser.until(lambda: browser.run(AT) >= before + 5, "five seconds on")
    browser.press(Keys.SPACE)
    browser.until(lambda: browser.run(f"{SOUND}sound.paused"), "a pause")
    browser.press("t")
    browser.see(".banner", "You see to it.")
    browser.press("c")
    browser.until(
        lambda: browser.run("return document.activeElement.matches('[data-comment]')"), "a comment"
    )
    browser.press("Close the valve.")
    browser.tab_to(".read-comment button")
    browser.press(Keys.ENTER)
    browser.see(".read-note", "Close the valve.")
    browser.run("document.activeElement.blur()")
    browser.press("a")
    browser.see("#assign")
    browser.press("A")
    browser.tab_to("#assign .btn-1")
    browser.press(Keys.ENTER)
    browser.see(".banner", "Amélie Laurent sees to it.")
    browser.press("e")
    why(browser)
    becomes(browser, anais, Triage.CLOSED)
    assert Promise.objects.get(call=anais).reason == "Called us again."
    browser.gone(".read h2", "Anaïs Delcourt")
    browser.press("z")
    becomes(browser, anais, Triage.NEW)
    browser.see(".read h2", "Anaïs Delcourt")
    browser.press("x", "j", "j")
    browser.press("X")
    browser.see("[data-ticked]", "3 calls ticked")
    browser.press("e")
    why(browser)
    closed(browser, 3)
    browser.press("z")
    closed(browser, 0)
    browser.press("?")
    browser.see("#keys", "spam, and block the caller")
    browser.press(Keys.ESCAPE)
    browser.press("/")
    browser.press("Delcourt")
    browser.until(lambda: len(browser.all(".mail")) == 1, "one call is found")
    assert CallComment.objects.get().text == "Close the valve."


@TEN_THOUSAND
@pytest.mark.requirement("PLN-06", "PLN-07")
def test_by_mouse_alone_calls_are_heard_dealt_with_and_taken_back(
    browser: Browser, anais: Call
) -> None:
    browser.choose(".read .speed", "2\N{MULTIPLICATION SIGN}")
    browser.click(".read .play")
    browser.until(lambda: browser.run(PLAYS), "the message plays")
    assert browser.run(f"{SOUND}sound.playbackRate") == 2
    before = browser.run(AT)
    browser.click(".read .player button", "+5 s")
    assert browser.run(AT) >= before + 5
    browser.click(".read button", "I take care of it")
    browser.see(".banner", "You see to it.")
    assert Promise.objects.get(call=anais).owner == Staff.objects.get(name="Marc Roussel")
    browser.click(".read button", "Reply by SMS")
    browser.write("#ask textarea", "We come at 5.")
    browser.click("#ask button", "Send the text")
    browser.see(".toast", "The text is on its way.")
    assert TextMessage.objects.get().text == "We come at 5."
    browser.click(".read button", "Make a job")
    becomes(browser, anais, Triage.JOB)
    browser.see(".toast a", "Open the job")
    browser.click(".toast button", "Undo")
    becomes(browser, anais, Triage.NEW)
    browser.see(f".mail[data-key='{anais.pk}']", "Anaïs Delcourt")
    first, second, _third, fourth = browser.all(".mail-tick")[:4]
    stands = second.rect
    first.click()
    browser.see("[data-ticked]", "1 call ticked")
    assert second.rect == stands  # the bar that comes moves no line
    second.click()
    with browser.holding(Keys.SHIFT):
        fourth.click()
    browser.see("[data-ticked]", "4 calls ticked")
    second.click()
    browser.see("[data-ticked]", "3 calls ticked")
    browser.click(".in-bulk button", "Close")
    browser.write("#waive-reason", "Called us again.")
    browser.click("#waive button", "Close")
    browser.see(".toast", "3 calls closed.")
    closed(browser, 3)
    browser.click(".toast button", "Undo")
    closed(browser, 0)
    browser.click(".boxes a", "Promises")
    browser.see(".in-h", "Promises")


@pytest.mark.requirement("PLN-06")
def test_a_new_call_appears_by_itself_and_what_plays_plays_on(
    browser: Browser, anais: Call
) -> None:
    browser.press(Keys.SPACE)
    browser.until(lambda: browser.run(PLAYS), "the message plays")
    urgent = office.named("Paul Rosier", ago=MINUTE, urgent=True)
    browser.see(f".mail[data-key='{urgent.pk}']", "Paul Rosier")
    assert browser.run(f"{SOUND}!sound.paused")
    assert browser.text(".read h2") == "Anaïs Delcourt"


def test_what_somebody_else_does_shows_and_moves_nothing_that_is_read(
    browser: Browser, anais: Call
) -> None:
    browser.press(*"jjjjjjjjjj")
    browser.until(
        lambda: browser.run("return document.querySelector('[data-scroll]').scrollTop > 300"),
        "scrolled",
    )
    read = browser.run("return document.querySelector('[data-inbox]').dataset.call")
    line = browser.see(f".mail[data-key='{read}']")
    browser.see(f".read [data-key='call-{read}']")
    stands, heading = line.rect["y"], browser.text(".read h2")
    with acting.by(User.objects.create(username="lea")):
        triage.triage(anais.pk, TriageAction.CLOSE)
    urgent = [office.named(name, ago=MINUTE, urgent=True) for name in ("Paul Rosier", "Léa Petit")]
    lines = "".join(f":has(.mail[data-key='{call.pk}'])" for call in urgent)
    browser.see(f".in-list{lines}")
    assert not browser.all(f".mail[data-key='{anais.pk}']")
    assert browser.text(".read h2") == heading
    assert abs(line.rect["y"] - stands) <= 1


def test_j_at_the_end_of_what_is_loaded_loads_more(browser: Browser, anais: Call) -> None:
    loaded = len(browser.all(".mail"))
    browser.press(*"j" * (loaded + 1))
    browser.until(lambda: len(browser.all(".mail")) > loaded, "more calls")
    seen = [row.get_attribute("data-key") for row in browser.all(".mail")]
    assert len(set(seen)) == len(seen)


def test_on_a_telephone_the_call_is_a_view_of_its_own(browser: Browser, anais: Call) -> None:
    for theme in ("light", "dark"):
        browser.theme(theme)
        browser.screen(360, 740, touch=True)
        browser.open(INBOX)
        browser.gone(".read")
        assert axe.violations(browser) == []
        browser.click(".mail-a", "Anaïs Delcourt")
        browser.see(".read-acts button", "Close")
        assert axe.violations(browser) == []
        assert browser.run("return document.scrollingElement.scrollWidth") == 360
        browser.click("[data-back]")
        browser.see(".mail-a", "Anaïs Delcourt")
