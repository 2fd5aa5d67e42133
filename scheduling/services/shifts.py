"""Writes of shifts: each is one operation in the log of its schedule, and can be undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from oncall_portal.lib import rows
from oncall_portal.lib.errors import Refused
from scheduling import changes, operations, snapshots, wall
from scheduling.enums import OperationKind, ShiftState
from scheduling.models import Schedule, Shift
from scheduling.services import standins
from scheduling.services.ends import refuse_far
from scheduling.types import Change

R = TypeVar("R", bound=Shift | None)
W = TypeVar("W")
LONGEST = timedelta(days=62)
_STEPS = ("days", "minutes", "end_days", "end_minutes")
_OVERLAPS = "shift_staff_once_per_level, shift_service_once_per_level"


def create_shift(values: Mapping[str, Any]) -> Shift:
    """Put a person or a service on call from `starts_at` to `ends_at` (aware) at a level."""

    def create() -> Shift:
        schedule = values.get("schedule")
        locked = operations.lock(Schedule.objects.filter(pk=schedule.pk)) if schedule else None
        row = rows.create(Shift, with_period(values, None))
        if locked:
            operations.record(locked, OperationKind.SHIFT_CREATED, snapshots.created([row]))
        return row

    return written(create)


@transaction.atomic
def add_shifts(schedule: Schedule, shifts: Iterable[Shift], *, undoable: bool = True) -> int:
    """Write many new shifts of a schedule as one operation, unchecked but by the database."""
    locked = operations.lock(Schedule.objects.filter(pk=schedule.pk))
    written = Shift.objects.bulk_create(shifts)
    if locked:
        kind = OperationKind.SHIFT_CREATED
        operations.record(locked, kind, snapshots.created(written), undoable=undoable)
    return len(written)


def change_shift(pk: int, version: int, values: Mapping[str, Any]) -> Shift:
    """Change a shift as it was read at `version`; one from a rotation is detached from it."""
    return written(lambda: _edit(pk, version, lambda row: _change(row, values)))


def move_shift(
    pk: int,
    version: int,
    *,
    days: int = 0,
    minutes: int = 0,
    end_days: int = 0,
    end_minutes: int = 0,
    level: int | None = None,
    values: Mapping[str, Any] | None = None,
) -> Shift:
    """Move a shift by the wall clock of its schedule; `end_*` move its end further.

    So a night keeps its hours over a clock change, and lasts 13 or 15 hours then. `values` change
    other fields with it, such as who is on call.
    """

    steps = {"days": days, "minutes": minutes, "end_days": end_days, "end_minutes": end_minutes}

    def move(row: Shift) -> Shift:
        return _change(row, {**(values or {}), **_moved(row, {**steps, "level": level})})

    return written(lambda: _edit(pk, version, move))


def draft_shift(values: Mapping[str, Any], row: Shift | None = None) -> Shift:
    """Return a shift as writing `values` would leave it, `row` changed or a new one; no write.

    `move` in them is what `move_shift` takes. Raises Refused where it needs no look at other rows.
    """
    values = dict(values)
    move = values.pop("move", None)
    draft = copy(row) if row else Shift()
    if row and move:
        values |= _moved(row, move)
    for name, value in (changed_values(row, values) if row else with_period(values, None)).items():
        setattr(draft, name, value)
    if (draft.staff_id is None) == (draft.service_id is None):
        raise Refused("one_assignee", _("Name one person or one service."), "staff")
    return draft


def _moved(row: Shift, move: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ends and the level, if another, that a move gives a shift; raise Refused."""
    ends = _moved_ends(row, *(move.get(name, 0) for name in _STEPS))
    return {**ends, "level": move["level"]} if move.get("level") else {**ends}


def _moved_ends(
    row: Shift, days: int, minutes: int, end_days: int, end_minutes: int
) -> dict[str, datetime]:
    """Return the ends that a shift has, so much later by the wall clock; raise Refused."""
    zone = row.schedule.time_zone
    try:
        return {
            "starts_at": wall.shifted(row.starts_at, zone, days, minutes),
            "ends_at": wall.shifted(row.ends_at, zone, days + end_days, minutes + end_minutes),
        }
    except OverflowError as error:
        raise Refused("out_of_range", _("This is too far in time."), "move") from error


