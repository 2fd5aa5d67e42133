"""The API of mailboxes and messages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from scheduling.enums import Role
from scheduling.models import Staff
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import client, problem
from telephony.models import Call, Leg, Promise
from voicemail import mailboxes
from voicemail.enums import RecordingState
from voicemail.models import Listening, Mailbox, MailboxRecipient, Recording, VoicemailMessage

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def manager() -> Any:
    return client(Role.MANAGER)


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def a_message(mailbox: Mailbox, *, stored: bool = True) -> VoicemailMessage:
    """Write a message in a mailbox."""
    number = Recording.objects.count()
    recording = Recording.objects.create(
        platform_id=f"rec-{number}",
        url="https://example.org/x",
        recorded_at=at(8),
        next_attempt_at=at(8),
        duration_seconds=14.2,
        content_type="audio/wav",
    )
    if stored:
        recording.state = RecordingState.STORED.value
        recording.file.save("message.wav", ContentFile(b"RIFF"))
    return VoicemailMessage.objects.create(mailbox=mailbox, recording=recording, left_at=at(8))


@pytest.mark.requirement("VPB-05")
def test_a_mailbox_is_written_with_its_recipients(manager: Any) -> None:
    bob, desk = build.staff("Bob", email="bob@example.org"), build.service("Desk")
    body = {
        "name": "General",
        "general": True,
        "recipients": [
            {"staff": bob.pk},
            {"service": desk.pk},
            {"email": "office@example.org"},
            {"on_shift": True},
        ],
        "staff": bob.pk,
        "attach_audio": False,
        "sms_link_to": [{"staff": bob.pk}, {"service": desk.pk}, {"on_shift": True}],
        "max_seconds": 120,
        "min_seconds": 5,
        "end_key": "*",
        "silence_seconds": 4,
        "beep": False,
        "confirm": True,
        "transcribe": True,
        "greeting": None,
        "greeting_prompt": None,
    }
    made = manager.post(f"{API}/mailboxes/", body, format="json")
    assert made.json() == {"id": made.json()["id"], **body, "version": 1}
    kept = {"version": 1, "name": "House"}
    changed = manager.patch(f"{API}/mailboxes/{made.json()['id']}/", kept, format="json")
    assert changed.json() == {**made.json(), "name": "House", "version": 2}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"min_seconds": 10, "max_seconds": 10}, "min_not_below_max"),
        ({"min_seconds": 31}, "max_value"),
        ({"max_seconds": 9}, "min_value"),
        ({"silence_seconds": 2}, "min_value"),
        ({"end_key": "a"}, "invalid"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(manager: Any, values: Any, code: str) -> None:
    address = f"{API}/mailboxes/"
    assert problem(manager.post(address, {"name": "A", **values}, format="json")) == (400, code)
    box = Mailbox.objects.create(name="B")
    body = {**values, "version": 1}
    assert problem(manager.patch(f"{address}{box.pk}/", body, format="json")) == (400, code)


@pytest.mark.requirement("VPB-06")
def test_a_person_without_address_cannot_get_messages(manager: Any) -> None:
    body = {"name": "A", "recipients": [{"staff": build.staff("Bob").pk}]}
    answer = manager.post(f"{API}/mailboxes/", body, format="json")
    assert problem(answer) == (400, "no_email")
    assert answer.json()["detail"] == "Bob has no e-mail address, so no message can reach them."
    page = f"/admin/scheduling/staff/{Staff.objects.get().pk}/change/"
    assert [(each["field"], each["url"]) for each in answer.json()["errors"]] == [
        ("recipients[0]", page)
    ]
    assert not Mailbox.objects.exists()


@pytest.mark.requirement("PLA-12")
@pytest.mark.parametrize("values", [{"enabled": False}, {"can_sms": False}])
def test_a_person_without_a_number_that_takes_texts_gets_no_link(manager: Any, values: Any) -> None:
    bob = build.staff("Bob", email="bob@example.org")
    bob.numbers.update(**values)
    answer = manager.post(
        f"{API}/mailboxes/", {"name": "A", "sms_link_to": [{"staff": bob.pk}]}, format="json"
    )
    assert problem(answer) == (400, "no_mobile")
    assert answer.json()["detail"] == (
        "Bob has no number in use that takes texts, so no link can reach them."
    )
    assert [(each["field"], each["url"]) for each in answer.json()["errors"]] == [
        ("sms_link_to[0]", f"/admin/scheduling/staff/{bob.pk}/change/")
    ]


@pytest.mark.parametrize(
    "entry", [{}, {"on_shift": False}, {"staff": 1, "on_shift": True}, {"email": "a@example.org"}]
)
def test_whom_a_link_is_texted_to_is_one_of_the_three(manager: Any, entry: Any) -> None:
    build.staff("Bob", pk=1)
    answer = manager.post(f"{API}/mailboxes/", {"name": "A", "sms_link_to": [entry]}, format="json")
    assert problem(answer)[0] == 400
    assert not Mailbox.objects.exists()


@pytest.mark.parametrize(
    ("recipient", "code"),
    [
        ({}, "exactly_one"),
        ({"email": "a@example.org", "on_shift": True}, "exactly_one"),
        ({"on_shift": False}, "exactly_one"),
        ({"email": "nonsense"}, "invalid"),
        ({"phone": "1"}, "unknown_field"),
        ({"staff": 999}, "does_not_exist"),
    ],
)
def test_a_bad_recipient_is_refused(manager: Any, recipient: Any, code: str) -> None:
    body = {"name": "A", "recipients": [recipient]}
    assert problem(manager.post(f"{API}/mailboxes/", body, format="json")) == (400, code)


def test_there_is_one_general_mailbox_and_it_stays(manager: Any) -> None:
    box = Mailbox.objects.create(name="General", general=True)
    second = manager.post(f"{API}/mailboxes/", {"name": "B", "general": True}, format="json")
    assert second.status_code == 400
    address = f"{API}/mailboxes/{box.pk}/"
    assert problem(manager.delete(address, HTTP_IF_MATCH="1")) == (400, "general_mailbox")
    body = {"general": False, "version": 1}
    assert problem(manager.patch(address, body, format="json")) == (400, "general_mailbox")


def test_a_message_is_shown_to_a_supervisor() -> None:
    message = a_message(Mailbox.objects.create(name="General"))
    assert client(Role.SUPERVISOR).get(f"{API}/voicemails/{message.pk}/").json() == {
        "id": message.pk,
        "call": None,
        "mailbox": message.mailbox_id,
        "duration_seconds": 14.2,
        "state": "stored",
        "cut_short": False,
        "transcript": None,
        "audio": f"/api/v1/voicemails/{message.pk}/audio/",
        "owner": None,
        "due_at": None,
    }


@pytest.mark.requirement("VPB-13")
def test_what_is_said_to_a_colleagues_mailbox_is_heard_by_nobody_else() -> None:
    me, them = client(Role.STAFF), build.staff("Bob", email="bob@example.org")
    mine = Mailbox.objects.create(name="Mine", staff=Staff.objects.get(name="Staff"))
    heard, unheard = a_message(mine), a_message(mailboxes.own_mailbox(them))
    assert [row["id"] for row in me.get(f"{API}/voicemails/").json()["results"]] == [heard.pk]
    for address in (
        f"{API}/voicemails/{unheard.pk}/",
        f"{API}/voicemails/{unheard.pk}/audio/",
        f"{API}/recordings/{unheard.recording_id}/",
        f"{API}/recordings/{unheard.recording_id}/audio/",
    ):
        assert problem(me.get(address)) == (404, "not_found")
    supervisor: Any = client(Role.SUPERVISOR).get(f"{API}/voicemails/{unheard.pk}/audio/")
    assert b"".join(supervisor.streaming_content) == b"RIFF"


@pytest.mark.requirement("VPB-13")
@pytest.mark.parametrize("private", [True, False])
def test_whoever_is_to_call_back_hears_it_unless_it_was_said_to_a_colleague(private: bool) -> None:
    api = client(Role.STAFF)
    me, bob = Staff.objects.get(name="Staff"), build.staff("Bob", email="bob@example.org")
    box = mailboxes.own_mailbox(bob) if private else Mailbox.objects.create(name="General")
    left = a_message(box)
    call = Call.objects.create(token="t", leg_uuid="l", dialled="+33970000001", started_at=at(8))
    VoicemailMessage.objects.filter(pk=left.pk).update(call=call)
    Promise.objects.create(call=call, kind="message", made_at=at(8), due_at=at(9), owner=me)
    answer = api.get(f"{API}/voicemails/{left.pk}/audio/")
    assert answer.status_code == (404 if private else 200)


@pytest.mark.parametrize("by", ["staff", "service"])
def test_staff_hear_the_messages_that_they_get_and_no_other(by: str) -> None:
    api = client(Role.STAFF)
    me = Staff.objects.get(name="Staff")
    desk = build.service("Desk", members=(me,))
    mine, other = Mailbox.objects.create(name="A"), Mailbox.objects.create(name="B")
    MailboxRecipient.objects.create(mailbox=mine, **{by: me if by == "staff" else desk})
    heard, unheard = a_message(mine), a_message(other)
    assert [row["id"] for row in api.get(f"{API}/voicemails/").json()["results"]] == [heard.pk]
    audio: Any = api.get(f"{API}/voicemails/{heard.pk}/audio/")
    assert b"".join(audio.streaming_content) == b"RIFF"
    assert audio["Content-Type"] == "audio/wav"
    assert problem(api.get(f"{API}/voicemails/{unheard.pk}/audio/")) == (404, "not_found")


def test_a_player_gets_the_part_that_it_asks_for() -> None:
    message = a_message(Mailbox.objects.create(name="General"))
    api, address = client(Role.SUPERVISOR), f"{API}/voicemails/{message.pk}/audio/"
    part: Any = api.get(address, headers={"Range": "bytes=1-2"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"IF")
    assert part["Content-Range"] == "bytes 1-2/4"
    assert api.get(address, headers={"Range": "bytes=4-"}).status_code == 416
    assert api.get(address)["Cache-Control"] == "private, no-cache"


def test_a_recording_that_is_not_here_yet_says_so() -> None:
    message = a_message(Mailbox.objects.create(name="A"), stored=False)
    answer = client(Role.SUPERVISOR).get(f"{API}/voicemails/{message.pk}/audio/")
    assert problem(answer) == (404, "audio_not_stored")


def test_a_recording_whose_file_is_gone_says_so() -> None:
    message = a_message(Mailbox.objects.create(name="A"))
    file = message.recording.file
    file.storage.delete(str(file.name))
    answer = client(Role.SUPERVISOR).get(f"{API}/voicemails/{message.pk}/audio/")
    assert problem(answer) == (404, "audio_lost")


def a_conversation(took: Staff, result: str, name: str) -> Recording:
    """Write the recording of a call that somebody's phone rang for, with this result."""
    call = Call.objects.create(token=name, leg_uuid=name, dialled="+33970000001", started_at=at(8))
    leg = Leg.objects.create(
        call=call,
        ordinal=1,
        token=name,
        number="+33612345678",
        name=took.name,
        staff=took,
        dialled_at=at(8),
        result=result,
    )
    if result == "accepted":
        Call.objects.filter(pk=call.pk).update(accepted_by=leg)
    recording = Recording.objects.create(
        call=call,
        kind="conversation",
        platform_id=name,
        url="https://example.org/x",
        recorded_at=at(8),
        next_attempt_at=at(8),
        content_type="audio/mpeg",
        state=RecordingState.STORED.value,
        file=ContentFile(b"ID3", name="call.mp3"),
    )
    return recording


