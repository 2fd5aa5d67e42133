"""The longest wait of every number and scenario, kept in their rows for whoever looks at them."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime

from django.db.models import Q

from oncall_portal.lib import acting
from scheduling.queries import house
from telephony import longest, waiting
from telephony.enums import Behaviour
from telephony.longest import Path
from telephony.models import EscalationScenario, PhoneNumber

logger = logging.getLogger(__name__)


def reach_changed(schedules: frozenset[int] | None) -> None:
    """Keep anew what a change of these schedules may have moved; None: of anything."""
    refresh(acting.act().at, schedules)


def refresh(now: datetime, schedules: Collection[int] | None = None) -> int:
    """Keep the longest waits as they are from `now` (aware) for ninety days; return what moved.

    Of the numbers that these schedules, or others with the same scenario, answer; None: of all.
    Each schedule is read once. No version counts up, and whoever calls meanwhile waits for
    nothing.
    """
    limit = house().hard_stop_seconds
    rosters = waiting.Rosters(now)
    by_scenario: dict[int, Path] = {}
    moved = 0
    for number in _numbers(schedules):
        rounds = waiting.slowest_of_number(number, rosters)
        moved += _keep(number, waiting.cut(rounds, limit))
        scenario = _scenario_of(number)
        if scenario is not None:
            known = by_scenario.get(scenario, ())
            by_scenario[scenario] = max(known, *rounds, key=longest.seconds)
    for row in _scenarios(schedules):
        moved += _keep(row, by_scenario.get(row.pk))
    if moved:
        logger.info("worst_cases_moved count=%s", moved)
    return moved


def _numbers(schedules: Collection[int] | None) -> Iterable[PhoneNumber]:
    rows = PhoneNumber.objects.select_related("schedule__scenario").order_by("pk")
    if schedules is None:
        return rows
    shared = EscalationScenario.objects.filter(schedules__in=schedules)
    mine = Q(schedule__in=schedules) | Q(schedule__scenario__in=shared)
    return rows.filter(mine | ~Q(behaviour=Behaviour.ON_CALL.value))


def _scenarios(schedules: Collection[int] | None) -> Iterable[EscalationScenario]:
    rows = EscalationScenario.objects.order_by("pk")
    return rows if schedules is None else rows.filter(schedules__in=schedules).distinct()


def _scenario_of(number: PhoneNumber) -> int | None:
    """Return the scenario that decides how long the number rings; None: no scenario does."""
    if number.behaviour != Behaviour.ON_CALL.value or number.schedule is None:
        return None
    return number.schedule.scenario_id


def _keep(row: PhoneNumber | EscalationScenario, path: Path | None) -> bool:
    seconds = None if path is None else longest.seconds(path)
    parts = [asdict(part) for part in path or ()]
    if (row.worst_case_seconds, row.worst_case_path) == (seconds, parts):
        return False
    rows = type(row)._default_manager.filter(pk=row.pk)
    return bool(rows.update(worst_case_seconds=seconds, worst_case_path=parts))
