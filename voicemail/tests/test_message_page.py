"""A message's own page: its links, who heard it, what became of each e-mail and text."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from oncall_portal.lib import clock
from oncall_portal.outbox.models import OutgoingMessage
from scheduling import services
from scheduling.enums import Role
from scheduling.models import ContactNumber, Staff
from scheduling.tests.logins import login
from voicemail import downloads, links
from voicemail.models import Listening, MailboxTexted, MessageLink, Recording, VoicemailMessage
from voicemail.tests import cast
from voicemail.tests.cast import NOW
from voicemail.tests.platform import Shelf

pytestmark = pytest.mark.django_db
MOBILE = "+33639980001"


@pytest.fixture
def page(media: Path) -> Any:
    cast.organisation()
    browser = Client()
    browser.force_login(login(Role.SUPERVISOR))
    with clock.driven_by(lambda: NOW):
        yield browser


@pytest.fixture
def message(page: Client) -> VoicemailMessage:
    """A message of which Alice was told by e-mail and by text."""
    alice = cast.person("Alice")
    ContactNumber.objects.create(staff=alice, number=MOBILE)
    box = cast.mailbox({"staff": alice})
    MailboxTexted.objects.create(mailbox=box, staff=alice)
    left = cast.message(box, cast.call())
    downloads.download_next(NOW, Shelf(m1=cast.wav()))
    return left


def words(page: Client, message: VoicemailMessage) -> str:
    address = reverse("admin:voicemail_voicemailmessage_change", args=[message.pk])
    return page.get(address).content.decode()


def act(page: Client, message: VoicemailMessage, act: str, link: object = "") -> Any:
    address = reverse("admin:voicemail_message_links", args=[message.pk])
    return page.post(address, {"act": act, "link": link}, follow=True)


def opens(link: MessageLink) -> int:
    address = links.address_of(MessageLink.objects.get(pk=link.pk))
    return Client().get(address.removeprefix("http://testserver")).status_code


def test_it_lists_every_link_and_how_often_it_was_heard(
    page: Client, message: VoicemailMessage
) -> None:
    shown = words(page, message)
    assert "alice@example.org" in shown
    assert "E-mail · works until Sun 29 Nov, 03:12 · not heard yet" in shown
    assert "SMS · works until Sun 29 Nov, 03:12 · not heard yet" in shown
    link = message.links.get(channel="sms")
    for hours in (1, 2):
        at = NOW - timedelta(hours=hours)
        Listening.objects.create(
            recording=message.recording,
            link=link,
            who=MOBILE,
            result="heard",
            first_at=at,
            last_at=at,
        )
    shown = words(page, message)
    assert "heard 2 times, last Sun 22 Nov, 02:12" in shown
    assert "by the link sent by SMS" in shown


def test_one_link_is_revoked_and_the_page_says_by_whom(
    page: Client, message: VoicemailMessage
) -> None:
    by_mail, by_text = message.links.order_by("channel")
    answer = act(page, message, "revoke", by_mail.pk)
    assert "1 link was revoked." in answer.content.decode()
    assert "revoked by supervisor, Sun 22 Nov, 03:12" in answer.content.decode()
    assert (opens(by_mail), opens(by_text)) == (410, 200)


def test_all_links_are_revoked_at_once(page: Client, message: VoicemailMessage) -> None:
    act(page, message, "revoke_all")
    assert [opens(link) for link in message.links.all()] == [410, 410]


def test_a_revoked_link_is_sent_again_and_works(page: Client, message: VoicemailMessage) -> None:
    act(page, message, "revoke_all")
    for link in message.links.all():
        act(page, message, "send", link.pk)
    assert [opens(link) for link in message.links.all()] == [200, 200]
    sent = OutgoingMessage.objects.order_by("-pk")[:2]
    assert {each.to for each in sent} == {MOBILE, "alice@example.org"}
    assert all("/m/" in each.body for each in sent)


def test_nothing_is_sent_again_to_somebody_who_left(
    page: Client, message: VoicemailMessage
) -> None:
    Staff.objects.filter(email="alice@example.org").update(active=False)
    link = message.links.get(channel="email")
    before = OutgoingMessage.objects.count()
    answer = act(page, message, "send", link.pk)
    shown = answer.content.decode()
    assert "Nothing is sent to alice@example.org, who is not active any more." in shown
    assert "ended: its reader is not active any more" in shown
    assert (opens(link), OutgoingMessage.objects.count()) == (410, before)


def test_a_link_ends_with_its_reader_and_that_they_listened_stays_on_record(
    page: Client, message: VoicemailMessage
) -> None:
    link, alice = message.links.get(channel="email"), Staff.objects.get(name="Alice")
    address = links.address_of(link).removeprefix("http://testserver")
    assert Client().get(f"{address}/audio").status_code == 200
    services.delete_staff(alice.pk, alice.version)
    assert [Client().get(f"{address}{end}").status_code for end in ("", "/audio")] == [404, 404]
    heard = Listening.objects.get()
    assert (heard.who, heard.result, heard.link) == ("alice@example.org", "heard", None)
    assert "by a link or login that was deleted since" in words(page, message)


def test_links_of_another_message_are_left_alone(page: Client, message: VoicemailMessage) -> None:
    other = cast.message(None, None, "m2")
    link = message.links.all()[0]
    act(page, other, "revoke", link.pk)
    assert act(page, other, "send", link.pk).status_code == 404
    assert opens(link) == 200


@pytest.mark.parametrize("link", ["", "x", "-1", "9" * 30])
def test_what_names_no_link_changes_nothing(
    page: Client, message: VoicemailMessage, link: str
) -> None:
    act(page, message, "revoke", link)
    assert not MessageLink.objects.exclude(revoked_at=None).exists()


def test_staff_may_not_touch_links(page: Client, message: VoicemailMessage) -> None:
    browser = Client()
    browser.force_login(login(Role.STAFF))
    address = reverse("admin:voicemail_message_links", args=[message.pk])
    assert browser.post(address, {"act": "revoke_all"}).status_code == 302
    assert not MessageLink.objects.exclude(revoked_at=None).exists()


def test_a_failure_is_shown_with_its_reason_and_when_all_failed_on_top(
    page: Client, message: VoicemailMessage
) -> None:
    OutgoingMessage.objects.update(state="failed", error="550 No such person")
    VoicemailMessage.objects.update(delivery="nobody")
    shown = words(page, message)
    assert "550 No such person" in shown
    assert "Nobody could be told of this message" in shown
    act(page, message, "send", message.links.all()[0].pk)
    assert "Nobody could be told of this message" not in words(page, message)


def test_it_shows_what_a_machine_wrote_down_and_who_was_refused(
    page: Client, message: VoicemailMessage
) -> None:
    Recording.objects.update(transcript="My boiler leaks.")
    Listening.objects.create(
        recording=message.recording, who="Bob", result="denied", first_at=NOW, last_at=NOW
    )
    shown = words(page, message)
    assert "My boiler leaks." in shown
    assert "may not hear it" in shown
