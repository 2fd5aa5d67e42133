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
    Divert,
    IntendedGap,
    Organisation,
    OrganisationSupervisor,
    Schedule,
    ScheduleSupervisor,
    Service,
    ServiceMember,
    Shift,
    Staff,
    TimeOff,
)
from scheduling.tests.logins import login
from telephony import number_scan
from telephony.models import ClosedRoute, Menu, MenuOption, NumberProblem, PhoneNumber, Prompt
from tests.cast import SAM_MAIL, START, Cast, create, scenario

pytestmark = pytest.mark.django_db
AHEAD = timedelta(days=90)
BOTH = {"en": "Hello", "fr": "Bonjour"}
TWO = (("Chloé", "11"), ("Sam", "22"))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def cover(schedule: Schedule, person: Staff, start: timedelta, end: timedelta) -> Shift:
    """Put somebody on call, counted from the stories' start."""
    period = DateTimeTZRange(START + start, START + end)
    return Shift.objects.create(schedule=schedule, staff=person, level=1, period=period)


@pytest.fixture
def people() -> Cast:
    """Bruno is on call for all of the ninety days; Sam supervises."""
    cast = create()
    Organisation.objects.update(languages=["en", "fr"])
    cover(cast.schedule, cast.bruno, -DAY, AHEAD + 30 * DAY)
    return cast


def menu_with(**leads: Any) -> Menu:
    """Give the line a menu in the place of its rota, whose key 1 leads there."""
    menu = Menu.objects.create(name="Main")
    MenuOption.objects.create(menu=menu, key="1", name=BOTH, **leads)
    PhoneNumber.objects.update(behaviour="smart_voicemail", menu=menu)
    return menu


def open_till_eleven() -> PhoneNumber:
    """Let the line be open every day from eight to eleven; the stories start at ten."""
    line = PhoneNumber.objects.get()
    week = ["mo", "tu", "we", "th", "fr", "sa", "su"]
    line.opening_hours = {
        "time_zone": "Europe/Paris",
        "weekly": [{"days": week, "from": "08:00", "to": "11:00"}],
        "holidays": "as_usual",
        "exceptions": [],
    }
    line.save()
    return line


def found() -> list[tuple[str, str]]:
    """Return what is kept: the kind, and what or who."""
    rows = NumberProblem.objects.order_by("kind", "period", "name")
    return list(rows.values_list("kind", "name"))


def stretches() -> list[tuple[timedelta, timedelta]]:
    """Return when nobody is reached, counted from the stories' start."""
    rows = NumberProblem.objects.filter(kind="nobody").order_by("period")
    return [(row.period.lower - START, row.period.upper - START) for row in rows]


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


# --- no schedule ---------------------------------------------------------------------------------


def test_a_number_without_a_schedule_says_so_when_no_supervisor_of_the_house_is_reached(
    people: Cast,
) -> None:
    PhoneNumber.objects.update(schedule=None)
    assert (number_scan.scan(START), found()) == (0, [])
    TimeOff.objects.create(staff=people.sam, period=(START + DAY, START + 2 * DAY))
    number_scan.scan(START)
    assert found() == [("nobody", "no schedule"), ("unreachable_supervisor", "Sam")]
    assert stretches() == [(DAY, 2 * DAY)]
    assert NumberProblem.objects.get(kind="nobody").mend == f"number:{people.line.pk}"
    OrganisationSupervisor.objects.all().delete()
    number_scan.scan(START)
    assert (found(), stretches()) == ([("nobody", "no schedule")], [(timedelta(), AHEAD)])


@pytest.mark.parametrize("with_schedule", [True, False])
def test_a_key_to_a_service_that_is_gone_leads_to_whoever_is_on_call_for_the_number(
    people: Cast, with_schedule: bool
) -> None:
    Shift.objects.all().delete()
    OrganisationSupervisor.objects.all().delete()
    menu_with(kind="service", service=Service.objects.create(name=BOTH, active=False))
    if not with_schedule:
        PhoneNumber.objects.update(schedule=None)
    number_scan.scan(START)
    assert found() == [("nobody", "Paris" if with_schedule else "no schedule")]


# --- services that answer by themselves ----------------------------------------------------------


def test_a_service_whose_members_are_all_away_is_told_for_these_hours(people: Cast) -> None:
    team = Service.objects.create(name=BOTH, answered_by="members")
    for person in (people.alice, people.chloe):
        ServiceMember.objects.create(service=team, staff=person)
    menu_with(kind="service", service=team)
    assert (number_scan.scan(START), found()) == (0, [])
    TimeOff.objects.create(staff=people.alice, period=(START, START + 3 * DAY))
    TimeOff.objects.create(staff=people.chloe, period=(START + DAY, START + 5 * DAY))
    number_scan.scan(START)
    assert (found(), stretches()) == ([("nobody", "Hello")], [(DAY, 3 * DAY)])
    assert NumberProblem.objects.get().mend == f"service:{team.pk}"
    Staff.objects.filter(pk=people.chloe.pk).update(active=False)
    number_scan.scan(START)
    assert stretches() == [(timedelta(), 3 * DAY)]


