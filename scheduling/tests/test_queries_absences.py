"""Stand-ins and absences, as the reads of rows know them."""

from __future__ import annotations

import pytest

from scheduling import queries, resolve
from scheduling.enums import AnsweredBy, GapReason
from scheduling.glance import glance
from scheduling.models import IntendedGap, Rotation, Schedule, Shift
from scheduling.predefined import WEEKDAYS
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.tests.rotas import at_time, weekly
from scheduling.types import Gap, Period, Who

pytestmark = pytest.mark.django_db
ONE, TWO = "+33612345671", "+33612345672"


@pytest.fixture
def rota() -> Schedule:
    """A schedule of Paris that must be covered on Monday from 8:00 to 18:00 UTC."""
    hours = [{"days": ["mo"], "from": "09:00", "to": "19:00"}]
    return build.schedule(coverage={"kind": "weekly", "hours": hours})


def told(rota: Schedule, hour: float) -> list[tuple[str, int, str]]:
    found = queries.load_roster(rota.pk, at(hour)).on_call
    return [(o.assignee.name, round((o.until - at(0)).seconds / 3600), o.reason) for o in found]


def test_a_stand_in_is_on_call_and_until_when(rota: Schedule) -> None:
    duty = build.shift(rota, build.staff("Alice"), at(8), at(18))
    bob = build.staff("Bob")
    row = build.override(rota, at(10), at(12), bob, replaces_shift=duty)
    assert told(rota, 9) == [("Alice", 10, "regular")]
    assert told(rota, 10) == [("Bob", 12, "override")]
    (seen,) = glance(at(10))
    assert seen.on_call is not None
    assert (seen.on_call.assignee.name, seen.on_call.until) == ("Bob", at(12))
    facts = queries.load_facts(rota.pk, at(0), at(24))
    final = resolve.final_schedule(facts, at(0), at(24))
    assert [(e.who.staff, e.override) for e in final][1] == (bob.pk, row.pk)


def test_a_service_a_level_and_nobody_can_be_stood_in_for(rota: Schedule) -> None:
    desk = build.service("Desk", build.fresh_number())
    build.shift(rota, desk, at(8), at(18))
    bob = build.staff("Bob")
    build.override(rota, at(8), at(18), bob, replaces_service=desk)
    build.override(rota, at(12), at(13), None, replaces_level=1)
    build.override(rota, at(20), at(21), bob, replaces_level=3)
    assert told(rota, 9) == [("Bob", 12, "override")]
    assert told(rota, 12) == []
    assert told(rota, 20) == [("Bob", 21, "override")]


def test_stand_ins_of_another_schedule_do_not_count(rota: Schedule) -> None:
    alice = build.staff("Alice")
    build.shift(rota, alice, at(8), at(18))
    other = build.schedule("Lyon")
    build.override(other, at(8), at(18), build.staff("Bob"), replaces_staff=alice)
    assert told(rota, 9) == [("Alice", 18, "regular")]


@pytest.mark.requirement("PLA-19")
def test_who_is_away_is_skipped_and_leaves_a_hole_with_its_reason(rota: Schedule) -> None:
    alice = build.staff("Alice")
    build.shift(rota, alice, at(8), at(18))
    build.time_off(alice, at(10), at(12))
    roster = queries.load_roster(rota.pk, at(10))
    assert [(s.name, s.reason, s.until) for s in roster.skipped] == [
        ("Alice", GapReason.TIME_OFF, at(12))
    ]
    assert told(rota, 9) == [("Alice", 10, "regular")]
    assert queries.load_gaps(rota, at(0), at(24)) == (
        Gap(Period(at(10), at(12)), GapReason.TIME_OFF),
    )


def test_a_service_loses_the_numbers_of_its_members_who_are_away(rota: Schedule) -> None:
    alice, bob = build.staff("Alice", ONE), build.staff("Bob", TWO)
    team = build.service("Team", members=(alice, bob), answered_by=AnsweredBy.MEMBERS.value)
    build.shift(rota, team, at(8), at(18))
    build.time_off(alice, at(9), at(11))
    build.time_off(bob, at(10), at(12))

    def numbers(hour: float) -> list[list[str]]:
        found = queries.load_roster(rota.pk, at(hour)).on_call
        return [[contact.number for contact in entry.assignee.contacts] for entry in found]

    assert [numbers(hour) for hour in (8, 9, 10, 11, 12)] == [
        [[ONE, TWO]],
        [[TWO]],
        [],
        [[ONE]],
        [[ONE, TWO]],
    ]
    facts = queries.load_facts(rota.pk, at(0), at(24))
    assert facts.absences[Who(service=team.pk)] == (Period(at(10), at(11)),)


