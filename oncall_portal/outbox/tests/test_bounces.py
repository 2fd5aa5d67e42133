"""Reports of mail servers: believed when they are about an e-mail of ours, else passed over."""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from oncall_portal.outbox import bounces, deliver
from oncall_portal.outbox.channels import message_id
from oncall_portal.outbox.models import OutgoingMessage
from oncall_portal.outbox.services import send_email, send_sms
from oncall_portal.outbox.tests.bounce import report
from oncall_portal.outbox.tests.smtp import MailServer

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 2, 12, tzinfo=UTC)
SAYS = "5.1.1 smtp; 550 5.1.1 <amelie@example.org>: User unknown"


def sent() -> OutgoingMessage:
    row = send_email(
        to="amelie@example.org", subject="x", body="y", cause="voicemail:1", key="k", now=NOW
    )
    OutgoingMessage.objects.update(state="sent", sent_at=NOW, attempts=1)
    return row


def stands() -> tuple[str, str]:
    return OutgoingMessage.objects.values_list("state", "error").get()


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_an_e_mail_that_came_back_has_failed_and_says_why(returned: str) -> None:
    message = sent()
    taken = bounces.take(report(message_id(message), returned=returned), NOW)
    assert taken == message
    assert stands() == ("failed", SAYS)


def test_the_id_that_really_left_leads_back_to_the_row(mail_server: MailServer) -> None:
    message = sent()
    OutgoingMessage.objects.update(state="queued")
    deliver.deliver_next(NOW)
    assert bounces.take(report(mail_server.inbox[0]["Message-ID"]), NOW) == message


def test_the_same_report_twice_changes_nothing() -> None:
    raw = report(message_id(sent()))
    bounces.take(raw, NOW)
    OutgoingMessage.objects.update(error="as it was")
    assert bounces.take(raw, NOW) is not None
    assert stands() == ("failed", "as it was")


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_what_is_no_failure_is_passed_over(action: str) -> None:
    raw = report(message_id(sent()), action=action)
    assert bounces.take(raw, NOW) is None
    assert stands() == ("sent", "")


def test_an_id_that_we_did_not_make_is_not_believed() -> None:
    message = sent()
    forged = f"<{message.pk}.{'0' * 32}@{message_id(message).partition('@')[2]}"
    for name in (forged, "<1@example.org>", "", f"<{'9' * 18}.{'0' * 32}@example.org>"):
        assert bounces.take(report(name), NOW) is None
    assert stands() == ("sent", "")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe" * 100,
        b"Subject: Out of office\r\nIn-Reply-To: %s\r\n\r\nBack on Monday.",
        b"Content-Type: multipart/report; boundary=B\r\n\r\n--B\r\nContent-Type:"
        b" message/delivery-status\r\n\r\nnonsense",
    ],
)
def test_other_mail_is_passed_over(raw: bytes) -> None:
    own = message_id(sent()).encode()
    assert bounces.take(raw.replace(b"%s", own), NOW) is None
    assert stands() == ("sent", "")


@pytest.mark.parametrize(
    "raw",
    [
        report("<@>"),
        report("<a@["),
        report("(" * 3000),
        b"".join(
            b'Content-Type: multipart/report; boundary="%d"\n\n--%d\n' % (n, n) for n in range(5000)
        ),
        b'Content-Type: multipart/report; boundary="B"\n\n--B\n'
        + b"Content-Type: message/rfc822\n\n" * 20_000,
    ],
)
def test_a_mail_over_which_its_reader_stumbles_is_passed_over(raw: bytes) -> None:
    sent()
    assert bounces.take(raw, NOW) is None
    assert stands() == ("sent", "")


def test_a_text_is_not_meant() -> None:
    text = send_sms(to="+33639980001", body="y", cause="c", key="k", now=NOW)
    assert bounces.take(report(message_id(text)), NOW) is None


def test_a_large_report_is_read_from_its_beginning() -> None:
    message = sent()
    raw = report(message_id(message), rest="x" * bounces.MOST_BYTES)
    assert bounces.take(raw, NOW) == message


def test_a_mail_server_pipes_a_report_into_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    raw: Any = SimpleNamespace(buffer=io.BytesIO(report(message_id(sent()))))
    monkeypatch.setattr(sys, "stdin", raw)
    call_command("read_bounces")
    assert (stands(), raw.buffer.read()) == (("failed", SAYS), b"")
