"""Whose a promise is: whoever is on shift where the call was led to, then the supervisors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from scheduling import queries as scheduling
from scheduling.enums import AnsweredBy
from scheduling.models import (
    OrganisationSupervisor,
    ScheduleSupervisor,
    Service,
    ServiceMember,
    Staff,
)
from scheduling.types import Assignee
from telephony import queries
from telephony.enums import RungKind
from telephony.models import Call
from telephony.promise_rules import Rung


def own(staff: int | None, at: datetime) -> Rung | None:
    """Return a person alone, before all levels of a rota; None for nobody, or who is not there."""
    if staff is None or not Staff.objects.filter(pk=staff, active=True).exists():
        return None
    if staff not in _present([staff], at):
        return None
    return Rung(RungKind.LEVEL, (staff,), 0)


def first(call: Call, service: Service | None, at: datetime) -> Rung | None:
    """Return to whom a promise falls that is made at `at` (aware), None where nobody is there.

    The number of queries does not depend on how many people there are.
    """
    found = on_shift(call, service, at)
    return next(iter(found or supervisors(call, service, at)), None)


def on_shift(call: Call, service: Service | None, at: datetime) -> list[Rung]:
    """Return who is on shift for a call at an instant, level by level.

    That is on the rota that the call was led to; the members of a service that no rota answers; or
    whoever the number was diverted to. Who is away is left out, and of a service the first member
    stands for it.
    """
    if diverted := diverted_to(call):
        return [Rung(RungKind.LEVEL, diverted, 1)]
    if service is not None and service.answered_by != AnsweredBy.SCHEDULE:
        members = _members([service.pk], at).get(service.pk, [])
        return [Rung(RungKind.LEVEL, tuple(members), 1)] if members else []
    schedule = schedule_of(call, service)
    if schedule is None:
        return []
    roster = scheduling.load_roster(schedule, at)
    services = [each.assignee.service for each in roster.on_call if each.assignee.service]
    members_of = _members(services, at)
    rungs = []
    for level, found in groupby(roster.on_call, key=lambda each: each.level):
        people = [_person(each.assignee, members_of) for each in found]
        if staff := tuple(dict.fromkeys(each for each in people if each is not None)):
            rungs.append(Rung(RungKind.LEVEL, staff, level))
    return rungs


def supervisors(call: Call, service: Service | None, at: datetime) -> list[Rung]:
    """Return the supervisors of the call's schedule, then those of the house, at most two rungs.

    Who is away is left out where somebody else is there.
    """
    schedule = schedule_of(call, service)
    own = ScheduleSupervisor.objects.filter(schedule=schedule or 0, staff__active=True)
    house = OrganisationSupervisor.objects.filter(staff__active=True)
    found = [
        (kind, list(rows.order_by("position", "pk").values_list("staff_id", flat=True)))
        for kind, rows in ((RungKind.SCHEDULE, own), (RungKind.HOUSE, house))
    ]
    there = _present([pk for _kind, ids in found for pk in ids], at)
    return [
        Rung(kind, tuple([pk for pk in ids if pk in there] or ids)) for kind, ids in found if ids
    ]


def schedule_of(call: Call, service: Service | None) -> int | None:
    """Return the rota that a call was led to: asked, else its service's, else its number's."""
    asked: int | None = (call.state or {}).get("plan", {}).get("schedule")
    if asked:
        return asked
    if service is not None and service.schedule_id is not None:
        return service.schedule_id
    line = queries.number_of(call)
    return line.schedule_id if line else None


def diverted_to(call: Call) -> tuple[int, ...]:
    """Return the people that a number or rota was diverted to while the call lasted."""
    plan = (call.state or {}).get("plan", {})
    if not plan.get("divert"):
        return ()
    phones = [
        phone
        for stage in plan.get("stages", ())
        if stage.get("reason") == "divert"
        for lane in stage.get("lanes", ())
        for phone in lane
    ]
    ids = list(dict.fromkeys(phone["staff"] for phone in phones if phone.get("staff")))
    there = set(Staff.objects.filter(pk__in=ids, active=True).values_list("pk", flat=True))
    return tuple(pk for pk in ids if pk in there)


def _person(assignee: Assignee, members: dict[int, list[int]]) -> int | None:
    if assignee.staff is not None:
        return assignee.staff
    return next(iter(members.get(assignee.service or 0, ())), None)


def _members(services: Sequence[int], at: datetime) -> dict[int, list[int]]:
    """Return the active members of services who are not away, in order."""
    if not services:
        return {}
    rows = ServiceMember.objects.filter(service__in=services, staff__active=True)
    found = list(rows.order_by("position", "pk").values_list("service_id", "staff_id"))
    there = _present([staff for _service, staff in found], at)
    members: dict[int, list[int]] = {}
    for service, staff in found:
        if staff in there:
            members.setdefault(service, []).append(staff)
    return members


def _present(staff: Iterable[int], at: datetime) -> set[int]:
    ids = set(staff)
    away = scheduling.load_time_off(ids, (at, at + timedelta(microseconds=1)))
    return {
        pk
        for pk in ids
        if not any(period.starts_at <= at < period.ends_at for period in away.get(pk, ()))
    }