def test_a_service_with_a_number_of_its_own_is_never_away(rota: Schedule) -> None:
    alice = build.staff("Alice", ONE)
    desk = build.service(
        "Desk", TWO, members=(alice,), answered_by=AnsweredBy.SCHEDULE.value, schedule=rota
    )
    build.shift(rota, desk, at(8), at(18))
    build.time_off(alice, at(8), at(18))
    assert told(rota, 9) == [("Desk", 18, "regular")]


def test_a_supervisor_who_is_away_is_not_offered() -> None:
    away, there, house = build.staff("Away"), build.staff("There"), build.staff("House")
    build.organisation(house)
    build.time_off(away, at(8), at(18))
    paris, lyon = build.schedule("Paris", away, there), build.schedule("Lyon", away)

    def supervisors(rota: Schedule, hour: float) -> list[str]:
        return [person.name for person in queries.load_roster(rota.pk, at(hour)).supervisors]

    assert (supervisors(paris, 9), supervisors(paris, 18)) == (["There"], ["Away", "There"])
    assert (supervisors(lyon, 9), supervisors(lyon, 18)) == (["House"], ["Away"])
    build.time_off(house, at(8), at(18))
    assert queries.organisation_supervisors("en", at(9)) == ()
    assert [s.name for s in queries.organisation_supervisors("en", at(18))] == ["House"]


@pytest.mark.requirement("PLA-19")
def test_public_holidays_and_what_is_intended_decide_what_is_a_hole(rota: Schedule) -> None:
    assert queries.load_gaps(rota, at(0), at(24)) == (
        Gap(Period(at(8), at(18)), GapReason.NOBODY_SCHEDULED),
    )
    IntendedGap.objects.create(schedule=rota, period=(at(0), at(9)))
    IntendedGap.objects.create(schedule=build.schedule("Lyon"), period=(at(0), at(24)))
    assert queries.load_gaps(rota, at(0), at(24)) == (
        Gap(Period(at(8), at(9)), GapReason.NOBODY_SCHEDULED, intended=True),
        Gap(Period(at(9), at(18)), GapReason.NOBODY_SCHEDULED),
    )
    rota.coverage = {**rota.coverage, "holidays": "none"}
    rota.holidays = {"country": "FR", "subdivision": None}
    may = at(24 * 133), at(24 * 134)  # Monday 17 May 2027, Whit Monday
    assert queries.load_gaps(rota, *may) == ()
    rota.holidays = {}
    assert len(queries.load_gaps(rota, *may)) == 1


def test_a_public_holiday_has_its_own_hours_at_both_edges_of_a_window() -> None:
    hours = [{"days": list(WEEKDAYS), "from": "09:00", "to": "10:00"}]
    holidays = [{"from": "20:00", "to": "06:00"}]
    coverage = {"kind": "weekly", "hours": hours, "holidays": holidays}
    france = {"country": "FR", "subdivision": None}
    rota = build.schedule(coverage=coverage, holidays=france, time_zone="UTC")
    assert queries.load_gaps(rota, at(0, day=1), at(12, day=1)) == ()
    assert queries.load_gaps(rota, at(0, day=2), at(8, day=2)) == (
        Gap(Period(at(0, day=2), at(6, day=2)), GapReason.NOBODY_SCHEDULED),
    )


def test_beyond_what_is_written_the_rule_says_who_is_on_call() -> None:
    rota = build.schedule("Paris", time_zone="UTC")
    alice, bob = build.staff("Alice"), build.staff("Bob")
    with at_time(at(0)):
        row = weekly(rota, alice, bob)
    written = queries.load_facts(rota.pk, at(0), at(24 * 60))
    told_before = told(rota, 24 * 10)
    forget(row)
    facts = queries.load_facts(rota.pk, at(0), at(24 * 60))
    assert [(s.who, s.period, s.day, s.id) for s in facts.shifts] == [
        (s.who, s.period, s.day, None) for s in written.shifts
    ]
    assert told(rota, 24 * 10) == told_before
    (seen,) = glance(at(24 * 10))
    assert seen.on_call is not None
    assert (seen.on_call.assignee.name, seen.on_call.shift) == ("Bob", None)


def forget(row: Rotation) -> None:
    """Leave a rotation as if it had written nothing."""
    Shift.objects.filter(rotation=row).delete()
    Rotation.objects.filter(pk=row.pk).update(written_until=row.starts_on)
