"""When people are away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from scheduling.models import TimeOff
from scheduling.types import Period

Window = tuple[datetime | None, datetime | None]


def load_time_off(staff: Collection[int], window: Window) -> dict[int, list[Period]]:
    """Return when these people are away within the window; one query, none without people."""
    found: dict[int, list[Period]] = defaultdict(list)
    if staff:
        rows = TimeOff.objects.filter(staff__in=staff, period__overlap=window).order_by()
        for person, period in rows.values_list("staff_id", "period"):
            found[person].append(Period(period.lower, period.upper))
    return found
