"""The SQL of the reads that every call waits for, and of those over many schedules.

Ids are cast to the type of their columns: btree_gist has no operator between bigint and another
integer type, and without the cast an index on (id, period) serves the period alone (measured on
a million shifts: 19 ms instead of 0.17 ms). Instants come as seconds since 1970: the driver reads
numbers twenty times as fast as ranges.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from oncall_portal.lib import prepared
from scheduling.types import Period

# What has a period or may have more to say, each in the same columns; the last tells, as JSON, what
# it is and what else it says. A shift, of which there are thousands, has nothing there.
_SHIFT = """
SELECT schedule_id, id,
       date_part('epoch', lower(period)), date_part('epoch', upper(period)),
       staff_id, service_id, level, rotation_id, day, slot,
       NULL::text"""
_OVERRIDE = """
SELECT schedule_id, id,
       date_part('epoch', lower(period)), date_part('epoch', upper(period)),
       staff_id, service_id, replaces_level, NULL, NULL, NULL,
       json_build_array('override', replaces_shift_id,
                        replaces_staff_id, replaces_service_id)::text"""
_DIVERT = """
SELECT schedule_id, id,
       date_part('epoch', lower(period)), date_part('epoch', upper(period)),
       to_staff_id, to_service_id, NULL, NULL, NULL, NULL,
       json_build_array('divert', to_number)::text"""
_ROTATION = """
SELECT schedule_id, id,
       NULL, NULL,
       NULL, NULL, NULL, NULL, NULL, NULL,
       '["rotation"]'"""

# All that has a period within the window of its schedule, and the rotations that may not have
# written all of it, whatever their zone; in no order.
IN_WINDOW = f"""
WITH windows AS (
    SELECT asked, tstzrange(to_timestamp(starts_at), to_timestamp(ends_at)) AS stretch
    FROM unnest(%(schedules)s::bigint[], %(starts)s::float8[], %(ends)s::float8[])
         AS given(asked, starts_at, ends_at)
)
{_SHIFT}
FROM windows
JOIN scheduling_shift ON schedule_id = asked AND period && stretch
WHERE state <> 'cancelled'
UNION ALL
{_OVERRIDE}
FROM windows
JOIN scheduling_override ON schedule_id = asked AND period && stretch
UNION ALL
{_DIVERT}
FROM windows
JOIN scheduling_divert ON schedule_id = asked AND period && stretch
UNION ALL
{_ROTATION}
FROM windows
JOIN scheduling_rotation ON schedule_id = asked
WHERE NOT retired AND (ends_on IS NULL OR ends_on >= written_until)
  AND written_until <= (upper(stretch) AT TIME ZONE 'UTC')::date + 2
"""  # noqa: S608  made of the constants above

# The same at an instant, and until who stands at a level next changes. That is when the last of
# those that are in force there ends, at the latest; nothing that begins later matters. The instant
# comes with each schedule, or the planner may seek it in the index of both without the schedule.
AT_INSTANT = f"""
WITH moments AS MATERIALIZED (
    SELECT asked, %(at)s::timestamptz AS instant FROM unnest(%(schedules)s::bigint[]) AS asked
), in_force AS (
    SELECT asked AS schedule_id, level, until
    FROM moments
    CROSS JOIN LATERAL (
        SELECT level, upper(period) AS until FROM scheduling_shift
        WHERE schedule_id = asked AND period @> instant AND state <> 'cancelled'
        OFFSET 0
    ) AS shift
    UNION ALL
    SELECT schedule_id, replaces_level, upper(period)
    FROM moments
    JOIN scheduling_override ON schedule_id = asked AND period @> instant
    WHERE replaces_level IS NOT NULL
), levels AS (
    SELECT schedule_id AS asked, level AS asked_level, max(until) AS until
    FROM in_force
    GROUP BY schedule_id, level
), schedules AS (
    SELECT asked, tstzrange(%(at)s, coalesce(max(until), %(at)s), '[]') AS stretch
    FROM unnest(%(schedules)s::bigint[]) AS asked
    LEFT JOIN levels USING (asked)
    GROUP BY asked
)
SELECT shift.* FROM levels
CROSS JOIN LATERAL (
    {_SHIFT}
    FROM scheduling_shift
    WHERE schedule_id = asked AND period && tstzrange(%(at)s, until)
      AND level = asked_level AND state <> 'cancelled'
    OFFSET 0
) AS shift
UNION ALL
{_OVERRIDE}
FROM schedules
JOIN scheduling_override ON schedule_id = asked AND period && stretch
UNION ALL
{_DIVERT}
FROM schedules
JOIN scheduling_divert ON schedule_id = asked AND period && stretch
UNION ALL
{_ROTATION}
FROM unnest(%(schedules)s::bigint[]) AS wanted
JOIN scheduling_rotation ON schedule_id = wanted
LEFT JOIN levels ON asked = schedule_id AND asked_level = level
WHERE NOT retired AND (ends_on IS NULL OR ends_on >= written_until)
  AND written_until <= (coalesce(until, %(at)s) AT TIME ZONE 'UTC')::date + 2
