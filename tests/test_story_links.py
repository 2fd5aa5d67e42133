"""Stories of a message that is heard in the mail, by a private link, and by a text's link."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from oncall_portal.lib import clock
from oncall_portal.outbox.models import OutgoingMessage
from oncall_portal.outbox.tests.smtp import MailServer
from telephony.emulator.recordings import Recording as Emulated
from telephony.enums import Outcome
from telephony.models import Caller
from tests.cast import ALICE, CALLER, LINE, OFFICE, Cast
from tests.speech import spoken
from tests.story import Story
from voicemail.audio import examine
from voicemail.models import Listening, MailboxTexted, Recording
from voicemail.tasks import download_recordings

WORDS = "Bonjour, ma chaudière fuit depuis ce matin. Rappelez-moi, s'il vous plaît."
HOST = "http://testserver"


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> bytes:
    """What every caller says; the platform serves it as their recording."""
    sound = spoken(WORDS, tmp_path)
    monkeypatch.setattr(Emulated, "wav", lambda _recording: sound)
    return sound


def a_message_is_left(story: Story) -> None:
    story.caller_dials(speaks_s=7)
    assert story.expect_end().outcome == Outcome.MESSAGE_LEFT
    download_recordings()
    story.texts_leave()


def content(answer: Any) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def words(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.mark.requirement("PLA-11")
@pytest.mark.requirement("VPB-11")
def test_what_was_said_is_in_the_mail_and_behind_its_link_until_seven_days_are_over(
    story: Story, people: Cast, mail_server: MailServer, said: bytes
) -> None:
    Caller.objects.create(number=CALLER, name="Jean Dupont")
    a_message_is_left(story)
    mail = next(m for m in mail_server.inbox if m["To"] == OFFICE)
    (attached,) = mail.iter_attachments()
    assert attached.get_content() == said
    assert (attached.get_content_type(), str(attached.get_filename())[-4:]) == ("audio/wav", ".wav")
    text, page = words(mail, "plain"), words(mail, "html")
    assert "Appelant\xa0: Jean Dupont, +33 6 98 76 54 32" in text
    (link,) = re.findall(rf"{HOST}(/m/\S+)", text)
    assert f'<a href="{HOST}{link}">' in page
    heard = content(Client().get(f"{link}/audio"))
    kept = Recording.objects.get()
    assert hashlib.sha256(heard).hexdigest() == kept.sha256 == hashlib.sha256(said).hexdigest()
    assert examine(heard).duration_seconds == examine(said).duration_seconds
    assert Listening.objects.get().who == OFFICE
    later = story.platform.clock.now() + timedelta(days=7)
    with clock.driven_by(lambda: later):
        assert Client().get(link)["Location"].startswith("/admin/login/?next=")
        assert Client().get(f"{link}/audio").status_code == 403


@pytest.mark.requirement("PLA-12")
def test_a_text_leads_a_telephone_to_the_message(
    story: Story, people: Cast, mail_server: MailServer, said: bytes
) -> None:
    MailboxTexted.objects.create(mailbox=people.mailbox, staff=people.alice)
    a_message_is_left(story)
    (text,) = story.platform.texts_to(ALICE)
    assert story.platform.texts.sent[0].from_ == LINE.lstrip("+")
    link = text.partition(HOST)[2]
    assert re.fullmatch(r"/m/[a-z2-7]{32}", link)
    assert content(Client().get(f"{link}/audio")) == said
    download_recordings()
    story.texts_leave()
    assert len(story.platform.texts_to(ALICE)) == 1
    assert OutgoingMessage.objects.get(channel="sms", to=ALICE).state == "delivered"
    assert Listening.objects.get().who == ALICE
