"""Who may be rung over the next ninety days: the facts of a route, once for each that differs.

People go on call and off, away and back; numbers and schedules are diverted for a while. Whoever
is away may make a caller wait longer, too: the supervisors' supervisors ring in their place, or a
phone that two people share rings for the other one. So nobody is left out beforehand, and nobody
taken as present: every state of a route that comes is looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property, partial

from scheduling import absences, resolve
from scheduling import queries as scheduling
from scheduling.models import Schedule, Service, Staff
from scheduling.types import Assignee, Diverted, OnCall, Period, Roster, Standing, Who
from telephony import leaves, queries
from telephony.enums import StepKind
from telephony.models import EscalationStep, PhoneNumber
from telephony.plan import NumberSpec, RouteFacts, StepSpec
from telephony.types import Ending
from telephony.ways_out import WaysOut

DAYS = timedelta(days=90)
_MESSAGE = Ending(message=True)
# Who stands at which level, and why.
_Duty = tuple[tuple[int, Who, str], ...]


@dataclass(frozen=True)
class Steps:
    """What a scenario tries; `specs` None is the standard one. `away`: when whom it names is."""

    specs: tuple[StepSpec, ...] | None = None
    repeat: int = 1
    away: absences.Away = field(default_factory=dict)


@dataclass(frozen=True)
class _Rota:
    """The duties of a schedule, each with when it stands; everybody's phones and time off."""

    duties: Mapping[_Duty, Sequence[Period]]
    people: Mapping[Who, Assignee]
    away: absences.Away


@dataclass(frozen=True)
class _Backing:
    """Whom to ring last: the supervisors of the schedule, else those of the organisation."""

    own: tuple[Assignee, ...]
    house: tuple[Assignee, ...]
    away: absences.Away


