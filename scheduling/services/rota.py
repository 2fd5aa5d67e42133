"""Writes of schedules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oncall_portal.lib import acting, rows
from oncall_portal.lib.errors import Refused
from scheduling import public_holidays, reach_news
from scheduling.models import Rotation, Schedule, ScheduleSupervisor
from scheduling.services.entries import take_people, write_people
from scheduling.services.rotations import reconcile_schedule


@transaction.atomic
def create_schedule(values: Mapping[str, Any]) -> Schedule:
    """Add a schedule; `supervisor_entries` is the list of its supervisors, in order."""
    values = dict(values)
    _check_holidays(values)
    people = take_people(values, "supervisor_entries")
    row = rows.create(Schedule, values)
    write_people(ScheduleSupervisor, {"schedule": row}, people)
    return row


@transaction.atomic
def change_schedule(pk: int, version: int, values: Mapping[str, Any]) -> Schedule:
    """Change a schedule as it was read at `version`; `supervisor_entries` replaces the list.

    Where its zone or its public holidays change, so do the shifts of its rotations that have not
    begun.
    """
    values = dict(values)
    _check_holidays(values)
    people = take_people(values, "supervisor_entries")
    row = rows.lock(Schedule, pk, version)
    clock_before = (row.time_zone, row.holidays)
    rows.change(row, values)
    write_people(ScheduleSupervisor, {"schedule": row}, people)
    reach_news.changed()  # any scenario may be used no more, or anew
    if (row.time_zone, row.holidays) != clock_before:
        reconcile_schedule(row, acting.act().at)
    return row


@transaction.atomic
def delete_schedule(pk: int, version: int) -> None:
    """Delete a schedule on which no shift stands and no service relies."""
    row = rows.lock(Schedule, pk, version)
    reach_news.changed()
    Rotation.objects.filter(schedule=row, retired=True, shifts=None).delete()
    row.delete()


def _check_holidays(values: Mapping[str, Any]) -> None:
    try:
        public_holidays.check(values.get("holidays", {}))
    except public_holidays.UnknownCountry as error:
        message = _("“%(value)s” is no country or part of one whose public holidays are known.")
        told = message % {"value": error.value}
        raise Refused("unknown_country", told, "holidays") from error
