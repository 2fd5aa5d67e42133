"""The page and the sound behind a private link: who gets what, and what is recorded of it."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test import Client

from oncall_portal.lib import clock
from oncall_portal.outbox.enums import Channel
from scheduling.enums import Role
from scheduling.models import Organisation, Staff
from scheduling.tests.logins import login
from telephony.models import Caller
from voicemail import links
from voicemail.enums import RecordingState
from voicemail.models import Listening, MailboxRecipient, MessageLink, VoicemailMessage
from voicemail.tests import cast
from voicemail.tests.cast import NOW

pytestmark = pytest.mark.django_db
SOUND = cast.wav(seconds=2)


class Time:
    """The clock of a test."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time(media: Path) -> Any:
    cast.organisation()
    moving = Time()
    with clock.driven_by(moving):
        yield moving


@pytest.fixture
def message(time: Time) -> VoicemailMessage:
    left = cast.message(cast.mailbox({"staff": cast.person("Alice", language="fr")}), cast.call())
    recording = left.recording
    recording.file.save("m.wav", ContentFile(SOUND), save=False)
    recording.state, recording.content_type = RecordingState.STORED.value, "audio/wav"
    recording.save()
    return left


def address(message: VoicemailMessage, reader: str = "office@example.org") -> str:
    link = links.link_for(message, Channel.EMAIL, reader, NOW)
    assert link is not None
    return link.address.removeprefix("http://testserver")


def heard() -> list[tuple[str, str]]:
    return list(Listening.objects.values_list("who", "result"))


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.mark.requirement("VPB-11")
def test_within_seven_days_the_link_needs_no_login(message: VoicemailMessage, time: Time) -> None:
    Caller.objects.create(number="+33698765432", name="Jean Dupont")
    message.recording.transcript = "My boiler leaks."
    message.recording.save()
    time.now = NOW + timedelta(days=7) - timedelta(seconds=1)
    page = Client().get(address(message))
    text = page.content.decode()
    assert page.status_code == 200
    assert "<h1>Message from Jean Dupont, +33 6 98 76 54 32</h1>" in text
    assert "My boiler leaks." in text
    assert f'src="{address(message)}/audio"' in text
    assert body(Client().get(f"{address(message)}/audio")) == SOUND
    assert heard() == [("office@example.org", "heard")]


@pytest.mark.requirement("VPB-11")
def test_after_seven_days_it_asks_to_sign_in_and_leads_to_the_message(
    message: VoicemailMessage, time: Time
) -> None:
    time.now = NOW + timedelta(days=7)
    asked = Client().get(address(message))
    assert (asked.status_code, asked["Location"]) == (
        302,
        f"/admin/login/?next={address(message).replace('/', '%2F')}",
    )
    assert Client().get(f"{address(message)}/audio").status_code == 403
    browser = Client()
    browser.force_login(login(Role.SUPERVISOR))
    led = browser.get(address(message))
    assert led["Location"] == f"/admin/voicemail/voicemailmessage/{message.pk}/change/"
    assert heard() == [("office@example.org", "expired")]


@pytest.mark.requirement("VPB-11")
def test_the_house_says_for_how_many_days_a_link_works(
    message: VoicemailMessage, time: Time
) -> None:
    Organisation.objects.update(link_days=3)
    path = address(message)
    time.now = NOW + timedelta(days=3) - timedelta(seconds=1)
    assert Client().get(path).status_code == 200
    time.now = NOW + timedelta(days=3)
    assert Client().get(path).status_code == 302


def test_staff_whose_message_it_is_hear_it_after_that_too(
    message: VoicemailMessage, time: Time
) -> None:
    time.now = NOW + timedelta(days=8)
    user = login(Role.STAFF)
    browser = Client()
    browser.force_login(user)
    refused = browser.get(address(message))
    assert refused.status_code == 403
    assert message.mailbox is not None
    MailboxRecipient.objects.create(mailbox=message.mailbox, staff=user.staff)
    page = browser.get(address(message))
    source = f"/api/v1/voicemails/{message.pk}/audio/"
    assert f'src="{source}"' in page.content.decode()
    assert body(browser.get(source)) == SOUND
    assert heard() == [("staff", "denied"), ("staff", "heard")]


