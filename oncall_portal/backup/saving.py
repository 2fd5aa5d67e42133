"""Writes a backup: the database as it is at one instant, then the files that it names."""

from __future__ import annotations

import io
import os
import secrets
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from django.core.files.storage import Storage
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oncall_portal.backup import archive, manifest, programs, snapshot
from oncall_portal.backup.manifest import Manifest, Measured
from oncall_portal.backup.sealing import Sink
from oncall_portal.backup.snapshot import Snapshot
from oncall_portal.lib.errors import Conflict, Refused

_TELL_EVERY = 500
_DUMP = (
    *("--format=custom", "--compress=1", "--encoding=UTF8", "--no-password"),
    *("--no-owner", "--no-privileges", "--no-comments", "--no-security-labels"),
    *("--no-tablespaces", "--no-publications", "--no-subscriptions", "--lock-wait-timeout=30s"),
    f"--exclude-table-data=public.{snapshot.EMPTIED}",
)


def save(
    file: Sink,
    key: str,
    database: BaseDatabaseWrapper,
    storage: Storage,
    now: datetime,
    say: Callable[[str], None],
) -> Manifest:
    """Write a backup of database and storage to `file`, encrypted unless `key` is empty.

    Files never change and only retention deletes them, so they are copied when the database is
    done. Refuse when it cannot be read; what the storage no longer has is told in the manifest.
    """
    with archive.writing(file, key) as writer:
        with snapshot.taken(database) as seen:
            say(
                ngettext("Copying %(count)d table.", "Copying %(count)d tables.", len(seen.tables))
                % {"count": len(seen.tables)}
            )
            dump = _dump(writer, database, seen)
        files, missing = _copy(writer, storage, seen.files, say)
        made = Manifest(
            format=manifest.FORMAT,
            made_at=now,
            server=seen.server,
            migrations=seen.migrations,
            tables=seen.tables,
            dump=dump,
            files=files,
            missing=missing,
        )
        text = manifest.encode(made)
        writer.add(archive.MANIFEST, len(text), io.BytesIO(text))
    return made


def _dump(writer: archive.Writer, database: BaseDatabaseWrapper, seen: Snapshot) -> Measured:
    folder = programs.find(seen.server)
    command = (folder / "pg_dump", *_DUMP, f"--snapshot={seen.name}")
    env = programs.environment(database)
    with programs.running(
        command, env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    ) as program:
        dump = writer.add_pieces(archive.DATABASE, program.said)
        if words := program.failed():
            raise Refused(
                "backup_dump_failed",
                _("The database could not be copied: %(why)s") % {"why": words},
            )
    return dump


def _copy(
    writer: archive.Writer, storage: Storage, names: tuple[str, ...], say: Callable[[str], None]
) -> tuple[dict[str, Measured], list[str]]:
    files, missing = {}, []
    for number, name in enumerate(names, 1):
        try:
            with storage.open(name) as file:
                files[name] = writer.add(f"{archive.FILES}{name}", file.size, file)
        except FileNotFoundError:
            missing.append(name)
        if number % _TELL_EVERY == 0 or number == len(names):
            say(_("Files: %(done)d of %(all)d.") % {"done": number, "all": len(names)})
    return files, missing


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file that appears at `path` once it is complete and on the disk; it is private.

    Refuse when there is something at `path`, now or then; whatever goes wrong, nothing is left.
    """
    if path.exists():
        raise _taken(path)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _appear(part, path)
    finally:
        part.unlink(missing_ok=True)


def _appear(part: Path, path: Path) -> None:
    try:
        os.link(part, path)  # unlike a rename it never replaces what came meanwhile
    except FileExistsError as error:
        raise _taken(path) from error
    except OSError:  # a file system without links
        if path.exists():
            raise _taken(path) from None
        part.rename(path)
    with suppress(OSError):  # some file systems have folders that cannot be synced
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _taken(path: Path) -> Conflict:
    return Conflict(
        "backup_file_exists",
        _("%(path)s is there already; name another file or move it away.") % {"path": path},
    )
