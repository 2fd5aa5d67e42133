"""Copying shifts to later days through the API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oncall_portal.lib import clock
from scheduling import services
from scheduling.enums import Role, ShiftState
from scheduling.models import Override, RotaOperation, Schedule, Shift, Staff, TimeOff
from scheduling.services import copy
from scheduling.tests import build
from scheduling.tests.logins import client, problem

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("PLA-07")]
COPY = "/api/v1/shifts/copy/"
WEEK = {"from": "2027-01-04", "to": "2027-01-11"}
DAY = {"from": "2027-01-04", "to": "2027-01-05"}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    """Friday 1 January 2027."""
    with clock.driven_by(lambda: datetime(2027, 1, 1, 12, tzinfo=UTC)):
        yield


@pytest.fixture
def manager() -> Any:
    return client(Role.MANAGER)


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris")


@pytest.fixture
def alice() -> Staff:
    return build.staff("Alice")


def paris(day: int, hour: int) -> datetime:
    """Return an hour of a day of January 2027 in Paris."""
    return datetime(2027, 1, day, hour, tzinfo=UTC) - timedelta(hours=1)


def ask(api: Any, rota: Schedule, *targets: str, **values: Any) -> Any:
    """Copy 4 January 2027 to these days of the month, with what `values` change."""
    days = [f"2027-01-{day}" if len(day) == 2 else day for day in targets]
    body = {"schedule": rota.pk, **DAY, "targets": days, **values}
    return api.post(COPY, body, format="json")


def night(rota: Schedule, who: Staff, day: int = 4, **values: Any) -> Shift:
    return build.shift(rota, who, paris(day, 18), paris(day + 1, 8), **values)


def starts() -> list[datetime]:
    return [row.starts_at for row in Shift.objects.order_by("period", "level")]


def test_a_dry_run_says_what_would_be_written_and_writes_nothing(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    row = night(rota, alice)
    answer = ask(manager, rota, "18", dry_run=True)
    assert answer.status_code == 200
    assert answer.json() == {
        "dry_run": True,
        "shifts": [
            {
                "id": None,
                "source": row.pk,
                "target": "2027-01-18",
                "staff": alice.pk,
                "service": None,
                "level": 1,
                "starts_at": "2027-01-18T17:00:00+00:00",
                "ends_at": "2027-01-19T07:00:00+00:00",
            }
        ],
        "conflicts": [],
    }
    assert starts() == [paris(4, 18)]
    assert not RotaOperation.objects.exists()


def test_a_week_is_copied_to_two_later_ones_as_one_operation(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    bob = build.staff("Bob")
    night(rota, alice, 4, note="by car")
    night(rota, bob, 6, level=2)
    night(rota, bob, 11)
    answer = ask(manager, rota, "11", "18", **WEEK)
    assert answer.status_code == 201
    days = (4, 6, 11, 11, 13, 18, 20)
    assert starts() == [paris(day, 18) for day in days]
    written = Shift.objects.filter(pk__in=[each["id"] for each in answer.json()["shifts"]])
    assert set(written.values_list("staff", "level", "note", "state", "version")) == {
        (alice.pk, 1, "by car", "manual", 1),
        (bob.pk, 2, "", "manual", 1),
    }
    entry = RotaOperation.objects.get()
    assert (entry.kind, entry.state, len(entry.changes)) == ("shifts_copied", "done", 4)


def test_undo_takes_all_copies_away(manager: Any, rota: Schedule, alice: Staff) -> None:
    night(rota, alice)
    ask(manager, rota, "18", "25")
    services.undo(rota.pk)
    assert starts() == [paris(4, 18)]


def test_only_the_shifts_that_are_named_are_copied(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    row = night(rota, alice)
    night(rota, build.staff("Bob"))
    answer = ask(manager, rota, "18", shifts=[row.pk])
    assert [entry["source"] for entry in answer.json()["shifts"]] == [row.pk]


def test_shifts_that_began_before_the_range_or_were_deleted_are_not_copied(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    night(rota, alice, 3)
    night(rota, alice, 4, state=ShiftState.CANCELLED.value)
    assert problem(ask(manager, rota, "18")) == (400, "nothing_to_copy")


def test_a_range_may_begin_and_end_at_a_time(manager: Any, rota: Schedule, alice: Staff) -> None:
    build.shift(rota, alice, paris(4, 8), paris(4, 12))
    row = build.shift(rota, alice, paris(4, 12), paris(4, 18))
    build.shift(rota, alice, paris(4, 18), paris(4, 20))
    times = {"from": "2027-01-04T12:00", "to": "2027-01-04T18:00"}
    found = ask(manager, rota, "18", **times).json()["shifts"]
    assert [entry["source"] for entry in found] == [row.pk]


def test_the_person_of_the_shift_is_copied_not_who_stands_in(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    row = night(rota, alice)
    Override.objects.create(
        schedule=rota, period=row.period, replaces_shift=row, staff=build.staff("Bob"), whole=True
    )
    found = ask(manager, rota, "18").json()["shifts"]
    assert [entry["staff"] for entry in found] == [alice.pk]
    assert Override.objects.count() == 1


def test_a_conflict_refuses_it_all_and_says_where(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    row = night(rota, alice)
    there = build.shift(rota, alice, paris(19, 6), paris(19, 12))
    told = ask(manager, rota, "18", "25", dry_run=True).json()
    assert [entry["target"] for entry in told["shifts"]] == ["2027-01-25"]
    assert told["conflicts"] == [
        {
            "source": row.pk,
            "target": "2027-01-18",
            "reason": "overlap",
            "blocks": True,
            "shift": there.pk,
            "detail": "Alice, Mon 18 Jan, 18:00 → Tue 19 Jan, 08:00:"
            " is already on call there at this level",
        }
    ]
    answer = ask(manager, rota, "18", "25")
    assert problem(answer) == (409, "copy_conflicts")
    assert answer.json()["conflict"] == {
        "conflicts": [
            {"source": row.pk, "target": "2027-01-18", "reason": "overlap", "shift": there.pk}
        ]
    }
    assert starts() == [paris(4, 18), paris(19, 6)]


def test_what_is_in_the_way_can_be_left_out(manager: Any, rota: Schedule, alice: Staff) -> None:
    night(rota, alice)
    build.shift(rota, alice, paris(19, 6), paris(19, 12))
    answer = ask(manager, rota, "18", "25", skip_conflicts=True)
    assert answer.status_code == 201
    assert starts() == [paris(4, 18), paris(19, 6), paris(25, 18)]


def test_with_nothing_left_nothing_is_kept_in_the_log(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    night(rota, alice)
    night(rota, alice, 18)
    answer = ask(manager, rota, "18", skip_conflicts=True)
    assert (answer.status_code, answer.json()["shifts"]) == (201, [])
    assert not RotaOperation.objects.exists()


def test_somebody_who_left_is_in_the_way_and_time_off_only_warned_of(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    night(rota, build.staff("Bob", active=False))
    night(rota, alice)
    TimeOff.objects.create(staff=alice, period=(paris(19, 0), paris(20, 0)))
    told = ask(manager, rota, "18", dry_run=True).json()["conflicts"]
    assert [(each["reason"], each["blocks"]) for each in told] == [
        ("inactive", True),
        ("time_off", False),
    ]
    services.delete_shift(Shift.objects.get(staff__active=False).pk, 1)
    assert ask(manager, rota, "18").status_code == 201


def test_a_night_is_copied_by_the_wall_clock(manager: Any, rota: Schedule, alice: Staff) -> None:
    night(rota, alice)
    found = ask(manager, rota, "2027-03-27").json()["shifts"][0]
    assert (found["starts_at"], found["ends_at"]) == (
        "2027-03-27T17:00:00+00:00",
        "2027-03-28T06:00:00+00:00",
    )


def test_the_last_day_may_be_named_and_targets_come_in_a_row(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    night(rota, alice, 4)
    night(rota, alice, 10)
    body = {"schedule": rota.pk, "from": "2027-01-04", "through": "2027-01-10"}
    answer = manager.post(COPY, {**body, "repeat": {"days": 7, "times": 2}}, format="json")
    assert answer.status_code == 201
    assert starts() == [paris(day, 18) for day in (4, 10, 11, 17, 18, 24)]


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"through": "2027-01-04"}, "to", "conflicting_fields"),
        ({"repeat": {"days": 7, "times": 1}}, "targets", "conflicting_fields"),
        ({"targets": []}, "targets", "no_targets"),
        ({"targets": ["2027-01-04"]}, "targets", "target_not_later"),
        ({"targets": ["2026-12-31"]}, "targets", "target_not_later"),
        ({**WEEK, "targets": ["2027-01-10"]}, "targets", "target_overlaps_source"),
        ({**WEEK, "targets": ["2027-01-11", "2027-01-17"]}, "targets", "targets_overlap"),
        ({"targets": ["2027-01-18", "2027-01-18"]}, "targets", "targets_overlap"),
        ({"targets": ["soon"]}, "targets[0]", "invalid"),
        ({"targets": ["9999-12-31"]}, "targets", "out_of_range"),
        ({"targets": ["2200-01-01"]}, "targets", "out_of_range"),
        ({"to": "2027-01-04"}, "to", "ends_before_start"),
        ({"to": "2027-01-05T08:00+01:00"}, "to", "offset_not_allowed"),
        ({"from": "4 January"}, "from", "invalid_wall_clock"),
        ({"from": "2027-01-32"}, "from", "invalid_wall_clock"),
        ({"from": None}, "from", "required"),
        ({"shifts": [999_999]}, "shifts", "not_in_source"),
        ({"shifts": []}, None, "nothing_to_copy"),
        ({"schedule": 999_999}, "schedule", "does_not_exist"),
        ({"target": "2027-01-18"}, "target", "unknown_field"),
    ],
)
def test_a_bad_copy_is_refused(
    manager: Any, rota: Schedule, alice: Staff, values: Any, field: str, code: str
) -> None:
    night(rota, alice)
    answer = ask(manager, rota, "18", **values)
    assert problem(answer) == (400, code)
    assert answer.json()["errors"][0]["field"] == field
    assert Shift.objects.count() == 1


def test_the_past_is_no_target(manager: Any, rota: Schedule, alice: Staff) -> None:
    night(rota, alice)
    with clock.driven_by(lambda: paris(20, 12)):
        assert problem(ask(manager, rota, "18")) == (400, "target_in_past")


def test_too_many_are_refused(
    manager: Any, rota: Schedule, alice: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    night(rota, alice)
    monkeypatch.setattr(copy, "MOST_COPIES", 2)
    assert problem(ask(manager, rota, "18", "19", "20")) == (400, "too_many_copies")
    monkeypatch.setattr(copy, "MOST_TARGETS", 2)
    assert problem(ask(manager, rota, "18", "19", "20")) == (400, "too_many_targets")


def test_copying_many_does_as_many_queries_as_copying_one(
    manager: Any, rota: Schedule, alice: Staff
) -> None:
    def queries(**values: Any) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert ask(manager, rota, "18", "25", **values).status_code in {200, 201}
        return len(captured)

    night(rota, alice)
    build.shift(rota, build.service("Desk"), paris(4, 8), paris(4, 18))
    few = queries(dry_run=True), queries()
    RotaOperation.objects.all().delete()
    Shift.objects.exclude(period__startswith__lt=paris(5, 0)).delete()
    for number in range(10):
        night(rota, build.staff(f"Person {number}"))
        build.shift(rota, build.service(f"Desk {number}"), paris(4, 8), paris(4, 18))
    assert (queries(dry_run=True), queries()) == few


def test_staff_may_not_copy(rota: Schedule, alice: Staff) -> None:
    night(rota, alice)
    assert problem(ask(client(Role.STAFF), rota, "18", dry_run=True)) == (403, "permission_denied")
