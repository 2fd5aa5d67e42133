"""Writes of holes that are meant to be: each is one operation in the log, and can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oncall_portal.lib import rows
from oncall_portal.lib.errors import Refused
from scheduling import operations, snapshots
from scheduling.enums import OperationKind
from scheduling.models import IntendedGap, Schedule
from scheduling.services import ends
from scheduling.snapshots import INTENDED_GAP
from scheduling.types import Change


@transaction.atomic
def create_intended_gap(values: Mapping[str, Any]) -> IntendedGap:
    """Let a schedule have nobody from `starts_at` to `ends_at` (aware): nobody is warned of it."""
    values = dict(values)
    schedule = values.get("schedule")
    locked = operations.lock(Schedule.objects.filter(pk=schedule.pk)) if schedule else None
    row = rows.create(IntendedGap, {"period": ends.as_range(ends.take(values)), **values})
    _record(locked, OperationKind.GAP_INTENDED, row.pk, None, snapshots.of_intended_gap(row))
    return row


@transaction.atomic
def change_intended_gap(pk: int, version: int, values: Mapping[str, Any]) -> IntendedGap:
    """Change an intended hole as it was read at `version`; its schedule stays."""
    locked = operations.lock(Schedule.objects.filter(intended_gaps=pk))
    row = rows.lock(IntendedGap, pk, version, "schedule")
    before, values = snapshots.of_intended_gap(row), dict(values)
    if values.get("schedule", row.schedule) != row.schedule:
        message = _("An intended hole stays on its schedule: delete it, and make a new one.")
        raise Refused("schedule_fixed", message, "schedule")
    rows.change(row, {"period": ends.as_range(ends.take(values, row)), **values})
    _record(locked, OperationKind.GAP_INTENDED, pk, before, snapshots.of_intended_gap(row))
    return row


@transaction.atomic
def delete_intended_gap(pk: int, version: int) -> None:
    """Let a hole be none that is meant to be: it is warned of again."""
    locked = operations.lock(Schedule.objects.filter(intended_gaps=pk))
    row = rows.lock(IntendedGap, pk, version, "schedule")
    before = snapshots.of_intended_gap(row)
    row.delete()
    _record(locked, OperationKind.GAP_NOT_INTENDED, pk, before, None)


def _record(
    schedule: Schedule | None,
    kind: OperationKind,
    pk: int,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    if schedule:
        operations.record(schedule, kind, [Change(INTENDED_GAP, pk, before, after)])
