"""When nobody can be reached although somebody must."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from scheduling import coverage, periods, public_holidays, wall
from scheduling.models import IntendedGap, Schedule
from scheduling.queries import statements
from scheduling.queries.facts import load_facts, load_parts
from scheduling.queries.keys import of_schedules
from scheduling.types import Gap, Period, ScheduleFacts

_DAY = timedelta(days=1)


def load_gaps(schedule: Schedule, starts_at: datetime, ends_at: datetime) -> tuple[Gap, ...]:
    """Return when nobody can be reached although somebody must, within [starts_at, ends_at).

    Five queries at most. Raises UnknownCoverage.
    """
    return gaps(schedule, load_facts(schedule.pk, starts_at, ends_at), starts_at, ends_at)


def load_gaps_of(
    schedules: Iterable[Schedule], starts_at: datetime, ends_at: datetime
) -> dict[int, tuple[Gap, ...]]:
    """Return the same of each of many schedules, by id; six queries at most.

    Raises UnknownCoverage.
    """
    needed = {row.pk: required_periods(row, starts_at, ends_at) for row in schedules}
    return load_holes(needed, starts_at, ends_at)


def load_holes(
    hours: Mapping[int, Collection[Period]], starts_at: datetime, ends_at: datetime
) -> dict[int, tuple[Gap, ...]]:
    """Return when nobody can be reached within the `hours` of each schedule, by id.

    Whether somebody must is not asked. Six queries at most: most of a rota is covered plainly,
    the database leaves that out, and only the rest is read and decided.
    """
    doubtful = _in_doubt(hours, starts_at, ends_at)
    parts = {pk: periods.intersect(hours[pk], found) for pk, found in doubtful.items()}
    parts = {pk: found for pk, found in parts.items() if found}
    holes: dict[int, tuple[Gap, ...]] = dict.fromkeys(hours, ())
    if parts:
        facts = load_parts(parts, Period(starts_at, ends_at))
        intended = intended_gaps(parts, starts_at, ends_at)
        for pk, found in parts.items():
            holes[pk] = coverage.gaps(facts[pk], found, starts_at, ends_at, intended[pk])
    return holes


def _in_doubt(
    schedules: Iterable[int], starts_at: datetime, ends_at: datetime
) -> dict[int, list[Period]]:
    """Return where it is not plain that somebody can be reached; one query."""
    window = DateTimeTZRange(starts_at, ends_at)
    found: dict[int, list[Period]] = defaultdict(list)
    rows = statements.rows(statements.IN_DOUBT, schedules=list(schedules), window=window)
    for schedule, starts, ends in rows:
        found[schedule].append(statements.period(starts, ends))
    return found


def gaps(
    schedule: Schedule, facts: ScheduleFacts, starts_at: datetime, ends_at: datetime
) -> tuple[Gap, ...]:
    """Return the gaps by facts already read; one query. Raises UnknownCoverage."""
    required = required_periods(schedule, starts_at, ends_at)
    intended = intended_gaps({schedule.pk}, starts_at, ends_at)[schedule.pk]
    return coverage.gaps(facts, required, starts_at, ends_at, intended)


def required_periods(
    schedule: Schedule, starts_at: datetime, ends_at: datetime
) -> tuple[Period, ...]:
    """Return when somebody must be reachable on a schedule, by its clock and public holidays.

    No query. Raises UnknownCoverage.
    """
    zone = schedule.time_zone
    first, last = (wall.wall(at, zone).date() for at in (starts_at, ends_at))
    holidays = public_holidays.dates(schedule.holidays, first - _DAY, last)
    return coverage.required_periods(schedule.coverage, starts_at, ends_at, zone, holidays)


def intended_gaps(
    schedules: Collection[int], starts_at: datetime, ends_at: datetime
) -> dict[int, list[Period]]:
    """Return when these schedules are meant to have nobody; one query."""
    found: dict[int, list[Period]] = defaultdict(list)
    rows = IntendedGap.objects.filter(period__overlap=(starts_at, ends_at))
    for row in of_schedules(rows, schedules):
        found[row.schedule_id].append(Period(row.starts_at, row.ends_at))
    return found
