"""Short ways to write the rows that tests start from."""

from __future__ import annotations

import itertools
from datetime import datetime, time
from typing import Any

from scheduling.models import (
    ContactNumber,
    Organisation,
    OrganisationSupervisor,
    Override,
    Schedule,
    ScheduleSupervisor,
    Service,
    ServiceMember,
    Shift,
    ShiftTemplate,
    Staff,
    TimeOff,
)
from scheduling.types import Who

_endings = itertools.count(10_000_000)


def staff(name: str, *numbers: str, **values: Any) -> Staff:
    """Create a person with these numbers, in order; with a fresh one when none is given."""
    person = Staff.objects.create(**{"name": name, "colour": "#1f6feb", "language": "en", **values})
    for position, number in enumerate(numbers or [fresh_number()], 1):
        ContactNumber.objects.create(staff=person, number=number, position=position)
    return person


def fresh_number() -> str:
    """Return a French mobile number that no other row of this run has."""
    return f"+336{next(_endings)}"


def service(
    name: str | dict[str, str], *numbers: str, members: tuple[Staff, ...] = (), **values: Any
) -> Service:
    """Create a service with its own numbers and its members, both in order."""
    texts = {"en": name} if isinstance(name, str) else name
    row = Service.objects.create(**{"name": texts, "colour": "#b35900", **values})
    for position, number in enumerate(numbers, 1):
        ContactNumber.objects.create(service=row, number=number, position=position)
    for position, member in enumerate(members, 1):
        ServiceMember.objects.create(service=row, staff=member, position=position)
    return row


def schedule(name: str = "Paris", *supervisors: Staff, **values: Any) -> Schedule:
    """Create a schedule with its supervisors, in order."""
    row = Schedule.objects.create(name=name, **values)
    for position, person in enumerate(supervisors, 1):
        ScheduleSupervisor.objects.create(schedule=row, staff=person, position=position)
    return row


def organisation(*supervisors: Staff, **values: Any) -> Organisation:
    """Create the organisation with its supervisors, in order."""
    row = Organisation.objects.create(pk=1, **{"name": "Heating Ltd", **values})
    for position, person in enumerate(supervisors, 1):
        OrganisationSupervisor.objects.create(organisation=row, staff=person, position=position)
    return row


def shift(
    rota: Schedule,
    who: Staff | Service,
    start: datetime,
    end: datetime,
    level: int = 1,
    **values: Any,
) -> Shift:
    """Create a shift, straight in the table."""
    assignee = {"staff": who} if isinstance(who, Staff) else {"service": who}
    return Shift.objects.create(
        schedule=rota, period=(start, end), level=level, **assignee, **values
    )


def override(
    rota: Schedule, start: datetime, end: datetime, stand_in: Staff | None = None, **values: Any
) -> Override:
    """Create a stand-in for one target (`replaces_shift=` ...), straight in the table."""
    return Override.objects.create(schedule=rota, period=(start, end), staff=stand_in, **values)


def time_off(person: Staff, start: datetime, end: datetime, **values: Any) -> TimeOff:
    """Create time off of a person, straight in the table."""
    return TimeOff.objects.create(staff=person, period=(start, end), **values)


def who(row: Staff | Service) -> Who:
    """Return the key of a person or a service."""
    return Who(staff=row.pk) if isinstance(row, Staff) else Who(service=row.pk)


def template(rota: Schedule, name: str, start: str, end: str, **values: Any) -> ShiftTemplate:
    """Create a predefined period between two times of day, such as “18:00” and “08:00”."""
    times = {"start_time": time.fromisoformat(start), "end_time": time.fromisoformat(end)}
    later = {"end_day_offset": int(times["end_time"] <= times["start_time"])}
    return ShiftTemplate.objects.create(schedule=rota, name=name, **{**times, **later, **values})
