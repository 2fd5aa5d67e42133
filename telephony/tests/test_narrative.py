"""A call's story and verdict from its events and phones, exactly."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from telephony.narrative import story, taker, talk_seconds, verdict, waited_seconds
from telephony.types.visits import Happening, Line, Rung, Verdict, Visit

START = datetime(2026, 11, 19, 1, 47, 3, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def rung(ordinal: int, name: str, dialled: float = 0, **values: Any) -> Rung:
    """Return a phone; instants are given as seconds since the call came in."""
    times = {key: at(value) for key, value in values.items() if key.endswith("_at")}
    return Rung(ordinal, name, values.pop("screened", True), at(dialled), **{**values, **times})


def visit(*phones: Rung, events: list[tuple[Any, ...]], **values: Any) -> Visit:
    """Return a call; an event is (seconds, code, ordinal or None, parameters)."""
    times = {key: at(value) for key, value in values.items() if key.endswith("_at")}
    told = tuple(
        Happening(at(seconds), code, leg, params[0] if params else {})
        for seconds, code, leg, *params in events
    )
    facts = {"phase": "ended", **values, **times}
    return Visit(started_at=START, phones=phones, happenings=told, **facts)


def told(found: Visit) -> list[tuple[int, str, dict[str, Any]]]:
    """Return the story as (seconds since the call came in, code, parameters)."""
    return [
        (round((line.at - START).total_seconds()), line.code, dict(line.params))
        for line in story(found)
    ]


def stage(seconds: float, reason: str) -> tuple[Any, ...]:
    return (seconds, "stage_started", None, {"reason": reason})


def result(seconds: float, leg: int, what: str) -> tuple[Any, ...]:
    return (seconds, "leg_result", leg, {"result": what})


ALICE = rung(1, "Alice", rang_at=1, picked_up_at=5, accepted_at=8, ended_at=38, result="accepted")
ANSWERED = visit(
    ALICE,
    events=[
        stage(0, "level_1"),
        (0, "leg_dialled", 1, {"name": "Alice"}),
        (0, "dial_done", 1),
        (1, "leg_rang", 1),
        (5, "leg_picked_up", 1),
        (8, "leg_accepted", 1),
        (10, "connected", 1),
        result(38, 1, "hung_up"),
        (38, "leg_ended", 1),
        (38, "talk_over", None),
    ],
    outcome="connected",
    accepted_leg=1,
    connected_at=10,
    ended_at=38,
)


def test_the_first_takes_the_call() -> None:
    assert told(ANSWERED) == [
        (0, "came_in", {}),
        (0, "took", {"name": "Alice", "stage": "level_1", "seconds": 7, "after": 4}),
        (10, "spoke", {"name": "Alice", "seconds": 28}),
        (38, "over", {}),
    ]
    assert verdict(ANSWERED) == Verdict(
        "took_and_spoke", {"name": "Alice", "after": 8, "talked": 28}
    )
    assert (taker(ANSWERED), talk_seconds(ANSWERED), waited_seconds(ANSWERED, at(99))) == (1, 28, 8)


def test_nobody_on_call_answers_and_a_supervisor_does() -> None:
    found = visit(
        rung(1, "Bruno", rang_at=0, ended_at=20, result="timeout"),
        rung(2, "Sam", 20, picked_up_at=24, accepted_at=26, ended_at=58, result="accepted"),
        events=[
            stage(0, "level_1"),
            (0, "leg_dialled", 1),
            result(20, 1, "timeout"),
            stage(20, "supervisors"),
            (20, "leg_dialled", 2),
            (26, "leg_accepted", 2),
            (26, "team_unanswered", 2),
            (28, "connected", 2),
            (58, "talk_over", None),
        ],
        outcome="connected",
        accepted_leg=2,
        connected_at=28,
        ended_at=58,
    )
    assert told(found) == [
        (0, "came_in", {}),
        (0, "no_answer", {"name": "Bruno", "stage": "level_1", "seconds": 20}),
        (20, "to_supervisors", {}),
        (20, "took", {"name": "Sam", "stage": "supervisors", "seconds": 6, "after": 4}),
        (28, "spoke", {"name": "Sam", "seconds": 30}),
        (58, "over", {}),
    ]


def test_picked_up_without_a_key_then_busy_then_a_message() -> None:
    found = visit(
        rung(1, "Bruno", rang_at=0, picked_up_at=3, ended_at=27, result="no_key"),
        rung(2, "Chloé", 23, ended_at=24, result="busy"),
        events=[
            stage(0, "level_1"),
            (0, "leg_dialled", 1),
            (3, "leg_picked_up", 1),
            result(23, 1, "no_key"),
            stage(23, "level_2"),
            (23, "leg_dialled", 2),
            result(24, 2, "busy"),
            (24, "unanswered", None, {"reason": "nobody_answered"}),
            (27, "leg_ended", 1),
            (43, "caller_gone", None),
            (44, "message_recorded", None),
        ],
        outcome="message_left",
        message_seconds=10,
        ending_at=24,
        ended_at=43,
    )
    assert told(found) == [
        (0, "came_in", {}),
        (0, "no_key", {"name": "Bruno", "stage": "level_1", "seconds": 23, "after": 3}),
        (23, "busy", {"name": "Chloé", "stage": "level_2", "seconds": 1}),
        (24, "message_offered", {"reason": "nobody_answered", "seconds": 24}),
        (43, "hung_up_caller", {}),
        (44, "message_left", {"seconds": 10}),
    ]
    assert (verdict(found), waited_seconds(found, at(99))) == (Verdict("message_left"), 24)


def test_the_caller_gives_up_while_two_phones_ring() -> None:
    events = [
        stage(0, "level_1"),
        (0, "leg_dialled", 1),
        (0, "leg_dialled", 2),
        (12, "unanswered", None, {"reason": "caller_hung_up"}),
        (12, "caller_gone", None),
        result(12, 1, "withdrawn"),
        result(12, 2, "withdrawn"),
    ]
    phones = [rung(n, name, ended_at=13, result="withdrawn") for n, name in ((1, "A"), (2, "B"))]
    found = visit(*phones, events=events, outcome="gave_up_ringing", ended_at=12)
    withdrawn = {"stage": "level_1", "seconds": 12, "reason": "caller_hung_up"}
    assert told(found) == [
        (0, "came_in", {}),
        (0, "withdrawn", {"name": "A", **withdrawn}),
        (0, "withdrawn", {"name": "B", **withdrawn}),
        (12, "gave_up", {"seconds": 12}),
    ]
    assert verdict(found) == Verdict("gave_up", {"waited": 12})


def test_nobody_is_on_call_and_the_announcement_is_heard() -> None:
    found = visit(
        events=[
            (0, "skipped", None, {"reason": "time_off", "name": "Chloé"}),
            (0, "skipped", None, {"reason": "nobody_on_call", "name": ""}),
            (0, "unanswered", None, {"reason": "nobody_to_ring"}),
            (9, "caller_gone", None),
        ],
        outcome="announcement",
        takes_messages=False,
        ended_at=9,
    )
    assert told(found) == [
        (0, "came_in", {}),
        (0, "left_out", {"reason": "time_off", "name": "Chloé"}),
        (0, "nobody", {"reason": "nobody_on_call", "name": ""}),
        (0, "announced", {"reason": "nobody_to_ring", "seconds": 0}),
        (9, "hung_up_caller", {}),
    ]
    assert verdict(found) == Verdict("announcement_nobody")


def test_the_taker_drops_out_and_a_colleague_is_rung_again() -> None:
    found = visit(
        rung(1, "Bruno", picked_up_at=4, accepted_at=6, ended_at=6, result="hung_up"),
        rung(2, "Chloé", ended_at=7, result="withdrawn"),
        rung(3, "Chloé", 6, picked_up_at=10, accepted_at=12, ended_at=44, result="accepted"),
        events=[
            stage(0, "level_1"),
            (0, "leg_dialled", 1),
            (0, "leg_dialled", 2),
            (6, "leg_accepted", 1),
            result(6, 2, "withdrawn"),
            result(6, 1, "hung_up"),
            (6, "claim_lost", 1),
            (6, "leg_dialled", 3),
            (12, "leg_accepted", 3),
            (14, "connected", 3),
            (44, "talk_over", None),
        ],
        outcome="connected",
        accepted_leg=3,
        connected_at=14,
        ended_at=44,
    )
    level = {"stage": "level_1"}
    assert told(found) == [
        (0, "came_in", {}),
        (0, "dropped", {"name": "Bruno", **level, "seconds": 6, "after": 4}),
        (0, "withdrawn", {"name": "Chloé", **level, "seconds": 6, "reason": "taken"}),
        (6, "took", {"name": "Chloé", **level, "seconds": 6, "after": 4}),
        (14, "spoke", {"name": "Chloé", "seconds": 30}),
        (44, "over", {}),
    ]


def test_who_listens_when_a_colleague_takes_it_was_too_late() -> None:
    found = visit(
        rung(1, "Bruno", picked_up_at=5, ended_at=12, result="withdrawn"),
        events=[(0, "leg_dialled", 1), (6, "leg_accepted", 2), result(9, 1, "withdrawn")],
        phase="connected",
    )
    too_late = {"name": "Bruno", "seconds": 9, "after": 5, "reason": "taken"}
    assert told(found)[1] == (0, "too_late", too_late)


def test_the_watchdog_finds_that_the_caller_has_gone() -> None:
    found = visit(
        events=[
            (0, "unanswered", None, {"reason": "nobody_to_ring"}),
            (80, "caller_found_gone", None),
            (200, "message_may_exist", None),
        ],
        outcome="gave_up_in_voicemail",
        message_may_exist=True,
        ended_at=80,
    )
    assert told(found)[2:] == [(80, "found_gone", {}), (200, "message_may_exist", {})]
    assert verdict(found) == Verdict("no_message_doubt")


def test_a_direct_call_is_picked_up_without_a_key() -> None:
    found = visit(
        rung(1, "Desk", screened=False, picked_up_at=4, ended_at=24, result="picked_up"),
        events=[
            stage(0, "level_1"),
            (0, "leg_dialled", 1),
            (4, "leg_picked_up", 1),
            (24, "talk_over", None),
        ],
        outcome="picked_up",
        ended_at=24,
    )
    assert told(found) == [
        (0, "came_in", {}),
        (0, "picked_up", {"name": "Desk", "stage": "level_1", "seconds": 4, "after": 4}),
        (4, "was_connected", {"name": "Desk", "seconds": 20}),
        (24, "over", {}),
    ]
    assert verdict(found) == Verdict(
        "picked_up_and_spoke", {"name": "Desk", "after": 4, "talked": 20}
    )


def test_a_live_call_tells_what_rings_and_who_listens() -> None:
    found = visit(
        rung(1, "Bruno", rang_at=1),
        rung(2, "Chloé", rang_at=1, picked_up_at=6),
        events=[(0, "leg_dialled", 1), (0, "leg_dialled", 2)],
        phase="ringing",
    )
    assert told(found)[1:] == [
        (0, "rings", {"name": "Bruno"}),
        (0, "listens", {"name": "Chloé", "after": 5}),
    ]
    assert verdict(found) == Verdict("live_ringing_who", {"names": "Bruno, Chloé"})
    assert waited_seconds(found, at(9)) == 9


@pytest.mark.parametrize(
    ("phase", "expected"),
    [
        ("claimed", Verdict("live_connecting", {"name": "Alice"})),
        ("connected", Verdict("live_talking", {"name": "Alice"})),
        ("message", Verdict("live_message")),
        ("announcement", Verdict("live_announcement")),
    ],
)
def test_a_live_call_says_how_it_stands(phase: str, expected: Verdict) -> None:
    assert verdict(visit(ALICE, events=[], phase=phase, accepted_leg=1)) == expected


def test_a_conversation_under_way_has_no_length_yet() -> None:
    alice = rung(1, "Alice", picked_up_at=4, accepted_at=6, result="accepted")
    found = visit(
        alice,
        events=[(0, "leg_dialled", 1), (8, "connected", 1)],
        phase="connected",
        accepted_leg=1,
        connected_at=8,
    )
    assert told(found)[2:] == [(8, "speaking", {"name": "Alice"})]


def test_a_caller_who_is_gone_before_the_greeting() -> None:
    found = visit(events=[(0, "gone_before_answer", None)], outcome="gave_up_ringing", ended_at=0)
    assert told(found) == [(0, "came_in", {}), (0, "gone_at_once", {})]


def test_a_phone_whose_dialling_left_no_event_is_told_all_the_same() -> None:
    found = visit(rung(1, "Alice", ended_at=20, result="timeout"), events=[], ended_at=30)
    assert story(found)[1] == Line(START, "no_answer", 1, {"name": "Alice", "seconds": 20})


def test_a_result_that_never_came_is_said() -> None:
    found = visit(rung(1, "Alice", ended_at=20), events=[(0, "leg_dialled", 1)], ended_at=30)
    assert told(found)[1] == (0, "lost_track", {"name": "Alice", "seconds": 20})


def test_the_longest_wait_ends_the_ringing() -> None:
    found = visit(
        rung(1, "Alice", ended_at=31, result="withdrawn"),
        events=[
            (0, "leg_dialled", 1),
            (30, "unanswered", None, {"reason": "hard_stop"}),
            (30, "skipped", None, {"reason": "hard_stop", "name": "Bruno"}),
            result(30, 1, "withdrawn"),
        ],
        phase="message",
    )
    assert told(found)[1:] == [
        (0, "withdrawn", {"name": "Alice", "seconds": 30, "reason": "hard_stop"}),
        (30, "message_offered", {"reason": "hard_stop", "seconds": 30}),
        (30, "left_out", {"reason": "hard_stop", "name": "Bruno"}),
    ]


def test_a_message_left_while_waiting_stops_the_phones() -> None:
    found = visit(
        events=[
            (20, "message_recorded", None),
            (20, "unanswered", None, {"reason": "message_left_waiting"}),
        ],
        phase="message",
    )
    assert told(found)[1:] == [(20, "message_left", {}), (20, "stopped_ringing", {"seconds": 20})]


@pytest.mark.requirement("CRM-06")
def test_a_talk_that_is_recorded_says_so_before_it() -> None:
    recorded = replace(ANSWERED, records=True)
    codes = [line.code for line in story(recorded)]
    assert codes == [code for each in story(ANSWERED) for code in _with_recording(each.code)]


def _with_recording(code: str) -> list[str]:
    return ["recorded", code] if code == "spoke" else [code]


def test_a_closed_number_is_told_before_its_menu() -> None:
    found = visit(events=[(0, "closed", None), (0, "menu_entered", None)])
    assert [code for _at, code, _params in told(found)] == ["came_in", "closed", "menu_entered"]
