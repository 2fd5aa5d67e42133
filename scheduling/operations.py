"""The log of operations on the rota: written with every change, read for undo and history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from django.db.models import F, Q, QuerySet

from oncall_portal.lib import acting
from scheduling import changes as pure
from scheduling import reach_news
from scheduling.concerned import leave_notices
from scheduling.enums import OperationKind, OperationState
from scheduling.models import RotaOperation, Schedule
from scheduling.types import Change


def lock(schedules: QuerySet[Schedule]) -> Schedule | None:
    """Return the one of `schedules`, its rota locked until the transaction ends; None: not there.

    Whoever writes the rota of a schedule takes this lock before any of its rows, so that its
    operations stand in one line, in the order of their ids, and nobody waits in a circle. Reading
    calls and adding rows that name the schedule wait for nothing.
    """
    return schedules.select_for_update(of=("self",), no_key=True).first()


def record(
    schedule: Schedule, kind: OperationKind, changes: Iterable[Change], *, undoable: bool = True
) -> RotaOperation | None:
    """Keep what was done to the rota of a locked schedule; None where nothing changed.

    What people can undo ends what could be redone, and is told to those whose duties it changes.
    What they did not do themselves (`undoable` false) can neither be undone nor gets in the way.
    """
    happened = pure.real(changes)
    if not happened:
        return None
    if undoable:
        undone = RotaOperation.objects.filter(schedule=schedule, state=OperationState.UNDONE.value)
        undone.update(state=OperationState.DROPPED.value)
    state = OperationState.DONE if undoable else OperationState.FIXED
    return _write(schedule, kind, happened, state, None, told=undoable)


def record_of_person(kind: OperationKind, changes: Iterable[Change]) -> RotaOperation | None:
    """Keep what was done to a person, on whatever schedule; None where nothing changed.

    It belongs to no schedule's line, so it can neither be undone nor gets in the way.
    """
    happened = pure.real(changes)
    if not happened:
        return None
    return _write(None, kind, happened, OperationState.FIXED, None, told=False)


def record_reversal(
    original: RotaOperation, schedule: Schedule, kind: OperationKind, changes: Iterable[Change]
) -> RotaOperation:
    """Keep that `original` was undone or redone, by what changes."""
    return _write(schedule, kind, list(changes), OperationState.FIXED, original, told=True)


def _write(
    schedule: Schedule | None,
    kind: OperationKind,
    changes: Sequence[Change],
    state: OperationState,
    original: RotaOperation | None,
    *,
    told: bool,
) -> RotaOperation:
    act = acting.act()
    row = RotaOperation.objects.create(
        schedule=schedule,
        schedule_name=schedule.name if schedule else "",
        author_id=act.user,
        author_name=act.name,
        at=act.at,
        kind=kind.value,
        state=state.value,
        original=original,
        changes=[asdict(change) for change in changes],
    )
    if told:
        leave_notices(row, changes, act)
    reach_news.changed(schedule.pk if schedule else None)
    return row


def changes_of(operation: RotaOperation) -> list[Change]:
    """Return what an operation changed, in the order in which it did."""
    return [Change(**entry) for entry in operation.changes]


def available(schedule: int) -> tuple[RotaOperation | None, RotaOperation | None]:
    """Return what the next undo of a schedule would take back, and what the next redo would do."""
    mine = RotaOperation.objects.filter(schedule=schedule)
    undoable = mine.filter(state=OperationState.DONE.value).order_by("-pk").first()
    # all that is undone came after all that is done: the first was undone last
    redoable = mine.filter(state=OperationState.UNDONE.value).order_by("pk").first()
    return undoable, redoable


def history(schedule: int) -> QuerySet[RotaOperation]:
    """Return all that happened to the rota of a schedule, latest first."""
    rows = RotaOperation.objects.filter(schedule=schedule)
    return rows.select_related("original").order_by("-pk")


def standing(operation: RotaOperation) -> RotaOperation:
    """Return what put the rows of `operation` as they stand: itself, or its last undo or redo."""
    return RotaOperation.objects.filter(Q(pk=operation.pk) | Q(original=operation)).latest("pk")


def last_touching(model: str, row: int) -> RotaOperation | None:
    """Return the last operation that changed a row."""
    touching = RotaOperation.objects.filter(changes__contains=[{"model": model, "id": row}])
    # by an expression: for the bare key the planner would read the log backwards, however far
    return touching.order_by((F("pk") + 0).desc()).first()
