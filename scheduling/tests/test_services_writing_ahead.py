"""The rows of a rotation: how far they are written, beside what, and what follows them."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from scheduling import services
from scheduling.models import Override, RotaOperation, Schedule, Shift, Staff, SwapRequest
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.rotas import MONDAY, at_time, daily, weekly, written

pytestmark = pytest.mark.django_db
NOW = at(7)  # Monday 4 January 2027, 07:00 UTC


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris", time_zone="UTC")


@pytest.fixture
def alice() -> Staff:
    return build.staff("Alice")


@pytest.fixture
def bob() -> Staff:
    return build.staff("Bob")


def test_a_rotation_by_hours_is_written_as_far_as_2000_shifts(
    rota: Schedule, alice: Staff, bob: Staff
) -> None:
    with at_time(NOW):
        made = daily(rota, alice, bob, turn_count=1, turn_unit="hour", start_time=time(0))
    assert made.written_until == MONDAY + timedelta(days=83)  # 24 a day
    assert len(written(made)) == 83 * 24
    assert written(made, 2) == [("Alice", at(0), at(1)), ("Bob", at(1), at(2))]


def test_one_that_began_two_months_ago_is_under_way_all_the_same(
    rota: Schedule, alice: Staff, bob: Staff
) -> None:
    long = {"recurrence": "RRULE:FREQ=MONTHLY;INTERVAL=2", "end_day_offset": 62}
    with at_time(NOW):
        made = weekly(rota, alice, **long)
    later = at(12) + timedelta(days=58)
    with at_time(later):
        services.change_rotation(made.pk, 1, {"participants": [[bob]]})
    first, second = Shift.objects.order_by("period")[:2]
    assert (first.staff, first.ends_at) == (alice, later)
    assert (second.staff, second.starts_at, second.ends_at) == (bob, later, at(9) + timedelta(59))


def test_stand_ins_and_offers_go_where_a_changed_rotation_puts_their_shifts(
    rota: Schedule, alice: Staff, bob: Staff
) -> None:
    with at_time(NOW):
        made = weekly(rota, alice, bob)
        second, third = made.shifts.order_by("day")[1:3]
        for shift, person in ((second, alice), (third, bob)):
            services.create_override({"schedule": rota, "replaces_shift": shift, "staff": person})
        services.offer_swap({"shift": third, "offered_to": [alice]}, NOW)
        hours = {"start_time": time(10), "end_time": time(10), "ends_on": date(2027, 1, 17)}
        services.change_rotation(made.pk, 1, hours)
    stand_in = Override.objects.get()
    assert (stand_in.staff, stand_in.starts_at, stand_in.ends_at) == (alice, at(10, 11), at(10, 18))
    assert not SwapRequest.objects.exists()
    with at_time(NOW):
        services.undo(rota.pk)
    assert Override.objects.count() == 2
    assert SwapRequest.objects.get().state == "open"


def test_the_horizon_moves_on_with_the_days(rota: Schedule, alice: Staff, bob: Staff) -> None:
    with at_time(NOW):
        made = weekly(rota, alice, bob)
    assert services.extend_all(NOW + timedelta(days=7)) == 1
    assert services.extend_all(NOW + timedelta(days=7)) == 0
    made.refresh_from_db()
    assert made.written_until == MONDAY + timedelta(days=407)
    assert made.version == 1
    extended = RotaOperation.objects.latest("pk")
    assert (extended.kind, extended.state) == ("rotation_extended", "fixed")


def test_a_deleted_rotation_is_not_written_on_beside_another(
    rota: Schedule, alice: Staff, bob: Staff
) -> None:
    with at_time(NOW):
        made = weekly(rota, alice)
        weekly(rota, bob, level=2)
        services.delete_rotation(made.pk, 1)
    assert services.extend_all(NOW + timedelta(days=7)) == 1
    assert not made.shifts.exists()


def test_the_last_day_is_written_too(rota: Schedule, alice: Staff) -> None:
    last = MONDAY + timedelta(days=400)  # the first day beyond the horizon
    with at_time(NOW):
        made = daily(rota, alice, ends_on=last)
    assert made.written_until == last
    assert services.extend_all(NOW + timedelta(days=7)) == 1


def test_nobody_is_written_where_they_stand_already(
    rota: Schedule, alice: Staff, bob: Staff
) -> None:
    build.shift(rota, alice, at(12, 5), at(12, 6))
    with at_time(NOW):
        made = weekly(rota, alice, bob)
    assert written(made, 3) == [
        ("Alice", at(9), at(12, 5)),
        ("Alice", at(12, 6), at(9, 11)),
        ("Bob", at(9, 11), at(9, 18)),
    ]


def test_what_a_hand_moved_within_the_rotation_counts_as_taken_too(
    rota: Schedule, alice: Staff, bob: Staff
) -> None:
    with at_time(NOW):
        made = daily(rota, alice, bob)
        services.move_shift(made.shifts.get(day=MONDAY).pk, 1, days=1, end_minutes=-720)
        services.change_rotation(made.pk, 1, {"participants": [[alice]]})
    assert written(made, 3) == [
        ("Alice", at(9, 5), at(21, 5)),
        ("Alice", at(21, 5), at(9, 6)),
        ("Alice", at(9, 6), at(9, 7)),
    ]


def test_what_a_hand_deleted_of_one_rotation_is_free_for_another(
    rota: Schedule, alice: Staff
) -> None:
    with at_time(NOW):
        made = daily(rota, alice)
        services.delete_shift(made.shifts.get(day=date(2027, 1, 5)).pk, 1)
        other = daily(rota, alice)
    assert written(other) == [("Alice", at(9, 5), at(9, 6))]
