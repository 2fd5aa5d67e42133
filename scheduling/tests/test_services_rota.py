"""Writes of schedules and shifts."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import ProtectedError

from oncall_portal.lib.errors import Refused, Stale
from scheduling import queries, services
from scheduling.enums import ShiftState
from scheduling.models import Shift
from scheduling.tests import build
from scheduling.tests.facts import at

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def codes(error: ValidationError) -> list[str | None]:
    return (
        [single.code for single in error.error_list]
        if not hasattr(error, "error_dict")
        else [single.code for found in error.error_dict.values() for single in found]
    )


def new_shift(**values: Any) -> Shift:
    row = {"starts_at": at(8), "ends_at": at(18), **values}
    if "schedule" not in row:
        row["schedule"] = build.schedule()
    if "staff" not in row and "service" not in row:
        row["staff"] = build.staff("Alice")
    return services.create_shift(row)


def test_a_shift_is_created_by_hand_at_level_one() -> None:
    duty = new_shift(note="first night")
    duty.refresh_from_db()
    assert (duty.starts_at, duty.ends_at, duty.level) == (at(8), at(18), 1)
    assert (duty.state, duty.note, duty.version) == ("manual", "first night", 1)


def test_a_draft_is_the_shift_as_it_would_be_and_leaves_the_row_as_it_is() -> None:
    row, bob = new_shift(), build.staff("Bob")
    draft = services.draft_shift({"move": {"minutes": 30, "level": 2}, "staff": bob}, row)
    told = [(each.staff.name, each.level, each.starts_at) for each in (draft, row) if each.staff]
    assert told == [("Bob", 2, at(8.5)), ("Alice", 1, at(8))]


@pytest.mark.parametrize("hour", [8, 7])
def test_a_shift_must_end_after_its_start(hour: int) -> None:
    with pytest.raises(Refused) as refused:
        new_shift(ends_at=at(hour))
    assert (refused.value.code, refused.value.field) == ("ends_before_start", "ends_at")


@pytest.mark.parametrize(
    ("start", "field"),
    [(datetime(1899, 12, 31, 23, tzinfo=UTC), "starts_at"), (LATEST - HOUR, "ends_at")],
)
def test_a_shift_lies_in_a_time_that_people_plan_for(start: datetime, field: str) -> None:
    with pytest.raises(Refused) as refused:
        new_shift(starts_at=start, ends_at=start + 2 * HOUR)
    assert (refused.value.code, refused.value.field) == ("out_of_range", field)


def test_a_shift_may_be_as_far_away_as_people_plan() -> None:
    assert new_shift(starts_at=LATEST - 2 * HOUR, ends_at=LATEST - HOUR).version == 1


@pytest.mark.parametrize("field", ["starts_at", "ends_at"])
def test_a_shift_needs_both_ends(field: str) -> None:
    with pytest.raises(Refused) as refused:
        new_shift(**{field: None})
    assert (refused.value.code, refused.value.field) == ("required", field)


@pytest.mark.parametrize("level", [0, 10])
def test_levels_run_from_one_to_nine(level: int) -> None:
    with pytest.raises(ValidationError, match="level"):
        new_shift(level=level)


@pytest.mark.parametrize("both", [True, False])
def test_a_shift_is_for_exactly_one(both: bool) -> None:
    alice, reception = build.staff("Alice"), build.service("Reception")
    with pytest.raises(ValidationError, match="one person or for one service"):
        new_shift(staff=alice if both else None, service=reception if both else None)


def test_the_same_person_twice_at_once_is_refused_as_an_overlap() -> None:
    first = new_shift()
    with pytest.raises(ValidationError) as refused:
        new_shift(schedule=first.schedule, staff=first.staff, starts_at=at(17), ends_at=at(20))
    assert codes(refused.value) == ["overlap"]
    new_shift(schedule=first.schedule, staff=first.staff, starts_at=at(18), ends_at=at(20))


def test_a_change_counts_the_version_up_and_keeps_what_was_not_sent() -> None:
    duty = new_shift()
    changed = services.change_shift(duty.pk, 1, {"ends_at": at(20), "level": 2})
    assert (changed.starts_at, changed.ends_at, changed.level) == (at(8), at(20), 2)
    assert Shift.objects.get(pk=duty.pk).version == 2


@pytest.mark.requirement("PLA-15")
def test_the_very_next_call_obeys_a_change() -> None:
    duty = new_shift()
    bob = build.staff("Bob")
    services.change_shift(duty.pk, 1, {"staff": bob})
    (found,) = queries.load_roster(duty.schedule_id, at(9)).on_call
    assert found.assignee.name == "Bob"
    services.delete_shift(duty.pk, 2)
    assert queries.load_roster(duty.schedule_id, at(9)).on_call == ()


@pytest.mark.parametrize(
    "write",
    [
        lambda pk: services.change_shift(pk, 1, {"level": 3}),
        lambda pk: services.move_shift(pk, 1, days=1),
        lambda pk: services.delete_shift(pk, 1),
    ],
)
def test_a_stale_edit_changes_nothing_and_gets_the_current_shift(
    write: Callable[[int], object],
) -> None:
    duty = new_shift()
    services.change_shift(duty.pk, 1, {"level": 2})
    with pytest.raises(Stale) as stale:
        write(duty.pk)
    current = stale.value.current
    assert isinstance(current, Shift)
    assert (current.version, current.level) == (2, 2)
    assert Shift.objects.get(pk=duty.pk).level == 2


def test_a_night_moved_onto_the_clock_change_keeps_its_hours() -> None:
    start, end = datetime(2027, 3, 26, 17, tzinfo=UTC), datetime(2027, 3, 27, 7, tzinfo=UTC)
    duty = new_shift(starts_at=start, ends_at=end)
    moved = services.move_shift(duty.pk, 1, days=1)
    assert (moved.starts_at, moved.ends_at) == (
        datetime(2027, 3, 27, 17, tzinfo=UTC),
        datetime(2027, 3, 28, 6, tzinfo=UTC),
    )
    longer = services.move_shift(duty.pk, 2, end_minutes=30, level=2)
    assert (longer.starts_at, longer.ends_at, longer.level) == (
        moved.starts_at,
        datetime(2027, 3, 28, 6, 30, tzinfo=UTC),
        2,
    )


def test_a_shift_made_by_hand_is_deleted_and_a_generated_one_kept_as_a_tombstone() -> None:
    duty = new_shift()
    generated = build.shift(
        duty.schedule, build.staff("Bob"), at(18), at(24), state=ShiftState.GENERATED.value
    )
    services.delete_shift(duty.pk, 1)
    services.delete_shift(generated.pk, 1)
    (left,) = Shift.objects.all()
    assert (left.pk, left.state, left.version) == (generated.pk, "cancelled", 2)
    with pytest.raises(Refused) as refused:
        services.change_shift(left.pk, 2, {"level": 2})
    assert refused.value.code == "cancelled"


def test_a_generated_shift_edited_by_hand_is_detached() -> None:
    rota = build.schedule()
    duty = build.shift(rota, build.staff("Bob"), at(8), at(18), state=ShiftState.GENERATED.value)
    assert services.change_shift(duty.pk, 1, {"level": 2}).state == "detached"


@pytest.mark.django_db(transaction=True)
def test_of_two_writes_of_the_same_duty_at_once_one_is_refused() -> None:
    rota, alice = build.schedule(), build.staff("Alice")
    start = Barrier(2)

    def write(end: int) -> str:
        try:
            start.wait(10)
            new_shift(schedule=rota, staff=alice, ends_at=at(end))
        except (Refused, ValidationError):
            return "refused"
        finally:
            connection.close()
        return "written"

    for _round in range(5):
        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(write, [18, 19])) == ["refused", "written"]
        Shift.objects.all().delete()


def test_a_schedule_keeps_its_supervisors_in_order() -> None:
    alice, bob = build.staff("Alice"), build.staff("Bob")
    rota = services.create_schedule({"name": "Paris", "supervisor_entries": [bob, alice]})
    assert list(rota.supervisor_entries.values_list("staff", flat=True)) == [bob.pk, alice.pk]
    services.change_schedule(rota.pk, 1, {"supervisor_entries": [alice]})
    assert list(rota.supervisor_entries.values_list("staff", flat=True)) == [alice.pk]
    services.change_schedule(rota.pk, 2, {"name": "Paris nights"})
    assert list(rota.supervisor_entries.values_list("staff", flat=True)) == [alice.pk]
    with pytest.raises(Refused) as refused:
        services.change_schedule(rota.pk, 3, {"supervisor_entries": [bob, bob]})
    assert (refused.value.code, refused.value.field) == ("duplicate", "supervisor_entries")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"coverage": {"kind": "weekly"}}, "unknown_coverage"),
        ({"coverage": {"kind": "always", "hours": []}}, "unknown_coverage"),
        ({"time_zone": "Europe/Lutetia"}, "unknown_time_zone"),
        ({"alert_before_hours": [24, 24]}, "invalid_hours"),
        ({"alert_before_hours": [0]}, "invalid_hours"),
        ({"alert_before_hours": "24"}, "invalid_hours"),
    ],
)
def test_a_schedule_that_means_nothing_is_refused(values: dict[str, Any], code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        services.create_schedule({"name": "Paris", **values})
    assert codes(refused.value) == [code]


def test_a_schedule_with_shifts_is_not_deleted() -> None:
    duty = new_shift()
    with pytest.raises(ProtectedError):
        services.delete_schedule(duty.schedule_id, 1)
    services.delete_shift(duty.pk, 1)
    services.delete_schedule(duty.schedule_id, 1)
