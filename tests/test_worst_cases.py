"""The longest waits that are kept with numbers and scenarios, after everything that moves them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test.utils import CaptureQueriesContext

from oncall_portal.lib import clock
from scheduling import reach_news
from scheduling import services as rota
from scheduling.enums import CallProcess
from scheduling.models import ContactNumber, Organisation, Schedule, Service, Shift, Staff, TimeOff
from telephony import number_services, services, timing, worst_cases
from telephony.models import ClosedRoute, EscalationScenario, Menu, MenuOption, PhoneNumber
from tests.cast import Cast, create, scenario

pytestmark = pytest.mark.django_db
PHONE = 20 + 5 + 2 * (timing.WHISPER_SECONDS + 8)
DIRECT = 5
CLOSED = {"time_zone": "Europe/Paris", "weekly": [], "holidays": "closed", "exceptions": []}


@pytest.fixture
def people() -> Cast:
    """Bruno is on call around the stories' start, with a scenario; Sam supervises."""
    cast = create()
    now = clock.now()
    scenario(cast.schedule, {"kind": "level", "level": 1}, {"kind": "supervisors"})
    period = DateTimeTZRange(now - timedelta(hours=1), now + timedelta(hours=9))
    Shift.objects.create(schedule=cast.schedule, staff=cast.bruno, level=1, period=period)
    worst_cases.refresh(now)
    return cast


def kept() -> int | None:
    """Return what is kept of the only number."""
    return PhoneNumber.objects.get().worst_case_seconds


def test_a_number_keeps_its_longest_wait_with_what_it_is_made_of(people: Cast) -> None:
    line = PhoneNumber.objects.get()
    assert (line.worst_case_seconds, line.version) == (2 * PHONE, 1)
    assert line.worst_case_path == [
        {"name": "Bruno", "reason": "level_1", "seconds": PHONE},
        {"name": "Sam", "reason": "supervisors", "seconds": PHONE},
    ]
    made = EscalationScenario.objects.get()
    assert (made.worst_case_seconds, made.worst_case_path) == (2 * PHONE, line.worst_case_path)


def test_what_stands_already_is_not_written_again(people: Cast) -> None:
    assert worst_cases.refresh(clock.now()) == 0


def test_the_number_of_queries_does_not_depend_on_how_many_people_there_are(people: Cast) -> None:
    now = clock.now()
    TimeOff.objects.create(staff=people.alice, period=(now, now + timedelta(hours=1)))
    with CaptureQueriesContext(connection) as few:
        worst_cases.refresh(now)
    for n in range(20):
        person = Staff.objects.create(name=f"P{n}", colour="#1f6feb", language="en")
        ContactNumber.objects.create(staff=person, number=f"+3363998{n:04}")
        period = (now + timedelta(days=n), now + timedelta(days=n + 2))
        Shift.objects.create(schedule=people.schedule, staff=person, level=1, period=period)
        TimeOff.objects.create(staff=person, period=period)
    with CaptureQueriesContext(connection) as many:
        worst_cases.refresh(now)
    assert (len(few), len(many)) == (12, 12)


def test_a_number_keeps_no_more_than_the_hard_stop_and_its_scenario_all(people: Cast) -> None:
    people.schedule.scenario.steps.filter(kind="level").update(attempts=9)  # type: ignore[union-attr]
    worst_cases.refresh(clock.now())
    assert kept() == 300
    assert EscalationScenario.objects.get().worst_case_seconds == 10 * PHONE


def shift_added(cast: Cast) -> object:
    ends = {
        "starts_at": clock.now() + timedelta(days=1),
        "ends_at": clock.now() + timedelta(days=2),
    }
    return rota.create_shift({"schedule": cast.schedule, "staff": cast.alice, "level": 1, **ends})


def ring_time_of_the_number(cast: Cast) -> object:
    return number_services.change_phone_number(cast.line.pk, 1, {"inbound_timeout": 30})


def steps_of_the_scenario(cast: Cast) -> object:
    row = EscalationScenario.objects.get()
    steps = [{"kind": "level", "target": 1, "attempts": 2}]
    return services.change_scenario(row.pk, row.version, {"steps": steps}, clock.now())


def contact_number(cast: Cast) -> object:
    row = ContactNumber.objects.get(staff=cast.bruno)
    return rota.change_contact_number(
        row.pk, row.version, {"number": "06 12 34 56 78", "ring_seconds": 60}
    )


def person_leaves(cast: Cast) -> object:
    return rota.deactivate_staff(cast.bruno.pk, cast.bruno.version)


def house_ring_time(cast: Cast) -> object:
    row = Organisation.objects.get()
    return rota.change_organisation(row.pk, row.version, {"ring_seconds": 40})


def no_supervisors(cast: Cast) -> object:
    row = Organisation.objects.get()
    rota.change_organisation(row.pk, row.version, {"supervisor_entries": []})
    return rota.change_schedule(cast.schedule.pk, 1, {"supervisor_entries": []})


def scenario_of_the_schedule(cast: Cast) -> object:
    longer = services.create_scenario(
        {"name": "Longer", "steps": [{"kind": "level", "target": 1, "attempts": 4}]}
    )
    return rota.change_schedule(cast.schedule.pk, 1, {"scenario": longer})


def divert(cast: Cast) -> object:
    values = {"schedule": cast.schedule, "to_staff": cast.alice}
    ends = {"ends_at": clock.now() + timedelta(hours=3)}
    return rota.create_divert({**values, **ends}, clock.now())


