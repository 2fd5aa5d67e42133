"""Rotations are written in plain boxes; what comes of them is told while they are."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from oncall_portal.lib import clock
from scheduling import queries
from scheduling.enums import Role
from scheduling.models import Rotation, Schedule, Shift, Staff
from scheduling.tests import build
from scheduling.tests.logins import login
from scheduling.tests.pages import errors, filled, send

pytestmark = pytest.mark.django_db
ADD = reverse("admin:scheduling_rotation_add")
PREVIEW = reverse("admin:scheduling_rotation_preview")


@pytest.fixture(autouse=True)
def december() -> Any:
    with clock.driven_by(lambda: datetime(2026, 12, 1, 8, tzinfo=UTC)):
        yield


@pytest.fixture
def page() -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(login(Role.MANAGER))
    return client


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris")


@pytest.fixture
def people() -> list[Staff]:
    return [build.staff(name) for name in ("Alice", "Bob", "Chloé")]


def weekly(rota: Schedule, people: list[Staff], **changes: Any) -> dict[str, Any]:
    """Return what is filled in for a week each from Monday 4 January 2027."""
    values: dict[str, Any] = {
        "schedule": rota.pk,
        "level": 1,
        "recurrence_freq": "WEEKLY",
        "recurrence_interval": 1,
        "recurrence_weekdays": ["MO"],
        "starts_on": "2027-01-04",
        "start_time": "09:00",
        "end_time": "09:00",
        "end_day_offset": 7,
        "participants-TOTAL_FORMS": len(people),
    }
    for number, person in enumerate(people):
        values[f"participants-{number}-who"] = f"staff:{person.pk}"
        values[f"participants-{number}-position"] = number + 1
    return {**values, **changes}


def change_page(row: Rotation) -> str:
    return reverse("admin:scheduling_rotation_change", args=[row.pk])


def teams(row: Rotation) -> list[list[str]]:
    rule = queries.rule_of(row)
    names = {person.pk: person.name for person in Staff.objects.all()}
    return [[names[who.staff or 0] for who in team] for team in rule.participants]


def test_a_rotation_is_written_in_plain_boxes(
    page: Client, rota: Schedule, people: list[Staff]
) -> None:
    send(page, ADD, **weekly(rota, people))
    row = Rotation.objects.get()
    rule = queries.rule_of(row)
    assert (rule.recurrence, rule.starts_on) == ("RRULE:FREQ=WEEKLY;BYDAY=MO", date(2027, 1, 4))
    assert (rule.start_time, rule.end_time, rule.end_day_offset) == (time(9), time(9), 7)
    assert (row.time_zone, rule.zone) == (None, "Europe/Paris")
    assert teams(row) == [["Alice"], ["Bob"], ["Chloé"]]
    assert Shift.objects.order_by("pk").first().staff.name == "Alice"  # type: ignore[union-attr]


def test_a_row_can_share_the_turn_of_the_one_above(
    page: Client, rota: Schedule, people: list[Staff]
) -> None:
    send(page, ADD, **weekly(rota, people, **{"participants-1-turn": "with"}))
    assert teams(Rotation.objects.get()) == [["Alice", "Bob"], ["Chloé"]]


def test_rows_are_taken_in_the_order_of_their_numbers(
    page: Client, rota: Schedule, people: list[Staff]
) -> None:
    send(page, ADD, **weekly(rota, people, **{"participants-2-position": 0}))
    assert teams(Rotation.objects.get()) == [["Chloé"], ["Alice"], ["Bob"]]


@pytest.mark.parametrize(
    ("boxes", "rule"),
    [
        ({"recurrence_freq": "DAILY", "recurrence_interval": 2}, "FREQ=DAILY;INTERVAL=2"),
        ({"recurrence_weekdays": ["MO", "TH"]}, "FREQ=WEEKLY;BYDAY=MO,TH"),
        (
            {"recurrence_freq": "MONTHLY", "recurrence_month_day": "31"},
            "FREQ=MONTHLY;BYMONTHDAY=31",
        ),
        (
            {
                "recurrence_freq": "MONTHLY",
                "recurrence_ordinal": "-1",
                "recurrence_weekday": "FR",
            },
            "FREQ=MONTHLY;BYDAY=-1FR",
        ),
        (
            {"recurrence_freq": "RULE", "recurrence_text": "RRULE:FREQ=YEARLY;BYMONTH=12"},
            "FREQ=YEARLY;BYMONTH=12",
        ),
    ],
)
def test_each_kind_of_rule_is_kept_and_shown_again_in_its_boxes(
    page: Client, rota: Schedule, people: list[Staff], boxes: dict[str, Any], rule: str
) -> None:
    send(page, ADD, **weekly(rota, people, **boxes))
    row = Rotation.objects.get()
    assert queries.rule_of(row).recurrence == f"RRULE:{rule}"
    shown = filled(page, change_page(row))
    assert {name: shown[name] for name in boxes} == {n: _text(v) for n, v in boxes.items()}
    send(page, change_page(row))
    assert Rotation.objects.get().version == row.version


def _text(value: Any) -> Any:
    return value if isinstance(value, list) else str(value)


@pytest.mark.parametrize(
    ("boxes", "message"),
    [
        ({"recurrence_weekdays": None}, "Choose at least one weekday."),
        (
            {"recurrence_freq": "RULE", "recurrence_text": "RRULE:FREQ=HOURLY"},
            "The rule names days",
        ),
        ({"ends_on": "2027-01-03"}, "The last day must not be before the first."),
        ({"participants-0-who": ""}, "Say who takes turns"),
        ({"turn_of": 4}, "There are only 3 turns."),
    ],
)
def test_what_cannot_be_is_told_at_its_box(
    page: Client,
    rota: Schedule,
    people: list[Staff],
    boxes: dict[str, Any],
    message: str,
) -> None:
    values = weekly(rota, people[:1] if "participants-0-who" in boxes else people, **boxes)
    found = errors(send(page, ADD, **values))
    assert [message in each for each in found] == [True]
    assert not Rotation.objects.exists()


def test_whose_turn_it_is_on_a_day_is_said_and_stays_when_people_join(
    page: Client, rota: Schedule, people: list[Staff]
) -> None:
    send(page, ADD, **weekly(rota, people, turn_on="2027-01-11", turn_of=1))
    row = Rotation.objects.get()
    assert Shift.objects.get(rotation=row, day="2027-01-11").staff == people[0]
    newcomer = build.staff("Dora")
    with clock.driven_by(lambda: datetime(2027, 1, 12, 8, tzinfo=UTC)):
        joined = {"participants-3-who": f"staff:{newcomer.pk}", "participants-3-position": 4}
        send(page, change_page(row), **{"participants-TOTAL_FORMS": 4}, **joined)
    days = ("2027-01-11", "2027-01-18", "2027-02-01")
    shifts = [Shift.objects.get(rotation=row, day=day) for day in days]
    assert [shift.staff for shift in shifts] == [people[0], people[1], newcomer]


def test_a_deleted_rotation_is_no_longer_among_them(
    page: Client, rota: Schedule, people: list[Staff]
) -> None:
    send(page, ADD, **weekly(rota, people))
    row = Rotation.objects.get()
    page.post(reverse("admin:scheduling_rotation_delete", args=[row.pk]), {"post": "yes"})
    assert page.get(change_page(row)).status_code == 302
    assert not Shift.objects.filter(rotation=row).exists()


def preview(page: Client, of: Rotation | None = None, **changes: Any) -> dict[str, Any]:
    """Fill in the form, and return what it tells."""
    address = reverse("admin:scheduling_rotation_preview_of", args=[of.pk]) if of else PREVIEW
    values = filled(page, change_page(of) if of else ADD, **changes)
    found: dict[str, Any] = page.post(address, values).json()
    return found


def test_the_preview_tells_the_rule_and_the_next_ten_shifts_and_keeps_nothing(
    page: Client, rota: Schedule, people: list[Staff]
) -> None:
    told = preview(page, **weekly(rota, people))
    assert told["sentence"] == (
        "Every week on Monday at 09:00, for 7 days; Alice, Bob and Chloé take turns, each for one"
        " shift; it is the turn of Alice on Monday 4 January 2027."
    )
    assert [each["who"] for each in told["shifts"]] == ["Alice", "Bob", "Chloé"] * 3 + ["Alice"]
    assert told["shifts"][0]["when"] == "Mon 4 Jan 2027, 09:00 \N{EN DASH} Mon 11 Jan 2027, 09:00"
    assert not Rotation.objects.exists()


def test_the_preview_speaks_french(rota: Schedule, people: list[Staff]) -> None:
    page = Client(headers={"accept-language": "fr"})
    page.force_login(login(Role.MANAGER))
    told = preview(page, **weekly(rota, people))
    assert told["sentence"] == (
        "Chaque semaine le lundi à 09:00, pendant 7\xa0jours\u202f; Alice, Bob et Chloé à tour de"
        " rôle, une garde chacun\u202f; le tour revient à Alice le lundi 4 janvier 2027."
    )


def test_somebody_who_left_is_shown_as_such(
    page: Client, rota: Schedule, people: list[Staff]
) -> None:
    send(page, ADD, **weekly(rota, people))
    Staff.objects.filter(pk=people[1].pk).update(active=False)
    row = Rotation.objects.get()
    assert "Bob (inactive)" in page.get(change_page(row)).content.decode()
    told = preview(page, row)
    assert told["shifts"][1]["who"] == "Bob (inactive)"
    assert "Bob (inactive)" not in page.get(ADD).content.decode()


def test_the_preview_tells_what_is_to_be_put_right(
    page: Client, rota: Schedule, people: list[Staff]
) -> None:
    values = weekly(
        rota,
        people,
        recurrence_freq="RULE",
        recurrence_text="RRULE:FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=31;BYMONTH=2",
    )
    assert (
        preview(page, **values)["problem"]
        == "By this rule no shift ever starts: choose other days."
    )
    assert preview(page, **weekly(rota, people, start_time=""))["problem"].startswith("Starts at: ")


def test_the_preview_of_a_rule_that_is_over_says_so(
    page: Client, rota: Schedule, people: list[Staff]
) -> None:
    values = weekly(rota, people, starts_on="2025-01-06", ends_on="2025-02-01")
    assert preview(page, **values)["none"] == "No shift comes of it any more."


def test_whoever_may_only_read_asks_for_no_preview(rota: Schedule, people: list[Staff]) -> None:
    page = Client()
    page.force_login(login(Role.SUPERVISOR))
    assert page.post(PREVIEW, weekly(rota, people)).status_code == 403


def test_whoever_may_only_read_is_told_what_a_rotation_does(
    page: Client, rota: Schedule, people: list[Staff]
) -> None:
    send(page, ADD, **weekly(rota, people))
    page.force_login(login(Role.SUPERVISOR))
    shown = page.get(change_page(Rotation.objects.get())).content.decode()
    assert "Every week on Monday at 09:00, for 7 days" in shown
