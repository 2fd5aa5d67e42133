"""Writing into the outbox: once per key, harmless headers, never a wait."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import transaction

from oncall_portal.outbox.models import OutgoingMessage
from oncall_portal.outbox.services import send_email
from oncall_portal.outbox.types import Attachment

NOW = datetime(2026, 11, 22, 2, 12, tzinfo=UTC)


def write(key: str = "k1", subject: str = "Nobody answered", body: str = "…") -> OutgoingMessage:
    return send_email(
        to="amelie@example.org", subject=subject, body=body, cause="call:1", key=key, now=NOW
    )


@pytest.mark.django_db
def test_a_message_waits_and_is_due_at_once() -> None:
    message = write()
    assert (message.channel, message.to, message.state) == ("email", "amelie@example.org", "queued")
    assert (message.created_at, message.next_attempt_at, message.attempts) == (NOW, NOW, 0)


@pytest.mark.django_db
def test_a_subject_is_one_line_that_keeps_its_unbreakable_spaces() -> None:
    assert write(subject="a\r\nBcc: b\u2028c\xa0: d ").subject == "a Bcc: b c\xa0: d"


@pytest.mark.django_db
def test_the_same_key_again_changes_nothing() -> None:
    first = write(subject="First")
    second = write(subject="Second")
    assert (second.pk, second.subject) == (first.pk, "First")
    assert OutgoingMessage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_key_from_two_transactions_at_once_gives_one_row() -> None:
    start = threading.Barrier(8)
    ids: list[int] = []

    def work() -> None:
        start.wait()
        with transaction.atomic():
            ids.append(write().pk)
        transaction.get_connection().close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(ids), len(set(ids)), OutgoingMessage.objects.count()) == (8, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_cause_that_rolls_back_takes_its_message_along() -> None:
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert OutgoingMessage.objects.count() == 0


@pytest.mark.django_db
def test_a_subject_becomes_one_short_line() -> None:
    message = write(subject="Call\r\nBcc: thief@example.org\x00" + "x" * 300, body="a\x00b")
    assert message.subject.startswith("Call Bcc: thief@example.orgx")
    assert (len(message.subject), message.body) == (200, "ab")


@pytest.mark.django_db
def test_attachments_are_named_not_copied() -> None:
    message = send_email(
        to="amelie@example.org",
        subject="A message",
        body="…",
        cause="voicemail:1",
        key="k",
        now=NOW,
        attachments=[Attachment("recordings/a.wav", "message\n1.wav", "audio/wav")],
    )
    message.refresh_from_db()
    assert message.attachments == [
        {
            "storage_name": "recordings/a.wav",
            "file_name": "message 1.wav",
            "content_type": "audio/wav",
        }
    ]
