"""Rotations write their shifts ahead; a changed rule changes what has not begun."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db.models import ProtectedError

from oncall_portal.lib.errors import Refused, Stale
from scheduling import services
from scheduling.enums import OnHolidays
from scheduling.models import (
    RotaOperation,
    Rotation,
    Schedule,
    Shift,
    Staff,
)
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


def test_shifts_are_written_400_days_ahead(rota: Schedule, alice: Staff, bob: Staff) -> None:
    with at_time(NOW):
        made = weekly(rota, alice, bob)
    shifts = written(made)
    assert shifts[:3] == [
        ("Alice", at(9), at(9, 11)),
        ("Bob", at(9, 11), at(9, 18)),
        ("Alice", at(9, 18), at(9, 25)),
    ]
    assert len(shifts) == 58  # Mondays within 400 days
    assert made.written_until == MONDAY + timedelta(days=400)


@pytest.mark.requirement("PLA-08")
def test_a_team_has_the_turn_together(rota: Schedule, alice: Staff, bob: Staff) -> None:
    with at_time(NOW):
        made = weekly(rota, [alice, bob], alice)
    assert written(made, 3) == [
        ("Alice", at(9), at(9, 11)),
        ("Bob", at(9), at(9, 11)),
        ("Alice", at(9, 11), at(9, 18)),
    ]


def test_a_rotation_that_begins_in_the_past_has_its_past(
    rota: Schedule, alice: Staff, bob: Staff
) -> None:
    with at_time(at(7, 20)):
        made = weekly(rota, alice, bob)
    assert written(made, 1) == [("Alice", at(9), at(9, 11))]


def test_one_that_would_write_thousands_of_past_shifts_is_refused(
    rota: Schedule, alice: Staff
) -> None:
    with at_time(NOW), pytest.raises(Refused) as refused:
        daily(rota, alice, starts_on=date(1999, 1, 1))
    assert (refused.value.code, refused.value.field) == ("too_many_shifts", "starts_on")
    assert not Rotation.objects.exists()


def test_it_can_be_said_whose_turn_it_is_on_a_day(rota: Schedule, alice: Staff, bob: Staff) -> None:
    carol = build.staff("Carol")
    with at_time(NOW):
        made = weekly(
            rota, alice, bob, carol, whose_turn={"on": date(2027, 1, 18), "participant": 0}
        )
    assert [who for who, _start, _end in written(made, 3)] == ["Bob", "Carol", "Alice"]


def test_a_changed_rule_keeps_the_ids_of_its_shifts(
    rota: Schedule, alice: Staff, bob: Staff
) -> None:
    with at_time(NOW):
        made = weekly(rota, alice, bob)
        before = set(made.shifts.values_list("pk", flat=True))
        services.change_rotation(made.pk, 1, {"start_time": time(10), "end_time": time(10)})
    assert set(made.shifts.values_list("pk", flat=True)) == before
    assert written(made, 1) == [("Alice", at(10), at(10, 11))]
    assert set(made.shifts.values_list("version", flat=True)) == {2}


@pytest.mark.parametrize(
    ("end", "offset", "values", "kept"),
    [
        (time(20), 1, {"start_time": time(19)}, 1),
        (time(20), 2, {"end_time": time(8)}, 2),
        (time(20), 0, {"end_time": time(8)}, 1),
        (time(8), 1, {"end_time": time(20)}, 0),
    ],
)
def test_new_times_keep_the_day_of_the_end_unless_it_followed_from_the_old_ones(
    rota: Schedule, alice: Staff, end: time, offset: int, values: dict[str, Any], kept: int
) -> None:
    times = {"start_time": time(18), "end_time": end, "end_day_offset": offset}
    with at_time(NOW):
        made = weekly(rota, alice, **times)
        changed = services.change_rotation(made.pk, 1, values)
    assert changed.end_day_offset == kept


@pytest.mark.parametrize(("turn", "first"), [({}, "Alice"), ({"participant": 1}, "Bob")])
def test_participants_leave_whoever_had_the_first_turn(
    rota: Schedule, alice: Staff, bob: Staff, turn: dict[str, int], first: str
) -> None:
    meant = {"whose_turn": {"on": MONDAY, **turn}} if turn else {}
    with at_time(NOW):
        made = weekly(rota, alice, bob, build.staff("Carol"), first_participant=2)
        services.change_rotation(made.pk, 1, {"participants": [[alice], [bob]], **meant})
    assert written(made, 1) == [(first, at(9), at(9, 11))]


def test_what_is_past_stays_and_what_is_under_way_is_cut_now(
    rota: Schedule, alice: Staff, bob: Staff
) -> None:
    with at_time(NOW):
        made = weekly(rota, alice, bob)
    with at_time(at(12.5, 13)):  # Wednesday of Bob's week
        services.change_rotation(made.pk, 1, {"participants": [[alice]]})
    assert written(made, 3) == [
        ("Alice", at(9), at(9, 11)),
        ("Alice", at(12.5, 13), at(9, 18)),
        ("Alice", at(9, 18), at(9, 25)),
    ]
    cut = Shift.objects.get(staff=bob)
    assert (cut.starts_at, cut.ends_at, cut.state) == (at(9, 11), at(12.5, 13), "manual")


def test_the_shift_under_way_takes_a_new_end(rota: Schedule, alice: Staff, bob: Staff) -> None:
    with at_time(NOW):
        made = weekly(rota, alice, bob)
    with at_time(at(12, 5)):
        services.change_rotation(made.pk, 1, {"start_time": time(10), "end_time": time(10)})
    assert written(made, 2) == [("Alice", at(9), at(10, 11)), ("Bob", at(10, 11), at(10, 18))]


def test_what_a_hand_moved_or_deleted_stays_so(rota: Schedule, alice: Staff, bob: Staff) -> None:
    with at_time(NOW):
        made = weekly(rota, alice, bob)
        first, second, third = made.shifts.order_by("day")[:3]
        services.move_shift(first.pk, 1, minutes=30)
        services.delete_shift(second.pk, 1)
        services.change_rotation(made.pk, 1, {"participants": [[bob], [alice]]})
    assert written(made, 2) == [("Alice", at(9.5), at(9.5, 11)), ("Bob", at(9, 18), at(9, 25))]
    states = made.shifts.order_by("day").values_list("state", flat=True)
    assert list(states[:3]) == ["detached", "cancelled", "generated"]
    assert third.pk == made.shifts.get(day=date(2027, 1, 18)).pk


def test_a_deleted_rotation_takes_along_what_has_not_begun(
    rota: Schedule, alice: Staff, bob: Staff
) -> None:
    with at_time(NOW):
        made = weekly(rota, alice, bob)
    with at_time(at(12, 13)):
        services.delete_rotation(made.pk, 1)
    stand = Shift.objects.order_by("period").values_list("staff__name", "period")
    assert [(name, p.lower, p.upper) for name, p in stand] == [
        ("Alice", at(9), at(9, 11)),
        ("Bob", at(9, 11), at(12, 13)),
    ]


def test_a_deleted_rotation_without_shifts_does_not_keep_its_schedule(
    rota: Schedule, alice: Staff
) -> None:
    with at_time(NOW):
        made = weekly(rota, alice)
        with pytest.raises(ProtectedError):
            services.delete_schedule(rota.pk, 1)
        services.delete_rotation(made.pk, 1)
        services.delete_schedule(rota.pk, 1)
    assert not Schedule.objects.exists()


def test_a_deleted_rotation_is_not_edited(rota: Schedule, alice: Staff) -> None:
    with at_time(NOW):
        made = weekly(rota, alice)
        services.delete_rotation(made.pk, 1)
        with pytest.raises(Refused) as refused:
            services.change_rotation(made.pk, 2, {"level": 2})
    assert refused.value.code == "retired"


def test_a_stale_edit_is_refused(rota: Schedule, alice: Staff) -> None:
    with at_time(NOW):
        made = weekly(rota, alice)
        services.change_rotation(made.pk, 1, {"level": 2})
        with pytest.raises(Stale):
            services.change_rotation(made.pk, 1, {"level": 3})
    assert set(made.shifts.values_list("level", flat=True)) == {2}


def test_each_gesture_is_one_operation_that_is_undone_and_done_again(
    rota: Schedule, alice: Staff, bob: Staff
) -> None:
    def state() -> list[Any]:
        shifts = Shift.objects.order_by("pk").values_list("pk", "staff", "period", "state", "day")
        turns = Rotation.objects.order_by("pk").values_list("pk", "level", "retired")
        people = Rotation.objects.values_list("participants__staff", "participants__turn")
        return [list(shifts), list(turns), sorted(people, key=str)]

    states = [state()]
    with at_time(NOW):
        made = weekly(rota, alice, bob)
        states.append(state())
        services.change_rotation(made.pk, 1, {"participants": [[bob]], "level": 2})
        states.append(state())
        services.delete_rotation(made.pk, 2)
        states.append(state())
        for expected in reversed(states[:-1]):
            services.undo(rota.pk)
            assert state() == expected
        for expected in states[1:]:
            services.redo(rota.pk)
            assert state() == expected
    kinds = RotaOperation.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds[:3]) == ["rotation_created", "rotation_changed", "rotation_deleted"]


def test_undoing_an_edit_also_puts_right_what_was_written_since(
    rota: Schedule, alice: Staff, bob: Staff
) -> None:
    with at_time(NOW):
        made = weekly(rota, alice)
        services.change_rotation(made.pk, 1, {"participants": [[bob]]})
    later = NOW + timedelta(days=14)
    services.extend_all(later)
    with at_time(later):
        services.undo(rota.pk)
    ahead = made.shifts.filter(period__startswith__gt=later)
    assert set(ahead.values_list("staff__name", flat=True)) == {"Alice"}
    assert len(ahead) == 58


def test_undoing_a_new_rotation_takes_along_what_was_written_since(
    rota: Schedule, alice: Staff
) -> None:
    with at_time(NOW):
        weekly(rota, alice)
    services.extend_all(NOW + timedelta(days=30))
    with at_time(NOW + timedelta(days=30)):
        services.undo(rota.pk)
    assert not Shift.objects.exists()
    assert not Rotation.objects.exists()


def test_others_have_the_public_holidays(rota: Schedule, alice: Staff, bob: Staff) -> None:
    rota = services.change_schedule(
        rota.pk, 1, {"holidays": {"country": "FR", "subdivision": None}}
    )
    days = {"starts_on": date(2027, 4, 30), "start_time": time(0), "end_time": time(0)}
    with at_time(NOW):
        usual = daily(rota, alice, **days, on_holidays=OnHolidays.SKIP.value)
        feast = daily(rota, bob, **days, on_holidays=OnHolidays.ONLY.value)
    usual_days = [start.day for _who, start, _end in written(usual, 8)]
    feast_days = [(start.month, start.day) for _who, start, _end in written(feast, 3)]
    assert usual_days == [30, 2, 3, 4, 5, 7, 9, 10]  # 1, 6 (Ascension) and 8 May are holidays
    assert feast_days == [(5, 1), (5, 6), (5, 8)]


def test_public_holidays_count_however_long_ago_a_rotation_began(
    rota: Schedule, alice: Staff
) -> None:
    rota = services.change_schedule(
        rota.pk, 1, {"holidays": {"country": "FR", "subdivision": None}}
    )
    with at_time(NOW):
        feast = daily(rota, alice, starts_on=date(1990, 1, 1), on_holidays=OnHolidays.ONLY.value)
    days = [start.date() for _who, start, _end in written(feast)]
    assert days[-2:] == [date(2027, 12, 25), date(2028, 1, 1)]


def test_a_schedule_that_changes_its_clock_takes_its_rotations_along(
    rota: Schedule, alice: Staff
) -> None:
    with at_time(NOW):
        made = weekly(rota, alice)
        services.change_schedule(rota.pk, 1, {"time_zone": "Europe/Paris"})
    assert written(made, 1) == [("Alice", at(8), at(8, 11))]
    followed = RotaOperation.objects.filter(kind="rotation_changed").latest("pk")
    assert followed.state == "fixed"


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"recurrence": "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "never_fires", "recurrence"),
        ({"recurrence": "RRULE:FREQ=HOURLY"}, "too_fine", "recurrence"),
        ({"recurrence": "every Monday"}, "unreadable", "recurrence"),
        ({"ends_on": date(2027, 1, 3)}, "ends_before_start", "ends_on"),
        ({"starts_on": date(1949, 12, 31)}, "too_early", "starts_on"),
        ({"participants": []}, "no_participants", "participants"),
        ({"participants": [[]]}, "no_participants", "participants"),
        ({"first_participant": 1}, "no_such_turn", "first_participant"),
        ({"end_day_offset": 0}, "ends_before_start", "end_day_offset"),
        ({"whose_turn": {"on": MONDAY, "participant": 5}}, "no_such_turn", "whose_turn"),
        ({"whose_turn": {"on": date.max, "participant": 0}}, "out_of_range", "whose_turn"),
    ],
)
def test_what_cannot_be_is_refused(
    rota: Schedule, alice: Staff, values: dict[str, Any], code: str, field: str
) -> None:
    with at_time(NOW), pytest.raises(Refused) as refused:
        weekly(rota, alice, **values)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Rotation.objects.exists()


def test_an_end_in_the_rule_becomes_the_last_day(rota: Schedule, alice: Staff) -> None:
    with at_time(NOW):
        counted = weekly(rota, alice, recurrence="RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3")
        until = weekly(
            rota, alice, level=2, recurrence="RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20270120T000000"
        )
    assert (counted.ends_on, until.ends_on) == (date(2027, 1, 18), date(2027, 1, 20))
    assert len(written(counted)) == len(written(until)) == 3


def test_a_deleted_rotation_is_not_deleted_again(rota: Schedule, alice: Staff) -> None:
    with at_time(NOW):
        made = weekly(rota, alice)
        services.delete_rotation(made.pk, 1)
        with pytest.raises(Refused) as refused:
            services.delete_rotation(made.pk, 2)
    assert refused.value.code == "retired"


def test_a_rotation_stays_on_its_schedule(rota: Schedule, alice: Staff) -> None:
    with at_time(NOW):
        made = weekly(rota, alice)
        with pytest.raises(Refused) as refused:
            services.change_rotation(made.pk, 1, {"schedule": build.schedule("Lyon")})
    assert (refused.value.code, refused.value.field) == ("schedule_fixed", "schedule")


def test_a_team_of_two_has_one_turn(rota: Schedule, alice: Staff, bob: Staff) -> None:
    with at_time(NOW):
        made = weekly(rota, [alice, bob])
        with pytest.raises(Refused) as refused:
            services.change_rotation(made.pk, 1, {"first_participant": 1})
    assert (refused.value.code, refused.value.field) == ("no_such_turn", "first_participant")


@pytest.mark.parametrize(
    ("turns", "members", "code"),
    [(201, 1, "too_many_participants"), (1, 21, "too_many_participants"), (1, 2, "duplicate")],
)
def test_turns_and_teams_have_a_limit_and_a_team_names_each_once(
    rota: Schedule, alice: Staff, turns: int, members: int, code: str
) -> None:
    with at_time(NOW), pytest.raises(Refused) as refused:
        weekly(rota, participants=[[alice] * members] * turns)
    assert (refused.value.code, refused.value.field) == (code, "participants")


def test_the_first_of_two_ends_counts_and_an_instant_is_read_in_the_zone_of_the_rule(
    rota: Schedule, alice: Staff
) -> None:
    until = {"recurrence": "RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20270118T233000Z"}
    with at_time(NOW):
        sooner = weekly(rota, alice, **until, ends_on=date(2027, 1, 11))
        tokyo = weekly(rota, alice, level=2, **until, time_zone="Asia/Tokyo")
    assert (sooner.ends_on, tokyo.ends_on) == (date(2027, 1, 11), date(2027, 1, 19))
