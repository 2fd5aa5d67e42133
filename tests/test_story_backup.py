"""A backup, made while calls come in, brought back into an empty installation and compared."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import gethostname
from time import monotonic, sleep
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
from telephony.models import Call, PromptAudio, WatchdogPulse
from telephony.tests.hostile import Platform, build_line
from tests import rows
from tests.second import Second, files_in, second, tables_of
from voicemail.models import Recording

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
OTHER = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="


@pytest.fixture
def media(tmp_path: Path, settings: Any) -> Path:
    """The files of the installation that is backed up."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.BACKUP_KEY = ""
    return tmp_path / "media"


@pytest.fixture
def house(transactional_db: None, media: Path) -> Path:
    """Rows in every table, with sound in the recordings and announcements."""
    rows.fill(2)
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


def keep(recording: Recording, content: bytes) -> None:
    """Store the sound of a recording."""
    recording.sha256 = hashlib.sha256(content).hexdigest()
    recording.state = "stored"
    recording.file.save(f"{recording.platform_id}.wav", ContentFile(content))


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
    refused = elsewhere.run("restore", file, BACKUP_KEY=OTHER)
    assert (refused.returncode, "another key" in refused.stderr) == (1, True), refused.stderr
    assert (elsewhere.tables, elsewhere.files) == ({}, {})
    assert elsewhere.run("restore", file, BACKUP_KEY=KEY).returncode == 0
    assert elsewhere.tables == here()
    assert elsewhere.files == files_in(house)


class Traffic:
    """Calls that come in, each with a recording of its own, one after the other."""

    def __init__(self) -> None:
        self.statuses: set[int] = set()
        self.slowest = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Traffic:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        number = 0
        while not self._over.is_set():
            number += 1
            begun = monotonic()
            self.statuses.add(Platform().call(f"busy-{number}").status_code)
            self.slowest = max(self.slowest, monotonic() - begun)
            recording = Recording.objects.create(
                call=Call.objects.get(leg_uuid=f"busy-{number}"),
                platform_id=f"busy-{number}",
                recorded_at=clock.now(),
                next_attempt_at=clock.now(),
            )
            keep(recording, os.urandom(5_000))
        connection.close()


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


def wait(condition: Any) -> None:
    """Wait until it holds."""
    until = monotonic() + 60
    while not condition():
        assert monotonic() < until
        sleep(0.01)


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


def test_only_an_empty_installation_is_filled_unless_it_may_be_lost(
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
    before = elsewhere.tables, elsewhere.files
    assert "The portal is running here" in elsewhere.run("restore", then).stderr
    assert "not empty" in elsewhere.run("restore", then, "--yes").stderr
    elsewhere.ask("UPDATE telephony_watchdogpulse SET seen_at = '2020-01-01T00:00Z'")
    assert "Nobody is here to be asked" in elsewhere.run("restore", then, "--replace").stderr
    before[0]["telephony_watchdogpulse"][0]["seen_at"] = "2020-01-01T00:00:00+00:00"
    os.truncate(first, first.stat().st_size // 2)
    damaged = elsewhere.run("restore", first, "--replace", "--yes")
    assert "incomplete or was changed" in damaged.stderr
    assert (elsewhere.tables, elsewhere.files) == before
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
    assert len(made.files) == 3


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


def test_a_backup_of_a_release_before_is_brought_up_to_date(
    elsewhere: Second, tmp_path: Path
) -> None:
    """Of then: the tables of people and calls, and no others yet."""
    file = tmp_path / "old.tar"
    assert elsewhere.run("migrate", "telephony", "0016_numbers_not_rung").returncode == 0
    elsewhere.ask(
        "INSERT INTO scheduling_staff (name, email, language, time_zone, colour, active, version,"
        " call_process) VALUES ('Old', '', 'fr', 'Europe/Paris', '#1f6feb', true, 1, 'cascade')"
    )
    assert elsewhere.run("backup", file).returncode == 0
    done = elsewhere.run("restore", file, "--replace", "--yes")
    assert done.returncode == 0, done.stderr
    assert elsewhere.ask("SELECT name FROM scheduling_staff") == [("Old",)]
    assert elsewhere.ask("SELECT count(*) FROM telephony_promise") == [(0,)]
    assert elsewhere.ask("SELECT count(*) FROM voicemail_listening") == [(0,)]


def test_a_backup_of_a_newer_release_is_refused(
    house: Path, elsewhere: Second, tmp_path: Path
) -> None:
    MigrationRecorder(connection).record_applied("telephony", "9999_later")
    try:
        back_up(tmp_path / "backup.tar")
    finally:
        MigrationRecorder(connection).record_unapplied("telephony", "9999_later")
    refused = elsewhere.run("restore", tmp_path / "backup.tar")
    assert "made by a newer release (telephony.9999_later)" in refused.stderr
    assert (refused.returncode, elsewhere.tables, elsewhere.files) == (1, {}, {})


def test_a_backup_goes_through_a_pipe(house: Path, tmp_path: Path) -> None:
    this = Second(str(connection.settings_dict["NAME"]), house)
    (tmp_path / "piped").write_bytes(this.piped("backup", "-", BACKUP_KEY=KEY))
    assert len(checking.check(tmp_path / "piped", KEY).files) == 4
    assert LastBackup.objects.get().path == ""
