"""Stand-ins, time off and intended holes in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from scheduling.enums import Role
from scheduling.models import IntendedGap, Override, RotaOperation, Schedule, Staff, TimeOff
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import login
from scheduling.tests.pages import errors, filled, send
from scheduling.tests.rotas import at_time

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_monday_morning() -> Any:
    with at_time(at(6)):
        yield


@pytest.fixture
def page() -> Client:
    client = Client()
    client.force_login(login(Role.MANAGER))
    return client


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris")


def add(model: str) -> str:
    return reverse(f"admin:scheduling_{model}_add")


def change(row: Any) -> str:
    return reverse(f"admin:scheduling_{row._meta.model_name}_change", args=[row.pk])


def test_a_stand_in_for_a_shift_lasts_as_long_unless_told_otherwise(
    page: Client, rota: Schedule
) -> None:
    duty = build.shift(rota, build.staff("Alice"), at(8), at(18))
    bob = build.staff("Bob")
    send(page, add("override"), schedule=rota.pk, replaces_shift=duty.pk, staff=bob.pk)
    row = Override.objects.get()
    assert (row.staff, row.starts_at, row.ends_at, row.whole) == (bob, at(8), at(18), True)
    send(page, change(row), ends_local="2027-01-04T13:00")
    row.refresh_from_db()
    assert (row.ends_at, row.whole, row.version) == (at(12), False, 2)
    assert RotaOperation.objects.count() == 2


def shifts_offered(page: Client, way: str) -> list[tuple[str, list[str]]]:
    box = page.get(way).context["adminform"].form.fields["replaces_shift"]
    return [(name, [words for _pk, words in rows]) for name, rows in box.choices if name]


def test_the_shift_is_chosen_in_words_among_those_that_come(page: Client, rota: Schedule) -> None:
    lyon = build.schedule("Lyon", time_zone="UTC")
    alice, desk = build.staff("Alice"), build.service("Reception")
    build.shift(rota, alice, at(1), at(6))  # over
    build.shift(rota, alice, at(10), at(18), level=3, state="cancelled")
    build.shift(rota, alice, at(5), at(7), level=2)
    build.shift(rota, desk, at(8, 17), at(18, 17))
    later = build.shift(rota, alice, at(8, 28), at(18, 28))
    build.shift(lyon, alice, at(8), at(18))
    soon = (
        "Mon 4 Jan, 06:00 → 08:00, level 2, Alice",
        "Sun 17 Jan, 09:00 → 19:00, level 1, Reception",
    )
    then = "Thu 28 Jan, 09:00 → 19:00, level 1, Alice"
    assert shifts_offered(page, add("override")) == [
        ("Lyon", ["Mon 4 Jan, 08:00 → 18:00, level 1, Alice"]),
        ("Paris", [*soon]),
    ]
    assert f'<a href="?schedule={rota.pk}">Paris</a>' in page.get(add("override")).content.decode()
    way = f"{add('override')}?schedule={rota.pk}"
    assert shifts_offered(page, way) == [("Paris", [*soon, then])]
    chosen = f"{add('override')}?replaces_shift={later.pk}"
    assert shifts_offered(page, chosen)[1] == ("Paris", [*soon, then])


def test_the_shifts_are_still_offered_beside_what_was_wrong(page: Client, rota: Schedule) -> None:
    duty = build.shift(rota, build.staff("Alice"), at(8), at(18))
    wrong = send(page, add("override"), schedule="x", replaces_shift=duty.pk)
    assert errors(wrong)[0].startswith("Select a valid choice")
    box = wrong.context["adminform"].form["replaces_shift"]
    assert f'value="{duty.pk}" selected' in str(box)


def test_the_page_of_a_shift_leads_to_a_stand_in_for_it(page: Client, rota: Schedule) -> None:
    duty = build.shift(rota, build.staff("Alice"), at(8), at(18))
    way = f"{add('override')}?schedule={rota.pk}&replaces_shift={duty.pk}"
    assert way.replace("&", "&amp;") in page.get(change(duty)).content.decode()
    assert page.post(way, filled(page, way)).status_code == 302
    row = Override.objects.get()
    assert (row.replaces_shift_id, row.staff, row.whole) == (duty.pk, None, True)


def test_what_a_stand_in_cuts_is_told(page: Client, rota: Schedule) -> None:
    build.override(rota, at(8), at(18), replaces_level=1)
    ends = {"starts_local": "2027-01-04T13:00", "ends_local": "2027-01-04T20:00"}
    answer = send(page, add("override"), schedule=rota.pk, replaces_level=1, **ends)
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    assert told[0] == "1 other stand-in was cut."


def test_a_stand_in_that_cannot_be_is_refused_at_its_box(page: Client, rota: Schedule) -> None:
    ends = {"starts_local": "2027-01-04T02:00", "ends_local": "2027-01-04T03:00"}
    answer = send(page, add("override"), schedule=rota.pk, replaces_level=1, **ends)
    assert errors(answer) == ["This is past: nobody can stand in any more."]
    assert not Override.objects.exists()


def test_deleting_a_stand_in_that_has_begun_ends_it(page: Client, rota: Schedule) -> None:
    row = build.override(rota, at(8), at(18), replaces_level=1)
    with at_time(at(10)):
        address = reverse("admin:scheduling_override_delete", args=[row.pk])
        assert page.post(address, {"post": "yes"}).status_code == 302
    assert Override.objects.get().ends_at == at(10)


def test_the_list_of_stand_ins_tells_whose_place_it_is(page: Client, rota: Schedule) -> None:
    build.override(rota, at(8), at(18), build.staff("Bob"), replaces_staff=build.staff("Alice"))
    build.override(rota, at(8), at(18), replaces_level=3)
    shown = page.get(reverse("admin:scheduling_override_changelist")).content.decode()
    assert "Alice" in shown
    assert "level 3" in shown
    assert "Mon 4 Jan 2027 09:00" in shown


def test_an_intended_hole_is_told_by_the_clock_of_the_schedule(
    page: Client, rota: Schedule
) -> None:
    ends = {"starts_local": "2027-01-04T09:00", "ends_local": "2027-01-04T19:00"}
    send(page, add("intendedgap"), schedule=rota.pk, note="closed", **ends)
    row = IntendedGap.objects.get()
    assert (row.starts_at, row.ends_at, row.note) == (at(8), at(18), "closed")


def test_time_off_is_entered_by_whole_days_or_times_of_the_persons_clock(page: Client) -> None:
    eve = build.staff("Eve", time_zone="America/New_York")
    days = {"first_day": "2027-01-04", "last_day": "2027-01-05"}
    send(page, add("timeoff"), staff=eve.pk, reason="leave", **days)
    row = TimeOff.objects.get()
    assert (row.starts_at, row.ends_at, row.reason) == (at(5), at(5, day=6), "leave")
    send(page, change(row))
    row.refresh_from_db()
    assert row.version == 1
    send(page, change(row), from_time="12:00", to_time="18:00")
    row.refresh_from_db()
    assert (row.starts_at, row.ends_at, row.version) == (at(17), at(23, day=5), 2)


@pytest.mark.parametrize(
    ("first", "last"), [("0001-01-01", "2027-01-05"), ("2027-01-04", "9999-12-31")]
)
def test_days_at_the_ends_of_the_calendar_are_refused(page: Client, first: str, last: str) -> None:
    days = {"first_day": first, "last_day": last}
    answer = send(page, add("timeoff"), staff=build.staff("Eve").pk, **days)
    assert errors(answer) == ["This is too far in time."]


def test_an_intended_hole_at_the_end_of_the_calendar_is_refused(page: Client) -> None:
    ends = {"starts_local": "2027-01-04T09:00", "ends_local": "9999-12-31T23:00"}
    rota = build.schedule("Honolulu", time_zone="Pacific/Honolulu")
    answer = send(page, add("intendedgap"), schedule=rota.pk, **ends)
    assert errors(answer) == ["This is too far in time."]


def test_days_in_the_wrong_order_are_refused(page: Client) -> None:
    days = {"first_day": "2027-01-05", "last_day": "2027-01-04"}
    answer = send(page, add("timeoff"), staff=build.staff("Eve").pk, **days)
    assert errors(answer) == ["The end must be after the start."]


def test_a_supervisor_enters_their_own_time_off_only() -> None:
    user = login(Role.SUPERVISOR)
    me, bob = Staff.objects.get(user=user), build.staff("Bob")
    page = Client()
    page.force_login(user)
    days = {"first_day": "2027-01-04", "last_day": "2027-01-04"}
    refused = send(page, add("timeoff"), staff=bob.pk, **days)
    assert [error.startswith("Select a valid choice") for error in errors(refused)] == [True]
    send(page, add("timeoff"), staff=me.pk, **days)
    assert [row.staff for row in TimeOff.objects.all()] == [me]
    theirs = build.time_off(bob, at(8), at(18))
    assert page.post(change(theirs), {"reason": "x"}).status_code == 403
