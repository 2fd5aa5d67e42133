"""From a message taken to an e-mail with its recording in a real mail server's hands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from celery import current_app
from django.conf import settings as portal

from oncall_portal.lib import clock
from oncall_portal.outbox.tasks import deliver_due
from oncall_portal.outbox.tests.smtp import MailServer, running
from telephony import provider
from telephony.intake import RecordedMessage
from telephony.provider import ProviderError
from voicemail.intake import DOWNLOAD_RECORDINGS, Intake
from voicemail.models import Mailbox
from voicemail.tasks import announce_messages, download_recordings
from voicemail.tests import cast
from voicemail.tests.cast import NOW, PLATFORM
from voicemail.tests.platform import Shelf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.fixture
def mail_server(settings: Any) -> Iterator[MailServer]:
    """A mail server that takes everything."""
    with running(MailServer(), settings) as server:
        yield server


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    """The platform that the tasks reach."""
    platform = Shelf(m1=cast.wav(seconds=1.5))
    provider.set_provider(platform)  # type: ignore[arg-type]  # fetching is all that is asked
    yield platform
    provider.set_provider(None)


def take(box: Mailbox) -> None:
    message = RecordedMessage("m1", PLATFORM + "m1", NOW, 14.0, 24044)
    Intake().take(cast.call().pk, box.pk, message, NOW)


def work_at(now: datetime) -> None:
    with clock.driven_by(lambda: now):
        download_recordings()
        announce_messages()
        deliver_due()


def audio_of(mail: EmailMessage) -> list[tuple[str | None, bytes]]:
    return [(part.get_filename(), part.get_content()) for part in mail.iter_attachments()]


@pytest.mark.requirement("PLA-11")
def test_a_message_arrives_by_e_mail_with_its_recording(
    mail_server: MailServer, shelf: Shelf
) -> None:
    take(cast.mailbox({"staff": cast.person("Alice")}))
    work_at(NOW)
    assert mail_server.recipients == ["alice@example.org"]
    assert audio_of(mail_server.inbox[0]) == [("message-2026-11-22-0312.wav", cast.wav(1.5))]


def test_while_the_platform_fails_people_hear_of_it_and_the_recording_follows(
    mail_server: MailServer, shelf: Shelf
) -> None:
    take(cast.mailbox({"staff": cast.person("Alice")}))
    whole, shelf.content["m1"] = shelf.content["m1"], ProviderError("away", permanent=False)
    work_at(NOW)
    work_at(NOW + timedelta(minutes=9))
    assert mail_server.inbox == []
    work_at(NOW + timedelta(minutes=10))
    shelf.content["m1"] = whole
    work_at(NOW + timedelta(minutes=11))
    assert [len(audio_of(mail)) for mail in mail_server.inbox] == [0, 1]


@pytest.mark.parametrize("name", [DOWNLOAD_RECORDINGS, "voicemail.announce_messages"])
def test_beat_sweeps_every_twenty_seconds(name: str) -> None:
    assert portal.CELERY_BEAT_SCHEDULE[name]["task"] == name
    assert portal.CELERY_BEAT_SCHEDULE[name]["schedule"] == 20.0
    current_app.loader.import_default_modules()
    assert name in current_app.tasks


def test_recordings_leave_room_for_the_requests_of_live_calls() -> None:
    current_app.loader.import_default_modules()
    assert current_app.tasks[DOWNLOAD_RECORDINGS].rate_limit == "8/s"
