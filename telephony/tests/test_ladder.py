"""The ladder of a call: who stands where, what goes back and forth."""

from __future__ import annotations

from telephony import ladder
from telephony.ladder import FIRST_X, STEP
from telephony.tests.test_narrative import ALICE, ANSWERED, START, result, rung, visit
from telephony.tests.test_telling import SPOKEN

CALLER, PORTAL, FIRST = FIRST_X, FIRST_X + STEP, FIRST_X + 2 * STEP


def acts(drawn: ladder.Ladder) -> list[tuple[int, str, bool]]:
    """Return what happens, as (seconds, code, whether it goes to the left), from top to bottom."""
    assert [arrow.y for arrow in drawn.arrows] == sorted({arrow.y for arrow in drawn.arrows})
    return [(round((a.at - START).total_seconds()), a.code, a.is_back) for a in drawn.arrows]


def columns(drawn: ladder.Ladder) -> list[tuple[str, str, int]]:
    return [(column.kind, column.name, column.x) for column in drawn.columns]


def test_a_call_that_was_taken() -> None:
    drawn = ladder.draw(ANSWERED)
    assert columns(drawn) == [
        ("caller", "", CALLER),
        ("portal", "", PORTAL),
        ("phone", "Alice", FIRST),
    ]
    assert acts(drawn) == [
        (0, "calls", False),
        (1, "rings", False),
        (8, "took", True),
        (10, "spoke", True),
    ]
    assert [(arrow.tone, arrow.is_answer) for arrow in drawn.arrows] == [
        ("", False),
        ("", False),
        ("ok", True),
        ("ok", False),
    ]
    assert (drawn.arrows[-1].start, drawn.arrows[-1].end) == (FIRST - 7, CALLER + 7)


def test_what_ends_stands_above_what_begins_at_the_same_instant() -> None:
    drawn = ladder.draw(
        visit(
            rung(1, "A", ended_at=20, result="timeout"),
            rung(2, "B", 20, ended_at=21, result="busy"),
            events=[
                result(20, 1, "timeout"),
                result(21, 2, "busy"),
                (40, "message_recorded", None),
            ],
            outcome="message_left",
            ending_at=21,
            message_at=28,
            message_seconds=9,
            ended_at=39,
        )
    )
    assert acts(drawn) == [
        (0, "calls", False),
        (0, "rings", False),
        (20, "no_answer", True),
        (20, "rings", False),
        (21, "busy", True),
        (21, "asks", False),
        (28, "message_left", True),
    ]
    assert columns(drawn)[-1] == ("voicemail", "", FIRST + 2 * STEP)


def test_two_attempts_at_one_phone_share_a_place() -> None:
    drawn = ladder.draw(
        visit(
            rung(1, "A", ended_at=20, result="timeout"),
            rung(2, "A", 20, ended_at=40, result="timeout"),
            events=[],
            outcome="gave_up_ringing",
            ended_at=41,
        )
    )
    assert columns(drawn)[2:] == [("phone", "A", FIRST)]
    assert acts(drawn)[-1] == (41, "gave_up", False)
    bars = [(bar.kind, bar.x) for bar in drawn.bars]
    assert bars == [("wait", CALLER - 5), ("ring", FIRST - 5), ("ring", FIRST - 5)]


def test_a_phone_that_rings_now_has_no_end_yet() -> None:
    drawn = ladder.draw(visit(rung(1, "A"), events=[], phase="ringing"))
    assert acts(drawn) == [(0, "calls", False), (0, "rings", False)]
    bar = drawn.bars[-1]
    assert bar.y + bar.height > drawn.arrows[-1].y


def test_a_phone_that_is_busy_at_once_rings_first() -> None:
    drawn = ladder.draw(
        visit(rung(1, "A", ended_at=0, result="busy"), events=[result(0, 1, "busy")], ended_at=9)
    )
    assert [code for _at, code, _back in acts(drawn)] == ["calls", "rings", "busy"]


def test_every_part_lies_within_the_drawing() -> None:
    drawn = ladder.draw(visit(ALICE, events=[], phase="connected", accepted_leg=1, connected_at=9))
    assert max(column.x for column in drawn.columns) < drawn.width
    assert max(bar.y + bar.height for bar in drawn.bars) < drawn.height
    assert drawn.arrows[0].line == f"M{CALLER + 7} {drawn.arrows[0].y}H{PORTAL - 7}"


def test_of_a_call_that_we_placed_the_other_side_stands_where_a_caller_does() -> None:
    drawn = ladder.draw(SPOKEN)
    assert columns(drawn) == [
        ("caller", "", CALLER),
        ("portal", "", PORTAL),
        ("phone", "Alice", FIRST),
    ]
    assert acts(drawn) == [
        (1, "rings", False),
        (8, "took", True),
        (10, "rings", True),
        (15, "picked_up", False),
        (15, "spoke", True),
    ]
    other = [(arrow.start, arrow.end) for arrow in drawn.arrows if arrow.leg == 2]
    assert other == [(PORTAL - 7, CALLER + 7), (CALLER + 7, PORTAL - 7)]
    assert [(bar.kind, bar.leg, bar.x) for bar in drawn.bars] == [
        ("ring", 1, FIRST - 5),
        ("ring", 2, CALLER - 5),
    ]


def test_of_one_that_only_rings_the_own_phone_is_drawn() -> None:
    own = rung(1, "Alice", rang_at=1)
    drawn = ladder.draw(visit(own, events=[], phase="ringing", outgoing=True))
    assert [column.kind for column in drawn.columns] == ["caller", "portal", "phone"]
    assert acts(drawn) == [(1, "rings", False)]


def test_one_that_the_other_side_did_not_take_has_no_caller_who_gave_up() -> None:
    own = rung(1, "Alice", rang_at=1, picked_up_at=5, accepted_at=8, ended_at=60, result="accepted")
    other = rung(2, "Mrs Brown", 9, rang_at=10, ended_at=40, result="withdrawn")
    drawn = ladder.draw(
        visit(own, other, events=[], outcome="gave_up_ringing", ended_at=40, outgoing=True)
    )
    assert "gave_up" not in [arrow.code for arrow in drawn.arrows]
