"""A shift of a rotation is moved together with all that follow."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import pairwise
from typing import Any

import pytest

from oncall_portal.lib.errors import Refused
from scheduling import services
from scheduling.models import Rotation, Schedule, Shift, Staff
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.rotas import at_time, daily, weekly, written

pytestmark = pytest.mark.django_db
NOW = at(7)
WEEK = timedelta(days=7)


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris", time_zone="UTC")


@pytest.fixture
def people() -> list[Staff]:
    return [build.staff(name) for name in ("Alice", "Bob", "Carol")]


def nth(rotation: Rotation, n: int) -> Shift:
    return rotation.shifts.order_by("day")[n]


def all_shifts(count: int) -> list[Any]:
    rows = Shift.objects.exclude(state="cancelled").select_related("staff").order_by("period")
    return [(str(row.staff), row.starts_at, row.ends_at) for row in rows[:count]]


def test_this_and_all_following_go_to_another_day_and_hour(
    rota: Schedule, people: list[Staff]
) -> None:
    with at_time(NOW):
        made = weekly(rota, *people)
        second = nth(made, 1)
        moved = services.move_following(second.pk, 1, days=1, minutes=60)
    assert moved.pk == second.pk
    assert all_shifts(4) == [
        ("Alice", at(9), at(9, 11)),
        ("Bob", at(10, 12), at(10, 19)),
        ("Carol", at(10, 19), at(10, 26)),
        ("Alice", at(10, 26), at(10, 26) + WEEK),
    ]
    made.refresh_from_db()
    later = Rotation.objects.exclude(pk=made.pk).get()
    assert made.ends_on == date(2027, 1, 10)
    assert (later.starts_on, later.start_time) == (date(2027, 1, 12), time(10))
    assert moved.state == "generated"


def test_the_first_of_them_stays_whose_it_was_whatever_holidays_lie_between(
    people: list[Staff],
) -> None:
    france = build.schedule("Lyon", time_zone="UTC", holidays={"country": "FR"})
    usual = {"starts_on": date(2027, 4, 28), "on_holidays": "skip"}
    with at_time(NOW):
        made = daily(france, *people, **usual)
        moved = services.move_following(made.shifts.get(day=date(2027, 5, 5)).pk, 1, days=2)
    following = written(Rotation.objects.get(ends_on=None), 2)
    assert (moved.staff, moved.starts_at.date()) == (people[0], date(2027, 5, 7))
    assert [(who, start.date()) for who, start, _end in following] == [
        ("Alice", date(2027, 5, 7)),
        ("Bob", date(2027, 5, 9)),
    ]


def test_a_team_keeps_its_order(rota: Schedule, people: list[Staff]) -> None:
    alice, bob, carol = people
    with at_time(NOW):
        made = weekly(rota, [carol, alice, bob], [bob, carol])
        services.move_following(nth(made, 3).pk, 1, minutes=60)
    later = Rotation.objects.exclude(pk=made.pk).get().participants
    assert list(later.values_list("turn", "position", "staff__name")) == [
        *((0, 0, "Carol"), (0, 1, "Alice"), (0, 2, "Bob")),
        *((1, 0, "Bob"), (1, 1, "Carol")),
    ]


def test_they_keep_their_ids(rota: Schedule, people: list[Staff]) -> None:
    with at_time(NOW):
        made = weekly(rota, *people)
        ids = list(made.shifts.order_by("day").values_list("pk", flat=True))
        services.move_following(ids[1], 1, minutes=30)
    kept = Shift.objects.order_by("period").values_list("pk", flat=True)
    assert list(kept)[: len(ids)] == ids


def test_a_longer_end_is_longer_for_all(rota: Schedule, people: list[Staff]) -> None:
    nights = {"start_time": time(20), "end_time": time(6)}
    with at_time(NOW):
        made = daily(rota, *people, **nights)
        services.move_following(nth(made, 1).pk, 1, end_minutes=60)
    assert [end.hour for _who, _start, end in all_shifts(4)] == [6, 7, 7, 7]


def test_the_hours_of_a_first_one_that_a_hand_changed_are_those_of_all(
    rota: Schedule, people: list[Staff]
) -> None:
    with at_time(NOW):
        made = daily(rota, *people)
        first = services.move_shift(nth(made, 1).pk, 1, end_minutes=-60)
        services.move_following(first.pk, 2, minutes=30)
    assert all_shifts(3)[1:] == [
        ("Bob", at(9.5, 5), at(8.5, 6)),
        ("Carol", at(9.5, 6), at(8.5, 7)),
    ]


def test_one_that_the_next_one_cuts_short_is_as_long_as_the_rule_says(
    rota: Schedule, people: list[Staff]
) -> None:
    workdays = {"recurrence": "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "end_day_offset": 3}
    with at_time(NOW):
        made = daily(rota, *people, **workdays)
        services.move_following(nth(made, 3).pk, 1, minutes=60)
    assert all_shifts(6)[3:] == [
        ("Alice", at(10, 7), at(10, 8)),
        ("Bob", at(10, 8), at(10, 11)),
        ("Carol", at(10, 11), at(10, 12)),
    ]


def test_one_whose_start_the_clock_skips_is_moved_from_what_the_rule_says(
    people: list[Staff],
) -> None:
    paris = build.schedule("Lyon", time_zone="Europe/Paris")
    with at_time(NOW):
        made = daily(paris, *people, start_time=time(2, 30), end_time=time(2, 30))
        moved = services.move_following(made.shifts.get(day=date(2027, 3, 28)).pk, 1, minutes=60)
    assert moved.starts_at.isoformat() == "2027-03-28T01:30:00+00:00"
    assert Rotation.objects.get(ends_on=None).start_time == time(3, 30)


def test_one_of_which_a_hand_has_a_part_is_moved_as_a_whole(
    rota: Schedule, people: list[Staff]
) -> None:
    build.shift(rota, people[1], at(12, 5), at(18, 5))
    with at_time(NOW):
        made = daily(rota, *people)
        later = made.shifts.filter(day=date(2027, 1, 5)).latest("period")
        services.move_following(later.pk, 1, minutes=60)
    assert all_shifts(5)[1:] == [
        ("Bob", at(10, 5), at(12, 5)),
        ("Bob", at(12, 5), at(18, 5)),
        ("Bob", at(18, 5), at(10, 6)),
        ("Carol", at(10, 6), at(10, 7)),
    ]


@pytest.mark.parametrize(
    ("move", "code"),
    [
        ({"days": -5}, "nothing_left"),
        ({"end_minutes": -600}, "ends_before_start"),
        ({"end_days": 63}, "shift_too_long"),
        ({"days": 3_000_000}, "out_of_range"),
    ],
)
def test_one_that_would_be_nothing_or_too_much_is_refused(
    rota: Schedule, people: list[Staff], move: dict[str, int], code: str
) -> None:
    with at_time(NOW):
        made = daily(rota, *people, end_time=time(17), end_day_offset=0)
        before = all_shifts(1000)
        with pytest.raises(Refused) as refused:
            services.move_following(nth(made, 3).pk, 1, **move)
    assert (refused.value.code, all_shifts(1000)) == (code, before)
    assert Rotation.objects.count() == 1


def test_what_a_hand_did_later_stays(rota: Schedule, people: list[Staff]) -> None:
    with at_time(NOW):
        made = weekly(rota, *people)
        services.move_shift(nth(made, 2).pk, 1, minutes=15)
        services.delete_shift(nth(made, 3).pk, 1)
        services.move_following(nth(made, 1).pk, 1, minutes=60)
    assert [start for _who, start, _end in all_shifts(4)] == [
        at(9),
        at(10, 11),
        at(9.25, 18),
        at(10, 25) + WEEK,
    ]


def test_the_first_of_all_takes_the_whole_rotation_along(
    rota: Schedule, people: list[Staff]
) -> None:
    with at_time(NOW):
        made = weekly(rota, *people)
        services.move_following(nth(made, 0).pk, 1, minutes=60)
    made.refresh_from_db()
    assert made.retired
    assert written(Rotation.objects.get(retired=False), 1) == [("Alice", at(10), at(10, 11))]


def test_it_is_one_operation_that_is_undone_and_done_again(
    rota: Schedule, people: list[Staff]
) -> None:
    with at_time(NOW):
        made = weekly(rota, *people)
        before = all_shifts(100)
        services.move_following(nth(made, 1).pk, 1, days=1)
        after = all_shifts(100)
        services.undo(rota.pk)
        assert all_shifts(100) == before
        assert list(Rotation.objects.values_list("pk", "ends_on")) == [(made.pk, None)]
        services.redo(rota.pk)
        assert all_shifts(100) == after


def test_the_rotation_goes_on_beyond_the_horizon(rota: Schedule, people: list[Staff]) -> None:
    with at_time(NOW):
        made = weekly(rota, *people)
        services.move_following(nth(made, 1).pk, 1, days=1)
    assert services.extend_all(NOW + 2 * WEEK) == 1
    starts = [start for _who, start, _end in all_shifts(100)]
    assert {later - earlier for earlier, later in pairwise(starts[1:])} == {WEEK}


def test_what_no_rule_says_is_refused(rota: Schedule, people: list[Staff]) -> None:
    last_fridays = {"recurrence": "RRULE:FREQ=MONTHLY;BYDAY=-1FR", "end_day_offset": 1}
    with at_time(NOW):
        made = weekly(rota, *people, **last_fridays)
        with pytest.raises(Refused) as refused:
            services.move_following(nth(made, 1).pk, 1, days=3)
    assert refused.value.code == "cannot_split"


def test_shifts_by_hours_are_not_moved_with_all_that_follow(
    rota: Schedule, people: list[Staff]
) -> None:
    with at_time(NOW):
        made = daily(rota, *people, turn_unit="hour", turn_count=8)
        before = all_shifts(1000)
        with pytest.raises(Refused) as refused:
            services.move_following(nth(made, 1).pk, 1, days=1)
    assert (refused.value.code, all_shifts(1000)) == ("cannot_split", before)
    assert Rotation.objects.count() == 1


@pytest.mark.parametrize(
    ("now", "alone", "code"),
    [(at(10), False, "already_begun"), (NOW, True, "not_from_a_rotation")],
)
def test_what_has_begun_or_stands_alone_is_moved_alone(
    rota: Schedule, people: list[Staff], now: Any, alone: bool, code: str
) -> None:
    with at_time(NOW):
        made = weekly(rota, *people)
    shift = build.shift(rota, people[0], at(1, 2), at(2, 2)) if alone else nth(made, 0)
    with at_time(now), pytest.raises(Refused) as refused:
        services.move_following(shift.pk, 1, minutes=30)
    assert refused.value.code == code


def test_one_that_a_hand_deleted_is_not_moved(rota: Schedule, people: list[Staff]) -> None:
    with at_time(NOW):
        made = weekly(rota, *people)
        services.delete_shift(nth(made, 1).pk, 1)
        with pytest.raises(Refused) as refused:
            services.move_following(nth(made, 1).pk, 2, minutes=30)
    assert refused.value.code == "cancelled"


def test_the_last_day_of_the_rotation_moves_along(rota: Schedule, people: list[Staff]) -> None:
    with at_time(NOW):
        made = weekly(rota, *people, ends_on=date(2027, 1, 18))
        services.move_following(nth(made, 1).pk, 1, days=1)
    ends = Rotation.objects.order_by("pk").values_list("ends_on", flat=True)
    assert list(ends) == [date(2027, 1, 10), date(2027, 1, 19)]
    assert len(all_shifts(10)) == 3


def test_all_following_go_to_another_level(rota: Schedule, people: list[Staff]) -> None:
    with at_time(NOW):
        made = weekly(rota, *people)
        services.move_following(nth(made, 1).pk, 1, level=2)
    levels = Shift.objects.order_by("period").values_list("level", flat=True)
    assert list(levels[:4]) == [1, 2, 2, 2]


def test_a_part_keeps_its_turns_when_it_is_saved_with_the_same_first_day(
    rota: Schedule, people: list[Staff]
) -> None:
    with at_time(NOW):
        made = weekly(rota, *people)
        services.move_following(nth(made, 1).pk, 1, minutes=60)
        later = Rotation.objects.exclude(pk=made.pk).get()
        services.change_rotation(later.pk, 1, {"starts_on": later.starts_on, "level": 2})
    assert [who for who, _start, _end in written(later, 2)] == ["Bob", "Carol"]
