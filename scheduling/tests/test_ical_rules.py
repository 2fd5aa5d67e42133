"""Other people's recurrence rules: the same days as the library's, in few steps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Event

from scheduling.ical.errors import BadRule, TooMany
from scheduling.ical.events import expand
from scheduling.ical.rules import Budget, nearer, parse, starts
from scheduling.types import Period

FIRST, LAST = datetime(2026, 11, 26), datetime(2027, 12, 31)  # noqa: DTZ001
_DAYS = st.lists(st.sampled_from("MO TU WE TH FR SA SU".split()), min_size=1, max_size=3)
_RULES = st.one_of(
    st.builds("FREQ=HOURLY;BYHOUR={};COUNT={}".format, st.integers(0, 23), st.integers(1, 900)),
    st.builds("FREQ=DAILY;INTERVAL={}".format, st.integers(1, 60)),
    st.builds("FREQ=DAILY;INTERVAL={};COUNT={}".format, st.integers(1, 9), st.integers(1, 999)),
    st.builds("FREQ=WEEKLY;INTERVAL={};WKST=SU".format, st.integers(1, 9)),
    st.builds("FREQ=WEEKLY;INTERVAL={};BYDAY={}".format, st.integers(1, 9), _DAYS.map(",".join)),
    st.builds("FREQ=MONTHLY;BYDAY={}{}".format, st.integers(1, 4), st.sampled_from(["MO", "SU"])),
    st.builds("FREQ=MONTHLY;INTERVAL={};BYMONTHDAY=-1".format, st.integers(1, 6)),
    st.builds("FREQ=YEARLY;BYMONTH={};BYDAY=-1SU".format, st.integers(1, 12)),
)


def within(rule: str, begins: datetime) -> list[datetime]:
    near = nearer(rule, begins, FIRST)
    found = starts(rule, near, None, LAST, Budget(10**6))
    return [at for at in found if at >= FIRST]


@settings(max_examples=80, derandomize=True, deadline=None)
@given(_RULES, st.integers(0, 3000), st.integers(0, 23))
def test_a_rule_means_the_same_days_as_in_the_library(rule: str, ago: int, hour: int) -> None:
    begins = FIRST - timedelta(days=ago) + timedelta(hours=hour)
    assert within(rule, begins) == rrulestr(rule, dtstart=begins).between(FIRST, LAST, inc=True)


def test_a_rule_takes_no_more_steps_than_lead_to_the_end_of_the_window() -> None:
    budget = Budget(10**6)
    never = "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    assert list(starts(never, FIRST, None, LAST, budget)) == []
    assert 10**6 - budget.left < 500


def test_a_file_has_a_number_of_steps_in_all() -> None:
    budget = Budget(1_000)
    list(starts("FREQ=DAILY", FIRST, None, LAST, budget))
    with pytest.raises(TooMany):
        list(starts("FREQ=DAILY", FIRST, None, LAST, budget))


def test_what_is_done_with_each_day_of_a_rule_counts_too() -> None:
    event, window = Event(), Period(FIRST.replace(tzinfo=UTC), LAST.replace(tzinfo=UTC))
    event.add("DTSTART", FIRST)
    budget = Budget(20_000)
    assert expand(event, ["FREQ=DAILY"], window, budget)
    with pytest.raises(TooMany):
        expand(event, ["FREQ=DAILY"], window, budget)


def test_a_negative_count_is_none() -> None:
    assert len(within("FREQ=WEEKLY;COUNT=-1", FIRST)) == 58


@pytest.mark.parametrize(
    "rule",
    [
        *("", "FREQ=OFTEN", "INTERVAL=2", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=-1"),
        *("FREQ=DAILY;INTERVAL=1001", "FREQ=DAILY;INTERVAL=two", "FREQ=DAILY;" + "X" * 2_000),
    ],
)
def test_what_is_no_rule_is_refused(rule: str) -> None:
    with pytest.raises(BadRule):
        parse(rule)


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "freq=minutely", "FREQ=DAILY;BYSECOND=0,30"])
def test_more_than_one_an_hour_is_too_many(rule: str) -> None:
    with pytest.raises(TooMany):
        parse(rule)