@pytest.mark.parametrize(
    ("write", "seconds"),
    [
        (shift_added, 3 * PHONE),
        (ring_time_of_the_number, 2 * (PHONE + 10)),
        (steps_of_the_scenario, 2 * PHONE),
        (contact_number, 2 * PHONE + 40),
        (person_leaves, PHONE),
        (house_ring_time, 2 * (PHONE + 20)),
        (no_supervisors, PHONE),
        (scenario_of_the_schedule, 4 * PHONE),
        (divert, 3 * PHONE),
    ],
)
def test_whatever_moves_the_longest_wait_keeps_it_anew_when_it_is_committed(
    people: Cast,
    write: Callable[[Cast], object],
    seconds: int,
    django_capture_on_commit_callbacks: Any,
) -> None:
    PhoneNumber.objects.update(worst_case_seconds=None)
    with django_capture_on_commit_callbacks(execute=True):
        write(people)
        assert kept() is None
    assert kept() == seconds


@pytest.mark.parametrize("led_by", ["closed_hours", "a_key", "a_service"])
def test_a_shift_saved_where_a_number_only_leads_keeps_the_number_anew(
    people: Cast, led_by: str, django_capture_on_commit_callbacks: Any
) -> None:
    lyon = Schedule.objects.create(name="Lyon", time_zone="Europe/Paris")
    led: dict[str, Any] = {"kind": "schedule", "schedule": lyon}
    if led_by == "a_service":
        answered = {"answered_by": "schedule", "schedule": lyon}
        service = Service.objects.create(name={"en": "Heating"}, colour="#123456", **answered)
        led = {"kind": "service", "service": service}
    if led_by == "a_key":
        menu = Menu.objects.create(name="Main")
        MenuOption.objects.create(menu=menu, key="1", **led)
        PhoneNumber.objects.update(behaviour="smart_voicemail", menu=menu)
    else:
        PhoneNumber.objects.update(opening_hours=CLOSED)
        ClosedRoute.objects.create(phone_number=people.line, **led)
    worst_cases.refresh(clock.now())
    with django_capture_on_commit_callbacks(execute=True):
        shift_added(replace(people, schedule=lyon))
    assert kept() == 3 * PHONE


def test_many_writes_of_one_transaction_are_told_once(
    people: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[frozenset[int] | None] = []
    reach_news.register(told.append)
    try:
        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            reach_news.changed(1)
            with transaction.atomic():
                reach_news.changed(2)
        with django_capture_on_commit_callbacks(execute=True):
            reach_news.changed(3)
            reach_news.changed()
    finally:
        reach_news._listeners.remove(told.append)
    assert told == [frozenset({1, 2}), None]


def test_what_is_rolled_back_is_not_told(
    people: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[frozenset[int] | None] = []
    reach_news.register(told.append)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            with transaction.atomic():
                reach_news.changed(1)
                transaction.set_rollback(True)
            reach_news.changed(2)
    finally:
        reach_news._listeners.remove(told.append)
    assert told == [frozenset({2})]


def test_a_transfer_takes_a_minute_unless_the_number_says_how_long(people: Cast) -> None:
    PhoneNumber.objects.update(behaviour="transfer", forwarding_number="+33139989999")
    worst_cases.refresh(clock.now())
    line = PhoneNumber.objects.get()
    assert line.worst_case_path == [
        {"name": "+33 1 .. .. .. 99", "reason": "transfer", "seconds": 60 + DIRECT}
    ]
    PhoneNumber.objects.update(inbound_timeout=25)
    worst_cases.refresh(clock.now())
    assert kept() == 25 + DIRECT


def test_the_key_that_leads_to_the_longest_wait_decides_after_a_transfer(people: Cast) -> None:
    menu = Menu.objects.create(name="Main")
    under = Menu.objects.create(name="Under", parent=menu)
    MenuOption.objects.create(menu=menu, key="1", kind="menu", submenu=under)
    MenuOption.objects.create(menu=menu, key="2", kind="voicemail")
    MenuOption.objects.create(menu=under, key="1", kind="schedule", schedule=people.schedule)
    PhoneNumber.objects.update(
        behaviour="transfer_then_voicemail", menu=menu, forwarding_number="+33139989999"
    )
    worst_cases.refresh(clock.now())
    assert kept() == 15 + DIRECT + 2 * PHONE


def test_a_service_that_its_members_answer_counts_with_the_supervisors_after_it(
    people: Cast,
) -> None:
    service = Service.objects.create(
        name={"en": "Heating"}, colour="#123456", call_process=CallProcess.CASCADE.value
    )
    ContactNumber.objects.create(service=service, number="+33139981111")
    menu = Menu.objects.create(name="Main")
    MenuOption.objects.create(menu=menu, key="1", kind="service", service=service)
    PhoneNumber.objects.update(behaviour="smart_voicemail", menu=menu)
    worst_cases.refresh(clock.now())
    assert kept() == 2 * PHONE


def test_closed_hours_count_too(people: Cast) -> None:
    line = PhoneNumber.objects.get()
    line.opening_hours = CLOSED
    line.behaviour = "smart_voicemail"
    line.save()
    worst_cases.refresh(clock.now())
    assert kept() == 0
    ClosedRoute.objects.create(phone_number=line, kind="schedule", schedule=people.schedule)
    worst_cases.refresh(clock.now())
    assert kept() == 2 * PHONE
