"""The list of calls as a file, and what may be heard in its rows."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oncall_portal.lib import clock
from scheduling.enums import Role
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import login
from telephony import call_export
from telephony.models import Call, CallComment, Caller, Promise
from telephony.tests.test_api import LINE, a_call

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("VPB-10")]
LIST = "/admin/telephony/call/"
CALLER = "+33698765432"


@pytest.fixture
def page() -> Any:
    build.organisation(region="FR", time_zone="Europe/Paris")
    client = Client()
    client.force_login(login(Role.SUPERVISOR))
    with clock.driven_by(lambda: at(12)):
        yield client


def exported(page: Client, query: str = "", kind: str = "csv") -> list[dict[str, Any]]:
    """Return the lines of the file by the names of their columns."""
    answer: Any = page.get(f"{LIST}export/{kind}/?{query}")
    if kind == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        names, *lines = [list(row) for row in sheet.iter_rows(values_only=True)]
        return [dict(zip(names, line, strict=True)) for line in lines]
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def sound(call: Call, kind: str = "message") -> Any:
    """Write what was recorded of a call, and return the recording."""
    recordings: Any = Call._meta.get_field("recordings").related_model
    row = recordings.objects.create(
        call=call,
        kind=kind,
        state="stored",
        file=default_storage.save("a.mp3", ContentFile(b"ID3 sound")),
        platform_id=f"{kind}-{call.pk}",
        url="https://api.example.org/x",
        recorded_at=at(8),
        next_attempt_at=at(8),
        content_type="audio/mpeg",
        duration_seconds=4.2,
    )
    if kind == "message":
        call.voicemails.create(recording=row, left_at=at(8))
    return row


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_line_says_all_of_a_call(page: Client, kind: str, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT, settings.PUBLIC_URL = str(tmp_path), "https://oncall.example.org"
    call = a_call(build.staff("Amélie"))
    Call.objects.update(label="Heating", service=build.service("Boiler"), triage="job")
    Caller.objects.create(number=CALLER, name="Mme Le Goff")
    CallComment.objects.create(call=call, author_name="Bob", text="Gone", at=at(9))
    due = {"made_at": at(8), "due_at": at(9), "kind": "message", "owner": build.staff("Bob")}
    Promise.objects.create(call=call, state="kept", done_at=at(9), kept_by=call, **due)
    sound(call)
    (line,) = exported(page, kind=kind)
    said = {name: str(value) for name, value in line.items() if name != "seconds talked"}
    message = call.voicemails.get()
    assert said | {"recording": ""} == {
        "when": "2027-01-04T09:00:00+01:00",
        "direction": "received",
        "caller": CALLER,
        "caller's name": "Mme Le Goff",
        "number called": LINE,
        "label": "Heating",
        "service": "Boiler",
        "outcome": "Answered",
        "taken by": "Amélie",
        "seconds until taken": "12",
        "message": f"https://oncall.example.org/api/v1/voicemails/{message.pk}/audio/",
        "recording": "",
        "office": "made a job",
        "owner": "Bob",
        "to call back by": "2027-01-04T10:00:00+01:00",
        "called back at": "2027-01-04T10:00:00+01:00",
        "comments": "1",
    }


def test_what_is_filtered_and_searched_is_exported(page: Client) -> None:
    wanted = a_call()
    other = a_call()
    Call.objects.filter(pk=other.pk).update(caller="+33611111111", label="Plumbing")
    assert [line["caller"] for line in exported(page, "q=06+98+76+54+32")] == [CALLER]
    assert [line["label"] for line in exported(page, "q=plumb")] == ["Plumbing"]
    assert exported(page, "result=message") == []
    Call.objects.filter(pk=wanted.pk).update(triage="deleted")
    assert [line["caller"] for line in exported(page)] == ["+33611111111"]
    assert [line["caller"] for line in exported(page, "triage=deleted")] == [CALLER]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_cell_is_a_formula(page: Client, kind: str) -> None:
    a_call()
    Call.objects.update(label='=HYPERLINK("https://example.org")', caller="")
    (line,) = exported(page, kind=kind)
    assert line["label"] == '\'=HYPERLINK("https://example.org")'


def test_too_many_calls_are_refused_with_what_to_do(page: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(call_export, "MOST", 1)
    for _number in range(2):
        a_call()
    told = page.get(f"{LIST}export/csv/", follow=True)
    assert "These are more than 100,000 calls" in told.content.decode()


def many(count: int) -> None:
    first = a_call()
    start = Call.objects.count()
    Call.objects.bulk_create(
        Call(
            phone_number=first.phone_number,
            caller=f"+336{number:08}",
            dialled=LINE,
            leg_uuid=f"many-{number}",
            token=f"many-{number}",
            started_at=at(8) - timedelta(minutes=number),
            ended_at=at(8) - timedelta(minutes=number - 1),
            phase="ended",
            outcome="gave_up_ringing",
        )
        for number in range(start, start + count)
    )


def test_ten_thousand_calls_leave_with_few_queries(page: Client) -> None:
    many(10_000)
    with CaptureQueriesContext(connection) as captured:
        assert len(exported(page)) == 10_001
    assert len(captured) < 100  # eight for every thousand


def test_a_row_plays_and_keeps_what_may_be_heard(
    page: Client, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    call = a_call()
    message, talk = sound(call), sound(call, "conversation")
    shown = page.get(LIST).content.decode()
    left = call.voicemails.get()
    for source in (f"/api/v1/voicemails/{left.pk}/audio/", f"/api/v1/recordings/{talk.pk}/audio/"):
        assert f'<audio controls preload="none" src="{source}"></audio>' in shown
        assert f'href="{source}" download' in shown
    kept = page.get(f"/api/v1/voicemails/{left.pk}/audio/")
    name = "message-+33698765432-2027-01-04-0900.mp3"
    assert kept["Content-Disposition"] == f'inline; filename="{name}"'
    assert message.pk != talk.pk


def test_a_recording_that_is_not_there_yet_is_said(
    page: Client, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    row = sound(a_call())
    type(row).objects.update(state="awaited", file="")
    shown = page.get(LIST).content.decode()
    assert ("Not here yet" in shown, "<audio" in shown) == (True, False)


def test_rows_with_sounds_do_the_same_number_of_queries(
    page: Client, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert page.get(reverse("admin:telephony_call_changelist")).status_code == 200
        return len(captured)

    sound(a_call())
    few = asked()
    for _number in range(9):
        call = a_call()
        sound(call)
        sound(call, "conversation")
    assert asked() == few