class Ahead:
    """What may become of calls from an instant (aware) on; everything is read once.

    With `led`, where the keys of menus lead.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.window = Period(now, now + DAYS)
        self.house = scheduling.house()
        self.led = WaysOut()
        self._own_numbers = frozenset(queries.own_numbers())
        self._rotas: dict[int, _Rota] = {}
        self._backings: dict[int | None, _Backing] = {}
        self._steps: dict[int | None, Steps] = {None: Steps()}
        self._members: dict[int, tuple[Assignee | None, absences.Away]] = {}
        self._routes: dict[int | None, list[RouteFacts]] = {}

    def draft(self, rows: Sequence[EscalationStep], repeat: int, scenario: int | None) -> Steps:
        """Return these steps (not saved), and take them as those of the scenario (id) from now on.

        None: of no scenario yet.
        """
        found = self._read_steps(rows, repeat)
        if scenario is not None:
            self._steps[scenario] = found
        return found

    def on_schedule(
        self, number: PhoneNumber, schedule: Schedule | None, steps: Steps | None = None
    ) -> Iterator[RouteFacts]:
        """Yield every route to whoever is on call; with these steps instead of the schedule's."""
        key = schedule.pk if schedule else None
        if steps is not None:
            routes = list(self._scheduled(schedule, steps))
        elif key in self._routes:
            routes = self._routes[key]
        else:
            routes = self._routes[key] = list(self._scheduled(schedule, self._steps_of(schedule)))
        return self._heard(number, routes)

    def diverted(self, number: PhoneNumber) -> Iterator[RouteFacts]:
        """Yield every route to whomever the number is diverted to, for now or later."""
        backing = self._backing(number.schedule)
        base = self._base(None, self._steps_of(number.schedule).repeat)
        for divert, period in self._diverts[number.pk]:
            route, away = replace(base, divert=divert), {**backing.away, **self._goals_away}
            yield from self._heard(number, _states(route, backing, [period], away))

    def members(self, number: PhoneNumber, service: Service) -> Iterator[RouteFacts]:
        """Yield every route to a service's own phones or its members, then to the supervisors."""
        if service.pk not in self._members:
            who = Who(service=service.pk)
            people, gone = scheduling.load_presence([who], self.window)
            self._members[service.pk] = people.get(who), gone
        assignee, away = self._members[service.pk]
        backing = self._backing(None)
        route = replace(self._base(leaves.members_steps(assignee)), service=service.name)
        found = _states(route, backing, [self.window], {**backing.away, **away})
        return self._heard(number, found)

    def extensions(self, number: PhoneNumber) -> Iterator[RouteFacts]:
        """Yield the route to everybody whose extension can be dialled, as if nobody were away."""
        for person in self._extensions:
            yield from self.alone(number, StepSpec(StepKind.STAFF, assignee=person))

    def alone(self, number: PhoneNumber, step: StepSpec) -> Iterator[RouteFacts]:
        """Yield the route that tries one step, and no supervisors after it."""
        return self._heard(number, [self._base((step,))])

    def _base(self, steps: tuple[StepSpec, ...] | None, repeat: int = 1) -> RouteFacts:
        """Return the facts of a route of no number, on which nobody is yet."""
        here = (NumberSpec(), self.house, None, (), _MESSAGE)
        return RouteFacts(*here, steps, repeat, self._own_numbers)

    def _heard(self, number: PhoneNumber, routes: Iterable[RouteFacts]) -> Iterator[RouteFacts]:
        """Yield routes for callers of the number: in each language, where it may make a difference.

        A service and a bare number are spoken to in the caller's, and one may take longer.
        """
        spec = queries.number_spec(number)
        languages = number.languages or self.house.languages
        for route in routes:
            mine = replace(route, number=spec)
            if len(_written(mine)) < 2:
                yield mine
                continue
            for language in languages:
                yield _with_each(mine, partial(_spoken_to, language=language))

    def _scheduled(self, schedule: Schedule | None, steps: Steps) -> Iterator[RouteFacts]:
        backing = self._backing(schedule)
        base = self._base(steps.specs, steps.repeat)
        if schedule is None:
            yield from _states(base, backing, [self.window], {**backing.away, **steps.away})
            return
        rota = self._rota(schedule.pk)
        away = {**backing.away, **steps.away, **rota.away}
        for duty, periods in rota.duties.items():
            route = replace(base, roster=self._roster(schedule.pk, rota, duty))
            yield from _states(route, backing, periods, away)

    def _roster(self, schedule: int, rota: _Rota, duty: _Duty) -> Roster:
        on_call = tuple(
            OnCall(level, rota.people[w], None, self.now, why) for level, w, why in duty
        )
        to = next((each.assignee for each in on_call if each.reason == resolve.DIVERT), None)
        divert = Diverted(0, "", to, self.now, "UTC", "") if to else None
        return Roster(schedule, self.now, on_call, (), (), divert)

    def _rota(self, schedule: int) -> _Rota:
        if schedule not in self._rotas:
            found = scheduling.load_rotas(*self.window, [schedule])
            duties: dict[_Duty, list[Period]] = defaultdict(list)
            for period, standings in resolve.segments(found.facts[schedule], *self.window):
                duties[_duty(standings)].append(period)
            self._rotas[schedule] = _Rota(duties, found.people, found.away)
        return self._rotas[schedule]

    def _backing(self, schedule: Schedule | None) -> _Backing:
        key = schedule.pk if schedule else None
        if key not in self._backings:
            by_schedule, house = scheduling.supervisor_ids([] if key is None else [key])
            own = [] if key is None else by_schedule[key]
            whos = [Who(staff=pk) for pk in (*own, *house)]
            people, away = scheduling.load_presence(whos, self.window)
            self._backings[key] = _Backing(
                scheduling.reachable(people, own), scheduling.reachable(people, house), away
            )
        return self._backings[key]

    def _steps_of(self, schedule: Schedule | None) -> Steps:
        scenario = schedule.scenario if schedule else None
        key = scenario.pk if scenario else None
        if scenario is not None and key not in self._steps:
            rows = queries.steps_of(scenario.pk)
            self._steps[key] = self._read_steps(rows, scenario.repeat)
        return self._steps[key]

    def _read_steps(self, rows: Sequence[EscalationStep], repeat: int) -> Steps:
        people, away = scheduling.load_presence(queries.named(rows), self.window)
        specs = tuple(queries.step_spec(row, people) for row in rows)
        return Steps(specs or None, repeat, away)

    @cached_property
    def _diverts(self) -> Mapping[int, list[tuple[Diverted, Period]]]:
        """Return what diverts our numbers, by number, and when within the window; two queries."""
        rows = [
            row
            for row in scheduling.diverts_from(self.now).exclude(phone_number=None)
            if row.starts_at < self.window.ends_at
        ]
        goals = [scheduling.divert_goal(row) for row in rows]
        people, self._goals_away = scheduling.load_presence(goals, self.window)
        found: dict[int, list[tuple[Diverted, Period]]] = defaultdict(list)
        for row, goal in zip(rows, goals, strict=True):
            period = Period(max(row.starts_at, self.now), min(row.ends_at, self.window.ends_at))
            told = Diverted(row.pk, "", people[goal], row.ends_at, "UTC", "")
            found[row.phone_number_id or 0].append((told, period))
        return found

    @cached_property
    def _extensions(self) -> list[Assignee]:
        rows = Staff.objects.filter(active=True).exclude(extension=None).exclude(extension="")
        whos = [Who(staff=pk) for pk in rows.values_list("pk", flat=True)]
        return list(scheduling.load_people(whos).values())


