"""Writes of predefined periods, which are dropped on the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from oncall_portal.lib import rows
from oncall_portal.lib.errors import Refused
from scheduling import predefined
from scheduling.models import ShiftTemplate

_LONGEST = timedelta(days=predefined.LONGEST_DAYS)


@transaction.atomic
def create_template(values: Mapping[str, Any]) -> ShiftTemplate:
    """Add a predefined period, the last of its schedule unless `position` says otherwise.

    Without `end_day_offset` it ends on the day it starts, or on the next one where `end_time` is
    not after `start_time`. Raises Refused: ends_before_start, too_long.
    """
    values = dict(values)
    if values.get("position") is None and (schedule := values.get("schedule")):
        last = ShiftTemplate.objects.filter(schedule=schedule).aggregate(last=Max("position"))
        values["position"] = (last["last"] or 0) + 1
    return rows.create(ShiftTemplate, _checked(values, None))


@transaction.atomic
def change_template(pk: int, version: int, values: Mapping[str, Any]) -> ShiftTemplate:
    """Change a predefined period as it was read at `version`; shifts made of it stay.

    New times keep `end_day_offset`, unless it followed from the old ones. Raises Refused as
    `create_template`, and schedule_fixed.
    """
    row = rows.lock(ShiftTemplate, pk, version, "schedule")
    values = dict(values)
    if values.get("schedule", row.schedule) != row.schedule:
        message = _("A period stays on its schedule: delete it, and create it on the other.")
        raise Refused("schedule_fixed", message, "schedule")
    return rows.change(row, _checked(values, row))


@transaction.atomic
def delete_template(pk: int, version: int) -> None:
    """Delete a predefined period; shifts made of it stay."""
    rows.lock(ShiftTemplate, pk, version).delete()


def _checked(values: dict[str, Any], row: ShiftTemplate | None) -> dict[str, Any]:
    start: time | None = values.get("start_time", row.start_time if row else None)
    end: time | None = values.get("end_time", row.end_time if row else None)
    if start is None or end is None:
        return values  # the row's own check tells
    default = None if row is None or row.end_day_offset == _usual(row) else row.end_day_offset
    offset = values.get("end_day_offset", default)
    if offset is None:
        offset = predefined.usual_offset(start, end)
    length = predefined.length(start, end, offset)
    if length <= timedelta():
        message = _("The period would be empty: let it end later, or on a later day.")
        raise Refused("ends_before_start", message, "end_time")
    if length > _LONGEST:
        raise Refused("too_long", _("A period lasts 31 days at most."), "end_day_offset")
    return {**values, "end_day_offset": offset}


def _usual(row: ShiftTemplate) -> int:
    return predefined.usual_offset(row.start_time, row.end_time)
