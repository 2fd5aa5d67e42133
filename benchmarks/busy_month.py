"""A month with many people and shifts, written into a running portal.

`python -m benchmarks.busy_month` ends by saying, as JSON, where the page is and what it asks.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, time, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oncall_portal.lib import clock
from scheduling import services
from scheduling.models import Schedule, Shift, Staff

PEOPLE = 50
SHIFTS = 600
_LEVELS, _DAYS = 4, 30
_TURNS = SHIFTS // _DAYS // _LEVELS
_LENGTH = timedelta(days=1) / _TURNS


def main() -> int:
    """Write the month, look at its page once, and say what was found."""
    schedule = _write()
    user, _new = User.objects.get_or_create(username="bench", is_superuser=True)
    client = Client(HTTP_HOST=urlsplit(settings.PUBLIC_URL).netloc)
    client.force_login(user)
    path = f"/admin/scheduling/schedule/{schedule.pk}/calendar/?view=month"
    client.get(path)  # the first look also remembers which calendar was looked at
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200  # noqa: S101 - a measurement of nothing
    cookie = settings.SESSION_COOKIE_NAME
    said = {
        "path": path,
        "cookie": cookie,
        "session": client.cookies[cookie].value,
        "queries": len(asked),
    }
    sys.stderr.write(f"\n{json.dumps(said)}\n")
    return 0


def _write() -> Schedule:
    schedule = Schedule.objects.create(name="Busy", time_zone="Europe/Paris")
    people = [_person(number) for number in range(PEOPLE)]
    zone = ZoneInfo(schedule.time_zone)
    first = clock.now().astimezone(zone).date().replace(day=1)
    shifts: list[Shift] = []
    for day in range(_DAYS):
        midnight = datetime.combine(first + timedelta(days=day), time(), zone)
        for level in range(_LEVELS):
            for turn in range(_TURNS):
                person = people[(len(shifts) * 7) % PEOPLE]
                start = midnight + turn * _LENGTH
                period = (start, start + _LENGTH)
                shifts.append(
                    Shift(schedule=schedule, staff=person, level=level + 1, period=period)
                )
    Shift.objects.bulk_create(shifts)
    return schedule


def _person(number: int) -> Staff:
    row = services.create_staff({"name": f"Person {number}", "email": f"p{number}@example.org"})
    services.create_contact_number({"staff": row, "number": f"+331990003{number:02d}"})
    return row


if __name__ == "__main__":
    sys.exit(main())
