"""One row of the home page for each schedule: who takes the call now, until when, and then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oncall_portal.lib import phone, spans
from oncall_portal.navigation import Face
from scheduling import labels, queries, resolve, whens
from scheduling.outlook import Outlook
from scheduling.types import Assignee, Contact, Period, Standing, Who

_INSTANT = timedelta(microseconds=1)
_DAY = timedelta(days=1)
Segments = list[tuple[Period, tuple[Standing, ...]]]
Sees = Callable[[Contact], bool]


class Now(StrEnum):
    """How a schedule stands at this moment."""

    ON = "on"
    HOLE = "hole"
    OFF = "off"


@dataclass(frozen=True)
class Rung:
    """One level, in the order they ring: the badge's number and the names."""

    level: int
    names: str


@dataclass(frozen=True)
class Then:
    """Who comes next, and when; `who` is "" where nobody does."""

    who: str
    when: str


@dataclass(frozen=True)
class Row:
    """What the home page shows of a schedule."""

    key: int
    name: str
    clock: str
    state: Now
    face: Face | None
    number: str
    is_diverted: bool
    until: str
    left: str
    elapsed: int
    reason: str
    then: Then | None
    ladder: tuple[Rung, ...]
    supervisors: str


def row(seen: Outlook, now: datetime, colours: Mapping[Who, str], sees: Sees) -> Row:
    """Return the row of a schedule at `now`; `sees` tells whose number may be shown whole."""
    zone = seen.schedule.time_zone
    horizon = max((end for _start, end in _ends(seen)), default=now)
    segments = list(resolve.segments(seen.facts, now, horizon))
    standings = resolve.standing(seen.facts, now)
    on_call = resolve.reachable(standings)
    first = next(iter(on_call), None)
    asked = bool(queries.required_periods(seen.schedule, now, now + _INSTANT))
    until = _until(seen, first, segments, now)
    return Row(
        key=seen.schedule.pk,
        name=seen.schedule.name,
        clock=f"{whens.place(zone)}, {whens.when(now, now, zone)}",
        state=Now.ON if first else Now.HOLE if asked else Now.OFF,
        face=_face(seen.people[first.who], first.who, colours) if first else None,
        number=_number(seen.people[first.who], sees) if first else "",
        is_diverted=first is not None and first.reason == resolve.DIVERT,
        until=whens.when(until, now, zone) if until else "",
        left=length(until - now) if until else "",
        elapsed=_elapsed(seen, first, now, until) if first and until else 0,
        reason=_reason(seen, standings) if not first else "",
        then=_then(seen, segments, until, now) if until else None,
        ladder=_ladder(seen, on_call),
        supervisors=", ".join(person.name for person in seen.supervisors),
    )


def length(span: timedelta) -> str:
    """Return how long something lasts still, for reading: "46 min", "10 h 46 min", "3 days"."""
    if span >= 2 * _DAY:
        return ngettext("%(days)d day", "%(days)d days", span.days) % {"days": span.days}
    minutes = int(span.total_seconds() // 60)
    if 0 < minutes < 60:
        return _("%(minutes)d min") % {"minutes": minutes}
    return spans.words(minutes * 60 if minutes else span.total_seconds())


def _ends(seen: Outlook) -> list[tuple[datetime, datetime]]:
    periods = [shift.period for shift in seen.facts.shifts]
    periods += [divert.period for divert in seen.facts.diverts]
    return [(period.starts_at, period.ends_at) for period in periods]


def _until(
    seen: Outlook, first: Standing | None, segments: Segments, now: datetime
) -> datetime | None:
    """Return when the first on call changes; of nobody, when somebody is on call again."""
    if first is not None:
        return resolve.next_change(seen.facts, first.level, now)
    found = (period.starts_at for period, who in segments if resolve.reachable(who))
    return next(found, None)


def _then(seen: Outlook, segments: Segments, until: datetime, now: datetime) -> Then:
    """Return who is first at `until`, and when that is."""
    first = next(
        (
            next(iter(resolve.reachable(standings)), None)
            for period, standings in segments
            if period.starts_at <= until < period.ends_at
        ),
        None,
    )
    name = seen.people[first.who].name if first else ""
    return Then(name, whens.when(until, now, seen.schedule.time_zone))


def _elapsed(seen: Outlook, first: Standing, now: datetime, until: datetime) -> int:
    """Return how much of the turn is over, in per cent."""
    starts = [shift.period.starts_at for shift in seen.facts.shifts if shift.id == first.shift]
    if first.reason == resolve.DIVERT:
        divert = resolve.divert_at(seen.facts, now)
        starts = [divert.period.starts_at] if divert else []
    start = next(iter(starts), now)
    return round(100 * ((now - start) / (until - start))) if until > start else 100


def _reason(seen: Outlook, standings: tuple[Standing, ...]) -> str:
    """Return why nobody can be reached, naming the first who should be."""
    first = next(iter(standings), None)
    if first is None or first.unreachable is None:
        return ""
    words = {"name": seen.people[first.who].name}
    return _("%(name)s: %(reason)s") % {
        **words,
        "reason": labels.GAP_REASON[first.unreachable.value],
    }


def _ladder(seen: Outlook, on_call: tuple[Standing, ...]) -> tuple[Rung, ...]:
    return tuple(
        Rung(level, ", ".join(seen.people[each.who].name for each in found))
        for level, found in groupby(on_call, key=lambda standing: standing.level)
    )


def _face(assignee: Assignee, who: Who, colours: Mapping[Who, str]) -> Face:
    return Face(assignee.name, colours.get(who, ""), who.service is not None)


def _number(assignee: Assignee, sees: Sees) -> str:
    contact = next(iter(assignee.contacts), None)
    if contact is None:
        return ""
    return phone.spaced(contact.number) if sees(contact) else phone.mask(contact.number)
