"""People, services and bare numbers: what to ring, and when they are away."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from oncall_portal.lib import phone, texts
from scheduling import absences
from scheduling.enums import AnsweredBy, CallProcess, GapReason
from scheduling.queries import statements
from scheduling.types import Assignee, Contact, Period, Who

T = TypeVar("T")

_INSTANT = timedelta(microseconds=1)
_NEVER = DateTimeTZRange(empty=True)


def load_people(
    whos: Iterable[Who], language: str = "en", at: datetime | None = None
) -> dict[Who, Assignee]:
    """Return people, services and bare numbers with what to ring; one query at most.

    A service answered by its numbers has its own; by its members, theirs in member order; by a
    schedule, its own if it has any, else its members'. Unknown ids are left out; names of
    services are in `language`. With `at` (aware) the phones of those are left out who are away
    then.
    """
    window = DateTimeTZRange(at, at + _INSTANT) if at else _NEVER
    people, away = read_people(whos, window, language)
    if at is None:
        return people
    return {who: absences.present(found, away, at) for who, found in people.items()}


def load_presence(
    whos: Iterable[Who], period: Period, language: str = "en"
) -> tuple[dict[Who, Assignee], dict[int, list[Period]]]:
    """Return the same as if nobody were away; and when people are, within `period`, by their id.

    One query at most.
    """
    return read_people(whos, DateTimeTZRange(period.starts_at, period.ends_at), language)


def load_assignees(
    staff_ids: Iterable[int],
    service_ids: Iterable[int],
    language: str = "en",
    at: datetime | None = None,
) -> dict[Who, Assignee]:
    """Return people and services as `load_people` does."""
    whos = [Who(staff=i) for i in staff_ids] + [Who(service=i) for i in service_ids]
    return load_people(whos, language, at)


def bare_number(number: str, language: str) -> Assignee:
    """Return a number (E.164) that belongs to nobody here; spoken to in `language`."""
    name = phone.mask(number)
    contact = Contact(None, number, "", None, None, None, name, language)
    return Assignee(None, None, name, (contact,))


def answering(answered_by: str, own: tuple[T, ...], theirs: tuple[T, ...]) -> tuple[T, ...]:
    """Return which of its own phones and its members' ring for a service."""
    return {
        AnsweredBy.NUMBERS.value: own,
        AnsweredBy.MEMBERS.value: theirs,
        AnsweredBy.SCHEDULE.value: own or theirs,
    }[answered_by]


def why_unreachable(reach: Mapping[Who, Assignee], who: Who) -> str:
    """Return the code of why nobody is reached there, "" when somebody is, from load_assignees."""
    found = reach.get(who)
    return found.unreachable.value if found and found.unreachable else ""


def read_people(
    whos: Iterable[Who], window: DateTimeTZRange, language: str
) -> tuple[dict[Who, Assignee], dict[int, list[Period]]]:
    """Return the same as if nobody were away; and when people are, within `window`, by their id.

    One query at most.
    """
    wanted = list(dict.fromkeys(whos))
    rows = _read(wanted, window)
    people = {row.staff: _person(row) for row in rows if row.staff}
    found = {Who(staff=pk): person for pk, person in people.items()}
    for row in rows:
        if row.service:
            found[Who(service=row.service)] = _service(row, people, language)
    found |= {who: bare_number(who.number, language) for who in wanted if who.number}
    return (
        {who: found[who] for who in wanted if who in found},
        {row.staff: periods_of(row.away) for row in rows if row.staff and row.away},
    )


class _Row(NamedTuple):
    """A person, or a service with its members in order; `numbers` in use and `away` as JSON."""

    staff: int | None
    service: int | None
    name: str
    language: str
    active: bool
    process: str
    answered_by: str
    members: Sequence[int]
    numbers: str | None
    away: str | None


def _read(wanted: Iterable[Who], window: DateTimeTZRange) -> list[_Row]:
    staff = [who.staff for who in wanted if who.staff]
    services = [who.service for who in wanted if who.service]
    if not staff and not services:
        return []
    found = statements.hot_rows(statements.PEOPLE, staff=staff, services=services, window=window)
    return [_Row(*values) for values in found]


def _person(row: _Row) -> Assignee:
    name = str(json.loads(row.name))
    if not row.active:
        return Assignee(row.staff, None, name, (), GapReason.INACTIVE)
    contacts = _contacts(row, name, row.language)
    return Assignee(row.staff, None, name, contacts, _no_number(contacts))


def _service(row: _Row, people: Mapping[int, Assignee], language: str) -> Assignee:
    name = texts.choose(json.loads(row.name), language)
    if not row.active:
        return Assignee(None, row.service, name, (), GapReason.INACTIVE)
    own = _contacts(row, name, language)
    theirs = tuple(contact for member in row.members for contact in people[member].contacts)
    contacts = answering(row.answered_by, own, theirs)
    return Assignee(None, row.service, name, contacts, _no_number(contacts))


def _contacts(row: _Row, owner: str, language: str) -> tuple[Contact, ...]:
    process = CallProcess(row.process)
    return tuple(
        Contact(pk, number, label, ring_seconds, call_connect, row.staff, owner, language, process)
        for pk, number, label, ring_seconds, call_connect in json.loads(row.numbers or "[]")
    )


def _no_number(contacts: tuple[Contact, ...]) -> GapReason | None:
    return None if contacts else GapReason.NO_NUMBER


def periods_of(away: str) -> list[Period]:
    """Return when somebody is away, as the statements tell it."""
    return [statements.period(starts_at, ends_at) for starts_at, ends_at in json.loads(away)]
