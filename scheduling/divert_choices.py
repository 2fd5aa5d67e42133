"""What "divert now" offers: which number or schedule, until when, and to whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from oncall_portal.lib import phone
from scheduling import labels, queries, wall, whens
from scheduling.glance import colours, glance
from scheduling.models import Divert, Service, Staff
from scheduling.types import Assignee, Who

OTHER = "other"
_HOURS = (1, 2, 4)
_MORNING = 8


@dataclass(frozen=True)
class End:
    """A quick choice of the end: its key, its words, and when that is."""

    key: str
    label: str
    at: datetime
    words: str


@dataclass(frozen=True)
class Target:
    """A number or a schedule that can be diverted; `key` is like "schedule:1" or "number:3"."""

    key: str
    name: str
    is_number: bool
    zone: str
    ends: tuple[End, ...]
    divert: Divert | None

    @property
    def town(self) -> str:
        """Return the town whose clock counts."""
        return whens.place(self.zone)

    @property
    def values(self) -> dict[str, int]:
        """Return it as the services take it."""
        kind, _colon, pk = self.key.partition(":")
        return {"phone_number_id" if kind == "number" else "schedule_id": int(pk)}


@dataclass(frozen=True)
class Goal:
    """Somebody to divert to; `detail` is their phone, or why they cannot be chosen."""

    key: str
    name: str
    colour: str
    is_service: bool
    detail: str
    reachable: bool


def targets(now: datetime, language: str, house_zone: str) -> list[Target]:
    """Return every schedule and every number, by name; seven queries at most."""
    diverts = list(queries.diverts_from(now).filter(period__contains=now))
    of_schedule = {row.schedule_id: row for row in diverts if row.schedule_id}
    of_number = {row.phone_number_id: row for row in diverts if row.phone_number_id}
    found, handoffs = [], {}
    for seen in glance(now, language):
        schedule, duty = seen.schedule, seen.on_call
        regular = duty is not None and duty.reason == "regular"
        handoffs[schedule.pk] = duty.until if duty and regular else None
        ends = _ends(now, schedule.time_zone, handoffs[schedule.pk])
        own = of_schedule.get(schedule.pk)
        key = f"schedule:{schedule.pk}"
        found.append(Target(key, schedule.name, False, schedule.time_zone, ends, own))
    for row in _numbers():
        zone = row.schedule.time_zone if row.schedule else house_zone
        ends = _ends(now, zone, handoffs.get(row.schedule_id))
        name = f"{row.name} ({phone.spaced(str(row.number))})"
        found.append(Target(f"number:{row.pk}", name, True, zone, ends, of_number.get(row.pk)))
    return found


def goals(language: str) -> list[Goal]:
    """Return every active person, then every active service, by name; four queries at most."""
    staff = Staff.objects.filter(active=True).values_list("pk", flat=True)
    services = Service.objects.filter(active=True).values_list("pk", flat=True)
    people = queries.load_assignees(staff, services, language)
    known = colours()
    made = [_goal(who, found, known) for who, found in people.items()]
    return sorted(made, key=lambda goal: (goal.is_service, goal.name.casefold()))


def _numbers() -> Iterable[Any]:
    """Return our numbers; telephony's table, reached by the divert's own relation."""
    model: Any = Divert._meta.get_field("phone_number").related_model
    return model._default_manager.select_related("schedule")  # type: ignore[no-any-return]


def _goal(who: Who, found: Assignee, known: Mapping[Who, str]) -> Goal:
    key = f"staff:{who.staff}" if who.staff else f"service:{who.service}"
    if found.unreachable is None:
        detail = phone.spaced(found.contacts[0].number)
    else:
        detail = str(labels.GAP_REASON[found.unreachable.value])
    reachable = found.unreachable is None
    return Goal(key, found.name, known.get(who, ""), bool(who.service), detail, reachable)


def _ends(now: datetime, zone: str, handoff: datetime | None) -> tuple[End, ...]:
    minute = now.replace(second=0, microsecond=0)
    local = wall.wall(now, zone)
    morning = local.replace(hour=_MORNING, minute=0, second=0, microsecond=0, fold=0)
    made = [
        (f"{n}h", _("For %(hours)d h") % {"hours": n}, minute + timedelta(hours=n)) for n in _HOURS
    ]
    if handoff is not None and handoff > now:
        made.append(("handoff", _("Next handoff"), handoff))
    tomorrow = wall.instant(morning + timedelta(days=1), zone)
    made.append(("tomorrow", _("Tomorrow morning"), tomorrow))
    return tuple(End(key, label, at, whens.when(at, now, zone)) for key, label, at in made)
