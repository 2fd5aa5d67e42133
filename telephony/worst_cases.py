"""The longest wait of every number and scenario, kept in their rows for whoever looks at them."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime

from oncall_portal.lib import acting
from scheduling.models import Schedule
from telephony import longest, waiting
from telephony.ahead import Ahead
from telephony.longest import Path
from telephony.models import EscalationScenario, PhoneNumber

logger = logging.getLogger(__name__)


def reach_changed(schedules: frozenset[int] | None) -> None:
    """Keep anew what a change of these schedules may have moved; None: of anything."""
    refresh(acting.act().at, schedules)


def refresh(now: datetime, schedules: Collection[int] | None = None) -> int:
    """Keep the longest waits as they are from `now` (aware) for ninety days; return what moved.

    Of the numbers whose calls may come to these schedules, or to others with the same scenario;
    None: of all.
    Each schedule is read once. No version counts up, and whoever calls meanwhile waits for
    nothing.
    """
    ahead = Ahead(now)
    limit = ahead.house.hard_stop_seconds
    by_scenario: dict[int, Path] = {}
    moved = 0
    for number in _numbers(schedules, ahead):
        ways = waiting.ways(number, ahead)
        moved += _keep(number, waiting.cut(waiting.slowest(ways, limit), limit))
        for way in ways:
            if way.scenario is not None:
                known = by_scenario.get(way.scenario, ())
                by_scenario[way.scenario] = max(known, way.last, key=longest.seconds)
    for row in _scenarios(schedules):
        moved += _keep(row, by_scenario.get(row.pk))
    if moved:
        logger.info("worst_cases_moved count=%s", moved)
    return moved


def _numbers(schedules: Collection[int] | None, ahead: Ahead) -> Iterable[PhoneNumber]:
    if schedules is None:
        return waiting.numbers()
    shared = Schedule.objects.filter(scenario__schedules__in=schedules)
    return waiting.numbers(ahead, {*schedules, *shared.values_list("pk", flat=True)})


def _scenarios(schedules: Collection[int] | None) -> Iterable[EscalationScenario]:
    rows = EscalationScenario.objects.order_by("pk")
    return rows if schedules is None else rows.filter(schedules__in=schedules).distinct()


def _keep(row: PhoneNumber | EscalationScenario, path: Path | None) -> bool:
    seconds = None if path is None else longest.seconds(path)
    parts = [asdict(part) for part in path or ()]
    if (row.worst_case_seconds, row.worst_case_path) == (seconds, parts):
        return False
    rows = type(row)._default_manager.filter(pk=row.pk)
    return bool(rows.update(worst_case_seconds=seconds, worst_case_path=parts))
