"""When nobody can be reached although somebody must."""

from __future__ import annotations

from datetime import datetime

from scheduling import coverage
from scheduling.models import Schedule
from scheduling.queries.facts import load_facts
from scheduling.types import Gap


def load_gaps(schedule: Schedule, starts_at: datetime, ends_at: datetime) -> tuple[Gap, ...]:
    """Return when nobody can be reached although somebody must, within [starts_at, ends_at).

    Six queries at most. Raises UnknownCoverage.
    """
    required = coverage.required_periods(schedule.coverage, starts_at, ends_at)
    facts = load_facts(schedule.pk, starts_at, ends_at)
    return coverage.gaps(facts, required, starts_at, ends_at)
