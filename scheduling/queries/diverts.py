"""Diverts: those in force or coming, and what is told of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import BigIntegerField, DateTimeField, QuerySet

from oncall_portal.lib.prepared import Read, given
from scheduling.models import Divert, Staff
from scheduling.queries.organisation import house
from scheduling.queries.people import load_people
from scheduling.types import Assignee, Diverted, DivertFact, Period, Who

_OF_NUMBER = Read(
    lambda: Divert.objects.filter(
        phone_number=given("number", BigIntegerField()),
        period__contains=given("at", DateTimeField()),
    ).values_list("pk")[:1]
)


def number_divert(number_id: int, at: datetime, language: str = "en") -> Diverted | None:
    """Return the divert of one of our numbers in force at `at` (aware).

    One query where there is none, as at nearly every call; two more with its names where there is.
    """
    found = _OF_NUMBER.first(number=number_id, at=at)
    row = _told().filter(pk=found[0]).first() if found else None
    if row is None:
        return None
    (to,) = load_people([divert_goal(row)], language, at).values()
    return divert_told(row, to)


def diverts_from(at: datetime) -> QuerySet[Divert]:
    """Return the diverts that are in force at `at` or come later, first to begin first.

    With the names that tell of them; those already over are left out.
    """
    return _told().filter(period__overlap=(at, None)).order_by("period__startswith", "pk")


def _told() -> QuerySet[Divert]:
    return Divert.objects.select_related(
        "schedule", "phone_number__schedule", "to_staff", "to_service", "created_by__staff"
    )


def load_told(divert: DivertFact, to: Assignee) -> Diverted | None:
    """Return a divert to `to` as a roster tells it; None when it is gone meanwhile."""
    row = _told().filter(pk=divert.id).first()
    return divert_told(row, to) if row else None


def covers(divert: Divert, at: datetime) -> bool:
    """Return whether a divert is in force at `at` (aware)."""
    return divert.starts_at <= at < divert.ends_at


def divert_goal(divert: Divert) -> Who:
    """Return whom a divert leads to."""
    return Who(divert.to_staff_id, divert.to_service_id, divert.to_number or None)


def divert_zone(divert: Divert, house_zone: str = "") -> str:
    """Return the zone (IANA) by whose clock a divert is told: its schedule's, or the house's.

    The house is asked of the database only where it matters and `house_zone` is not known.
    """
    schedule = divert.schedule or (divert.phone_number and divert.phone_number.schedule)
    return schedule.time_zone if schedule else house_zone or house().time_zone


def author_name(divert: Divert) -> str:
    """Return the name of whoever set a divert, "" when nobody knows any more."""
    user = divert.created_by
    if user is None:
        return ""
    person: Staff | None = getattr(user, "staff", None)
    return person.name if person else user.get_full_name() or user.get_username()


def divert_facts(rows: Iterable[Divert]) -> tuple[DivertFact, ...]:
    """Return what decides of these diverts."""
    return tuple(
        DivertFact(row.pk, divert_goal(row), Period(row.starts_at, row.ends_at)) for row in rows
    )


def divert_told(row: Divert, to: Assignee) -> Diverted:
    """Return a divert to `to` as a roster tells it."""
    of = str(row.schedule or row.phone_number)
    return Diverted(row.pk, of, to, row.ends_at, divert_zone(row), author_name(row))
