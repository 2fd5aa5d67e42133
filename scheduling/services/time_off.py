"""Writes of time off; it is about a person, on whatever schedule, so no undo of a rota takes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oncall_portal.lib import rows
from oncall_portal.lib.errors import Refused
from scheduling import operations, snapshots
from scheduling.enums import OperationKind
from scheduling.models import TimeOff
from scheduling.services import ends
from scheduling.snapshots import TIME_OFF
from scheduling.types import Change


@transaction.atomic
def create_time_off(values: Mapping[str, Any]) -> TimeOff:
    """Let a person (`staff`) be away from `starts_at` to `ends_at` (aware), on every schedule."""
    values = dict(values)
    row = rows.create(TimeOff, {"period": ends.as_range(ends.take(values)), **values})
    _record(OperationKind.TIME_OFF_CREATED, row.pk, None, snapshots.of_time_off(row))
    return row


@transaction.atomic
def change_time_off(pk: int, version: int, values: Mapping[str, Any]) -> TimeOff:
    """Change time off as it was read at `version`; whose it is stays."""
    row = rows.lock(TimeOff, pk, version, "staff")
    before, values = snapshots.of_time_off(row), dict(values)
    if values.get("staff", row.staff) != row.staff:
        message = _("This stays with its person: delete it, and enter it for the other one.")
        raise Refused("staff_fixed", message, "staff")
    rows.change(row, {"period": ends.as_range(ends.take(values, row)), **values})
    _record(OperationKind.TIME_OFF_CHANGED, pk, before, snapshots.of_time_off(row))
    return row


@transaction.atomic
def delete_time_off(pk: int, version: int) -> None:
    """Let a person be there again, as if they had never meant to be away."""
    row = rows.lock(TimeOff, pk, version, "staff")
    before = snapshots.of_time_off(row)
    row.delete()
    _record(OperationKind.TIME_OFF_DELETED, pk, before, None)


def _record(
    kind: OperationKind, pk: int, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> None:
    operations.record_of_person(kind, [Change(TIME_OFF, pk, before, after)])
