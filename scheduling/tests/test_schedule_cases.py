"""The cases of schedule_cases.yaml: what any scheduler must answer, and what others do answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from scheduling import coverage, recurrence, resolve, wall
from scheduling.enums import GapReason
from scheduling.tests.case_rules import DAY, SOME_DAY, Case, facts, rotations
from scheduling.types import Gap, Occurrence, Period

HERE = Path(__file__).parent
POLICIES = HERE.parent.parent / "docs" / "schedule-policies.md"
CASES = [Case(each) for each in yaml.safe_load((HERE / "data/schedule_cases.yaml").read_text())]
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)

# What we answer otherwise, for the reason that docs/schedule-policies.md gives.
OURS: dict[str, Any] = {
    "gf-f19": ["A"],
    "gf-r06": {"A": ["08-08", "08-09", "08-12..08-14"], "B": ["08-15..08-16", "08-19..08-21"]},
}

Found = tuple[Any, Any]  # what we answer, and what is wanted


def wall_clock(case: Case, wanted: Any) -> Found:
    local = datetime.fromisoformat(f"{case.query['date']}T{case.query['clock']}")
    found = {
        "earliest": wall.instant(local, case.zone),
        "latest": wall.instant(local, case.zone, fold=1),
    }
    return found, {name: case.instant(wanted[name]) for name in found}


def next_handoff(case: Case, wanted: Any) -> Found:
    after = case.instant(case.query["after"])
    (shift,) = recurrence.between(rotations(case)[0], after, after + SECOND)
    hours = (shift.period.ends_at - after) / HOUR
    expected = case.instant(wanted["at"]), wanted.get("elapsed_hours", hours)
    return (shift.period.ends_at, hours), expected


def handoffs(case: Case, wanted: Any) -> Found:
    since, until = case.instant(case.query["from"]), case.instant(case.query["to"])
    shifts = recurrence.between(rotations(case)[0], since, until + SECOND)
    assert all(a.period.ends_at == b.period.starts_at for a, b in pairwise(shifts))
    found = [shift.period.starts_at for shift in shifts] + [shifts[-1].period.ends_at]
    return found, [case.instant(text) for text in wanted]


def final(case: Case, wanted: Any) -> Found:
    since, until = _window(case)
    known = facts(case, since, until)
    required = coverage.required_periods({"kind": "always"}, since, until, "UTC")
    found = [
        (case.name(entry.who), entry.period.starts_at, entry.period.ends_at)
        for entry in resolve.final_schedule(known, since, until)
    ]
    if any(name == "GAP" for name, _, _ in wanted):
        gaps = coverage.gaps(known, required, since, until)
        found += [("GAP", gap.period.starts_at, gap.period.ends_at) for gap in gaps]
    day = wall.wall(since, case.zone).date()
    expected = [(n, _when(case, day, a), _when(case, day, b)) for n, a, b in wanted]
    return sorted(found), sorted(expected)


def who(case: Case, wanted: Any) -> Found:
    text = case.query["at"]
    at = case.instant(f"{SOME_DAY}T12:00" if text == "now" else text)
    found = resolve.on_call(facts(case, at - DAY, at + DAY), at)
    return sorted(case.name(each.who) for each in found), sorted(wanted)


def shift_containing(case: Case, wanted: Any) -> Found:
    at = case.instant(case.query["at"])
    ((start, end),) = {
        (o.period.starts_at, o.period.ends_at)
        for o in recurrence.between(rotations(case)[0], at, at + SECOND)
    }
    found = {"start": start, "end": end, "elapsed_hours": (end - start) / HOUR}
    times = {name: case.instant(wanted[name]) for name in ("start", "end")}
    return found, {**wanted, **times}


def who_per_hour(case: Case, wanted: Any) -> Found:
    """Ask five minutes past each hour; the rotation runs from one hour to another."""
    (each,), midnight = case.rules, case.instant(f"{SOME_DAY}T00:00")
    first, last = (int(re.match(r"H(\d+)", each[key])[1]) for key in ("active_from", "until"))  # type: ignore[index]
    found: dict[str, list[str]] = {name: [] for name in wanted}
    for hour in range(8):
        at = midnight + hour * HOUR + timedelta(minutes=5)
        shifts = recurrence.between(rotations(case)[0], at, at + SECOND)
        active = [s for s in shifts if first * HOUR <= s.period.starts_at - midnight <= last * HOUR]
        name = case.name(active[0].who) if active else "nobody"
        found[name].append(f"H{hour}")
    return found, wanted


def who_per_day(case: Case, wanted: Any) -> Found:
    first = date.fromisoformat(case.query["from"])
    shifts = recurrence.occurrences(rotations(case)[0], first, first + case.query["days"] * DAY)
    found: dict[str, list[date]] = {name: [] for name in wanted}
    for shift in shifts:
        assert shift.period.ends_at - shift.period.starts_at == DAY
        found.setdefault(case.name(shift.who), []).append(shift.day)
    return found, {name: [*_days(first.year, texts)] for name, texts in wanted.items()}


def starts(case: Case, wanted: Any) -> Found:
    if "weeks" in case.query:
        shifts = _weeks(case)
    else:
        now = case.instant(case.query["now"])
        until = now + case.query["horizon_days"] * DAY
        shifts = recurrence.between(rotations(case)[0], now, until)
        if "already_scheduled_until" in case.query:  # in another zone; what has begun stays
            shifts = [shift for shift in shifts if shift.period.starts_at >= now]
    return [s.period.starts_at for s in shifts], [case.instant(text) for text in wanted]


def second_period(case: Case, wanted: Any) -> Found:
    now = case.instant(case.query["now"])
    shifts = recurrence.between(rotations(case)[0], now, now + 21 * DAY)
    second = [s.period.starts_at for s in shifts if s.turn == shifts[0].turn + 1]
    return second, [case.instant(text) for text in wanted]


def adjacent(case: Case, _wanted: Any) -> Found:
    one, other = _weeks(case)
    return one.period.ends_at, other.period.starts_at


def gaps(case: Case, wanted: Any) -> Found:
    since, until = _window(case)
    found = _gaps(case, since, until)
    whole = [
        Gap(
            Period(since + int(text[1:]) * DAY, since + (int(text[1:]) + 1) * DAY),
            gap.reason,
        )
        for text, gap in zip(wanted, found, strict=True)
    ]
    return found, whole


def assign(case: Case, wanted: Any) -> Found:
    """Everybody is away: nobody is on call, and the hole says why."""
    since = case.instant(f"{SOME_DAY}T00:00")
    assert resolve.on_call(facts(case, since, since + DAY), since) == ()
    (gap,) = _gaps(case, since, since + DAY)
    return (wanted, gap.reason), (None, GapReason.TIME_OFF)


QUESTIONS: dict[str, Callable[[Case, Any], Found]] = {
    "resolve_wall_clock": wall_clock,
    "next_handoff": next_handoff,
    "handoffs_touching": handoffs,
    "final": final,
    "who": who,
    "shift_containing": shift_containing,
    "who_at_+5min": who_per_hour,
    "who_per_day": who_per_day,
    "starts": starts,
    "second_period_starts": second_period,
    "adjacent": adjacent,
    "gaps": gaps,
    "assign": assign,
}


@pytest.mark.parametrize("case", CASES, ids=[each.data["id"] for each in CASES])
def test_a_case_has_its_answer_or_ours(case: Case) -> None:
    number = case.data["id"]
    assert number not in OURS or not case.data["beyond_argument"]
    wanted = OURS.get(number, case.data["expected"])
    found, expected = QUESTIONS[case.query["type"]](case, wanted)
    assert found == expected


def test_each_answer_of_our_own_is_written_down_with_its_reason() -> None:
    assert re.findall(r"^### .*\(`([a-z0-9-]+)`\)", POLICIES.read_text(), re.M) == sorted(OURS)


def test_another_zone_keeps_the_turns_of_a_rotation() -> None:
    (case,) = (each for each in CASES if each.data["id"] == "li-06")
    (pacific,) = rotations(case)
    eastern = replace(pacific, zone="US/Eastern")
    until = pacific.starts_on + 60 * DAY
    there, here = (
        [(o.day, o.turn, o.who) for o in recurrence.occurrences(each, each.starts_on, until)]
        for each in (eastern, pacific)
    )
    assert there == here


def _gaps(case: Case, since: datetime, until: datetime) -> list[Gap]:
    required = coverage.required_periods({"kind": "always"}, since, until, "UTC")
    return [*coverage.gaps(facts(case, since, until), required, since, until)]


def _weeks(case: Case) -> list[Occurrence]:
    days = [date.fromisoformat(text) for text in case.query["weeks"]]
    return [
        shift
        for day in days
        for shift in recurrence.occurrences(rotations(case)[0], day, day + DAY)
    ]


def _window(case: Case) -> tuple[datetime, datetime]:
    """Return the stretch that a case asks about: two times, or so many days from some day on."""
    if "from" in case.query:
        return case.instant(case.query["from"]), case.instant(case.query["to"])
    day = date.fromisoformat(case.query["on"]) if "on" in case.query else SOME_DAY
    midnights = (
        datetime.combine(each, time()) for each in (day, day + case.query.get("days", 1) * DAY)
    )
    since, until = (wall.instant(midnight, case.zone) for midnight in midnights)
    return since, until


def _when(case: Case, day: date, value: Any) -> datetime:
    """Return the instant of 10 (an hour), "08:30" or a whole local time."""
    if isinstance(value, int):
        return wall.instant(datetime.combine(day, time()) + value * HOUR, case.zone)
    return case.instant(value if "T" in value else f"{day}T{value}")


def _days(year: int, texts: Iterable[str]) -> Iterable[date]:
    """Yield the days of "08-05" or of "08-05..08-09"."""
    for text in texts:
        first, _, last = text.partition("..")
        day, end = (date.fromisoformat(f"{year}-{each}") for each in (first, last or first))
        while day <= end:
            yield day
            day += DAY
