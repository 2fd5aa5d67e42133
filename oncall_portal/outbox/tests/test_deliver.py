"""Sending what is due, to a real mail server, from real rows."""

from __future__ import annotations

import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from oncall_portal.outbox import channels, deliver, failures
from oncall_portal.outbox.channels import message_id
from oncall_portal.outbox.models import OutgoingMessage
from oncall_portal.outbox.services import send_email
from oncall_portal.outbox.tests.smtp import MailServer
from oncall_portal.outbox.types import Attachment

NOW = datetime(2026, 11, 22, 2, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def write(
    key: str = "k1", *, to: str = "amelie@example.org", now: datetime = NOW
) -> OutgoingMessage:
    return send_email(
        to=to, subject=f"Message {key}", body="Écoutez-le.", cause="voicemail:1", key=key, now=now
    )


def deliver_all(now: datetime = NOW) -> int:
    count = 0
    while deliver.deliver_next(now):
        count += 1
    return count


def test_a_due_message_is_sent_and_recorded(mail_server: MailServer) -> None:
    message = write()
    assert deliver_all() == 1
    message.refresh_from_db()
    assert (message.state, message.sent_at, message.attempts) == ("sent", NOW, 1)
    assert mail_server.recipients == ["amelie@example.org"]


def test_words_beyond_ascii_arrive_as_written(mail_server: MailServer) -> None:
    message = write()
    OutgoingMessage.objects.update(subject="Appel sans réponse — “Urgence chaudière” 🔥")
    deliver_all()
    mail = mail_server.inbox[0]
    assert mail["Subject"].strip() == "Appel sans réponse — “Urgence chaudière” 🔥"
    assert mail.get_content().strip() == "Écoutez-le."
    assert mail["Message-ID"] == message_id(message)
    assert mail["Date"].datetime == NOW


def test_a_link_can_be_followed_in_every_program(mail_server: MailServer) -> None:
    write()
    OutgoingMessage.objects.update(body="Listen: https://oncall.example.org/m/x")
    deliver_all()
    text, page = mail_server.inbox[0].iter_parts()
    assert text.get_content().strip() == "Listen: https://oncall.example.org/m/x"
    assert '<a href="https://oncall.example.org/m/x">' in page.get_content()


def test_a_failure_is_told_once_to_whoever_listens(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[OutgoingMessage] = []

    def faulty(_message: OutgoingMessage, _now: datetime) -> None:
        raise ValueError

    monkeypatch.setattr(failures, "_listeners", [faulty, lambda row, _now: told.append(row)])
    mail_server.at_rcpt = "550 No such person"
    message = write()
    deliver_all()
    message.refresh_from_db()
    assert ([row.pk for row in told], message.state) == ([message.pk], "failed")


def test_a_subject_cannot_add_headers(mail_server: MailServer) -> None:
    message = write()
    OutgoingMessage.objects.update(subject="Call\r\nBcc: thief@example.org")
    deliver_all()
    message.refresh_from_db()
    assert (message.state, mail_server.inbox) == ("failed", [])


@pytest.mark.parametrize("to", ["not an address", "a@b\r\nRCPT TO:<c@example.org>", "@", ""])
def test_what_is_no_address_fails_at_once(mail_server: MailServer, to: str) -> None:
    message = write(to=to)
    assert deliver_all() == 1
    message.refresh_from_db()
    assert (message.state, message.error) == ("failed", "This is not an e-mail address.")


def test_a_recording_is_attached(mail_server: MailServer, media: Path) -> None:
    (media / "a.wav").write_bytes(b"RIFF\x00\xff")
    send_email(
        to="amelie@example.org",
        subject="A message",
        body="…",
        cause="voicemail:1",
        key="k",
        now=NOW,
        attachments=[Attachment("a.wav", "message-2026-11-22-0312.wav", "audio/wav")],
    )
    deliver_all()
    (part,) = mail_server.inbox[0].iter_attachments()
    assert (part.get_filename(), part.get_content_type()) == (
        "message-2026-11-22-0312.wav",
        "audio/wav",
    )
    assert part.get_content() == b"RIFF\x00\xff"


def test_a_missing_recording_fails_at_once(mail_server: MailServer, media: Path) -> None:
    message = write()
    lost = {"storage_name": "gone.wav", "file_name": "m.wav", "content_type": "audio/wav"}
    OutgoingMessage.objects.update(attachments=[lost])
    deliver_all()
    message.refresh_from_db()
    assert (message.state, message.error) == ("failed", "The attachment m.wav is missing.")


@pytest.mark.parametrize(
    ("stage", "reply", "state"),
    [
        ("at_rcpt", "550 No such person", "failed"),
        ("at_rcpt", "450 Greylisted", "queued"),
        ("at_data", "554 Looks like spam", "failed"),
        ("at_data", "451 Try later", "queued"),
        ("at_mail", "552 Too large", "failed"),
        ("at_mail", "550 We do not know this sender", "queued"),
        ("at_mail", "421 Going down", "queued"),
    ],
)
def test_a_refusal_is_final_only_when_it_is_about_the_message(
    mail_server: MailServer, stage: str, reply: str, state: str
) -> None:
    setattr(mail_server, stage, reply)
    message = write()
    deliver_all()
    message.refresh_from_db()
    assert (message.state, message.error) == (state, reply)


def test_without_a_mail_server_it_is_tried_for_nearly_a_day(
    mail_server: MailServer, settings: object
) -> None:
    settings.EMAIL_PORT = 1  # type: ignore[attr-defined]
    message = write()
    now, waits = NOW, []
    while message.state != "failed":
        assert deliver_all(now) == 1
        message.refresh_from_db()
        waits.append(message.next_attempt_at - now)
        now = max(message.next_attempt_at, now)
    assert waits[:6] == [timedelta(minutes=m) for m in (0.5, 2, 8, 30, 120, 120)]
    assert (message.attempts, now - NOW) == (16, timedelta(hours=22, minutes=40, seconds=30))
    assert message.error.startswith("ConnectionRefusedError")


def test_a_failure_does_not_hold_up_the_next_message(mail_server: MailServer) -> None:
    write("k1", to="nobody")
    write("k2")
    assert deliver_all() == 2
    assert [mail["Subject"] for mail in mail_server.inbox] == ["Message k2"]


def test_what_has_been_due_longest_leaves_first(mail_server: MailServer) -> None:
    for key, minutes in [("late", 2), ("early", 0), ("middle", 1)]:
        write(key, now=NOW + timedelta(minutes=minutes))
    assert deliver_all(NOW + timedelta(minutes=1)) == 2
    assert [mail["Subject"] for mail in mail_server.inbox] == ["Message early", "Message middle"]


def test_a_row_left_by_a_killed_worker_is_sent_again_after_five_minutes(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies between the server's 250 and its own record: the copy has the same id."""
    message = write()
    with monkeypatch.context() as patch:
        patch.setattr(deliver, "_record", lambda *_args, **_changes: sys.exit())
        with pytest.raises(SystemExit):
            deliver.deliver_next(NOW)
    just_before = NOW + timedelta(minutes=4, seconds=59)
    assert (deliver.rescue_stuck(just_before), deliver_all(just_before)) == (0, 0)
    later = NOW + timedelta(minutes=5)
    assert (deliver.rescue_stuck(later), deliver_all(later)) == (1, 1)
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("sent", 2)
    ids = [mail["Message-ID"] for mail in mail_server.inbox]
    assert ids == [message_id(message)] * 2


def test_a_row_that_kills_every_worker_is_given_up(mail_server: MailServer) -> None:
    message = write()
    OutgoingMessage.objects.update(state="sending", claimed_at=NOW, attempts=16)
    assert deliver.rescue_stuck(NOW + timedelta(minutes=5)) == 1
    message.refresh_from_db()
    assert (message.state, message.error) == ("failed", "Sending was interrupted.")


def test_a_slow_worker_does_not_overwrite_the_record_of_a_later_one() -> None:
    message = write()
    slow = deliver._claim(NOW)
    assert slow is not None
    OutgoingMessage.objects.update(attempts=2, state="sending")
    deliver._note_failure(slow, "time-out", permanent=True, now=NOW)
    message.refresh_from_db()
    assert message.state == "sending"


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_send_one_row_twice(mail_server: MailServer) -> None:
    for number in range(20):
        write(f"k{number}")
    start = threading.Barrier(2)
    counts: list[int] = []

    def work() -> None:
        start.wait()
        counts.append(deliver_all())
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 20
    assert len({mail["Message-ID"] for mail in mail_server.inbox}) == len(mail_server.inbox) == 20


def test_a_text_without_a_channel_waits_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "_sms", None)
    message = write(to="+33612345678")
    OutgoingMessage.objects.update(channel="sms")
    assert deliver_all() == 1
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("queued", 0)
    assert message.error == "No SMS channel is connected."
    assert message.next_attempt_at == NOW + timedelta(minutes=10)
