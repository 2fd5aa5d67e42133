"""The hot reads use their index whole."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scheduling import operations, queries
from scheduling.models import Schedule
from scheduling.tests import build
from scheduling.tests.facts import at

pytestmark = pytest.mark.django_db

# a day of duty a row: 40 schedules times 1,000 days around January 2027
FILL = """
    INSERT INTO scheduling_shift (schedule_id, staff_id, level, period, state, note, slot, version)
    SELECT s.id, %s, 1, tstzrange(d, d + interval '1 day'), 'manual', '', 0, 1
    FROM scheduling_schedule s,
         generate_series('2026-01-01Z'::timestamptz, '2028-09-26Z', '1 day') d
"""


def _plans(captured: CaptureQueriesContext) -> list[str]:
    """Return the plan of every captured query that reads shifts."""
    plans = []
    with connection.cursor() as cursor:
        for query in captured.captured_queries:
            if 'FROM "scheduling_shift"' in query["sql"]:
                cursor.execute("EXPLAIN " + query["sql"])
                plans.append("\n".join(row[0] for row in cursor.fetchall()))
    return plans


def test_shifts_are_found_by_schedule_and_period_in_one_index() -> None:
    alice = build.staff("Alice")
    Schedule.objects.bulk_create(Schedule(name=f"Schedule {i}") for i in range(40))
    with connection.cursor() as cursor:
        cursor.execute(FILL, [alice.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ANALYZE scheduling_shift")
    rota = Schedule.objects.order_by("pk")[20]
    with CaptureQueriesContext(connection) as captured:
        assert len(queries.load_roster(rota.pk, at(9)).on_call) == 1
        assert len(queries.load_facts(rota.pk, at(9), at(10)).shifts) == 1
    plans = _plans(captured)
    assert len(plans) == 3
    for plan in plans:
        assert re.search(r"Index Cond: \(\(schedule_id = .+ AND \(period (@>|&&) ", plan), plan


# 300 operations a schedule; few of them can be undone or redone
LOG = """
    INSERT INTO scheduling_rotaoperation
        (schedule_id, schedule_name, author_name, at, kind, state, changes)
    SELECT s.id, s.name, '', '2027-01-04Z', 'shift_created',
           CASE WHEN i % 100 = 1 THEN 'done' WHEN i % 100 = 2 THEN 'undone' ELSE 'fixed' END,
           jsonb_build_array(jsonb_build_object('model', 'shift', 'id', s.id * 10000 + i))
    FROM scheduling_schedule s, generate_series(1, 300) i
"""


def test_undo_redo_the_history_and_a_row_are_found_in_an_index_of_the_log_each() -> None:
    Schedule.objects.bulk_create(Schedule(name=f"Schedule {i}") for i in range(100))
    with connection.cursor() as cursor:
        cursor.execute(LOG)
        cursor.execute("ANALYZE scheduling_rotaoperation")
    rota = Schedule.objects.order_by("pk")[10]
    with CaptureQueriesContext(connection) as captured:
        operations.available(rota.pk)
        list(operations.history(rota.pk)[:50])
        operations.last_touching("shift", rota.pk * 10000 + 5)
    used = []
    with connection.cursor() as cursor:
        for query in captured.captured_queries:
            cursor.execute("EXPLAIN " + query["sql"])
            plan = "\n".join(row[0] for row in cursor.fetchall())
            used.append(re.findall(r"operation_(?:next|history|of)\w*", plan))
    assert used == [
        ["operation_next_undo"],
        ["operation_next_redo"],
        ["operation_history"],
        ["operation_of_a_row"],
    ]
