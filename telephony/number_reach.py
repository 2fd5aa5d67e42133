"""Who can be reached when, of all whom the callers of our numbers may be led to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from oncall_portal.lib import dialling
from scheduling import absences, coverage, periods, queries, resolve
from scheduling.enums import AnsweredBy, GapReason
from scheduling.models import Schedule, ServiceMember
from scheduling.types import Assignee, Period, ScheduleFacts, Who
from telephony.enums import StepKind
from telephony.models import EscalationStep
from telephony.number_goals import Goals, Led


@dataclass(frozen=True)
class Rung:
    """Whom a scenario rings: whoever stands at a level, and people and services by name."""

    levels: bool
    named: tuple[Who, ...]


@dataclass(frozen=True)
class Hole:
    """When nobody is reached, on which rota or service, and what to change."""

    name: str
    mend: str
    stretches: list[Period]


class Reach:
    """Who can be reached when within a window, read at once for many numbers.

    By the numbers that may be dialled: somebody with none but those of other countries cannot.
    """

    def __init__(self, led: Iterable[Led], window: Period, language: str) -> None:
        self.window = window
        found = list(led)
        schedules = {pk: row for each in found for pk, row in each.schedules.items()}
        self.own, self.house = queries.supervisor_ids(schedules)
        self.rung = _rung(schedules.values())
        also = {Who(service=pk) for each in found for pk in each.services}
        also |= {who for rung in self.rung.values() for who in rung.named}
        self.diverts = _diverts(window)
        also |= {goal for diverts in self.diverts.values() for goal, _period in diverts}
        also |= {Who(staff=pk) for pks in (self.house, *self.own.values()) for pk in pks}
        rotas = queries.load_rotas(*window, schedules, also, language)
        countries = queries.house().countries
        self.people = {who: _dialled(one, countries) for who, one in rotas.people.items()}
        self.on_rota = {pk: resolve.people(facts) for pk, facts in rotas.facts.items()}
        self.members = _members(self.people)
        self._away = absences.of(self.people, rotas.away)
        self._intended = queries.intended_gaps(schedules, *window)
        self._holes = self._of_rotas(rotas.facts, rotas.people)

    def nobody(self, goals: Goals, number: int) -> Iterator[Hole]:
        """Yield when callers of a number (its id) who come to these goals would reach nobody."""
        if goals.house and (gone := self.gone(Who(staff=pk) for pk in self.house)):
            yield Hole(_("no schedule"), f"number:{number}", gone)
        for schedule in goals.schedules:
            if stretches := self._on(schedule):
                yield Hole(schedule.name, f"schedule:{schedule.pk}", stretches)
        for pk in goals.services:
            who = Who(service=pk)
            if gone := self.gone([who]):
                yield Hole(self.people[who].name, f"service:{pk}", gone)

    def diverted(self, number: int) -> Iterator[Hole]:
        """Yield when callers of a number (its id) are diverted to where nobody is reached."""
        for goal, period in self.diverts.get(number, ()):
            if gone := periods.intersect([period], self.gone([goal])):
                yield Hole(_("divert"), f"number:{number}", gone)

    def gone(self, whos: Iterable[Who]) -> list[Period]:
        """Return when none of these can be reached: of nobody, always."""
        found = [self.window]
        for who in whos:
            if self.people[who].unreachable is None:
                found = periods.intersect(found, self._away.get(who, ()))
        return found

    def supervisors(self, led: Led) -> set[int]:
        """Return the ids of those who are rung last: of the schedules, or of the house."""
        last = {pk for schedule in led.schedules for pk in self.own[schedule] or self.house}
        return last if led.schedules else set(self.house)

    def whom(self, led: Led, number: int) -> set[Who]:
        """Return everybody who may be rung for the callers of a number (its id)."""
        named = (self.rung.get(row.scenario_id or 0) for row in led.schedules.values())
        found = {Who(service=pk) for pk in led.services}
        found |= {Who(staff=pk) for pk in self.supervisors(led)}
        found |= {goal for goal, _period in self.diverts.get(number, ())}
        found |= {who for rung in named if rung for who in rung.named}
        found = found.union(*(self.on_rota[pk] for pk in led.schedules))
        return found | {member for who in found for member in self.members.get(who, ())}

    def _on(self, schedule: Schedule) -> list[Period]:
        """Return when whoever asks for a schedule reaches nobody, but where that is intended.

        A scenario that rings no level asks no rota; one that names nobody either says by itself
        that nobody but the supervisors is sought.
        """
        rung = self.rung.get(schedule.scenario_id or 0, Rung(levels=True, named=()))
        found = self._holes[schedule.pk] if rung.levels else [self.window]
        if rung.named:
            found = periods.intersect(found, self.gone(rung.named))
        elif not rung.levels:
            return []
        return periods.subtract(found, self._intended[schedule.pk])

    def _of_rotas(
        self, rotas: Mapping[int, ScheduleFacts], written: Mapping[Who, Assignee]
    ) -> dict[int, list[Period]]:
        """Return the holes of every rota, whether or not it must be covered then.

        The database knows them, but for those of people with numbers that are not dialled.
        """
        found = queries.load_holes(dict.fromkeys(rotas, (self.window,)), *self.window)
        fewer = {who for who, one in self.people.items() if one.contacts != written[who].contacts}
        for pk in rotas:
            if theirs := fewer & self.on_rota[pk]:
                facts = replace(
                    rotas[pk],
                    unreachable={**rotas[pk].unreachable, **self._never(theirs)},
                    absences={who: self._away.get(who, ()) for who in self.on_rota[pk]},
                )
                found[pk] = coverage.gaps(facts, [self.window], *self.window)
        return {pk: periods.merge(gap.period for gap in gaps) for pk, gaps in found.items()}

    def _never(self, whos: Iterable[Who]) -> dict[Who, GapReason]:
        found = ((who, self.people[who].unreachable) for who in whos)
        return {who: reason for who, reason in found if reason is not None}


def _dialled(assignee: Assignee, countries: tuple[str, ...]) -> Assignee:
    """Return somebody with the numbers only that may be dialled."""
    left = tuple(
        contact
        for contact in assignee.contacts
        if dialling.refusal(contact.number, countries) is None
    )
    if left == assignee.contacts:
        return assignee
    return replace(assignee, contacts=left, unreachable=None if left else GapReason.NO_NUMBER)


def _rung(schedules: Iterable[Schedule]) -> dict[int, Rung]:
    """Return whom the scenarios of these schedules ring, by id; one query."""
    steps: dict[int, list[EscalationStep]] = defaultdict(list)
    scenarios = {schedule.scenario_id for schedule in schedules} - {None}
    for step in EscalationStep.objects.filter(scenario__in=scenarios):
        steps[step.scenario_id].append(step)
    return {
        pk: Rung(
            levels=any(step.kind == StepKind.LEVEL for step in rows),
            named=tuple(
                Who(step.staff_id, step.service_id)
                for step in rows
                if step.kind in (StepKind.STAFF, StepKind.SERVICE)
            ),
        )
        for pk, rows in steps.items()
    }


def _diverts(window: Period) -> dict[int, list[tuple[Who, Period]]]:
    """Return where to and when numbers are diverted, by id; one query."""
    rows = queries.diverts_from(window.starts_at).exclude(phone_number=None)
    found: dict[int, list[tuple[Who, Period]]] = defaultdict(list)
    for row in rows.filter(period__startswith__lt=window.ends_at):
        for period in periods.intersect([window], [Period(row.starts_at, row.ends_at)]):
            found[row.phone_number_id or 0].append((queries.divert_goal(row), period))
    return found


def _members(people: Iterable[Who]) -> dict[Who, list[Who]]:
    """Return who answers for services, where it is not these themselves; one query."""
    services = {who.service for who in people} - {None}
    rows = ServiceMember.objects.filter(service__in=services, service__active=True)
    found: dict[Who, list[Who]] = defaultdict(list)
    for row in rows.exclude(service__answered_by=AnsweredBy.NUMBERS.value):
        found[Who(service=row.service_id)].append(Who(staff=row.staff_id))
    return found
