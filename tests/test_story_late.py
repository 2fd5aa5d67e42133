"""Stories of recordings that are reported late, more than once, or when nobody may keep them."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from oncall_portal.lib import clock
from oncall_portal.outbox.tasks import deliver_due
from oncall_portal.outbox.tests.smtp import MailServer
from telephony import receipts
from telephony.emulator import Answers, payloads, when
from telephony.enums import Outcome
from telephony.tests import hostile
from tests.cast import BRUNO, CALLER, OFFICE, Cast, on_duty
from tests.story import Story
from voicemail import erasing
from voicemail.models import Recording, VoicemailMessage
from voicemail.tasks import download_recordings

DAY = timedelta(days=1)


def work_done() -> None:
    """The workers do what is due, and what is kept of webhooks goes when it is old."""
    receipts.prune(clock.now())
    for _ in range(3):
        download_recordings()
    deliver_due()


def sounds(mail_server: MailServer) -> list[str]:
    """Return the checksums of what the office was sent."""
    mails = [mail for mail in mail_server.inbox if mail["To"] == OFFICE]
    parts = [part for mail in mails for part in mail.iter_attachments()]
    return [hashlib.sha256(part.get_content()).hexdigest() for part in parts]


def reported(story: Story, after: timedelta) -> int:
    """The platform reports so much later, signed then, what it recorded; return how often."""
    platform = story.platform
    later = platform.clock.now() + after
    with clock.driven_by(lambda: later):
        for recording in platform.recordings:
            body = payloads.recorded(recording, platform.api_url, later)
            answer = hostile.Platform().post(urlsplit(recording.event_url).path, body)
            assert answer.status_code in {200, 204}
        work_done()
    return len(platform.recordings)


@pytest.mark.requirement("PLA-11")
def test_a_message_that_is_reported_a_day_late_arrives(
    story: Story, people: Cast, mail_server: MailServer
) -> None:
    story.platform.faults.lose(when(kind="record"), times=None)
    story.caller_dials(speaks_s=7)
    call = story.expect_end()
    assert not Recording.objects.exists()
    reported(story, DAY)
    call.refresh_from_db()
    assert call.outcome == Outcome.MESSAGE_LEFT
    assert sounds(mail_server) == [Recording.objects.get().sha256]


@pytest.mark.parametrize("days", [1, 5])
def test_a_message_that_is_reported_again_days_later_arrives_once(
    story: Story, people: Cast, mail_server: MailServer, days: int
) -> None:
    story.caller_dials(speaks_s=7)
    story.expect_end()
    work_done()
    assert reported(story, days * DAY) == 1
    assert VoicemailMessage.objects.count() == 1
    assert sounds(mail_server) == [Recording.objects.get().sha256]


@pytest.mark.parametrize("what", ["message", "conversation"])
def test_what_is_reported_after_its_caller_was_erased_is_not_kept(
    story: Story, people: Cast, mail_server: MailServer, what: str
) -> None:
    if what == "conversation":
        people.line.record = True
        people.line.save()
        on_duty(people.schedule, people.bruno)
        story.phone(BRUNO, Answers(after_s=4, presses=["1"], talks_s=20))
    story.platform.faults.lose(when(kind="record"), times=None)
    story.caller_dials(speaks_s=7)
    story.expect_end()
    erasing.erase(CALLER, by="Sam", now=story.platform.clock.now() + timedelta(hours=1))
    assert reported(story, DAY) == 1
    assert (Recording.objects.count(), VoicemailMessage.objects.count()) == (0, 0)
    assert sounds(mail_server) == []
