"""Rows of scheduling as facts, each read with a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import BigIntegerField, Q, QuerySet, Value
from django.db.models.functions import Cast

from oncall_portal.lib import phone, texts
from scheduling import coverage, resolve
from scheduling.enums import AnsweredBy, GapReason, ShiftState
from scheduling.models import (
    ContactNumber,
    Divert,
    Organisation,
    OrganisationSupervisor,
    Schedule,
    ScheduleSupervisor,
    Service,
    ServiceMember,
    Shift,
    Staff,
)
from scheduling.types import (
    Assignee,
    Contact,
    Diverted,
    DivertFact,
    Gap,
    House,
    OnCall,
    Period,
    Roster,
    ScheduleFacts,
    ShiftFact,
    Skipped,
    Who,
)


def load_roster(schedule_id: int, at: datetime, language: str = "en") -> Roster:
    """Return whom the schedule offers at `at` (aware); names of services in `language`.

    Nine queries at most, however many people there are. An unknown schedule offers the
    organisation's supervisors only.
    """
    shifts = _shifts_around(schedule_id, at)
    diverts = list(diverts_from(at).filter(schedule=_cast(schedule_id)))
    own, house = _supervisor_ids(schedule_id)
    known = [shift.who for shift in shifts] + [divert_goal(divert) for divert in diverts]
    people = load_people([*known, *(Who(staff=person) for person in own + house)], language)
    facts = ScheduleFacts(shifts, _unreachable(people), divert_facts(diverts))
    on_call, skipped = [], []
    for found in resolve.standing(facts, at):
        until = resolve.next_change(facts, found.level, at) or at
        assignee = people[found.who]
        if found.unreachable is None:
            on_call.append(OnCall(found.level, assignee, found.shift, until, found.reason))
        else:
            skipped.append(
                Skipped(
                    found.level,
                    found.who.staff,
                    found.who.service,
                    assignee.name,
                    found.unreachable,
                    until,
                )
            )
    supervisors = _reachable(people, own) or _reachable(people, house)
    divert = next((found for found in diverts if covers(found, at)), None)
    diverted = _diverted(divert, people) if divert else None
    return Roster(schedule_id, at, tuple(on_call), tuple(skipped), supervisors, diverted)


def number_divert(number_id: int, at: datetime, language: str = "en") -> Diverted | None:
    """Return the divert of one of our numbers in force at `at` (aware); five queries at most."""
    row = diverts_from(at).filter(phone_number=_cast(number_id)).first()
    if row is None or not covers(row, at):
        return None
    return _diverted(row, load_people([divert_goal(row)], language))


def diverts_from(at: datetime) -> QuerySet[Divert]:
    """Return the diverts that are in force at `at` or come later, first to begin first.

    With the names that tell of them; those already over are left out.
    """
    told = ("schedule", "phone_number__schedule", "to_staff", "to_service", "created_by__staff")
    later = Divert.objects.filter(period__overlap=(at, None))
    return later.select_related(*told).order_by("period__startswith", "pk")


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


def organisation_supervisors(language: str = "en") -> tuple[Assignee, ...]:
    """Return the reachable supervisors of the organisation, in order; five queries at most."""
    ids = list(OrganisationSupervisor.objects.values_list("staff_id", flat=True))
    return _reachable(load_assignees(ids, (), language), ids)


def load_people(whos: Iterable[Who], language: str = "en") -> dict[Who, Assignee]:
    """Return people, services and bare numbers with what to ring; four queries at most."""
    wanted = set(whos)
    found = load_assignees(
        {who.staff for who in wanted if who.staff},
        {who.service for who in wanted if who.service},
        language,
    )
    return found | {who: bare_number(who.number, language) for who in wanted if who.number}


def bare_number(number: str, language: str) -> Assignee:
    """Return a number (E.164) that belongs to nobody here; spoken to in `language`."""
    name = phone.mask(number)
    contact = Contact(None, number, "", None, None, None, name, language)
    return Assignee(None, None, name, (contact,))


def load_assignees(
    staff_ids: Iterable[int], service_ids: Iterable[int], language: str = "en"
) -> dict[Who, Assignee]:
    """Return people and services with their enabled numbers in order; four queries at most.

    A service answered by its numbers has its own; by its members, theirs in member order; by a
    schedule, its own if it has any, else its members'. Unknown ids are left out; names of
    services are in `language`.
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
    return found


def why_unreachable(reach: Mapping[Who, Assignee], who: Who) -> str:
    """Return the code of why nobody is reached there, "" when somebody is, from load_assignees."""
    found = reach.get(who)
    return found.unreachable.value if found and found.unreachable else ""


def house() -> House:
    """Return the house settings; sensible defaults while the organisation has no row."""
    row = Organisation.objects.filter(pk=1).first()
    if row is None:
        return House()
    return House(
        name=row.name,
        region=row.region,
        time_zone=row.time_zone,
        languages=tuple(row.languages),
        ring_seconds=row.ring_seconds,
        call_connect=row.call_connect,
        whisper=row.whisper,
        accept_seconds=row.accept_seconds,
        ceiling_seconds=row.ceiling_seconds,
        hard_stop_seconds=row.hard_stop_seconds,
        allowed_countries=tuple(row.allowed_countries),
    )


