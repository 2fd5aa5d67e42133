"""A message's own page; the list of messages is the inbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from oncall_portal.lib import clock
from oncall_portal.outbox.services import send_email
from scheduling.enums import Role
from scheduling.models import Schedule
from scheduling.tests.logins import login
from telephony.enums import Outcome, Phase
from telephony.models import Call
from voicemail.enums import RecordingState
from voicemail.models import Recording, VoicemailMessage
from voicemail.tests import cast

pytestmark = pytest.mark.django_db
LIST = reverse("admin:voicemail_voicemailmessage_changelist")


@pytest.fixture
def page(media: Path) -> Any:
    cast.organisation()
    client = Client()
    client.force_login(login(Role.SUPERVISOR))
    with clock.driven_by(lambda: cast.NOW):
        yield client


@pytest.fixture
def message(page: Client) -> VoicemailMessage:
    """A message in the general mailbox, left in a call that nobody answered."""
    rota = Schedule.objects.create(name="Paris", time_zone="Europe/Paris")
    call = cast.call(schedule=rota)
    Call.objects.update(
        phase=Phase.ENDED.value,
        outcome=Outcome.MESSAGE_LEFT.value,
        ended_at=cast.NOW,
        label="Main line",
    )
    call.refresh_from_db()
    return cast.message(cast.mailbox(), call)


def stored(message: VoicemailMessage) -> None:
    recording = message.recording
    recording.file.save("m.wav", ContentFile(cast.wav()), save=False)
    recording.state, recording.content_type = RecordingState.STORED.value, "audio/wav"
    recording.save()


def address(message: VoicemailMessage) -> str:
    return reverse("admin:voicemail_voicemailmessage_change", args=[message.pk])


def test_a_recording_that_is_not_here_yet_is_said_in_words(
    page: Client, message: VoicemailMessage
) -> None:
    words = page.get(address(message)).content.decode()
    assert ("The recording has not been fetched yet." in words, "<audio" in words) == (True, False)
    message.recording.state = RecordingState.FAILED.value
    message.recording.save()
    assert (
        "The recording could not be fetched. Please call back."
        in page.get(address(message)).content.decode()
    )


@pytest.mark.parametrize(
    ("state", "told", "fact"),
    [
        ("awaited", "it is asked for the rest.", "Being fetched, only a part of it"),
        ("stored", "Call back if you miss the rest.", "Stored, only a part of it"),
    ],
)
def test_a_recording_of_which_only_a_part_is_here_is_played_and_marked(
    page: Client, message: VoicemailMessage, state: str, told: str, fact: str
) -> None:
    Recording.objects.update(state=state, file="recordings/part.wav", part_since=cast.NOW)
    words = page.get(address(message)).content.decode()
    assert [each in words for each in ("<audio", "Only a part", told, fact)] == [True] * 4


def test_players_stand_wherever_a_message_is_shown_and_load_nothing_before_they_play(
    page: Client, message: VoicemailMessage
) -> None:
    stored(message)
    source = reverse("voicemails-audio", args=[message.pk])
    player = f'<audio controls preload="none" src="{source}"></audio>'
    views = ("admin:telephony_call_change", "admin:telephony_call_live_one")
    of_its_call = [reverse(view, args=[message.call_id]) for view in views]
    for shown in (address(message), *of_its_call):
        assert player in page.get(shown).content.decode()


def test_a_message_without_a_call_is_shown_all_the_same(page: Client) -> None:
    message = cast.message(None, None)
    words = page.get(address(message)).content.decode()
    assert "The call that it was left in is not known." in words


def test_its_page_says_when_it_was_left_and_what_became_of_the_call(
    page: Client, message: VoicemailMessage
) -> None:
    words = page.get(address(message)).content.decode()
    left = "Left on Sunday 22 November 2026 at 03:12:30, on Main line"
    assert left in words
    assert "There was nobody to ring; a message was left" in words
    assert "Being fetched" in words


def test_its_page_calls_back_whoever_has_a_number(page: Client, message: VoicemailMessage) -> None:
    back = reverse("admin:telephony_call_back", args=[message.call_id])
    assert back in page.get(address(message)).content.decode()
    Call.objects.update(caller="", callback_number="")
    assert back not in page.get(address(message)).content.decode()


def test_its_page_says_who_was_written_to(page: Client, message: VoicemailMessage) -> None:
    cause = f"voicemail:{message.pk}"
    send_email(to="a@example.org", subject="S", body="B", cause=cause, key="k", now=cast.NOW)
    send_email(to="b@example.org", subject="S", body="B", cause="x", key="l", now=cast.NOW)
    words = page.get(address(message)).content.decode()
    assert ("a@example.org" in words, "b@example.org" in words) == (True, False)
    assert "waiting" in words


def test_the_old_list_leads_to_the_inbox(page: Client) -> None:
    assert page.get(LIST)["Location"] == reverse("admin:inbox")


def test_nothing_can_be_written_on_a_message(page: Client, message: VoicemailMessage) -> None:
    assert page.post(address(message), {"caller": "x"}).status_code == 403
    gone = reverse("admin:voicemail_voicemailmessage_change", args=[999])
    assert page.get(gone)["Location"] == reverse("admin:index")