@pytest.mark.requirement("VPB-11")
def test_who_was_written_to_for_being_on_call_signs_in_after_that_and_hears_it(
    message: VoicemailMessage, time: Time
) -> None:
    user = login(Role.STAFF)
    Staff.objects.filter(pk=user.staff.pk).update(email="nurse@example.org")
    link = links.link_for(message, Channel.EMAIL, "nurse@example.org", NOW, user.staff.pk)
    assert link is not None
    path = link.address.removeprefix("http://testserver")
    time.now = NOW + timedelta(days=8)
    browser = Client()
    browser.force_login(user)
    source = f"/api/v1/voicemails/{message.pk}/audio/"
    assert f'src="{source}"' in browser.get(path).content.decode()
    assert body(browser.get(source)) == SOUND
    links.revoke(message, "Sam", NOW)
    assert (browser.get(path).status_code, browser.get(source).status_code) == (403, 404)


def test_the_link_of_somebody_who_left_the_house_leads_nowhere(
    message: VoicemailMessage, time: Time
) -> None:
    alice = Staff.objects.get()
    link = links.link_for(message, Channel.EMAIL, "alice@example.org", NOW, alice.pk)
    assert link is not None
    path = link.address.removeprefix("http://testserver")
    assert Client().get(path).status_code == 200
    Staff.objects.update(active=False)
    assert Client().get(path).status_code == 410
    assert Client().get(f"{path}/audio").status_code == 410
    assert heard() == [("alice@example.org", "revoked")]


def test_a_revoked_link_is_gone_and_offers_to_sign_in(
    message: VoicemailMessage, time: Time
) -> None:
    path = address(message)
    assert links.revoke(message, "Sam", NOW) == 1
    page = Client().get(path)
    assert page.status_code == 410
    assert f'href="/admin/login/?next={path.replace("/", "%2F")}"' in page.content.decode()
    assert Client().get(f"{path}/audio").status_code == 410
    assert heard() == [("office@example.org", "revoked")]
    assert links.link_for(message, Channel.EMAIL, "office@example.org", NOW) is None


def test_a_link_that_is_opened_again_after_it_was_revoked_has_another_address(
    message: VoicemailMessage, time: Time
) -> None:
    path = address(message)
    links.revoke(message, "Sam", NOW)
    time.now = NOW + timedelta(days=1)
    again = links.open_again(message, MessageLink.objects.get().pk, time.now)
    fresh = links.address_of(again).removeprefix("http://testserver")
    assert Client().get(path).status_code == 404
    assert Client().get(fresh).status_code == 200


def test_a_guess_is_noted_in_the_log_without_the_guess(
    message: VoicemailMessage, caplog: pytest.LogCaptureFixture
) -> None:
    Client().get(f"/m/{'a' * 32}")
    assert [r.getMessage() for r in caplog.records if "link" in r.getMessage()] == [
        "message_link_unknown"
    ]


def test_what_is_no_token_of_ours_is_answered_alike(message: VoicemailMessage) -> None:
    token = address(message).rpartition("/")[2]
    guesses = [
        *("a" * 32, token[:-1], token + "a", token.upper(), "..", "%2e%2e", ".", "-", "x" * 5000),
        *(f"{token}/../{token[:-1]}b", f"../m/{token[::-1]}", f"{token}%00", f"{token}/audio/.."),
    ]
    answers = [Client().get(f"/m/{guess}") for guess in guesses]
    sounds = [Client().get(f"/m/{guess}/audio") for guess in guesses]
    assert {answer.status_code for answer in [*answers, *sounds]} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert heard() == []


def test_only_a_hash_of_the_token_is_kept(message: VoicemailMessage) -> None:
    token = address(message).rpartition("/")[2]
    row = MessageLink.objects.values().get()
    assert len(token) == 32
    assert token not in str(row)
    assert len(row["token_hash"]) == 64


def test_each_reader_and_each_message_has_an_address_of_their_own(
    message: VoicemailMessage,
) -> None:
    other = cast.message(message.mailbox, message.call, "m2")
    first = address(message)
    assert len({first, address(message, "b@example.org"), address(other)}) == 3
    assert (address(message), MessageLink.objects.count()) == (first, 3)


