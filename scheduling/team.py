"""People as one looks at a team: duties, colours, warnings; a fixed number of queries for all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects

from oncall_portal.lib import dialling, phone, texts
from scheduling import colours
from scheduling.enums import ShiftState
from scheduling.models import ContactNumber, Service, Shift, Staff
from scheduling.people_warnings import NumberFacts, PersonFacts, Warned, warnings
from scheduling.queries import house
from scheduling.types import House, Who


@dataclass(frozen=True)
class Duty:
    """A person's duty now or next, by the clock of its schedule."""

    schedule: str
    zone: str
    level: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Member:
    """What the list shows of one person."""

    duty: Duty | None
    warnings: tuple[Warned, ...]


@dataclass(frozen=True)
class Wearer:
    """Somebody, or a service, in use, with their colour."""

    who: Who
    name: str
    colour: str


def members(people: Iterable[Staff], now: datetime) -> dict[int, Member]:
    """Return what the list shows of these people; five queries, six without their numbers."""
    found = list(people)
    told = warnings_of(found)
    duty = duties([person.pk for person in found], now)
    return {person.pk: Member(duty.get(person.pk), told[person.pk]) for person in found}


def warnings_of(people: Iterable[Staff]) -> dict[int, tuple[Warned, ...]]:
    """Return the warnings of each person; four queries at most."""
    found = list(people)
    prefetch_related_objects(found, "numbers")
    settings, known = house(), wearers()
    return {person.pk: warnings(_facts(person, settings, known)) for person in found}


def warned_ids() -> list[int]:
    """Return the active people with a warning; four queries."""
    told = warnings_of(Staff.objects.filter(active=True))
    return [pk for pk, found in told.items() if found]


def duties(staff_ids: Iterable[int], now: datetime) -> dict[int, Duty]:
    """Return the duty, now or next, of each of these people who has one; one query."""
    live = Shift.objects.exclude(state=ShiftState.CANCELLED.value)
    coming = live.filter(staff__in=list(staff_ids), period__endswith__gt=now)
    first = coming.order_by("staff_id", "period__startswith", "level").distinct("staff_id")
    return {
        shift.staff_id: Duty(
            shift.schedule.name,
            shift.schedule.time_zone,
            shift.level,
            shift.starts_at,
            shift.ends_at,
        )
        for shift in first.select_related("schedule")
        if shift.staff_id is not None
    }


def wearers(language: str = "en") -> tuple[Wearer, ...]:
    """Return everybody and every service in use with their colour; two queries."""
    people = Staff.objects.filter(active=True).order_by("name", "pk")
    services = Service.objects.filter(active=True)
    return (
        *(Wearer(Who(staff=each.pk), each.name, each.colour) for each in people),
        *(
            Wearer(Who(service=each.pk), texts.choose(each.name, language), each.colour)
            for each in services
        ),
    )


def near(colour: str, known: Iterable[Wearer], but: Who) -> tuple[str, ...]:
    """Return the names of those, but one, whose colour is easily taken for `colour`."""
    return tuple(
        each.name
        for each in known
        if each.who != but and colours.distance(each.colour, colour) < colours.NEAR
    )


def _facts(person: Staff, settings: House, known: Iterable[Wearer]) -> PersonFacts:
    return PersonFacts(
        active=person.active,
        has_email=bool(person.email),
        numbers=tuple(_number(each, settings) for each in person.numbers.all()),
        near=near(person.colour, known, Who(staff=person.pk)),
    )


def _number(row: ContactNumber, settings: House) -> NumberFacts:
    number = str(row.number)
    return NumberFacts(
        number,
        row.enabled,
        row.verified_at is not None,
        phone.is_valid(number),
        dialling.refusal(number, settings.countries),
    )
