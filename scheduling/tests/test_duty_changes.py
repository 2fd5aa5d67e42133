"""How a person's duties differ."""

from __future__ import annotations

from typing import Any

from scheduling import duty_changes, snapshots
from scheduling.duties import Duty
from scheduling.duty_changes import Difference
from scheduling.tests.facts import ALICE, BOB, at
from scheduling.types import Change, Period, Who


def duty(shift: int | None, start: float, end: float, level: int = 1) -> Duty:
    return Duty(1, 1, level, shift, Period(at(start), at(end)))


def differ(before: list[Duty], after: list[Duty], now: float = 0) -> Difference:
    return duty_changes.difference(before, after, at(now))


def test_the_same_duties_do_not_differ() -> None:
    assert not differ([duty(1, 8, 18)], [duty(1, 8, 18)])


def test_the_same_times_on_other_rows_do_not_differ() -> None:
    assert not differ([duty(1, 8, 18)], [duty(2, 8, 12), duty(3, 12, 18)])


def test_two_shifts_that_change_places_do_not_differ() -> None:
    before = [duty(1, 8, 10), duty(2, 20, 22)]
    assert not differ(before, [duty(1, 20, 22), duty(2, 8, 10)])


def test_what_is_new_is_gained_and_what_is_gone_is_lost() -> None:
    assert differ([duty(1, 8, 10)], [duty(2, 20, 22)]) == Difference(
        gained=(duty(2, 20, 22),), lost=(duty(1, 8, 10),)
    )


def test_a_piece_taken_out_of_the_middle_is_what_is_lost() -> None:
    found = differ([duty(1, 8, 18)], [duty(1, 8, 12), duty(1, 14, 18)])
    assert found == Difference(lost=(duty(1, 12, 14),))


def test_a_shift_that_went_elsewhere_is_moved() -> None:
    before, after = duty(1, 8, 10), duty(1, 20, 22)
    assert differ([before], [after]) == Difference(moved=((before, after),))


def test_a_shift_that_was_lengthened_is_moved() -> None:
    before, after = duty(1, 8, 10), duty(1, 8, 12)
    assert differ([before], [after]) == Difference(moved=((before, after),))


def test_another_level_is_a_move() -> None:
    before, after = duty(1, 8, 10), duty(1, 8, 10, level=2)
    assert differ([before], [after]) == Difference(moved=((before, after),))


def test_a_move_and_a_new_shift_are_told_apart() -> None:
    found = differ([duty(1, 8, 10)], [duty(1, 20, 22), duty(2, 22, 24)])
    assert found == Difference(
        gained=(duty(2, 22, 24),), moved=((duty(1, 8, 10), duty(1, 20, 22)),)
    )


def test_what_is_over_is_not_told_and_what_is_under_way_is() -> None:
    before = [duty(1, 0, 10), duty(2, 10, 20), duty(3, 20, 22)]
    assert differ(before, [], now=10) == Difference(lost=(duty(2, 10, 20), duty(3, 20, 22)))


def shift(who: Who, start: float, end: float, **values: Any) -> dict[str, Any]:
    """Return a shift as the log has it."""
    ends = {"starts_at": at(start).isoformat(), "ends_at": at(end).isoformat()}
    kept = {"staff": who.staff, "service": who.service, "level": 1, "state": "manual"}
    return {**kept, **ends, **values}


def override(who: Who | None, start: float, end: float, **instead: Any) -> dict[str, Any]:
    """Return a stand-in as the log has it."""
    targets = ("replaces_shift", "replaces_staff", "replaces_service", "replaces_level")
    return {**shift(who or Who(), start, end), **dict.fromkeys(targets), **instead}


def test_rows_are_taken_back_to_what_they_were_first() -> None:
    changes = [
        Change("shift", 1, shift(ALICE, 8, 18), shift(BOB, 8, 18)),
        Change("shift", 1, shift(BOB, 8, 18), None),
        Change("shift", 2, None, shift(BOB, 8, 18)),
        Change("override", 3, override(BOB, 8, 9, replaces_level=1), None),
        Change("rotation", 4, None, {"level": 1}),
    ]
    rows = duty_changes.taken_back({}, changes)
    facts = duty_changes.facts(duty_changes.taken_back(rows, []))
    assert [(row.id, row.who) for row in facts.shifts] == [(1, ALICE)]
    assert [(row.id, row.who, row.level) for row in facts.overrides] == [(3, BOB, 1)]


def test_a_tombstone_is_no_shift() -> None:
    gone = Change("shift", 1, shift(ALICE, 8, 18, state="cancelled"), shift(ALICE, 8, 18))
    assert duty_changes.taken_back({}, [gone]) == {}


def test_whoever_had_and_has_a_shift_is_concerned() -> None:
    change = Change("shift", 1, shift(ALICE, 8, 10), shift(BOB, 9, 12))
    found = duty_changes.concern([change], at(0))
    assert found is not None
    assert (found.people, found.period) == (frozenset({ALICE, BOB}), Period(at(8), at(12)))


def test_a_stand_in_concerns_whom_it_names() -> None:
    changes = [
        Change("override", 1, None, override(ALICE, 8, 10, replaces_shift=7)),
        Change("override", 2, override(None, 8, 10, replaces_staff=2), None),
        Change("override", 3, None, override(None, 12, 14, replaces_level=2)),
    ]
    found = duty_changes.concern(changes, at(0))
    assert found is not None
    assert (found.people, found.shifts) == (frozenset({ALICE, BOB}), frozenset({7}))
    assert found.levels == ((2, Period(at(12), at(14))),)


def test_what_is_over_concerns_nobody() -> None:
    change = Change("shift", 1, None, shift(ALICE, 8, 10))
    assert duty_changes.concern([change], at(10)) is None
    assert duty_changes.concern([change], at(9.9)) is not None


def test_the_log_names_rows_as_it_does_here() -> None:
    assert (duty_changes.SHIFT, duty_changes.OVERRIDE) == (snapshots.SHIFT, snapshots.OVERRIDE)
