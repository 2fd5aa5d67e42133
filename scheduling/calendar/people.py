"""People and services as the calendar shows them: a name, initials, a colour, a warning."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import get_language

from oncall_portal.lib import texts
from scheduling import queries
from scheduling.labels import GAP_REASON
from scheduling.models import Service, Staff
from scheduling.types import Who


@dataclass(frozen=True)
class Face:
    """How somebody looks on a screen; `warning` says why they cannot be rung."""

    who: Who
    kind: str
    name: str
    initials: str
    colour: str
    active: bool
    warning: str = ""

    @property
    def key(self) -> str:
        """What names them in the page: “staff-3”."""
        return f"{self.kind}-{self.who.staff or self.who.service}"


def faces(also: Collection[Who] = ()) -> dict[Who, Face]:
    """Return everybody who can be put on call, and those of `also`, by name; six queries."""
    staff = [who.staff for who in also if who.staff]
    services = [who.service for who in also if who.service]
    people = Staff.objects.filter(Q(active=True) | Q(pk__in=staff)).order_by("name", "pk")
    functions = Service.objects.filter(Q(active=True) | Q(pk__in=services))
    rows: list[tuple[Who, Staff | Service]] = [
        *((Who(staff=row.pk), row) for row in people),
        *((Who(service=row.pk), row) for row in sorted(functions, key=lambda row: str(row))),
    ]
    reach = queries.load_assignees(
        [who.staff for who, _row in rows if who.staff],
        [who.service for who, _row in rows if who.service],
        get_language() or "en",
    )
    return {who: _face(who, row, queries.why_unreachable(reach, who)) for who, row in rows}


def _face(who: Who, row: Staff | Service, reason: str) -> Face:
    return Face(
        who=who,
        kind="staff" if who.staff else "service",
        name=str(row),
        initials=texts.initials(str(row)),
        colour=row.colour,
        active=row.active,
        warning=str(GAP_REASON[reason]) if reason else "",
    )
