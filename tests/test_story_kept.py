"""Stories of callers who speak too little, speak again, or are written down; with real audio."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from email.message import EmailMessage
from functools import partial

import pytest

from oncall_portal.outbox.tasks import deliver_due
from oncall_portal.outbox.tests.smtp import MailServer
from telephony.emulator import Switches, when
from telephony.emulator.phones import CallHandle
from telephony.enums import Outcome
from telephony.models import Call
from telephony.story import sentence
from tests.cast import OFFICE, Cast
from tests.story import Story, Teller
from voicemail.audio import examine
from voicemail.models import Mailbox, Recording, VoicemailMessage
from voicemail.tasks import announce_messages, download_recordings, fetch_transcripts

QUESTION = "To keep this message, press 1."
THANKS = "Thank you. Your message will be passed on at once. Goodbye."


@dataclass
class Night:
    """Nobody answers; the office reads what callers leave."""

    story: Story
    mail_server: MailServer

    def asks(self, speaks_s: float) -> CallHandle:
        """Somebody leaves a message, ends it by key, and is asked whether to keep it."""
        Mailbox.objects.update(confirm=True)
        caller = self.story.caller_dials(speaks_s=speaks_s, ends_message_with="#")
        self.story.expect_said(QUESTION)
        return caller

    def speaks_again(self, caller: CallHandle, speaks_s: float) -> None:
        """The caller records again, and hangs up in the middle of it."""
        caller.speaks_s, caller.ends_message_with = speaks_s, "hang_up"
        assert caller.press("2")

    def ends(self) -> Call:
        """The call ends, and the workers do what is due."""
        call = self.story.expect_end()
        self.works()
        call.refresh_from_db()
        return call

    def works(self) -> None:
        """The workers do what is due."""
        for _ in range(4):
            download_recordings()
        fetch_transcripts()
        announce_messages()
        deliver_due()

    @property
    def mails(self) -> list[EmailMessage]:
        """What the office was sent, oldest first."""
        return [mail for mail in self.mail_server.inbox if mail["To"] == OFFICE]


@pytest.fixture
def night(story: Story, mail_server: MailServer) -> Night:
    return Night(story, mail_server)


def sound_of(mail: EmailMessage) -> bytes:
    """Return the recording that an e-mail carries."""
    (recording,) = mail.iter_attachments()
    return bytes(recording.get_content())


def takes(call: Call) -> dict[int, str]:
    """Return how each recording of a call stands."""
    return dict(call.voicemails.order_by("take").values_list("take", "delivery"))


@pytest.mark.requirement("PLA-10")
@pytest.mark.parametrize("speaks_s", [2, 3.9], ids=["reported as short", "short by its audio"])
def test_what_is_too_short_is_a_hang_up_and_nobody_is_written_to(
    night: Night, speaks_s: float
) -> None:
    Mailbox.objects.update(min_seconds=4)
    night.story.caller_dials(speaks_s=speaks_s)
    call = night.ends()
    assert (call.outcome, takes(call)) == (Outcome.GAVE_UP_IN_VOICEMAIL, {0: "too_short"})
    assert (night.mails, Recording.objects.get().state) == ([], "stored")
    assert "message_too_short" in call.events.values_list("code", flat=True)


@pytest.mark.requirement("PLN-06")
@pytest.mark.requirement("PLA-11")
def test_who_records_again_and_hangs_up_in_mid_message_is_heard_with_the_second_one(
    night: Night,
) -> None:
    caller = night.asks(speaks_s=12)
    night.works()
    assert night.mails == []
    night.speaks_again(caller, speaks_s=6)
    call = night.ends()
    assert call.outcome == Outcome.MESSAGE_LEFT
    assert takes(call) == {0: "superseded", 1: "delivered"}
    (sound,) = map(sound_of, night.mails)
    assert 5.5 < examine(sound).duration_seconds < 7.5
    second = VoicemailMessage.objects.get(take=1).recording
    assert second.sha256 == hashlib.sha256(sound).hexdigest()
    assert Recording.objects.filter(state="stored").count() == 2


def test_who_presses_1_is_thanked_and_heard_at_once(night: Night) -> None:
    caller = night.asks(speaks_s=8)
    caller.press("1")
    call = night.ends()
    assert (caller.said[-1], takes(call), len(night.mails)) == (THANKS, {0: "delivered"}, 1)


def test_a_caller_may_record_again_three_times(night: Night) -> None:
    caller = night.asks(speaks_s=5)
    for asked in (1, 2, 3):
        night.story.platform.run_until(partial(_was_asked, caller, asked))
        caller.press("2")
    call = night.ends()
    assert takes(call) == {0: "superseded", 1: "superseded", 2: "superseded", 3: "delivered"}
    assert (_was_asked(caller, 3), len(night.mails)) == (True, 1)


def _was_asked(caller: CallHandle, times: int) -> bool:
    return sum(words.startswith(QUESTION) for words in caller.said) == times


def test_a_portal_that_is_down_at_the_question_keeps_the_message(night: Night) -> None:
    caller, platform = night.asks(speaks_s=8), night.story.platform
    platform.advance(2)
    platform.faults.portal_down(for_s=60, fallback=True)
    caller.press("2")
    night.story.expect_end()
    platform.advance(400)  # the end of the call was not reported either
    call = night.ends()
    assert (caller.said[-1], takes(call), len(night.mails)) == (THANKS, {0: "delivered"}, 1)


def test_reports_that_come_late_and_twice_change_nothing(night: Night) -> None:
    night.story.platform.faults.delay(when(kind="record"), by_s=40)
    night.story.platform.faults.duplicate(when(kind="record"), times=None)
    night.speaks_again(night.asks(speaks_s=6), speaks_s=6)
    call = night.ends()
    assert (takes(call), len(night.mails)) == ({0: "superseded", 1: "delivered"}, 1)


@pytest.mark.requirement("VPB-07")
def test_a_mailbox_without_tone_ends_its_messages_with_its_own_key(night: Night) -> None:
    Mailbox.objects.update(beep=False, end_key="*", greeting=None)
    caller = night.story.caller_dials(speaks_s=6, ends_message_with="*")
    call = night.ends()
    greeting = next(words for words in caller.said if "leave a message now" in words)
    assert greeting.endswith("then press star.")
    assert [heard.kind for heard in caller.heard if heard.kind == "beep"] == []
    assert call.outcome == Outcome.MESSAGE_LEFT
    assert 5.5 < examine(sound_of(night.mails[0])).duration_seconds < 7


@pytest.mark.requirement("PLA-11")
def test_a_message_is_written_down_where_its_mailbox_wants_it(night: Night) -> None:
    Mailbox.objects.update(transcribe=True)
    words = "My boiler leaks, please come at once."
    night.story.caller_dials(speaks_s=6, says=words)
    night.ends()
    recording = Recording.objects.get()
    assert (recording.transcription, recording.transcript) == ("stored", words)
    (mail,) = night.mails
    body = mail.get_body(("plain",))
    assert body is not None
    assert words in body.get_content()
    assert hashlib.sha256(sound_of(mail)).hexdigest() == recording.sha256


def test_words_that_never_come_keep_no_message_waiting(
    teller: Teller, people: Cast, mail_server: MailServer
) -> None:
    Mailbox.objects.update(transcribe=True)
    with teller(switches=Switches(transcription_comes=False)) as story:
        night = Night(story, mail_server)
        story.caller_dials(speaks_s=6)
        night.ends()
        assert night.mails == []
        story.platform.advance(61)
        night.works()
        assert len(night.mails) == 1
    assert Recording.objects.get().transcription == "awaited"


def test_the_story_of_a_call_tells_of_a_message_recorded_again_and_of_one_too_short(
    night: Night,
) -> None:
    night.speaks_again(night.asks(speaks_s=6), speaks_s=0.5)
    call = night.ends()
    told = [sentence(event.code, event.params) for event in call.events.order_by("at", "pk")]
    assert "The caller records the message again" in told
    assert "What the caller said is too short to be a message" in told
    assert (takes(call), len(night.mails)) == ({0: "delivered", 1: "too_short"}, 1)
