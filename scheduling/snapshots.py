"""Rows of the rota as the log keeps them, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Model

from scheduling.models import Shift
from scheduling.types import Change

SHIFT = "shift"


@dataclass(frozen=True)
class Table:
    """A kind of row in the log: how its values are taken, and a row made of them, not saved.

    `related` are the rows that `take` looks at.
    """

    model: type[Model]
    related: tuple[str, ...]
    take: Callable[[Any], dict[str, Any]]
    make: Callable[[int, Mapping[str, Any]], Model]


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
        "version": row.version,
    }


def shift_of(pk: int, values: Mapping[str, Any]) -> Shift:
    """Return the shift that has these values, not saved."""
    start, end = (datetime.fromisoformat(values[name]) for name in ("starts_at", "ends_at"))
    kept = {name: values[name] for name in ("level", "state", "note", "version")}
    keys = {f"{name}_id": values[name] for name in ("schedule", "staff", "service")}
    return Shift(pk=pk, period=DateTimeTZRange(start, end), **keys, **kept)


TABLES = {SHIFT: Table(Shift, ("staff", "service"), of_shift, shift_of)}


def created(rows: Iterable[Shift]) -> list[Change]:
    """Return the changes that shifts are which were not there before."""
    return [Change(SHIFT, row.pk, None, of_shift(row)) for row in rows]
