"""People, services and bare numbers, with what to ring."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import Q

from oncall_portal.lib import phone, texts
from scheduling import absences
from scheduling.enums import AnsweredBy, GapReason
from scheduling.models import ContactNumber, Service, ServiceMember, Staff
from scheduling.queries.time_off import load_time_off
from scheduling.types import Assignee, Contact, Who

_INSTANT = timedelta(microseconds=1)


def load_people(
    whos: Iterable[Who], language: str = "en", at: datetime | None = None
) -> dict[Who, Assignee]:
    """Return people, services and bare numbers with what to ring, as `load_assignees` does."""
    wanted = set(whos)
    found = load_assignees(
        {who.staff for who in wanted if who.staff},
        {who.service for who in wanted if who.service},
        language,
        at,
    )
    return found | {who: bare_number(who.number, language) for who in wanted if who.number}


def bare_number(number: str, language: str) -> Assignee:
    """Return a number (E.164) that belongs to nobody here; spoken to in `language`."""
    name = phone.mask(number)
    contact = Contact(None, number, "", None, None, None, name, language)
    return Assignee(None, None, name, (contact,))


def load_assignees(
    staff_ids: Iterable[int],
    service_ids: Iterable[int],
    language: str = "en",
    at: datetime | None = None,
) -> dict[Who, Assignee]:
    """Return people and services with their enabled numbers in order; four queries at most.

    A service answered by its numbers has its own; by its members, theirs in member order; by a
    schedule, its own if it has any, else its members'. Unknown ids are left out; names of
    services are in `language`. With `at` (aware), one query more, the phones of those are left
    out who are away then.
    """
    services = Service.objects.in_bulk(set(service_ids))
    members: dict[int, list[int]] = defaultdict(list)
    entries = ServiceMember.objects.filter(service__in=services).order_by("position", "pk")
    for service_id, staff_id in entries.values_list("service_id", "staff_id"):
        members[service_id].append(staff_id)
    wanted = set(staff_ids)
    staff = Staff.objects.in_bulk(wanted.union(*members.values()))
    numbers = _numbers(staff, services)
    people = {Who(staff=i): _person(person, numbers[Who(staff=i)]) for i, person in staff.items()}
    found = {who: person for who, person in people.items() if who.staff in wanted}
    for i, service in services.items():
        own = numbers[Who(service=i)]
        found[Who(service=i)] = _service(
            service, own, [people[Who(staff=member)] for member in members[i]], language
        )
    return found if at is None else _present(found, at)


def why_unreachable(reach: Mapping[Who, Assignee], who: Who) -> str:
    """Return the code of why nobody is reached there, "" when somebody is, from load_assignees."""
    found = reach.get(who)
    return found.unreachable.value if found and found.unreachable else ""


def unreachable(people: Mapping[Who, Assignee]) -> dict[Who, GapReason]:
    """Return why nobody is reached there, of those where it is so."""
    return {who: found.unreachable for who, found in people.items() if found.unreachable}


def _present(found: Mapping[Who, Assignee], at: datetime) -> dict[Who, Assignee]:
    away = load_time_off(absences.owners(found.values()), (at, at + _INSTANT))
    return {who: absences.present(assignee, away, at) for who, assignee in found.items()}


def _numbers(staff: Iterable[int], services: Iterable[int]) -> Mapping[Who, list[ContactNumber]]:
    found: dict[Who, list[ContactNumber]] = defaultdict(list)
    wanted = Q(staff__in=staff) | Q(service__in=services)
    rows = ContactNumber.objects.filter(wanted, enabled=True).order_by("position", "pk")
    for row in rows:
        found[Who(row.staff_id, row.service_id)].append(row)
    return found


def _person(person: Staff, numbers: Iterable[ContactNumber]) -> Assignee:
    if not person.active:
        return Assignee(person.pk, None, person.name, (), GapReason.INACTIVE)
    contacts = tuple(_contact(n, person.name, person.language) for n in numbers)
    return Assignee(person.pk, None, person.name, contacts, _no_number(contacts))


def _service(
    service: Service, numbers: Iterable[ContactNumber], members: Iterable[Assignee], language: str
) -> Assignee:
    name = texts.choose(service.name, language)
    if not service.active:
        return Assignee(None, service.pk, name, (), GapReason.INACTIVE)
    own = tuple(_contact(n, name, language) for n in numbers)
    theirs = tuple(contact for member in members for contact in member.contacts)
    contacts = {
        AnsweredBy.NUMBERS.value: own,
        AnsweredBy.MEMBERS.value: theirs,
        AnsweredBy.SCHEDULE.value: own or theirs,
    }[service.answered_by]
    return Assignee(None, service.pk, name, contacts, _no_number(contacts))


def _contact(number: ContactNumber, owner: str, language: str) -> Contact:
    return Contact(
        number.pk,
        str(number.number),
        number.label,
        number.ring_seconds,
        number.call_connect,
        number.staff_id,
        owner,
        language,
    )


def _no_number(contacts: tuple[Contact, ...]) -> GapReason | None:
    return None if contacts else GapReason.NO_NUMBER
