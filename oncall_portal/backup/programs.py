"""PostgreSQL's own programs, and how they are told of the database without anybody seeing it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _

from oncall_portal.lib.errors import Refused
from oncall_portal.runner import postgres

_NEEDED = ("pg_dump", "pg_restore", "psql")


def find(server: int) -> Path:
    """Return the folder of programs that understand a server of this major version."""
    for folder in _folders():
        if all((folder / name).is_file() for name in _NEEDED) and _major(folder) >= server:
            return folder
    raise Refused(
        "backup_no_programs",
        _(
            "pg_dump, pg_restore and psql of PostgreSQL %(version)d or newer are needed; install"
            " its client programs, or requirements.txt again."
        )
        % {"version": server},
    )


def _folders() -> Iterator[Path]:
    if wheel := postgres.wheel_programs():
        yield wheel
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if found := shutil.which("pg_dump"):
        yield Path(found).parent


def _major(folder: Path) -> int:
    try:
        words = subprocess.run(
            [folder / "pg_dump", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.search(r"(\d+)", words)
    return int(found[1]) if found else 0


def environment(database: BaseDatabaseWrapper) -> dict[str, str]:
    """Return an environment in which they reach the database: no command line tells its password.

    The limits that hold for the processes of the portal are left out.
    """
    given = database.get_connection_params()
    known = {
        each.keyword.decode(): each.envvar.decode()
        for each in psycopg.pq.Conninfo.get_defaults()
        if each.envvar and each.keyword not in (b"options", b"client_encoding")
    }
    names = {known[name]: str(value) for name, value in given.items() if name in known and value}
    return {**os.environ, **names, "LC_ALL": "C", "PGAPPNAME": "oncall-backup"}


class Program:
    """A program that runs, and its words if it fails."""

    def __init__(self, process: subprocess.Popen[bytes], words: IO[bytes]) -> None:
        self.process = process
        self._words = words

    @property
    def into(self) -> IO[bytes]:
        """Return what it reads, where that was asked for."""
        return cast("IO[bytes]", self.process.stdin)

    @property
    def said(self) -> IO[bytes]:
        """Return what it writes, where that was asked for."""
        return cast("IO[bytes]", self.process.stdout)

    def failed(self) -> str:
        """Wait for its end; return what it complained of, "" when it did not."""
        if self.process.wait() == 0:
            return ""
        self._words.seek(0)
        lines = self._words.read().decode(errors="replace").strip().splitlines()
        errors = [line for line in lines if "error:" in line.lower()]
        return (errors or lines[-1:] or [f"exit code {self.process.returncode}"])[0]


@contextmanager
def running(
    command: Sequence[str | Path], env: dict[str, str], **streams: Any
) -> Iterator[Program]:
    """Run a program until the end of the block; it does not outlive it."""
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(command, env=env, stderr=words, **streams)
        try:
            yield Program(process, words)
        finally:
            if process.poll() is None:
                process.kill()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with suppress(OSError):  # what is buffered for a program that has ended
                        stream.close()
            process.wait()
