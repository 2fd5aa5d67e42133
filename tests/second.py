"""A second installation beside that of the tests: an empty database, an empty folder for files."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

Table = list[dict[str, Any]]
# Sessions are no part of a backup; migrations are written by the commands themselves.
LEFT_OUT = ("django_session", "django_migrations")


def url(database: str) -> str:
    """Return the address of a database on the server of the tests."""
    known = connection.settings_dict
    host, port = known["HOST"], known["PORT"]
    return f"postgresql://{known['USER']}:{known['PASSWORD']}@{host}:{port}/{database}"


def tables_of(database: str) -> dict[str, Table]:
    """Return every row of every table, in the order of its columns."""
    with psycopg.connect(url(database), autocommit=True) as asked:
        names = asked.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            " AND table_type = 'BASE TABLE' ORDER BY table_name"
        ).fetchall()
        return {
            name: [
                row
                for (row,) in asked.execute(
                    sql.SQL("SELECT to_jsonb(t) FROM {} t ORDER BY to_jsonb(t)::text").format(
                        sql.Identifier(name)
                    )
                )
            ]
            for (name,) in names
            if name not in LEFT_OUT
        }


def files_in(folder: Path) -> dict[str, bytes]:
    """Return what is in a folder, by name."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@dataclass
class Second:
    """The other installation, and the commands that are run in it."""

    name: str
    media: Path

    def run(self, *arguments: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a command there, in a process of its own."""
        done: subprocess.CompletedProcess[str] = self._run(arguments, environ, text=True)
        return done

    def piped(self, *arguments: str | Path, **environ: str) -> bytes:
        """Run a command there; return the bytes that it writes."""
        return bytes(self._run(arguments, environ).stdout)

    def _run(self, arguments: Any, environ: dict[str, str], **how: Any) -> Any:
        return subprocess.run(
            [sys.executable, "-W", "ignore", "manage.py", *map(str, arguments)],
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                "DATABASE_URL": url(self.name),
                "MEDIA_STORAGE_URL": f"file://{self.media}",
                **environ,
            },
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            **how,
        )

    @property
    def tables(self) -> dict[str, Table]:
        """Return its rows."""
        return tables_of(self.name)

    @property
    def files(self) -> dict[str, bytes]:
        """Return its files."""
        return files_in(self.media)

    def ask(self, text: str) -> list[tuple[Any, ...]]:
        """Run a statement in its database."""
        with psycopg.connect(url(self.name), autocommit=True) as asked:
            done = asked.execute(text.encode())
            return done.fetchall() if done.description else []


@contextmanager
def second(folder: Path) -> Iterator[Second]:
    """Make the other installation; its database goes in the end."""
    name = f"{connection.settings_dict['NAME']}_second"
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(url("postgres"), autocommit=True) as server:
        server.execute(drop)
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield Second(name, folder)
        finally:
            server.execute(drop)
