"""A private link opened on a telephone: the page fits, plays, and has nothing that axe finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from oncall_portal.lib import clock
from oncall_portal.outbox.enums import Channel
from telephony.models import Caller
from tests.browser import axe
from tests.browser.driver import Browser
from voicemail import links
from voicemail.enums import RecordingState
from voicemail.models import Listening
from voicemail.tests import cast

PLAYING = "return document.querySelector('audio').paused === false"


@pytest.fixture
def address(site: Any, settings: Any, tmp_path: Path) -> str:
    """The path of a link to a message of twenty seconds."""
    settings.MEDIA_ROOT = str(tmp_path)
    cast.organisation()
    Caller.objects.create(number="+33698765432", name="Jean Dupont")
    recording = cast.message(cast.mailbox(), cast.call()).recording
    recording.file.save("m.wav", ContentFile(cast.wav(20)), save=False)
    recording.state, recording.content_type = RecordingState.STORED.value, "audio/wav"
    recording.duration_seconds, recording.transcript = 20, "My boiler leaks. Please call back."
    recording.save()
    link = links.link_for(recording.message, Channel.SMS, "+33639980001", clock.now())
    assert link is not None
    return "/m/" + link.address.rpartition("/")[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_heard_on_a_telephone_without_signing_in(
    browser: Browser, address: str, theme: Any
) -> None:
    browser.screen(360, 740, touch=True)
    browser.open(address)
    browser.theme(theme)
    browser.see("h1", "Jean Dupont")
    assert browser.run("return document.documentElement.scrollWidth") == 360
    assert axe.violations(browser) == []
    assert not Listening.objects.exists()
    browser.click(".player .play")
    browser.until(lambda: browser.run(PLAYING), "it plays")
    browser.until(Listening.objects.exists, "who listens is recorded")
    assert browser.problems() == []
