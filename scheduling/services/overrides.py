"""Writes of stand-ins: the later one has the place, and what it cuts is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oncall_portal.lib import acting, rows
from oncall_portal.lib.errors import Refused
from scheduling import horizon, operations, periods, snapshots
from scheduling.enums import OperationKind, ShiftState
from scheduling.models import Override, Schedule, Shift
from scheduling.services import ends
from scheduling.services.standins import make_room
from scheduling.snapshots import OVERRIDE
from scheduling.types import Change, Period

TARGETS = ("replaces_shift", "replaces_staff", "replaces_service", "replaces_level")
_KINDS = OperationKind.OVERRIDE_CREATED, OperationKind.OVERRIDE_CHANGED


@dataclass(frozen=True)
class Placed:
    """A stand-in as it was written, and what was cut to make room for it."""

    row: Override
    cut: tuple[Change, ...]


@transaction.atomic
def create_override(values: Mapping[str, Any]) -> Placed:
    """Put `staff` or `service`, or nobody, in the place of one shift, assignee or level.

    From `starts_at` to `ends_at` (aware); those of the shift where they are left out, but from
    this minute on where the shift has begun. Whoever stood in there before keeps what is left of
    their time.
    """
    values = dict(values)
    schedule = values.get("schedule")
    locked = operations.lock(Schedule.objects.filter(pk=schedule.pk)) if schedule else None
    start, end = values.pop("starts_at", None), values.pop("ends_at", None)
    row = Override(**values)
    _check_target(row)
    return _place(locked, row, (start, end), None)


@transaction.atomic
def change_override(pk: int, version: int, values: Mapping[str, Any]) -> Placed:
    """Change a stand-in as it was read at `version`; whom it is about stays."""
    locked = operations.lock(Schedule.objects.filter(overrides=pk))
    row = _read(pk, version)
    _refuse_over(row)
    before = snapshots.of_override(row)
    values = dict(values)
    fixed = [n for n in ("schedule", *TARGETS) if n in values and values[n] != getattr(row, n)]
    if fixed:
        message = _("A stand-in stays in its place: delete it, and make a new one.")
        raise Refused("target_fixed", message, fixed[0])
    start = values.pop("starts_at", None) or row.starts_at
    end = values.pop("ends_at", None) or row.ends_at
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    return _place(locked, row, (start, end), before)


@transaction.atomic
def delete_override(pk: int, version: int) -> None:
    """Take a stand-in back; one that has begun ends now, and what was before stays as it was."""
    locked = operations.lock(Schedule.objects.filter(overrides=pk))
    row = _read(pk, version)
    _refuse_over(row)
    before, now = snapshots.of_override(row), acting.act().at
    after = None
    if row.starts_at < now:
        rows.change(row, {"period": ends.as_range(Period(row.starts_at, now)), "whole": False})
        after = snapshots.of_override(row)
    else:
        row.delete()
    if locked:
        change = Change(OVERRIDE, pk, before, after)
        operations.record(locked, OperationKind.OVERRIDE_DELETED, [change])


def _place(
    schedule: Schedule | None,
    row: Override,
    wanted: tuple[datetime | None, datetime | None],
    before: dict[str, Any] | None,
) -> Placed:
    """Save `row` in the place of what overlaps it, as one operation."""
    if row.staff_id is not None and row.service_id is not None:
        message = _("Put in one person or one service, or nobody.")
        raise Refused("one_stand_in", message, "staff")
    period = _period(row, *wanted)
    row.period = ends.as_range(period)
    duty = row.replaces_shift
    row.whole = duty is not None and period == Period(duty.starts_at, duty.ends_at)
    _refuse_same(row)
    target = {name: getattr(row, name) for name in TARGETS if getattr(row, name) is not None}
    cut = make_room({"schedule": row.schedule_id, **target}, period, but=row.pk)
    rows.save(row)
    own = Change(OVERRIDE, row.pk, before, snapshots.of_override(row))
    if schedule:
        operations.record(schedule, _KINDS[before is not None], [own, *cut])
    return Placed(row, tuple(cut))


def _read(pk: int, version: int) -> Override:
    return rows.lock(Override, pk, version, *snapshots.TABLES[OVERRIDE].related)


def _check_target(row: Override) -> None:
    chosen = [name for name in TARGETS if getattr(row, name) is not None]
    if len(chosen) != 1:
        message = _(
            "A stand-in takes the place of one shift, one person, one service or one level."
        )
        raise Refused("one_target", message, "replaces")
    if row.replaces_shift_id is None:
        return
    duty = row.replaces_shift = Shift.objects.get(pk=row.replaces_shift_id)  # as it stands now
    if duty.schedule_id != row.schedule_id:
        raise Refused("another_schedule", _("This shift is on another schedule."), "replaces")
    if duty.state == ShiftState.CANCELLED.value:
        raise Refused("cancelled", _("This shift was deleted."), "replaces")


def _period(row: Override, start: datetime | None, end: datetime | None) -> Period:
    """Return from when to when, the ends of the shift where they are left out.

    Without a start it begins now if the shift has: who was on call until now was.
    """
    duty, now = row.replaces_shift, acting.act().at
    period = ends.completed(start, end, duty)
    if period.ends_at <= now:
        raise Refused("past", _("This is past: nobody can stand in any more."), "ends_at")
    if start is None:
        period = Period(max(period.starts_at, horizon.whole_minute(now)), period.ends_at)
    if duty and periods.subtract([period], [Period(duty.starts_at, duty.ends_at)]):
        field = "starts_at" if period.starts_at < duty.starts_at else "ends_at"
        raise Refused("outside_shift", _("The shift does not last that long."), field)
    return period


def _refuse_same(row: Override) -> None:
    duty = row.replaces_shift
    replaced = (
        (duty.staff_id, duty.service_id)
        if duty
        else (row.replaces_staff_id, row.replaces_service_id)
    )
    if replaced == (row.staff_id, row.service_id) and replaced != (None, None):
        message = _("They are on call there anyway: choose somebody else.")
        raise Refused("same", message, "staff" if row.staff_id else "service")


def _refuse_over(row: Override) -> None:
    if row.ends_at <= acting.act().at:
        raise Refused("over", _("This is past, and stays as it was."))


def remains(cut: Iterable[Change]) -> list[dict[str, Any]]:
    """Return what is left of each stand-in that was cut: its new ends, None where nothing is."""
    return [
        {
            "id": change.id,
            **{
                end: datetime.fromisoformat(change.after[end]) if change.after else None
                for end in ("starts_at", "ends_at")
            },
        }
        for change in cut
    ]
