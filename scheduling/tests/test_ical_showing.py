"""How readers of a feed are told what changed since they looked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from scheduling.ical.showing import CANCELLED_FOR, Duty, Shown, compare, identities
from scheduling.resolve import final_schedule
from scheduling.tests.facts import ALICE, BOB, at, shift
from scheduling.types import DivertFact, OverrideFact, Period, ScheduleFacts, ShiftFact

NOW, SINCE = at(12), at(12, day=1)
DUTY = Duty("s7", Period(at(18), at(32)), {"summary": "On call"})
SEEN = Shown(1, "s7", 2, DUTY.period, DUTY.values, at(8))
OFF = replace(SEEN, sequence=3, changed_at=NOW, cancelled_at=NOW)


def test_what_is_new_begins_to_be_counted() -> None:
    new = Shown(None, "s7", 0, DUTY.period, DUTY.values, NOW)
    found = compare([], [DUTY], SINCE, NOW)
    assert (found.events, found.news, found.forgotten) == ((new,), (new,), ())


def test_what_stays_is_not_written() -> None:
    found = compare([SEEN], [DUTY], SINCE, NOW)
    assert (found.events, found.news) == ((SEEN,), ())


def test_what_moves_counts_on() -> None:
    moved = replace(DUTY, period=Period(at(19), at(32)))
    found = compare([SEEN], [moved], SINCE, NOW)
    assert found.news == (Shown(1, "s7", 3, moved.period, DUTY.values, NOW),)


def test_what_is_told_otherwise_counts_on() -> None:
    found = compare([SEEN], [replace(DUTY, values={"summary": "Level 2"})], SINCE, NOW)
    assert [(event.sequence, event.values) for event in found.news] == [(3, {"summary": "Level 2"})]


def test_what_is_gone_is_shown_as_cancelled_once() -> None:
    found = compare([SEEN], [], SINCE, NOW)
    assert (found.events, found.news) == ((OFF,), (OFF,))
    again = compare([OFF], [], SINCE, NOW + timedelta(hours=1))
    assert (again.events, again.news) == ((OFF,), ())


def test_what_comes_back_is_on_again() -> None:
    found = compare([OFF], [DUTY], SINCE, NOW + timedelta(hours=1))
    assert [(event.sequence, event.cancelled_at) for event in found.news] == [(4, None)]


def test_what_is_cancelled_is_forgotten_after_90_days() -> None:
    later = NOW + CANCELLED_FOR
    assert compare([OFF], [], later, later - timedelta(seconds=1)).forgotten == ()
    found = compare([OFF], [], later, later)
    assert (found.events, found.forgotten) == ((), (1,))


def test_the_past_stays_as_it_was_seen_until_it_is_forgotten() -> None:
    past = replace(SEEN, period=Period(at(2), at(12)))
    moved = replace(DUTY, period=Period(at(2), at(11)))
    assert compare([past], [], SINCE, NOW).events == (past,)
    assert compare([past], [moved], SINCE, NOW).events == (past,)
    found = compare([past], [], at(12), at(13))
    assert (found.events, found.forgotten) == ((), (1,))


def test_what_began_before_the_past_that_is_shown_is_shown_as_long_as_it_reaches_into_it() -> None:
    past = replace(SEEN, period=Period(at(2), at(12)))
    assert compare([past], [], at(2), at(13)).events == (past,)


def test_what_was_cut_just_now_is_told() -> None:
    cut = replace(DUTY, period=Period(at(10), NOW))
    seen = replace(SEEN, period=Period(at(10), at(20)))
    assert [event.period for event in compare([seen], [cut], SINCE, NOW).news] == [cut.period]


def keys(facts: ScheduleFacts) -> list[str]:
    entries = final_schedule(facts, at(0), at(0, day=9))
    return [key for key, _entry in identities(entries, facts)]


def test_a_shift_has_its_own_identity_and_one_of_a_rotation_that_of_its_occurrence() -> None:
    rule = ShiftFact(8, BOB, 2, Period(at(8), at(9)), rotation=3, day=date(2027, 1, 4), slot=1)
    assert keys(ScheduleFacts((shift(7, ALICE, 8, 9), rule))) == ["s7", "r3-20270104-1"]


def test_a_shift_keeps_its_identity_when_its_rule_is_written() -> None:
    rule = ShiftFact(None, BOB, 1, Period(at(8), at(9)), rotation=3, day=date(2027, 1, 4))
    written = rule._replace(id=8)
    assert keys(ScheduleFacts((rule,))) == keys(ScheduleFacts((written,))) == ["r3-20270104-0"]


def test_each_of_a_team_that_only_a_rule_knows_has_their_own_identity() -> None:
    day = date(2027, 1, 4)
    team = [
        ShiftFact(None, who, 1, Period(at(8), at(9)), rotation=3, day=day, slot=slot)
        for slot, who in enumerate((ALICE, BOB))
    ]
    entries = identities(
        final_schedule(ScheduleFacts(tuple(team)), at(0), at(24)), ScheduleFacts(tuple(team))
    )
    assert {entry.who: key for key, entry in entries} == {
        ALICE: "r3-20270104-0",
        BOB: "r3-20270104-1",
    }


def test_the_pieces_of_a_shift_and_the_stand_in_have_one_each() -> None:
    stand_in = OverrideFact(5, Period(at(10), at(12)), BOB, shift=7)
    facts = ScheduleFacts((shift(7, ALICE, 8, 16),), overrides=(stand_in,))
    assert keys(facts) == ["s7", "s7-o5", "s7-2"]


def test_a_whole_level_and_a_divert_have_theirs() -> None:
    level = OverrideFact(5, Period(at(8), at(9)), BOB, level=1)
    divert = DivertFact(6, BOB, Period(at(9), at(10)))
    rule = ShiftFact(None, ALICE, 1, Period(at(8), at(9)), rotation=3, day=date(2027, 1, 4))
    assert keys(ScheduleFacts((rule,), overrides=(level,), diverts=(divert,))) == ["o5", "d6"]
