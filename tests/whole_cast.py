"""The cast of the stories, written into a running portal: `python -m tests.whole_cast`.

Alice has just handed over to Bruno on the main line; nobody is on call for the night line, nor
for the new line and the weekend line, which tests may fill in a browser.
"""

from __future__ import annotations

import os
from datetime import timedelta

import django

NIGHT_LINE = "+33970000002"
NEW_LINE = "+33970000003"
WEEKEND_LINE = "+33970000004"
LOGIN, PASSWORD = "sam", "correct horse battery staple"


def main() -> None:
    """Create everybody; phones are given up after the shortest time."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oncall_portal.settings")
    django.setup()
    # Models load after django.setup().
    from django.contrib.auth.models import Group, User  # noqa: PLC0415 - see above

    from oncall_portal.lib import clock  # noqa: PLC0415 - see above
    from scheduling.access import MANAGERS  # noqa: PLC0415 - see above
    from scheduling.models import ContactNumber, Schedule, ScheduleSupervisor  # noqa: PLC0415
    from telephony.models import PhoneNumber  # noqa: PLC0415 - see above
    from tests import cast  # noqa: PLC0415 - see above

    people = cast.create()
    since_start = round((clock.now() - cast.START) / timedelta(seconds=1))
    cast.on_duty(people.schedule, people.alice, start_s=since_start - 3600, end_s=since_start)
    cast.on_duty(people.schedule, people.bruno, start_s=since_start, end_s=since_start + 36000)
    ContactNumber.objects.update(ring_seconds=5)
    night = Schedule.objects.create(name="Night", time_zone="Europe/Paris")
    ScheduleSupervisor.objects.create(schedule=night, staff=people.sam)
    PhoneNumber.objects.create(name="Night line", number=NIGHT_LINE, schedule=night)
    for name, number in (("New", NEW_LINE), ("Weekend", WEEKEND_LINE)):
        empty = Schedule.objects.create(name=name, time_zone="Europe/Paris")
        PhoneNumber.objects.create(name=f"{name} line", number=number, schedule=empty)
    manager = User.objects.create_user(LOGIN, password=PASSWORD)
    manager.groups.add(Group.objects.get_or_create(name=MANAGERS)[0])


if __name__ == "__main__":
    main()
