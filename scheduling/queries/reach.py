"""Whether people and services can be reached, and when not: all that a rota asks about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from scheduling import absences
from scheduling.enums import GapReason
from scheduling.queries import statements
from scheduling.queries.people import answering, periods_of
from scheduling.types import Period, Who


class Reach(NamedTuple):
    """Who can never be reached, and why; when others are away. Who is in neither always can."""

    unreachable: Mapping[Who, GapReason]
    absences: Mapping[Who, tuple[Period, ...]]


class _Row(NamedTuple):
    """A person out of reach, for always or at times; or a service. `away` as JSON."""

    staff: int | None
    service: int | None
    active: bool
    answered_by: str
    members: Sequence[int]
    has_number: bool
    away: str | None


def load_reach(whos: Iterable[Who], window: DateTimeTZRange) -> Reach:
    """Return what keeps these from being reached within `window`; one query at most.

    The same as `read_people` says of them, without their names and phones.
    """
    wanted = set(whos)
    staff = [who.staff for who in wanted if who.staff]
    services = [who.service for who in wanted if who.service]
    if not staff and not services:
        return Reach({}, {})
    found = statements.rows(statements.REACH, staff=staff, services=services, window=window)
    rows = [_Row(*values) for values in found]
    phones = _phones(rows)
    away = {row.staff: periods_of(row.away) for row in rows if row.staff and row.away}
    return Reach(_never(rows, phones), absences.of_owners(phones, away))


def _phones(rows: Iterable[_Row]) -> dict[Who, tuple[int | None, ...]]:
    """Return whose phones would ring, by id; None stands for those of a service itself."""
    people = {
        row.staff: (row.staff,) if row.active and row.has_number else ()
        for row in rows
        if row.staff
    }
    silent = {pk for pk, own in people.items() if not own}
    phones: dict[Who, tuple[int | None, ...]] = {Who(staff=pk): own for pk, own in people.items()}
    for row in rows:
        if row.service:
            own = (None,) if row.has_number else ()
            theirs = tuple(member for member in row.members if member not in silent)
            ringing = answering(row.answered_by, own, theirs) if row.active else ()
            phones[Who(service=row.service)] = ringing
    return phones


def _never(
    rows: Iterable[_Row], phones: Mapping[Who, tuple[int | None, ...]]
) -> dict[Who, GapReason]:
    found = {}
    for row in rows:
        who = Who(row.staff, row.service)
        if not row.active:
            found[who] = GapReason.INACTIVE
        elif not phones[who]:
            found[who] = GapReason.NO_NUMBER
    return found
