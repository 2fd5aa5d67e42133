"""Who can be reached when is the same whether or not their phones are read."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from scheduling import queries
from scheduling.enums import AnsweredBy, GapReason
from scheduling.models import ContactNumber, Schedule, Service, Staff
from scheduling.tests import build
from scheduling.tests.facts import at
from scheduling.types import Period, Who

pytestmark = pytest.mark.django_db
TEAMS = ("nobody", "alice", "alice mute", "gone mute", "alice away", "away")


@pytest.fixture
def crew() -> dict[str, Staff]:
    """Alice who can be reached, one who left, one without a number, one who is away in the day."""
    people = {
        "alice": build.staff("Alice"),
        "gone": build.staff("Gone", active=False),
        "mute": build.staff("Mute"),
        "away": build.staff("Away"),
    }
    ContactNumber.objects.filter(staff=people["mute"]).update(enabled=False)
    build.time_off(people["away"], at(9), at(12))
    return people


def both(rota: Schedule) -> tuple[object, object]:
    window = (at(8), at(18))
    known = queries.load_facts(rota.pk, *window)
    told = queries.load_rotas(*window, {rota.pk}).facts[rota.pk]
    return (known.unreachable, known.absences), (told.unreachable, told.absences)


def on_duty(*who: Staff | Service) -> Schedule:
    rota = build.schedule()
    for level, each in enumerate(who, 1):
        build.shift(rota, each, at(8), at(18), level=level)
    return rota


def test_what_keeps_people_from_being_reached(crew: dict[str, Staff]) -> None:
    known, told = both(on_duty(*crew.values()))
    never = {
        build.who(crew["gone"]): GapReason.INACTIVE,
        build.who(crew["mute"]): GapReason.NO_NUMBER,
    }
    assert known == (never, {build.who(crew["away"]): (Period(at(9), at(12)),)}) == told


@pytest.mark.parametrize("active", [True, False])
@pytest.mark.parametrize("own", [0, 1])
@pytest.mark.parametrize("team", TEAMS)
@pytest.mark.parametrize("answered_by", list(AnsweredBy))
def test_a_service_is_out_of_reach_alike(
    crew: dict[str, Staff], answered_by: AnsweredBy, team: str, own: int, active: bool
) -> None:
    members = tuple(crew[name] for name in team.split() if name in crew)
    numbers = [build.fresh_number() for _ in range(own)]
    other = build.schedule("Lyon") if answered_by is AnsweredBy.SCHEDULE else None
    values = {"answered_by": answered_by.value, "schedule": other, "active": active}
    desk = build.service("Desk", *numbers, members=members, **values)
    known, told = both(on_duty(desk))
    assert known == told


def test_who_answers_for_a_service_is_no_fact_of_the_rota(crew: dict[str, Staff]) -> None:
    team = build.service("Team", members=(crew["away"], crew["gone"]), answered_by="members")
    known, told = both(on_duty(team))
    assert known == ({}, {Who(service=team.pk): (Period(at(9), at(12)),)}) == told


def test_an_empty_rota_asks_nothing_about_people(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    rota = on_duty()
    with django_assert_num_queries(1):
        queries.load_facts(rota.pk, at(8), at(18))
