"""How long a caller waits at worst, over every roster of the next ninety days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import QuerySet

from scheduling import queries as scheduling
from scheduling import resolve
from scheduling.enums import AnsweredBy
from scheduling.models import Schedule
from scheduling.types import Diverted, OnCall, Roster, Who
from telephony import leaves, longest, queries, routing
from telephony.enums import Behaviour, GoalKind
from telephony.leaves import Visit
from telephony.longest import Path
from telephony.models import EscalationScenario, PhoneNumber
from telephony.models.menus import Destination
from telephony.plan import NO_LIMIT, RouteFacts, StepSpec, make_plan
from telephony.types import Ending
from telephony.ways_out import WaysOut

AHEAD = timedelta(days=90)
# One after the other, each with a hard stop of its own: a transfer, then the way out of a menu.
Rounds = tuple[Path, ...]
_Duty = tuple[OnCall, ...]


class Rosters:
    """Who is on call from an instant (aware) for ninety days; each schedule is read once.

    With `led`, where the keys of menus lead, and `own_numbers` (E.164).
    """

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.own_numbers = frozenset(queries.own_numbers())
        self.led = WaysOut()
        self._known: dict[int, list[_Duty]] = {}

    def of(self, schedule: int) -> list[_Duty]:
        """Return every different roster ahead, diverts included."""
        if schedule not in self._known:
            self._known[schedule] = self._read(schedule)
        return self._known[schedule]

    def _read(self, schedule: int) -> list[_Duty]:
        end = self.now + AHEAD
        rota = scheduling.load_facts(schedule, self.now, end)
        people = scheduling.load_people(resolve.people(rota))
        duties: set[tuple[tuple[int, Who, str], ...]] = set()
        for _period, standings in resolve.segments(rota, self.now, end):
            duties.add(tuple((s.level, s.who, s.reason) for s in resolve.reachable(standings)))
        return [
            tuple(OnCall(level, people[who], None, self.now, why) for level, who, why in duty)
            for duty in sorted(duties, key=repr)
        ]


def slowest_of_number(number: PhoneNumber, rosters: Rosters) -> Rounds:
    """Return what makes a caller of the number wait longest, before any cut.

    From the first ring to a message or announcement, with whichever roster takes longest and
    whichever keys lead there; the time that the caller spends in menus is not counted.
    """
    return max(_ways(number, rosters), key=seconds)


def seconds(rounds: Rounds) -> int:
    """Return how long a caller waits in all."""
    return sum(map(longest.seconds, rounds))


def cut(rounds: Rounds, limit: int) -> Path:
    """Return the same in one, each round as the hard stop (seconds) leaves it."""
    return tuple(part for path in rounds for part in longest.cut(path, limit))


def longest_of_number(number: PhoneNumber, now: datetime) -> int:
    """Return the seconds before any cut, with the rosters from `now` (aware) on."""
    return seconds(slowest_of_number(number, Rosters(now)))


def promised(number: PhoneNumber, now: datetime) -> int:
    """Return the seconds that no caller of this number waits beyond: each round cut."""
    limit = scheduling.house().hard_stop_seconds
    return longest.seconds(cut(slowest_of_number(number, Rosters(now)), limit))


def unreached(number: PhoneNumber, now: datetime) -> list[str]:
    """Return whom the hard stop leaves no time for at worst, with any of the same rosters."""
    plans = [make_plan(facts) for facts in _on_call(number, Rosters(now))]
    return list(dict.fromkeys(skip.name for plan in plans for skip in plan.cut))


def longest_of_scenario(scenario: EscalationScenario, now: datetime) -> int | None:
    """Return the same over every number that uses the scenario; None when none does."""
    rosters = Rosters(now)
    paths = [_slowest(_on_call(number, rosters)) for number in users(scenario)]
    return max(map(longest.seconds, paths), default=None)


def users(scenario: EscalationScenario) -> QuerySet[PhoneNumber]:
    """Return the numbers whose own schedule uses the scenario."""
    mine = PhoneNumber.objects.filter(schedule__scenario=scenario)
    on_call = mine.filter(behaviour=Behaviour.ON_CALL.value)
    return on_call.select_related("schedule__scenario").order_by("pk")


def slowest_of_draft(
    number: PhoneNumber, steps: tuple[StepSpec, ...], repeat: int, rosters: Rosters
) -> tuple[Path, RouteFacts]:
    """Return what takes longest if the number's schedule had these steps, with its facts."""
    found = [
        replace(facts, steps=steps, repeat=repeat)
        for facts in _on_call(number, rosters)
        if facts.divert is None and not (facts.roster and facts.roster.divert)
    ]
    worst = max(found, key=lambda facts: longest.seconds(_slowest([facts])))
    return _slowest([worst]), worst


