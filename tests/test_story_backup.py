"""A backup, made while calls come in, brought back into an empty installation and compared."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from socket import gethostname
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from oncall_portal.backup import checking, saving, snapshot
from oncall_portal.backup.models import LastBackup
from oncall_portal.lib import clock
from oncall_portal.lib.tests import bucket
from oncall_portal.outbox.models import OutgoingMessage
from telephony import pulse
from telephony.models import Call, CallAction, PromptAudio, TestCall, WatchdogPulse
from telephony.tests.hostile import Platform, build_line
from tests import rows
from tests.second import Second, files_in, second, tables_of
from tests.traffic import Traffic, keep, wait
from voicemail.models import Recording

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
OLD = Path(__file__).with_name("deploys")
OTHER = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="


@pytest.fixture
def media(tmp_path: Path, settings: Any) -> Path:
    """The files of the installation that is backed up."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.BACKUP_KEY = ""
    return tmp_path / "media"


@pytest.fixture
def house(transactional_db: None, media: Path) -> Path:
    """Rows in every table, with sound in the recordings and announcements; nothing under way."""
    rows.fill(2)
    put("sent", "done", "confirmed", rows.START)
    for recording in Recording.objects.all():
        keep(recording, os.urandom(70_000))
    for audio in PromptAudio.objects.all():
        audio.file.save(f"été-{audio.pk}.wav", ContentFile(b"RIFF" + os.urandom(999)))
    return media


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Second]:
    """An empty installation."""
    with second(tmp_path / "second") as made:
        yield made


def put(message: str, action: str, test: str, ended_at: datetime | None) -> None:
    """Put what was to leave, and to be dialled, into these states."""
    OutgoingMessage.objects.update(state=message)
    CallAction.objects.update(state=action)
    TestCall.objects.update(state=test, ended_at=ended_at)


def back_up(path: Path) -> str:
    """Run the command here; return what it printed."""
    out = io.StringIO()
    call_command("backup", str(path), stdout=out, stderr=io.StringIO())
    return out.getvalue()


def refusal(*arguments: Any) -> str:
    """Return why a command refuses."""
    with pytest.raises(CommandError) as refused:
        call_command(*arguments, stdout=io.StringIO(), stderr=io.StringIO())
    return str(refused.value)


def here() -> dict[str, Any]:
    """Return every row of this installation."""
    return tables_of(str(connection.settings_dict["NAME"]))


def test_everything_comes_back(house: Path, elsewhere: Second, tmp_path: Path) -> None:
    """But for the sessions: whoever has the file is not signed in by it."""
    Session.objects.create(session_key="s", session_data="x", expire_date=rows.START)
    said = back_up(tmp_path / "backup.tar")
    assert "4 files" in said
    assert stat.S_IMODE((tmp_path / "backup.tar").stat().st_mode) == 0o600
    assert not list(tmp_path.glob(".*"))
    done = elsewhere.run("restore", tmp_path / "backup.tar")
    assert (done.returncode, done.stdout[:15]) == (0, "Restored as of "), done.stderr
    assert len([table for table, found in here().items() if found]) > 50
    assert elsewhere.tables == here()
    assert elsewhere.files == files_in(house)
    assert len(elsewhere.files) == 4
    assert elsewhere.ask("SELECT * FROM django_session") == []


def test_what_is_encrypted_comes_back_with_its_key_alone(
    house: Path, elsewhere: Second, tmp_path: Path, settings: Any
) -> None:
    file = tmp_path / "backup.tar.age"
    settings.BACKUP_KEY = KEY
    back_up(file)
    assert b"Person 0" not in file.read_bytes()
    before = here()
    settings.BACKUP_KEY = OTHER
    assert "another key" in refusal("restore", file, "--replace", "--yes")
    assert (here(), len(files_in(house))) == (before, 4)
    assert elsewhere.run("restore", file, BACKUP_KEY=KEY).returncode == 0
    assert elsewhere.tables == before
    assert elsewhere.files == files_in(house)


def test_calls_are_answered_meanwhile_and_what_is_saved_is_of_one_instant(
    house: Path, elsewhere: Second, tmp_path: Path
) -> None:
    build_line()
    with Traffic() as traffic:
        wait(lambda: Recording.objects.filter(platform_id="busy-3").exists())
        first = Recording.objects.count()
        back_up(tmp_path / "backup.tar")
        last = Recording.objects.count()
        wait(lambda: Recording.objects.count() > last + 3)
    assert traffic.statuses == {200}
    assert traffic.slowest < 2
    assert elsewhere.run("restore", tmp_path / "backup.tar").returncode == 0
    came, now = elsewhere.tables, here()
    came_recordings = len(came["voicemail_recording"])
    assert first <= came_recordings <= last < len(now["voicemail_recording"])
    # The thread writes one after the other: what came is its beginning, in all tables alike.
    calls = {row["id"]: row for row in came["telephony_call"]}
    assert {row["call_id"] for row in came["voicemail_recording"]} <= set(calls)
    for table in ("telephony_call", "voicemail_recording"):
        ids = sorted(row["id"] for row in came[table])
        assert ids == sorted(row["id"] for row in now[table])[: len(ids)]
    for recording in came["voicemail_recording"]:
        if recording["file"]:
            content = elsewhere.files[recording["file"]]
            assert hashlib.sha256(content).hexdigest() == recording["sha256"]
    named = {row["file"] for row in came["voicemail_recording"]} - {""}
    assert len(named) >= came_recordings - 1
    assert named <= set(elsewhere.files)


