"""How long a caller waits at worst, over every way that a call may take in the next ninety days."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from scheduling.enums import AnsweredBy
from scheduling.models import Schedule
from telephony import leaves, longest, routing
from telephony.ahead import Ahead, Steps
from telephony.enums import Behaviour, GoalKind
from telephony.longest import Path
from telephony.models import EscalationScenario, PhoneNumber
from telephony.models.menus import Destination
from telephony.plan import NO_LIMIT, RouteFacts, make_plan

# One after the other, each with a hard stop of its own: a transfer, then the way out of a menu.
Rounds = tuple[Path, ...]


@dataclass(frozen=True)
class Branch:
    """A way that a call may take: any of these routes, by whose scenario (id), if any.

    `before` is rung first: the number that calls are transferred to before the menu.
    """

    routes: Iterable[RouteFacts] = ()
    scenario: int | None = None
    before: Sequence[RouteFacts] = ()


@dataclass(frozen=True)
class Way:
    """What takes longest on a branch, before any cut."""

    rounds: Rounds
    scenario: int | None = None

    @property
    def last(self) -> Path:
        """Return the route itself, without what is rung before it."""
        return self.rounds[-1]


def ways(number: PhoneNumber, ahead: Ahead) -> list[Way]:
    """Return the slowest way of each branch that a call to the number may take.

    From the first ring to a message or announcement, with whoever is on call or away then; the
    time that the caller spends in menus is not counted.
    """
    return [_slowest_way(branch) for branch in _branches(number, ahead)]


def slowest(found: Iterable[Way], limit: int) -> Rounds:
    """Return the rounds that take longest once each is cut at the hard stop (seconds)."""
    each = (way.rounds for way in found)
    return max(each, key=lambda r: (longest.seconds(cut(r, limit)), seconds(r)), default=((),))


def seconds(rounds: Rounds) -> int:
    """Return how long a caller waits in all."""
    return sum(map(longest.seconds, rounds))


def cut(rounds: Rounds, limit: int) -> Path:
    """Return the same in one, each round as the hard stop (seconds) leaves it."""
    return tuple(part for path in rounds for part in longest.cut(path, limit))


def longest_of_number(number: PhoneNumber, now: datetime) -> int:
    """Return the seconds before any cut, from `now` (aware) on."""
    return max((seconds(way.rounds) for way in ways(number, Ahead(now))), default=0)


def promised(number: PhoneNumber, now: datetime) -> int:
    """Return the seconds that no caller of this number waits beyond: each round cut."""
    ahead = Ahead(now)
    limit = ahead.house.hard_stop_seconds
    return longest.seconds(cut(slowest(ways(number, ahead), limit), limit))


def unreached(number: PhoneNumber, now: datetime) -> list[str]:
    """Return whom the hard stop leaves no time for at worst, on any of the same ways."""
    plans = [
        make_plan(facts)
        for branch in _branches(number, Ahead(now))
        for facts in (*branch.before, *branch.routes)
    ]
    return list(dict.fromkeys(skip.name for plan in plans for skip in plan.cut))


def longest_of_scenario(scenario: EscalationScenario, now: datetime) -> int | None:
    """Return the same over every number that uses the scenario; None when none does."""
    ahead = Ahead(now)
    paths = [
        _slowest(branch.routes)
        for number in users(scenario, ahead)
        for branch in _branches(number, ahead)
        if branch.scenario == scenario.pk
    ]
    return max(map(longest.seconds, paths), default=None)


def users(scenario: EscalationScenario, ahead: Ahead) -> list[PhoneNumber]:
    """Return the numbers whose calls may come to a schedule with this scenario."""
    return [
        number
        for number in numbers()
        if any(each.scenario_id == scenario.pk for each in ahead.led.schedules(number))
    ]


def numbers(ahead: Ahead | None = None, schedules: Collection[int] = ()) -> list[PhoneNumber]:
    """Return every number; with `ahead`, those whose calls may come to one of these schedules."""
    rows = PhoneNumber.objects.select_related("schedule__scenario").order_by("pk")
    if ahead is None:
        return list(rows)
    return [n for n in rows if any(s.pk in schedules for s in ahead.led.schedules(n))]


def slowest_of_draft(
    number: PhoneNumber, steps: Steps, scenario: int | None, ahead: Ahead
) -> tuple[Path, RouteFacts]:
    """Return what takes longest if the scenario (id) had these steps, with its facts.

    None: if the number's own schedule used it.
    """
    if scenario is None:
        routes = list(ahead.on_schedule(number, number.schedule, steps))
    else:
        found = [each for each in _branches(number, ahead) if each.scenario == scenario]
        routes = [route for branch in found for route in branch.routes]
    # a divert takes the place of steps, and the page tells of each
    plain = [route for route in routes if not (route.roster and route.roster.divert)]
    worst = max(plain or routes, key=lambda facts: longest.seconds(_slowest([facts])))
    return _slowest([worst]), worst


def _branches(number: PhoneNumber, ahead: Ahead) -> Iterator[Branch]:
    """Yield every way that a call to the number may take, at whatever hour.

    A divert goes before all else, and ends by itself: the rest counts as if there were none.
    """
    yield Branch(ahead.diverted(number))
    for led in ahead.led.of_closed_hours(number):
        yield _out(number, led, ahead)
    menu = (_out(number, led, ahead) for led in ahead.led.of_menu(number))
    match Behaviour(number.behaviour):
        case Behaviour.ON_CALL:
            yield _scheduled(number, number.schedule, ahead)
        case Behaviour.SMART_VOICEMAIL:
            yield from menu
        case Behaviour.TRANSFER:
            yield Branch(_transfer(number, leaves.TRANSFER_SECONDS, ahead))
        case Behaviour.TRANSFER_THEN_VOICEMAIL:
            first = _transfer(number, routing.TRANSFER_FIRST_SECONDS, ahead)
            yield from (replace(each, before=first) for each in (Branch(), *menu))


def _out(number: PhoneNumber, led: Destination, ahead: Ahead) -> Branch:
    """Return the way on from the end of a menu."""
    service = led.service
    match GoalKind(led.kind):
        case GoalKind.SCHEDULE:
            return _scheduled(number, led.schedule, ahead)
        case GoalKind.SERVICE if service is not None and service.active:
            if service.answered_by != AnsweredBy.SCHEDULE:
                return Branch(ahead.members(number, service))
            branch = _scheduled(number, service.schedule, ahead)
            named = (replace(facts, service=service.name) for facts in branch.routes)
            return replace(branch, routes=named)
        case GoalKind.SERVICE:
            return _scheduled(number, number.schedule, ahead)
        case GoalKind.TRANSFER:
            called = str(led.transfer_number)
            step = leaves.transfer_step(number, called, leaves.TRANSFER_SECONDS, "en")
            return Branch(ahead.alone(number, step))
        case GoalKind.DIAL_EXTENSION:
            return Branch(ahead.extensions(number))
    return Branch()


def _scheduled(number: PhoneNumber, schedule: Schedule | None, ahead: Ahead) -> Branch:
    routes = ahead.on_schedule(number, schedule)
    return Branch(routes, schedule.scenario_id if schedule else None)


def _transfer(number: PhoneNumber, standard_seconds: int, ahead: Ahead) -> list[RouteFacts]:
    ring = number.inbound_timeout or standard_seconds
    step = leaves.transfer_step(number, str(number.forwarding_number), ring, "en")
    return list(ahead.alone(number, step))


def _slowest_way(branch: Branch) -> Way:
    before = (_slowest(branch.before),) if branch.before else ()
    return Way((*before, _slowest(branch.routes)), branch.scenario)


def _slowest(routes: Iterable[RouteFacts]) -> Path:
    paths = (longest.slowest(make_plan(_without_limit(facts))) for facts in routes)
    return max(paths, key=longest.seconds, default=())


def _without_limit(facts: RouteFacts) -> RouteFacts:
    return replace(facts, house=replace(facts.house, hard_stop_seconds=NO_LIMIT))
