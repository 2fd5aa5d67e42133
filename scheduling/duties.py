"""Whose duty is what: one person's stretches on the shifts of a schedule, stand-ins included."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from scheduling import periods, resolve
from scheduling.enums import GapReason
from scheduling.types import Period, ScheduleFacts, Standing

Stretch = tuple[Standing, Period]


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


def stretches(facts: ScheduleFacts, starts_at: datetime, ends_at: datetime) -> list[Stretch]:
    """Return how long each assignment stands within [starts_at, ends_at), cut there.

    Diverts are about tonight, not about the plan: they change nothing here.
    """
    since: dict[Standing, datetime] = {}
    found: list[Stretch] = []
    for period, standings in resolve.segments(replace(facts, diverts=()), starts_at, ends_at):
        now = dict.fromkeys(standings, period.starts_at)
        for gone in [standing for standing in since if standing not in now]:
            found.append((gone, Period(since.pop(gone), period.starts_at)))
        since = now | since
    return found + [(last, Period(start, ends_at)) for last, start in since.items()]


def of_stretches(found: Iterable[Stretch], schedule: int) -> list[Duty]:
    """Return the duties among what `stretches` found on a schedule, first to begin first.

    Who is away has none meanwhile; a service is nobody's duty.
    """
    mine: dict[tuple[int, int, int | None], list[Period]] = defaultdict(list)
    for standing, period in found:
        staff = standing.who.staff
        if staff is not None and standing.unreachable is not GapReason.TIME_OFF:
            mine[staff, standing.level, standing.shift].append(period)
    duties = [
        Duty(staff, schedule, level, shift, period)
        for (staff, level, shift), theirs in mine.items()
        for period in periods.merge(theirs)
    ]
    return sorted(duties, key=in_order)


def of_facts(
    facts: ScheduleFacts, schedule: int, starts_at: datetime, ends_at: datetime
) -> list[Duty]:
    """Return the duties of people on a schedule within [starts_at, ends_at), cut there."""
    return of_stretches(stretches(facts, starts_at, ends_at), schedule)


def followed(standing: Period, shift: Period, *, whole: bool) -> Period | None:
    """Return when somebody stands in on a shift that is moved to `shift`; None: no longer.

    Who stands in for all of it (`whole`) goes with it, who does for a part is cut to it.
    """
    left = [shift] if whole else periods.intersect([standing], [shift])
    return left[0] if left else None


def in_order(duty: Duty) -> tuple[Period, int, int, int]:
    """Return what duties are sorted by: time first, then where they are."""
    return (duty.period, duty.schedule, duty.level, duty.shift or 0)
