"""Whose duty is what: one person's stretches on the shifts of a schedule, stand-ins included."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from scheduling import resolve
from scheduling.enums import GapReason
from scheduling.types import Period, ScheduleFacts, Standing


@dataclass(frozen=True)
class Duty:
    """One person's stretch on one shift of one schedule.

    A stand-in has the duty, whoever is replaced has not. `shift` is None where no row is behind
    it: a stand-in at an empty level, or a shift of a rule that is not written yet.
    """

    staff: int
    schedule: int
    level: int
    shift: int | None
    period: Period


def of_facts(
    facts: ScheduleFacts, schedule: int, starts_at: datetime, ends_at: datetime
) -> list[Duty]:
    """Return the duties of people within [starts_at, ends_at), cut there, first to begin first.

    Who is away has none meanwhile. Diverts are about tonight, not about the plan: they change
    nothing. Services are nobody's duty.
    """
    planned = replace(facts, diverts=())
    open_since: dict[Standing, datetime] = {}
    found: list[Duty] = []
    for period, standings in resolve.segments(planned, starts_at, ends_at):
        now = dict.fromkeys(_theirs(standings), period.starts_at)
        for gone in [standing for standing in open_since if standing not in now]:
            found += _duty(gone, schedule, Period(open_since.pop(gone), period.starts_at))
        open_since = now | open_since
    for last, since in open_since.items():
        found += _duty(last, schedule, Period(since, ends_at))
    return sorted(found, key=in_order)


def in_order(duty: Duty) -> tuple[Period, int, int, int]:
    """Return what duties are sorted by: time first, then where they are."""
    return (duty.period, duty.schedule, duty.level, duty.shift or 0)


def _theirs(standings: Iterable[Standing]) -> list[Standing]:
    """Return the standings of people who are there, the same for one person on one shift."""
    return [
        Standing(standing.level, standing.who, standing.shift)
        for standing in standings
        if standing.who.staff is not None and standing.unreachable is not GapReason.TIME_OFF
    ]


def _duty(standing: Standing, schedule: int, period: Period) -> list[Duty]:
    staff = standing.who.staff
    return [Duty(staff, schedule, standing.level, standing.shift, period)] if staff else []
