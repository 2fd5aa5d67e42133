"""When a number is open: weekly hours, holidays, exceptions, and the clocks."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from scheduling.predefined import WEEKDAYS
from telephony import opening_hours
from telephony.opening_hours import Fault, UnknownHours

SOAK = os.environ.get("ONCALL_SOAK") == "1"
PARIS = "Europe/Paris"
WORKDAYS = ["mo", "tu", "we", "th", "fr"]
OFFICE = {"days": WORKDAYS, "from": "09:00", "to": "18:00"}
NO_DAYS: frozenset[date] = frozenset()


def hours(*weekly: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"time_zone": PARIS, "weekly": list(weekly), **more}


def paris(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(PARIS), fold=fold).astimezone(UTC)


def is_open(value: dict[str, Any], at: datetime, holidays: frozenset[date] = NO_DAYS) -> bool:
    return opening_hours.is_open(opening_hours.parse(value), holidays, at)


def next_change(
    value: dict[str, Any], at: datetime, holidays: frozenset[date] = NO_DAYS
) -> datetime | None:
    return opening_hours.next_change(opening_hours.parse(value), holidays, at)


@pytest.mark.requirement("VPB-01")
@pytest.mark.parametrize(
    ("at", "answer"),
    [
        ("2026-03-02T08:59:59", False),  # a Monday
        ("2026-03-02T09:00", True),
        ("2026-03-02T17:59:59", True),
        ("2026-03-02T18:00", False),
        ("2026-03-01T12:00", False),  # a Sunday
    ],
)
def test_a_number_is_open_from_the_first_second_of_its_hours_to_before_their_end(
    at: str, answer: bool
) -> None:
    assert is_open(hours(OFFICE), paris(at)) is answer


def test_a_day_may_have_several_spans() -> None:
    split = hours(
        {"days": ["mo"], "from": "09:00", "to": "12:00"},
        {"days": ["mo"], "from": "14:00", "to": "18:00"},
    )
    found = [is_open(split, paris(f"2026-03-02T{hour}:00")) for hour in (11, 12, 13, 14, 18)]
    assert found == [True, False, False, True, False]


def test_a_span_may_go_over_midnight() -> None:
    night = hours({"days": ["su"], "from": "22:00", "to": "06:00"})
    found = [
        is_open(night, paris(at))
        for at in ("2026-03-01T23:00", "2026-03-02T05:59", "2026-03-02T06:00", "2026-03-02T22:00")
    ]
    assert found == [True, True, False, False]


def test_24_00_is_the_end_of_the_day() -> None:
    whole = hours({"days": ["mo"], "from": "00:00", "to": "24:00"})
    assert is_open(whole, paris("2026-03-02T23:59:59"))
    assert not is_open(whole, paris("2026-03-03T00:00"))


def test_a_span_from_one_time_to_the_same_lasts_to_the_next_day() -> None:
    day = hours({"days": ["mo"], "from": "09:00", "to": "09:00"})
    assert is_open(day, paris("2026-03-03T08:59"))
    assert not is_open(day, paris("2026-03-03T09:00"))


@pytest.mark.parametrize(
    ("rule", "answers"),
    [("closed", [False, False]), ("open", [True, True]), ("as_usual", [True, False])],
)
def test_on_a_public_holiday_it_is_as_its_rule_says(rule: str, answers: list[bool]) -> None:
    monday = frozenset({date(2026, 3, 2)})
    value = hours(OFFICE, holidays=rule)
    at = (paris("2026-03-02T10:00"), paris("2026-03-02T20:00"))
    assert [is_open(value, each, monday) for each in at] == answers


def test_without_a_rule_holidays_are_as_usual() -> None:
    assert is_open(hours(OFFICE), paris("2026-03-02T10:00"), frozenset({date(2026, 3, 2)}))


def test_the_hours_of_the_eve_reach_into_a_holiday() -> None:
    night = hours({"days": ["su"], "from": "22:00", "to": "06:00"}, holidays="closed")
    assert is_open(night, paris("2026-03-02T05:00"), frozenset({date(2026, 3, 2)}))


def test_an_exception_goes_before_the_weekday_and_the_holiday() -> None:
    value = hours(
        OFFICE,
        holidays="closed",
        exceptions=[
            {"on": "2026-03-02", "from": "10:00", "to": "12:00"},
            {"on": "2026-03-03", "closed": True},
        ],
    )
    holiday = frozenset({date(2026, 3, 2)})
    found = [
        is_open(value, paris(at), holiday)
        for at in ("2026-03-02T09:30", "2026-03-02T10:00", "2026-03-02T12:00", "2026-03-03T10:00")
    ]
    assert found == [False, True, False, False]


def test_an_exception_may_have_several_spans() -> None:
    day = "2026-03-01"
    value = hours(
        exceptions=[
            {"on": day, "from": "09:00", "to": "10:00"},
            {"on": day, "from": "11:00", "to": "12:00"},
        ]
    )
    found = [is_open(value, paris(f"{day}T{hour}:30")) for hour in ("09", "10", "11")]
    assert found == [True, False, True]


def test_hours_that_the_clocks_skip_begin_with_the_jump() -> None:
    early = hours({"days": ["su"], "from": "02:30", "to": "04:00"})  # 29 March: 02:00 to 03:00
    assert not is_open(early, paris("2026-03-29T01:59:59"))
    assert is_open(early, paris("2026-03-29T03:00"))


def test_an_end_that_comes_twice_is_the_first() -> None:
    early = hours({"days": ["su"], "from": "01:00", "to": "02:30"})  # 25 October: 03:00 to 02:00
    assert is_open(early, paris("2026-10-25T02:29", fold=0))
    assert not is_open(early, paris("2026-10-25T02:15", fold=1))


@pytest.mark.parametrize(
    ("at", "change"),
    [
        ("2026-03-02T08:00", "2026-03-02T09:00"),
        ("2026-03-02T09:00", "2026-03-02T18:00"),
        ("2026-03-06T18:00", "2026-03-09T09:00"),
    ],
)
def test_the_next_change_is_the_next_edge_of_the_hours(at: str, change: str) -> None:
    assert next_change(hours(OFFICE), paris(at)) == paris(change)


def test_what_is_always_open_never_changes() -> None:
    always = hours({"days": list(WEEKDAYS), "from": "00:00", "to": "24:00"})
    assert next_change(always, paris("2026-03-02T09:00")) is None


def test_an_exception_far_away_is_the_next_change_of_what_is_always_open() -> None:
    always = hours(
        {"days": list(WEEKDAYS), "from": "00:00", "to": "24:00"},
        exceptions=[{"on": "2026-12-24", "closed": True}],
    )
    assert next_change(always, paris("2026-03-02T09:00")) == paris("2026-12-24T00:00")


def test_days_that_touch_are_one_opening() -> None:
    value = hours({"days": ["mo", "tu"], "from": "00:00", "to": "24:00"})
    assert next_change(value, paris("2026-03-02T12:00")) == paris("2026-03-04T00:00")


@pytest.mark.parametrize(
    ("value", "fault", "where"),
    [
        ("always", Fault.SHAPE, ""),
        ({"time_zone": PARIS, "lunch": True}, Fault.KEY, ""),
        ({}, Fault.TIME_ZONE, "time_zone"),
        ({"time_zone": "Europe"}, Fault.TIME_ZONE, "time_zone"),
        ({"time_zone": ["Europe/Paris"]}, Fault.TIME_ZONE, "time_zone"),
        (hours(holidays="maybe"), Fault.HOLIDAYS, "holidays"),
        (hours(holidays=["closed"]), Fault.HOLIDAYS, "holidays"),
        ({"time_zone": PARIS, "weekly": {}}, Fault.SHAPE, "weekly"),
        (hours(*[OFFICE] * 51), Fault.MANY, "weekly"),
        (hours("mo"), Fault.SHAPE, "weekly[0]"),  # type: ignore[arg-type]
        (hours({**OFFICE, "days": []}), Fault.DAYS, "weekly[0].days"),
        (hours({**OFFICE, "days": "mo"}), Fault.DAYS, "weekly[0].days"),
        (hours({**OFFICE, "days": [["mo"]]}), Fault.DAYS, "weekly[0].days"),
        (hours({**OFFICE, "days": ["mo", "mo"]}), Fault.DAYS, "weekly[0].days"),
        (hours(OFFICE, {**OFFICE, "from": "9:00"}), Fault.TIME, "weekly[1].from"),
        (hours({**OFFICE, "from": "24:00"}), Fault.TIME, "weekly[0].from"),
        (hours({**OFFICE, "to": "24:01"}), Fault.TIME, "weekly[0].to"),
        (hours({**OFFICE, "to": None}), Fault.TIME, "weekly[0].to"),
        (hours(exceptions=[{"closed": True}]), Fault.DATE, "exceptions[0].on"),
        (hours(exceptions=[{"on": "2026-02-30", "closed": True}]), Fault.DATE, "exceptions[0].on"),
        (hours(exceptions=[{"on": "20260228", "closed": True}]), Fault.DATE, "exceptions[0].on"),
        (hours(exceptions=[{"on": "2026-02-28"}]), Fault.TIME, "exceptions[0].from"),
        (
            hours(exceptions=[{"on": "2026-02-28", "closed": True, "from": "09:00"}]),
            Fault.CLOSED_AND_OPEN,
            "exceptions[0]",
        ),
        (
            hours(
                exceptions=[
                    {"on": "2026-02-28", "closed": True},
                    {"on": "2026-02-28", "from": "09:00", "to": "12:00"},
                ]
            ),
            Fault.CLOSED_AND_OPEN,
            "exceptions[1]",
        ),
        (
            hours(exceptions=[{"on": "2026-02-28", "closed": 1}]),
            Fault.CLOSED_AND_OPEN,
            "exceptions[0]",
        ),
    ],
)
def test_what_is_no_opening_hours_is_refused_with_its_place(
    value: object, fault: Fault, where: str
) -> None:
    with pytest.raises(UnknownHours) as refused:
        opening_hours.parse(value)
    assert (refused.value.fault, refused.value.where) == (fault, where)


# --- against every minute of a stretch, walked one by one ----------------------------------------

QUARTERS = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(0, 24 * 60, 15)]
FIRST_DAYS = (date(2026, 3, 28), date(2026, 10, 24), date(2026, 6, 1), date(2026, 10, 3))
spans = st.fixed_dictionaries(
    {"from": st.sampled_from(QUARTERS), "to": st.sampled_from([*QUARTERS, "24:00"])}
)
weekly_rows = st.builds(
    lambda days, span: {"days": sorted(days), **span},
    st.sets(st.sampled_from(WEEKDAYS), min_size=1),
    spans,
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, Any], frozenset[date], date]:
    """Return opening hours, public holidays, and the first of the three days looked at."""
    first = draw(st.sampled_from(FIRST_DAYS))
    near = st.integers(-1, 3).map(lambda n: first + timedelta(days=n))
    exceptions = [
        {"on": str(day), **(draw(st.one_of(spans, st.just({"closed": True}))))}
        for day in draw(st.sets(near, max_size=2))
    ]
    value = {
        "time_zone": draw(st.sampled_from([PARIS, "America/Toronto", "Australia/Lord_Howe"])),
        "weekly": draw(st.lists(weekly_rows, max_size=4)),
        "holidays": draw(st.sampled_from(["closed", "open", "as_usual"])),
        "exceptions": exceptions,
    }
    return value, draw(st.frozensets(near, max_size=2)), first


def spans_of(value: dict[str, Any], holidays: frozenset[date], day: date) -> list[dict[str, str]]:
    """Return the hours that start on a day, as a person would read them off."""
    if own := [row for row in value["exceptions"] if row["on"] == str(day)]:
        return [row for row in own if not row.get("closed")]
    if day in holidays and value["holidays"] == "closed":
        return []
    if day in holidays and value["holidays"] == "open":
        return [{"from": "00:00", "to": "24:00"}]
    return [row for row in value["weekly"] if WEEKDAYS[day.weekday()] in row["days"]]


def walked(value: dict[str, Any], holidays: frozenset[date], first: date) -> dict[datetime, bool]:
    """Return for each minute of three days and their eve whether it is open.

    Each span begins at the first minute at which the clock shows its start or later, and is over
    at the first at which it shows its end or later.
    """
    zone = ZoneInfo(value["time_zone"])
    begin = datetime.combine(first - timedelta(days=3), datetime.min.time(), UTC)
    minutes = [begin + timedelta(minutes=n) for n in range(8 * 24 * 60)]
    clock = [minute.astimezone(zone).replace(tzinfo=None) for minute in minutes]
    found = dict.fromkeys(minutes, False)
    for n in range(-2, 5):
        day = first + timedelta(days=n)
        for span in spans_of(value, holidays, day):
            start = datetime.fromisoformat(f"{day}T{span['from']}")
            later = span["to"] == "24:00" or span["to"] <= span["from"]
            end = datetime.fromisoformat(
                f"{day + timedelta(days=later)}T{span['to'].replace('24:00', '00:00')}"
            )
            begins, ends = (
                next((i for i, shown in enumerate(clock) if shown >= at), len(clock))
                for at in (start, end)
            )
            found.update(dict.fromkeys(minutes[begins:ends], True))
    return found


@example(
    (
        {
            "time_zone": PARIS,
            "weekly": [{"days": ["su"], "from": "02:30", "to": "24:00"}],
            "holidays": "closed",
            "exceptions": [],
        },
        NO_DAYS,
        date(2026, 10, 24),
    )
)
@settings(
    max_examples=2_000 if SOAK else 25,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(cases())
def test_every_minute_is_as_the_clock_on_the_wall_says(
    case: tuple[dict[str, Any], frozenset[date], date],
) -> None:
    value, holidays, first = case
    parsed = opening_hours.parse(value)
    found = walked(*case)
    looked_at = [at for at in found if first <= at.date() < first + timedelta(days=3)]
    assert [opening_hours.is_open(parsed, holidays, at) for at in looked_at] == [
        found[at] for at in looked_at
    ]
    changes = [at for at in looked_at[1:] if found[at] != found[at - timedelta(minutes=1)]]
    if changes:
        assert opening_hours.next_change(parsed, holidays, looked_at[0]) == changes[0]
