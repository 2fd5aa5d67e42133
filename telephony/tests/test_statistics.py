"""Figures of a stretch of time, counted by the database."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from telephony.models import Call, PhoneNumber
from telephony.statistics import Day, Line, figures

pytestmark = pytest.mark.django_db
START = datetime(2027, 3, 1, 23, tzinfo=UTC)  # midnight of 2 March in Paris
END = START + timedelta(days=2)
_tokens = itertools.count()


def call(at: datetime, outcome: str = "connected", after: int | None = None, **more: Any) -> Call:
    """Write a call that somebody took `after` seconds."""
    token = f"t{next(_tokens)}"
    taken = None if after is None else at + timedelta(seconds=after)
    return Call.objects.create(
        token=token,
        leg_uuid=token,
        dialled="+33970000001",
        started_at=at,
        outcome=outcome,
        accepted_at=taken,
        **more,
    )


def test_outcomes_are_counted_most_frequent_first_within_the_stretch() -> None:
    for at in (START, START + timedelta(hours=1), END - timedelta(seconds=1)):
        call(at)
    call(START, "message_left")
    call(START, "")
    for outside in (START - timedelta(seconds=1), END):
        call(outside)
    found = figures(START, END, "Europe/Paris")
    assert list(found.outcomes.items()) == [("connected", 3), ("", 1), ("message_left", 1)]
    assert (found.calls, found.answered) == (5, 3)


def test_days_are_those_of_the_zone_and_none_is_left_out() -> None:
    call(START, "picked_up")
    call(START + timedelta(hours=23), "message_left")
    assert figures(START, END, "Europe/Paris").days == (
        Day(date(2027, 3, 2), 2, 1),
        Day(date(2027, 3, 3), 0, 0),
    )
    assert [day.date.day for day in figures(START, END, "UTC").days] == [1, 2, 3]


def test_the_busiest_number_comes_first() -> None:
    one = PhoneNumber.objects.create(name="One", number="+33970000001")
    two = PhoneNumber.objects.create(name="Two", number="+33970000002")
    call(START, phone_number=one)
    call(START, phone_number=two)
    call(START, "message_left", phone_number=two)
    call(START)
    call(START)
    call(START)
    assert figures(START, END, "UTC").lines == (
        Line(None, "", 3, 3),
        Line(two.pk, "Two", 2, 1),
        Line(one.pk, "One", 1, 1),
    )


def test_half_of_the_answered_calls_were_taken_within_the_median() -> None:
    assert figures(START, END, "UTC").median_wait is None
    for after in (4, 10, 40):
        call(START, after=after)
    call(START, "gave_up_ringing")
    assert figures(START, END, "UTC").median_wait == timedelta(seconds=10)


def test_the_queries_do_not_grow_with_the_calls() -> None:
    for _more in range(3):
        for hour in range(5):
            call(START + timedelta(hours=hour), after=3)
        with CaptureQueriesContext(connection) as captured:
            figures(START, END, "UTC")
        assert len(captured) == 4
