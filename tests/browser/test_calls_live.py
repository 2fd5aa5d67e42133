"""Calls and messages in a browser: pages that stay up to date, and the player."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from selenium.webdriver.common.keys import Keys

from scheduling.enums import Role
from scheduling.tests import build
from telephony.enums import Outcome, Phase
from telephony.models import Call, CallEvent
from telephony.tests.test_api import a_call
from tests.browser import axe
from tests.browser.conftest import Site
from tests.browser.driver import Browser
from voicemail.enums import RecordingState
from voicemail.models import VoicemailMessage
from voicemail.tests import cast

LIST = "/admin/telephony/call/"


@pytest.fixture(autouse=True)
def _manager(site: Site, browser: Browser) -> None:
    build.organisation(region="FR")
    site.enter(browser, Role.MANAGER)


@pytest.fixture
def messages(settings: Any, tmp_path: Path) -> list[VoicemailMessage]:
    """Two messages of 20 seconds that can be heard."""
    settings.MEDIA_ROOT = str(tmp_path)
    box = cast.mailbox()
    made = [cast.message(box, None, name) for name in ("one", "two")]
    for message in made:
        recording = message.recording
        recording.file.save("m.wav", ContentFile(cast.wav(20)), save=False)
        recording.state, recording.content_type = RecordingState.STORED.value, "audio/wav"
        recording.duration_seconds = 20
        recording.save()
    return made


def page_of(message: VoicemailMessage) -> str:
    return reverse("admin:voicemail_voicemailmessage_change", args=[message.pk])


def test_a_new_call_appears_by_itself_and_the_focus_stays(browser: Browser) -> None:
    first = a_call(build.staff("Amélie"))
    browser.open(LIST)
    link = f"tr[data-key='{first.pk}'] a"
    browser.focus(link)
    second = a_call(build.staff("Bruno"))
    browser.see(f"tr[data-key='{second.pk}']", "Bruno took the call")
    assert browser.run("return document.activeElement.matches(arguments[0])", link)


def test_a_call_in_progress_is_told_on_and_what_is_open_stays_open(browser: Browser) -> None:
    call = a_call()
    Call.objects.update(ended_at=None, outcome="", phase=Phase.RINGING.value)
    browser.open(reverse("admin:telephony_call_change", args=[call.pk]))
    browser.see("h1", "The caller is waiting")
    browser.click(".all-events summary")
    CallEvent.objects.create(call=call, at=call.started_at, code="caller_gone")
    Call.objects.update(ended_at=call.started_at, outcome=Outcome.GAVE_UP_RINGING.value)
    browser.see("h1", "The caller hung up after 0 s")
    browser.see(".all-events li", "The caller hung up")


def test_the_arrows_go_five_seconds_on_and_back(
    browser: Browser, messages: list[VoicemailMessage]
) -> None:
    browser.open(page_of(messages[0]))
    browser.see(".player .time", "0:00 / 0:20")
    browser.focus(".player .play")
    browser.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT)
    browser.see(".player .time", "0:05 / 0:20")
    browser.click(".player button", "+5 s")
    browser.see(".player .time", "0:10 / 0:20")


def test_a_message_is_played_faster(browser: Browser, messages: list[VoicemailMessage]) -> None:
    browser.open(page_of(messages[0]))
    browser.choose(".player .speed", "1.25\N{MULTIPLICATION SIGN}")
    assert browser.run("return document.querySelector('audio').playbackRate") == 1.25
    browser.open(page_of(messages[1]))  # remembered
    browser.see(".player .speed")
    assert browser.run("return document.querySelector('audio').playbackRate") == 1.25


def test_axe_finds_nothing_on_a_telephone_in_the_dark(
    browser: Browser, messages: list[VoicemailMessage]
) -> None:
    call = a_call(build.staff("Amélie"))
    browser.theme("dark")
    browser.screen(360, 740, touch=True)
    story = reverse("admin:telephony_call_change", args=[call.pk])
    for path in (LIST, story, page_of(messages[0])):
        browser.open(path)
        assert axe.violations(browser) == [], path
        assert browser.run("return document.scrollingElement.scrollWidth") == 360, path
