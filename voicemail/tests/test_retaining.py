"""What was kept long enough is taken away: sound, transcripts, callers' numbers."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction

from oncall_portal.lib import clock
from oncall_portal.outbox.models import OutgoingMessage
from oncall_portal.outbox.services import send_email
from oncall_portal.outbox.types import Attachment
from telephony.models import (
    Call,
    CallbackRequest,
    Caller,
    CallEvent,
    Job,
    JobHook,
    Promise,
    TextMessage,
)
from voicemail import recording_files, retaining
from voicemail.models import MessageLink, Recording, VoicemailMessage
from voicemail.tests import cast
from voicemail.tests.cast import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CALLER = "+33698765432"
NOTHING = dict.fromkeys(("audio", "transcripts", "calls", "texts", "jobs", "reports"), 0)


@pytest.fixture
def visit(media: Path) -> Call:
    """A call of which everything is kept for ever, with a message that can be heard."""
    cast.organisation()
    call = cast.call()
    Call.objects.update(ended_at=NOW, phase="ended", outcome="message_left")
    said = cast.message(cast.mailbox(), call)
    name = default_storage.save("recordings/2026/11/x.wav", ContentFile(cast.wav()))
    Recording.objects.filter(pk=said.recording_id).update(
        state="stored", file=name, sha256="5" * 64, transcript="Call me back at 06 98 76 54 32."
    )
    VoicemailMessage.objects.update(delivery="delivered")
    Caller.objects.create(number=CALLER, name="Boulangerie Roux")
    call.refresh_from_db()
    return call


def keep(call: Call, **days: int | None) -> None:
    """Say for how many days the number keeps what."""
    line = call.phone_number
    assert line is not None
    type(line).objects.update(**{f"keep_{kind}_days": value for kind, value in days.items()})


def done(**counts: int) -> dict[str, int]:
    return {**NOTHING, **counts}


@pytest.mark.django_db(transaction=True)
def test_sound_goes_to_the_second_and_nobody_can_ask_for_it_any_more(visit: Call) -> None:
    keep(visit, audio=7)
    message = VoicemailMessage.objects.get()
    MessageLink.objects.create(
        message=message, token_hash="h", channel="email", reader="a", created_at=NOW, expires_at=NOW
    )
    file = str(message.recording.file)
    assert retaining.run(NOW + 7 * DAY - timedelta(seconds=1)) == NOTHING
    assert default_storage.exists(file)
    assert retaining.run(NOW + 7 * DAY) == done(audio=1)
    row = Recording.objects.get()
    assert (row.state, row.erased_at, str(row.file), row.url) == ("erased", NOW + 7 * DAY, "", "")
    assert not default_storage.exists(file)
    link = MessageLink.objects.get()
    assert (link.revoked_at, link.revoked_by) == (NOW + 7 * DAY, "retention")
    assert row.transcript == "Call me back at 06 98 76 54 32."


def test_a_blank_number_has_the_houses_days_and_a_message_of_no_call_too(visit: Call) -> None:
    type(cast.organisation()).objects.update(keep_audio_days=7)
    loose = cast.message(None, None, "m2").recording
    name = default_storage.save("recordings/2026/11/y.wav", ContentFile(cast.wav()))
    Recording.objects.filter(pk=loose.pk).update(state="stored", file=name)
    assert retaining.counts(NOW + 7 * DAY) == done(audio=2)
    keep(visit, audio=8)
    assert retaining.counts(NOW + 7 * DAY) == done(audio=1)


@pytest.mark.parametrize("state", ["awaited", "failed"])
def test_a_recording_that_is_not_stored_is_left_alone(visit: Call, state: str) -> None:
    keep(visit, audio=7)
    Recording.objects.update(state=state)
    assert retaining.run(NOW + 8 * DAY) == NOTHING


def test_a_file_that_an_email_is_still_to_take_along_stays_until_it_has_left(visit: Call) -> None:
    keep(visit, audio=7, transcripts=7)
    row = Recording.objects.get()
    send_email(
        to="a@example.org",
        subject="Message",
        body=row.transcript,
        cause=f"voicemail:{VoicemailMessage.objects.get().pk}",
        key="k",
        now=NOW,
        attachments=[Attachment(str(row.file), "m.wav", "audio/wav")],
    )
    assert retaining.run(NOW + 8 * DAY) == NOTHING
    OutgoingMessage.objects.update(state="sent")
    assert retaining.run(NOW + 8 * DAY) == done(audio=1, transcripts=1)
    assert OutgoingMessage.objects.get().body == "…"
    assert Recording.objects.get().transcript == ""


def test_a_file_that_the_storage_does_not_give_up_is_deleted_by_the_next_run(
    visit: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(name: str) -> None:
        raise ConnectionError

    Recording.objects.update(state="erased")
    with monkeypatch.context() as broken:
        broken.setattr(default_storage, "delete", away)
        assert recording_files.delete_left() == 1
    file = str(Recording.objects.get().file)
    retaining.run(NOW)
    assert (str(Recording.objects.get().file), default_storage.exists(file)) == ("", False)


def test_the_number_of_an_old_call_goes_everywhere_and_the_call_stays(visit: Call) -> None:
    keep(visit, numbers=30)
    Call.objects.update(
        state={"caller": CALLER, "plan": {"said": "From Boulangerie Roux, 0 6 9 8 7 6 5 4 3 2"}},
        callback_number="+33612345678",
    )
    CallbackRequest.objects.create(call=visit, number="+33612345678", requested_at=NOW)
    CallEvent.objects.create(call=visit, at=NOW, code="key_pressed", params={"key": "0612345678"})
    Job.objects.create(
        call=visit, title="Boiler · +33 6 98 76 54 32", caller=CALLER, address="1 rue", state="done"
    )
    mail = {"cause": f"call:{visit.pk}", "created_at": NOW, "next_attempt_at": NOW, "state": "sent"}
    OutgoingMessage.objects.create(channel="sms", to=CALLER, body="x", idempotency_key="k", **mail)
    assert retaining.run(NOW + 30 * DAY - timedelta(seconds=1)) == NOTHING
    assert retaining.run(NOW + 30 * DAY) == done(calls=1)
    call = Call.objects.get()
    assert (call.caller, call.callback_number, call.outcome) == ("", "", "message_left")
    assert call.numbers_erased_at == NOW + 30 * DAY
    assert call.state == {"caller": "", "plan": {"said": "From , "}}
    assert CallEvent.objects.get().params == {"key": "…"}
    assert CallbackRequest.objects.get().number == ""
    job = Job.objects.get()
    assert (job.title, job.caller, job.address) == ("Boiler · …", "", "")
    sent = OutgoingMessage.objects.get()
    assert (sent.to, sent.body) == ("", "…")
    assert Recording.objects.get().transcript == "Call me back at …."
    assert not Caller.objects.exists()
    assert retaining.run(NOW + 31 * DAY) == NOTHING


def test_a_caller_with_something_open_is_kept_until_it_is_done(visit: Call) -> None:
    keep(visit, numbers=30)
    soon = NOW + 2 * DAY
    promise = Promise.objects.create(call=visit, kind="message", made_at=NOW, due_at=soon)
    assert retaining.run(NOW + 31 * DAY) == NOTHING
    Promise.objects.filter(pk=promise.pk).update(state="kept", done_at=NOW)
    job = Job.objects.create(title="t", caller=CALLER, created_at=NOW)
    assert retaining.run(NOW + 31 * DAY) == NOTHING
    Job.objects.filter(pk=job.pk).update(state="done", done_at=NOW)
    assert retaining.run(NOW + 31 * DAY) == done(calls=1)
    assert Caller.objects.count() == 1  # the job of no call is kept as long as the house says
    type(cast.organisation()).objects.update(keep_numbers_days=31)
    assert retaining.run(NOW + 31 * DAY) == done(jobs=1)
    assert not Caller.objects.exists()


def test_what_nobody_kept_for_a_month_holds_nothing_back_and_is_ended(visit: Call) -> None:
    keep(visit, numbers=30)
    CallbackRequest.objects.create(call=visit, number=CALLER, requested_at=NOW)
    Promise.objects.create(call=visit, kind="call_back", made_at=NOW, due_at=NOW + DAY)
    assert retaining.run(NOW + 31 * DAY - timedelta(seconds=1)) == NOTHING
    assert retaining.run(NOW + 31 * DAY) == done(calls=1)
    promise = Promise.objects.get()
    assert (promise.state, promise.done_by, promise.reason) == ("waived", "retention", "…")
    assert CallbackRequest.objects.get().state == "done"


def test_other_systems_hear_that_a_job_names_nobody_any_more(visit: Call) -> None:
    keep(visit, numbers=30)
    JobHook.objects.create(name="Field service", url="https://example.org/", secret="s")
    Job.objects.create(call=visit, title="Boiler", caller=CALLER, address="1 rue", state="done")
    assert retaining.run(NOW + 30 * DAY) == done(calls=1)
    told = OutgoingMessage.objects.get(channel="webhook", subject="job.changed")
    job = json.loads(told.body)["job"]
    assert (job["caller"], job["address"], job["state"], job["version"]) == ("", "", "done", 2)
    assert Job.objects.get().version == 2


def test_who_called_again_is_still_known(visit: Call) -> None:
    keep(visit, numbers=30)
    visit.pk, visit.token, visit.leg_uuid = None, "t2", "l2"
    visit.started_at = visit.ended_at = NOW + DAY
    visit.save(force_insert=True)
    assert retaining.run(NOW + 30 * DAY) == done(calls=1)
    assert list(Call.objects.order_by("pk").values_list("caller", flat=True)) == ["", CALLER]
    assert Caller.objects.count() == 1


def test_old_texts_go_and_who_wants_none_stays_with_that_wish_alone(visit: Call) -> None:
    keep(visit, numbers=30)
    caller = Caller.objects.get()
    TextMessage.objects.create(
        caller=caller, phone_number=visit.phone_number, direction="in", text="STOP", at=NOW
    )
    Caller.objects.update(sms_stopped_at=NOW, email="roux@example.org")
    assert retaining.run(NOW + 30 * DAY) == done(calls=1, texts=1)
    caller.refresh_from_db()
    assert (caller.name, caller.email, caller.sms_stopped_at) == ("", "", NOW)
    assert not TextMessage.objects.exists()


def test_withheld_and_live_calls_are_left_as_they_are(visit: Call) -> None:
    keep(visit, numbers=30)
    Call.objects.update(caller="")
    assert retaining.run(NOW + 31 * DAY) == NOTHING
    Call.objects.update(caller=CALLER, ended_at=None, outcome="")
    assert retaining.run(NOW + 31 * DAY) == NOTHING


def test_everything_is_taken_batch_by_batch(visit: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(visit, numbers=30)
    monkeypatch.setattr(retaining, "BATCH", 2)
    for index in range(4):
        visit.pk, visit.token, visit.leg_uuid = None, f"t{index}", f"l{index}"
        visit.save(force_insert=True)
    assert retaining.run(NOW + 30 * DAY) == done(calls=5)
    assert Call.objects.filter(numbers_erased_at=NOW + 30 * DAY).count() == 5


@pytest.mark.django_db(transaction=True)
def test_a_call_that_somebody_has_locked_waits_for_the_next_run(visit: Call) -> None:
    keep(visit, numbers=30)
    other = connection.copy()
    try:
        with transaction.atomic(), other.cursor() as held:
            held.execute("BEGIN")
            held.execute("SELECT 1 FROM telephony_call FOR UPDATE")
            assert retaining.run(NOW + 30 * DAY) == NOTHING
            held.execute("ROLLBACK")
    finally:
        other.close()
    assert retaining.run(NOW + 30 * DAY) == done(calls=1)


def test_the_command_counts_first_and_takes_then(visit: Call) -> None:
    keep(visit, audio=7)
    with clock.driven_by(lambda: NOW + 7 * DAY):
        assert said("--dry-run").startswith("audio: 1\n")
        assert Recording.objects.get().state == "stored"
        assert said().startswith("audio: 1\n")
    assert Recording.objects.get().state == "erased"


def said(*words: Any) -> str:
    out = StringIO()
    call_command("retain", *words, stdout=out)
    return out.getvalue()


def test_pages_tell_that_a_number_was_erased_and_when_a_recording(
    visit: Call, admin_client: Any
) -> None:
    keep(visit, audio=7, numbers=7)
    retaining.run(NOW + 7 * DAY)
    page = admin_client.get(f"/admin/telephony/call/{visit.pk}/change/").content.decode()
    assert "number erased" in page
    assert CALLER[-4:] not in page
    message = VoicemailMessage.objects.get()
    address = f"/admin/voicemail/voicemailmessage/{message.pk}/change/"
    page = admin_client.get(address).content.decode()
    assert "7 days after it was recorded" in page
    assert admin_client.get(f"/api/v1/voicemails/{message.pk}/audio/").json()["code"] == (
        "audio_erased"
    )


def test_an_instant_is_needed_for_nothing_else(visit: Call) -> None:
    assert retaining.run(datetime.fromisoformat("2099-01-01T00:00:00+00:00")) == NOTHING


def test_what_other_systems_were_told_of_jobs_goes_with_the_days_of_the_house(visit: Call) -> None:
    mail = {"cause": "job:9", "created_at": NOW, "next_attempt_at": NOW, "state": "delivered"}
    OutgoingMessage.objects.create(
        channel="webhook", to="jobhook:1", body="{}", idempotency_key="k", **mail
    )
    assert retaining.run(NOW + 30 * DAY) == NOTHING
    type(cast.organisation()).objects.update(keep_numbers_days=30)
    assert retaining.run(NOW + 30 * DAY) == done(calls=1, reports=1)
    assert OutgoingMessage.objects.get().body == "…"
    assert retaining.run(NOW + 30 * DAY) == NOTHING
