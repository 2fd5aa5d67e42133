"""Texts with a private link to a message."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from oncall_portal.outbox.models import OutgoingMessage
from scheduling.models import ContactNumber, Organisation, Service, ServiceMember, Staff
from telephony.models import Caller
from voicemail import downloads, notify
from voicemail.models import Mailbox, MailboxTexted, MessageLink, VoicemailMessage
from voicemail.tests import cast
from voicemail.tests.cast import NOW
from voicemail.tests.platform import Shelf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
MOBILE, OTHER, DESK = "+33639980001", "+33698765433", "+33142685300"


def person(name: str, *numbers: str, language: str = "en", **more: Any) -> Staff:
    staff = cast.person(name, language=language)
    for position, number in enumerate(numbers, 1):
        ContactNumber.objects.create(staff=staff, number=number, position=position, **more)
    return staff


def left_for(*texted: dict[str, Any]) -> VoicemailMessage:
    box = cast.mailbox({"email": "office@example.org"})
    for entry in texted:
        MailboxTexted.objects.create(mailbox=box, **entry)
    return cast.message(box, cast.call())


def store() -> None:
    assert downloads.download_next(NOW, Shelf(m1=cast.wav(seconds=2)))


def texts() -> list[tuple[str, str]]:
    rows = OutgoingMessage.objects.filter(channel="sms").order_by("pk")
    return list(rows.values_list("to", "sender"))


@pytest.mark.requirement("PLA-12")
def test_a_text_with_the_link_comes_from_the_number_that_was_called() -> None:
    cast.organisation()
    left_for({"staff": person("Alice", MOBILE)})
    Caller.objects.create(number="+33698765432", name="Jean Dupont")
    store()
    text = OutgoingMessage.objects.get(channel="sms")
    assert (text.to, text.sender) == (MOBILE, "+33970000001")
    words, _, token = text.body.partition("http://testserver/m/")
    assert words == "Message for Main line from Jean Dupont, +33 6 98 76 54 32 (2 s): "
    assert len(token) == 32
    link = MessageLink.objects.get(channel="sms")
    assert (link.reader, link.staff) == (MOBILE, Staff.objects.get(name="Alice"))


def test_it_is_in_the_language_of_its_reader() -> None:
    cast.organisation()
    left_for({"staff": person("Alice", MOBILE, language="fr")})
    store()
    body = OutgoingMessage.objects.get(channel="sms").body
    assert body.startswith("Message pour Main line de +33 6 98 76 54 32 (2 s) : http")


def test_members_of_a_service_get_one_each_and_nobody_two() -> None:
    cast.organisation()
    alice, bruno = person("Alice", MOBILE), person("Bruno", OTHER)
    service = Service.objects.create(name={"en": "Boilers"}, colour="#b35900")
    for position, member in enumerate((bruno, alice), 1):
        ServiceMember.objects.create(service=service, staff=member, position=position)
    left_for({"staff": alice}, {"service": service})
    store()
    assert [to for to, _sender in texts()] == [MOBILE, OTHER]


def test_the_first_number_that_takes_texts_is_used() -> None:
    cast.organisation()
    alice = person("Alice", DESK, MOBILE)
    ContactNumber.objects.create(staff=alice, number=OTHER, position=3)
    left_for({"staff": alice})
    store()
    assert [to for to, _sender in texts()] == [MOBILE]


@pytest.mark.parametrize("change", [{"can_sms": False}, {"enabled": False}])
def test_a_number_that_takes_none_gets_none(change: dict[str, Any]) -> None:
    cast.organisation()
    left_for({"staff": person("Alice", MOBILE, **change)})
    store()
    assert texts() == []


def test_no_text_goes_to_a_country_that_the_house_does_not_call() -> None:
    cast.organisation()
    Organisation.objects.update(region="BE", allowed_countries=["BE"])
    left_for({"staff": person("Alice", MOBILE)})
    store()
    assert texts() == []


def test_who_was_texted_that_it_follows_is_not_texted_again() -> None:
    cast.organisation()
    left = left_for({"staff": person("Alice", MOBILE)})
    VoicemailMessage.objects.update(announce_at=NOW)
    assert notify.tell_next(NOW + timedelta(minutes=10))
    store()
    mails = OutgoingMessage.objects.filter(channel="email")
    assert (len(texts()), mails.count(), left.links.count()) == (1, 2, 2)


def test_a_mailbox_that_texts_people_alone_reaches_somebody() -> None:
    cast.organisation()
    box = Mailbox.objects.create(name="Night", min_seconds=1)
    MailboxTexted.objects.create(mailbox=box, staff=person("Alice", MOBILE))
    left = cast.message(box, cast.call())
    store()
    left.refresh_from_db()
    assert (left.delivery, len(texts())) == ("delivered", 1)
