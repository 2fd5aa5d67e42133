"""Bad input at the API: a status, a stable code, the field at fault, and nothing changed."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from rest_framework.test import APIClient

from scheduling.enums import Role
from scheduling.models import Rotation, Schedule, Shift, Staff
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.logins import client, problem
from scheduling.tests.rotas import at_time, weekly
from scheduling.tests.sheets import csv

pytestmark = pytest.mark.django_db
NOW = at(7)


class World:
    """Paris, where Alice and Bob take weeks in turn, and Carol has a shift of her own."""

    def __init__(self) -> None:
        self.api: APIClient = client(Role.MANAGER)
        self.alice, self.bob, self.carol = (build.staff(n) for n in ("Alice", "Bob", "Carol"))
        self.rota: Schedule = build.schedule("Paris", time_zone="Europe/Paris")
        self.weeks: Rotation = weekly(self.rota, self.alice, self.bob)
        self.duty: Shift = build.shift(self.rota, self.carol, at(8), at(18), level=2)
        self.ids = {
            "rota": self.rota.pk,
            "alice": self.alice.pk,
            "weeks": self.weeks.pk,
            "duty": self.duty.pk,
        }

    def rows(self) -> dict[str, list[Any]]:
        """Return every row of every table of scheduling."""
        models = apps.get_app_config("scheduling").get_models(include_auto_created=True)
        return {m.__name__: list(m._default_manager.order_by("pk").values()) for m in models}


@pytest.fixture
def world() -> Any:
    with at_time(NOW):
        yield World()


@dataclass(frozen=True)
class Bad:
    """A request that is refused: `{rota}`, `{alice}`, `{weeks}`, `{duty}` stand for ids."""

    what: str
    request: str
    body: dict[str, Any]
    code: str
    field: str | None
    status: int = 400


ROTATION = {
    "schedule": "{rota}",
    "participants": [{"staff": "{alice}"}],
    "recurrence": "RRULE:FREQ=WEEKLY;BYDAY=MO",
    "starts_on": "2027-01-04",
    "start_time": "09:00",
    "end_time": "18:00",
    "level": 3,
}
SHIFT = {"schedule": "{rota}", "staff": "{alice}", "level": 4, "starts_at": at(8).isoformat()}
MANY_DAYS = (at(8) + timedelta(days=400)).isoformat()


def rotation(what: str, code: str, where: str, **values: Any) -> Bad:
    """Return a new rotation with these values that is refused."""
    return Bad(f"a rotation {what}", "post rotations/", {**ROTATION, **values}, code, where)


CASES = [
    rotation(
        "whose days do not exist",
        "never_fires",
        "recurrence",
        recurrence="RRULE:FREQ=YEARLY;BYMONTH=6;BYWEEKNO=53",
    ),
    rotation(
        "whose days all lie beyond its end",
        "never_fires",
        "recurrence",
        starts_on="2027-01-05",
        ends_on="2027-01-10",
    ),
    rotation(
        "that is done before it begins",
        "ends_before_start",
        "ends_on",
        recurrence="RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20261231",
    ),
    rotation(
        "whose last day is before its first", "ends_before_start", "ends_on", ends_on="2026-12-31"
    ),
    rotation("by hours of the rule", "too_fine", "recurrence", recurrence="RRULE:FREQ=HOURLY"),
    rotation("by no rule at all", "unreadable", "recurrence", recurrence="every Monday"),
    rotation(
        "of an interval beyond reason",
        "bad_interval",
        "recurrence",
        recurrence="RRULE:FREQ=DAILY;INTERVAL=100000",
    ),
    rotation("in a zone that is none", "unknown_time_zone", "time_zone", time_zone="Mars/Phobos"),
    rotation("of nobody", "no_participants", "participants", participants=[]),
    rotation(
        "of somebody who is not there",
        "does_not_exist",
        "participants[0].staff",
        participants=[{"staff": 999_999}],
    ),
    rotation("of shifts of 400 days", "max_value", "end_day_offset", end_day_offset=400),
    rotation("of turns of no length", "min_value", "turn_every.count", turn_every={"count": 0}),
    rotation(
        "that would write thousands of past shifts",
        "too_many_shifts",
        "starts_on",
        recurrence="RRULE:FREQ=DAILY",
        starts_on="2005-01-01",
    ),
    Bad(
        "a rotation changed so that it never fires",
        "patch rotations/{weeks}/",
        {"version": 1, "starts_on": "2027-01-05", "ends_on": "2027-01-10"},
        "never_fires",
        "recurrence",
    ),
    Bad(
        "a schedule in a zone that is none",
        "post schedules/",
        {"name": "Lyon", "time_zone": "Europe/Lutetia"},
        "unknown_time_zone",
        "time_zone",
    ),
    Bad(
        "a schedule moved to a zone that is none",
        "patch schedules/{rota}/",
        {"version": 1, "time_zone": "Mars/Phobos"},
        "unknown_time_zone",
        "time_zone",
    ),
    Bad(
        "a person in a zone that is none",
        "patch staff/{alice}/",
        {"version": 1, "time_zone": "Mars/Phobos"},
        "unknown_time_zone",
        "time_zone",
    ),
    Bad(
        "a participant of a rotation deleted",
        "delete staff/{alice}/",
        {"version": 1},
        "in_use",
        None,
        409,
    ),
    Bad(
        "a shift of zero length",
        "post shifts/",
        {**SHIFT, "ends_at": at(8).isoformat()},
        "ends_before_start",
        "ends_at",
    ),
    Bad(
        "a shift of 400 days",
        "post shifts/",
        {**SHIFT, "ends_at": MANY_DAYS},
        "shift_too_long",
        "ends_at",
    ),
    Bad(
        "a shift made 400 days long",
        "patch shifts/{duty}/",
        {"version": 1, "move": {"end_days": 400}},
        "shift_too_long",
        "ends_at",
    ),
    Bad(
        "a shift made to end when it starts",
        "patch shifts/{duty}/",
        {"version": 1, "move": {"end_minutes": -600}},
        "ends_before_start",
        "ends_at",
    ),
    Bad(
        "shifts copied to thousands of days",
        "post shifts/copy/",
        {
            "schedule": "{rota}",
            "from": "2027-01-04",
            "through": "2027-01-04",
            "repeat": {"days": 1, "times": 100_000},
        },
        "max_value",
        "repeat.times",
    ),
    Bad(
        "shifts copied from a stretch of no length",
        "post shifts/copy/",
        {
            "schedule": "{rota}",
            "from": "2027-01-04",
            "to": "2027-01-04",
            "targets": ["2027-02-01"],
        },
        "ends_before_start",
        "to",
    ),
    Bad(
        "a stand-in of no length",
        "post overrides/",
        {
            "schedule": "{rota}",
            "replaces": {"shift": "{duty}"},
            "staff": "{alice}",
            "starts_at": at(8).isoformat(),
            "ends_at": at(8).isoformat(),
        },
        "ends_before_start",
        "ends_at",
    ),
    Bad(
        "an absence that ends before it starts",
        "post time-off/",
        {
            "staff": "{alice}",
            "starts_at": at(8).isoformat(),
            "ends_at": at(7).isoformat(),
        },
        "ends_before_start",
        "ends_at",
    ),
]


def filled(value: Any, ids: dict[str, int]) -> Any:
    """Return a body with the ids that its texts stand for."""
    match value:
        case dict():
            return {name: filled(inner, ids) for name, inner in value.items()}
        case list():
            return [filled(inner, ids) for inner in value]
        case str() if value.startswith("{"):
            return ids[value.strip("{}")]
    return value


@pytest.mark.parametrize("bad", CASES, ids=lambda bad: bad.what)
def test_bad_input_is_refused_and_changes_nothing(world: World, bad: Bad) -> None:
    before = world.rows()
    method, address = bad.request.format(**world.ids).split()
    send = getattr(world.api, method)
    answer = send(f"/api/v1/{address}", filled(bad.body, world.ids), format="json")
    assert problem(answer) == (bad.status, bad.code), answer.content
    told = [entry["field"] for entry in answer.json().get("errors", [])]
    assert told == ([bad.field] if bad.field else [])
    assert world.rows() == before


LINE = "Paris,Alice,4,2027-01-04 08:00"
FILES = {
    "a shift of 400 days": (f"{LINE},2028-02-08 08:00", "shift_too_long", "ends_local"),
    "a shift of zero length": (f"{LINE},2027-01-04 08:00", "ends_before_start", "ends_local"),
    "nobody we know": (
        LINE.replace("Alice", "Zoé") + ",2027-01-04 09:00",
        "not_found",
        "person",
    ),
}


@pytest.mark.parametrize(("line", "code", "column"), FILES.values(), ids=list(FILES))
def test_a_bad_row_of_a_file_is_refused_and_changes_nothing(
    world: World, line: str, code: str, column: str
) -> None:
    before = world.rows()
    good = "Paris,Carol,4,2027-01-04 08:00,2027-01-04 09:00"
    data = csv("schedule,person,level,starts_local,ends_local", good, line)
    answer = world.api.post(
        "/api/v1/shifts/import/", {"file": io.BytesIO(data)}, format="multipart"
    )
    assert problem(answer) == (400, code)
    assert [(e["row"], e["field"]) for e in answer.json()["errors"]] == [(3, column)]
    assert world.rows() == before


BOMB = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//x//x//EN\r
BEGIN:VEVENT\r
UID:bomb\r
SUMMARY:Alice\r
DTSTART:20270104T080000Z\r
DTEND:20270104T080001Z\r
RRULE:FREQ=SECONDLY\r
END:VEVENT\r
END:VCALENDAR\r
"""
CALENDARS = {
    "of 50 MB": (b" " * (50 * 1024 * 1024), "file_too_large"),
    "with a bomb of recurrences": (BOMB, "too_many_events"),
}


