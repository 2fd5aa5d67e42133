"""The hot reads use their index whole."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test.utils import CaptureQueriesContext

from scheduling import operations
from scheduling.models import Schedule, Staff
from scheduling.queries import statements
from scheduling.tests import build
from scheduling.tests.facts import at

pytestmark = pytest.mark.django_db

# a day a row: 40 schedules times 1,000 days around January 2027
SHIFTS = """
    INSERT INTO scheduling_shift
        (schedule_id, staff_id, level, period, state, note, slot, version)
    SELECT s.id, %s, 1, tstzrange(d, d + interval '1 day'), 'manual', '', 0, 1
    FROM scheduling_schedule s,
         generate_series('2026-01-01Z'::timestamptz, '2028-09-26Z', '1 day') d
"""
OVERRIDES = """
    INSERT INTO scheduling_override
        (schedule_id, replaces_level, staff_id, period, note, whole, version)
    SELECT schedule_id, level, staff_id, period, '', false, 1 FROM scheduling_shift
"""
DIVERTS = """
    INSERT INTO scheduling_divert
        (schedule_id, to_staff_id, to_number, period, created_at, version)
    SELECT schedule_id, staff_id, '', period, '2026-01-01Z', 1 FROM scheduling_shift
"""
TIME_OFF = """
    INSERT INTO scheduling_timeoff (staff_id, period, reason, version)
    SELECT s.id, tstzrange(d, d + interval '1 day'), '', 1
    FROM scheduling_staff s,
         generate_series('2026-01-01Z'::timestamptz, '2028-09-26Z', '1 day') d
"""


def _plan(statement: str, **values: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + statement, values)
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.fixture
def rota() -> Schedule:
    """One of 40 schedules in which something begins every day."""
    alice = build.staff("Alice")
    Staff.objects.bulk_create(Staff(name=f"Person {i}", colour="#1f6feb") for i in range(40))
    Schedule.objects.bulk_create(Schedule(name=f"Schedule {i}") for i in range(40))
    with connection.cursor() as cursor:
        cursor.execute(SHIFTS, [alice.pk])
        for statement in (OVERRIDES, DIVERTS, TIME_OFF):
            cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ANALYZE")
    return Schedule.objects.order_by("pk")[20]


def _whole(key: str, operator: str) -> str:
    return rf"Index Cond: \(\({key} = .+ AND \(period {re.escape(operator)} "


def test_what_holds_at_an_instant_is_found_by_schedule_and_period(rota: Schedule) -> None:
    plan = _plan(statements.AT_INSTANT, schedules=[rota.pk], at=at(9))
    assert len(re.findall(_whole("schedule_id", "@>"), plan)) == 2, plan
    assert len(re.findall(_whole("schedule_id", "&&"), plan)) == 3, plan
    assert not re.search("Seq Scan on scheduling_(shift|override|divert)", plan)


def test_what_a_window_holds_is_found_by_schedule_and_period(rota: Schedule) -> None:
    starts, ends = [at(9).timestamp()], [at(10).timestamp()]
    plan = _plan(statements.IN_WINDOW, schedules=[rota.pk], starts=starts, ends=ends)
    assert len(re.findall(_whole("schedule_id", "&&"), plan)) == 3, plan
    assert not re.search("Seq Scan on scheduling_(shift|override|divert)", plan)


def test_absences_are_found_by_person_and_period(rota: Schedule) -> None:
    window = DateTimeTZRange(at(9), at(10))
    staff = list(Staff.objects.values_list("pk", flat=True)[:3])
    plan = _plan(statements.PEOPLE, staff=staff, services=[], window=window)
    assert len(re.findall(_whole("staff_id", "&&"), plan)) == 1, plan


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