@pytest.mark.requirement("CRM-06")
def test_staff_hear_the_calls_that_they_took_and_no_other() -> None:
    api = client(Role.STAFF)
    me, other = Staff.objects.get(name="Staff"), build.staff("Bob")
    mine = [a_conversation(me, "accepted", "a"), a_conversation(me, "picked_up", "b")]
    others = [a_conversation(me, "timeout", "c"), a_conversation(other, "accepted", "d")]
    shown = {row["id"] for row in api.get(f"{API}/recordings/").json()["results"]}
    assert shown == {row.pk for row in mine}
    audio: Any = api.get(f"{API}/recordings/{mine[0].pk}/audio/")
    assert (b"".join(audio.streaming_content), audio["Content-Type"]) == (b"ID3", "audio/mpeg")
    for row in others:
        assert problem(api.get(f"{API}/recordings/{row.pk}/audio/")) == (404, "not_found")


@pytest.mark.requirement("CRM-06")
def test_a_recording_is_shown_to_a_supervisor() -> None:
    recording = a_conversation(build.staff("Bob"), "accepted", "a")
    assert client(Role.SUPERVISOR).get(f"{API}/recordings/{recording.pk}/").json() == {
        "id": recording.pk,
        "call": recording.call_id,
        "kind": "conversation",
        "state": "stored",
        "cut_short": False,
        "recorded_at": at(8).isoformat(),
        "duration_seconds": None,
        "audio": f"/api/v1/recordings/{recording.pk}/audio/",
    }


def test_whoever_hears_a_message_through_the_api_is_recorded(manager: Any) -> None:
    left = a_message(Mailbox.objects.create(name="Desk"))
    assert manager.get(f"{API}/voicemails/{left.pk}/audio/").status_code == 200
    staff = client(Role.STAFF)
    assert staff.get(f"{API}/voicemails/{left.pk}/audio/").status_code == 404
    assert staff.get(f"{API}/recordings/{left.recording_id}/audio/").status_code == 404
    rows = Listening.objects.values_list("who", "result", "user__username")
    assert list(rows) == [
        ("manager (API)", "heard", "manager"),
        ("staff (API)", "denied", "staff"),
    ]


def test_a_message_tells_what_a_machine_wrote_down(manager: Any) -> None:
    left = a_message(Mailbox.objects.create(name="Desk"))
    assert manager.get(f"{API}/voicemails/{left.pk}/").json()["transcript"] is None
    Recording.objects.update(transcript="My boiler leaks.")
    assert manager.get(f"{API}/voicemails/{left.pk}/").json()["transcript"] == "My boiler leaks."
