"""Stories in which callers hear uploaded recordings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from telephony import menu_services, prompt_services
from telephony.enums import Behaviour, Outcome
from telephony.models import BlockedCaller, Prompt
from telephony.tests.sounds import encoded, upload
from telephony.vonage import routes
from tests.cast import CALLER, START, Cast, on_duty, scenario
from tests.story import Story
from voicemail.models import Mailbox

STANDARD = "Please leave your message after the tone"


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def recorded(name: str, **seconds: float) -> Prompt:
    """Return a prompt with a recording of so many seconds in each language."""
    files = {language: upload(encoded(seconds=long)) for language, long in seconds.items()}
    return prompt_services.create_prompt({"name": name, "recordings": files}, START)


def address(prompt: Prompt, language: str = "en") -> str:
    """Return where the platform fetches a recording."""
    return routes.audio(prompt.recordings.get(language=language).token)


def played(story: Story) -> dict[str, float]:
    """Return the recordings that the caller heard, and for how many seconds."""
    assert story.call is not None
    return {
        heard.text: (heard.until - heard.at).total_seconds()
        for heard in story.call.heard
        if "/voice/audio/" in heard.text and heard.until is not None
    }


def instructed(story: Story) -> list[Any]:
    """Return every action that the platform was told to play a recording with."""
    return [
        action
        for sent in story.platform.webhooks
        if isinstance(sent.reply, list)
        for action in sent.reply
        if "/voice/audio/" in str(action.get("streamUrl"))
    ]


@pytest.mark.requirement("CRM-10")
@pytest.mark.requirement("VPB-07")
def test_a_number_with_an_uploaded_greeting_plays_it_before_the_message(
    story: Story, people: Cast
) -> None:
    greeting = recorded("Main line", en=2.5)
    people.line.greeting = greeting
    people.line.save()
    on_duty(people.schedule, people.bruno)
    story.caller_dials(presses=[(3, "1")], speaks_s=5)
    assert story.expect_end().outcome == Outcome.MESSAGE_LEFT
    assert played(story) == {address(greeting): 2.5}
    assert {"action": "stream", "streamUrl": [address(greeting)]} in instructed(story)
    assert story.call is not None
    assert not any(STANDARD in said for said in story.call.said)


@pytest.mark.requirement("CRM-10")
def test_a_number_assigned_to_somebody_plays_their_own_greeting(story: Story, people: Cast) -> None:
    own, line = recorded("Bruno", en=1.5), recorded("Main line", en=3)
    Mailbox.objects.create(name="Bruno", staff=people.bruno, greeting_prompt=own)
    people.line.greeting, people.line.assigned_staff = line, people.bruno
    people.line.save()
    story.caller_dials(presses=[(3, "1")], speaks_s=5)
    story.expect_end()
    assert played(story) == {address(own): 1.5}


@pytest.mark.requirement("VPB-07")
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_general_mailbox_plays_its_greeting_in_the_callers_language(
    story: Story, people: Cast, language: str
) -> None:
    people.mailbox.greeting_prompt = recorded("House", en=1.5, fr=2)
    people.mailbox.save()
    people.line.languages = [language]
    people.line.save()
    story.caller_dials(presses=[(3, "1")], speaks_s=5)
    story.expect_end()
    assert list(played(story)) == [address(people.mailbox.greeting_prompt, language)]


@pytest.mark.requirement("VPB-07")
def test_an_announcement_is_played_where_it_is_recorded(story: Story, people: Cast) -> None:
    closed = recorded("Closed", en=4)
    scenario(people.schedule, {"kind": "announcement", "prompt": closed})
    story.caller_dials()
    assert story.expect_end().outcome == Outcome.ANNOUNCEMENT
    assert played(story) == {address(closed): 4}


@pytest.mark.parametrize("text", [{}, {"en": "We do not take your calls."}])
def test_a_blocked_caller_hears_the_recording_of_why(
    story: Story, people: Cast, text: dict[str, str]
) -> None:
    told = recorded("Blocked", en=3)
    Prompt.objects.update(text=text)
    BlockedCaller.objects.create(kind="exact", pattern=CALLER, prompt=told)
    story.caller_dials()
    assert story.expect_end().outcome == Outcome.BLOCKED
    assert played(story) == {address(told): 3}
    assert story.call is not None
    assert story.call.said == []


def test_a_blocked_caller_of_another_language_than_the_recording_hears_the_standard_words(
    story: Story, people: Cast
) -> None:
    told = recorded("Blocked", fr=3)
    BlockedCaller.objects.create(kind="exact", pattern=CALLER, prompt=told)
    caller = story.caller_dials()
    assert story.expect_end().outcome == Outcome.BLOCKED
    assert caller.said == ["Your call cannot be taken at this number. Goodbye."]


@pytest.mark.requirement("CRM-10")
def test_a_greeting_that_is_replaced_during_a_call_is_heard_as_it_is_then(
    story: Story, people: Cast
) -> None:
    greeting = recorded("Main line", en=1.5)
    before = address(greeting)
    people.line.greeting = greeting
    people.line.save()
    on_duty(people.schedule, people.bruno)
    story.caller_dials(presses=[(9, "1")], speaks_s=5)
    story.platform.advance(4)
    values = {"recordings": {"en": upload(encoded(seconds=3.5))}}
    prompt_services.change_prompt(greeting.pk, 1, values, START)
    story.expect_end()
    assert played(story) == {before: 3.5}


@pytest.mark.requirement("PLN-05")
def test_a_welcome_that_is_removed_during_a_call_is_heard_to_the_end_of_that_call(
    story: Story, people: Cast
) -> None:
    welcome = recorded("Welcome", en=2)
    before = address(welcome)
    keys = [{"key": "2", "goes_to": {"kind": "hang_up"}}]
    values = {"name": "Main", "welcome_prompt": welcome, "options": keys}
    people.line.menu = menu_services.create_menu(values)
    people.line.behaviour = Behaviour.SMART_VOICEMAIL.value
    people.line.languages = ["en", "fr"]
    people.line.save()
    caller = story.caller_dials()
    story.expect_said("Pour le français")
    change = {"text": {"en": "Good evening."}, "recordings": {"en": None}}
    prompt_services.change_prompt(welcome.pk, 1, change, START)
    caller.press("1")
    story.expect_said("To end the call, press 2.")
    assert played(story) == {before: 2}
    caller.press("2")
    story.expect_end()
    story.caller_dials(presses=[(5, "1")])
    story.expect_said("Good evening.")
    assert played(story) == {}


@pytest.mark.requirement("CRM-10")
def test_a_greeting_whose_file_is_gone_keeps_nobody_from_leaving_a_message(
    story: Story, people: Cast
) -> None:
    greeting = recorded("Main line", en=1.5)
    people.line.greeting = greeting
    people.line.save()
    audio = greeting.recordings.get()
    audio.file.storage.delete(str(audio.file.name))
    story.caller_dials(presses=[(3, "1")], speaks_s=5)
    assert story.expect_end().outcome == Outcome.MESSAGE_LEFT
    assert played(story) == {}