"""  # noqa: S608  made of the constants above

# The stretches of a window in which it is not plain that somebody can be reached: by a shift of
# somebody who never is away in it, where no stand-in or divert is.
IN_DOUBT = """
WITH staff AS (
    SELECT id FROM scheduling_staff s
    WHERE active
      AND EXISTS (SELECT FROM scheduling_contactnumber n WHERE n.staff_id = s.id AND n.enabled)
      AND NOT EXISTS (
          SELECT FROM scheduling_timeoff t
          WHERE t.staff_id = s.id AND t.period && %(window)s::tstzrange)
), services AS (
    SELECT id FROM scheduling_service s
    WHERE active AND (
        (answered_by <> 'members' AND EXISTS (
            SELECT FROM scheduling_contactnumber n WHERE n.service_id = s.id AND n.enabled))
        OR (answered_by <> 'numbers' AND EXISTS (
            SELECT FROM scheduling_servicemember m JOIN staff ON staff.id = m.staff_id
            WHERE m.service_id = s.id)))
)
SELECT asked, date_part('epoch', lower(stretch)), date_part('epoch', upper(stretch))
FROM unnest(%(schedules)s::bigint[]) AS asked
CROSS JOIN LATERAL (
    SELECT range_agg(period) AS periods FROM scheduling_shift
    WHERE schedule_id = asked AND period && %(window)s::tstzrange AND state <> 'cancelled'
      AND (staff_id IN (SELECT id FROM staff) OR service_id IN (SELECT id FROM services))
) AS covered
CROSS JOIN LATERAL (
    SELECT range_agg(period) AS periods FROM scheduling_override
    WHERE schedule_id = asked AND period && %(window)s::tstzrange
) AS overridden
CROSS JOIN LATERAL (
    SELECT range_agg(period) AS periods FROM scheduling_divert
    WHERE schedule_id = asked AND period && %(window)s::tstzrange
) AS diverted
CROSS JOIN LATERAL unnest(
    tstzmultirange(%(window)s::tstzrange)
    - (coalesce(covered.periods, '{}')
       - coalesce(overridden.periods, '{}') - coalesce(diverted.periods, '{}'))
) AS stretch
ORDER BY 1, 2
"""

# People, with the members of the services, and services: each with the numbers in use, in order,
# and when they are away within a window.
PEOPLE = """
SELECT s.id, NULL::bigint, to_jsonb(s.name), s.language, s.active, s.call_process,
       NULL, NULL::bigint[],
       (SELECT jsonb_agg(jsonb_build_array(n.id, n.number, n.label, n.ring_seconds, n.call_connect)
                         ORDER BY n.position, n.id)
        FROM scheduling_contactnumber n WHERE n.staff_id = s.id AND n.enabled),
       (SELECT jsonb_agg(jsonb_build_array(date_part('epoch', lower(t.period)),
                                           date_part('epoch', upper(t.period))))
        FROM scheduling_timeoff t WHERE t.staff_id = s.id AND t.period && %(window)s::tstzrange)