def load_facts(schedule_id: int, starts_at: datetime, ends_at: datetime) -> ScheduleFacts:
    """Return all that decides who is on call in [starts_at, ends_at); six queries at most."""
    window = (starts_at, ends_at)
    shifts = _facts(_live_shifts(schedule_id).filter(period__overlap=window).order_by("pk"))
    rows = Divert.objects.filter(schedule=_cast(schedule_id), period__overlap=window)
    diverts = divert_facts(rows.order_by("pk"))
    people = load_people([s.who for s in shifts] + [divert.to for divert in diverts])
    return ScheduleFacts(shifts, _unreachable(people), diverts)


def load_gaps(schedule: Schedule, starts_at: datetime, ends_at: datetime) -> tuple[Gap, ...]:
    """Return when nobody can be reached although somebody must, within [starts_at, ends_at).

    Six queries at most. Raises UnknownCoverage.
    """
    required = coverage.required_periods(schedule.coverage, starts_at, ends_at)
    facts = load_facts(schedule.pk, starts_at, ends_at)
    return coverage.gaps(facts, required, starts_at, ends_at)


def supervisors_by_mail(schedule_id: int) -> list[Staff]:
    """Return the active supervisors with an e-mail address, in order, each address once.

    Those of the schedule; when none of them has one, those of the organisation.
    """
    own = ScheduleSupervisor.objects.filter(schedule_id=schedule_id)
    for entries in (own, OrganisationSupervisor.objects.all()):
        readers = entries.filter(staff__active=True).exclude(staff__email="")
        people: dict[str, Staff] = {}
        for entry in readers.select_related("staff"):
            people.setdefault(entry.staff.email.lower(), entry.staff)
        if people:
            return list(people.values())
    return []


def _live_shifts(schedule_id: int) -> QuerySet[Shift]:
    """Return the schedule's shifts that count.

    The id is cast because btree_gist has no operator between bigint and an integer literal:
    without it the index serves the period alone (measured: 19 ms instead of 0.17 ms).
    """
    rows = Shift.objects.filter(schedule_id=_cast(schedule_id))
    return rows.exclude(state=ShiftState.CANCELLED.value)


def _cast(key: int) -> Cast:
    return Cast(Value(key), BigIntegerField())


def _shifts_around(schedule_id: int, at: datetime) -> tuple[ShiftFact, ...]:
    """Return the shifts in force at `at`, and the next to begin at each of their levels."""
    live = _live_shifts(schedule_id)
    now = _facts(live.filter(period__contains=at))
    if not now:
        return ()
    latest = max(shift.period.ends_at for shift in now)
    coming = (
        live.filter(period__overlap=(at, latest), period__startswith__gt=at)
        .order_by("level", "period__startswith", "pk")
        .distinct("level")
    )
    return now + _facts(coming)


def _facts(shifts: QuerySet[Shift]) -> tuple[ShiftFact, ...]:
    rows = shifts.values_list("pk", "staff_id", "service_id", "level", "period")
    return tuple(
        ShiftFact(pk, Who(staff, service), level, Period(period.lower, period.upper))
        for pk, staff, service, level, period in rows
    )


def divert_facts(rows: Iterable[Divert]) -> tuple[DivertFact, ...]:
    """Return what decides of these diverts."""
    return tuple(
        DivertFact(row.pk, divert_goal(row), Period(row.starts_at, row.ends_at)) for row in rows
    )


def _diverted(row: Divert, people: Mapping[Who, Assignee]) -> Diverted:
    of = str(row.schedule or row.phone_number)
    to = people[divert_goal(row)]
    return Diverted(row.pk, of, to, row.ends_at, divert_zone(row), author_name(row))


def author_name(divert: Divert) -> str:
    """Return the name of whoever set a divert, "" when nobody knows any more."""
    user = divert.created_by
    if user is None:
        return ""
    person: Staff | None = getattr(user, "staff", None)
    return person.name if person else user.get_full_name() or user.get_username()


def _supervisor_ids(schedule_id: int) -> tuple[list[int], list[int]]:
    """Return the supervisors of the schedule and those of the organisation, each in order."""
    own = ScheduleSupervisor.objects.filter(schedule_id=schedule_id)
    house = OrganisationSupervisor.objects.all()
    return (
        list(own.values_list("staff_id", flat=True)),
        list(house.values_list("staff_id", flat=True)),
    )


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


def _unreachable(people: Mapping[Who, Assignee]) -> dict[Who, GapReason]:
    return {who: found.unreachable for who, found in people.items() if found.unreachable}


def _reachable(people: Mapping[Who, Assignee], staff_ids: Iterable[int]) -> tuple[Assignee, ...]:
    found = (people[Who(staff=i)] for i in staff_ids)
    return tuple(assignee for assignee in found if assignee.unreachable is None)
