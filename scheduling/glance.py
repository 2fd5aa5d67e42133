"""Who is on call in every schedule at once, however many there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Value

from scheduling import absences, queries, resolve
from scheduling.models import Schedule, Service, Staff
from scheduling.types import OnCall, Who

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Glance:
    """A schedule and who is tried first there; `missing`: nobody is, although somebody must."""

    schedule: Schedule
    on_call: OnCall | None
    missing: bool


def glance(at: datetime, language: str = "en") -> tuple[Glance, ...]:
    """Return every schedule, by name, with who takes the call at `at` (aware).

    Six queries at most; names of services in `language`.
    """
    schedules = list(Schedule.objects.only("pk", "name", "time_zone", "coverage", "holidays"))
    rota = queries.load_around([schedule.pk for schedule in schedules], at, (), language)
    found = []
    for schedule in schedules:
        facts = rota.facts[schedule.pk]
        standing = next(iter(resolve.on_call(facts, at)), None)
        if standing is None:
            is_missing = bool(queries.required_periods(schedule, at, at + _INSTANT))
            found.append(Glance(schedule, None, is_missing))
            continue
        until = resolve.next_change(facts, standing.level, at) or at
        assignee = absences.present(rota.people[standing.who], rota.away, at)
        on_call = OnCall(standing.level, assignee, standing.shift, until, standing.reason)
        found.append(Glance(schedule, on_call, False))
    return tuple(found)


def colours() -> dict[Who, str]:
    """Return the colour (`#rrggbb`) of everybody and every service; one query."""
    people = Staff.objects.order_by().values_list("pk", "colour", Value(0))
    services = Service.objects.order_by().values_list("pk", "colour", Value(1))
    return {
        (Who(service=key) if is_service else Who(staff=key)): colour
        for key, colour, is_service in people.union(services, all=True)
    }
