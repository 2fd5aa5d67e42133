"""Stories of callers who speak too little, speak again, or are written down; with real audio."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from oncall_portal.outbox.tasks import deliver_due
from oncall_portal.outbox.tests.smtp import MailServer, running
from telephony.emulator import Switches, when
from telephony.enums import Outcome
from telephony.models import Call
from telephony.story import sentence
from tests.cast import OFFICE, Cast
from tests.story import Story, Teller
from voicemail.audio import examine
from voicemail.models import Recording, VoicemailMessage
from voicemail.tasks import announce_messages, download_recordings, fetch_transcripts

QUESTION = "To keep this message, press 1."


@pytest.fixture
def mail_server(settings: Any, tmp_path: Path) -> Iterator[MailServer]:
    """A mail server, and an empty media storage."""
    settings.MEDIA_ROOT = str(tmp_path)
    with running(MailServer(), settings) as server:
        yield server


def mailbox_with(people: Cast, **settings: Any) -> None:
    """Change how the general mailbox takes messages."""
    for name, value in settings.items():
        setattr(people.mailbox, name, value)
    people.mailbox.save()


def workers_run() -> None:
    """The workers do what is due."""
    for _ in range(4):
        download_recordings()
    fetch_transcripts()
    announce_messages()
    deliver_due()


def at_the_office(mail_server: MailServer) -> list[EmailMessage]:
    """Return what the mailbox's reader was sent, oldest first."""
    return [mail for mail in mail_server.inbox if mail["To"] == OFFICE]


def sound_of(mail: EmailMessage) -> bytes:
    """Return the recording that an e-mail carries."""
    (recording,) = mail.iter_attachments()
    return bytes(recording.get_content())


def takes(call: Call) -> dict[int, str]:
    """Return how each recording of a call stands."""
    return dict(call.voicemails.order_by("take").values_list("take", "delivery"))


@pytest.mark.requirement("PLA-10")
def test_two_seconds_are_a_hang_up_and_nobody_is_written_to(
    story: Story, people: Cast, mail_server: MailServer
) -> None:
    mailbox_with(people, min_seconds=4)
    story.caller_dials(speaks_s=2)
    call = story.expect_end()
    workers_run()
    assert (call.outcome, takes(call)) == (Outcome.GAVE_UP_IN_VOICEMAIL, {0: "too_short"})
    assert at_the_office(mail_server) == []
    assert Recording.objects.get().state == "stored"
    assert "message_too_short" in call.events.values_list("code", flat=True)


def test_the_audio_of_a_message_in_doubt_decides(
    story: Story, people: Cast, mail_server: MailServer
) -> None:
    mailbox_with(people, min_seconds=4)
    story.caller_dials(speaks_s=3.9)
    call = story.expect_end()
    workers_run()
    call.refresh_from_db()
    assert call.outcome == Outcome.GAVE_UP_IN_VOICEMAIL
    assert at_the_office(mail_server) == []


@pytest.mark.requirement("PLN-06")
@pytest.mark.requirement("PLA-11")
def test_who_records_again_and_hangs_up_in_mid_message_is_heard_with_the_second_one(
    story: Story, people: Cast, mail_server: MailServer
) -> None:
    mailbox_with(people, confirm=True)
    caller = story.caller_dials(speaks_s=12, ends_message_with="#")
    story.expect_said(QUESTION)
    workers_run()
    assert at_the_office(mail_server) == []
    caller.speaks_s, caller.ends_message_with = 6, "hang_up"
    assert caller.press("2")
    call = story.expect_end()
    workers_run()
    assert (call.outcome, takes(call)) == (
        Outcome.MESSAGE_LEFT,
        {0: "superseded", 1: "delivered"},
    )
    (mail,) = at_the_office(mail_server)
    sound = sound_of(mail)
    assert 5.5 < examine(sound).duration_seconds < 7.5
    second = VoicemailMessage.objects.get(take=1).recording
    assert second.sha256 == hashlib.sha256(sound).hexdigest()
    assert Recording.objects.filter(state="stored").count() == 2


def test_who_presses_1_is_thanked_and_heard_at_once(
    story: Story, people: Cast, mail_server: MailServer
) -> None:
    mailbox_with(people, confirm=True)
    caller = story.caller_dials(speaks_s=8, ends_message_with="#")
    story.expect_said(QUESTION)
    caller.press("1")
    call = story.expect_end()
    workers_run()
    assert caller.said[-1] == "Thank you. Your message will be passed on at once. Goodbye."
    assert (takes(call), len(at_the_office(mail_server))) == ({0: "delivered"}, 1)


