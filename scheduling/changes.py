"""What a change of the rota amounts to, and what takes it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scheduling.enums import OperationKind, ShiftState
from scheduling.types import Change

Values = Mapping[str, Any]
# They follow from the rest, and from what went before.
_BESIDES = frozenset({"version", "who", "instead", "written_until"})


def same(some: Values | None, others: Values | None) -> bool:
    """Tell whether two states of a row say the same, whatever their versions.

    A value that an older entry does not have says the same as an empty one.
    """
    return _told(some) == _told(others)


def _told(values: Values | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {name: value for name, value in values.items() if value and name not in _BESIDES}


def real(changes: Iterable[Change]) -> list[Change]:
    """Return those of `changes` that changed something."""
    return [change for change in changes if not same(change.before, change.after)]


def inverse(changes: Sequence[Change]) -> list[Change]:
    """Return what takes `changes` back, the last one first."""
    return [
        Change(change.model, change.id, before=change.after, after=change.before)
        for change in reversed(changes)
    ]


def merged(changes: Iterable[Change]) -> list[Change]:
    """Return `changes` with those of one row made one, where the first of them stood."""
    found: dict[tuple[str, int], Change] = {}
    for change in changes:
        first = found.get((change.model, change.id), change)
        found[change.model, change.id] = Change(change.model, change.id, first.before, change.after)
    return [change for change in found.values() if (change.before, change.after) != (None, None)]


def gone(values: Values | None) -> bool:
    """Tell whether a row in this state is off the rota: no row, or a tombstone."""
    return values is None or values.get("state") == ShiftState.CANCELLED.value


def kind_of_shift(change: Change) -> OperationKind:
    """Return what happened to a shift: where it stands counts for more than who stands there."""
    before, after = change.before, change.after
    if before is None or after is None or gone(before) != gone(after):
        return OperationKind.SHIFT_DELETED if gone(after) else OperationKind.SHIFT_CREATED
    moved = {name for name in ("starts_at", "ends_at", "level") if before[name] != after[name]}
    if not moved:
        return OperationKind.SHIFT_CHANGED
    if moved in ({"starts_at"}, {"ends_at"}):
        return OperationKind.SHIFT_RESIZED
    return OperationKind.SHIFT_MOVED
