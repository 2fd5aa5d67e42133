"""How fast a caller is routed and answered, measured in a database of its own.

The number has a menu of three levels with nine keys each, which leads to a scenario of six steps.
`python -m benchmarks.phone_figures` ends by saying the figures, as JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from functools import partial

from django.db import connection

from benchmarks import answers
from benchmarks.figures import Figure, at_least, at_most, compared, under
from benchmarks.measure import alone, own_database, replay, sent_by, typically
from oncall_portal.lib import clock
from scheduling.models import Shift, Staff
from telephony import leaves, menu_trees, menus, worst_cases
from telephony.leaves import Visit
from telephony.models import Menu, PhoneNumber
from telephony.tests import hostile
from telephony.types import Leaf, Place, Plan
from tests.menu_house import menu_of, people_elsewhere

FEW, MANY, TIMES, PLAN_S = 10, 10_000, 200, 0.005
LEVELS, STEPS = 3, 6
# A manager's save waits for it.
DAYS, SHIFTS_A_DAY, SAVE_S = 90, 4, 1.0


def main() -> int:
    """Measure everything, and say it."""
    with own_database():
        menu_of(options=9, people=FEW)
        plan = _leaf()
        few = len(sent_by(plan))
        people_elsewhere(MANY)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as the database itself does soon after so many rows
        found = [*_planning(plan, few), _worst_case(), *_answering()]
    sys.stderr.write(f"\n{json.dumps([asdict(figure) for figure in found])}\n")
    return 0


def _leaf() -> Callable[[], Plan | None]:
    """Return what plans the route of somebody who pressed 1 on all three levels."""
    number = PhoneNumber.objects.get()
    root = Menu.objects.get(parent=None).pk
    lowest = Menu.objects.order_by("pk")[LEVELS - 1].pk
    tree = menu_trees.tree(menu_trees.latest(root, clock.now()), ("en",))
    place = menus.enter(tree)
    assert isinstance(place, Place)  # noqa: S101 - else it is no measurement
    leaf = Leaf(place, tree.menus[lowest].keys["1"], None)
    own = frozenset({str(number.number)})
    visit = Visit(number, own, f"+{hostile.CALLER}", clock.now(), "en")
    return partial(leaves.plan, visit, leaf)


def _planning(plan: Callable[[], Plan | None], few: int) -> list[Figure]:
    route = plan()
    assert route is not None and len(route.stages) == STEPS  # noqa: S101, PT018 - else it is no measurement
    with alone() as cursor:
        sent = sent_by(plan)
        bare = typically(partial(replay, cursor, sent), TIMES)
        one = typically(partial(replay, cursor, [("SELECT 1", None)]), TIMES)
    took = typically(plan, TIMES)
    what = f"Route at the third level, {STEPS} steps, {MANY} people"
    return [
        under(what, took, PLAN_S, bare),
        compared(what, took, "SELECT 1, bare psycopg", one),
        at_most(f"{what}: statements", len(sent), few),
    ]


def _worst_case() -> Figure:
    """Work out how long a caller waits at worst in ninety days, four shifts a day on two levels."""
    number, now = PhoneNumber.objects.get(), clock.now()
    assert number.schedule is not None  # noqa: S101 - else it is no measurement
    staff = list(Staff.objects.order_by("-pk")[:MANY])
    length = timedelta(days=1) / SHIFTS_A_DAY
    Shift.objects.bulk_create(
        Shift(
            schedule=number.schedule,
            staff=staff[n],
            level=1 + n % 2,
            period=(now + (n // 2) * length, now + (n // 2 + 1) * length),
        )
        for n in range(2 * DAYS * SHIFTS_A_DAY)
    )
    took = typically(partial(worst_cases.refresh, now, {number.schedule.pk}))
    return under(f"Longest wait of a number over {DAYS} days", took, SAVE_S)


def _answering() -> list[Figure]:
    speeds = answers.measured()
    ours, same, one = (speeds[name] for name in answers.PATHS)
    what = "/voice/answer, a second"
    return [
        at_least(what, ours, "a view with its statements", same, answers.GOAL),
        at_least(what, ours, "a view with one query", one, 0.0),
    ]


if __name__ == "__main__":
    sys.exit(main())
