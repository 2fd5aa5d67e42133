"""Ninety days ahead at every number: what is found, kept by difference, and told once."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client
from django.urls import reverse

from oncall_portal.lib import clock
from oncall_portal.outbox.models import OutgoingMessage
from scheduling.enums import Role
from scheduling.models import (
    ContactNumber,
    Schedule,
    ScheduleSupervisor,
    Service,
    Shift,
    Staff,
    TimeOff,
)
from scheduling.tests.logins import login
from telephony import number_scan
from telephony.models import ClosedRoute, Menu, MenuOption, NumberProblem, PhoneNumber, Prompt
from tests.cast import SAM_MAIL, START, Cast
from tests.scanned import (
    AHEAD,
    DAY,
    HOUR,
    TWO,
    cover,
    found,
    house,
    menu_with,
    open_till_eleven,
    stretches,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    """Bruno is on call for all of the ninety days; Sam supervises."""
    return house()


def test_a_number_that_is_well_has_no_problem(people: Cast) -> None:
    assert (number_scan.scan(START), found()) == (0, [])


def test_a_hole_of_its_schedule_is_told_once_to_the_supervisors(people: Cast) -> None:
    Shift.objects.update(period=DateTimeTZRange(START - DAY, START + DAY))
    cover(people.schedule, people.chloe, 2 * DAY, AHEAD + DAY)
    assert number_scan.scan(START) == 1
    assert (found(), stretches()) == ([("nobody", "Paris")], [(DAY, 2 * DAY)])
    (mail,) = OutgoingMessage.objects.all()
    assert (mail.to, mail.subject) == (SAM_MAIL, "1 problem ahead at Main line")
    assert (
        "- Tue 3 Mar 2026 10:00 to Wed 4 Mar 2026 10:00: a caller would reach nobody (Paris)"
        in mail.body
    )
    row = NumberProblem.objects.get()
    assert number_scan.scan(START + HOUR) == 0
    assert OutgoingMessage.objects.count() == 1
    assert NumberProblem.objects.get() == row
    assert NumberProblem.objects.get().told_at == START


def test_a_hole_that_is_filled_is_forgotten(people: Cast) -> None:
    Shift.objects.update(period=DateTimeTZRange(START + DAY, START + AHEAD + DAY))
    number_scan.scan(START)
    Shift.objects.update(period=DateTimeTZRange(START - DAY, START + AHEAD + DAY))
    assert (number_scan.scan(START), found()) == (0, [])


def test_without_anybody_to_write_to_it_is_told_as_soon_as_there_is(people: Cast) -> None:
    Staff.objects.update(email="")
    Shift.objects.update(period=DateTimeTZRange(START + DAY, START + AHEAD + DAY))
    assert number_scan.scan(START) == 1
    Staff.objects.filter(pk=people.sam.pk).update(email=SAM_MAIL)
    assert number_scan.scan(START + HOUR) == 1
    assert OutgoingMessage.objects.count() == 1


def test_a_number_that_is_switched_off_is_named_without_its_digits(people: Cast) -> None:
    ContactNumber.objects.create(
        staff=people.bruno, number="+33639981234", position=2, enabled=False
    )
    number_scan.scan(START)
    assert found() == [("disabled_number", "Bruno: +33 6 .. .. .. 34 (switched off)")]
    assert NumberProblem.objects.get().mend == f"staff:{people.bruno.pk}"


def test_the_number_of_somebody_whom_no_caller_reaches_does_not_matter(people: Cast) -> None:
    ContactNumber.objects.filter(staff=people.chloe).update(enabled=False)
    assert (number_scan.scan(START), found()) == (0, [])


def test_a_supervisor_without_a_number_and_one_who_is_away_are_told(people: Cast) -> None:
    away = DateTimeTZRange(START + DAY, START + 3 * DAY)
    TimeOff.objects.create(staff=people.sam, period=away)
    number_scan.scan(START)
    assert found() == [("unreachable_supervisor", "Sam")]
    assert NumberProblem.objects.get().period == away
    ContactNumber.objects.filter(staff=people.sam).delete()
    number_scan.scan(START)
    whole = DateTimeTZRange(START, START + AHEAD)
    assert NumberProblem.objects.get().period == whole


def test_the_schedules_that_the_keys_of_a_menu_lead_to_count(people: Cast) -> None:
    empty = Schedule.objects.create(name="Lyon", time_zone="Europe/Paris")
    menu = Menu.objects.create(name="Main")
    MenuOption.objects.create(menu=menu, key="1", kind="schedule", schedule=empty)
    PhoneNumber.objects.update(behaviour="smart_voicemail", menu=menu)
    number_scan.scan(START)
    assert ("nobody", "Lyon") in found()
    assert stretches() == [(timedelta(), AHEAD)]


def test_the_schedule_of_a_number_that_asks_nobody_on_call_does_not_matter(people: Cast) -> None:
    Shift.objects.all().delete()
    PhoneNumber.objects.update(behaviour="transfer", forwarding_number="+33145678901")
    assert (number_scan.scan(START), found()) == (0, [])


def test_a_service_that_a_key_leads_to_counts_with_its_schedule_or_its_number(people: Cast) -> None:
    empty = Schedule.objects.create(name="Lyon", time_zone="Europe/Paris")
    by_schedule = Service.objects.create(
        name={"en": "Repairs"}, answered_by="schedule", schedule=empty
    )
    itself = Service.objects.create(name={"en": "Heating"})
    ContactNumber.objects.create(service=itself, number="+33639981234", enabled=False)
    menu = Menu.objects.create(name="Main")
    for key, service in (("1", by_schedule), ("2", itself)):
        name = {"en": key, "fr": key}
        MenuOption.objects.create(menu=menu, key=key, kind="service", service=service, name=name)
    PhoneNumber.objects.update(behaviour="smart_voicemail", menu=menu)
    number_scan.scan(START)
    assert found() == [
        ("disabled_number", "Heating: +33 6 .. .. .. 34 (switched off)"),
        ("nobody", "Heating"),
        ("nobody", "Lyon"),
    ]
    mends = NumberProblem.objects.order_by("kind", "name").values_list("mend", flat=True)
    heating = f"service:{itself.pk}"
    assert list(mends) == [heating, heating, f"schedule:{empty.pk}"]


@pytest.mark.parametrize("own", [True, False])
def test_the_supervisors_of_the_schedule_count_else_those_of_the_house(
    people: Cast, own: bool
) -> None:
    if own:
        ScheduleSupervisor.objects.update(staff=people.chloe)
    else:
        ScheduleSupervisor.objects.all().delete()
    for person, digits in ((people.chloe, "11"), (people.sam, "22")):
        ContactNumber.objects.create(
            staff=person, number=f"+336399812{digits}", position=2, enabled=False
        )
    number_scan.scan(START)
    chloe, sam = (f"{of}: +33 6 .. .. .. {end} (switched off)" for of, end in TWO)
    assert found() == [("disabled_number", chloe if own else sam)]


def test_a_number_without_a_schedule_has_the_supervisors_of_the_house(people: Cast) -> None:
    PhoneNumber.objects.update(schedule=None)
    ContactNumber.objects.filter(staff=people.sam).delete()
    number_scan.scan(START)
    assert ("unreachable_supervisor", "Sam") in found()


def test_a_hole_outside_the_opening_hours_matters_for_the_closed_route_only(people: Cast) -> None:
    Shift.objects.update(period=DateTimeTZRange(START + DAY, START + AHEAD + DAY))
    line = open_till_eleven()
    number_scan.scan(START)
    hours = [(timedelta(), HOUR), (22 * HOUR, 24 * HOUR)]  # from ten o'clock on
    assert stretches() == hours
    empty = Schedule.objects.create(name="Lyon", time_zone="Europe/Paris")
    ClosedRoute.objects.create(phone_number=line, kind="schedule", schedule=empty)
    number_scan.scan(START)
    assert (HOUR, 22 * HOUR) in stretches()


def test_what_is_not_said_in_a_language_of_the_callers_is_a_problem_until_it_is(
    people: Cast,
) -> None:
    greeting = Prompt.objects.create(name="Greeting", text={"en": "Hello"})
    PhoneNumber.objects.update(greeting=greeting)
    number_scan.scan(START)
    ((kind, name),) = found()
    assert (kind, "Greeting" in name, name.endswith("(fr)")) == ("missing_prompt", True, True)
    assert str(greeting.pk) in NumberProblem.objects.get().mend
    assert number_scan.scan(START + DAY) == 0
    Prompt.objects.update(text={"en": "Hello", "fr": "Bonjour"})
    number_scan.scan(START + DAY)
    assert found() == []


def test_the_number_of_queries_does_not_depend_on_how_many_numbers_there_are(
    people: Cast, django_assert_max_num_queries: Any
) -> None:
    for n in range(8):
        rota = Schedule.objects.create(name=f"Rota {n}", time_zone="Europe/Paris")
        cover(rota, people.bruno, -DAY, AHEAD + DAY)
        PhoneNumber.objects.create(name=f"Line {n}", number=f"+3397000010{n}", schedule=rota)
    with django_assert_max_num_queries(30):
        number_scan.scan(START)


def test_a_manager_scans_on_demand_on_the_page_and_at_the_api(people: Cast) -> None:
    ContactNumber.objects.filter(staff=people.bruno).update(enabled=False)
    Shift.objects.update(period=DateTimeTZRange(clock.now() - DAY, clock.now() + AHEAD + DAY))
    page = Client()
    page.force_login(login(Role.MANAGER))
    told = page.post(reverse("admin:telephony_numberproblem_scan"), follow=True)
    assert "2 new problems." in told.content.decode()
    assert "a number is not rung: Bruno: +33 6 .. .. .. 02 (switched off)" in told.content.decode()
    link = reverse("admin:scheduling_staff_change", args=[people.bruno.pk])
    assert f'<a href="{link}">Open</a>' in told.content.decode()
    rows = page.post("/api/v1/phone-numbers/scan/").json()
    assert {row["kind"] for row in rows} == {"nobody", "disabled_number"}
    assert {row["phone_number"] for row in rows} == {people.line.pk}


def test_what_is_wrong_with_a_number_or_a_menu_leads_to_their_pages(people: Cast) -> None:
    transfer = {"kind": "transfer", "transfer_number": "+447400123456"}
    menu = menu_with(**transfer)
    ClosedRoute.objects.create(phone_number=open_till_eleven(), **transfer)
    number_scan.scan(START)
    page = Client()
    page.force_login(login(Role.MANAGER))
    shown = page.get(reverse("admin:telephony_numberproblem_changelist")).content.decode()
    for row in (people.line, menu):
        link = reverse(f"admin:telephony_{row._meta.model_name}_change", args=[row.pk])
        assert f'<a href="{link}">Open</a>' in shown


def test_the_command_lists_them_and_exits_with_1(people: Cast) -> None:
    Shift.objects.update(period=DateTimeTZRange(clock.now() - DAY, clock.now() + AHEAD + DAY))
    out = StringIO()
    call_command("scan_numbers", stdout=out)
    assert out.getvalue() == "No problem ahead at any number.\n"
    ContactNumber.objects.filter(staff=people.sam).delete()
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("scan_numbers", stdout=out)
    assert "a supervisor cannot be reached (Sam)" in out.getvalue()
