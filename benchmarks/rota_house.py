"""A large house, written into a database of its own: people, schedules, a million shifts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta

from django.db import connection

from oncall_portal.lib import clock
from scheduling import services
from scheduling.models import (
    ContactNumber,
    Organisation,
    OrganisationSupervisor,
    Override,
    Schedule,
    ScheduleSupervisor,
    Staff,
    TimeOff,
)

PEOPLE, SCHEDULES = 2000, 1000
FIRST = datetime(2026, 1, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)

_SECONDARY = """
    SELECT indexname, indexdef FROM pg_indexes
    WHERE tablename = 'scheduling_shift' AND indexname <> 'scheduling_shift_pkey'
"""
_CONSTRAINTS = """
    SELECT conname FROM pg_constraint
    WHERE conrelid = 'scheduling_shift'::regclass AND contype IN ('x', 'u')
"""
_FILL = """
    INSERT INTO scheduling_shift
        (schedule_id, staff_id, level, period, state, note, slot, version)
    SELECT schedule, (%(staff)s::bigint[])[1 + (schedule + n) %% cardinality(%(staff)s::bigint[])],
           1, tstzrange(start, start + interval '1 day'), 'manual', '', 0, 1
    FROM generate_series(0, %(days)s - 1) AS n,
         LATERAL (SELECT %(first)s::timestamptz + n * interval '1 day') AS day(start),
         unnest(%(schedules)s::bigint[]) AS schedule
"""


class House:
    """Who is there; `fill` says how many shifts they have."""

    def __init__(self) -> None:
        self.staff = [row.pk for row in Staff.objects.bulk_create(_people())]
        ContactNumber.objects.bulk_create(_numbers(self.staff))
        rows = Schedule.objects.bulk_create(
            Schedule(name=f"Schedule {n}", time_zone="Europe/Paris") for n in range(SCHEDULES)
        )
        self.schedules = [row.pk for row in rows]
        ScheduleSupervisor.objects.bulk_create(
            ScheduleSupervisor(schedule=row, staff_id=self.staff[n + k], position=k)
            for n, row in enumerate(rows)
            for k in (1, 2)
        )
        Organisation.objects.create(pk=1, name="Bench")
        OrganisationSupervisor.objects.create(organisation_id=1, staff_id=self.staff[0])

    def fill(self, schedules: int, days: int) -> None:
        """Put somebody on call on so many schedules for so many days, a day each, in place of all.

        The indexes are dropped meanwhile, and built again: some of them under the old name only,
        without the constraint that they serve, whose check of a million rows takes a minute.
        """
        with connection.cursor() as cursor:
            cursor.execute(_SECONDARY)
            indexes = [definition for _name, definition in cursor.fetchall()]
            cursor.execute(_CONSTRAINTS)
            for (name,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE scheduling_shift DROP CONSTRAINT {name}")
            cursor.execute(_SECONDARY)
            for name, _definition in cursor.fetchall():
                cursor.execute(f"DROP INDEX {name}")
            cursor.execute("TRUNCATE scheduling_shift CASCADE")
            with _no_triggers():
                values = {"staff": self.staff, "schedules": self.schedules[:schedules]}
                cursor.execute(_FILL, {**values, "days": days, "first": FIRST})
            for definition in indexes:
                cursor.execute(definition)
            cursor.execute("VACUUM (ANALYZE)")

    def disturb(self, start: datetime, end: datetime) -> None:
        """Let a window have what a rota has: stand-ins, people away, holes."""
        days = int((end - start) / DAY)
        Override.objects.bulk_create(
            Override(
                schedule_id=schedule,
                replaces_level=1,
                staff_id=self.staff[n],
                period=(start + n % days * DAY, start + (n % days + 1) * DAY),
            )
            for n, schedule in enumerate(self.schedules)
        )
        TimeOff.objects.bulk_create(
            TimeOff(staff_id=staff, period=(start + n % days * DAY, start + (n % days + 5) * DAY))
            for n, staff in enumerate(self.staff[::20])
        )
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM scheduling_shift WHERE id % 100 = 0")
            cursor.execute("VACUUM (ANALYZE)")

    def rotations(self, name: str, count: int, people: int = 7, **values: object) -> Schedule:
        """Return a schedule with so many rotations of so many people, written ahead from today."""
        row: Schedule = Schedule.objects.create(name=name, time_zone="Europe/Paris")
        staff = list(Staff.objects.filter(pk__in=self.staff).order_by("pk")[: people * count])
        for n in range(count):
            crew = staff[people * n : people * (n + 1)]
            services.create_rotation(
                {
                    "schedule": row,
                    "level": 1 + n % 9,
                    "starts_on": clock.now().date(),
                    "start_time": time(n % 24),
                    "end_time": time(n % 24),
                    "end_day_offset": 1,
                    "participants": [[person] for person in crew],
                    **values,
                }
            )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as autovacuum does within the minute
        return row


@contextmanager
def _no_triggers() -> Iterator[None]:
    """Leave foreign keys unchecked: the rows come from the tables that they refer to."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("RESET session_replication_role")


def _people() -> Iterator[Staff]:
    return (Staff(name=f"Person {n}", colour="#1f6feb", language="en") for n in range(PEOPLE))


def _numbers(staff: list[int]) -> Iterator[ContactNumber]:
    for n, person in enumerate(staff):
        for place in (1, 2):
            number = f"+336{place}{n:07}"
            yield ContactNumber(staff_id=person, number=number, position=place)
