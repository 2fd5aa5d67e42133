"""Stories of the history of calls: what was said stands there, is heard and downloaded there."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scheduling.enums import Role
from scheduling.tests.logins import login
from telephony.emulator.behaviours import Answers
from telephony.enums import Outcome
from tests.cast import BRUNO, Cast, on_duty
from tests.story import Story
from voicemail.audio import examine
from voicemail.models import Recording
from voicemail.tasks import download_recordings

TAKES_IT = Answers(after_s=4, presses=["1"], talks_s=20)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    """An empty media storage."""
    settings.MEDIA_ROOT = str(tmp_path)


def office() -> tuple[Client, str]:
    """Return a supervisor's browser, and the history as it shows it."""
    browser = Client()
    browser.force_login(login(Role.SUPERVISOR))
    page = browser.get(reverse("admin:telephony_call_changelist")).content.decode()
    return browser, page


def heard(browser: Client, page: str) -> Any:
    """Return the answer for the one recording that the history plays; it is downloaded alike."""
    (source,) = re.findall(r'<audio controls preload="none" src="([^"]+)"', page)
    assert re.findall(r'href="([^"]+)" download title=', page) == [source]
    return browser.get(source)


def kept(answer: Any) -> tuple[str, bytes]:
    name = re.fullmatch(r'inline; filename="(.+)"', answer["Content-Disposition"])
    assert name is not None
    return name[1], b"".join(answer.streaming_content)


@pytest.mark.requirement("VPB-10")
def test_a_message_stands_in_the_history_and_is_heard_and_downloaded_there(
    story: Story, people: Cast
) -> None:
    story.caller_dials(speaks_s=7)
    call = story.expect_end()
    assert call.outcome == Outcome.MESSAGE_LEFT
    download_recordings()
    browser, page = office()
    assert "Message left" in page
    name, sound = kept(heard(browser, page))
    stored = Recording.objects.get()
    assert hashlib.sha256(sound).hexdigest() == stored.sha256
    assert examine(sound).duration_seconds == pytest.approx(stored.duration_seconds)
    assert 6.5 < examine(sound).duration_seconds < 12
    assert re.fullmatch(rf"message-\{call.caller}-\d{{4}}-\d\d-\d\d-\d{{4}}\.wav", name)


@pytest.mark.requirement("CRM-06")
def test_a_recorded_conversation_is_heard_in_the_history(story: Story, people: Cast) -> None:
    on_duty(people.schedule, people.bruno)
    people.line.record = True
    people.line.save()
    story.phone(BRUNO, TAKES_IT)
    story.caller_dials()
    story.expect_connected(BRUNO)
    story.expect_end()
    download_recordings()
    browser, page = office()
    name, sound = kept(heard(browser, page))
    assert hashlib.sha256(sound).hexdigest() == Recording.objects.get().sha256
    assert name.startswith("conversation-+")