def test_what_the_database_refuses_changes_nothing_and_leaves_no_file(
    house: Path, elsewhere: Second, tmp_path: Path
) -> None:
    """A backup that says of a table more than is in it, as if rows had been lost on the way."""
    file = tmp_path / "backup.tar"
    with (
        saving.new_file(file) as out,
        patched_counts({"telephony_call": 3}),
    ):
        saving.save(out, "", connection, default_storage, clock.now(), lambda _said: None)
    refused = elsewhere.run("restore", file)
    assert (refused.returncode, "telephony_call has not as many" in refused.stderr) == (1, True)
    assert (elsewhere.tables, elsewhere.files) == ({}, {})


@contextmanager
def patched_counts(changes: dict[str, int]) -> Iterator[None]:
    """Let a snapshot count otherwise."""
    real = snapshot._tables
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshot, "_tables", lambda cursor: {**real(cursor), **changes})
        yield


# What a watchdog does at once: how much was due.
LOOK = "from oncall_portal.lib import clock; from telephony import watchdog;"
LOOK += " print(watchdog.tick(clock.now()))"


def test_nobody_is_dialled_for_the_calls_of_then_and_nothing_is_sent_a_second_time(
    house: Path, elsewhere: Second, tmp_path: Path
) -> None:
    build_line()
    assert Platform().call("live").status_code == 200
    assert Call.objects.get(leg_uuid="live").deadline_at is not None
    put("queued", "pending", "waiting", None)
    back_up(tmp_path / "backup.tar")
    done = elsewhere.run("restore", tmp_path / "backup.tar")
    assert "2 messages were waiting to leave, and are held" in done.stdout, done.stderr
    assert elsewhere.ask(
        "SELECT c.phase, c.outcome, c.state, c.deadline_at, c.ended_at = b.made_at, e.code"
        " FROM telephony_call c JOIN telephony_callevent e ON e.call_id = c.id,"
        " backup_lastbackup b WHERE c.leg_uuid = 'live' ORDER BY e.id DESC LIMIT 1"
    ) == [("ended", "failed", None, None, True, "restored")]
    states = {
        "telephony_leg": "bool_and(ended_at IS NOT NULL)",
        "telephony_callaction": "bool_and(state = 'dropped')",
        "telephony_testcall": "bool_and(state = 'unknown' AND ended_at IS NOT NULL)",
        "outbox_outgoingmessage": "bool_and(state = 'failed')",
    }
    for table, ended in states.items():
        assert elsewhere.ask(f"SELECT {ended} FROM {table}") == [(True,)], table  # noqa: S608
    assert elsewhere.run("shell", "-v", "0", "-c", LOOK).stdout == "0\n"


