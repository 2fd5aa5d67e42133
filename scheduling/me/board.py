"""What the page of staff shows: my duties and who stands beside me, offers, those of others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from scheduling import duties, horizon, labels, queries, swap_letters, wall, whens
from scheduling.enums import SwapState
from scheduling.models import Schedule, Staff, SwapRequest, TimeOff
from scheduling.types import Assignee, Period, Who

WEEKS = timedelta(weeks=6)
BEYOND = timedelta(days=31)  # a duty that begins within the weeks shown is shown to its end
_DAY = timedelta(days=1)
_MIDNIGHT = time()


@dataclass(frozen=True)
class Beside:
    """Somebody who stands there at the same time."""

    level: int
    name: str


@dataclass(frozen=True)
class Duty:
    """Somebody's stretch on a shift; `shift` None: no row is behind it, so it cannot be swapped.

    `trouble` says why this person cannot be reached then.
    """

    shift: int | None
    schedule: Schedule
    level: int
    who: Who
    name: str
    period: Period
    trouble: str = ""
    beside: tuple[Beside, ...] = ()

    @property
    def since(self) -> str:
        """Its first instant, as an address says it."""
        return self.period.starts_at.isoformat()

    @property
    def weekday(self) -> str:
        """The day it starts: "Tue"."""
        return whens.said(self._start, "D")

    @property
    def number(self) -> int:
        """The day of the month."""
        return self._start.day

    @property
    def month(self) -> str:
        """The month: "Jan"."""
        return whens.said(self._start, "M")

    @property
    def times(self) -> str:
        """From when to when: "18:00 → 08:00", with the day of its end where it is far."""
        zone, end = self.schedule.time_zone, self.period.ends_at
        near = end - self.period.starts_at <= _DAY
        until = f"{wall.wall(end, zone):%H:%M}" if near else whens.day(end, zone)
        return f"{self._start:%H:%M} → {until}"

    @property
    def span(self) -> str:
        """From when to when, with the day."""
        return whens.span(self.period.starts_at, self.period.ends_at, self.schedule.time_zone)

    @property
    def _start(self) -> datetime:
        return wall.wall(self.period.starts_at, self.schedule.time_zone)


@dataclass(frozen=True)
class Offer:
    """An open offer in words."""

    row: SwapRequest
    place: str
    in_return: str
    asked: str


@dataclass(frozen=True)
class Board:
    """All that the page shows of the rota to one person, at `now`."""

    now: datetime
    duties: tuple[Duty, ...]
    colleagues: tuple[Duty, ...]
    to_me: tuple[Offer, ...]
    mine: tuple[Offer, ...]

    @property
    def running(self) -> list[tuple[Duty, str]]:
        """What the person is on call for now, and until when in words."""
        return [
            (duty, whens.when(duty.period.ends_at, self.now, duty.schedule.time_zone))
            for duty in self.duties
            if duty.period.starts_at <= self.now
        ]

    @property
    def coming(self) -> list[Duty]:
        """What lies ahead."""
        return [duty for duty in self.duties if duty.period.starts_at > self.now]

    @property
    def on_offer(self) -> set[int]:
        """The shifts that the person has offered."""
        return {offer.row.shift_id for offer in self.mine}


def board(person: Staff, now: datetime, language: str) -> Board:
    """Return what the page shows to a person; the same number of queries, whatever there is."""
    start = horizon.whole_minute(now)
    found = _all_duties(person, start, language)
    me = Who(staff=person.pk)
    return Board(
        start,
        tuple(_with_others(duty, found) for duty in found if duty.who == me),
        tuple(duty for duty in found if duty.who != me and duty.who.staff and duty.shift),
        tuple(_offer(row) for row in _open_offers(offered_to=person) if _ahead(row, start)),
        tuple(_offer(row) for row in _open_offers(requested_by=person) if _ahead(row, start)),
    )


def away_words(row: TimeOff, zone: str) -> str:
    """Return when a person is away: whole days without times, "Mon 11 Jan to Tue 12 Jan"."""
    start, end = (wall.wall(at, zone) for at in (row.starts_at, row.ends_at))
    if start.time() != _MIDNIGHT or end.time() != _MIDNIGHT:
        return whens.span(row.starts_at, row.ends_at, zone)
    first, last = (whens.said(day, "D j M") for day in (start, end - _DAY))
    return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}


def _all_duties(person: Staff, start: datetime, language: str) -> list[Duty]:
    """Return everybody's coming stretches on the schedules of a person, in order."""
    keys = queries.schedules_of(person.pk, start)
    schedules = {row.pk: row for row in Schedule.objects.filter(pk__in=keys)}
    end = start + WEEKS + BEYOND
    rotas = queries.load_rotas(start, end, schedules, (), language)
    found = [
        duty
        for pk, facts in rotas.facts.items()
        for duty in _duties(duties.stretches(facts, start, end), schedules[pk], rotas.people)
        if duty.period.starts_at < start + WEEKS
    ]
    return sorted(found, key=lambda d: (d.period.starts_at, d.schedule.name, d.level, d.name))


def _duties(
    found: Iterable[duties.Stretch], schedule: Schedule, people: Mapping[Who, Assignee]
) -> Iterable[Duty]:
    for standing, period in found:
        trouble = standing.unreachable
        yield Duty(
            standing.shift,
            schedule,
            standing.level,
            standing.who,
            people[standing.who].name,
            period,
            str(labels.GAP_REASON[trouble.value]) if trouble else "",
        )


def _with_others(duty: Duty, found: Iterable[Duty]) -> Duty:
    """Return a duty with those who stand there at the same time."""
    beside = {
        Beside(other.level, other.name)
        for other in found
        if other.schedule == duty.schedule
        and other.who != duty.who
        and other.period.starts_at < duty.period.ends_at
        and duty.period.starts_at < other.period.ends_at
    }
    ordered = sorted(beside, key=lambda each: (each.level, each.name))
    return Duty(**{**vars(duty), "beside": tuple(ordered)})


def _open_offers(**whose: Staff) -> QuerySet[SwapRequest]:
    rows = SwapRequest.objects.filter(state=SwapState.OPEN.value, **whose)
    related = ("shift__schedule", "in_return_for", "requested_by")
    return rows.select_related(*related).prefetch_related("offered_to").order_by("pk")


def _ahead(row: SwapRequest, now: datetime) -> bool:
    return swap_letters.period_of(row).ends_at > now


def _offer(row: SwapRequest) -> Offer:
    schedule, other = row.shift.schedule, row.in_return_for
    returned = swap_letters.place(other, schedule, swap_letters.whole_of(other)) if other else ""
    return Offer(
        row,
        swap_letters.place(row.shift, schedule, swap_letters.period_of(row)),
        returned,
        ", ".join(person.name for person in row.offered_to.all()),
    )
