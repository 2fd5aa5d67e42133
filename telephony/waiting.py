"""How long a caller waits at worst, over every roster of the next ninety days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from scheduling import queries as scheduling
from scheduling import resolve
from scheduling.types import Diverted, OnCall, Roster, Who
from telephony import queries
from telephony.models import EscalationScenario, PhoneNumber
from telephony.plan import RouteFacts, make_plan

AHEAD = timedelta(days=90)
_NO_LIMIT = 10**6


def longest_of_number(number: PhoneNumber, now: datetime) -> int:
    """Return the seconds from the first ring to a message or announcement, before any cut.

    The maximum over the rosters of the number's schedule from `now` (aware) for ninety days.
    """
    facts = _facts(number, now)
    return max(make_plan(_without_limit(each)).worst_case_seconds for each in _ahead(facts, now))


def unreached(number: PhoneNumber, now: datetime) -> list[str]:
    """Return whom the hard stop leaves no time for at worst, with any of the same rosters."""
    plans = [make_plan(each) for each in _ahead(_facts(number, now), now)]
    return list(dict.fromkeys(skip.name for plan in plans for skip in plan.cut))


def promised(number: PhoneNumber, now: datetime) -> int:
    """Return the seconds that no caller of this number waits beyond: cut at the hard stop."""
    return min(longest_of_number(number, now), scheduling.house().hard_stop_seconds)


def longest_of_scenario(scenario: EscalationScenario, now: datetime) -> int | None:
    """Return the same over every number that uses the scenario; None when none does."""
    numbers = PhoneNumber.objects.filter(schedule__scenario=scenario)
    used = numbers.select_related("schedule__scenario")
    return max((longest_of_number(number, now) for number in used), default=None)


def _facts(number: PhoneNumber, now: datetime) -> RouteFacts:
    own_numbers = frozenset(queries.phone_numbers())
    return queries.route_facts(number, own_numbers, now, "en")


def _without_limit(facts: RouteFacts) -> RouteFacts:
    return replace(facts, house=replace(facts.house, hard_stop_seconds=_NO_LIMIT))


def _ahead(facts: RouteFacts, now: datetime) -> Iterator[RouteFacts]:
    """Yield the route's facts once for every different roster ahead, diverts included.

    A number's divert ends by itself: every roster counts as if there were none, too.
    """
    yield facts
    facts = replace(facts, divert=None)
    yield facts
    if facts.roster is None:
        return
    rota = scheduling.load_facts(facts.roster.schedule, now, now + AHEAD)
    people = scheduling.load_people(resolve.people(rota))
    duties: set[tuple[tuple[int, Who, str], ...]] = set()
    for _period, standings in resolve.segments(rota, now, now + AHEAD):
        duties.add(tuple((s.level, s.who, s.reason) for s in resolve.reachable(standings)))
    for duty in sorted(duties, key=repr):
        on_call = tuple(OnCall(level, people[who], None, now, why) for level, who, why in duty)
        yield replace(facts, roster=_with(facts.roster, on_call))


def _with(roster: Roster, on_call: tuple[OnCall, ...]) -> Roster:
    """Return the roster with others on call; the goal of a divert comes with its divert."""
    to = next((entry.assignee for entry in on_call if entry.reason == resolve.DIVERT), None)
    divert = Diverted(0, "", to, roster.at, "UTC", "") if to else None
    return replace(roster, on_call=on_call, divert=divert)
