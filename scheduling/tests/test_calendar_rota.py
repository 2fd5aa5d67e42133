"""What the calendar is told of rotations, stand-ins, time off, holidays and intended holes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import translation

from scheduling.calendar import feed, window
from scheduling.calendar.window import View
from scheduling.enums import ShiftState
from scheduling.models import (
    IntendedGap,
    Override,
    Rotation,
    RotationParticipant,
    Schedule,
    Shift,
    Staff,
    TimeOff,
)
from scheduling.tests import build

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 1, 4, 9, 30, 20, tzinfo=UTC)  # a Monday, 10:30 in Paris


def paris(day: int, hour: int) -> datetime:
    """Return an hour of the Paris clock in January 2027, an hour ahead of UTC."""
    return datetime(2027, 1, day, hour, tzinfo=UTC) - timedelta(hours=1)


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris", holidays={"country": "FR", "subdivision": None})


@pytest.fixture
def alice() -> Staff:
    return build.staff("Alice")


def shown(rota: Schedule, view: View = View.WEEK, day: date = date(2027, 1, 4)) -> dict[str, Any]:
    return feed.describe(feed.load(rota, window.around(view, day), NOW))


def put_in(row: Shift, who: Staff | None, start: datetime, end: datetime) -> Override:
    values = {"schedule": row.schedule, "replaces_shift": row, "staff": who}
    return Override.objects.create(period=(start, end), **values)


def daily(rota: Schedule, who: Staff, **values: Any) -> Rotation:
    """A rotation of one, every day from 8 to 18 since 1 January."""
    first = date(2027, 1, 1)
    row = Rotation.objects.create(
        **{
            "schedule": rota,
            "recurrence": "RRULE:FREQ=DAILY",
            "counted_from": first,
            "starts_on": first,
            "start_time": time(8),
            "end_time": time(18),
            "written_until": first,
            **values,
        }
    )
    RotationParticipant.objects.create(rotation=row, turn=0, staff=who)
    return row


def test_public_holidays_are_named_in_the_readers_language(rota: Schedule) -> None:
    day = date(2027, 5, 1)
    found = {each["date"]: each["holiday"] for each in shown(rota, day=day)["days"]}
    assert found["2027-05-01"] == "Labor Day"
    assert found["2027-04-30"] == ""
    with translation.override("fr"):
        days = shown(rota, View.LIST, day)["list"]
    assert [each["holiday"] for each in days if each["holiday"]] == ["Fête du Travail"]


def test_a_shift_of_a_rotation_says_so_and_whether_a_hand_changed_it(
    rota: Schedule, alice: Staff
) -> None:
    rotation = daily(rota, alice, written_until=date(2027, 2, 1))
    for day, state in ((4, ShiftState.GENERATED), (5, ShiftState.DETACHED)):
        values: Any = {"rotation": rotation, "day": date(2027, 1, day), "state": state.value}
        build.shift(rota, alice, paris(day, 8), paris(day, 18), **values)
    found = shown(rota)["shifts"]
    assert [(each["sign"], each["generated"], each["rotation"]) for each in found] == [
        ("From a rotation", True, rotation.pk),
        ("From a rotation, changed by hand", False, rotation.pk),
    ]


def test_what_is_not_written_yet_is_shown_without_an_id(rota: Schedule, alice: Staff) -> None:
    rotation = daily(rota, alice)
    found = shown(rota, View.DAY)
    (only,) = found["shifts"]
    assert (only["id"], only["key"], only["name"]) == (
        None,
        f"r{rotation.pk}-2027-01-04-0",
        "Alice",
    )
    assert only["sign"] == "From a rotation, not written yet: change the rotation."
    listed = shown(rota, View.LIST)["list"][0]["entries"]
    assert only["key"] in [entry.get("shift") for entry in listed]


def test_who_stands_in_is_told_with_whose_place_it_is(rota: Schedule, alice: Staff) -> None:
    row = build.shift(rota, alice, paris(4, 8), paris(4, 18))
    put = put_in(row, build.staff("Bruno"), paris(4, 12), paris(4, 15))
    found = shown(rota)
    (only,) = found["standins"]
    told = {name: only[name] for name in ("id", "version", "name", "instead", "level", "shift")}
    assert told == {
        "id": put.pk,
        "version": 1,
        "name": "Bruno",
        "instead": "Alice",
        "level": 1,
        "shift": str(row.pk),
    }
    assert (only["starts_local"], only["ends_local"]) == ("2027-01-04T12:00", "2027-01-04T15:00")
    assert [each["replaced"] for each in found["shifts"]] == ["part"]


def test_a_stand_in_for_all_of_a_level_is_shown_where_they_stand(
    rota: Schedule, alice: Staff
) -> None:
    row = build.shift(rota, alice, paris(4, 8), paris(4, 18))
    values = {"schedule": rota, "replaces_level": 1, "staff": build.staff("Bruno")}
    Override.objects.create(period=(paris(4, 6), paris(4, 20)), **values)
    found = shown(rota)
    assert [(each["start"], each["instead"]) for each in found["standins"]] == [
        ("2027-01-04T06:00", "level 1")
    ]
    assert [(each["id"], each["replaced"]) for each in found["shifts"]] == [(row.pk, "whole")]


def test_somebody_taken_away_without_a_stand_in_is_told(rota: Schedule, alice: Staff) -> None:
    row = build.shift(rota, alice, paris(4, 8), paris(4, 18))
    put_in(row, None, paris(4, 12), paris(4, 15))
    (only,) = shown(rota)["standins"]
    assert (only["name"], only["start"], only["end"], only["shift"]) == (
        "nobody",
        "2027-01-04T12:00",
        "2027-01-04T15:00",
        str(row.pk),
    )


def test_time_off_is_told_beside_the_person_and_on_their_shifts(
    rota: Schedule, alice: Staff
) -> None:
    build.shift(rota, alice, paris(4, 18), paris(5, 8))
    build.shift(rota, alice, paris(6, 18), paris(7, 8))
    TimeOff.objects.create(staff=alice, period=(paris(5, 0), paris(6, 0)))
    found = shown(rota)
    (person,) = found["people"]
    words = "away Tue 5, 00:00 → Wed 6, 00:00"
    assert person["away"] == [
        {"start": "2027-01-05T00:00", "end": "2027-01-06T00:00", "words": words}
    ]
    assert [each["away"] for each in found["shifts"]] == [words, ""]
    gap = next(each for each in found["gaps"] if each["reason"] == "time off")
    assert (gap["start"], gap["end"], gap["missing"]) == (
        *("2027-01-05T00:00", "2027-01-05T08:00"),
        ["Alice"],
    )


def test_a_hole_that_is_meant_to_be_brings_the_rows_that_say_so(
    rota: Schedule, alice: Staff
) -> None:
    build.shift(rota, alice, paris(4, 0), paris(4, 22))
    row = IntendedGap.objects.create(
        schedule=rota, period=(paris(4, 22), paris(5, 0)), note="closed"
    )
    elsewhere = build.schedule("Lyon")
    IntendedGap.objects.create(schedule=elsewhere, period=(paris(4, 22), paris(5, 0)))
    (gap,) = shown(rota, View.DAY)["gaps"]
    assert gap["intended"] == [{"id": row.pk, "version": 1, "note": "closed"}]
