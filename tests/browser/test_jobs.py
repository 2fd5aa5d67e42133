"""Jobs and the history of calls in a browser: a form, filters, exports, and sound in a row."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from scheduling.enums import Role
from scheduling.tests import build
from telephony.models import Call, Job, JobHook
from telephony.tests.test_api import a_call
from tests.browser import axe
from tests.browser.conftest import Site
from tests.browser.driver import Browser
from voicemail.enums import RecordingState
from voicemail.tests import cast

JOBS, CALLS = "/admin/telephony/job/", "/admin/telephony/call/"
PLAYS = "return document.querySelector('audio').paused === false"
FETCHED = "return fetch(arguments[0]).then((answer) => answer.text())"


@pytest.fixture(autouse=True)
def _manager(site: Site, browser: Browser) -> None:
    build.organisation(region="FR", time_zone="Europe/Paris")
    site.enter(browser, Role.ADMINISTRATOR)


@pytest.fixture
def call(settings: Any, tmp_path: Path) -> Call:
    """A call with a message that can be heard."""
    settings.MEDIA_ROOT = str(tmp_path)
    message = cast.message(cast.mailbox(), a_call())
    recording = message.recording
    recording.file.save("a.wav", ContentFile(cast.wav(3)), save=False)
    recording.state, recording.duration_seconds = RecordingState.STORED.value, 3
    recording.content_type = "audio/wav"
    recording.save()
    assert message.call is not None
    return message.call


def looked_at(browser: Browser, name: str) -> None:
    """Keep pictures of a page, where somebody asks for them."""
    folder = os.environ.get("PICTURES_OF_JOBS")
    if not folder:
        return
    for theme, width in (("light", 1280), ("dark", 1280), ("light", 360)):
        browser.theme(theme)  # type: ignore[arg-type]
        browser.screen(width, 900)
        shown = browser.picture(width, tallest=1800)
        (Path(folder) / f"{name}-{theme}-{width}.png").write_bytes(shown)
    browser.theme("light")
    browser.screen(1280, 900)


@pytest.mark.requirement("PLN-07")
def test_a_job_is_made_by_a_form_found_and_exported(browser: Browser) -> None:
    owner = build.staff("Bruno")
    Job.objects.create(title="Pump", state="done", owner=owner)
    browser.open(f"{JOBS}add/")
    looked_at(browser, "job-add")
    browser.write("#id_title", "Boiler is cold")
    browser.write("#id_caller", "06 98 76 54 32")
    browser.choose("#id_owner", "Bruno")
    browser.write("#id_due_at_0", "2027-01-04")
    browser.write("#id_due_at_1", "09:00")
    browser.click("input[name=_save]")
    browser.see("#result_list", "Boiler is cold")
    browser.see("#result_list", "+33 6 98 76 54 32")
    looked_at(browser, "jobs")
    browser.click("#changelist-filter a", "open")
    browser.gone("#result_list", "Pump")
    assert axe.violations(browser) == []
    address = browser.run("return document.querySelector('a[href*=\"export/csv\"]').href")
    lines = str(browser.run(FETCHED, address)).splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["Boiler is cold"]


@pytest.mark.requirement("VPB-10")
def test_a_message_is_heard_in_the_list_of_calls(browser: Browser, call: Call) -> None:
    a_call(build.staff("Amélie"))
    browser.open(CALLS)
    browser.see(".c-sound .time", "0:00 / 0:03")
    looked_at(browser, "calls")
    browser.click(".c-sound .play")
    browser.until(lambda: browser.run(PLAYS), "the message plays")
    assert axe.violations(browser) == []
    address = browser.run("return document.querySelector('a[href*=\"export/csv\"]').href")
    assert len(str(browser.run(FETCHED, address)).splitlines()) == 3


def test_the_page_of_a_job_plays_the_message(browser: Browser, call: Call) -> None:
    job = Job.objects.create(title="Boiler", call=call, caller=call.caller)
    browser.open(reverse("admin:telephony_job_change", args=[job.pk]))
    browser.see(".job-call .time", "0:00 / 0:03")
    looked_at(browser, "job")
    assert axe.violations(browser) == []


def test_a_system_shows_its_secret_and_what_it_was_told(browser: Browser) -> None:
    browser.open("/admin/telephony/jobhook/add/")
    browser.write("#id_name", "Field service")
    browser.write("#id_url", "https://example.org/jobs")
    browser.click("input[name=_save]")
    browser.see("#secret")
    looked_at(browser, "secret")
    browser.click(".actions a", "Done")
    browser.click("button", "Send a test")
    browser.see("tbody th", "Test of the connection")
    browser.open(browser.path)
    browser.see("tbody th", "Test of the connection")
    looked_at(browser, "hook")
    assert axe.violations(browser) == []
    assert JobHook.objects.count() == 1
