"""The days that a recurrence rule names: found by arithmetic, never by walking from its start."""

from __future__ import annotations

import os
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling import rule_days
from scheduling.rule_days import days_of, names
from scheduling.rules import Recurrence
from scheduling.tests.rules import dates, recurrences

SOAK = os.environ.get("ONCALL_SOAK") == "1"
MONDAY = date(2027, 1, 4)


def days(recurrence: str, until: str, since: date = MONDAY) -> list[str]:
    found = days_of(f"RRULE:{recurrence}", since).between(since, date.fromisoformat(until))
    return [day.isoformat() for day in found]


def test_the_first_day_is_named_only_when_the_rule_says_so() -> None:
    found = days("FREQ=WEEKLY;BYDAY=TU", "2027-01-14")
    assert found == ["2027-01-05", "2027-01-12"]


def test_every_other_week_is_counted_in_whole_weeks_from_the_first() -> None:
    found = days("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE", "2027-01-26", date(2027, 1, 6))
    assert found == ["2027-01-06", "2027-01-18", "2027-01-20"]


def test_a_month_without_the_day_uses_its_last_day() -> None:
    found = days("FREQ=MONTHLY;BYMONTHDAY=31", "2027-07-01")
    assert found == [
        "2027-01-31",
        "2027-02-28",
        "2027-03-31",
        "2027-04-30",
        "2027-05-31",
        "2027-06-30",
    ]


def test_a_month_counted_from_the_31st_uses_its_last_day() -> None:
    assert days("FREQ=MONTHLY", "2027-04-01", date(2027, 1, 31)) == [
        "2027-01-31",
        "2027-02-28",
        "2027-03-31",
    ]


def test_29_february_is_28_february_in_other_years() -> None:
    assert days("FREQ=YEARLY", "2029-12-31", date(2027, 2, 28).replace(year=2028, day=29)) == [
        "2028-02-29",
        "2029-02-28",
    ]


def test_30_february_is_no_day_at_all() -> None:
    assert days("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2060-01-01") == []


def test_a_weekday_that_must_be_the_31st_is_never_another_day() -> None:
    found = days("FREQ=MONTHLY;BYDAY=SU;BYMONTHDAY=31", "2027-12-31")
    assert found == ["2027-01-31", "2027-10-31"]


def test_the_day_31_counted_from_the_end_stays_where_it_is() -> None:
    assert days("FREQ=MONTHLY;BYMONTHDAY=-31", "2027-04-01", date(2027, 1, 1)) == [
        "2027-01-01",
        "2027-03-01",
    ]


def test_the_last_workday_of_each_month_is_a_position() -> None:
    found = days("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2027-04-01")
    assert found == ["2027-01-29", "2027-02-26", "2027-03-31"]


def test_a_position_counts_in_the_whole_week_that_the_rule_starts_in() -> None:
    found = days("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1", "2027-01-20", date(2027, 1, 6))
    assert found == ["2027-01-11", "2027-01-18"]


@pytest.mark.parametrize("recurrence", ["FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,FR", "FREQ=DAILY"])
def test_a_rule_thirty_years_old_examines_no_more_days_than_a_new_one(
    monkeypatch: pytest.MonkeyPatch, recurrence: str
) -> None:
    examined: list[date] = []

    def counted(rule: Recurrence, day: date, fits: Any = rule_days._fits) -> bool:
        examined.append(day)
        return bool(fits(rule, day))

    monkeypatch.setattr(rule_days, "_fits", counted)
    for age in (0, 30):
        start = date(2027 - age, 1, 4)
        found = days_of(f"RRULE:{recurrence};WKST=TU", start)
        examined.append(date.min)
        found.between(date(2027, 3, 1), date(2027, 6, 1))
        found.before(date(2027, 6, 1))
    new, old = "".join(" |"[day == date.min] for day in examined).split("|")[1:]
    assert len(new) == len(old) <= 21


def slow_days(text: str, since: date, first: date, until: date) -> list[date]:
    """Return the days by dateutil, which walks from the start."""
    rule = rrulestr(text, dtstart=datetime.combine(since, time()))
    found = rule.between(datetime.combine(first, time()), datetime.combine(until, time()), inc=True)
    return [day.date() for day in found if day.date() < until]


def clamps(text: str, since: date) -> bool:
    months = "MONTHLY" in text or "YEARLY" in text
    return months and ("31" in text or "30" in text or ("BY" not in text and since.day > 28))


@settings(max_examples=4000 if SOAK else 200, derandomize=not SOAK, deadline=None)
@given(recurrences(), dates, st.integers(0, 700), st.integers(0, 200))
def test_the_days_are_those_of_dateutil(text: str, since: date, ahead: int, length: int) -> None:
    since = since.replace(day=min(since.day, 28))
    first = since + timedelta(days=ahead)
    until = first + timedelta(days=length)
    found = days_of(text, since)
    if not clamps(text, since):
        assert found.between(first, until) == slow_days(text, since, first, until)
        assert found.before(first) == len(slow_days(text, since, since, first))
    assert found.before(until) - found.before(first) == len(found.between(first, until))
    assert [day for day in found.between(first, until) if not names(found, day)] == []


@settings(max_examples=5000 if SOAK else 50, derandomize=not SOAK, deadline=None)
@given(
    st.sampled_from(("YEARLY", "MONTHLY", "WEEKLY", "DAILY")),
    st.sampled_from(
        (
            "BYWEEKNO=1,20,-1",
            "BYWEEKNO=53;BYDAY=MO",
            "BYYEARDAY=1,100,-1",
            "BYYEARDAY=366",
            "BYMONTH=1,2;BYDAY=FR",
        )
    ),
    st.sampled_from(("MO", "SU", "TH")),
    dates,
)
def test_the_rarer_parts_are_those_of_dateutil(
    freq: str, part: str, week_start: str, since: date
) -> None:
    text = f"RRULE:FREQ={freq};WKST={week_start};{part}"
    until = since + timedelta(days=1500)
    assert days_of(text, since).between(since, until) == slow_days(text, since, since, until)