def test_a_caller_may_record_again_three_times(
    story: Story, people: Cast, mail_server: MailServer
) -> None:
    mailbox_with(people, confirm=True)
    caller = story.caller_dials(speaks_s=5, ends_message_with="#")
    asked = 0
    while asked < 3:
        story.platform.run_until(lambda: len(_questions(caller.said)) > asked)  # noqa: B023 - called at once
        asked += 1
        caller.press("2")
    call = story.expect_end()
    workers_run()
    assert takes(call) == {
        0: "superseded",
        1: "superseded",
        2: "superseded",
        3: "delivered",
    }
    assert (len(_questions(caller.said)), len(at_the_office(mail_server))) == (3, 1)


def _questions(said: list[str]) -> list[str]:
    return [words for words in said if words.startswith(QUESTION)]


def test_a_portal_that_is_down_at_the_question_keeps_the_message(
    story: Story, people: Cast, mail_server: MailServer
) -> None:
    mailbox_with(people, confirm=True)
    caller = story.caller_dials(speaks_s=8, ends_message_with="#")
    story.expect_said(QUESTION)
    story.platform.advance(2)
    story.platform.faults.portal_down(for_s=60, fallback=True)
    caller.press("2")
    story.expect_end()
    story.platform.advance(400)  # the end of the call was not reported either
    call = story.expect_end()
    workers_run()
    assert caller.said[-1] == "Thank you. Your message will be passed on at once. Goodbye."
    assert (takes(call), len(at_the_office(mail_server))) == ({0: "delivered"}, 1)


def test_reports_that_come_late_and_twice_change_nothing(
    story: Story, people: Cast, mail_server: MailServer
) -> None:
    mailbox_with(people, confirm=True)
    story.platform.faults.delay(when(kind="record"), by_s=40)
    story.platform.faults.duplicate(when(kind="record"), times=None)
    caller = story.caller_dials(speaks_s=6, ends_message_with="#")
    story.expect_said(QUESTION)
    caller.ends_message_with = "hang_up"
    caller.press("2")
    call = story.expect_end()
    workers_run()
    assert takes(call) == {0: "superseded", 1: "delivered"}
    assert len(at_the_office(mail_server)) == 1


@pytest.mark.requirement("VPB-07")
def test_a_mailbox_without_tone_ends_its_messages_with_its_own_key(
    story: Story, people: Cast, mail_server: MailServer
) -> None:
    mailbox_with(people, beep=False, end_key="*", greeting=None)
    caller = story.caller_dials(speaks_s=6, ends_message_with="*")
    call = story.expect_end()
    workers_run()
    greeting = next(words for words in caller.said if "leave a message now" in words)
    assert greeting.endswith("then press star.")
    assert [heard.kind for heard in caller.heard if heard.kind == "beep"] == []
    assert call.outcome == Outcome.MESSAGE_LEFT
    assert 5.5 < examine(sound_of(at_the_office(mail_server)[0])).duration_seconds < 7


@pytest.mark.requirement("PLA-11")
def test_a_message_is_written_down_where_its_mailbox_wants_it(
    story: Story, people: Cast, mail_server: MailServer
) -> None:
    mailbox_with(people, transcribe=True)
    story.caller_dials(speaks_s=6, says="My boiler leaks, please come at once.")
    story.expect_end()
    workers_run()
    recording = Recording.objects.get()
    assert (recording.transcription, recording.transcript) == (
        "stored",
        "My boiler leaks, please come at once.",
    )
    (mail,) = at_the_office(mail_server)
    body = mail.get_body(("plain",))
    assert body is not None
    assert "My boiler leaks, please come at once." in body.get_content()
    assert hashlib.sha256(sound_of(mail)).hexdigest() == recording.sha256


def test_words_that_never_come_keep_no_message_waiting(
    teller: Teller, people: Cast, mail_server: MailServer
) -> None:
    mailbox_with(people, transcribe=True)
    with teller(switches=Switches(transcription_comes=False)) as story:
        story.caller_dials(speaks_s=6)
        story.expect_end()
        workers_run()
        assert at_the_office(mail_server) == []
        story.platform.advance(61)
        workers_run()
        assert len(at_the_office(mail_server)) == 1
    assert Recording.objects.get().transcription == "awaited"


def test_the_story_of_a_call_tells_of_a_message_recorded_again_and_of_one_too_short(
    story: Story, people: Cast, mail_server: MailServer
) -> None:
    mailbox_with(people, confirm=True)
    caller = story.caller_dials(speaks_s=6, ends_message_with="#")
    story.expect_said(QUESTION)
    caller.speaks_s, caller.ends_message_with = 0.5, "hang_up"
    caller.press("2")
    call = story.expect_end()
    workers_run()
    told = [sentence(event.code, event.params) for event in call.events.order_by("at", "pk")]
    assert "The caller records the message again" in told
    assert "What the caller said is too short to be a message" in told
    assert takes(call) == {0: "delivered", 1: "too_short"}
    assert len(at_the_office(mail_server)) == 1
