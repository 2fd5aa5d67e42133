"""Writes of the rota: schedules and shifts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from oncall_portal.lib import rows
from oncall_portal.lib.errors import Refused
from scheduling import wall
from scheduling.enums import ShiftState
from scheduling.models import Schedule, ScheduleSupervisor, Shift
from scheduling.services.entries import take_people, write_people

_OVERLAPS = "shift_staff_once_per_level, shift_service_once_per_level"


@transaction.atomic
def create_schedule(values: Mapping[str, Any]) -> Schedule:
    """Add a schedule; `supervisor_entries` is the list of its supervisors, in order."""
    values = dict(values)
    people = take_people(values, "supervisor_entries")
    row = rows.create(Schedule, values)
    write_people(ScheduleSupervisor, {"schedule": row}, people)
    return row


@transaction.atomic
def change_schedule(pk: int, version: int, values: Mapping[str, Any]) -> Schedule:
    """Change a schedule as it was read at `version`; `supervisor_entries` replaces the list."""
    values = dict(values)
    people = take_people(values, "supervisor_entries")
    row = rows.change(rows.lock(Schedule, pk, version), values)
    write_people(ScheduleSupervisor, {"schedule": row}, people)
    return row


@transaction.atomic
def delete_schedule(pk: int, version: int) -> None:
    """Delete a schedule on which no shift stands and no service relies."""
    rows.lock(Schedule, pk, version).delete()


def create_shift(values: Mapping[str, Any]) -> Shift:
    """Put a person or a service on call from `starts_at` to `ends_at` (aware) at a level."""
    return _write(lambda: rows.create(Shift, _with_period(values, None)))


def change_shift(pk: int, version: int, values: Mapping[str, Any]) -> Shift:
    """Change a shift as it was read at `version`; one from a rotation is detached from it."""
    return _write(lambda: _change(_lock(pk, version), values))


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

    def move() -> Shift:
        row = _lock(pk, version)
        zone = row.schedule.time_zone
        try:
            ends = {
                "starts_at": wall.shifted(row.starts_at, zone, days, minutes),
                "ends_at": wall.shifted(row.ends_at, zone, days + end_days, minutes + end_minutes),
            }
        except OverflowError as error:
            raise Refused("out_of_range", _("This is too far in time."), "move") from error
        moved = {**ends, "level": level} if level else ends
        return _change(row, {**(values or {}), **moved})

    return _write(move)


@transaction.atomic
def delete_shift(pk: int, version: int) -> None:
    """Take a shift off the rota; one from a rotation stays as a tombstone, so none replaces it."""
    row = _lock(pk, version)
    if row.state == ShiftState.MANUAL.value:
        row.delete()
    else:
        rows.change(row, {"state": ShiftState.CANCELLED.value})


def _lock(pk: int, version: int) -> Shift:
    row = rows.lock(Shift, pk, version)
    if row.state == ShiftState.CANCELLED.value:
        raise Refused("cancelled", _("This shift was deleted; create a new one."))
    return row


def _change(row: Shift, values: Mapping[str, Any]) -> Shift:
    values = _with_period(values, row)
    if values.get("schedule", row.schedule) != row.schedule:
        message = _("A shift stays on its schedule: delete it, and create it on the other.")
        raise Refused("schedule_fixed", message, "schedule")
    if row.state == ShiftState.GENERATED.value:
        values["state"] = ShiftState.DETACHED.value
    return rows.change(row, values)


def _write(write: Callable[[], Shift]) -> Shift:
    """Run `write` and let the database look for overlaps now, rather than at the commit.

    The model's own check runs first, with better words; this one sees what others wrote meanwhile.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            row = write()
            cursor.execute(f"SET CONSTRAINTS {_OVERLAPS} IMMEDIATE")
            cursor.execute(f"SET CONSTRAINTS {_OVERLAPS} DEFERRED")
            return row
    except IntegrityError as error:
        if "_once_per_level" not in str(error):
            raise
        message = _("Somebody put the same one on call there meanwhile: look again.")
        raise Refused("overlap", message) from error


def _with_period(values: Mapping[str, Any], row: Shift | None) -> dict[str, Any]:
    """Return `values` with one period for the two ends; those not given are the row's."""
    values = dict(values)
    start: datetime | None = values.pop("starts_at", row.starts_at if row else None)
    end: datetime | None = values.pop("ends_at", row.ends_at if row else None)
    for field, instant in (("starts_at", start), ("ends_at", end)):
        if instant is None:
            raise Refused("required", _("Say from when to when."), field)
    if start is not None and end is not None and end <= start:
        raise Refused("ends_before_start", _("The end must be after the start."), "ends_at")
    return {**values, "period": DateTimeTZRange(start, end)}
