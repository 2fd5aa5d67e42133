"""The rotations, people and overrides of a case of schedule_cases.yaml, as the engine's facts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from scheduling import recurrence, wall
from scheduling.enums import GapReason, TurnUnit
from scheduling.rules import WEEKDAYS
from scheduling.tests.rules import rule
from scheduling.types import OverrideFact, Period, Rule, ScheduleFacts, ShiftFact, Who

DAY = timedelta(days=1)
SOME_DAY = date(2018, 1, 1)  # where a case names none: D0, H0, now
GONE = "(deleted user)"

_UNITS = {"month": "MONTHLY", "week": "WEEKLY", "day": "DAILY", "hour": "DAILY"}
_LONGEST = {"month": 31, "week": 7, "day": 1, "hour": 0}


@dataclass(frozen=True)
class Case:
    """One case, with the numbers that stand for the names of its people."""

    data: Mapping[str, Any]

    @property
    def zone(self) -> str:
        return str(self.data["timezone"])

    @property
    def query(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.data["query"]
        return found

    @property
    def rules(self) -> list[Mapping[str, Any]]:
        return list(self.data["rules"])

    @property
    def names(self) -> list[str]:
        """Return who occurs, so that somebody's number is their place in it."""
        users = [name for each in self.rules for name in each.get("users", [each.get("user")])]
        others = [o.get("by") or o.get("add") for o in self.data["overrides"]]
        return list(dict.fromkeys(str(name) for name in [*users, *others, "X", "Y"] if name))

    def who(self, name: object) -> Who:
        return Who(staff=self.names.index(str(name)) + 1)

    def name(self, who: Who) -> str:
        return self.names[(who.staff or 0) - 1]

    def instant(self, text: str) -> datetime:
        """Return the instant of "2027-01-04T09:00", local unless it has an offset."""
        found = datetime.fromisoformat(text)
        return found if found.tzinfo else wall.instant(found, self.zone)


def rotations(case: Case) -> list[Rule]:
    """Return the rotations of a case."""
    makers = {"rotation": _rotation, "window": _window, "daily": _daily}
    return [
        makers[each["kind"]](case, each, number)
        for number, each in enumerate(case.rules, 1)
        if each["kind"] in makers
    ]


def facts(case: Case, starts_at: datetime, ends_at: datetime) -> ScheduleFacts:
    """Return all that the resolver needs about a stretch of time."""
    gone = {case.who(GONE): GapReason.INACTIVE} if GONE in case.names else {}
    absences = {
        case.who(name): (Period(starts_at, ends_at),)
        for each in case.rules
        for name in each.get("busy", ())
    }
    shifts = [s for each in rotations(case) for s in _shifts(each, starts_at, ends_at)]
    stretch = Period(starts_at, ends_at)
    lasting = [
        ShiftFact(None, case.who(name), 1, stretch, rotation=100 + number)
        for number, name in enumerate(_lasting(case))
    ]
    layers = tuple(_layers(case, shifts))
    shifts = [shift for shift in shifts if shift.level == 1] + lasting
    return ScheduleFacts(tuple(shifts), gone, (), _overrides(case, stretch) + layers, absences)


def _shifts(each: Rule, starts_at: datetime, ends_at: datetime) -> list[ShiftFact]:
    return [
        ShiftFact(None, o.who, each.level, o.period, each.id, o.day, o.slot)
        for o in recurrence.between(each, starts_at, ends_at)
    ]


def _lasting(case: Case) -> list[str]:
    """Return who is there all the time: those of lists and foreign calendars, and those added."""
    always = [r.get("users", [r.get("user")]) for r in case.rules if r["kind"] in _ALWAYS]
    return [name for names in always for name in names] + [
        override["add"] for override in case.data["overrides"] if "add" in override
    ]


_ALWAYS = {"static", "roster", "ical"}


def _overrides(case: Case, stretch: Period) -> tuple[OverrideFact, ...]:
    """Return who stands in for whom; a swap that nobody took is none, who is added has a shift."""
    found = []
    for number, each in enumerate(case.data["overrides"], 1):
        out = each.get("replace") or each.get("remove")
        if out:
            timed = "start" in each
            period = _period(case, each) if timed else stretch
            stand_in = case.who(each["by"]) if "by" in each else None
            found.append(OverrideFact(number, period, stand_in, assignee=case.who(out)))
    return tuple(found)


def _period(case: Case, each: Mapping[str, Any]) -> Period:
    return Period(case.instant(each["start"]), case.instant(each["end"]))


