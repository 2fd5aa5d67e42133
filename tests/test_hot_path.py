"""The phone path asks the database a fixed number of questions, however large the house is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oncall_portal.lib import clock
from scheduling.models import ContactNumber, Schedule, Shift, Staff
from telephony.models import CallAction
from telephony.tests import hostile

pytestmark = pytest.mark.django_db

STEPS: dict[str, dict[str, object]] = {
    "answer": {**hostile.arriving("caller-2")},
    "event": {"uuid": "caller-1", "status": "answered", "direction": "inbound"},
    "hold": {"dtmf": {"digits": ""}},
    "leg": {"status": "ringing", "uuid": "leg-1"},
    "key": {"dtmf": {"digits": "1"}, "uuid": "leg-1"},
    "next": {},
    "step": {"payload": {"after_leg": 99}},
    "recorded": {"recording_uuid": "r-1", "recording_url": "https://api.nexmo.com/v1/files/1"},
}


def _house_of(people: int) -> None:
    """A line that rings two people, in a house of so many, all on duty somewhere."""
    hostile.build_line()
    other = Schedule.objects.create(name="Other", time_zone="Europe/Paris")
    now = clock.now()
    staff = Staff.objects.bulk_create(
        Staff(name=f"P{n}", colour="#1f6feb", language="en") for n in range(people)
    )
    ContactNumber.objects.bulk_create(
        ContactNumber(staff=person, number=f"+3362{n:07}") for n, person in enumerate(staff)
    )
    period = (now - timedelta(hours=1), now + timedelta(hours=1))
    Shift.objects.bulk_create(Shift(schedule=other, staff=who, period=period) for who in staff)


def _queries(send: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        send()
    return len(captured)


def _counts() -> dict[str, int]:
    platform = hostile.Platform()
    platform.call("caller-1")
    CallAction.objects.all().delete()  # nobody dials here
    paths = hostile.paths()
    return {
        name: _queries(lambda: platform.post(paths[name], payload))  # noqa: B023 - called at once
        for name, payload in STEPS.items()
    }


# Savepoints included: the test's own transaction turns every atomic block into one.
COUNTS = {
    "answer": 29,
    "event": 8,
    "hold": 12,
    "leg": 15,
    "key": 17,
    "next": 12,
    "step": 12,
    "recorded": 19,
}


@pytest.mark.parametrize("people", [10, 1000])
def test_each_webhook_asks_a_fixed_number_of_questions(people: int) -> None:
    _house_of(people)
    assert _counts() == COUNTS
