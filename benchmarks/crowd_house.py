"""Hundreds of lines with two people each, written into a running portal.

`python -m benchmarks.crowd_house` ends by saying, as JSON, the lines and whom they ring, in order.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta

from django.db.models import F

from oncall_portal.lib import clock
from scheduling.models import ContactNumber, Organisation, Schedule, Shift, Staff
from telephony.enums import StepKind
from telephony.models import EscalationScenario, EscalationStep, PhoneNumber

LINES = 500


def main() -> int:
    """Write the lines once, set the limit that the argument names, and say the lines."""
    if not PhoneNumber.objects.filter(name="Crowd 0").exists():
        _write()
    Organisation.objects.update(calls_per_second=int(sys.argv[1]), version=F("version") + 1)
    sys.stderr.write(f"\n{json.dumps(_lines())}\n")
    return 0


def _lines() -> list[list[str]]:
    rows = PhoneNumber.objects.filter(name__startswith="Crowd ").order_by("pk")
    return [[str(row.number), *map(str, _phones(row))] for row in rows]


def _phones(row: PhoneNumber) -> list[str]:
    asked = ContactNumber.objects.filter(staff__shifts__schedule=row.schedule)
    return list(asked.order_by("staff__shifts__level").values_list("number", flat=True))


def _write() -> None:
    """Each line rings one person, then the other, then both again, and then takes a message."""
    scenario = EscalationScenario.objects.create(name="Crowd", repeat=2)
    EscalationStep.objects.bulk_create(
        [
            EscalationStep(scenario=scenario, position=1, kind=StepKind.LEVEL.value, level=1),
            EscalationStep(scenario=scenario, position=2, kind=StepKind.LEVEL.value, level=2),
            EscalationStep(scenario=scenario, position=3, kind=StepKind.VOICEMAIL.value),
        ]
    )
    schedules = Schedule.objects.bulk_create(
        Schedule(name=f"Crowd {n}", time_zone="Europe/Paris", scenario=scenario)
        for n in range(LINES)
    )
    staff = Staff.objects.bulk_create(
        Staff(name=f"Person {n}", colour="#1f6feb", language="en") for n in range(2 * LINES)
    )
    ContactNumber.objects.bulk_create(
        ContactNumber(staff=person, number=f"+33639981{n:03}") for n, person in enumerate(staff)
    )
    now = clock.now()
    period = (now - timedelta(hours=1), now + timedelta(hours=10))
    Shift.objects.bulk_create(
        Shift(schedule=schedules[n // 2], staff=person, level=1 + n % 2, period=period)
        for n, person in enumerate(staff)
    )
    PhoneNumber.objects.bulk_create(
        PhoneNumber(name=f"Crowd {n}", number=f"+3397000{1000 + n:04}", schedule=schedule)
        for n, schedule in enumerate(schedules)
    )


if __name__ == "__main__":
    sys.exit(main())
