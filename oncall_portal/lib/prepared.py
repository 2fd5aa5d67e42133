"""Statements of the phone path: Django writes each once, the database plans it once.

Writing a read anew took Django five times as long as the database needed to answer it, and
planning took the database ten times as long as running (PostgreSQL 18: 2.7 of 2.9 ms for the
roster of an instant). Use this where a caller waits, and where one plan suits all values: the
database is told to keep that of the first (`plan_cache_mode`, see `env_checks`). Django's own
cursors write the values into the statement, and nothing of that can be kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from functools import cached_property, lru_cache
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import Expression, Field, Model, QuerySet
from psycopg._queries import PostgresQuery

T = TypeVar("T")
Row = tuple[Any, ...]


class _Prepared(psycopg.Cursor[Any]):
    """Sends the values apart from the statement, which stays prepared."""

    def execute(self, query: Any, params: Any = None, **_how: Any) -> _Prepared:
        return super().execute(query, params, prepare=True)

    def _convert_query(self, query: Any, params: Any = None) -> PostgresQuery:
        """Let Django tell what was executed; psycopg keeps it of other statements only."""
        self._query = super()._convert_query(query, params)
        return self._query


def cursor() -> CursorWrapper:
    """Return a cursor whose statements are prepared; each value in them needs its type."""
    here: Any = connections[DEFAULT_DB_ALIAS]
    here.close_if_health_check_failed()
    if here.connection is None:
        here.ensure_connection()
    wrapped: CursorWrapper = here._prepare_cursor(_Prepared(here.connection))
    return wrapped


def rows(statement: str, values: Any = None) -> list[Row]:
    """Return what a statement finds, or returns of what it writes."""
    with cursor() as opened:
        opened.execute(statement, values)
        found: list[Row] = opened.fetchall()
    return found


def write(statement: str, values: Any = None) -> None:
    """Execute a statement that returns nothing."""
    with cursor() as opened:
        opened.execute(statement, values)


class given(Expression):
    """A value of a `Read` that comes with each of its calls, under this name and of this type."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, _compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Return a place for the value, and itself to say which."""
        return f"%s::{self.output_field.cast_db_type(connection)}", [self]


class Read(Generic[T]):
    """A queryset whose SQL is written at its first use; what it is about comes as `given`.

    Its rows are what the queryset's own would be: instances with what they select besides, or
    tuples.
    """

    def __init__(self, queryset: Callable[[], QuerySet[Any, T]]) -> None:
        self._queryset = queryset

    def all(self, **values: Any) -> list[T]:
        """Return every row for these values."""
        statement, places, queryset, compiler = self._written
        found = copy(compiler)
        params = [values[p.name] if isinstance(p, given) else p for p in places]
        found.execute_sql = lambda *_how, **_more: [rows(statement, params)]
        asked = SimpleNamespace(
            db=queryset.db,
            model=queryset.model,
            query=SimpleNamespace(get_compiler=lambda *_how, **_more: found),
            _known_related_objects={},
        )
        return list(queryset._iterable_class(asked))

    def first(self, **values: Any) -> T | None:
        """Return the first row for these values, None where there is none."""
        return next(iter(self.all(**values)), None)

    @cached_property
    def _written(self) -> tuple[str, tuple[Any, ...], Any, Any]:
        queryset: Any = self._queryset()
        compiler = queryset.query.get_compiler(using=queryset.db)
        statement, places = compiler.as_sql()
        columns = [column for column, *_how in compiler.select[: compiler.col_count]]
        converters = compiler.get_converters(columns)
        composite = compiler.has_composite_fields(columns)
        compiler.get_converters = lambda _columns: converters
        compiler.has_composite_fields = lambda _columns: composite
        return statement, places, queryset, compiler


def insert(new: Sequence[Model], *, or_pass_over: bool = False) -> list[int]:
    """Insert rows of one table, give them their ids, and return those.

    `or_pass_over`: a single row that may be there already, by what is unique in it, is not
    inserted again; whoever inserts it at this moment is waited for.
    """
    if not new:
        return []
    fields, here = _columns(type(new[0])), connections[DEFAULT_DB_ALIAS]
    values = [
        field.get_db_prep_save(field.pre_save(row, add=True), here)
        for row in new
        for field in fields
    ]
    ids = [pk for (pk,) in rows(_insertion(type(new[0]), len(new), or_pass_over), values)]
    for row, pk in zip(new, ids, strict=not or_pass_over):
        row.pk, row._state.adding, row._state.db = pk, False, DEFAULT_DB_ALIAS
    return ids


def update(row: Model, names: tuple[str, ...]) -> None:
    """Write these fields of a row."""
    here = connections[DEFAULT_DB_ALIAS]
    fields: list[Any] = [row._meta.get_field(name) for name in names]
    values = [field.get_db_prep_save(field.pre_save(row, add=False), here) for field in fields]
    write(_change(type(row), names), [*values, row.pk])


@lru_cache
def _columns(model: type[Model]) -> list[Any]:
    return [field for field in model._meta.local_concrete_fields if not field.primary_key]


@lru_cache
def _insertion(model: type[Model], count: int, or_pass_over: bool) -> str:
    table, pk = _names(model)
    columns = [_quoted(field.column) for field in _columns(model)]
    values = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * count)
    conflict = " ON CONFLICT DO NOTHING" if or_pass_over else ""
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {values}{conflict} RETURNING {pk}"  # noqa: S608 - names of our tables


@lru_cache
def _change(model: type[Model], names: tuple[str, ...]) -> str:
    table, pk = _names(model)
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    changes = ", ".join(f"{_quoted(field.column)} = %s" for field in fields)
    return f"UPDATE {table} SET {changes} WHERE {pk} = %s"  # noqa: S608 - names of our tables


def _names(model: type[Model]) -> tuple[str, str]:
    pk: Any = model._meta.pk
    return _quoted(model._meta.db_table), _quoted(pk.column)


def _quoted(name: str) -> str:
    quoted: str = connection.ops.quote_name(name)
    return quoted
