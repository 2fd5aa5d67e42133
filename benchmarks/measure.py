"""How a step of ours is timed beside its own statements, in a database that nobody else uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from time import perf_counter
from typing import Any

import psycopg
from django.db import connection

from oncall_portal.lib import collector
from telephony import dispatch

ROUNDS = 7
Statement = tuple[str, Any]


class Kept:
    """Takes what a call wants of the platform, and does nothing of it."""

    def submit(self, perform: dispatch.Perform, action_ids: Sequence[int]) -> None:
        """Take the actions; return at once."""


@contextmanager
def own_database() -> Iterator[None]:
    """Make an empty database beside the configured one, use it, and drop it."""
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    collector.settle()  # as the web server does
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def alone() -> psycopg.Cursor[Any]:
    """Return a cursor of psycopg alone, which writes values into a statement as Django's does."""
    values = connection.get_connection_params()
    known = {name: values[name] for name in ("dbname", "user", "password", "host", "port")}
    opened = psycopg.connect(**known, autocommit=True, cursor_factory=psycopg.ClientCursor)
    opened.execute("SET TIME ZONE 'UTC'")
    return opened.cursor()


def sent_by(act: Callable[[], object]) -> list[Statement]:
    """Return the statements that `act` sends."""
    found: list[Statement] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        act()
    return found


def replay(cursor: psycopg.Cursor[Any], read: Iterable[Statement]) -> None:
    """Send the statements again, and read what they answer."""
    for sql, params in read:
        cursor.execute(sql.encode(), params)
        cursor.fetchall()


def seconds(act: Callable[[], object]) -> float:
    """Return how long `act` takes."""
    began = perf_counter()
    act()
    return perf_counter() - began


def typically(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return how long `act` takes, the middle one of so many times."""
    return median(seconds(act) for _round in range(rounds))
