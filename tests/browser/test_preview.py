"""The panel of what would happen, by hand and by keys."""

from __future__ import annotations

from selenium.webdriver.common.keys import Keys

from telephony.enums import Behaviour, GoalKind
from telephony.models import Menu, MenuOption
from tests import cast
from tests.browser import axe
from tests.browser.conftest import Site
from tests.browser.driver import Browser


def _number_with_a_menu() -> str:
    people = cast.create()
    menu = Menu.objects.create(name="Main", welcome={"en": "Welcome to Dupont."})
    for key, kind, target in (
        ("1", GoalKind.SCHEDULE, {"schedule": people.schedule}),
        ("2", GoalKind.CALL_BACK, {}),
    ):
        MenuOption.objects.create(menu=menu, key=key, kind=kind.value, **target)
    people.line.behaviour = Behaviour.SMART_VOICEMAIL.value
    people.line.menu = menu
    people.line.languages = ["en"]
    people.line.save()
    return f"/admin/telephony/phonenumber/{people.line.pk}"


def test_the_keypad_plays_the_call_again(site: Site, browser: Browser) -> None:
    address = _number_with_a_menu()
    site.enter(browser)
    browser.open(f"{address}/change/")
    browser.see(".preview-result", "presses nothing")
    browser.click(".keypad [data-key='1']")
    browser.see(".way li", "Sam is rung")
    browser.click(".keypad [data-back]")
    browser.gone(".way li", "Sam is rung")
    assert axe.violations(browser) == []


def test_the_panel_is_used_by_keys_alone(site: Site, browser: Browser) -> None:
    address = _number_with_a_menu()
    site.enter(browser)
    browser.open(f"{address}/preview/")
    browser.tab_to("#preview-digits")
    browser.press("2", "x", Keys.ENTER)
    browser.see("#preview-digits-err", "Write the keys")
    browser.press(Keys.BACKSPACE, *"0612345678#1", Keys.ENTER)
    browser.see(".preview-verdict", "The caller is to be called back")
    assert browser.text("#preview-digits-err") == ""


def test_whoever_is_rung_may_be_chosen_as_who_takes_the_call(site: Site, browser: Browser) -> None:
    address = _number_with_a_menu()
    site.enter(browser)
    browser.open(f"{address}/change/")
    browser.click(".keypad [data-key='1']")
    browser.see(".way li", "Sam is rung")
    browser.choose("#preview-taker", "Sam")
    browser.see(".preview-verdict", "Sam speaks with the caller")
    browser.choose("#preview-taker", "nobody")
    browser.see(".preview-verdict", "The caller leaves a message")
    assert axe.violations(browser) == []
