"""Messages whose recordings are kept in a bucket of a real server."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage

from oncall_portal.lib.tests import bucket
from oncall_portal.lib.tests.bucket import Server
from oncall_portal.outbox import deliver
from oncall_portal.outbox.models import OutgoingMessage
from oncall_portal.outbox.tests.smtp import MailServer, running
from scheduling.enums import Role
from scheduling.tests.logins import client
from voicemail import downloads
from voicemail.models import Recording
from voicemail.tests import cast
from voicemail.tests.cast import NOW
from voicemail.tests.platform import Shelf

pytestmark = pytest.mark.django_db
SOUND = cast.wav(seconds=2)


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    with bucket.running(settings) as started:
        yield started


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_it_is_fetched_kept_served_attached_and_deleted(server: Server, settings: Any) -> None:
    left = cast.message(cast.mailbox({"email": "office@example.org"}), cast.call())
    assert downloads.download_next(NOW, Shelf(m1=SOUND))
    kept = Recording.objects.get()
    assert server.keys() == [f"portal/{kept.file}"]
    address, api = f"/api/v1/voicemails/{left.pk}/audio/", client(Role.SUPERVISOR)
    assert body(api.get(address)) == SOUND
    part = api.get(address, headers={"range": "bytes=-100"})
    assert (part.status_code, body(part)) == (206, SOUND[-100:])
    with running(MailServer(), settings) as mail_server:
        assert deliver.deliver_next(NOW)
    (attached,) = mail_server.inbox[0].iter_attachments()
    assert hashlib.sha256(attached.get_content()).hexdigest() == kept.sha256
    default_storage.delete(str(kept.file))
    assert (server.keys(), api.get(address).status_code) == ([], 404)


def test_a_storage_that_is_away_is_waited_for_and_nothing_is_lost(
    server: Server, settings: Any
) -> None:
    cast.message(cast.mailbox({"email": "office@example.org"}), cast.call())
    server.stop()
    assert downloads.download_next(NOW, Shelf(m1=SOUND))
    kept = Recording.objects.get()
    assert (kept.state, kept.error) == (
        "awaited",
        "OSError: The storage cannot be reached (EndpointConnectionError).",
    )
    with bucket.running(settings) as again:
        assert downloads.download_next(NOW + timedelta(seconds=10), Shelf(m1=SOUND))
        kept.refresh_from_db()
        assert (kept.state, again.keys()) == ("stored", [f"portal/{kept.file}"])


def test_an_e_mail_waits_for_the_storage_that_holds_its_attachment(
    server: Server, settings: Any
) -> None:
    cast.message(cast.mailbox({"email": "office@example.org"}), cast.call())
    downloads.download_next(NOW, Shelf(m1=SOUND))
    mail = OutgoingMessage.objects.get()
    server.stop()
    with running(MailServer(), settings) as mail_server:
        assert deliver.deliver_next(NOW)
        mail.refresh_from_db()
        assert (mail.state, mail.attempts, mail_server.inbox) == ("queued", 1, [])


def test_a_recording_cannot_be_heard_while_the_storage_is_away(server: Server) -> None:
    left = cast.message(cast.mailbox(), cast.call())
    downloads.download_next(NOW, Shelf(m1=SOUND))
    server.stop()
    answer = client(Role.SUPERVISOR).get(f"/api/v1/voicemails/{left.pk}/audio/")
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_away")
