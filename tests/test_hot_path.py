"""The phone path asks the database a fixed number of questions, however large the house is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oncall_portal.lib import clock
from scheduling.models import ContactNumber, Schedule, Service, Shift, Staff
from telephony import menu_trees
from telephony.enums import GoalKind, StepKind
from telephony.models import (
    Call,
    CallAction,
    EscalationScenario,
    EscalationStep,
    Menu,
    MenuOption,
    PhoneNumber,
)
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


# --- a number with a menu -----------------------------------------------------------------------

MENU_COUNTS = {"answer": 23, "down": 13, "leaf": 26}


def _menu_of(options: int, people: int) -> None:
    """Three levels with so many options each; key 1 leads down, at last to a service on call."""
    _house_of(people)
    line = PhoneNumber.objects.get()
    service = Service.objects.create(
        name={"en": "Boilers"}, colour="#b35900", answered_by="schedule", schedule=line.schedule
    )
    scenario = EscalationScenario.objects.create(name="Six steps")
    for position in range(1, 7):
        EscalationStep.objects.create(
            scenario=scenario, position=position, kind=StepKind.LEVEL.value, level=1
        )
    Schedule.objects.filter(phone_numbers=line).update(scenario=scenario)
    levels = [Menu.objects.create(name="1")]
    for name in ("2", "3"):
        levels.append(Menu.objects.create(name=name, parent=levels[-1]))
    for level, below in zip(levels, [*levels[1:], None], strict=True):
        for key in "123456789"[:options]:
            MenuOption.objects.create(menu=level, key=key, **_leads(key, below, service))
    PhoneNumber.objects.update(behaviour="smart_voicemail", menu=levels[0], languages=["en"])
    menu_trees.freeze(levels[0].pk, clock.now())


def _leads(key: str, below: Menu | None, service: Service) -> dict[str, object]:
    if key != "1":
        return {"kind": GoalKind.VOICEMAIL.value, "name": {"en": f"Option {key}"}}
    if below is None:
        return {"kind": GoalKind.SERVICE.value, "service": service}
    return {"kind": GoalKind.MENU.value, "submenu": below, "name": {"en": "More"}}


@pytest.mark.parametrize(("options", "people"), [(1, 10), (9, 1000)])
def test_a_menu_asks_a_fixed_number_of_questions(options: int, people: int) -> None:
    _menu_of(options, people)
    platform = hostile.Platform()
    counts = {"answer": _queries(lambda: platform.call("caller-1"))}
    for turn, name in ((1, "down"), (2, "down again"), (3, "leaf")):
        path = f"/voice/menu/{Call.objects.get().token}/{turn}"
        counts[name] = _queries(lambda: platform.post(path, {"dtmf": {"digits": "1"}}))  # noqa: B023
    assert counts.pop("down again") == counts["down"]
    assert counts == MENU_COUNTS
