"""Brings a backup back: everything is checked first, then files, then the database at once."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from django.apps import apps
from django.core.files import File
from django.core.files.storage import Storage
from django.core.management import call_command
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from oncall_portal.backup import archive, checking, last, programs, settling, snapshot
from oncall_portal.backup.errors import damaged
from oncall_portal.backup.manifest import Manifest, Measured
from oncall_portal.lib.errors import Conflict, Refused

# What an installation has before anybody has worked with it.
_OWN = frozenset(
    {
        *(
            "backup.lastbackup",
            "scheduling.organisation",
            "telephony.dialallowance",
            "telephony.watchdogpulse",
        ),
        "telephony.webhookreceipt",
    }
)
# Terse: what explains an error quotes the row.
_PSQL = ("-X", "-q", "-w", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=terse")
_IN_MEMORY = 8 * 1024 * 1024
_EMPTY = f"""\
SET client_min_messages = warning;
BEGIN;
SET LOCAL lock_timeout = '10s';
DO $do$ DECLARE name text; BEGIN
FOR name IN {snapshot.TABLES} LOOP EXECUTE format('DROP TABLE public.%I CASCADE', name); END LOOP;
END $do$;
"""


@dataclass
class Restoring:
    """A restore of the file at `path`, encrypted or not, into a database and a storage."""

    path: Path
    key: str
    database: BaseDatabaseWrapper
    storage: Storage
    say: Callable[[str], None]
    replace: bool = False
    send_waiting: bool = False
    put: list[str] = field(default_factory=list)

    def run(self) -> Manifest:
        """Restore, and return what the backup says of itself; refuse, and nothing has changed.

        What was under way then has ended: calls are over, and messages are held, or leave if
        `send_waiting`.

        What is refused: a file that is damaged or of a newer release, another key, an installation
        that is not empty (unless `replace`), a server that cannot hold it.
        """
        self.say(_("Checking the file."))
        made = checking.check(self.path, self.key)
        self._refuse_newer(made)
        if not self.replace:
            self._refuse_full(made)
        before = self._named_files()
        try:
            self._put_files(made)
            self._restore_database(made)
        except BaseException:  # also Ctrl-C: what no row names must not stay
            self._take_back()
            raise
        self.database.close()  # its prepared statements are of the tables that were
        for name in set(before) - set(made.files):
            self.storage.delete(name)
        self.say(_("Bringing the tables up to date."))
        call_command("migrate", database=self.database.alias, interactive=False, verbosity=0)
        last.note(made, self.path.stat().st_size, self.path)
        return made

    def _refuse_newer(self, made: Manifest) -> None:
        known = MigrationLoader(None).disk_migrations
        unknown = [
            f"{app}.{name}"
            for app, names in made.migrations.items()
            for name in names
            if (app, name) not in known
        ]
        if unknown:
            raise Refused(
                "backup_newer",
                _("The backup was made by a newer release (%(name)s); update the portal first.")
                % {"name": unknown[-1]},
            )
        with self.database.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version_num')")
            server = int(cursor.fetchone()[0]) // 10000
        if server < made.server:
            raise Refused(
                "backup_newer_server",
                _("The backup was made by PostgreSQL %(made)d, and the server here is %(here)d.")
                % {"made": made.server, "here": server},
            )

    def _refuse_full(self, made: Manifest) -> None:
        with self.database.cursor() as cursor:
            here = set(snapshot.table_names(cursor))
            for model in apps.get_models():
                meta = model._meta
                ours = model.__module__.startswith(("oncall_portal", *_APPS))
                if ours and meta.label_lower not in _OWN and meta.db_table in here:
                    cursor.execute(f'SELECT EXISTS (SELECT FROM "{meta.db_table}")')  # noqa: S608
                    if cursor.fetchone()[0]:
                        raise Conflict("not_empty", _not_empty(str(meta.verbose_name_plural)))
        for name, wanted in made.files.items():
            if self._there(name) not in (None, wanted):
                raise Conflict("not_empty", _not_empty(name))

    def _named_files(self) -> tuple[str, ...]:
        with self.database.cursor() as cursor:
            return snapshot.stored_files(cursor)

    def _there(self, name: str) -> Measured | None:
        try:
            with self.storage.open(name) as file:
                return archive.measure(file)
        except FileNotFoundError:
            return None

    def _put_files(self, made: Manifest) -> None:
        with archive.reading(self.path, self.key) as reader:
            for full, _size, part in reader.parts():
                if full.startswith(archive.FILES):
                    name = full.removeprefix(archive.FILES)
                    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as copy:
                        summed = archive.SummedSource(part)
                        while piece := summed.read(archive.PIECE):
                            copy.write(piece)
                        if summed.measured != made.files.get(name):
                            raise damaged()
                        self._put(name, copy, summed.measured)
        self.say(
            _("Files: %(done)d of %(all)d.") % {"done": len(made.files), "all": len(made.files)}
        )

    def _put(self, name: str, copy: IO[bytes], wanted: Measured) -> None:
        there = self._there(name)
        if there == wanted:
            return
        if there is not None:
            self.storage.delete(name)
        copy.seek(0)
        stored = self.storage.save(name, File(copy, name))
        self.put.append(stored)
        if stored != name or self._there(name) != wanted:
            raise Refused(
                "backup_not_stored",
                _("The storage did not keep %(name)s as it was.") % {"name": name},
            )

    def _take_back(self) -> None:
        for name in self.put:
            with suppress(OSError):  # the first failure is what is told
                self.storage.delete(name)

    def _restore_database(self, made: Manifest) -> None:
        self.say(_("Restoring the tables."))
        folder = programs.find(made.server)
        env = programs.environment(self.database)
        psql = (folder / "psql", *_PSQL)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL}
        with programs.running(psql, env, **pipes) as server, _told(server):
            server.into.write(_EMPTY.encode())
            server.into.flush()
            self._load(folder, server.into, made)
            # Whatever ends before this line leaves the transaction open, and so undone.
            ends = settling.statements(made, send_waiting=self.send_waiting)
            server.into.write(f"{_counts(made)}{ends}COMMIT;\n".encode())

    def _load(self, folder: Path, script: IO[bytes], made: Manifest) -> None:
        command = (folder / "pg_restore", "--no-owner", "--no-privileges", "-f", "-")
        pipes = {"stdin": subprocess.PIPE, "stdout": script}
        with programs.running(command, dict(os.environ), **pipes) as program, _told(program):
            dump = archive.SummedSink(program.into)
            with archive.reading(self.path, self.key) as reader:
                for name, _size, part in reader.parts():
                    if not name.startswith(archive.DATABASE):
                        break
                    while piece := part.read(archive.PIECE):
                        dump.write(piece)
            if dump.measured != made.dump:
                raise damaged()


_APPS = ("scheduling", "telephony", "voicemail")


def _not_empty(what: str) -> str:
    return _(
        "This installation is not empty (%(what)s). Restore into an empty one, or say --replace"
        " to lose what is here."
    ) % {"what": what}


@contextmanager
def _told(program: programs.Program) -> Iterator[None]:
    """Feed a program and wait for its end; refuse with its own words if it failed.

    They go before those of whoever fed it: who feeds a program that ended can only say so.
    """
    why: Exception | None = None
    try:
        yield
        program.into.close()
    except (BrokenPipeError, Refused) as error:
        why = error
        with suppress(OSError):
            program.into.close()
    if words := program.failed():
        raise Refused(
            "backup_not_restored",
            _("The database could not be restored: %(why)s") % {"why": words},
        ) from why
    if why is not None:
        raise why


def _counts(made: Manifest) -> str:
    """Return the statement that fails unless every table has as many rows as it had."""
    lines = [
        f"IF (SELECT count(*) FROM public.{table}) <> {count} THEN"  # noqa: S608 - checked names
        f" RAISE EXCEPTION '{table} has not as many rows as before'; END IF;\n"
        for table, count in made.tables.items()
    ]
    return f"DO $do$ BEGIN\n{''.join(lines)}END $do$;\n"
