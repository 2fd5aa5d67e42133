"""Undo and redo while somebody else does something at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from oncall_portal.lib.errors import Conflict
from scheduling import services
from scheduling.models import RotaOperation, Schedule, Shift, Staff
from scheduling.tests import build
from scheduling.tests.facts import at

pytestmark = pytest.mark.django_db(transaction=True)


def create(rota: Schedule, who: Staff, start: float = 8, end: float = 18) -> Shift:
    row = {"schedule": rota, "staff": who, "starts_at": at(start), "ends_at": at(end)}
    return services.create_shift(row)


@pytest.mark.parametrize("meant", [True, False])
def test_two_undos_at_once_undo_two_operations_or_the_one_that_was_meant(meant: bool) -> None:
    rota, alice = build.schedule(), build.staff("Alice")
    create(rota, alice, 8, 9)
    create(rota, alice, 9, 10)
    latest = RotaOperation.objects.order_by("pk").last()
    assert latest is not None
    start = Barrier(2)

    def undo(_number: int) -> str:
        try:
            start.wait(10)
            services.undo(rota.pk, latest.pk if meant else None)
        except Conflict as conflict:
            return conflict.code
        finally:
            connection.close()
        return "undone"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(undo, range(2)))
    assert answers == (["not_the_latest", "undone"] if meant else ["undone", "undone"])
    assert Shift.objects.count() == (1 if meant else 0)


def test_an_undo_and_an_edit_at_once_end_one_after_the_other() -> None:
    rota, alice = build.schedule(), build.staff("Alice")
    duty = create(rota, alice)
    start = Barrier(2)

    def run(gesture: Callable[[], object]) -> str:
        try:
            start.wait(10)
            gesture()
        except (Conflict, Shift.DoesNotExist) as error:
            return type(error).__name__
        finally:
            connection.close()
        return "done"

    edits: list[Callable[[], object]] = [
        lambda: services.undo(rota.pk),
        lambda: services.change_shift(duty.pk, 1, {"note": "x"}),
    ]
    with ThreadPoolExecutor(2) as pool:
        undone, edited = pool.map(run, edits)
    # the edit first, then its undo; or the undo of the creation, and nothing left to edit
    assert (undone, edited) in {("done", "done"), ("done", "DoesNotExist")}
    assert [row.note for row in Shift.objects.all()] == ([""] if edited == "done" else [])
