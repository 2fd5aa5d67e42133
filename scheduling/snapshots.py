"""Rows of the rota as the log keeps them, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Model, QuerySet
from recurrence import serialize

from scheduling.models import (
    IntendedGap,
    Override,
    Rotation,
    RotationParticipant,
    Shift,
    SwapRequest,
    TimeOff,
)
from scheduling.models.fields import Lasting
from scheduling.types import Change

SHIFT, ROTATION, SWAP, OVERRIDE = "shift", "rotation", "swap", "override"
INTENDED_GAP, TIME_OFF = "intended_gap", "time_off"
_TARGETS = ("replaces_shift", "replaces_staff", "replaces_service")
_ENDS = ("starts_at", "ends_at")
_ROTATION_PLAIN = (
    *("level", "end_day_offset", "turn_count", "turn_unit", "first_participant", "on_holidays"),
    *("time_zone", "retired", "version"),
)
_ROTATION_DATES = ("counted_from", "starts_on", "ends_on", "written_until")


@dataclass(frozen=True)
class Table:
    """A kind of row in the log: how its values are taken, and a row made of them, not saved.

    `related` and `lists` (to many) are the rows that `take` looks at; `complete` writes what
    belongs to a row and lies in other tables, once the row is saved.
    """

    model: type[Model]
    related: tuple[str, ...]
    take: Callable[[Any], dict[str, Any]]
    make: Callable[[int, Mapping[str, Any]], Model]
    complete: Callable[[int, Mapping[str, Any]], None] | None = None
    lists: tuple[str, ...] = ()

    def rows(self) -> QuerySet[Any]:
        """Return all rows, read with what `take` looks at."""
        found = self.model._default_manager.select_related(*self.related)
        return found.prefetch_related(*self.lists)


def of_shift(row: Shift) -> dict[str, Any]:
    """Return all values of a shift, and what its assignee is called."""
    assignee = row.staff or row.service
    return {
        "schedule": row.schedule_id,
        "staff": row.staff_id,
        "service": row.service_id,
        "who": assignee.name if assignee else "",
        "level": row.level,
        "starts_at": row.starts_at.astimezone(UTC).isoformat(),
        "ends_at": row.ends_at.astimezone(UTC).isoformat(),
        "state": row.state,
        "note": row.note,
        "rotation": row.rotation_id,
        "day": row.day.isoformat() if row.day else None,
        "slot": row.slot,
        "version": row.version,
    }


def shift_of(pk: int, values: Mapping[str, Any]) -> Shift:
    """Return the shift that has these values, not saved."""
    start, end = (datetime.fromisoformat(values[name]) for name in ("starts_at", "ends_at"))
    kept = {name: values[name] for name in ("level", "state", "note", "version")}
    keys = {f"{name}_id": values[name] for name in ("schedule", "staff", "service")}
    day = values.get("day")
    identity = {
        "rotation_id": values.get("rotation"),
        "day": date.fromisoformat(day) if day else None,
        "slot": values.get("slot", 0),
    }
    return Shift(pk=pk, period=DateTimeTZRange(start, end), **keys, **kept, **identity)


def of_rotation(row: Rotation) -> dict[str, Any]:
    """Return all values of a rotation, and what its participants are called."""
    entries = list(row.participants.select_related("staff", "service"))
    return {
        "schedule": row.schedule_id,
        "who": [entry.staff.name if entry.staff else _name(entry.service) for entry in entries],
        "participants": [
            [entry.turn, entry.position, entry.staff_id, entry.service_id] for entry in entries
        ],
        "recurrence": serialize(row.recurrence),
        "start_time": row.start_time.isoformat(),
        "end_time": row.end_time.isoformat(),
        **{name: _iso(getattr(row, name)) for name in _ROTATION_DATES},
        **{name: getattr(row, name) for name in _ROTATION_PLAIN},
    }


def rotation_of(pk: int, values: Mapping[str, Any]) -> Rotation:
    """Return the rotation that has these values, not saved, and without its participants."""
    dates = {name: values[name] and date.fromisoformat(values[name]) for name in _ROTATION_DATES}
    times = {name: time.fromisoformat(values[name]) for name in ("start_time", "end_time")}
    plain = {name: values[name] for name in _ROTATION_PLAIN}
    return Rotation(
        pk=pk,
        schedule_id=values["schedule"],
        recurrence=values["recurrence"],
        **dates,
        **times,
        **plain,
    )


def write_participants(rotation: int, values: Mapping[str, Any]) -> None:
    """Make the participants of a rotation those that it had."""
    RotationParticipant.objects.filter(rotation=rotation).delete()
    RotationParticipant.objects.bulk_create(
        RotationParticipant(
            rotation_id=rotation, turn=turn, position=position, staff_id=staff, service_id=service
        )
        for turn, position, staff, service in values["participants"]
    )


def of_override(row: Override) -> dict[str, Any]:
    """Return all values of a stand-in, and what both are called; `instead` "" for a level."""
    stand_in = row.staff or row.service
    duty = row.replaces_shift
    replaced = (duty.staff or duty.service) if duty else row.replaces_staff or row.replaces_service
    return {
        "schedule": row.schedule_id,
        **{name: getattr(row, f"{name}_id") for name in _TARGETS},
        "replaces_level": row.replaces_level,
        "staff": row.staff_id,
        "service": row.service_id,
        "who": stand_in.name if stand_in else "",
        "instead": replaced.name if replaced else "",
        "starts_at": row.starts_at.astimezone(UTC).isoformat(),
        "ends_at": row.ends_at.astimezone(UTC).isoformat(),
        "note": row.note,
        "whole": row.whole,
        "swap": row.swap_id,
        "version": row.version,
    }


def override_of(pk: int, values: Mapping[str, Any]) -> Override:
    """Return the stand-in that has these values, not saved."""
    start, end = (datetime.fromisoformat(values[name]) for name in ("starts_at", "ends_at"))
    kept = {name: values[name] for name in ("replaces_level", "note", "whole", "version")}
    keys = {f"{n}_id": values[n] for n in ("schedule", *_TARGETS, "staff", "service", "swap")}
    return Override(pk=pk, period=DateTimeTZRange(start, end), **keys, **kept)


def of_swap(row: SwapRequest) -> dict[str, Any]:
    """Return all values of a swap, and who offers it; both ends None: all of the shift."""
    part = row.period
    return {
        "shift": row.shift_id,
        "starts_at": part.lower.astimezone(UTC).isoformat() if part else None,
        "ends_at": part.upper.astimezone(UTC).isoformat() if part else None,
        "offered_to": sorted(person.pk for person in row.offered_to.all()),
        "in_return_for": row.in_return_for_id,
        "requested_by": row.requested_by_id,
        "who": row.requested_by.name,
        "state": row.state,
        "accepted_by": row.accepted_by_id,
        "note": row.note,
        "created_at": row.created_at.astimezone(UTC).isoformat(),
        "decided_at": row.decided_at.astimezone(UTC).isoformat() if row.decided_at else None,
        "version": row.version,
    }


def swap_of(pk: int, values: Mapping[str, Any]) -> SwapRequest:
    """Return the swap that has these values, not saved; whom it is offered to comes after."""
    ends = [values[name] and datetime.fromisoformat(values[name]) for name in _ENDS]
    made, decided = (values[name] for name in ("created_at", "decided_at"))
    names = ("shift", "in_return_for", "requested_by", "accepted_by")
    return SwapRequest(
        pk=pk,
        period=DateTimeTZRange(*ends) if ends[0] else None,
        created_at=datetime.fromisoformat(made),
        decided_at=datetime.fromisoformat(decided) if decided else None,
        **{f"{name}_id": values[name] for name in names},
        **{name: values[name] for name in ("state", "note", "version")},
    )


def write_offered_to(swap: int, values: Mapping[str, Any]) -> None:
    """Offer a swap to those to whom it was."""
    SwapRequest(pk=swap).offered_to.set(values["offered_to"])


def of_intended_gap(row: IntendedGap) -> dict[str, Any]:
    """Return all values of an intended hole."""
    return {"schedule": row.schedule_id, **_lasting(row), "note": row.note, "version": row.version}


def intended_gap_of(pk: int, values: Mapping[str, Any]) -> IntendedGap:
    """Return the intended hole that has these values, not saved."""
    kept = {name: values[name] for name in ("note", "version")}
    return IntendedGap(pk=pk, schedule_id=values["schedule"], period=_period(values), **kept)


def of_time_off(row: TimeOff) -> dict[str, Any]:
    """Return all values of time off, and whose it is."""
    kept = {"staff": row.staff_id, "who": row.staff.name, "reason": row.reason}
    return {**kept, **_lasting(row), "version": row.version}


def time_off_of(pk: int, values: Mapping[str, Any]) -> TimeOff:
    """Return the time off that has these values, not saved."""
    kept = {name: values[name] for name in ("reason", "version")}
    return TimeOff(pk=pk, staff_id=values["staff"], period=_period(values), **kept)


def _lasting(row: Lasting) -> dict[str, str]:
    return {
        "starts_at": row.starts_at.astimezone(UTC).isoformat(),
        "ends_at": row.ends_at.astimezone(UTC).isoformat(),
    }


def _period(values: Mapping[str, Any]) -> DateTimeTZRange:
    start, end = (datetime.fromisoformat(values[name]) for name in ("starts_at", "ends_at"))
    return DateTimeTZRange(start, end)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _name(service: Any) -> Any:
    return service.name


_STAND_IN = ("staff", "service", "replaces_staff", "replaces_service")
# In the order in which rows are written: what others name comes first.
TABLES = {
    ROTATION: Table(Rotation, (), of_rotation, rotation_of, write_participants),
    SHIFT: Table(Shift, ("staff", "service"), of_shift, shift_of),
    SWAP: Table(
        SwapRequest, ("requested_by",), of_swap, swap_of, write_offered_to, ("offered_to",)
    ),
    OVERRIDE: Table(
        Override,
        (*_STAND_IN, "replaces_shift__staff", "replaces_shift__service"),
        of_override,
        override_of,
    ),
    INTENDED_GAP: Table(IntendedGap, (), of_intended_gap, intended_gap_of),
    TIME_OFF: Table(TimeOff, ("staff",), of_time_off, time_off_of),
}


def created(rows: Iterable[Shift]) -> list[Change]:
    """Return the changes that shifts are which were not there before."""
    return [Change(SHIFT, row.pk, None, of_shift(row)) for row in rows]
