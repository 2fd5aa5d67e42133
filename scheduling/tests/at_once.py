"""Two people do something at the same moment, on real connections; then rows and log must agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

from django.db import connection

from oncall_portal.lib.errors import Refused, RowsRefused, Stale
from scheduling import changes, operations, snapshots
from scheduling.models import RotaOperation, Schedule, Shift

Gesture = Callable[[], object]
DONE = "done"


class Two:
    """Two threads, each with a connection of its own."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._start = Barrier(2)

    def do(self, one: Gesture, other: Gesture) -> tuple[str, str]:
        """Do both at once; return for each that it was done, or the code of why not.

        What nobody foresees, a deadlock or a lock waited for too long, is raised.
        """
        first, second = (self._pool.submit(self._run, each) for each in (one, other))
        return first.result(60), second.result(60)

    def _run(self, gesture: Gesture) -> str:
        self._start.wait(30)
        try:
            gesture()
        except Stale:
            return "stale_version"
        except Refused as error:
            return error.code
        except RowsRefused as error:
            return error.errors[0].code
        except Shift.DoesNotExist:
            return "gone"
        return DONE

    def _close(self) -> None:
        self._start.wait(30)
        connection.close()


@contextmanager
def two() -> Iterator[Two]:
    """Give two threads, and close their connections in the end."""
    with ThreadPoolExecutor(2) as pool:
        pair = Two(pool)
        try:
            yield pair
        finally:
            for closed in [pool.submit(pair._close) for _ in range(2)]:
                closed.result(60)


def kinds(schedule: Schedule) -> list[str]:
    """Return what the log of a schedule says was done, in order."""
    log = RotaOperation.objects.filter(schedule=schedule).order_by("pk")
    return list(log.values_list("kind", flat=True))


def check(schedule: Schedule) -> None:
    """Read the log from its start: each entry begins where the last one left the row.

    Where it ends, the rows stand; there are no others, and none is there twice.
    """
    left: dict[tuple[str, int], Any] = {}
    for entry in RotaOperation.objects.filter(schedule=schedule).order_by("pk"):
        for change in operations.changes_of(entry):
            key = (change.model, change.id)
            assert key not in left or changes.same(left[key], change.before), (entry, change)
            left[key] = change.after
    for name, table in snapshots.TABLES.items():
        if name == snapshots.ROTATION:
            continue  # how far it is written is not in the log
        ids = [pk for model, pk in left if model == name]
        rows = {row.pk: table.take(row) for row in table.rows().filter(pk__in=ids)}
        assert rows == {pk: left[name, pk] for pk in ids if left[name, pk] is not None}
    shifts = Shift.objects.filter(schedule=schedule)
    assert {row.pk for row in shifts} <= {pk for name, pk in left if name == snapshots.SHIFT}
    identities = [(row.rotation_id, row.day, row.slot) for row in shifts if row.rotation_id]
    assert len(identities) == len(set(identities))