@pytest.mark.parametrize(("data", "code"), CALENDARS.values(), ids=list(CALENDARS))
def test_a_bad_calendar_file_is_refused_and_changes_nothing(
    world: World, data: bytes, code: str
) -> None:
    before = world.rows()
    address = f"/api/v1/schedules/{world.rota.pk}/import-ics/"
    answer = world.api.post(address, {"file": io.BytesIO(data)}, format="multipart")
    assert problem(answer) == (400, code), answer.content
    assert [entry["field"] for entry in answer.json()["errors"]] == ["file"]
    assert world.rows() == before


def test_a_participant_who_leaves_is_shown_and_not_skipped(world: World) -> None:
    left = world.api.patch(
        f"/api/v1/staff/{world.alice.pk}/", {"version": 1, "active": False}, format="json"
    )
    assert left.status_code == 200
    shown = world.api.get(f"/api/v1/rotations/{world.weeks.pk}/").json()["participants"]
    assert shown == [{"staff": world.alice.pk}, {"staff": world.bob.pk}]
    window = {"from": "2027-01-04T18:00:00Z", "to": "2027-01-05T00:00:00Z"}
    gaps = world.api.get(f"/api/v1/schedules/{world.rota.pk}/gaps/", window).json()
    assert [(gap["starts_at"], gap["reason"]) for gap in gaps] == [
        ("2027-01-04T18:00:00+00:00", "inactive")
    ]
    assert Staff.objects.get(pk=world.alice.pk).active is False