def test_a_service_by_members_who_have_no_number_in_use_is_told_with_their_numbers(
    people: Cast,
) -> None:
    team = Service.objects.create(name=BOTH, answered_by="members")
    ServiceMember.objects.create(service=team, staff=people.chloe)
    ContactNumber.objects.filter(staff=people.chloe).update(enabled=False)
    menu_with(kind="service", service=team)
    number_scan.scan(START)
    assert found() == [
        ("disabled_number", "Chloé: +33 6 .. .. .. 03 (switched off)"),
        ("nobody", "Hello"),
    ]


def test_a_service_behind_the_closed_hours_counts_while_the_number_is_closed(
    people: Cast,
) -> None:
    ClosedRoute.objects.create(
        phone_number=open_till_eleven(), kind="service", service=Service.objects.create(name=BOTH)
    )
    number_scan.scan(START)
    assert stretches()[0] == (HOUR, 22 * HOUR)


# --- hours that need no cover --------------------------------------------------------------------

NIGHTS = {
    "kind": "weekly",
    "hours": [{"days": ["mo", "tu", "we", "th", "fr", "sa", "su"], "from": "18:00", "to": "08:00"}],
}


@pytest.mark.parametrize("coverage", [NIGHTS, {"kind": "none"}, {"kind": "unknown"}])
def test_hours_in_which_nobody_must_be_on_call_are_told_where_callers_come(
    people: Cast, coverage: dict[str, Any]
) -> None:
    Shift.objects.update(period=DateTimeTZRange(START + DAY, START + AHEAD + DAY))
    Schedule.objects.update(coverage=coverage)
    number_scan.scan(START)
    assert (found(), stretches()) == ([("nobody", "Paris")], [(timedelta(), DAY)])


def test_hours_in_which_the_number_is_closed_are_not(people: Cast) -> None:
    Shift.objects.update(period=DateTimeTZRange(START + DAY, START + AHEAD + DAY))
    Schedule.objects.update(coverage={"kind": "none"})
    open_till_eleven()
    number_scan.scan(START)
    assert stretches() == [(timedelta(), HOUR), (22 * HOUR, DAY)]


def test_what_is_intended_is_not_told(people: Cast) -> None:
    Shift.objects.update(period=DateTimeTZRange(START + 2 * DAY, START + AHEAD + DAY))
    Schedule.objects.update(coverage={"kind": "none"})
    IntendedGap.objects.create(schedule=people.schedule, period=(START, START + DAY))
    number_scan.scan(START)
    assert stretches() == [(DAY, 2 * DAY)]


def test_a_hole_of_every_day_is_told_in_few_lines_and_not_again_each_day(people: Cast) -> None:
    Shift.objects.all().delete()
    for day in range(-1, 99):
        start = day * DAY + 8 * HOUR  # eighteen o'clock
        cover(people.schedule, people.bruno, start, start + 14 * HOUR)
    Schedule.objects.update(coverage=NIGHTS)
    assert number_scan.scan(START) == 91  # that under way, and 90 to come
    (mail,) = OutgoingMessage.objects.all()
    lines = [line for line in mail.body.splitlines() if line.startswith("- ")]
    last = "Sun 31 May 2026 09:00 to Sun 31 May 2026 11:00"
    assert lines[0].startswith("- Mon 2 Mar 2026 10:00 to Mon 2 Mar 2026 18:00")
    assert lines[3:] == [f"- 88 times more, the last {last}: a caller would reach nobody (Paris)"]
    assert number_scan.scan(START + DAY) == 0
    assert number_scan.scan(START + 9 * DAY) == 0
    assert OutgoingMessage.objects.count() == 1


# --- scenarios -----------------------------------------------------------------------------------


def test_a_scenario_that_rings_somebody_by_name_finds_them_where_the_rota_has_nobody(
    people: Cast,
) -> None:
    Shift.objects.all().delete()
    scenario(
        people.schedule, {"kind": "level", "level": 1}, {"kind": "staff", "staff": people.alice}
    )
    assert (number_scan.scan(START), found()) == (0, [])
    TimeOff.objects.create(staff=people.alice, period=(START + DAY, START + 2 * DAY))
    number_scan.scan(START)
    assert stretches() == [(DAY, 2 * DAY)]
    ContactNumber.objects.filter(staff=people.alice).update(enabled=False)
    number_scan.scan(START)
    assert stretches() == [(timedelta(), AHEAD)]
    assert ("disabled_number", "Alice: +33 6 .. .. .. 01 (switched off)") in found()


def test_a_scenario_that_rings_no_level_asks_no_rota(people: Cast) -> None:
    Shift.objects.all().delete()
    scenario(people.schedule, {"kind": "supervisors"}, {"kind": "voicemail"})
    assert (number_scan.scan(START), found()) == (0, [])


# --- diverts -------------------------------------------------------------------------------------


