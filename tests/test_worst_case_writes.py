"""Whatever is written that changes who is reached, or for how long, moves the figures at once.

Each write is a function that makes things ready, yields, and writes. It must move a figure, so that
a write which forgets to tell of itself is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from oncall_portal.lib import clock
from scheduling import services as rota
from scheduling.models import (
    ContactNumber,
    Divert,
    Organisation,
    Schedule,
    Service,
    ServiceMember,
    Shift,
    Staff,
    TimeOff,
)
from telephony import menu_restoring, menu_services, number_services, services, worst_cases
from telephony.models import EscalationScenario, Menu, PhoneNumber
from telephony.tests.menu_words import fresh, key, new
from tests.cast import Cast, create, scenario

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("PLA-01")]
Write = Callable[[Cast], Iterator[None]]
WRITES: dict[str, Write] = {}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def case(write: Write) -> Write:
    """Keep a write, by its name."""
    WRITES[write.__name__] = write
    return write


@pytest.fixture
def people() -> Cast:
    """Bruno is on call for nine hours, with a scenario; Sam supervises."""
    cast = create()
    scenario(cast.schedule, {"kind": "level", "level": 1}, {"kind": "supervisors"})
    shift(cast.schedule, cast.bruno)
    return cast


def shift(schedule: Schedule, person: Staff) -> Shift:
    """Put somebody on call around now."""
    period = DateTimeTZRange(clock.now() - HOUR, clock.now() + 9 * HOUR)
    return Shift.objects.create(schedule=schedule, staff=person, level=1, period=period)


def service_of(person: Staff) -> Service:
    """Return a service that somebody answers."""
    made = Service.objects.create(name={"en": "Heating"}, colour="#123456", answered_by="members")
    ServiceMember.objects.create(service=made, staff=person)
    return made


def answers_with(menu: Menu) -> Menu:
    """Let the number answer with a menu."""
    PhoneNumber.objects.update(behaviour="smart_voicemail", menu=menu)
    return menu


def diverted(**target: Any) -> Divert:
    """Divert something from tomorrow on."""
    period = DateTimeTZRange(clock.now() + DAY, clock.now() + 2 * DAY)
    return Divert.objects.create(period=period, created_at=clock.now(), **target)


def tomorrow() -> dict[str, Any]:
    """Return the two ends of tomorrow."""
    return {"starts_at": clock.now() + DAY, "ends_at": clock.now() + 2 * DAY}


def figures() -> list[tuple[Any, ...]]:
    """Return everything that is kept."""
    kept = ("pk", "worst_case_seconds", "worst_case_path")
    found = (model.objects.order_by("pk") for model in (PhoneNumber, EscalationScenario))
    return [row for rows in found for row in rows.values_list(*kept)]


# --- the rota


@case
def shift_created(cast: Cast) -> Iterator[None]:
    yield
    rota.create_shift({"schedule": cast.schedule, "staff": cast.alice, "level": 1, **tomorrow()})


@case
def shift_changed(cast: Cast) -> Iterator[None]:
    yield
    rota.change_shift(Shift.objects.get().pk, 1, {"staff": cast.alice})


@case
def shift_deleted(cast: Cast) -> Iterator[None]:
    yield
    rota.delete_shift(Shift.objects.get().pk, 1)


@case
def shift_undone(cast: Cast) -> Iterator[None]:
    rota.change_shift(Shift.objects.get().pk, 1, {"staff": cast.alice})
    yield
    rota.undo(cast.schedule.pk)


@case
def stand_in_created(cast: Cast) -> Iterator[None]:
    yield
    asked = {"schedule": cast.schedule, "replaces_staff": cast.bruno, "staff": cast.alice}
    rota.create_override({**asked, "starts_at": clock.now(), "ends_at": clock.now() + HOUR})


@case
def rotation_created(cast: Cast) -> Iterator[None]:
    yield
    day = {"start_time": time(8), "end_time": time(18), "recurrence": "RRULE:FREQ=DAILY"}
    starts_on = clock.now().date() + DAY
    asked = {"schedule": cast.schedule, "level": 1, "participants": [[cast.alice]], **day}
    rota.create_rotation({**asked, "starts_on": starts_on})


@case
def time_off_created(cast: Cast) -> Iterator[None]:
    yield
    rota.create_time_off(
        {"staff": cast.bruno, "starts_at": clock.now() - DAY, "ends_at": clock.now() + DAY}
    )


@case
def time_off_deleted(cast: Cast) -> Iterator[None]:
    period = DateTimeTZRange(clock.now() - DAY, clock.now() + DAY)
    away = TimeOff.objects.create(staff=cast.bruno, period=period)
    yield
    rota.delete_time_off(away.pk, away.version)


@case
def schedule_changed(cast: Cast) -> Iterator[None]:
    yield
    rota.change_schedule(cast.schedule.pk, 1, {"supervisor_entries": [cast.sam, cast.alice]})


@case
def schedule_deleted(cast: Cast) -> Iterator[None]:
    Shift.objects.all().delete()
    yield
    rota.delete_schedule(cast.schedule.pk, 1)


# --- diverts


@case
def divert_created(cast: Cast) -> Iterator[None]:
    yield
    asked = {"phone_number": cast.line, "to_staff": cast.alice, **tomorrow()}
    rota.create_divert(asked, clock.now())


@case
def divert_of_a_schedule_created(cast: Cast) -> Iterator[None]:
    yield
    asked = {"schedule": cast.schedule, "to_staff": cast.alice, **tomorrow()}
    rota.create_divert(asked, clock.now())


@case
def divert_changed(cast: Cast) -> Iterator[None]:
    row = diverted(phone_number=cast.line, to_staff=cast.chloe)
    yield
    rota.change_divert(row.pk, row.version, {"to_staff": cast.alice}, clock.now())


@case
def divert_ended(cast: Cast) -> Iterator[None]:
    row = diverted(phone_number=cast.line, to_staff=cast.alice)
    yield
    rota.end_divert(row.pk, row.version, clock.now())


# --- people and services


@case
def person_deactivated(cast: Cast) -> Iterator[None]:
    yield
    rota.deactivate_staff(cast.bruno.pk, cast.bruno.version)


@case
def person_with_an_extension_deleted(cast: Cast) -> Iterator[None]:
    Staff.objects.filter(pk=cast.alice.pk).update(extension="101")
    answers_with(new("Main", key("1", "dial_extension")))
    yield
    rota.delete_staff(cast.alice.pk, 1)


@case
def phone_added(cast: Cast) -> Iterator[None]:
    yield
    rota.create_contact_number({"staff": cast.bruno, "number": "06 12 34 56 78"})


@case
def phone_changed(cast: Cast) -> Iterator[None]:
    yield
    asked = {"number": "06 12 34 56 78", "ring_seconds": 60}
    rota.change_contact_number(ContactNumber.objects.get(staff=cast.bruno).pk, 1, asked)


@case
def phone_deleted(cast: Cast) -> Iterator[None]:
    yield
    rota.delete_contact_number(ContactNumber.objects.get(staff=cast.bruno).pk, 1)


@case
def service_changed(cast: Cast) -> Iterator[None]:
    service = service_of(cast.bruno)
    answers_with(new("Main", key("1", "service", service.pk)))
    yield
    rota.change_service(service.pk, 1, {"member_entries": [cast.bruno, cast.alice]})


@case
def house_changed(cast: Cast) -> Iterator[None]:
    yield
    rota.change_organisation(Organisation.objects.get().pk, 1, {"ring_seconds": 40})


# --- numbers, scenarios and menus


@case
def number_created(cast: Cast) -> Iterator[None]:
    yield
    asked = {"behaviour": "on_call", "schedule": cast.schedule, "languages": ["en"]}
    number_services.create_phone_number({**asked, "name": "New", "number": "+33970000002"})


@case
def number_changed(cast: Cast) -> Iterator[None]:
    yield
    number_services.change_phone_number(cast.line.pk, 1, {"inbound_timeout": 30})


@case
def number_deleted(cast: Cast) -> Iterator[None]:
    yield
    number_services.delete_phone_number(cast.line.pk, 1)


@case
def scenario_changed(cast: Cast) -> Iterator[None]:
    yield
    row = EscalationScenario.objects.get()
    steps = [{"kind": "level", "target": 1, "attempts": 3}]
    services.change_scenario(row.pk, row.version, {"steps": steps}, clock.now())


@case
def scenario_deleted(cast: Cast) -> Iterator[None]:
    row = EscalationScenario.objects.get()
    row.steps.update(attempts=2)
    yield
    services.delete_scenario(row.pk, row.version)


@case
def menu_changed(cast: Cast) -> Iterator[None]:
    menu = answers_with(new("Main", key("1")))
    yield
    options = [key("1", "schedule", cast.schedule.pk)]
    menu_services.change_menu(menu.pk, 1, {"options": options})


@case
def key_removed(cast: Cast) -> Iterator[None]:
    menu = answers_with(new("Main", key("1", "schedule", cast.schedule.pk), key("2")))
    yield
    menu_services.remove_option(menu.pk, 1, "1")


@case
def key_moved(cast: Cast) -> Iterator[None]:
    other = new("Other", key("1", "schedule", cast.schedule.pk))
    menu = answers_with(new("Main", key("2")))
    yield
    menu_services.move_option(other.pk, 1, "1", menu.pk, 1, 0)


@case
def menu_restored(cast: Cast) -> Iterator[None]:
    menu = answers_with(new("Main", key("1", "schedule", cast.schedule.pk)))
    menu_services.change_menu(menu.pk, 1, {"options": [key("1")]})
    yield
    menu_restoring.restore(fresh(menu).pk, 2, 1)


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_every_write_moves_the_figures_to_what_they_then_are(
    people: Cast, write: Write, django_capture_on_commit_callbacks: Any
) -> None:
    steps = write(people)
    next(steps)
    worst_cases.refresh(clock.now())
    before = figures()
    with django_capture_on_commit_callbacks(execute=True):
        assert list(steps) == []
    after = figures()
    assert after != before
    assert (worst_cases.refresh(clock.now()), figures()) == (0, after)
