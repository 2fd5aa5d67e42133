"""Schedules, shifts and the house are edited in words; nobody writes JSON by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from scheduling.enums import Role
from scheduling.models import Organisation, Schedule, Shift
from scheduling.tests import build
from scheduling.tests.logins import login
from scheduling.tests.pages import errors, send

pytestmark = pytest.mark.django_db
ADD_SCHEDULE = reverse("admin:scheduling_schedule_add")


@pytest.fixture
def page() -> Client:
    build.organisation(region="FR")
    client = Client()
    client.force_login(login(Role.MANAGER))
    return client


def edit(row: Any) -> str:
    return reverse(f"admin:scheduling_{row._meta.model_name}_change", args=[row.pk])


def test_a_new_schedule_has_what_the_house_usually_wants(page: Client) -> None:
    send(page, ADD_SCHEDULE, name="Paris")
    rota = Schedule.objects.get()
    assert (rota.coverage, rota.alert_before_hours, rota.holidays, rota.time_zone) == (
        {"kind": "always"},
        [336, 72, 24, 2],
        {},
        "Europe/Paris",
    )


def test_a_schedule_is_described_in_words(page: Client) -> None:
    rota = build.schedule("Paris")
    send(
        page,
        edit(rota),
        coverage="none",
        alert_before_hours="48, 6",
        holidays_country="CA",
        holidays_subdivision="QC",
        time_zone="America/Montreal",
    )
    rota.refresh_from_db()
    assert (rota.coverage, rota.alert_before_hours, rota.holidays, rota.time_zone) == (
        {"kind": "none"},
        [48, 6],
        {"country": "CA", "subdivision": "QC"},
        "America/Montreal",
    )


def test_hours_of_the_week_and_of_public_holidays_are_set_row_by_row(page: Client) -> None:
    rota = build.schedule("Paris")
    nights = {"days": ["mo", "tu"], "from": "18:00", "to": "08:00"}
    whole = {"days": ["sa", "su"], "from": "00:00", "to": "00:00"}
    first = {"coverage-hours-0-days": ["mo", "tu"], "coverage-hours-0-start": "18:00"}
    send(
        page,
        edit(rota),
        coverage="weekly",
        **first,
        **{"coverage-hours-0-end": "08:00", "coverage-holidays": "hours"},
        **{"coverage-holiday_hours-1-start": "09:00", "coverage-holiday_hours-1-end": "12:00"},
    )
    rota.refresh_from_db()
    holidays = [{"from": "09:00", "to": "12:00"}]
    assert rota.coverage == {"kind": "weekly", "hours": [nights], "holidays": holidays}
    second = {"coverage-hours-1-days": ["sa", "su"], "coverage-hours-1-start": "00:00"}
    more = {"coverage-hours-1-end": "00:00", "coverage-holidays": "all_day"}
    send(page, edit(rota), **second, **more)
    rota.refresh_from_db()
    assert rota.coverage == {"kind": "weekly", "hours": [nights, whole], "holidays": "all_day"}
    emptied = {"coverage-hours-1-days": None, "coverage-holidays": "as_usual"}
    send(page, edit(rota), **emptied, **{f"coverage-hours-1-{end}": "" for end in ("start", "end")})
    rota.refresh_from_db()
    assert (rota.coverage, rota.version) == ({"kind": "weekly", "hours": [nights]}, 4)
    send(page, edit(rota))
    rota.refresh_from_db()
    assert rota.version == 4


def test_the_parts_of_a_country_are_offered_once_it_is_chosen(page: Client) -> None:
    rota = build.schedule("Paris", holidays={"country": "FR", "subdivision": "6AE"})
    shown = page.get(edit(rota)).content.decode()
    assert '<option value="6AE" selected>Alsace</option>' in shown
    found = page.get(reverse("admin:scheduling_schedule_parts"), {"country": "DE"}).json()
    assert ["BY", "Bayern"] in found["parts"]
    nowhere = page.get(reverse("admin:scheduling_schedule_parts"), {"country": "XX"}).json()
    assert nowhere == {"parts": []}


def test_what_is_left_alone_counts_no_version_up(page: Client) -> None:
    rota = build.schedule("Paris", holidays={"country": "FR", "subdivision": None})
    send(page, edit(rota))
    rota.refresh_from_db()
    assert rota.version == 1


@pytest.mark.parametrize(
    ("boxes", "reason"),
    [
        ({"alert_before_hours": "soon"}, "Write whole hours with commas, like 336, 72, 24, 2."),
        (
            {"holidays_country": "XX"},
            "“XX” is no country or part of one whose public holidays are known.",
        ),
        (
            {"holidays_country": "FR", "holidays_subdivision": "BY"},
            "“BY” is no country or part of one whose public holidays are known.",
        ),
        (
            {"coverage": "weekly", "coverage-hours-0-days": ["mo"]},
            "“” is not a time of day; write it like 18:00.",
        ),
        (
            {"coverage": "weekly", "coverage-hours-0-start": "18:00"},
            "“” is not a time of day; write it like 18:00.",
        ),
        ({"coverage": "weekly"}, "Say from when to when, at least once, with the days."),
    ],
)
def test_a_wrong_box_says_how_to_fill_it(page: Client, boxes: dict[str, str], reason: str) -> None:
    rota = build.schedule("Paris")
    assert errors(send(page, edit(rota), **boxes)) == [reason]


def test_a_schedule_leads_to_its_calendar(page: Client) -> None:
    rota = build.schedule("Paris")
    link = f'href="/admin/scheduling/schedule/{rota.pk}/calendar/"'
    for address in (edit(rota), reverse("admin:scheduling_schedule_changelist")):
        assert link in page.get(address).content.decode()


def test_a_shift_is_shown_and_moved_by_the_clock_of_its_schedule(page: Client) -> None:
    alice, rota = build.staff("Alice"), build.schedule(time_zone="America/Montreal")
    start, end = (datetime(2027, 7, 5, hour, tzinfo=UTC) for hour in (13, 21))
    shift = build.shift(rota, alice, start, end)
    shown = page.get(edit(shift)).content.decode()
    assert 'value="2027-07-05T09:00"' in shown
    send(page, edit(shift), ends_local="2027-07-05T18:00")
    found = Shift.objects.get(pk=shift.pk)
    assert (found.starts_at, found.ends_at) == (start, datetime(2027, 7, 5, 22, tzinfo=UTC))


def test_the_second_of_two_equal_hours_is_kept_when_left_alone(page: Client) -> None:
    alice, rota = build.staff("Alice"), build.schedule(time_zone="Europe/Paris")
    start = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)  # 02:30 for the second time
    shift = build.shift(rota, alice, start, datetime(2027, 10, 31, 8, tzinfo=UTC))
    send(page, edit(shift), note="x")
    assert Shift.objects.get(pk=shift.pk).starts_at == start


def test_the_house_is_described_in_words(page: Client) -> None:
    house = Organisation.objects.get()
    send(page, edit(house), languages="en,fr", allowed_countries="fr, be")
    house.refresh_from_db()
    assert (house.languages, house.allowed_countries) == (["en", "fr"], ["FR", "BE"])


def test_the_rules_of_rest_are_set_on_the_page_of_the_house(page: Client) -> None:
    house = Organisation.objects.get()
    send(page, edit(house), min_rest_hours="9", max_in_a_row="5")
    house.refresh_from_db()
    assert (house.min_rest_hours, house.max_in_a_row) == (9, 5)


def test_a_country_that_is_none_is_refused(page: Client) -> None:
    house = Organisation.objects.get()
    answer = send(page, edit(house), allowed_countries="FR, XX")
    assert errors(answer) == ["“XX” is not a country; write its two capital letters, like FR."]


def test_the_house_says_what_is_promised_and_how_long_things_are_kept(page: Client) -> None:
    house = Organisation.objects.get()
    values = {
        "promise_minutes": 45,
        "link_days": 3,
        "attach_up_to_mb": 0,
        "keep_audio_days": 90,
        "keep_transcripts_days": 60,
        "keep_numbers_days": 365,
    }
    shown = page.get(edit(house)).content.decode()
    assert [
        heading
        for heading in ("Messages and promises", "How long things are kept", "Rest", "Ringing")
        if f"{heading}</h2>" in shown
    ] == ["Messages and promises", "How long things are kept", "Rest", "Ringing"]
    send(page, edit(house), **values)
    house.refresh_from_db()
    assert {name: getattr(house, name) for name in values} == values


def test_a_service_says_within_how_long_callers_are_called_back(page: Client) -> None:
    desk = build.service("Desk")
    assert "Empty: as the organisation, 30 minutes." in page.get(edit(desk)).content.decode()
    send(page, edit(desk), promise_minutes="15")
    desk.refresh_from_db()
    assert desk.promise_minutes == 15
