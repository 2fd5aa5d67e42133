"""Who is told, and rung last, when nobody else is reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from scheduling.models import OrganisationSupervisor, ScheduleSupervisor, Staff
from scheduling.queries import statements
from scheduling.queries.people import load_assignees
from scheduling.types import Assignee, Who


def organisation_supervisors(
    language: str = "en", at: datetime | None = None
) -> tuple[Assignee, ...]:
    """Return the reachable supervisors of the organisation, in order; two queries at most.

    With `at` (aware), without those who are away then.
    """
    ids = list(OrganisationSupervisor.objects.values_list("staff_id", flat=True))
    return reachable(load_assignees(ids, (), language, at), ids)


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


def supervisor_ids(schedule_ids: Iterable[int]) -> tuple[dict[int, list[int]], list[int]]:
    """Return the supervisors of each schedule and those of the organisation, each in order."""
    asked = list(schedule_ids)
    own: dict[int, list[int]] = {schedule: [] for schedule in asked}
    house: list[int] = []
    for schedule, staff, *_order in statements.hot_rows(statements.SUPERVISORS, schedules=asked):
        (own[schedule] if schedule else house).append(staff)
    return own, house


def reachable(people: Mapping[Who, Assignee], staff_ids: Iterable[int]) -> tuple[Assignee, ...]:
    """Return those of these people who can be reached, in the order given."""
    found = (people.get(Who(staff=i)) for i in staff_ids)
    return tuple(assignee for assignee in found if assignee and assignee.unreachable is None)
