"""Rotations as rules, and what they say beyond what is written of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from recurrence import serialize

from scheduling import horizon, public_holidays, recurrence, wall
from scheduling.enums import OnHolidays, TurnUnit
from scheduling.models import Rotation, Schedule
from scheduling.types import Occurrence, Period, Rule, ShiftFact, Who

_HOLIDAYS_AHEAD = 366 * recurrence.YEARS_AHEAD


def rule_of(row: Rotation, participants: tuple[tuple[Who, ...], ...] | None = None) -> Rule:
    """Return what a rotation says; its participants are read with it, unless they are given."""
    return Rule(
        id=row.pk,
        level=row.level,
        participants=_participants(row) if participants is None else participants,
        zone=row.time_zone or row.schedule.time_zone,
        recurrence=_text(row.recurrence),
        counted_from=row.counted_from,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        start_time=row.start_time,
        end_time=row.end_time,
        end_day_offset=row.end_day_offset,
        turn_count=row.turn_count,
        turn_unit=TurnUnit(row.turn_unit),
        first_participant=row.first_participant,
        on_holidays=OnHolidays(row.on_holidays),
    )


def _text(rule: Any) -> str:
    return rule if isinstance(rule, str) else str(serialize(rule))


def _participants(row: Rotation) -> tuple[tuple[Who, ...], ...]:
    turns: dict[int, list[Who]] = defaultdict(list)
    for entry in row.participants.all():
        turns[entry.turn].append(Who(entry.staff_id, entry.service_id))
    return tuple(tuple(turns[turn]) for turn in sorted(turns))


def holidays_for(rule: Rule, schedule: Schedule, until: date) -> frozenset[date]:
    """Return the public holidays that a rule reckons with, before `until`."""
    if rule.on_holidays is OnHolidays.AS_USUAL:
        return frozenset()
    return public_holidays.dates(schedule.holidays, rule.counted_from, until)


def coming_shifts(rule: Rule, schedule: Schedule, now: datetime, count: int) -> list[Occurrence]:
    """Return the first `count` shifts of a rule that are not over by `now`."""
    today = wall.wall(now, rule.zone).date()
    first = today - timedelta(days=rule.end_day_offset + 1)
    holidays = holidays_for(rule, schedule, today + timedelta(days=_HOLIDAYS_AHEAD))
    found = recurrence.upcoming(rule, first, count + rule.end_day_offset + 2, holidays)
    return [each for each in found if each.period.ends_at > now][:count]


def unwritten(
    rows: Iterable[Rotation], window: Period, written: Iterable[ShiftFact]
) -> tuple[ShiftFact, ...]:
    """Return the shifts in a window that these rotations have not written yet.

    `written` are the shifts of the window that are: whoever has one is not there twice.
    """
    found: list[ShiftFact] = []
    taken: dict[tuple[Who, int], list[Period]] = defaultdict(list)
    for shift in written:
        taken[shift.who, shift.level].append(shift.period)
    for row in rows:
        rule = rule_of(row)
        until = wall.wall(window.ends_at, rule.zone).date() + timedelta(days=2)
        holidays = holidays_for(rule, row.schedule, until)
        occurrences = [
            each
            for each in recurrence.between(rule, window.starts_at, window.ends_at, holidays)
            if each.day >= row.written_until
        ]
        for each in horizon.clear_of(horizon.wanted(occurrences, rule.level), taken):
            fact = ShiftFact(None, each.who, each.level, each.period, row.pk, each.day, each.slot)
            found.append(fact)
    return tuple(found)


def expandable(schedules: Iterable[int], ends_at: datetime) -> QuerySet[Rotation]:
    """Return the rotations that may have more to say before `ends_at` than is written of them."""
    latest = ends_at.date() + timedelta(days=2)  # whatever the zone
    rows = Rotation.objects.filter(
        schedule__in=list(schedules), retired=False, written_until__lte=latest
    )
    rows = rows.filter(Q(ends_on=None) | Q(ends_on__gte=F("written_until")))
    return rows.select_related("schedule").prefetch_related("participants").order_by("pk")