@transaction.atomic
def delete_shift(pk: int, version: int) -> None:
    """Take a shift off the rota; one from a rotation stays as a tombstone, so none replaces it."""

    def delete(row: Shift) -> Shift | None:
        if row.state == ShiftState.MANUAL.value:
            return None
        return rows.change(row, {"state": ShiftState.CANCELLED.value})

    _edit(pk, version, delete)


def _edit(pk: int, version: int, edit: Callable[[Shift], R]) -> R:
    """Return what `edit` makes of a shift read at `version`, and keep the operation.

    Where it leaves nothing, the row is deleted. What hangs on the shift follows.
    """
    schedule = operations.lock(Schedule.objects.filter(shifts=pk))
    row = rows.lock(Shift, pk, version, "schedule", "staff", "service")
    if row.state == ShiftState.CANCELLED.value:
        raise Refused("cancelled", _("This shift was deleted; create a new one."))
    before = snapshots.of_shift(row)
    left = edit(row)
    after = snapshots.of_shift(left) if isinstance(left, Shift) else None
    change = Change(snapshots.SHIFT, pk, before, after)
    followed = standins.follow([change])
    if left is None:
        row.delete()
    if schedule:
        operations.record(schedule, changes.kind_of_shift(change), [change, *followed])
    return left


def _change(row: Shift, values: Mapping[str, Any]) -> Shift:
    return rows.change(row, changed_values(row, values))


def changed_values(row: Shift, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is set on a shift to give it `values`; raise Refused."""
    values = with_period(values, row)
    if values.get("schedule", row.schedule) != row.schedule:
        message = _("A shift stays on its schedule: delete it, and create it on the other.")
        raise Refused("schedule_fixed", message, "schedule")
    if row.state == ShiftState.GENERATED.value:
        values["state"] = ShiftState.DETACHED.value
    return values


def written(write: Callable[[], W]) -> W:
    """Run `write` and let the database look for overlaps now, rather than at the commit.

    The model's own check runs first, with better words; this one sees what others wrote meanwhile.
    """
    with overlaps_refused():
        return write()


@contextmanager
def overlaps_refused() -> Iterator[None]:
    """Let the database look for overlaps at the end of the block; raise Refused (overlap)."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            yield
            cursor.execute(f"SET CONSTRAINTS {_OVERLAPS} IMMEDIATE")
            cursor.execute(f"SET CONSTRAINTS {_OVERLAPS} DEFERRED")
    except IntegrityError as error:
        if "_once_per_level" not in str(error):
            raise
        message = _("Somebody put the same one on call there meanwhile: look again.")
        raise Refused("overlap", message) from error


def with_period(values: Mapping[str, Any], row: Shift | None) -> dict[str, Any]:
    """Return `values` with one period for the two ends; those not given are the row's.

    Raises Refused: required, ends_before_start, out_of_range, shift_too_long.
    """
    values = dict(values)
    start: datetime | None = values.pop("starts_at", row.starts_at if row else None)
    end: datetime | None = values.pop("ends_at", row.ends_at if row else None)
    for field, instant in (("starts_at", start), ("ends_at", end)):
        if instant is None:
            raise Refused("required", _("Say from when to when."), field)
    if start is not None and end is not None:
        check_length(start, end)
    return {**values, "period": DateTimeTZRange(start, end)}


def check_length(start: datetime, end: datetime) -> None:
    """Raise Refused (ends_before_start, shift_too_long) unless a shift may last so long."""
    if end <= start:
        raise Refused("ends_before_start", _("The end must be after the start."), "ends_at")
    refuse_far(start, end)
    if end - start > LONGEST:
        message = _("A shift lasts %(days)d days at most: look at its end.")
        raise Refused("shift_too_long", message % {"days": LONGEST.days}, "ends_at")
