"""What the database holds at one instant, while others go on writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

# Whoever signed in signs in again: a copy of the backup must open no session.
EMPTIED = "django_session"
TABLES = (
    "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
    " AND c.relkind IN ('r', 'p') AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid"
    " AND d.classid = 'pg_class'::regclass AND d.deptype = 'e') ORDER BY c.relname"
)
_ATTACHED = (
    "SELECT DISTINCT each ->> 'storage_name' FROM outbox_outgoingmessage,"
    " jsonb_array_elements(attachments) AS each WHERE state IN ('queued', 'sending')"
)


@dataclass(frozen=True)
class Snapshot:
    """The name by which other connections see the same, and what there is to see."""

    name: str
    server: int
    migrations: dict[str, list[str]]
    tables: dict[str, int]
    files: tuple[str, ...]


@contextmanager
def taken(database: BaseDatabaseWrapper) -> Iterator[Snapshot]:
    """Yield a snapshot, which others can join until the end; nobody has to wait for it."""
    mine = database.copy()
    try:
        mine.set_autocommit(False)
        with mine.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_export_snapshot(), current_setting('server_version_num')")
            name, version = cursor.fetchone()
            yield Snapshot(
                name,
                int(version) // 10000,
                _migrations(cursor),
                _tables(cursor),
                stored_files(cursor),
            )
    finally:
        mine.close()


def _migrations(cursor: CursorWrapper) -> dict[str, list[str]]:
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
    found: dict[str, list[str]] = {}
    for app, name in cursor.fetchall():
        found.setdefault(app, []).append(name)
    return found


def table_names(cursor: CursorWrapper) -> list[str]:
    """Return the tables of the portal, in alphabetical order."""
    cursor.execute(TABLES)
    return [name for (name,) in cursor.fetchall()]


def _tables(cursor: CursorWrapper) -> dict[str, int]:
    counts = {}
    for table in table_names(cursor):
        if table != EMPTIED:
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - a name of ours
            counts[table] = cursor.fetchone()[0]
    return counts


def stored_files(cursor: CursorWrapper) -> tuple[str, ...]:
    """Return the names in the storage that rows name, of whatever tables there are already."""
    cursor.execute(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public'"
    )
    columns = set(cursor.fetchall())
    names: set[str] = set()
    for model in apps.get_models():
        table = model._meta.db_table
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField) and (table, field.column) in columns:
                cursor.execute(f'SELECT DISTINCT "{field.column}" FROM "{table}"')  # noqa: S608
                names.update(name for (name,) in cursor.fetchall() if name)
    if ("outbox_outgoingmessage", "attachments") in columns:
        cursor.execute(_ATTACHED)
        names.update(name for (name,) in cursor.fetchall() if name)
    return tuple(sorted(names))
