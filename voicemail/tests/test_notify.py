"""Writing to the people of a mailbox."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
import soundfile
from django.db import transaction

from oncall_portal.outbox import deliver
from oncall_portal.outbox.models import OutgoingMessage
from oncall_portal.outbox.tests.smtp import MailServer, running
from scheduling.models import ContactNumber, Organisation, Schedule, Service, Staff
from telephony.intake import RecordedMessage
from telephony.models import Promise
from voicemail import audio, downloads, links, notify, undelivered
from voicemail.intake import Intake
from voicemail.models import (
    Mailbox,
    MailboxTexted,
    MessageLink,
    Recording,
    VoicemailMessage,
)
from voicemail.tests import cast
from voicemail.tests.cast import NOW, PLATFORM
from voicemail.tests.platform import Shelf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def take(box: Mailbox | None, schedule: Schedule | None = None) -> VoicemailMessage:
    message = RecordedMessage("m1", PLATFORM + "m1", NOW, 14.0, 224044)
    Intake().take(cast.call(schedule=schedule).pk, box.pk if box else None, message, NOW)
    return VoicemailMessage.objects.get()


def store(seconds: float = 1.5) -> VoicemailMessage:
    assert downloads.download_next(NOW, Shelf(m1=cast.wav(seconds)))
    return VoicemailMessage.objects.get()


def test_each_recipient_gets_one_e_mail_with_the_recording() -> None:
    box = cast.mailbox({"staff": cast.person("Alice")}, {"email": "office@example.org"})
    take(box)
    left = store()
    mails = OutgoingMessage.objects.order_by("pk")
    assert [(m.to, m.idempotency_key, m.cause) for m in mails] == [
        (to, f"voicemail:{left.pk}:{to}", f"voicemail:{left.pk}")
        for to in ["alice@example.org", "office@example.org"]
    ]
    assert mails[0].attachments == [
        {
            "storage_name": Recording.objects.get().file.name,
            "file_name": "message-2026-11-22-0312.wav",
            "content_type": "audio/wav",
        }
    ]
    assert (left.delivery, left.announce_at) == ("delivered", None)


def test_the_e_mail_gives_the_length_that_was_measured_and_the_page() -> None:
    take(cast.mailbox({"staff": cast.person("Alice")}))
    left = store(seconds=3)
    mail = OutgoingMessage.objects.get()
    assert mail.subject == "Message from +33 6 98 76 54 32 (3 s)"
    page = f"http://testserver/admin/voicemail/voicemailmessage/{left.pk}/change/"
    assert mail.body.splitlines()[-1] == f"The message in the portal: {page}"


def test_the_hour_is_that_of_the_numbers_schedule_which_is_named_to_who_lives_elsewhere() -> None:
    schedule = Schedule.objects.create(name="Montréal", time_zone="America/Montreal")
    there = cast.person("Zoe")
    Staff.objects.filter(pk=there.pk).update(time_zone="America/Montreal")
    outside: dict[str, object] = {"email": "office@example.org"}
    take(cast.mailbox({"staff": cast.person("Alice")}, {"staff": there}, outside), schedule)
    store()
    mails = {mail.to: mail for mail in OutgoingMessage.objects.all()}
    assert mails["alice@example.org"].attachments[0]["file_name"] == "message-2026-11-21-2112.wav"
    assert "When: Saturday 21 November 2026, 21:12" in mails[there.email].body
    assert {to: "21:12 (America/Montreal)" in mail.body for to, mail in mails.items()} == {
        "alice@example.org": True,
        there.email: False,
        "office@example.org": True,
    }


def test_the_link_is_that_of_the_person_whose_address_it_goes_to() -> None:
    alice = cast.person("Alice")
    take(cast.mailbox({"staff": alice}, {"email": "office@example.org"}))
    store()
    found = MessageLink.objects.order_by("reader").values_list("reader", "staff")
    assert list(found) == [("alice@example.org", alice.pk), ("office@example.org", None)]


def test_a_mailbox_may_keep_the_recording_to_itself() -> None:
    take(cast.mailbox({"staff": cast.person("Alice")}, attach=False))
    store()
    mail = OutgoingMessage.objects.get()
    assert (mail.attachments, "attached" in mail.body) == ([], False)


def test_a_recording_that_mail_servers_would_refuse_is_not_attached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(notify, "MAX_ATTACHED_BYTES", 1000)
    take(cast.mailbox({"staff": cast.person("Alice")}))
    store()
    assert OutgoingMessage.objects.get().attachments == []


@pytest.mark.parametrize(("most", "attached"), [(1, 1), (0, 0)])
def test_the_house_says_up_to_which_size_recordings_are_attached(most: int, attached: int) -> None:
    cast.organisation()
    Organisation.objects.update(attach_up_to_mb=most)
    take(cast.mailbox({"staff": cast.person("Alice")}))
    store()
    mail = OutgoingMessage.objects.get()
    assert (len(mail.attachments), "http://testserver/m/" in mail.body) == (attached, True)


def test_what_few_programs_play_is_attached_as_an_mp3(settings: Any) -> None:
    take(cast.mailbox({"staff": cast.person("Alice")}))
    samples, rate = soundfile.read(io.BytesIO(cast.wav(seconds=2)), dtype="int16")
    ogg = io.BytesIO()
    soundfile.write(ogg, samples, rate, format="OGG")
    Recording.objects.update(reported_size=len(ogg.getvalue()))
    assert downloads.download_next(NOW, Shelf(m1=ogg.getvalue()))
    with running(MailServer(), settings) as server:
        assert deliver.deliver_next(NOW)
    (sound,) = server.inbox[0].iter_attachments()
    assert sound.get_filename() == "message-2026-11-22-0312.mp3"
    facts = audio.examine(sound.get_content())
    assert (facts.content_type, round(facts.duration_seconds, 1)) == ("audio/mpeg", 2.0)


def test_the_second_letter_carries_the_same_link_and_a_revoked_one_is_not_sent() -> None:
    left = take(cast.mailbox({"staff": cast.person("Alice")}))
    notify.tell_next(NOW + timedelta(minutes=10))
    store()
    first, second = (mail.body for mail in OutgoingMessage.objects.order_by("pk"))
    (line,) = [line for line in first.splitlines() if "/m/" in line]
    assert line in second
    links.revoke(left, "Sam", NOW)
    OutgoingMessage.objects.all().delete()
    with transaction.atomic():
        notify.tell(left.recording, NOW)
    assert "/m/" not in OutgoingMessage.objects.get().body


@pytest.mark.parametrize("delivery", ["too_short", "superseded"])
def test_what_is_no_message_is_never_announced(delivery: str) -> None:
    box = cast.mailbox({"staff": cast.person("Alice")})
    Mailbox.objects.update(min_seconds=30)
    take(box)
    VoicemailMessage.objects.update(delivery=delivery)
    assert notify.tell_next(NOW + timedelta(days=1)) is False
    store()
    assert not OutgoingMessage.objects.exists()


def test_it_tells_the_service_the_option_the_transcript_and_the_promise() -> None:
    alice = cast.person("Alice")
    left = take(cast.mailbox({"staff": alice}))
    call = left.call
    assert call is not None
    call.service = Service.objects.create(name={"en": "Boilers"}, colour="#b35900")
    call.label = "Repairs"
    call.save()
    Recording.objects.update(transcript="My boiler leaks.")
    Promise.objects.update(owner=alice, due_at=NOW + timedelta(minutes=30))
    store()
    body = OutgoingMessage.objects.get().body
    for line in (
        "Service: Boilers",
        "Chosen in the menu: Repairs",
        "Mailbox: General",
        "To be called back: by Sunday 22 November 2026, 03:42, Alice",
        "What was said, written down by a machine, which may err:\nMy boiler leaks.",
    ):
        assert line in body


def test_an_e_mail_waits_a_minute_for_words_and_a_text_does_not() -> None:
    box, alice = cast.mailbox({"email": "office@example.org"}), cast.person("Alice")
    ContactNumber.objects.create(staff=alice, number="+33639980001", position=1)
    MailboxTexted.objects.create(mailbox=box, staff=alice)
    left = take(box)
    Recording.objects.update(transcription="awaited")
    assert store().announce_at == NOW + timedelta(minutes=1)
    assert [out.channel for out in OutgoingMessage.objects.all()] == ["sms"]
    assert notify.tell_next(NOW + timedelta(seconds=59)) is False
    assert notify.tell_next(NOW + timedelta(minutes=1)) is True
    left.refresh_from_db()
    channels = OutgoingMessage.objects.order_by("pk").values_list("channel", flat=True)
    assert (left.delivery, list(channels)) == ("delivered", ["sms", "email"])


def test_a_text_that_fails_meanwhile_does_not_keep_the_e_mail_back() -> None:
    box, alice = cast.mailbox({"email": "office@example.org"}), cast.person("Alice")
    ContactNumber.objects.create(staff=alice, number="+33639980001", position=1)
    MailboxTexted.objects.create(mailbox=box, staff=alice)
    take(box)
    Recording.objects.update(transcription="awaited")
    store()
    OutgoingMessage.objects.update(state="failed")
    undelivered.note(OutgoingMessage.objects.get(), NOW)
    assert notify.tell_next(NOW + timedelta(minutes=1)) is True
    assert OutgoingMessage.objects.filter(channel="email").count() == 1


def test_a_message_without_any_mailbox_reaches_the_supervisors() -> None:
    cast.supervisor("Diane")
    take(None)
    assert store().delivery == "delivered"
    assert OutgoingMessage.objects.get().to == "diane@example.org"


def test_a_message_that_nobody_can_read_is_visible_and_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    take(None)
    left = store()
    assert left.delivery == "nobody"
    assert f"message_without_reader message={left.pk}" in caplog.text


def test_a_message_that_nobody_could_read_finds_its_reader_later() -> None:
    take(None)
    store()
    cast.supervisor("Diane")
    assert notify.tell_next(NOW + timedelta(minutes=59)) is False
    assert notify.tell_next(NOW + timedelta(minutes=60)) is True
    mail, left = OutgoingMessage.objects.get(), VoicemailMessage.objects.get()
    assert (mail.to, len(mail.attachments)) == ("diane@example.org", 1)
    assert (left.delivery, left.announce_at) == ("delivered", None)


def test_after_a_while_without_a_reader_it_is_left_to_the_eye(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(notify, "NO_READER_FOR", timedelta(hours=3))
    take(None)
    store()
    now = NOW
    while notify.tell_next(now + timedelta(hours=1)):
        now += timedelta(hours=1)
    assert (now - NOW, VoicemailMessage.objects.get().delivery) == (timedelta(hours=3), "nobody")


def test_ten_minutes_without_the_recording_people_hear_that_it_follows() -> None:
    left = take(cast.mailbox({"staff": cast.person("Alice")}))
    due = NOW + timedelta(minutes=10)
    assert notify.tell_next(due - timedelta(seconds=1)) is False
    assert notify.tell_next(due) is True
    assert notify.tell_next(due) is False
    mail = OutgoingMessage.objects.get()
    assert mail.idempotency_key == f"voicemail:{left.pk}:alice@example.org:follows"
    assert mail.subject == "Message from +33 6 98 76 54 32: the recording follows"
    assert (mail.attachments, VoicemailMessage.objects.get().delivery) == ([], "announced")


def test_the_recording_follows_when_it_arrives() -> None:
    left = take(cast.mailbox({"staff": cast.person("Alice")}))
    notify.tell_next(NOW + timedelta(minutes=10))
    assert store().delivery == "delivered"
    keys = OutgoingMessage.objects.order_by("pk").values_list("idempotency_key", flat=True)
    assert list(keys) == [
        f"voicemail:{left.pk}:alice@example.org:follows",
        f"voicemail:{left.pk}:alice@example.org",
    ]


def test_a_message_that_was_delivered_is_not_announced() -> None:
    take(cast.mailbox({"staff": cast.person("Alice")}))
    store()
    assert notify.tell_next(NOW + timedelta(minutes=10)) is False


def test_telling_twice_writes_once() -> None:
    take(cast.mailbox({"staff": cast.person("Alice")}))
    left = store()
    with transaction.atomic():
        notify.tell(left.recording, NOW)
    assert OutgoingMessage.objects.count() == 1


@pytest.mark.requirement("PLN-08")
def test_whoever_is_to_call_back_is_told_too_where_the_mailbox_goes_to_others() -> None:
    sam = cast.supervisor("Sam")  # nobody is on shift
    left = take(cast.mailbox({"email": "office@example.org"}))
    assert Promise.objects.get().owner == sam
    store()
    with transaction.atomic():
        notify.tell(left.recording, NOW)
    mails = OutgoingMessage.objects.order_by("pk").values_list("to", "cause")
    assert list(mails) == [
        ("office@example.org", f"voicemail:{left.pk}"),
        ("sam@example.org", f"promise:{Promise.objects.get().pk}"),
    ]


@pytest.mark.requirement("PLN-08")
def test_what_is_said_to_a_persons_own_mailbox_is_theirs_to_answer() -> None:
    cast.supervisor("Sam")
    box = cast.mailbox({"email": "office@example.org"}, general=False)
    box.staff = cast.person("Bob")
    box.save()
    take(box)
    assert Promise.objects.get().owner == box.staff
