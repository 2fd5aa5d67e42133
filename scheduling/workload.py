"""How much each person has on a schedule, counted with its public holidays."""

from __future__ import annotations

from collections.abc import Mapping

from scheduling import duties, load, public_holidays, queries, wall
from scheduling.load import Load
from scheduling.models import Schedule
from scheduling.types import Period, ScheduleFacts


def of_schedule(schedule: Schedule, window: Period) -> Mapping[int, Load]:
    """Return what each person has within `window`, by id; ten queries at most."""
    facts = queries.load_facts(schedule.pk, window.starts_at, window.ends_at)
    return of_facts(schedule, facts, window)


def of_facts(schedule: Schedule, facts: ScheduleFacts, window: Period) -> Mapping[int, Load]:
    """Return the same from facts that are known already."""
    zone = schedule.time_zone
    first, last = (wall.wall(end, zone).date() for end in (window.starts_at, window.ends_at))
    holidays = public_holidays.dates(schedule.holidays, first, last)
    theirs = duties.of_facts(facts, schedule.pk, window.starts_at, window.ends_at)
    return load.loads(theirs, window, zone, holidays)