FROM scheduling_staff s
WHERE s.id IN (
    SELECT unnest(%(staff)s::bigint[])
    UNION
    SELECT staff_id FROM scheduling_servicemember WHERE service_id = ANY(%(services)s::bigint[])
)
UNION ALL
SELECT NULL, s.id, s.name, NULL, s.active, s.call_process, s.answered_by,
       ARRAY(SELECT m.staff_id FROM scheduling_servicemember m WHERE m.service_id = s.id
             ORDER BY m.position, m.id),
       (SELECT jsonb_agg(jsonb_build_array(n.id, n.number, n.label, n.ring_seconds, n.call_connect)
                         ORDER BY n.position, n.id)
        FROM scheduling_contactnumber n WHERE n.service_id = s.id AND n.enabled),
       NULL
FROM scheduling_service s
WHERE s.id = ANY(%(services)s::bigint[])
"""

# What keeps people, and the members of services, from being reached: they are no longer active,
# have no number in use, are away within a window. Who has nothing of this is left out. And
# services, with their members.
REACH = """
SELECT id, NULL::bigint, active, NULL, NULL::bigint[], has_number, away
FROM (
    SELECT id, active,
           EXISTS (SELECT FROM scheduling_contactnumber n WHERE n.staff_id = s.id AND n.enabled)
               AS has_number,
           (SELECT jsonb_agg(jsonb_build_array(date_part('epoch', lower(t.period)),
                                               date_part('epoch', upper(t.period))))
            FROM scheduling_timeoff t WHERE t.staff_id = s.id AND t.period && %(window)s::tstzrange)
               AS away
    FROM scheduling_staff s
    WHERE s.id IN (
        SELECT unnest(%(staff)s::bigint[])
        UNION
        SELECT staff_id FROM scheduling_servicemember WHERE service_id = ANY(%(services)s::bigint[])
    )
) AS found
WHERE NOT (active AND has_number AND away IS NULL)
UNION ALL
SELECT NULL, s.id, s.active, s.answered_by,
       ARRAY(SELECT m.staff_id FROM scheduling_servicemember m WHERE m.service_id = s.id),
       EXISTS (SELECT FROM scheduling_contactnumber n WHERE n.service_id = s.id AND n.enabled),
       NULL
FROM scheduling_service s
WHERE s.id = ANY(%(services)s::bigint[])
"""

# The supervisors of schedules, each in order; those of the organisation under no schedule.
SUPERVISORS = """
SELECT schedule_id, staff_id, position, id
FROM scheduling_schedulesupervisor WHERE schedule_id = ANY(%(schedules)s::bigint[])
UNION ALL
SELECT NULL, staff_id, position, id FROM scheduling_organisationsupervisor
ORDER BY 1, 3, 4
"""


def hot_rows(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    """Return what one of the statements above finds that every call waits for: planned once."""
    return prepared.rows(statement, values)


def rows(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    """Return what one of the statements above finds."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def in_windows(asked: Sequence[tuple[int, Period]]) -> list[tuple[Any, ...]]:
    """Return what IN_WINDOW finds of schedules, each with its window."""
    return rows(
        IN_WINDOW,
        schedules=[schedule for schedule, _window in asked],
        starts=[window.starts_at.timestamp() for _schedule, window in asked],
        ends=[window.ends_at.timestamp() for _schedule, window in asked],
    )


@lru_cache(maxsize=20_000)  # shifts share their hours, and a rota is read again and again
def period(starts_at: float, ends_at: float) -> Period:
    """Return a period whose ends are given in seconds since 1970."""
    return Period(datetime.fromtimestamp(starts_at, UTC), datetime.fromtimestamp(ends_at, UTC))
