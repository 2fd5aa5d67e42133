"""Rows of scheduling as the facts that a call needs."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from scheduling import queries, resolve
from scheduling.enums import AnsweredBy, CallProcess, GapReason, ShiftState
from scheduling.models import ContactNumber, Shift, Staff
from scheduling.tests import build
from scheduling.tests.facts import SECOND, at
from scheduling.types import Contact, House, Roster, Skipped, Who

pytestmark = pytest.mark.django_db
ONE, TWO, THREE = "+33612345671", "+33612345672", "+33612345673"


def numbers(roster: Roster) -> list[list[str]]:
    return [[c.number for c in o.assignee.contacts] for o in roster.on_call]


@pytest.mark.requirement("PLA-01")
@pytest.mark.requirement("PLA-02")
def test_a_person_on_call_comes_with_their_enabled_numbers_in_order() -> None:
    alice = build.staff("Alice", TWO, ONE, THREE, language="fr")
    ContactNumber.objects.filter(number=THREE).update(enabled=False)
    ContactNumber.objects.filter(number=ONE).update(
        position=0, label="mobile", ring_seconds=15, call_connect=False
    )
    rota = build.schedule()
    duty = build.shift(rota, alice, at(8), at(18))
    (found,) = queries.load_roster(rota.pk, at(9)).on_call
    assert (found.level, found.shift, found.until, found.reason) == (1, duty.pk, at(18), "regular")
    first, second = found.assignee.contacts
    assert first == Contact(first.id, ONE, "mobile", 15, False, alice.pk, "Alice", "fr")
    assert second.number == TWO


@pytest.mark.requirement("PLA-17")
def test_each_number_comes_with_how_its_owner_is_called() -> None:
    alice = build.staff("Alice", ONE, call_process=CallProcess.TRANSFER)
    desk = build.service("Desk", TWO, call_process=CallProcess.CALL_CENTRE)
    team = build.service("Team", THREE, members=(alice,), answered_by="members")
    whos = [Who(service=desk.pk), Who(service=team.pk)]
    found = queries.load_people(whos)
    ways = [[each.process for each in found[who].contacts] for who in whos]
    assert ways == [[CallProcess.CALL_CENTRE], [CallProcess.TRANSFER]]


@pytest.mark.requirement("PLA-14")
def test_the_roster_changes_hands_at_the_second() -> None:
    rota = build.schedule()
    build.shift(rota, build.staff("Alice", ONE), at(8), at(18))
    build.shift(rota, build.staff("Bob", TWO), at(18), at(24))
    assert numbers(queries.load_roster(rota.pk, at(17.9999))) == [[ONE]]
    assert numbers(queries.load_roster(rota.pk, at(18))) == [[TWO]]
    assert numbers(queries.load_roster(rota.pk, at(24))) == []


@pytest.mark.requirement("PLA-15")
def test_the_next_call_sees_a_change_of_the_rota() -> None:
    rota = build.schedule()
    duty = build.shift(rota, build.staff("Alice", ONE), at(8), at(18))
    assert numbers(queries.load_roster(rota.pk, at(9))) == [[ONE]]
    Shift.objects.filter(pk=duty.pk).update(staff=build.staff("Bob", TWO))
    assert numbers(queries.load_roster(rota.pk, at(9))) == [[TWO]]


def test_cancelled_shifts_and_other_schedules_do_not_count() -> None:
    rota, other = build.schedule("Paris"), build.schedule("Lyon")
    alice = build.staff("Alice")
    build.shift(rota, alice, at(8), at(18), state=ShiftState.CANCELLED.value)
    build.shift(other, alice, at(8), at(18))
    assert queries.load_roster(rota.pk, at(9)).on_call == ()


@pytest.mark.requirement("PLA-08")
def test_until_is_the_next_change_of_the_level() -> None:
    rota = build.schedule()
    alice, bob, charlie = (build.staff(name) for name in ("Alice", "Bob", "Charlie"))
    build.shift(rota, alice, at(8), at(18))
    build.shift(rota, bob, at(8), at(24), level=2)
    build.shift(rota, charlie, at(14), at(16))
    roster = queries.load_roster(rota.pk, at(9))
    assert [(o.level, o.assignee.name, o.until) for o in roster.on_call] == [
        (1, "Alice", at(14)),
        (2, "Bob", at(24)),
    ]


def test_until_looks_past_shifts_that_nobody_stands_for() -> None:
    rota = build.schedule()
    build.shift(rota, build.staff("Alice"), at(8), at(18))
    hidden = build.shift(rota, build.staff("Bob"), at(8), at(10))
    build.shift(rota, build.staff("Charlie"), at(12), at(14))
    build.override(rota, at(8), at(10), None, replaces_shift=hidden)
    (found,) = queries.load_roster(rota.pk, at(9)).on_call
    assert (found.assignee.name, found.until) == ("Alice", at(12))


def test_those_who_cannot_be_reached_are_skipped_with_the_reason() -> None:
    rota = build.schedule()
    away, mute = build.staff("Away", active=False), build.staff("Mute")
    mute.numbers.update(enabled=False)
    empty = build.service("Empty team", answered_by=AnsweredBy.MEMBERS.value)
    closed = build.service("Closed", ONE, active=False)
    build.shift(rota, away, at(8), at(18), level=1)
    build.shift(rota, mute, at(8), at(18), level=2)
    build.shift(rota, empty, at(8), at(18), level=3)
    build.shift(rota, closed, at(8), at(18), level=4)
    roster = queries.load_roster(rota.pk, at(9))
    assert roster.on_call == ()
    assert roster.skipped == (
        Skipped(1, away.pk, None, "Away", GapReason.INACTIVE, at(18)),
        Skipped(2, mute.pk, None, "Mute", GapReason.NO_NUMBER, at(18)),
        Skipped(3, None, empty.pk, "Empty team", GapReason.NO_NUMBER, at(18)),
        Skipped(4, None, closed.pk, "Closed", GapReason.INACTIVE, at(18)),
    )


@pytest.mark.requirement("PLA-03")
@pytest.mark.parametrize(
    ("answered_by", "own", "expected"),
    [
        (AnsweredBy.NUMBERS, True, [THREE]),
        (AnsweredBy.NUMBERS, False, []),
        (AnsweredBy.MEMBERS, True, [TWO, ONE]),
        (AnsweredBy.SCHEDULE, True, [THREE]),
        (AnsweredBy.SCHEDULE, False, [TWO, ONE]),
    ],
)
def test_a_service_is_reached_as_it_says(
    answered_by: AnsweredBy, own: bool, expected: list[str]
) -> None:
    alice, bob = build.staff("Alice", ONE), build.staff("Bob", TWO)
    gone = build.staff("Gone", active=False)
    reception = build.service(
        "Reception",
        *([THREE] if own else []),
        members=(bob, gone, alice),
        answered_by=answered_by.value,
        schedule=build.schedule("Lyon"),
    )
    rota = build.schedule()
    build.shift(rota, reception, at(8), at(18))
    found = queries.load_assignees((), [reception.pk])[Who(service=reception.pk)]
    assert [c.number for c in found.contacts] == expected
    assert numbers(queries.load_roster(rota.pk, at(9))) == ([expected] if expected else [])


def test_each_number_of_a_service_names_its_owner_and_language() -> None:
    alice = build.staff("Alice", ONE, language="en")
    team = build.service({"fr": "Équipe"}, members=(alice,), answered_by=AnsweredBy.MEMBERS.value)
    desk = build.service({"fr": "Accueil", "en": "Reception"}, TWO)
    found = queries.load_assignees((), [team.pk, desk.pk], "fr")
    (hers,) = found[Who(service=team.pk)].contacts
    (its,) = found[Who(service=desk.pk)].contacts
    assert (hers.owner_staff, hers.owner_name, hers.language) == (alice.pk, "Alice", "en")
    assert (its.owner_staff, its.owner_name, its.language) == (None, "Accueil", "fr")


def test_supervisors_come_in_order_and_fall_back_to_the_organisation() -> None:
    alice, bob, house = build.staff("Alice"), build.staff("Bob"), build.staff("House")
    build.organisation(house)
    rota = build.schedule("Paris", bob, alice)
    assert [s.name for s in queries.load_roster(rota.pk, at(9)).supervisors] == ["Bob", "Alice"]
    Staff.objects.filter(pk=bob.pk).update(active=False)
    alice.numbers.update(enabled=False)
    assert [s.name for s in queries.load_roster(rota.pk, at(9)).supervisors] == ["House"]
    assert [s.name for s in queries.organisation_supervisors()] == ["House"]


def test_an_unknown_schedule_offers_the_organisations_supervisors() -> None:
    build.organisation(build.staff("House"))
    roster = queries.load_roster(999_999, at(9))
    assert (roster.on_call, [s.name for s in roster.supervisors]) == ((), ["House"])


@pytest.mark.parametrize("people", [10, 1000])
def test_the_number_of_queries_does_not_grow_with_people(
    people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    alice = build.staff("Alice")
    build.organisation(alice)
    rota = build.schedule("Paris", alice)
    crowd = Staff.objects.bulk_create(
        Staff(name=f"Person {i}", colour="#1f6feb") for i in range(people)
    )
    ContactNumber.objects.bulk_create(
        ContactNumber(staff=person, number=build.fresh_number()) for person in crowd
    )
    team = build.service("Team", members=tuple(crowd[:5]), answered_by=AnsweredBy.MEMBERS.value)
    build.shift(rota, team, at(0), at(24), level=9)
    Shift.objects.bulk_create(
        Shift(schedule=rota, staff=person, level=i % 8 + 1, period=(at(0), at(24)))
        for i, person in enumerate(crowd)
    )
    with django_assert_num_queries(3):
        roster = queries.load_roster(rota.pk, at(9))
    assert len(roster.on_call) == people + 1
    with django_assert_num_queries(2):
        queries.load_facts(rota.pk, at(0), at(24))


def test_the_window_has_the_facts_of_every_shift_it_touches() -> None:
    rota = build.schedule()
    alice = build.staff("Alice")
    away = build.staff("Away", active=False)
    build.shift(rota, alice, at(0), at(9))
    build.shift(rota, away, at(9), at(18))
    build.shift(rota, alice, at(18), at(24))
    facts = queries.load_facts(rota.pk, at(9), at(18))
    assert [s.who for s in facts.shifts] == [build.who(away)]
    assert facts.unreachable == {build.who(away): GapReason.INACTIVE}
    assert resolve.on_call(facts, at(10)) == ()


@pytest.mark.requirement("PLA-14")
def test_the_roster_of_an_instant_agrees_with_the_facts_of_the_window() -> None:
    rota = build.schedule()
    crew = [build.staff(name, active=name != "Away") for name in ("Alice", "Bob", "Away")]
    for i, (start, length, level) in enumerate([(0, 9, 1), (9, 9, 1), (5, 8, 2), (13, 5, 1)]):
        build.shift(rota, crew[i % 3], at(start), at(start + length), level=level)
    facts = queries.load_facts(rota.pk, at(-1), at(25))
    edges = {e for s in facts.shifts for e in (s.period.starts_at, s.period.ends_at)}
    for instant in sorted(e + d for e in edges for d in (-SECOND, 0 * SECOND, SECOND)):
        roster = queries.load_roster(rota.pk, instant)
        assert [(o.level, o.shift, o.until) for o in roster.on_call] == [
            (s.level, s.shift, resolve.next_change(facts, s.level, instant))
            for s in resolve.on_call(facts, instant)
        ]


def test_house_settings_have_defaults_until_the_organisation_exists() -> None:
    assert queries.house() == House()
    build.organisation(region="CA", languages=["en"], allowed_countries=["CA"], ring_seconds=25)
    assert queries.house() == House(
        name="Heating Ltd",
        region="CA",
        languages=("en",),
        allowed_countries=("CA",),
        ring_seconds=25,
    )
