"""The admin writes through the same services as the API, and shows what they refuse."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scheduling.enums import Role
from scheduling.models import ContactNumber, Schedule, Service, Shift, Staff
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import login
from scheduling.tests.pages import errors, filled, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> Client:
    build.organisation(region="FR")
    client = Client()
    client.force_login(login(Role.MANAGER))
    return client


def add(model: str) -> str:
    """Return the address of the form for a new row."""
    return reverse(f"admin:scheduling_{model}_add")


def edit(row: Any) -> str:
    """Return the address of the form of a row."""
    return reverse(f"admin:scheduling_{row._meta.model_name}_change", args=[row.pk])


def new_number(number: str) -> dict[str, Any]:
    """Return the fields of one new number in a person's form."""
    return {
        "numbers-TOTAL_FORMS": 1,
        "numbers-0-number": number,
        "numbers-0-position": 1,
        "numbers-0-can_sms": "on",
        "numbers-0-enabled": "on",
    }


@pytest.mark.requirement("PLA-04")
def test_a_person_is_added_with_a_number_and_gets_a_free_colour(page: Client) -> None:
    taken = build.staff("Bob").colour
    send(page, add("staff"), name="Amélie", **new_number("06 12 34 56 78"))
    amelie = Staff.objects.get(name="Amélie")
    assert [str(n.number) for n in amelie.numbers.all()] == ["+33612345678"]
    assert amelie.colour not in {"", taken}


def test_whoever_may_only_see_a_person_may_only_see_their_numbers() -> None:
    build.organisation(region="FR")
    bob = build.staff("Bob", "+33612345678")
    client = Client()
    client.force_login(login(Role.SUPERVISOR))
    shown = client.get(edit(bob)).content.decode()
    assert "Bob" in shown
    assert "numbers-0-position" not in shown


def test_a_bad_number_is_refused_with_the_way_to_write_it(page: Client) -> None:
    answer = send(page, add("staff"), name="Amélie", **new_number("06 12"))
    assert errors(answer) == [
        "“06 12” is not a phone number; write it like 06 12 34 56 78 or +33 6 12 34 56 78."
    ]
    assert not Staff.objects.filter(name="Amélie").exists()


def test_a_change_counts_the_version_up_and_a_stale_one_is_refused(page: Client) -> None:
    bob = build.staff("Bob")
    stale = filled(page, edit(bob), name="Robert")
    send(page, edit(bob), name="Bobby")
    bob.refresh_from_db()
    assert (bob.name, bob.version) == ("Bobby", 2)
    answer = page.post(edit(bob), stale)
    assert errors(answer) == ["It was changed by someone else since you opened it: load it again."]
    bob.refresh_from_db()
    assert bob.name == "Bobby"


def test_a_number_is_changed_in_its_person_with_its_own_version(page: Client) -> None:
    bob = build.staff("Bob", "+33612345678")
    ContactNumber.objects.update(verified_at=at(8))
    send(page, edit(bob), **{"numbers-0-number": "0612345679"})
    number = ContactNumber.objects.get(staff=bob)
    assert (str(number.number), number.version, number.verified_at) == ("+33612345679", 2, None)


def test_a_number_is_taken_off_its_person(page: Client) -> None:
    bob = build.staff("Bob")
    send(page, edit(bob), **{"numbers-0-DELETE": "on"})
    assert not bob.numbers.exists()


def test_supervisors_are_written_in_the_order_of_their_positions(page: Client) -> None:
    alice, bob = build.staff("Alice"), build.staff("Bob")
    rota = build.schedule("Paris", alice, bob)
    send(
        page,
        edit(rota),
        **{"supervisor_entries-0-position": 2, "supervisor_entries-1-position": 1},
    )
    assert [entry.staff for entry in rota.supervisor_entries.all()] == [bob, alice]
    rota.refresh_from_db()
    assert rota.version == 2


def test_the_same_supervisor_twice_is_refused(page: Client) -> None:
    alice, bob = build.staff("Alice"), build.staff("Bob")
    rota = build.schedule("Paris", alice, bob)
    answer = send(page, edit(rota), **{"supervisor_entries-1-staff": alice.pk})
    assert errors(answer) == ["Name each person once."]
    assert [entry.staff for entry in rota.supervisor_entries.all()] == [alice, bob]


def test_a_service_is_named_in_each_language(page: Client) -> None:
    send(page, add("service"), name_fr="Urgence", name_en="Emergency", answered_by="numbers")
    assert Service.objects.get().name == {"fr": "Urgence", "en": "Emergency"}


def test_a_shift_is_written_by_the_clock_of_its_schedule(page: Client) -> None:
    alice, rota = build.staff("Alice"), build.schedule()
    times = {
        "starts_local": "2027-01-04T09:00",
        "ends_local": "2027-01-04T10:00",
    }
    send(page, add("shift"), schedule=rota.pk, staff=alice.pk, **times)
    shift = Shift.objects.get()
    assert (shift.starts_at, shift.ends_at, shift.version) == (at(8), at(9), 1)
    answer = send(page, edit(shift), ends_local="2027-01-04T08:00")
    assert errors(answer) == ["The end must be after the start."]


def test_what_is_still_needed_is_not_deleted(page: Client) -> None:
    alice, rota = build.staff("Alice"), build.schedule()
    build.shift(rota, alice, at(8), at(9))
    address = reverse("admin:scheduling_schedule_delete", args=[rota.pk])
    page.post(address, {"post": "yes"})
    assert Schedule.objects.filter(pk=rota.pk).exists()


def test_a_row_is_deleted_through_its_service(page: Client) -> None:
    bob = build.staff("Bob")
    page.post(reverse("admin:scheduling_staff_delete", args=[bob.pk]), {"post": "yes"})
    assert not Staff.objects.filter(pk=bob.pk).exists()


def test_nothing_is_deleted_in_bulk_past_the_services(page: Client) -> None:
    bob = build.staff("Bob")
    body = {"action": "delete_selected", "_selected_action": [bob.pk], "post": "yes"}
    page.post(reverse("admin:scheduling_staff_changelist"), body)
    assert Staff.objects.filter(pk=bob.pk).exists()


def test_a_manager_cannot_make_a_login_somebody_elses(page: Client) -> None:
    boss, bob = login(Role.ADMINISTRATOR), build.staff("Bob")
    send(page, edit(bob), name="Bobby", user=boss.pk)
    bob.refresh_from_db()
    assert (bob.name, bob.user) == ("Bobby", None)