def _layers(case: Case, shifts: list[ShiftFact]) -> list[OverrideFact]:
    """Return the shifts of higher layers as what they are to us: overrides of the level below."""
    higher = [shift for shift in shifts if shift.level > 1]
    return [OverrideFact(50 + n, s.period, s.who, level=1) for n, s in enumerate(higher)]


def _rotation(case: Case, each: Mapping[str, Any], number: int) -> Rule:
    """Return a rotation; where turns are all a case speaks of, each turn is one shift."""
    unit, every = each["unit"], each["every"]
    people = tuple((case.who(name),) for name in each.get("users", ["X", "Y"]))
    start = _start(case, each)
    base = rule(
        f"RRULE:FREQ={_UNITS[unit]};INTERVAL={1 if unit == 'hour' else every}",
        id=number,
        participants=people,
        zone=case.zone,
        counted_from=start.date(),
        start_time=start.time(),
        end_time=start.time(),
        end_day_offset=_LONGEST[unit] * every,
    )
    if unit == "hour":
        return replace(base, turn_unit=TurnUnit.HOUR, turn_count=every)
    if "window" in each:
        return _known(case, each, base)
    if "weekdays" in each or "7 x 12 h" in str(each["start"]):
        return _by_days(each, base)
    return base


def _by_days(each: Mapping[str, Any], base: Rule) -> Rule:
    """Return a rotation of day-long, or 12-hour, shifts in turns of days or weeks."""
    days = ",".join(each.get("weekdays", WEEKDAYS))
    half = "12 h" in str(each["start"])
    end = (datetime.combine(SOME_DAY, base.start_time) + timedelta(hours=12)).time()
    return replace(
        base,
        recurrence=f"RRULE:FREQ=WEEKLY;BYDAY={days}",
        end_time=end if half else base.end_time,
        end_day_offset=0,
        turn_unit=TurnUnit(each["unit"]),
        turn_count=each["every"],
    )


def _known(case: Case, each: Mapping[str, Any], base: Rule) -> Rule:
    """Return a rotation of which it is known whose turn it is at one time."""
    start, end = (time.fromisoformat(text) for text in each["window"].split("-"))
    name, when = re.fullmatch(r"(\w+) is on at (.*)", each["known"]).groups()  # type: ignore[union-attr]
    turn = recurrence.turn_on(base, datetime.fromisoformat(when).date())
    first = [who for (who,) in base.participants].index(case.who(name)) - turn
    return replace(
        base,
        start_time=start,
        end_time=end,
        end_day_offset=0,
        first_participant=first % len(base.participants),
    )


def _window(case: Case, each: Mapping[str, Any], number: int) -> Rule:
    days = WEEKDAYS if each["weekdays"] == "ALL" else each["weekdays"]
    return rule(
        f"RRULE:FREQ=WEEKLY;BYDAY={','.join(days)}",
        *(case.who(name) for name in each["users"]),
        id=number,
        zone=case.zone,
        counted_from=date(2000, 1, 1),
        start_time=time.fromisoformat(each["start"]),
        end_time=time.fromisoformat(each["end"]),
    )


def _daily(case: Case, each: Mapping[str, Any], number: int) -> Rule:
    return rule(
        "RRULE:FREQ=DAILY",
        *(case.who(name) for name in each["users"]),
        id=number,
        level=each["priority"],
        zone=case.zone,
        counted_from=SOME_DAY,
        start_time=time(each["start"]),
        end_time=time(each["start"] + each["hours"]),
    )


def _start(case: Case, each: Mapping[str, Any]) -> datetime:
    """Return the local start of a rotation, a turn earlier where a case looks before it.

    "MO 10:30" is two weeks before the time that the case asks about.
    """
    text = str(each.get("start", f"{SOME_DAY}T{each.get('handoff', '00:00')}"))
    if weekly := re.search(r"([A-Z]{2}) (\d\d:\d\d)$", text):
        asked = case.query.get("now") or case.query["weeks"][0]
        day = date.fromisoformat(str(asked)[:10]) - 7 * DAY
        day -= (day.weekday() - WEEKDAYS.index(weekly[1])) % 7 * DAY
        return datetime.combine(day, time.fromisoformat(weekly[2]))
    start = datetime.fromisoformat(text) if text[0].isdigit() else _midnight()
    if case.query["type"] == "handoffs_touching" and each["unit"] == "day":
        return start - int(each["every"]) * DAY
    return start


def _midnight() -> datetime:
    return datetime.combine(SOME_DAY, time())
