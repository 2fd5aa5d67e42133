"""Writes of schedules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from oncall_portal.lib import rows
from scheduling.models import Schedule, ScheduleSupervisor
from scheduling.services.entries import take_people, write_people


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
