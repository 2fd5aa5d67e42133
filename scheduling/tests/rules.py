"""Short ways to write rotations, and random ones."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from scheduling.enums import OnHolidays, TurnUnit
from scheduling.tests.facts import ALICE, BOB, CHARLIE
from scheduling.types import Occurrence, Rule, Who

MONDAY = date(2027, 1, 4)
ZONES = (
    "America/Santiago",
    "America/Havana",
    "Africa/Cairo",
    "Asia/Beirut",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Europe/Paris",
    "America/New_York",
    "UTC",
)
DAILY, WEEKLY = "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY;BYDAY=MO"
WORKDAYS = "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"


def rule(recurrence: str = DAILY, *people: Who, **values: Any) -> Rule:
    """Return a rotation of these people (Alice, Bob and Charlie) from Monday 4 January 2027."""
    since = values.get("counted_from", MONDAY)
    base: dict[str, Any] = {
        "id": 1,
        "level": 1,
        "participants": tuple((who,) for who in people or (ALICE, BOB, CHARLIE)),
        "zone": "Europe/Paris",
        "recurrence": recurrence,
        "counted_from": since,
        "starts_on": since,
        "ends_on": None,
        "start_time": time(9),
        "end_time": time(9),
    }
    return Rule(**{**base, **values})


def shown(found: list[Occurrence]) -> list[str]:
    """Return shifts as "01-04 1": the day, and who."""
    return [f"{each.day:%m-%d} {each.who.staff or each.who.service}" for each in found]


@lru_cache
def changes(zone: str) -> tuple[date, ...]:
    """Return the days of 2020 to 2035 on which the clocks of a zone change, and some day more."""
    tz, day, found = ZoneInfo(zone), date(2020, 1, 1), [MONDAY]
    while day.year < 2036:
        midnights = (datetime.combine(each, time(), tz) for each in (day, day + timedelta(days=1)))
        if len({midnight.utcoffset() for midnight in midnights}) > 1:
            found.append(day)
        day += timedelta(days=1)
    return tuple(found)


dates = st.dates(date(2020, 1, 1), date(2035, 12, 31))
times = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))
weekdays = st.sets(st.sampled_from("MO TU WE TH FR SA SU".split()), min_size=1).map(sorted)
intervals = st.sampled_from((1, 1, 1, 2, 3, 5))


def _joined(name: str, values: list[Any]) -> str:
    return f"{name}={','.join(map(str, values))}"


@st.composite
def recurrences(draw: st.DrawFn) -> str:
    """Draw the text of a rule that names days often enough to be looked at."""
    freq = draw(st.sampled_from(("DAILY", "DAILY", "WEEKLY", "WEEKLY", "MONTHLY", "YEARLY")))
    parts = [f"FREQ={freq}", f"INTERVAL={draw(intervals)}"]
    if freq == "YEARLY" or draw(st.integers(0, 9)) == 0:
        parts.append(_joined("BYMONTH", sorted(draw(st.sets(st.integers(1, 12), min_size=1)))))
    if freq in {"MONTHLY", "YEARLY"}:
        parts += draw(st.sampled_from(_MONTH_PARTS))
    elif draw(st.booleans()):
        parts.append(_joined("BYDAY", draw(weekdays)))
    if freq == "WEEKLY":
        parts.append(_joined("WKST", [draw(st.sampled_from(("MO", "SU", "WE")))]))
    return "RRULE:" + ";".join(parts)


_MONTH_PARTS: tuple[tuple[str, ...], ...] = (
    (),
    ("BYMONTHDAY=1",),
    ("BYMONTHDAY=15,31",),
    ("BYMONTHDAY=-1",),
    ("BYMONTHDAY=30",),
    ("BYDAY=1MO",),
    ("BYDAY=-1FR,2TU",),
    ("BYDAY=MO,TU,WE,TH,FR", "BYSETPOS=-1"),
    ("BYDAY=SA,SU", "BYSETPOS=1,3"),
)

teams = st.lists(
    st.lists(
        st.sampled_from((ALICE, BOB, CHARLIE)), min_size=1, max_size=2, unique_by=lambda w: w.staff
    ).map(tuple),
    min_size=1,
    max_size=4,
).map(tuple)


@st.composite
def rotations(draw: st.DrawFn, /, **fixed: Any) -> Rule:
    """Draw a rotation; `fixed` are fields that are given."""
    zone = fixed.get("zone") or draw(st.sampled_from(ZONES))
    near = st.builds(
        lambda day, before: day - timedelta(days=before),
        st.sampled_from(changes(zone)),
        st.integers(0, 9),
    )
    since = draw(st.one_of(dates, near))
    starts_on = since + timedelta(days=draw(st.sampled_from((0, 0, 0, 11, 400))))
    length = draw(st.sampled_from((None, None, 0, 45, 800)))
    participants = draw(teams)
    values: dict[str, Any] = {
        "id": draw(st.integers(1, 3)),
        "level": draw(st.integers(1, 2)),
        "participants": participants,
        "zone": zone,
        "recurrence": draw(recurrences()),
        "counted_from": since,
        "starts_on": starts_on,
        "ends_on": None if length is None else starts_on + timedelta(days=length),
        "start_time": draw(times),
        "end_time": draw(times),
        "end_day_offset": draw(st.sampled_from((0, 0, 1, 2, 7, 31))),
        "turn_count": draw(st.sampled_from((1, 1, 2, 3, 5, 24, 36))),
        "turn_unit": draw(st.sampled_from(TurnUnit)),
        "first_participant": draw(st.integers(0, len(participants) - 1)),
        "on_holidays": draw(st.sampled_from((OnHolidays.AS_USUAL, *OnHolidays))),
    }
    return Rule(**{**values, **fixed})


def holidays_near(since: date) -> st.SearchStrategy[frozenset[date]]:
    """Draw some public holidays of the years after `since`."""
    days = st.integers(0, 900).map(lambda number: since + timedelta(days=number))
    return st.frozensets(days, max_size=30)
