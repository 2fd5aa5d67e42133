"""Leaves a notice for each person whose duties, or offers, an operation may have changed."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q

from oncall_portal.lib.acting import Act
from scheduling import duty_changes, offer_changes
from scheduling.duty_changes import Concern
from scheduling.models import DutyNotice, Override, RotaOperation, Shift, Staff
from scheduling.types import Change, Period, Who


def leave_notices(operation: RotaOperation, changes: Sequence[Change], act: Act) -> None:
    """Write down whom `changes` may concern, but for whoever acts; four queries at most.

    Some of them may turn out to have the same duties as before: what is told is looked at later.
    """
    concern = duty_changes.concern(changes, act.at)
    asked = offer_changes.people(changes)
    if operation.schedule_id is None or (concern is None and not asked):
        return
    standing = _people(operation.schedule_id, concern) if concern else set()
    people = Staff.objects.filter(pk__in=standing | asked)
    if act.user is not None:
        people = people.exclude(user=act.user)
    DutyNotice.objects.bulk_create(
        DutyNotice(staff=person, operation=operation, created_at=act.at)
        for person in people.order_by("pk")
    )


def _people(schedule: int, concern: Concern) -> set[int]:
    whos = set(concern.people)
    if concern.shifts or concern.levels:
        wanted = Q(pk__in=concern.shifts)
        for level, period in concern.levels:
            wanted |= Q(level=level, period__overlap=_range(period))
        there = Shift.objects.filter(wanted, schedule=schedule).values_list("staff", "service")
        whos |= {Who(staff, service) for staff, service in there}
    return {who.staff for who in whos if who.staff} | _stand_ins(schedule, concern, whos)


def _stand_ins(schedule: int, concern: Concern, whos: set[Who]) -> set[int]:
    """Return who stands in for any of `whos`, or for anybody while a whole level changes."""
    wanted = Q(replaces_staff__in={who.staff for who in whos if who.staff})
    wanted |= Q(replaces_service__in={who.service for who in whos if who.service})
    for _level, period in concern.levels:
        wanted |= Q(period__overlap=_range(period))
    rows = Override.objects.filter(
        wanted, schedule=schedule, staff__isnull=False, period__overlap=_range(concern.period)
    )
    return {staff for staff in rows.values_list("staff", flat=True) if staff}


def _range(period: Period) -> DateTimeTZRange:
    return DateTimeTZRange(period.starts_at, period.ends_at)
