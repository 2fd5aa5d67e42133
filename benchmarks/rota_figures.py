"""How fast the rota is read and written, measured in a database of its own.

`python -m benchmarks.rota_figures` ends by saying the figures, as JSON.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict
from datetime import time
from functools import partial
from itertools import cycle
from statistics import median
from typing import Any

from django.db import connection

from benchmarks.figures import Figure, at_most, compared, under, within
from benchmarks.measure import alone, own_database, replay, seconds, sent_by, typically
from benchmarks.rota_house import DAY, FIRST, House
from oncall_portal.lib import clock
from scheduling import queries, resolve, services
from scheduling.models import Rotation, Schedule, Shift
from scheduling.queries import statements

CALLS, READS = 400, 25
HOW_MANY = {10**3: (10, 100), 10**5: (100, 1000), 10**6: (1000, 1000)}
WEEKLY = {"recurrence": "RRULE:FREQ=WEEKLY;BYDAY=MO", "end_day_offset": 7}
WEEKDAYS = {"recurrence": "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"}
QUARTER = (FIRST + 100 * DAY, FIRST + 190 * DAY)


def main() -> int:
    """Measure everything, and say it."""
    with own_database():
        found = _figures(House())
    sys.stderr.write(f"\n{json.dumps([asdict(figure) for figure in found])}\n")
    return 0


def _figures(house: House) -> list[Figure]:
    # What is written comes first: a house that was filled has no constraints on shifts any more.
    later = [
        _regenerating(house),
        *_final_schedule(house, "50 weekly rotations", WEEKLY),
        *_final_schedule(house, "50 rotations of days, Mo-Fr", WEEKDAYS),
    ]
    found: list[Figure] = []
    took: dict[int, float] = {}
    for shifts, (schedules, days) in HOW_MANY.items():
        house.fill(schedules, days)
        took[shifts], figures = _who_is_on_call(house, shifts, schedules, days)
        found += figures
    found.append(within("Who is on call, 10^6 shifts", took[10**6], "at 10^3", took[10**3], 1.5))
    found.append(_index_conditions(house))
    house.disturb(*QUARTER)
    return [*found, *_gaps(), *later]


def _who_is_on_call(
    house: House, shifts: int, schedules: int, days: int
) -> tuple[float, list[Figure]]:
    """Ask about many schedules and instants: the service, its statements alone, and 1."""
    what = f"Who is on call, 10^{len(str(shifts)) - 1} shifts"
    times: list[tuple[float, float, float]] = []
    counts = set()
    with alone() as cursor:
        for n in range(CALLS):
            schedule = house.schedules[n * 7 % schedules]
            ask = partial(queries.load_roster, schedule, FIRST + (n * 13 % days + 0.2) * DAY)
            read = sent_by(ask)
            counts.add(len(read))
            one = seconds(partial(replay, cursor, [("SELECT 1", None)]))
            times.append((seconds(ask), seconds(partial(replay, cursor, read)), one))
    service, bare, one = (median(each) for each in zip(*times, strict=True))
    return service, [
        within(what, service, "its statements, bare psycopg", bare, 3),
        compared(what, service, "SELECT 1, bare psycopg", one),
        at_most(f"{what}: statements", max(counts), 4),
    ]


def _final_schedule(house: House, what: str, rule: dict[str, Any]) -> list[Figure]:
    """Read many shifts; beside it, how fast this machine is at that minute, which varies."""
    schedule = house.rotations(what, 50, **rule)
    start = clock.now() + 30 * DAY
    window = start, start + 90 * DAY

    def final() -> object:
        return resolve.final_schedule(queries.load_facts(schedule.pk, *window), *window)

    read = sent_by(final)
    with alone() as cursor:
        took = typically(final, READS)
        bare = typically(partial(replay, cursor, read), READS)
    pace = typically(lambda: sum(range(10**6)), READS)
    title = f"Final schedule of 90 days, {what}"
    return [
        under(title, took, 0.020, bare),
        compared(title, took, "a million additions in Python", pace),
    ]


def _gaps() -> list[Figure]:
    schedules = list(Schedule.objects.filter(name__startswith="Schedule "))
    what = f"Holes of {len(schedules)} schedules over 90 days"
    find = partial(queries.load_gaps_of, schedules, *QUARTER)
    read = sent_by(find)
    with alone() as cursor:
        took, bare = typically(find), typically(partial(replay, cursor, read))
    return [under(what, took, 2, bare), at_most(f"{what}: statements", len(read), 6)]


def _regenerating(house: House) -> Figure:
    """Move the handover of a rotation of days by an hour, forth and back."""
    schedule = house.rotations("A year", 1, people=50, recurrence="RRULE:FREQ=DAILY")
    row = Rotation.objects.get(schedule=schedule)
    hours = cycle((7, 6))

    def move() -> None:
        nonlocal row
        at = time(next(hours))
        row = services.change_rotation(row.pk, row.version, {"start_time": at, "end_time": at})

    made, took = sent_by(move), typically(move)
    written = Shift.objects.filter(rotation=row).count()
    what = f"A year for 50 people written again, {written} shifts, {len(made)} statements"
    return under(what, took, 1)


def _index_conditions(house: House) -> Figure:
    """Count the reads of shifts by a call, and those whose index condition has both columns."""
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"schedules": house.schedules[500:501], "at": FIRST + 500 * DAY}
        cursor.execute(f"EXPLAIN {statements.AT_INSTANT}", values)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    reads = len(re.findall(r" on scheduling_shift\b", plan))
    index = r"shift_schedule_period .*\n +Index Cond: \(\(schedule_id = .*\) AND \(period "
    both = len(re.findall(index, plan))
    what = "Who is on call, 10^6 shifts: reads by an index of both columns"
    return Figure(what, str(both), f"{reads} reads of shifts", both / reads, "all", both == reads)


if __name__ == "__main__":
    sys.exit(main())
