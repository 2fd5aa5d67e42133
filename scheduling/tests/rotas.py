"""Short ways to write rotations, for tests that run on a driven clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

from oncall_portal.lib import clock
from scheduling import services
from scheduling.models import Rotation, Schedule, Service, Shift, Staff

MONDAY = date(2027, 1, 4)


@contextmanager
def at_time(now: datetime) -> Iterator[None]:
    """Let it be `now` inside the block."""
    with clock.driven_by(lambda: now):
        yield


def weekly(
    rota: Schedule, *people: Staff | Service | list[Staff | Service], **values: Any
) -> Rotation:
    """Create a rotation of weeks from Monday to Monday, nine o'clock, on Monday 4 January 2027."""
    return services.create_rotation(
        {
            "schedule": rota,
            "recurrence": "RRULE:FREQ=WEEKLY;BYDAY=MO",
            "starts_on": MONDAY,
            "start_time": time(9),
            "end_time": time(9),
            "end_day_offset": 7,
            "participants": [p if isinstance(p, list) else [p] for p in people],
            **values,
        }
    )


def daily(
    rota: Schedule, *people: Staff | Service | list[Staff | Service], **values: Any
) -> Rotation:
    """Create a rotation of days from nine to nine on."""
    every_day = {"recurrence": "RRULE:FREQ=DAILY", "end_day_offset": 1}
    return weekly(rota, *people, **{**every_day, **values})


def written(rotation: Rotation, count: int | None = None) -> list[tuple[str, datetime, datetime]]:
    """Return who has the first shifts of a rotation that stand on the rota, from when to when."""
    rows = Shift.objects.filter(rotation=rotation).exclude(state="cancelled")
    rows = rows.select_related("staff", "service").order_by("period", "pk")[:count]
    return [(str(row.staff or row.service), row.starts_at, row.ends_at) for row in rows]
