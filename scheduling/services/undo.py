"""Undo and redo: the last operation of a schedule is taken back, or done again, exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from oncall_portal.lib import acting, rows
from oncall_portal.lib.errors import Conflict
from scheduling import changes, horizon, operations, snapshots
from scheduling.enums import OperationKind, OperationState
from scheduling.models import RotaOperation, Rotation, Schedule, Shift
from scheduling.services import standins, writing_ahead
from scheduling.services.obstacles import Obstacle, not_as_left, refuse, refused_by_database
from scheduling.types import Change

Rows = Mapping[tuple[str, int], Model]


@transaction.atomic
def undo(schedule: int, operation: int | None = None) -> RotaOperation:
    """Take back the last operation of a schedule, and return the entry that says so.

    Rows get the values and ids that they had before; their versions count on. `operation` is the
    one that the asker means: another one is refused. Raises Conflict: nothing_to_undo,
    not_the_latest, undo_conflict.
    """
    locked = _locked(schedule)
    found, _redoable = operations.available(schedule)
    if found is None:
        raise Conflict("nothing_to_undo", _("There is nothing to undo."))
    _check_meant(found, operation)
    return _reverse(locked, found, OperationKind.UNDONE, OperationState.UNDONE)


@transaction.atomic
def redo(schedule: int, operation: int | None = None) -> RotaOperation:
    """Do again what was undone last, if nothing was done since; as `undo`, but nothing_to_redo."""
    locked = _locked(schedule)
    _undoable, found = operations.available(schedule)
    if found is None:
        raise Conflict("nothing_to_redo", _("There is nothing to redo."))
    _check_meant(found, operation)
    return _reverse(locked, found, OperationKind.REDONE, OperationState.DONE)


def _locked(schedule: int) -> Schedule:
    found = operations.lock(Schedule.objects.filter(pk=schedule))
    if found is None:
        raise Schedule.DoesNotExist
    return found


def _check_meant(found: RotaOperation, meant: int | None) -> None:
    if meant is not None and meant != found.pk:
        message = _("Something else was done since; look again.")
        raise Conflict("not_the_latest", message)


def _reverse(
    schedule: Schedule, original: RotaOperation, kind: OperationKind, state: OperationState
) -> RotaOperation:
    source = operations.standing(original)
    wanted = changes.inverse(operations.changes_of(source))
    since = _written_since(wanted)
    try:
        followed = standins.follow(since)
        done = _apply([*wanted, *since], source.pk, schedule.time_zone)
    except Obstacle as obstacle:
        refuse(kind, obstacle)
    done = changes.merged([*followed, *done, *_reconciled(done)])
    original.state = state.value
    original.save(update_fields=["state"])
    return operations.record_reversal(original, schedule, kind, done)


def _written_since(wanted: Sequence[Change]) -> list[Change]:
    """Return the deletion of what a rotation that goes has written since, by itself."""
    going = [c.id for c in wanted if c.model == snapshots.ROTATION and c.after is None]
    if not going:
        return []
    known = [c.id for c in wanted if c.model == snapshots.SHIFT]
    rows = Shift.objects.filter(rotation__in=going).exclude(pk__in=known)
    found = ((row.pk, snapshots.of_shift(row)) for row in rows.select_related("staff", "service"))
    return [Change(snapshots.SHIFT, pk, values, None) for pk, values in found]


def _reconciled(done: Sequence[Change]) -> list[Change]:
    """Let rotations write what their rule, as it is again, says of the days since."""
    ids = [c.id for c in done if c.model == snapshots.ROTATION and c.after is not None]
    if not ids:
        return []
    rows = Rotation.objects.filter(pk__in=ids).select_related("schedule").order_by("pk")
    now = horizon.whole_minute(acting.act().at)
    return [change for row in rows for change in writing_ahead.reconcile(row, now)]


def _apply(wanted: Sequence[Change], since: int, zone: str) -> list[Change]:
    """Write `wanted`, each row as the operation with id `since` left it; raise Obstacle."""
    found = _lock_rows(wanted)
    done = []
    for change in wanted:
        row = found.get((change.model, change.id))
        current = snapshots.TABLES[change.model].take(row) if row else None
        if not changes.same(current, change.before):
            raise not_as_left(change, current, since, zone)
        after = _counted_on(change.after, current)
        done.append(Change(change.model, change.id, current, after))
    done += standins.offers_left_behind(done)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            _store(done)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        obstacle = refused_by_database(wanted, zone)
        if obstacle is None:
            raise
        raise obstacle from error
    return done


def _counted_on(
    after: Mapping[str, Any] | None, current: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    """Return `after` with a version that no reader has seen: a row's version never goes back."""
    if after is None:
        return None
    return {**after, "version": (current or after)["version"] + 1}


def _lock_rows(wanted: Sequence[Change]) -> Rows:
    found: dict[tuple[str, int], Model] = {}
    for name, table in snapshots.TABLES.items():
        ids = [change.id for change in wanted if change.model == name]
        if ids:
            rows = table.rows().select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
            found |= {(name, row.pk): row for row in rows}
    return found


def _store(done: Sequence[Change]) -> None:
    """Write the rows; where one moves into another's place, the order does not matter.

    What is deleted may be named by a row until that one is written, so it goes after; it comes
    back before.
    """
    there = [change for change in done if change.before is not None]
    for name, table in snapshots.TABLES.items():
        _update(table, [c for c in there if c.model == name and c.after is not None])
    for name, table in reversed(snapshots.TABLES.items()):
        if removed := [c.id for c in there if c.model == name and c.after is None]:
            table.model._default_manager.filter(pk__in=removed).delete()
    for name, table in snapshots.TABLES.items():
        _add(table, [c for c in done if c.model == name and c.before is None])


def _update(table: snapshots.Table, changed: Sequence[Change]) -> None:
    fields = [field.name for field in table.model._meta.concrete_fields if not field.primary_key]
    rows.update_many(table.model, _made(table, changed), fields)
    _complete(table, changed)


def _add(table: snapshots.Table, changed: Sequence[Change]) -> None:
    table.model._default_manager.bulk_create(_made(table, changed))
    _complete(table, changed)


def _made(table: snapshots.Table, changed: Sequence[Change]) -> list[Model]:
    return [table.make(change.id, change.after or {}) for change in changed]


def _complete(table: snapshots.Table, changed: Sequence[Change]) -> None:
    if table.complete:
        for change in changed:
            table.complete(change.id, change.after or {})
