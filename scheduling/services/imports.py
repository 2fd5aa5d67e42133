"""Many shifts written at once: all of them, as one operation per schedule, or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from oncall_portal.lib.errors import Refused, RowError, RowsRefused
from oncall_portal.lib.rows import update_many
from scheduling import operations, snapshots
from scheduling.enums import OperationKind, ShiftState
from scheduling.models import Schedule, Shift
from scheduling.overlaps import Stretch, overlaps
from scheduling.services import standins
from scheduling.services.shifts import changed_values, with_period, written
from scheduling.types import Change, Period

_KEYS = ("schedule", "staff", "service")
_WRITTEN = ("staff", "service", "level", "period", "state", "note", "version")


@dataclass(frozen=True)
class ShiftRow:
    """A row of a file by its number: values of a new shift, or of one as read at `version`."""

    number: int
    values: Mapping[str, Any]
    pk: int | None = None
    version: int = 0


@dataclass(frozen=True)
class _Meant:
    """A shift as a row wants it, and as the log has it from before."""

    number: int
    shift: Shift
    before: dict[str, Any] | None


@transaction.atomic
def import_shifts(rows: Sequence[ShiftRow]) -> list[Shift]:
    """Write new and changed shifts, each schedule's as one operation that can be undone.

    Returns them in the order of the rows. Raises RowsRefused with all that is wrong, by the numbers
    of the rows; nothing is written then.
    """
    there = dict(Shift.objects.filter(pk__in=_ids(rows)).values_list("pk", "schedule"))
    new = {row.values["schedule"].pk for row in rows if row.pk is None}
    schedules = _lock(new | set(there.values()))
    meant, errors = _meant(rows)
    errors += _overlapping(meant)
    if errors:
        raise RowsRefused(sorted(errors, key=lambda error: error.row))
    written(lambda: _store(meant))
    for schedule in schedules:
        mine = [_change(each) for each in meant if each.shift.schedule_id == schedule.pk]
        followed = standins.follow(mine)
        operations.record(schedule, OperationKind.SHIFTS_IMPORTED, [*mine, *followed])
    return [each.shift for each in meant]


def _lock(schedules: Iterable[int]) -> list[Schedule]:
    """Return the schedules, locked in the order of their ids, so that nobody waits in a circle."""
    found = (operations.lock(Schedule.objects.filter(pk=pk)) for pk in sorted(schedules))
    return [schedule for schedule in found if schedule]


def _ids(rows: Iterable[ShiftRow]) -> list[int]:
    return [row.pk for row in rows if row.pk is not None]


def _meant(rows: Iterable[ShiftRow]) -> tuple[list[_Meant], list[RowError]]:
    locked = Shift.objects.select_for_update(of=("self",)).select_related(*_KEYS)
    rows = list(rows)
    found = {shift.pk: shift for shift in locked.filter(pk__in=_ids(rows)).order_by("pk")}
    meant: list[_Meant] = []
    errors: list[RowError] = []
    for row in rows:
        try:
            meant.append(_one(row, found))
        except Refused as error:
            errors.append(RowError(row.number, error.field, error.code, error.message))
        except ValidationError as error:
            errors += _of_fields(row.number, error)
    return meant, errors


def _one(row: ShiftRow, found: Mapping[int, Shift]) -> _Meant:
    """Return what a row wants; raise Refused or ValidationError."""
    if row.pk is None:
        shift, before = Shift(**with_period(row.values, None)), None
    else:
        shift = _as_read(row, found)
        before = snapshots.of_shift(shift)
        for name, value in changed_values(shift, row.values).items():
            setattr(shift, name, value)
        shift.version += 1
    if (shift.staff is None) == (shift.service is None):
        message = _("A shift is for one person or for one service.")
        raise Refused("one_assignee", message, "staff")
    shift.clean_fields(exclude=_KEYS)
    return _Meant(row.number, shift, before)


def _as_read(row: ShiftRow, found: Mapping[int, Shift]) -> Shift:
    shift = found.get(row.pk or 0)
    if shift is None or shift.state == ShiftState.CANCELLED.value:
        raise Refused("cancelled", _("This shift was deleted; create a new one."), "id")
    if shift.version != row.version:
        message = _("It was changed by someone else since it was exported.")
        raise Refused("stale_version", message, "version")
    return shift


def _of_fields(number: int, error: ValidationError) -> Iterable[RowError]:
    for field, errors in error.error_dict.items():
        for single in errors:
            yield RowError(number, field, single.code or "invalid", " ".join(single.messages))


def _overlapping(meant: Sequence[_Meant]) -> list[RowError]:
    wanted = [_stretch(each.shift, each.number) for each in meant]
    if not wanted:
        return []
    window = (
        min(each.period.starts_at for each in wanted),
        max(each.period.ends_at for each in wanted),
    )
    others = Shift.objects.filter(
        schedule__in={each.shift.schedule_id for each in meant}, period__overlap=window
    ).exclude(state=ShiftState.CANCELLED.value)
    kept = others.exclude(pk__in=[each.shift.pk for each in meant if each.before])
    found = overlaps([*wanted, *map(_stretch, kept)])
    return [error for pair in found if (error := _overlap(*pair))]


def _stretch(shift: Shift, number: int | None = None) -> Stretch:
    place = (shift.schedule_id, shift.staff_id, shift.service_id, shift.level)
    return Stretch(place, Period(shift.starts_at, shift.ends_at), number)


def _overlap(one: Stretch, other: Stretch) -> RowError | None:
    if one.row is not None and other.row is not None:
        first, last = sorted((one.row, other.row))
        message = _("Overlaps row %(row)d: the same one at the same time and level.")
        return RowError(last, "starts_at", "overlap", message % {"row": first})
    message = _("They are already on call there at this level during this period.")
    number = one.row if one.row is not None else other.row
    return None if number is None else RowError(number, "starts_at", "overlap", message)


def _store(meant: Sequence[_Meant]) -> None:
    Shift.objects.bulk_create([each.shift for each in meant if each.before is None])
    changed = [each.shift for each in meant if each.before is not None]
    update_many(Shift, changed, _WRITTEN)


def _change(each: _Meant) -> Change:
    return Change(snapshots.SHIFT, each.shift.pk, each.before, snapshots.of_shift(each.shift))
