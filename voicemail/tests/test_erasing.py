"""Everything about one caller is erased on request, and there is proof."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.db.models import JSONField

from oncall_portal.lib.errors import Conflict, Refused
from oncall_portal.outbox.models import OutgoingMessage
from telephony.models import BlockedCaller, Call, Caller, Job, JobHook, Promise
from telephony.provider import Audio
from voicemail import downloads, erasing, recording_files
from voicemail.about import mentions
from voicemail.held import HELD
from voicemail.models import Erasure, MessageLink, Recording
from voicemail.tests import cast
from voicemail.tests.caller_cast import CALLER, LATER, OTHER, SPELLINGS, WORDS, everything
from voicemail.tests.caller_cast import found_anywhere as search

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def call(media: Path) -> Call:
    """A call of the caller of whom something is held everywhere."""
    return everything()


def erase(**options: Any) -> Erasure:
    return erasing.erase(CALLER, by="boss", now=LATER, **options)


def test_before_it_is_held_everywhere(call: Call, media: Path) -> None:
    tables = {place.partition(":")[0] for place in search(WORDS, media)}
    assert len(tables) == 14


def test_nothing_is_found_anywhere_afterwards(call: Call, media: Path) -> None:
    erase(keep_block=False)
    assert search(WORDS, media) == []
    assert [path for path in media.rglob("*") if path.is_file()] == []


# Entries of the block list are asked about; files have names and checksums that tell nothing.
CHOSEN = {("telephony.Caller", "number"), ("telephony.BlockedCaller", "pattern")}
CHOSEN |= {("voicemail.Recording", "file"), ("voicemail.Recording", "sha256")}


def test_the_number_goes_from_every_column_that_may_name_it(call: Call, media: Path) -> None:
    """Also from rows that are about somebody else."""
    Caller.objects.create(number=OTHER, name="Other")
    written = set()
    for label, column in [(label, name) for label, names in HELD.items() for name in names]:
        if (label, column) in CHOSEN:
            continue
        model = apps.get_model(label)
        is_json = isinstance(model._meta.get_field(column), JSONField)
        value = {"x": "06 98 76 54 32"} if is_json else "06 98 76 54 32"
        last = model.objects.order_by("pk").last()
        assert model.objects.filter(pk=last.pk).update(**{column: value}) == 1
        written.add(f"{label}.{column}")
    assert written <= set(mentions(CALLER))
    erase(keep_block=False)
    assert mentions(CALLER) == {}
    assert search(SPELLINGS, media) == []


def test_a_call_stays_with_its_times_and_its_outcome(call: Call) -> None:
    erase()
    after = Call.objects.get(pk=call.pk)
    kept = (after.started_at, after.ended_at, after.outcome, after.phone_number_id, after.label)
    assert kept == (
        *(call.started_at, call.ended_at, "message_left"),
        *(call.phone_number_id, "Repairs"),
    )
    assert (after.caller, after.numbers_erased_at) == ("", LATER)
    assert set(Recording.objects.values_list("state", "sha256", "transcript")) == {
        ("erased", "", "")
    }


def test_the_block_list_goes_on_refusing_them_unless_it_is_to_forget_them_too(
    call: Call, media: Path
) -> None:
    proof = erase()
    assert "blocked" not in proof.erased
    entry = BlockedCaller.objects.get()
    assert (entry.pattern, entry.note) == (CALLER, "…")
    assert {place.partition(":")[0] for place in search(SPELLINGS, media)} == {
        "telephony_blockedcaller"
    }
    assert erase(keep_block=False).erased["blocked"] == 1
    assert not BlockedCaller.objects.exists()


def test_whoever_gave_the_number_as_theirs_stays(call: Call) -> None:
    erase()
    other = Call.objects.get(token="o")
    assert (other.caller, other.callback_number) == (OTHER, "")
    assert other.state == {"caller": OTHER, "call_back": ""}


def test_what_was_to_be_done_is_ended_and_nothing_leaves_any_more(call: Call) -> None:
    erase()
    promise = Promise.objects.get()
    assert (promise.state, promise.reason, promise.next_at) == ("waived", "…", None)
    assert Job.objects.get().state == "cancelled"
    assert set(OutgoingMessage.objects.values_list("state", flat=True)) == {"sent", "failed"}
    assert MessageLink.objects.get().revoked_by == "boss"


def test_other_systems_hear_that_the_job_is_cancelled_and_names_nobody(
    call: Call, media: Path
) -> None:
    JobHook.objects.create(name="Field service", url="https://example.org/", secret="s")
    erase(keep_block=False)
    told = OutgoingMessage.objects.get(channel="webhook", subject="job.changed")
    job = json.loads(told.body)["job"]
    assert (told.state, job["state"], job["title"], job["version"]) == (
        *("queued", "cancelled"),
        *("…", 2),
    )
    assert search(WORDS, media) == []


def test_the_proof_names_nobody_and_says_what_went(call: Call) -> None:
    checksums = sorted(Recording.objects.values_list("sha256", flat=True))
    proof = erase(reference="Letter of 3 November")
    assert proof.erased == {
        **{"calls": 1, "recordings": 2, "transcripts": 1, "texts": 1, "messages_out": 2},
        **{"jobs": 1, "comments": 1, "promises": 1},
    }
    assert sorted(proof.files) == checksums
    assert (proof.asked_by, proof.at, proof.reference) == ("boss", LATER, "Letter of 3 November")
    assert len(proof.number_hash) == 64
    assert list(erasing.proofs(CALLER)) == [proof]
    assert list(erasing.proofs(OTHER)) == []


def test_with_another_secret_a_number_has_another_hash(settings: Any) -> None:
    first = erasing.number_hash(CALLER)
    settings.SECRET_KEY = "another"
    assert erasing.number_hash(CALLER) != first


@pytest.mark.parametrize("text", ["For 06 98 76 54 32", "Boulangerie Roux asked"])
def test_a_reference_may_not_name_the_caller(call: Call, text: str) -> None:
    with pytest.raises(Refused) as refusal:
        erase(reference=text)
    assert refusal.value.code == "reference_names_caller"
    assert Caller.objects.exists()


@pytest.mark.parametrize("ended_ago", [None, timedelta(seconds=119)])
def test_while_they_call_or_have_just_hung_up_it_waits(
    call: Call, ended_ago: timedelta | None
) -> None:
    at = None if ended_ago is None else LATER - ended_ago
    Call.objects.filter(pk=call.pk).update(ended_at=at, outcome="" if at is None else "connected")
    with pytest.raises(Conflict) as refusal:
        erase()
    assert refusal.value.code == "call_in_progress"
    assert Caller.objects.exists()
    assert not Erasure.objects.exists()


def test_a_number_of_whom_nothing_is_known_is_proved_too(call: Call) -> None:
    proof = erasing.erase("+33622222222", by="boss", now=LATER)
    assert set(proof.erased.values()) == {0}
    assert proof.files == []
    assert Caller.objects.count() == 1


def test_a_file_that_the_storage_keeps_goes_with_the_daily_run(
    call: Call, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(name: str) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(default_storage, "delete", away)
        erase()
    assert len([path for path in media.rglob("*") if path.is_file()]) == 2
    assert recording_files.delete_left() == 0
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_when_it_fails_midway_nothing_is_erased(
    call: Call, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = search(WORDS, media)

    def dies(*_args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(erasing, "_sweep", dies)
    with pytest.raises(RuntimeError):
        erase()
    assert search(WORDS, media) == before
    assert len([path for path in media.rglob("*") if path.is_file()]) == 2


def test_a_recording_that_is_being_fetched_is_erased_as_it_arrives(call: Call, media: Path) -> None:
    class Platform:
        def fetch_recording(self, url: str, *, max_bytes: int) -> Audio:
            erase()
            return Audio(cast.wav(), "audio/wav")

    Recording.objects.create(
        call=call, platform_id="late", url="u", recorded_at=LATER, next_attempt_at=LATER
    )
    assert downloads.download_next(LATER, Platform()) is True
    assert set(Recording.objects.values_list("state", "url")) == {("erased", "")}
    assert [path for path in media.rglob("*") if path.is_file()] == []
