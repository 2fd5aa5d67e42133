"""When the callers of a number would reach nobody, ninety days ahead."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from oncall_portal.outbox.models import OutgoingMessage
from scheduling.models import (
    ContactNumber,
    Divert,
    IntendedGap,
    Organisation,
    OrganisationSupervisor,
    Schedule,
    Service,
    ServiceMember,
    Shift,
    Staff,
    TimeOff,
)
from telephony import number_scan
from telephony.models import ClosedRoute, NumberProblem, PhoneNumber
from tests.cast import START, Cast, scenario
from tests.scanned import (
    AHEAD,
    BOTH,
    DAY,
    HOUR,
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