def test_programs_that_look_at_the_page_do_not_count_as_listening(
    message: VoicemailMessage,
) -> None:
    path = address(message)
    assert Client().get(path).status_code == 200
    assert Client().head(path).status_code == 200
    assert Client().head(f"{path}/audio").status_code == 200
    assert heard() == []


def test_whoever_listens_twice_within_ten_minutes_is_recorded_once(
    message: VoicemailMessage, time: Time
) -> None:
    for minutes in (0, 9, 18):
        time.now = NOW + timedelta(minutes=minutes)
        body(Client().get(f"{address(message)}/audio", headers={"range": "bytes=0-"}))
    row = Listening.objects.get()
    assert (row.first_at, row.last_at) == (NOW, NOW + timedelta(minutes=18))
    time.now += timedelta(minutes=10, seconds=1)
    body(Client().get(f"{address(message)}/audio"))
    assert Listening.objects.count() == 2


def test_a_link_used_by_somebody_who_is_signed_in_names_them(message: VoicemailMessage) -> None:
    browser = Client()
    browser.force_login(login(Role.STAFF))
    body(browser.get(f"{address(message)}/audio"))
    row = Listening.objects.get()
    assert (row.who, row.link, row.result) == ("staff", MessageLink.objects.get(), "heard")


def test_nobody_keeps_indexes_or_passes_on_what_is_behind_a_link(
    message: VoicemailMessage,
) -> None:
    for path in (address(message), f"{address(message)}/audio"):
        answer = Client().get(path)
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert answer["Referrer-Policy"] == "no-referrer"


def test_the_page_speaks_the_language_of_its_reader(message: VoicemailMessage) -> None:
    french = Client().get(address(message, "alice@example.org"))
    assert '<html lang="fr">' in french.content.decode()
    english = Client().get(address(message), headers={"accept-language": "en"})
    assert '<html lang="en">' in english.content.decode()


@pytest.mark.parametrize(
    ("asked", "status", "told", "sent"),
    [
        ("bytes=0-99", 206, f"bytes 0-99/{len(SOUND)}", SOUND[:100]),
        ("bytes=100-", 206, f"bytes 100-{len(SOUND) - 1}/{len(SOUND)}", SOUND[100:]),
        (
            "bytes=-100",
            206,
            f"bytes {len(SOUND) - 100}-{len(SOUND) - 1}/{len(SOUND)}",
            SOUND[-100:],
        ),
        ("bytes=0-1,4-5", 200, None, SOUND),
        ("lines=0-1", 200, None, SOUND),
        ("bytes=9999999-", 416, f"bytes */{len(SOUND)}", b""),
        ("bytes=-0", 416, f"bytes */{len(SOUND)}", b""),
    ],
)
def test_a_player_is_sent_the_part_that_it_asks_for(
    message: VoicemailMessage, asked: str, status: int, told: str | None, sent: bytes
) -> None:
    answer = Client().get(f"{address(message)}/audio", headers={"range": asked})
    content = body(answer) if answer.streaming else answer.content
    assert (answer.status_code, answer.get("Content-Range"), content) == (status, told, sent)
    assert heard() == ([] if status == 416 else [("office@example.org", "heard")])


def test_while_there_is_no_recording_the_page_says_so(message: VoicemailMessage) -> None:
    recording = message.recording
    recording.file, recording.state = "", RecordingState.AWAITED.value
    recording.save()
    assert "Not here yet" in Client().get(address(message)).content.decode()
    assert Client().get(f"{address(message)}/audio").status_code == 404
    assert heard() == []


@pytest.mark.django_db(transaction=True)
def test_a_link_that_is_revoked_while_its_reader_is_written_to_again_stays_revoked(
    message: VoicemailMessage, time: Time
) -> None:
    address(message)
    time.now = NOW + timedelta(days=8)
    found: list[Any] = []

    def write_again() -> None:
        found.append(links.link_for(message, Channel.EMAIL, "office@example.org", time.now))
        connection.close()

    thread = threading.Thread(target=write_again)
    with transaction.atomic():
        links.revoke(message, "Sam", time.now)
        thread.start()
        thread.join(0.5)
    thread.join()
    assert (found, MessageLink.objects.get().revoked_by) == ([None], "Sam")
