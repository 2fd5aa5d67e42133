"""The form of a rented number: hours, the route outside them, private numbers, the block list."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from scheduling.enums import Role
from scheduling.models import Organisation
from scheduling.tests import build
from scheduling.tests.logins import login
from scheduling.tests.pages import errors, send
from telephony.models import BlockedCaller, ClosedRoute, Menu, PhoneNumber

pytestmark = pytest.mark.django_db
LINE, MOBILE = "+33970000001", "+33612345678"
HOURS = {
    "time_zone": "Europe/Paris",
    "weekly": [{"days": ["mo", "tu"], "from": "09:00", "to": "18:00"}],
    "holidays": "closed",
    "exceptions": [
        {"on": "2026-12-24", "from": "09:00", "to": "12:00"},
        {"on": "2026-12-31", "closed": True},
    ],
}


@pytest.fixture
def page() -> Client:
    build.organisation(region="FR")
    client = Client()
    client.force_login(login(Role.MANAGER))
    return client


@pytest.fixture
def line() -> PhoneNumber:
    return PhoneNumber.objects.create(name="Main line", number=LINE)


def edit(row: Any) -> str:
    return reverse(f"admin:telephony_{row._meta.model_name}_change", args=[row.pk])


def test_how_long_things_are_kept_stands_beside_what_the_house_says(
    page: Client, line: PhoneNumber
) -> None:
    Organisation.objects.update(keep_audio_days=90)
    shown = page.get(edit(line)).content.decode()
    assert "Empty: as the organisation, 90 days." in shown
    assert shown.count("Empty: as the organisation, for ever.") == 2
    send(page, edit(line), keep_audio_days="30")
    line.refresh_from_db()
    assert (line.keep_audio_days, line.keep_numbers_days) == (30, None)


def weekly() -> dict[str, Any]:
    """Return what a browser sends of HOURS."""
    week, days = "opening_hours-weekly", "opening_hours-exceptions"
    return {
        "opening_hours": "weekly",
        "opening_hours-zone": "Europe/Paris",
        "opening_hours-holidays": "closed",
        f"{week}-TOTAL_FORMS": 2,
        f"{week}-0-days": ["mo", "tu"],
        f"{week}-0-start": "09:00",
        f"{week}-0-end": "18:00",
        f"{days}-TOTAL_FORMS": 3,
        f"{days}-0-on": "2026-12-24",
        f"{days}-0-start": "09:00",
        f"{days}-0-end": "12:00",
        f"{days}-1-on": "2026-12-31",
        f"{days}-1-closed": "on",
    }


@pytest.mark.requirement("VPB-01")
def test_opening_hours_are_written_in_boxes(page: Client, line: PhoneNumber) -> None:
    send(page, edit(line), **weekly())
    line.refresh_from_db()
    assert line.opening_hours == HOURS


def test_opening_hours_stay_as_they_are_when_nothing_is_changed(
    page: Client, line: PhoneNumber
) -> None:
    PhoneNumber.objects.filter(pk=line.pk).update(opening_hours=HOURS)
    send(page, edit(line), name="Renamed")
    line.refresh_from_db()
    assert (line.name, line.opening_hours) == ("Renamed", HOURS)


def test_an_hour_without_its_end_is_told_at_the_hours(page: Client, line: PhoneNumber) -> None:
    answer = send(page, edit(line), **{**weekly(), "opening_hours-weekly-0-end": ""})
    assert errors(answer) == ["Write both times like 09:00; 24:00 is the end of the day."]
    line.refresh_from_db()
    assert line.opening_hours is None


@pytest.mark.requirement("VPB-02")
def test_callers_of_a_closed_number_are_led_to_a_chosen_place(
    page: Client, line: PhoneNumber
) -> None:
    menu = Menu.objects.create(name="Night")
    send(page, edit(line), closed_route_0=f"menu:{menu.pk}")
    assert ClosedRoute.objects.get().submenu == menu
    send(page, edit(line), closed_route_0="transfer", closed_route_1="06 12 34 56 78")
    assert str(ClosedRoute.objects.get().transfer_number) == MOBILE
    send(page, edit(line), closed_route_0="")
    assert not ClosedRoute.objects.exists()


def test_a_route_to_a_number_that_costs_extra_is_told_at_the_route(
    page: Client, line: PhoneNumber
) -> None:
    answer = send(page, edit(line), closed_route_0="transfer", closed_route_1="08 99 70 12 34")
    assert errors(answer) == [
        "+33 899 70 12 34 is a premium-rate or other special number, which the portal never "
        "calls; give an ordinary one."
    ]


@pytest.mark.requirement("CRM-02")
def test_a_transfer_needs_its_number(page: Client, line: PhoneNumber) -> None:
    answer = send(page, edit(line), behaviour="transfer")
    assert errors(answer) == ["Say which number the calls are transferred to."]
    send(page, edit(line), behaviour="transfer", forwarding_number="06 12 34 56 78")
    line.refresh_from_db()
    assert (line.behaviour, str(line.forwarding_number)) == ("transfer", MOBILE)


def test_somebody_is_blocked_at_this_number_in_its_form(page: Client, line: PhoneNumber) -> None:
    row = {"kind": "exact", "pattern": "06 12 34 56 78", "active": "on"}
    fields = {f"blocked_callers-0-{name}": value for name, value in row.items()}
    send(page, edit(line), **{"blocked_callers-TOTAL_FORMS": 1}, **fields)
    found = BlockedCaller.objects.get()
    assert (found.pattern, found.phone_number) == (MOBILE, line)


def test_the_block_list_is_edited_on_a_page_of_its_own(page: Client) -> None:
    add = reverse("admin:telephony_blockedcaller_add")
    answer = send(page, add, kind="prefix", pattern="roofs", active="on")
    assert errors(answer) == ["Write how the numbers begin, like +33 8 99 or 08 99."]
    send(page, add, kind="prefix", pattern="08 99", active="on")
    entry = BlockedCaller.objects.get()
    send(page, edit(entry), note="Adverts")
    entry.refresh_from_db()
    assert (entry.pattern, entry.note, entry.version) == ("+33899", "Adverts", 2)


@pytest.mark.requirement("CRM-10")
def test_going_straight_to_a_voicemail_that_nobody_recorded_is_warned_about(
    page: Client, line: PhoneNumber
) -> None:
    told = "Its callers go practically straight to the voicemail, and no greeting is uploaded in"
    answer = send(page, edit(line), inbound_timeout=3)
    assert told in [str(each).partition(":")[0] for each in get_messages(answer.wsgi_request)]
    assert f'<span class="number-warning">{told}: ' in page.get(edit(line)).content.decode()
    send(page, edit(line), inbound_timeout=3, behaviour="transfer", forwarding_number=MOBILE)
    assert told not in page.get(edit(line)).content.decode()


@pytest.mark.requirement("PLN-04")
def test_services_that_callers_without_a_menu_cannot_choose_are_warned_about(
    page: Client, line: PhoneNumber
) -> None:
    for number in range(42):
        build.service(f"Service {number}")
    told = "2 services are beyond the five levels in which callers choose"
    answer = send(page, edit(line), behaviour="smart_voicemail", menu="")
    assert told in [str(each).partition(":")[0] for each in get_messages(answer.wsgi_request)]
    assert f'<span class="number-warning">{told}: ' in page.get(edit(line)).content.decode()


@pytest.mark.requirement("PLN-05")
def test_only_whole_menus_are_offered(page: Client, line: PhoneNumber) -> None:
    root = Menu.objects.create(name="Main")
    below = Menu.objects.create(name="Heating", parent=root)
    shown = page.get(edit(line)).content.decode()
    assert f'<option value="{root.pk}">Main</option>' in shown
    assert f'<option value="{below.pk}">' not in shown


def test_the_kept_longest_wait_is_shown_with_what_takes_longest(
    page: Client, line: PhoneNumber
) -> None:
    part = {"name": "Sam", "reason": "level_1", "seconds": 184}
    PhoneNumber.objects.update(worst_case_seconds=184, worst_case_path=[part])
    shown = page.get(edit(line)).content.decode()
    assert "184 seconds" in shown
    assert "<li>Sam (level 1): 184 seconds</li>" in shown


def test_where_nobody_waits_a_dash_is_shown(page: Client, line: PhoneNumber) -> None:
    assert page.get(edit(line)).content.decode().count('<div class="readonly">\u2013</div>') == 3


@pytest.mark.requirement("CRM-10")
def test_the_form_says_when_the_greeting_is_heard(page: Client, line: PhoneNumber) -> None:
    told = "Said before callers leave a message; empty: the mailbox's own, or the standard words."
    assert told in page.get(edit(line)).content.decode()


@pytest.mark.requirement("CRM-03")
def test_the_form_says_whose_number_shows_and_how_the_callers_own_is_told(
    page: Client, line: PhoneNumber
) -> None:
    shown = page.get(edit(line)).content.decode()
    for words in (
        "The phone that is called can only show one of your own numbers: the telephone platform "
        "lets no other through. Without this, the caller's own number is said in the "
        "whisper, which is heard only where a key is asked for.",
        "Also send the caller's number by text: to whoever takes the call, where their "
        "number receives SMS, and to the number that calls are transferred to, as it rings, where "
        "it is a mobile.",
    ):
        assert words in shown
