"""The route of a call: who is rung, in which order, for how long, and what was left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scheduling.enums import CallProcess, GapReason
from scheduling.types import Assignee, Contact, House, OnCall, Roster, Skipped
from telephony.enums import StepKind, Strategy
from telephony.plan import NumberSpec, RouteFacts, StepSpec, make_plan, phone_seconds
from telephony.types import Ending, Phone, Plan, Skip

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ALICE, ALICE_HOME, BRUNO, CHLOE, SUPERVISOR = (f"+336000000{n:02}" for n in range(1, 6))
GENERAL = Ending(message=True, mailbox=1)


def person(staff: int, name: str, *numbers: str, **contact: bool | int) -> Assignee:
    contacts = tuple(
        Contact(
            id=None,
            number=number,
            label="",
            ring_seconds=contact.get("ring_seconds"),
            call_connect=contact.get("call_connect"),  # type: ignore[arg-type]
            owner_staff=staff,
            owner_name=name,
            language="fr",
        )
        for number in numbers
    )
    return Assignee(staff, None, name, contacts)


def roster(*levels: tuple[int, Assignee], skipped: tuple[Skipped, ...] = ()) -> Roster:
    on_call = tuple(OnCall(level, who, None, NOW) for level, who in levels)
    return Roster(1, NOW, on_call, skipped, ())


alice = person(1, "Alice", ALICE, ALICE_HOME)
bruno = person(2, "Bruno", BRUNO)
chloe = person(3, "Chloé", CHLOE)
boss = person(4, "Sam", SUPERVISOR)


def plan(who: Roster | None, **facts: object) -> Plan:
    given = {
        "number": NumberSpec("Main line"),
        "house": House(),
        "roster": who,
        "supervisors": (boss,),
        "ending": GENERAL,
        **facts,
    }
    return make_plan(RouteFacts(**given))  # type: ignore[arg-type]


def numbers(route: Plan) -> list[list[list[str]]]:
    return [[[phone.number for phone in lane] for lane in s.lanes] for s in route.stages]


@pytest.mark.requirement("PLA-02")
def test_a_persons_numbers_are_tried_in_order_then_the_supervisors() -> None:
    assert numbers(plan(roster((1, alice)))) == [[[ALICE]], [[ALICE_HOME]], [[SUPERVISOR]]]


@pytest.mark.requirement("PLA-08")
def test_levels_come_in_order_and_a_team_rings_together() -> None:
    route = plan(roster((1, bruno), (1, alice), (2, chloe)))
    assert numbers(route)[:2] == [[[BRUNO], [ALICE, ALICE_HOME]], [[CHLOE]]]


def test_phones_that_ring_together_are_screened_whatever_they_inherit() -> None:
    route = plan(roster((1, bruno), (1, chloe)), house=House(call_connect=False))
    assert [lane[0].screened for lane in route.stages[0].lanes] == [True, True]
    assert route.stages[0].direct is False


def test_one_phone_at_a_time_without_call_connect_is_direct() -> None:
    route = plan(roster((1, bruno)), house=House(call_connect=False))
    assert [stage.direct for stage in route.stages] == [True, True]


def test_the_most_specific_ring_time_wins() -> None:
    hers = person(1, "Alice", ALICE, ring_seconds=33)
    step = StepSpec(StepKind.LEVEL, level=1, ring_seconds=22)
    number = NumberSpec(ring_seconds=11)
    who = roster((1, hers), (1, bruno))
    route = plan(who, steps=(step,), number=number)
    assert [lane[0].ring_seconds for lane in route.stages[0].lanes] == [33, 22]
    route = plan(who, steps=(StepSpec(StepKind.LEVEL, level=1),), number=number)
    assert [lane[0].ring_seconds for lane in route.stages[0].lanes] == [33, 11]


def test_a_ring_time_under_five_seconds_is_not_dialled() -> None:
    route = plan(roster((1, person(1, "Alice", ALICE, ring_seconds=4))))
    assert numbers(route) == [[[SUPERVISOR]]]
    assert Skip("ring_too_short", "Alice") in route.skipped


@pytest.mark.requirement("PLA-09")
def test_nobody_on_call_falls_through_to_the_supervisors() -> None:
    steps = (StepSpec(StepKind.LEVEL, level=1), StepSpec(StepKind.VOICEMAIL, ending=GENERAL))
    route = plan(roster(), steps=steps)
    assert numbers(route) == [[[SUPERVISOR]]]
    assert Skip("nobody_on_call") in route.skipped


@pytest.mark.requirement("PLA-10")
def test_a_scenario_that_only_announces_rings_nobody() -> None:
    words = Ending(message=False, texts={"fr": "Fermé."})
    route = plan(roster((1, bruno)), steps=(StepSpec(StepKind.ANNOUNCEMENT, ending=words),))
    assert (route.stages, route.ending) == ((), words)


def test_attempts_and_repeat_are_totals() -> None:
    step = StepSpec(StepKind.LEVEL, level=1, attempts=2)
    route = plan(roster((1, bruno)), steps=(step,), repeat=2, house=House(hard_stop_seconds=900))
    assert numbers(route) == [[[BRUNO]]] * 4


def test_one_of_our_own_numbers_is_never_rung() -> None:
    route = plan(roster((1, bruno)), own_numbers=frozenset({BRUNO}))
    assert numbers(route) == [[[SUPERVISOR]]]
    assert Skip("own_number", "Bruno") in route.skipped


def test_a_shared_phone_rings_once_within_a_step() -> None:
    twin = person(5, "Twin", BRUNO)
    route = plan(roster((1, bruno), (1, twin), (1, chloe)))
    assert numbers(route)[0] == [[BRUNO], [CHLOE]]
    assert Skip("same_number", "Twin") in route.skipped


def test_a_large_team_rings_ten_at_a_time() -> None:
    team = [(1, person(n, f"P{n}", f"+3361000{n:04}")) for n in range(23)]
    route = plan(roster(*team), house=House(hard_stop_seconds=900))
    assert [len(stage.lanes) for stage in route.stages] == [10, 10, 3, 1]


def test_the_worst_case_is_the_sum_of_the_longest_lanes() -> None:
    route = plan(roster((1, bruno), (1, alice), (2, chloe)))
    phone = phone_seconds(route.stages[1].lanes[0][0], 8)
    assert phone == 20 + 5 + 2 * (10 + 8)
    assert route.worst_case_seconds == 2 * phone + phone + phone


def test_what_the_hard_stop_leaves_no_time_for_at_worst_is_said_and_may_be_rung_all_the_same() -> (
    None
):
    many = person(1, "Alice", *(f"+3362000{n:04}" for n in range(9)))
    route = plan(roster((1, many)), house=House(hard_stop_seconds=200))
    assert (len(route.stages), route.worst_case_seconds) == (10, 200)
    assert route.cut == (Skip("hard_stop", "Alice"),) * 6 + (Skip("hard_stop", "Sam"),)


def test_a_route_has_no_more_phones_than_can_have_a_turn() -> None:
    step = StepSpec(StepKind.LEVEL, level=1, attempts=9)
    route = plan(roster((1, bruno)), steps=(step,), repeat=9, house=House(hard_stop_seconds=60))
    assert len(route.stages) == 60 // 5


def test_people_on_duty_who_cannot_be_reached_are_named() -> None:
    off = Skipped(1, 9, None, "Zoé", GapReason.NO_NUMBER, NOW)
    assert plan(roster((1, bruno), skipped=(off,))).skipped == (Skip("no_number", "Zoé"),)


def test_a_service_on_call_rings_its_members_side_by_side() -> None:
    team = Assignee(None, 7, "Desk", (*bruno.contacts, *chloe.contacts))
    route = plan(roster((1, team)))
    assert numbers(route)[0] == [[BRUNO], [CHLOE]]
    assert [lane[0].service for lane in route.stages[0].lanes] == [7, 7]


def test_strategy_in_order_means_one_persons_whole_cascade_then_the_next() -> None:
    step = StepSpec(StepKind.LEVEL, level=1, strategy=Strategy.IN_ORDER)
    route = plan(roster((1, alice), (1, bruno)), steps=(step,))
    assert numbers(route) == [[[ALICE]], [[ALICE_HOME]], [[BRUNO]]]


def test_the_whisper_is_the_most_specific_in_the_language_of_who_is_called() -> None:
    step = StepSpec(StepKind.LEVEL, level=1, whisper={"fr": "Urgence", "en": "Emergency"})
    route = plan(roster((1, bruno)), steps=(step,), house=House(whisper={"fr": "Maison"}))
    assert route.stages[0].lanes[0][0].whisper == "Urgence"


def test_a_direct_phone_costs_its_ring_only() -> None:
    phone = Phone(BRUNO, "Bruno", 2, None, 20, screened=False, whisper="", language="fr")
    assert phone_seconds(phone, 8) == 25


def test_the_phones_of_somebody_who_has_several_are_told_apart() -> None:
    mobile, home = (
        replace(contact, label=label)
        for contact, label in zip(alice.contacts, ("mobile", "home"), strict=True)
    )
    one, two = replace(alice, contacts=(mobile,)), replace(alice, contacts=(mobile, home))
    named = [
        [stage.lanes[0][0].name for stage in plan(roster((1, who))).stages[:-1]]
        for who in (one, two)
    ]
    assert named == [["Alice"], ["Alice (mobile)", "Alice (home)"]]


@pytest.mark.parametrize(
    ("step", "number", "house", "heard"),
    [
        ("Step", "Number", "House", "Step"),
        ("", "Number", "House", "Number"),
        ("", "", "House", "House"),
        ("", "", "", ""),
    ],
)
def test_a_whisper_is_inherited_from_the_number_then_the_house(
    step: str, number: str, house: str, heard: str
) -> None:
    route = plan(
        roster((1, bruno)),
        steps=(StepSpec(StepKind.LEVEL, level=1, whisper={"fr": step}),),
        number=NumberSpec(whisper={"fr": number}),
        house=House(whisper={"fr": house}),
    )
    assert route.stages[0].lanes[0][0].whisper == heard


@pytest.mark.parametrize(
    ("contact", "step", "number", "house", "screened"),
    [
        (True, False, False, False, True),
        (None, True, False, False, True),
        (None, None, True, False, True),
        (None, None, None, True, True),
        (False, True, True, True, False),
        (None, False, True, True, False),
        (None, None, False, True, False),
    ],
)
def test_call_connect_is_inherited_the_most_specific_first(
    contact: bool | None, step: bool | None, number: bool | None, house: bool, screened: bool
) -> None:
    who = replace(bruno, contacts=(replace(bruno.contacts[0], call_connect=contact),))
    route = plan(
        roster((1, who)),
        steps=(StepSpec(StepKind.LEVEL, level=1, call_connect=step),),
        number=NumberSpec(call_connect=number),
        house=House(call_connect=house),
    )
    assert route.stages[0].lanes[0][0].screened is screened


def test_supervisors_ring_in_their_order_where_no_scenario_says_otherwise() -> None:
    route = plan(roster((1, bruno)), supervisors=(chloe, alice))
    assert numbers(route)[1:] == [[[CHLOE]], [[ALICE]], [[ALICE_HOME]]]


def by_process(who: Assignee, process: CallProcess) -> Assignee:
    return replace(who, contacts=tuple(replace(each, process=process) for each in who.contacts))


@pytest.mark.requirement("PLA-17")
@pytest.mark.parametrize(("process", "rings"), [("transfer", 20), ("call_centre", 60)])
def test_a_plain_transfer_rings_the_first_number_alone_and_directly(
    process: str, rings: int
) -> None:
    route = plan(roster((1, by_process(alice, CallProcess(process)))))
    (phone,) = route.stages[0].lanes[0]
    assert numbers(route) == [[[ALICE]], [[SUPERVISOR]]]
    assert (phone.ring_seconds, phone.screened, route.stages[0].direct) == (rings, False, True)


@pytest.mark.requirement("PLA-17")
def test_the_number_of_a_plain_transfer_may_ask_for_a_key_and_say_how_long_it_rings() -> None:
    who = person(1, "Alice", ALICE, ALICE_HOME, call_connect=True, ring_seconds=30)
    route = plan(roster((1, by_process(who, CallProcess.CALL_CENTRE))))
    (phone,) = route.stages[0].lanes[0]
    assert (phone.ring_seconds, phone.screened) == (30, True)


@pytest.mark.requirement("PLA-17")
def test_a_plain_transfer_that_rings_with_others_is_screened() -> None:
    route = plan(roster((1, by_process(alice, CallProcess.TRANSFER)), (1, bruno)))
    assert numbers(route)[0] == [[ALICE], [BRUNO]]
    assert [lane[0].screened for lane in route.stages[0].lanes] == [True, True]


@pytest.mark.requirement("PLA-17")
def test_the_members_of_a_service_are_called_each_in_their_own_way() -> None:
    plain = by_process(alice, CallProcess.TRANSFER)
    doubled = replace(bruno.contacts[0], number=CHLOE)
    desk = Assignee(None, 7, "Desk", (*plain.contacts, *bruno.contacts, doubled))
    assert numbers(plan(roster((1, desk))))[0] == [[ALICE], [BRUNO, CHLOE]]


@pytest.mark.requirement("CRM-06")
def test_the_notice_of_a_recording_is_part_of_the_wait_for_a_direct_phone_only() -> None:
    words = {"fr": "w" * 71, "en": ""}
    number = NumberSpec("Main line", record=True, recording_notice=words)
    route = plan(roster((1, bruno)), number=number)
    assert (route.records, route.notice) == (True, words)
    screened = route.stages[0].lanes[0][0]
    direct = replace(screened, screened=False)
    assert (phone_seconds(screened, 8), phone_seconds(direct, 8)) == (61, 6 + 25)
    unrecorded = plan(roster((1, bruno)), number=replace(number, record=False))
    assert unrecorded.stages[0].lanes[0][0].notice_seconds == 0
