"""A large house, and a number whose menu leads down three levels to a scenario of six steps."""

from __future__ import annotations

from datetime import timedelta

from oncall_portal.lib import clock
from scheduling.models import ContactNumber, Schedule, Service, Shift, Staff
from telephony import menu_trees
from telephony.enums import GoalKind, StepKind
from telephony.models import (
    EscalationScenario,
    EscalationStep,
    Menu,
    MenuOption,
    PhoneNumber,
)
from telephony.tests import hostile


def house_of(people: int) -> None:
    """A line that rings two people, in a house of so many, all on duty somewhere."""
    hostile.build_line()
    people_elsewhere(people)


def people_elsewhere(people: int) -> None:
    """Let so many more be on duty, on a rota of their own."""
    other = Schedule.objects.create(name=f"Rota of {people}", time_zone="Europe/Paris")
    now = clock.now()
    staff = Staff.objects.bulk_create(
        Staff(name=f"P{n}", colour="#1f6feb", language="en") for n in range(people)
    )
    ContactNumber.objects.bulk_create(
        ContactNumber(staff=person, number=f"+3362{n:07}") for n, person in enumerate(staff)
    )
    period = (now - timedelta(hours=1), now + timedelta(hours=1))
    Shift.objects.bulk_create(Shift(schedule=other, staff=who, period=period) for who in staff)


def menu_of(options: int, people: int) -> None:
    """Three levels with so many options each; key 1 leads down, at last to a service on call."""
    house_of(people)
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
