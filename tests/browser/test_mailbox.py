"""A manager sets up mailboxes: who gets the messages, how they greet, one where it is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from scheduling.enums import Role
from scheduling.tests import build
from telephony.models import MenuOption
from telephony.tests.sounds import encoded
from tests.browser import menu as menus
from tests.browser.conftest import Site
from tests.browser.driver import Browser
from tests.browser.menu import MenuPage
from voicemail.models import Mailbox

RECIPIENTS = "#recipients-group"


@pytest.fixture
def box(site: Site, browser: Browser, settings: Any, tmp_path: Path) -> Mailbox:
    """The general mailbox, whose page a manager may edit."""
    settings.MEDIA_ROOT = tmp_path / "media"
    site.enter(browser, Role.MANAGER)
    browser.screen(1280, 1400)
    return Mailbox.objects.create(name="General", general=True)


@pytest.fixture
def hello(tmp_path: Path) -> str:
    """Return the path of an MP3 file of two seconds."""
    file = tmp_path / "hello.mp3"
    file.write_bytes(encoded("MP3", seconds=2))
    return str(file)


def address(mailbox: Mailbox) -> str:
    return f"/admin/voicemail/mailbox/{mailbox.pk}/change/"


def greets(mailbox: Mailbox) -> list[tuple[str, str]]:
    """Return the recordings with which a mailbox greets: language, and what was uploaded."""
    mailbox.refresh_from_db()
    assert mailbox.greeting_prompt is not None
    rows = mailbox.greeting_prompt.recordings
    return list(rows.values_list("language", "original_name"))


@pytest.mark.requirement("CRM-10", "VPB-07")
def test_a_greeting_is_uploaded_heard_and_taken_back_by_mouse(
    browser: Browser, box: Mailbox, hello: str
) -> None:
    browser.open(address(box))
    browser.see(".field-standard_words", "Nobody can take your call right now.")
    browser.choose("#id_greets_with", "a recording, uploaded here")
    browser.gone(".field-standard_words")
    browser.see("#id_recording_en").send_keys(hello)
    browser.click("[name=_continue]")
    browser.see(".messagelist", "General")
    browser.click(".field-recording_en [data-player] button")
    browser.until(
        lambda: browser.run("return document.querySelector('audio').duration > 1.9"), "the sound"
    )
    assert greets(box) == [("en", "hello.mp3")]
    browser.choose("#id_greets_with", "the standard words")
    browser.click("[name=_save]")
    browser.see(".messagelist", "General")
    box.refresh_from_db()
    assert box.greeting_prompt is None


@pytest.mark.requirement("CRM-10", "VPB-07")
def test_a_greeting_is_uploaded_with_keys_alone(browser: Browser, box: Mailbox, hello: str) -> None:
    browser.open(address(box))
    browser.tab_to("#id_greets_with")
    browser.press("a r")
    browser.tab_to("#id_recording_fr")
    browser.see("#id_recording_fr").send_keys(hello)
    browser.tab_to("[name=_save]")
    browser.press(Keys.ENTER)
    browser.see(".messagelist", "General")
    assert greets(box) == [("fr", "hello.mp3")]


@pytest.mark.requirement("VPB-06")
def test_whoever_has_no_address_cannot_be_chosen_and_the_way_out_is_a_link(
    browser: Browser, box: Mailbox
) -> None:
    bob = build.staff("Bob Dupont")
    build.staff("Ann Martin", email="ann@example.org")
    browser.open(address(box))
    browser.click(f"{RECIPIENTS} [data-add]")
    for _each in range(2):  # the greyed one is passed over
        browser.press(Keys.ARROW_DOWN)
    chosen = browser.run("return document.activeElement.selectedOptions[0].label")
    assert chosen == "Ann Martin"
    greyed = browser.run(
        "return [...document.querySelectorAll('#id_recipients-0-staff option:disabled')]"
        ".map((each) => each.label)"
    )
    assert greyed == ["Bob Dupont (no e-mail address)"]
    browser.click(".mailbox-unreached summary")
    browser.click(".mailbox-unreached li a", "Add an e-mail address")
    browser.until(lambda: browser.path == f"/admin/scheduling/staff/{bob.pk}/change/", "Bob's page")


@pytest.mark.requirement("VPB-03", "VPB-12")
def test_a_service_gets_a_mailbox_of_its_own_in_one_gesture(browser: Browser, box: Mailbox) -> None:
    desk = build.service("Boilers")
    browser.open(f"/admin/scheduling/service/{desk.pk}/change/")
    browser.see("#messages-go-to", "The general mailbox “General”")
    browser.click("[data-own-mailbox] button")
    browser.see(
        "[data-own-mailbox] [role=status]", "“Boilers” is chosen. It is made when you save."
    )
    assert Mailbox.objects.count() == 1  # whoever leaves the form leaves none behind
    browser.click("[name=_continue]")
    browser.see("#messages-go-to", "The mailbox “Boilers”, its own.")
    desk.refresh_from_db()
    assert desk.mailbox is not None
    assert desk.mailbox.recipients.get().service == desk


@pytest.mark.requirement("VPB-03")
def test_a_key_of_a_menu_gets_a_mailbox_of_its_own(browser: Browser, box: Mailbox) -> None:
    page = MenuPage(browser, *menus.two_levels())
    page.open()
    browser.click(f"[data-key='add-{page.root.pk}'] [data-add-key]")
    browser.choose("#key-goal-kind", "Leave a message")
    browser.choose("#key-key", "0")
    browser.write("#key-name-en", "the office")
    browser.click("#key-dialog [data-own-mailbox]")
    browser.see("#key-dialog .menu-own", "“the office” is chosen.")
    browser.click("#key-dialog [type=submit]")
    page.said("Key 0 is added.")
    option = MenuOption.objects.get(menu=page.root, key="0")
    assert str(option.mailbox) == "the office"
