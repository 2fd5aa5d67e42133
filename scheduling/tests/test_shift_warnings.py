"""What is doubtful about shifts, from the rows of the rota."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from scheduling import shift_warnings
from scheduling.enums import ShiftState
from scheduling.models import ContactNumber, Override, Schedule, Shift, Staff, TimeOff
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.warning_words import sentence

pytestmark = pytest.mark.django_db


@pytest.fixture
def rota() -> Schedule:
    return build.schedule("Paris")


@pytest.fixture
def alice() -> Staff:
    return verified("Alice")


def verified(name: str) -> Staff:
    person = build.staff(name)
    ContactNumber.objects.filter(staff=person).update(verified_at=datetime(2026, 1, 1, tzinfo=UTC))
    return person


def told(*shifts: Shift) -> list[list[str]]:
    """Return the codes of each shift."""
    doubts = shift_warnings.of_shifts(kept(*shifts))
    return [[warned.code.value for warned in doubts.of(shift.pk)] for shift in shifts]


def kept(*shifts: Shift) -> list[Shift]:
    """Return shifts as the database has them."""
    return list(Shift.objects.filter(pk__in=[shift.pk for shift in shifts]))


def said(shift: Shift) -> list[str]:
    doubts = shift_warnings.of_shifts(kept(shift))
    return [sentence(warned, doubts) for warned in doubts.of(shift.pk)]


def stand_in(
    rota: Schedule, person: Staff | None, start: float, end: float, **instead: Any
) -> None:
    Override.objects.create(schedule=rota, staff=person, period=(at(start), at(end)), **instead)


def test_a_shift_that_keeps_the_rules_has_no_warning(rota: Schedule, alice: Staff) -> None:
    assert told(build.shift(rota, alice, at(8), at(18))) == [[]]


def test_the_duty_on_another_schedule_before_is_told_by_its_name_and_end(
    rota: Schedule, alice: Staff
) -> None:
    build.shift(build.schedule("Lyon"), alice, at(0), at(6))
    assert said(build.shift(rota, alice, at(15), at(18))) == [
        "Alice: 9 h of rest only after Lyon, level 1, Mon 4 Jan, 01:00 → 07:00; the rule is 11 h"
    ]


def test_a_warning_is_told_in_french(rota: Schedule, alice: Staff) -> None:
    build.shift(rota, alice, at(0), at(6))
    with translation.override("fr"):
        assert said(build.shift(rota, alice, at(15), at(18))) == [
            "Alice\N{NO-BREAK SPACE}: 9 h de repos seulement après Paris, niveau 1,"
            " lun 4 jan, 01:00 → 07:00\N{NARROW NO-BREAK SPACE}; la règle est de 11 h"
        ]


def test_the_organisation_sets_the_rules(rota: Schedule, alice: Staff) -> None:
    build.organisation(min_rest_hours=9, max_in_a_row=1)
    build.shift(rota, alice, at(0), at(6))
    assert said(build.shift(rota, alice, at(15), at(18))) == [
        "Alice: 2 shifts in a row; the rule is 1 at most"
    ]


def test_a_rule_of_nothing_warns_of_nothing(rota: Schedule, alice: Staff) -> None:
    build.organisation(min_rest_hours=0, max_in_a_row=0)
    for day in range(9):
        last = build.shift(rota, alice, at(8 + 24 * day), at(31 + 24 * day))
    assert told(last) == [[]]


def test_a_row_of_eight_days_is_seen_from_its_last_shift(rota: Schedule, alice: Staff) -> None:
    for day in range(8):
        last = build.shift(rota, alice, at(8 + 24 * day), at(18 + 24 * day))
    assert said(last) == ["Alice: 8 shifts in a row; the rule is 7 at most"]


def test_weeks_at_a_stretch_are_a_row_too(rota: Schedule, alice: Staff) -> None:
    for week in range(8):
        last = build.shift(rota, alice, at(168 * week), at(168 * week + 168))
    assert told(last) == [["too_many_in_a_row"]]


def test_two_shifts_at_once_are_told_on_both(rota: Schedule, alice: Staff) -> None:
    one = build.shift(rota, alice, at(8), at(18))
    other = build.shift(rota, alice, at(12), at(20), level=2)
    assert told(one, other) == [["twice_at_once"], ["twice_at_once"]]
    assert said(other) == [
        "Alice: also on call at this time: Paris, level 1, Mon 4 Jan, 09:00 → 19:00"
    ]


def test_the_other_duty_is_told_whole_however_long_it_lasts(rota: Schedule, alice: Staff) -> None:
    build.shift(build.schedule("Lyon"), alice, at(12), at(24 * 20))
    assert said(build.shift(rota, alice, at(8), at(18))) == [
        "Alice: also on call at this time: Lyon, level 1, Mon 4 Jan, 13:00 → Sun 24 Jan, 01:00"
    ]


def test_what_follows_on_a_shift_too_soon_is_told_elsewhere(rota: Schedule, alice: Staff) -> None:
    first = build.shift(rota, alice, at(8), at(18))
    late, rested = (build.shift(rota, alice, at(h), at(h + 1)) for h in (28, 60))
    doubts = shift_warnings.of_shifts(kept(first))
    assert [(pk, w.code.value) for pk, ws in doubts.elsewhere.items() for w in ws] == [
        (late.pk, "rest_too_short")
    ]
    assert rested.pk not in doubts.elsewhere


def test_a_cancelled_shift_is_nobodys_duty(rota: Schedule, alice: Staff) -> None:
    build.shift(rota, alice, at(0), at(6), state=ShiftState.CANCELLED.value)
    assert told(build.shift(rota, alice, at(7), at(18))) == [[]]


def test_whoever_is_replaced_rests(rota: Schedule, alice: Staff) -> None:
    lyon = build.schedule("Lyon")
    replaced = build.shift(lyon, alice, at(0), at(6))
    stand_in(lyon, verified("Bob"), 0, 6, replaces_shift=replaced)
    assert told(build.shift(rota, alice, at(7), at(18))) == [[]]


@pytest.mark.parametrize("how", ["shift", "staff", "service", "level"])
def test_a_stand_in_has_the_duty_whatever_it_replaces(
    rota: Schedule, alice: Staff, how: str
) -> None:
    lyon, bob = build.schedule("Lyon"), verified("Bob")
    desk = build.service("Desk", build.fresh_number())
    there = build.shift(lyon, desk if how == "service" else bob, at(0), at(6))
    instead: dict[str, dict[str, Any]] = {
        "shift": {"replaces_shift": there},
        "staff": {"replaces_staff": bob},
        "service": {"replaces_service": desk},
    }
    stand_in(lyon, alice, 0, 6, **instead.get(how, {"replaces_level": 1}))
    assert told(build.shift(rota, alice, at(7), at(18))) == [["rest_too_short"]]


def test_a_stand_in_is_warned_of_on_the_shift_where_they_stand_in(
    rota: Schedule, alice: Staff
) -> None:
    build.shift(build.schedule("Lyon"), alice, at(0), at(6))
    shift = build.shift(rota, verified("Bob"), at(7), at(18))
    stand_in(rota, alice, 7, 18, replaces_shift=shift)
    assert [text.split(":")[0] for text in said(shift)] == ["Alice"]


def test_who_cannot_be_reached_is_told_by_name_and_reason(rota: Schedule, alice: Staff) -> None:
    Staff.objects.filter(pk=alice.pk).update(active=False)
    numberless = verified("Bob")
    ContactNumber.objects.filter(staff=numberless).update(enabled=False)
    untried = build.staff("Charlie")
    people = (alice, numberless, untried)
    shifts = [build.shift(rota, person, at(8), at(18)) for person in people]
    assert [said(shift) for shift in shifts] == [
        ["Alice: inactive"],
        ["Bob: no usable number"],
        ["Charlie: no number verified"],
    ]


def test_one_verified_number_is_enough(rota: Schedule, alice: Staff) -> None:
    ContactNumber.objects.create(staff=alice, number=build.fresh_number(), position=2)
    assert told(build.shift(rota, alice, at(8), at(18))) == [[]]


def test_who_is_away_for_a_part_is_warned_of_and_rests_meanwhile(
    rota: Schedule, alice: Staff
) -> None:
    TimeOff.objects.create(staff=alice, period=(at(4), at(7)))
    early = build.shift(rota, alice, at(0), at(6))
    assert told(early, build.shift(rota, alice, at(15), at(18))) == [["time_off"], []]


def test_an_inactive_service_is_warned_of(rota: Schedule) -> None:
    desk = build.service("Desk", build.fresh_number(), active=False)
    assert said(build.shift(rota, desk, at(8), at(18))) == ["Desk: inactive"]


def test_many_shifts_of_many_people_take_as_many_queries_as_one(
    rota: Schedule, alice: Staff, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    one = build.shift(rota, alice, at(8), at(18))
    build.shift(rota, build.service("Desk", members=(alice,)), at(8), at(18))
    stand_in(rota, verified("Bob"), 8, 9, replaces_shift=one)
    TimeOff.objects.create(staff=alice, period=(at(8), at(9)))
    few = list(Shift.objects.all())
    with django_assert_num_queries(7):
        shift_warnings.of_shifts(few)
    for number in range(8):
        person, other = verified(f"Person {number}"), build.schedule(f"Rota {number}")
        build.shift(other, person, at(8), at(18))
        build.shift(rota, person, at(8), at(18), level=2)
    many = list(Shift.objects.all())
    with django_assert_num_queries(7):
        shift_warnings.of_shifts(many)


def test_nothing_asked_is_nothing_read(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert shift_warnings.of_shifts([]).of(1) == ()


def test_shifts_a_year_apart_do_not_matter_to_each_other(rota: Schedule, alice: Staff) -> None:
    early = build.shift(rota, alice, at(8), at(18))
    late = build.shift(rota, alice, at(8) + timedelta(days=365), at(18) + timedelta(days=365))
    assert told(early, late) == [[], []]