def test_an_installation_that_holds_something_stays_as_it_is(house: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    back_up(file)
    before = here(), files_in(house)
    pulse.beat(clock.now())
    assert "The portal is running here" in refusal("restore", file)
    WatchdogPulse.objects.update(seen_at=rows.START - timedelta(days=365))
    before[0]["telephony_watchdogpulse"] = here()["telephony_watchdogpulse"]
    assert "not empty" in refusal("restore", file)
    assert "Nobody is here to be asked" in refusal("restore", file, "--replace")
    os.truncate(file, file.stat().st_size // 2)
    assert "incomplete or was changed" in refusal("restore", file, "--replace", "--yes")
    assert (here(), files_in(house)) == before


def test_what_an_installation_holds_is_replaced_when_it_may_be_lost(
    house: Path, elsewhere: Second, tmp_path: Path
) -> None:
    first, then = tmp_path / "first.tar", tmp_path / "then.tar"
    gone = Recording.objects.create(
        platform_id="gone", recorded_at=rows.START, next_attempt_at=rows.START
    )
    keep(gone, b"RIFF")
    back_up(first)
    gone.file.delete(save=False)
    gone.delete()
    back_up(then)
    assert elsewhere.run("restore", first).returncode == 0
    assert len(elsewhere.files) == 5
    assert elsewhere.run("restore", then, "--replace", "--yes").returncode == 0
    assert elsewhere.tables == here()
    assert elsewhere.files == files_in(house)


def test_whoever_types_another_name_loses_nothing(
    house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(tmp_path / "backup.tar")
    WatchdogPulse.objects.all().delete()
    before = here()
    typed = io.StringIO("another\n")
    monkeypatch.setattr(typed, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", typed)
    assert refusal("restore", tmp_path / "backup.tar", "--replace") == "Nothing was changed."
    assert here() == before


def test_a_file_that_is_gone_is_told_by_the_exit_code(house: Path, tmp_path: Path) -> None:
    Path(Recording.objects.first().file.path).unlink()  # type: ignore[union-attr]
    with pytest.raises(CommandError, match="everything else is saved") as told:
        back_up(tmp_path / "backup.tar")
    assert told.value.returncode == 3
    made = checking.check(tmp_path / "backup.tar", "")
    assert made.missing == [str(Recording.objects.first().file)]  # type: ignore[union-attr]
    assert (len(made.files), LastBackup.objects.get().missing) == (3, 1)


def test_a_backup_is_checked_without_being_restored(house: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    back_up(file)
    out = io.StringIO()
    call_command("backup", verify=file, stdout=out)
    assert "is complete and unchanged" in out.getvalue()
    os.truncate(file, file.stat().st_size - 1)
    with pytest.raises(CommandError, match="incomplete or was changed"):
        call_command("backup", verify=file)
    assert "No backup: " in refusal("backup", "--verify", str(tmp_path / "none"))


def test_nothing_is_overwritten(house: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    file.write_text("mine")
    assert "is there already" in refusal("backup", str(file))
    assert file.read_text() == "mine"


def test_every_machine_knows_when_the_last_one_was_made_and_where(
    house: Path, tmp_path: Path
) -> None:
    assert refusal("backup", "--last") == "No backup was made yet."
    for name in ("first.tar", "then.tar"):
        back_up(tmp_path / name)
    made = LastBackup.objects.get()
    size = (tmp_path / "then.tar").stat().st_size
    assert (made.size, made.path) == (size, str(tmp_path / "then.tar"))
    assert made.made_at == checking.check(tmp_path / "then.tar", "").made_at
    out = io.StringIO()
    call_command("backup", last=True, stdout=out)
    assert f"{made.made_at:%Y-%m-%d %H:%M:%S}" in out.getvalue()
    assert out.getvalue().endswith(f"{gethostname()}:{tmp_path / 'then.tar'}\n")


def test_what_fails_half_way_leaves_no_file(house: Path, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "elsewhere"
    (tmp_path / "elsewhere").write_text("no folder")
    assert "No backup: " in refusal("backup", str(tmp_path / "backup.tar"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["elsewhere", "media"]
    assert not LastBackup.objects.exists()


def test_recordings_move_into_a_bucket_and_out_of_it(
    house: Path, elsewhere: Second, tmp_path: Path, settings: Any
) -> None:
    first, second_file = tmp_path / "first.tar", tmp_path / "second.tar"
    back_up(first)
    with bucket.running(settings) as server:
        there = {"MEDIA_STORAGE_URL": server.url}
        assert elsewhere.run("restore", first, **there).returncode == 0
        assert server.keys() == sorted(f"portal/{name}" for name in files_in(house))
        assert elsewhere.run("backup", second_file, **there).returncode == 0
    assert checking.check(second_file, "").files == checking.check(first, "").files
    assert elsewhere.files == {}


def test_a_backup_of_the_release_before_is_brought_up_to_date(
    elsewhere: Second, tmp_path: Path
) -> None:
    """`tests/deploys/` has one that it made while it had calls; none of them goes on."""
    file = tmp_path / "old.tar"
    file.write_bytes(gzip.decompress((OLD / "2026-11-27.tar.gz").read_bytes()))
    wrote = json.loads((OLD / "2026-11-27.json").read_text(encoding="utf-8"))["rows"]
    done = elsewhere.run("restore", file)
    assert done.returncode == 0, done.stderr
    came = elsewhere.tables
    for table in ("scheduling_staff", "telephony_call", "telephony_leg", "outbox_outgoingmessage"):
        assert {row["id"] for row in came[table]} == {row["id"] for row in wrote[table]}
    assert (came["telephony_promise"], came["voicemail_listening"]) == ([], [])
    assert {row["phase"] for row in came["telephony_call"]} == {"ended"}
    assert {row["state"] for row in came["telephony_callaction"]} <= {"done", "failed", "dropped"}


def test_a_backup_of_a_newer_release_is_refused(house: Path, tmp_path: Path) -> None:
    MigrationRecorder(connection).record_applied("telephony", "9999_later")
    try:
        back_up(tmp_path / "backup.tar")
    finally:
        MigrationRecorder(connection).record_unapplied("telephony", "9999_later")
    before = here(), files_in(house)
    told = refusal("restore", tmp_path / "backup.tar", "--replace", "--yes")
    assert "made by a newer release (telephony.9999_later)" in told
    assert (here(), files_in(house)) == before


def test_a_backup_goes_through_a_pipe(house: Path, tmp_path: Path) -> None:
    this = Second(str(connection.settings_dict["NAME"]), house)
    (tmp_path / "piped").write_bytes(this.piped("backup", "-", BACKUP_KEY=KEY))
    assert len(checking.check(tmp_path / "piped", KEY).files) == 4
    assert LastBackup.objects.get().path == ""
