"""A rule some days later, or none where no rule says so."""

from __future__ import annotations

from datetime import date

import pytest

from scheduling import recurrence
from scheduling.rule_moves import moved
from scheduling.tests.rules import MONDAY, rule

YEAR_LATER = date(2028, 1, 4)


@pytest.mark.parametrize(
    ("text", "days", "expected"),
    [
        ("RRULE:FREQ=WEEKLY;BYDAY=MO,TU", 3, "RRULE:FREQ=WEEKLY;BYDAY=TH,FR"),
        ("RRULE:FREQ=WEEKLY;BYDAY=SA,SU", 1, "RRULE:FREQ=WEEKLY;BYDAY=SU,MO"),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU", 1, None),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", 7, "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"),
        ("RRULE:FREQ=DAILY;INTERVAL=3", -2, "RRULE:FREQ=DAILY;INTERVAL=3"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=10", 5, "RRULE:FREQ=MONTHLY;BYMONTHDAY=15"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=-2", 1, "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=25", 5, None),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=31", 1, None),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=-1", 1, None),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=1", -1, None),
        ("RRULE:FREQ=MONTHLY;BYDAY=1MO", 1, None),
        ("RRULE:FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=8", 1, "RRULE:FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=9"),
    ],
)
def test_a_rule_some_days_later_is_found_or_refused(
    text: str, days: int, expected: str | None
) -> None:
    later = moved(rule(text), days)
    assert (later.recurrence if later else None) == expected


def test_first_and_last_days_and_turns_go_along() -> None:
    before = rule("RRULE:FREQ=WEEKLY;BYDAY=MO", ends_on=YEAR_LATER)
    later = moved(before, 2)
    assert later is not None
    assert (later.counted_from, later.starts_on, later.ends_on) == (
        date(2027, 1, 6),
        date(2027, 1, 6),
        date(2028, 1, 6),
    )
    was, now = (recurrence.upcoming(r, MONDAY, 10) for r in (before, later))
    assert [o.who for o in was] == [o.who for o in now]


def test_by_no_day_it_is_the_same_rule() -> None:
    assert moved(rule(), 0) == rule()