def test_while_a_number_is_diverted_it_is_the_goal_that_must_be_reached(people: Cast) -> None:
    Shift.objects.update(period=DateTimeTZRange(START + 2 * DAY, START + AHEAD + DAY))
    Divert.objects.create(
        phone_number=people.line,
        to_staff=people.alice,
        period=(START + DAY, START + 4 * DAY),
        created_at=START,
    )
    number_scan.scan(START)
    assert (found(), stretches()) == ([("nobody", "Paris")], [(timedelta(), DAY)])
    TimeOff.objects.create(staff=people.alice, period=(START + 3 * DAY, START + 5 * DAY))
    number_scan.scan(START)
    assert found() == [("nobody", "Paris"), ("nobody", "divert")]
    assert stretches()[1] == (3 * DAY, 4 * DAY)
    ContactNumber.objects.filter(staff=people.alice).update(enabled=False)
    number_scan.scan(START)
    assert stretches() == [(timedelta(), DAY), (DAY, 4 * DAY)]
    assert ("disabled_number", "Alice: +33 6 .. .. .. 01 (switched off)") in found()


def test_a_transfer_that_is_diverted_to_somebody_out_of_reach_is_told(people: Cast) -> None:
    PhoneNumber.objects.update(behaviour="transfer", forwarding_number="+33145678901")
    Divert.objects.create(
        phone_number=people.line,
        to_number="+447400123456",
        period=(START - DAY, START + DAY),
        created_at=START,
    )
    number_scan.scan(START)
    assert found() == [
        ("disabled_number", "divert: +44 7 .. .. .. . 56 (country not called)"),
        ("nobody", "divert"),
    ]
    assert stretches() == [(timedelta(), DAY)]


# --- numbers that may not be dialled -------------------------------------------------------------


def test_a_number_of_a_country_that_is_no_longer_called_is_told_and_reaches_nobody(
    people: Cast,
) -> None:
    ContactNumber.objects.filter(staff=people.bruno).update(number="+447400123456")
    Organisation.objects.update(allowed_countries=["FR", "GB"])
    assert (number_scan.scan(START), found()) == (0, [])
    Organisation.objects.update(allowed_countries=["FR"])
    number_scan.scan(START)
    assert found() == [
        ("disabled_number", "Bruno: +44 7 .. .. .. . 56 (country not called)"),
        ("nobody", "Paris"),
    ]
    ContactNumber.objects.create(staff=people.bruno, number="+33639981234", position=2)
    number_scan.scan(START)
    assert [kind for kind, _name in found()] == ["disabled_number"]


def test_whoever_is_away_with_the_one_number_that_may_be_dialled_is_not_reached(
    people: Cast,
) -> None:
    ContactNumber.objects.create(staff=people.bruno, number="+447400123456", position=2)
    TimeOff.objects.create(staff=people.bruno, period=(START + DAY, START + 2 * DAY))
    number_scan.scan(START)
    assert stretches() == [(DAY, 2 * DAY)]


def test_a_supervisor_with_a_number_that_is_not_dialled_cannot_be_reached(people: Cast) -> None:
    ContactNumber.objects.filter(staff=people.sam).update(number="+33899701234")
    number_scan.scan(START)
    assert found() == [
        ("disabled_number", "Sam: +33 8 .. .. .. 34 (never dialled)"),
        ("unreachable_supervisor", "Sam"),
    ]


@pytest.mark.parametrize("behaviour", ["transfer", "transfer_then_voicemail"])
def test_a_number_to_which_calls_are_transferred_counts_too(people: Cast, behaviour: str) -> None:
    PhoneNumber.objects.update(forwarding_number="+447400123456")
    assert (number_scan.scan(START), found()) == (0, [])
    PhoneNumber.objects.update(behaviour=behaviour)
    number_scan.scan(START)
    masked = "+44 7 .. .. .. . 56 (country not called)"
    assert found() == [("disabled_number", f"forwarding number: {masked}")]
    assert NumberProblem.objects.get().mend == f"number:{people.line.pk}"


def test_a_number_behind_a_key_and_one_behind_the_closed_hours_count_too(people: Cast) -> None:
    transfer = {"kind": "transfer", "transfer_number": "+447400123456"}
    menu = menu_with(**transfer)
    ClosedRoute.objects.create(phone_number=open_till_eleven(), **transfer)
    number_scan.scan(START)
    masked = "+44 7 .. .. .. . 56 (country not called)"
    rows = NumberProblem.objects.order_by("name").values_list("kind", "name", "mend")
    assert list(rows) == [
        (
            "disabled_number",
            f"closed hours of the number “Main line”: {masked}",
            f"number:{people.line.pk}",
        ),
        ("disabled_number", f"key 1 of the menu “Main”: {masked}", f"menu:{menu.pk}"),
    ]


def test_a_divert_to_a_number_that_is_not_dialled_is_told(people: Cast) -> None:
    Divert.objects.create(
        schedule=people.schedule,
        to_number="+447400123456",
        period=(START, START + DAY),
        created_at=START,
    )
    number_scan.scan(START)
    assert found() == [
        ("disabled_number", "divert: +44 7 .. .. .. . 56 (country not called)"),
        ("nobody", "Paris"),
    ]
    assert stretches() == [(timedelta(), DAY)]


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
