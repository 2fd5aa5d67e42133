"""Rotations as rules, and what they say beyond what is written of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from recurrence import serialize

from scheduling import horizon, public_holidays, recurrence, wall
from scheduling.enums import OnHolidays, TurnUnit
from scheduling.models import Rotation, RotationParticipant, Schedule
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
    return recurrence.upcoming(rule, first, count, holidays, after=now)


def reach(rows: Iterable[Rotation]) -> timedelta:
    """Return how far a shift of these rotations may lie outside a window and yet overlap it."""
    longest = max((row.end_day_offset for row in rows), default=0)
    return timedelta(days=longest + 2)


def unwritten(
    rows: Iterable[Rotation], window: Period, written: Iterable[ShiftFact]
) -> tuple[ShiftFact, ...]:
    """Return the shifts in a window that these rotations have not written yet.

    `rows` are as `expandable` reads them. `written` are the shifts that are, in the window and as
    far around it as `reach` says: whoever has one is not there twice, nor is whoever has one of a
    rotation before in `rows`.
    """
    rows = list(rows)
    around = reach(rows)
    wide = Period(window.starts_at - around, window.ends_at + around)
    found: list[ShiftFact] = []
    taken: dict[tuple[Who, int], list[Period]] = defaultdict(list)
    for shift in written:
        taken[shift.who, shift.level].append(shift.period)
    for row in rows:
        theirs = horizon.clear_of(_said(row, wide), taken)
        for each in theirs:
            taken[each.who, each.level].append(each.period)
        found += [
            ShiftFact(None, each.who, each.level, each.period, row.pk, each.day, each.slot)
            for each in theirs
            if each.period.starts_at < window.ends_at and each.period.ends_at > window.starts_at
        ]
    return tuple(found)


def _said(row: Rotation, window: Period) -> list[horizon.Wanted]:
    """Return what a rotation says of a window beyond what it has written."""
    rule = rule_of(row, _in_turn(row))
    until = wall.wall(window.ends_at, rule.zone).date() + timedelta(days=2)
    holidays = holidays_for(rule, row.schedule, until)
    occurrences = recurrence.between(rule, window.starts_at, window.ends_at, holidays)
    coming = (each for each in occurrences if each.day >= row.written_until)
    return horizon.wanted(coming, rule.level)


def expandable(schedules: Iterable[int], ends_at: datetime) -> QuerySet[Rotation]:
    """Return the rotations that may have more to say before `ends_at` than is written of them.

    One query; their participants come with them (`in_turn`).
    """
    latest = ends_at.date() + timedelta(days=2)  # whatever the zone
    rows = Rotation.objects.filter(
        schedule__in=list(schedules), retired=False, written_until__lte=latest
    )
    rows = rows.filter(Q(ends_on=None) | Q(ends_on__gte=F("written_until")))
    entries = RotationParticipant.objects.filter(rotation=OuterRef("pk"))
    entries = entries.order_by("turn", "position", "pk")
    in_turn = ArraySubquery(
        entries.values_list(JSONObject(turn="turn", staff="staff", service="service"))
    )
    return rows.select_related("schedule").annotate(in_turn=in_turn).order_by("pk")


def _in_turn(row: Rotation) -> tuple[tuple[Who, ...], ...]:
    """Return the participants of a rotation that `expandable` has read."""
    turns = groupby(row.in_turn, key=itemgetter("turn"))  # type: ignore[attr-defined]  # read with it
    return tuple(tuple(Who(e["staff"], e["service"]) for e in team) for _turn, team in turns)