def _ways(number: PhoneNumber, rosters: Rosters) -> Iterator[Rounds]:
    """Yield the slowest way of each kind that a call to the number may take."""
    closed = [_out(number, each, rosters) for each in rosters.led.of_closed_hours(number)]
    menu = [_out(number, each, rosters) for each in rosters.led.of_menu(number)]
    yield from ((path,) for path in closed)
    match Behaviour(number.behaviour):
        case Behaviour.ON_CALL:
            yield (_slowest(_on_call(number, rosters)),)
        case Behaviour.SMART_VOICEMAIL:
            yield (max(menu, key=longest.seconds, default=()),)
        case Behaviour.TRANSFER:
            yield (_transfer(number, rosters, leaves.TRANSFER_SECONDS),)
        case Behaviour.TRANSFER_THEN_VOICEMAIL:
            first = _transfer(number, rosters, routing.TRANSFER_FIRST_SECONDS)
            yield (first, max(menu, key=longest.seconds, default=()))


def _out(number: PhoneNumber, led: Destination, rosters: Rosters) -> Path:
    """Return the slowest way on from the end of a menu."""
    visit = _visit(number, rosters)
    match GoalKind(led.kind):
        case GoalKind.SCHEDULE:
            return _slowest(_on_schedule(visit, led.schedule, rosters))
        case GoalKind.SERVICE if led.service is not None and led.service.active:
            routes: Iterable[RouteFacts] = [leaves.members(visit, led.service, None)]
            if led.service.answered_by == AnsweredBy.SCHEDULE:
                routes = _on_schedule(visit, led.service.schedule, rosters)
            return _slowest(replace(facts, service=led.service.name) for facts in routes)
        case GoalKind.SERVICE:
            return _slowest(_on_schedule(visit, number.schedule, rosters))
        case GoalKind.TRANSFER:
            called = str(led.transfer_number)
            route = leaves.transfer(visit, called, leaves.TRANSFER_SECONDS, Ending(message=True))
            return longest.slowest(route)
        case GoalKind.DIAL_EXTENSION:
            return _slowest(leaves.extensions(visit))
    return ()


def _visit(number: PhoneNumber, rosters: Rosters) -> Visit:
    return Visit(number, rosters.own_numbers, "", rosters.now, "en")


def _transfer(number: PhoneNumber, rosters: Rosters, standard_seconds: int) -> Path:
    ring = number.inbound_timeout or standard_seconds
    called = str(number.forwarding_number)
    visit = _visit(number, rosters)
    return longest.slowest(leaves.transfer(visit, called, ring, Ending(message=False)))


def _on_call(number: PhoneNumber, rosters: Rosters) -> Iterator[RouteFacts]:
    facts = queries.route_facts(number, rosters.own_numbers, rosters.now, "en")
    return _ahead(facts, rosters)


def _on_schedule(visit: Visit, schedule: Schedule | None, rosters: Rosters) -> Iterator[RouteFacts]:
    facts = queries.schedule_facts(
        visit.number, schedule, None, visit.own_numbers, visit.at, visit.language
    )
    return _ahead(facts, rosters)


def _slowest(routes: Iterable[RouteFacts]) -> Path:
    paths = (longest.slowest(make_plan(_without_limit(facts))) for facts in routes)
    return max(paths, key=longest.seconds, default=())


def _without_limit(facts: RouteFacts) -> RouteFacts:
    return replace(facts, house=replace(facts.house, hard_stop_seconds=NO_LIMIT))


def _ahead(facts: RouteFacts, rosters: Rosters) -> Iterator[RouteFacts]:
    """Yield the route's facts once for every different roster ahead.

    A number's divert ends by itself: every roster counts as if there were none, too.
    """
    yield facts
    facts = replace(facts, divert=None)
    yield facts
    if facts.roster is None:
        return
    for on_call in rosters.of(facts.roster.schedule):
        yield replace(facts, roster=_with(facts.roster, on_call))


def _with(roster: Roster, on_call: _Duty) -> Roster:
    """Return the roster with others on call; the goal of a divert comes with its divert."""
    to = next((entry.assignee for entry in on_call if entry.reason == resolve.DIVERT), None)
    divert = Diverted(0, "", to, roster.at, "UTC", "") if to else None
    return replace(roster, on_call=on_call, divert=divert)
