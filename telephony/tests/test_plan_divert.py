"""The route of a call that is diverted: to the goal, then to the supervisors, never nowhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduling.enums import GapReason
from scheduling.types import Assignee, Diverted, OnCall, Roster, Skipped
from telephony.enums import StepKind
from telephony.plan import StepSpec, phone_seconds
from telephony.story import sentence
from telephony.tests.test_plan import (
    ALICE,
    BRUNO,
    CHLOE,
    GENERAL,
    NOW,
    SUPERVISOR,
    alice,
    bruno,
    chloe,
    numbers,
    plan,
    roster,
)
from telephony.types import DivertNote, Plan, Skip

pytestmark = pytest.mark.requirement("PLA-22")


def divert(to: Assignee = bruno) -> Diverted:
    return Diverted(1, "Paris", to, NOW, "Europe/Paris", "Marc")


def of_schedule(to: Assignee = bruno) -> Roster:
    found = () if to.unreachable else (OnCall(1, to, None, NOW, "divert"),)
    gone = (Skipped(1, 2, None, to.name, to.unreachable, NOW),) if to.unreachable else ()
    return replace(roster(), on_call=found, skipped=gone, divert=divert(to))


def reasons(route: Plan) -> list[str]:
    return [stage.reason for stage in route.stages]


def test_a_diverted_number_rings_the_goal_whatever_the_schedule_says() -> None:
    route = plan(roster((1, alice)), divert=divert())
    assert numbers(route) == [[[BRUNO]], [[SUPERVISOR]]]
    assert (reasons(route), route.ending) == (["divert", "supervisors"], GENERAL)
    assert route.divert == DivertNote("Paris", "Bruno", NOW, "Europe/Paris", "Marc")
    assert route.skipped == ()


def test_the_numbers_divert_goes_before_the_schedules() -> None:
    route = plan(of_schedule(chloe), divert=divert(bruno))
    assert numbers(route) == [[[BRUNO]], [[SUPERVISOR]]]


def test_a_diverted_schedule_without_scenario_rings_the_goal_then_the_supervisors() -> None:
    route = plan(of_schedule())
    assert numbers(route) == [[[BRUNO]], [[SUPERVISOR]]]
    assert reasons(route) == ["divert", "supervisors"]


def test_the_goal_takes_the_first_levels_place_in_a_scenario_and_the_others_go() -> None:
    level = StepSpec(StepKind.LEVEL, level=2, ring_seconds=11, attempts=2)
    steps = (
        StepSpec(StepKind.STAFF, assignee=chloe),
        level,
        replace(level, level=1, ring_seconds=22),
    )
    route = plan(of_schedule(), steps=steps)
    assert numbers(route) == [[[CHLOE]], [[BRUNO]], [[BRUNO]]]
    assert [stage.lanes[0][0].ring_seconds for stage in route.stages] == [20, 11, 11]
    assert route.skipped == ()


def test_the_goal_is_rung_although_the_scenario_names_no_level() -> None:
    route = plan(of_schedule(), steps=(StepSpec(StepKind.SUPERVISORS),))
    assert numbers(route) == [[[BRUNO]], [[SUPERVISOR]]]


@pytest.mark.parametrize("own", [True, False])
def test_a_goal_that_cannot_be_reached_leads_to_the_supervisors_with_its_reason(own: bool) -> None:
    gone = replace(bruno, contacts=(), unreachable=GapReason.NO_NUMBER)
    route = (
        plan(roster((1, alice)), divert=divert(gone))
        if own
        else plan(of_schedule(gone), steps=(StepSpec(StepKind.LEVEL, level=1),))
    )
    assert numbers(route) == [[[SUPERVISOR]]]
    assert Skip("no_number", "Bruno") in route.skipped


def test_a_goal_that_became_one_of_our_numbers_is_not_rung() -> None:
    route = plan(roster((1, alice)), divert=divert(), own_numbers=frozenset({BRUNO}))
    assert numbers(route) == [[[SUPERVISOR]]]
    assert route.skipped == (Skip("own_number", "Bruno"),)


def test_the_longest_wait_counts_every_phone_of_the_goal() -> None:
    route = plan(None, divert=divert(alice), supervisors=())
    assert numbers(route) == [[[ALICE]], [["+33600000002"]]]
    assert route.worst_case_seconds == sum(
        phone_seconds(stage.lanes[0][0], route.accept_seconds) for stage in route.stages
    )


def test_the_story_says_until_when_on_the_clock_of_the_schedule_and_who_set_it() -> None:
    told = {"of": "Paris", "name": "Bruno", "until": NOW.isoformat(), "zone": "Europe/Paris"}
    assert sentence("diverted", {**told, "by": "Marc"}) == (
        "Paris is diverted to Bruno until Mon 2 Mar, 10:00, set by Marc"
    )
    assert sentence("diverted", {**told, "by": ""}) == (
        "Paris is diverted to Bruno until Mon 2 Mar, 10:00"
    )
