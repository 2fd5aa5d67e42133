"""Messages that reach nobody in the end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from oncall_portal.lib.errors import Conflict
from oncall_portal.outbox import again, bounces, deliver
from oncall_portal.outbox.channels import message_id
from oncall_portal.outbox.models import OutgoingMessage
from oncall_portal.outbox.tests.bounce import report
from oncall_portal.outbox.tests.smtp import MailServer, running
from scheduling.models import Staff
from telephony.models import Call
from voicemail import downloads, erasing, links, readers, recording_files, undelivered
from voicemail.models import VoicemailMessage
from voicemail.tests import cast
from voicemail.tests.cast import NOW
from voicemail.tests.platform import Shelf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.fixture
def left() -> VoicemailMessage:
    """A message for two people, written to both."""
    cast.supervisor("Sam")
    box = cast.mailbox({"staff": cast.person("Alice")}, {"email": "office@example.org"})
    message = cast.message(box, cast.call())
    downloads.download_next(NOW, Shelf(m1=cast.wav()))
    return message


def comes_back(to: str) -> None:
    bounces.take(report(message_id(OutgoingMessage.objects.get(to=to))), NOW)


def delivery(message: VoicemailMessage) -> str:
    message.refresh_from_db()
    return message.delivery


def test_one_reader_is_enough(left: VoicemailMessage) -> None:
    comes_back("alice@example.org")
    assert (delivery(left), OutgoingMessage.objects.count()) == ("delivered", 2)
    assert undelivered.failures([left.pk, 0]) == {left.pk: 1}


def test_when_all_fail_the_supervisors_are_told_once(left: VoicemailMessage) -> None:
    for _twice in range(2):
        for to in ("alice@example.org", "office@example.org"):
            comes_back(to)
    assert delivery(left) == "nobody"
    told = OutgoingMessage.objects.get(to="sam@example.org")
    assert told.cause == f"voicemail:{left.pk}:nobody"
    assert told.body.startswith("Nobody who gets the messages of this mailbox could be written to")
    assert "http://testserver/m/" in told.body
    assert len(told.attachments) == 1


def test_a_mail_server_that_refuses_everybody_is_the_same(
    left: VoicemailMessage, settings: Any
) -> None:
    with running(MailServer(at_rcpt="550 No such person"), settings):
        while deliver.deliver_next(NOW):
            pass
    assert delivery(left) == "nobody"
    states = OutgoingMessage.objects.values_list("state", "error")
    assert list(states) == [("failed", "550 No such person")] * 3


def test_a_supervisor_who_could_not_be_reached_is_not_written_to_again() -> None:
    cast.supervisor("Sam")
    message = cast.message(None, cast.call())
    downloads.download_next(NOW, Shelf(m1=cast.wav()))
    comes_back("sam@example.org")
    assert (delivery(message), OutgoingMessage.objects.count()) == ("nobody", 1)


# --- sent again by hand --------------------------------------------------------------------------


def all_come_back() -> OutgoingMessage:
    for to in ("alice@example.org", "office@example.org"):
        comes_back(to)
    return OutgoingMessage.objects.get(to="alice@example.org")


def refusal(mail: OutgoingMessage) -> str:
    with pytest.raises(Conflict) as refused:
        again.send_again(mail.pk, NOW)
    return refused.value.code


def test_a_message_whose_mail_is_sent_again_reached_nobody_no_more(left: VoicemailMessage) -> None:
    mail = all_come_back()
    again.send_again(mail.pk, NOW)
    assert delivery(left) == "delivered"
    comes_back("alice@example.org")
    assert delivery(left) == "nobody"
    assert OutgoingMessage.objects.filter(to="sam@example.org").count() == 1


def test_one_whose_link_is_sent_again_on_its_page_reached_nobody_no_more(
    left: VoicemailMessage,
) -> None:
    all_come_back()
    left = VoicemailMessage.objects.get(pk=left.pk)
    readers.send_again(left, left.links.get(reader="office@example.org").pk, NOW)
    assert delivery(left) == "delivered"


def test_a_mail_with_a_link_that_was_revoked_is_not_sent_again(left: VoicemailMessage) -> None:
    mail = all_come_back()
    links.revoke(left, "Sam", NOW)
    assert (refusal(mail), delivery(left)) == ("link_revoked", "nobody")
    # nor once its reader was sent another one
    left = VoicemailMessage.objects.get(pk=left.pk)
    readers.send_again(left, left.links.get(reader=mail.to).pk, NOW + timedelta(hours=1))
    assert refusal(mail) == "link_revoked"


@pytest.mark.parametrize("gone", ["inactive", "deleted"])
def test_a_private_link_is_not_sent_again_to_somebody_who_left(
    left: VoicemailMessage, gone: str
) -> None:
    """Even where the address is a colleague's by now: the link was for who had it then."""
    mail, alice = all_come_back(), Staff.objects.get(name="Alice")
    cast.person("Alicia", email=alice.email)
    alice.active = False
    alice.save() if gone == "inactive" else alice.delete()
    assert refusal(mail) == "reader_left"


def test_what_was_erased_is_not_sent_again(left: VoicemailMessage) -> None:
    mail = all_come_back()
    call = left.call
    assert call is not None
    Call.objects.update(ended_at=NOW, outcome="message_left")
    erasing.erase(call.caller, by="boss", now=NOW + timedelta(days=1))
    assert refusal(mail) == "message_erased"


def test_a_mail_whose_recording_was_erased_meanwhile_is_not_sent_again(
    left: VoicemailMessage,
) -> None:
    mail = all_come_back()
    recording_files.erase([left.recording], "retention", NOW)
    assert refusal(mail) == "message_erased"