def _duty(standings: Iterable[Standing]) -> _Duty:
    """Return who can be reached, and the goal of a divert even where it cannot."""
    return tuple(
        (each.level, each.who, each.reason)
        for each in standings
        if each.unreachable is None or each.reason == resolve.DIVERT
    )


def _states(
    route: RouteFacts, backing: _Backing, periods: Iterable[Period], away: absences.Away
) -> Iterator[RouteFacts]:
    """Yield a route for every set of its people who are away at some instant of these periods."""
    concerned = _owners(route, backing)
    comings = absences.Comings({pk: when for pk, when in away.items() if pk in concerned})
    gones = {gone for period in periods for gone in comings.during(period)}
    for gone in sorted(gones, key=sorted):
        yield _without(route, backing, gone)


def _owners(route: RouteFacts, backing: _Backing) -> set[int | None]:
    """Return the people whose phones may ring on a route."""
    assignees = [*backing.own, *backing.house]
    assignees += [step.assignee for step in route.steps or () if step.assignee]
    assignees += [entry.assignee for entry in route.roster.on_call] if route.roster else []
    assignees += [route.divert.to] if route.divert else []
    return {contact.owner_staff for each in assignees for contact in each.contacts}


def _without(route: RouteFacts, backing: _Backing, gone: frozenset[int]) -> RouteFacts:
    own, house = (_there(people, gone) for people in (backing.own, backing.house))
    route = replace(route, supervisors=own or house)
    return _with_each(route, partial(absences.without, gone=gone)) if gone else route


def _there(people: Iterable[Assignee], gone: frozenset[int]) -> tuple[Assignee, ...]:
    return tuple(each for each in people if each.staff not in gone)


def _with_each(route: RouteFacts, change: Callable[[Assignee], Assignee]) -> RouteFacts:
    """Return a route with everybody on it changed; supervisors are people, and stay."""
    steps, roster = route.steps, route.roster
    if steps is not None:
        steps = tuple(
            replace(step, assignee=change(step.assignee)) if step.assignee else step
            for step in steps
        )
    if roster is not None:
        on_call = tuple(replace(entry, assignee=change(entry.assignee)) for entry in roster.on_call)
        roster = replace(roster, on_call=on_call, divert=_to(roster.divert, change))
    return replace(route, steps=steps, roster=roster, divert=_to(route.divert, change))


def _to(divert: Diverted | None, change: Callable[[Assignee], Assignee]) -> Diverted | None:
    return replace(divert, to=change(divert.to)) if divert else None


def _written(route: RouteFacts) -> set[str]:
    """Return the languages in which there are whispers."""
    whispers = (route.house.whisper, route.number.whisper, *(s.whisper for s in route.steps or ()))
    return {language for texts in whispers if texts for language, text in texts.items() if text}


def _spoken_to(assignee: Assignee, language: str) -> Assignee:
    """Return an assignee whose phones are spoken to in a language, but for those of people."""
    contacts = tuple(
        each if each.owner_staff else replace(each, language=language) for each in assignee.contacts
    )
    return replace(assignee, contacts=contacts)
