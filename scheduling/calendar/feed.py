"""What the calendar page shows, as one piece of JSON read with a fixed number of queries.

Every time in it is a wall-clock string of the schedule's zone ("2026-11-24T18:00"): browsers know
neither the zone nor any arithmetic of dates, they compare these strings and hand them back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from oncall_portal.lib import phone
from scheduling import operations, queries, resolve, shift_warnings, slots, wall, whens, workload
from scheduling.calendar import panels, periods, times, words
from scheduling.calendar.people import Face, faces
from scheduling.calendar.window import View, Window, around
from scheduling.labels import GAP_REASON
from scheduling.models import RotaOperation, Schedule, Shift, ShiftTemplate
from scheduling.operation_words import operation_words
from scheduling.shift_warnings import Doubts
from scheduling.types import Gap, Period, ScheduleFacts, ShiftFact, Standing, Who

FEWEST_LEVELS, HIGHEST_LEVEL = 2, 9


@dataclass(frozen=True)
class Page:
    """The facts of one view: what the rota holds, who is behind it, and when it is looked at."""

    schedule: Schedule
    window: Window
    facts: ScheduleFacts
    faces: Mapping[Who, Face]
    gaps: tuple[Gap, ...]
    templates: tuple[ShiftTemplate, ...]
    rows: Mapping[int, Shift]
    doubts: Doubts
    now: datetime

    @property
    def zone(self) -> str:
        """The zone that every time on the page is told in."""
        return self.schedule.time_zone

    @property
    def period(self) -> Period:
        """The instants that the view covers."""
        return self.window.period(self.zone)


def load(schedule: Schedule, window: Window, now: datetime) -> Page:
    """Read the facts of a view; ten queries at most, however many shifts and people."""
    period = window.period(schedule.time_zone)
    facts = queries.load_facts(schedule.pk, period.starts_at, period.ends_at)
    gaps = queries.gaps(schedule, facts, period.starts_at, period.ends_at)
    people = faces(resolve.people(facts))
    templates = tuple(ShiftTemplate.objects.filter(schedule=schedule))
    rows = Shift.objects.in_bulk([shift.id for shift in facts.shifts if shift.id])
    # what is over cannot be mended any more
    doubts = shift_warnings.of_shifts([row for row in rows.values() if row.ends_at > now])
    return Page(schedule, window, facts, people, gaps, templates, rows, doubts, now)


def describe(page: Page) -> dict[str, Any]:
    """Return all that the page shows, as JSON values in the reader's language; two queries."""
    window = page.window
    undoable, redoable = operations.available(page.schedule.pk)
    now = wall.wall(page.now, page.zone)
    return {
        "view": window.view.value,
        "title": words.title(window),
        "first": window.first.isoformat(),
        "previous": window.previous.isoformat(),
        "next": window.next.isoformat(),
        "today": now.date().isoformat(),
        "now": times.minute(now),
        "now_words": now.strftime("%H:%M"),
        "days": [{"date": day.isoformat(), "words": words.day_words(day)} for day in window.days()],
        "levels": _levels(page.facts.shifts),
        "shifts": _shifts(page),
        "result": _result(page),
        "gaps": [_gap(gap, page) for gap in page.gaps],
        "slots": _slots(page),
        "periods": periods.offered(page.templates, window, page.zone, page.now),
        "people": _people(page),
        "load": panels.loads(workload.of_facts(page.schedule, page.facts, page.period), page.faces),
        "list": _list(page) if window.view is View.LIST else [],
        "undo": _step(undoable, page.zone),
        "redo": _step(redoable, page.zone),
    }


def _step(operation: RotaOperation | None, zone: str) -> dict[str, Any] | None:
    """Return what an undo or a redo would take back or do again, None where there is nothing."""
    if operation is None:
        return None
    return {"id": operation.pk, "text": operation_words(operation, zone)}


def _levels(shifts: Iterable[ShiftFact]) -> list[int]:
    """Return the levels to show: those in use, and the one after, so that it can be begun."""
    highest = max((shift.level for shift in shifts), default=0)
    return list(range(1, min(max(highest + 1, FEWEST_LEVELS), HIGHEST_LEVEL) + 1))


def _shifts(page: Page) -> list[dict[str, Any]]:
    caused = panels.caused(page.doubts)
    return [
        {
            **_bar(shift.period, shift.who, page),
            **times.ends(shift.period, page.zone),
            "id": shift.id,
            "version": page.rows[shift.id].version,
            "note": page.rows[shift.id].note,
            "level": shift.level,
            "warnings": panels.of_shift(shift.id, page.doubts),
            "causes": caused.get(shift.id, []),
        }
        for shift in page.facts.shifts
        if shift.id and shift.id in page.rows
    ]


def _bar(period: Period, who: Who, page: Page) -> dict[str, Any]:
    """Return what is drawn of a stretch of time that somebody has."""
    face = page.faces.get(who)
    bare = phone.mask(who.number) if who.number else ""  # a divert's
    return {
        **times.shown(period, page.zone),
        "who": face.key if face else "",
        "name": face.name if face else bare,
        "initials": face.initials if face else bare[-2:],
        "colour": face.colour if face else "",
        "kind": face.kind if face else "",
        "words": words.period_words(period, page.zone),
        "past": period.ends_at <= page.now,
        "current": resolve.covers(period, page.now),
    }


def _result(page: Page) -> list[dict[str, Any]]:
    """Return who takes the call, stretch by stretch: the first who can be reached."""
    found: list[tuple[Period, Standing]] = []
    period = page.period
    for stretch, standings in resolve.segments(page.facts, period.starts_at, period.ends_at):
        first = next(iter(resolve.reachable(standings)), None)
        if first is None:
            continue
        if found and _goes_on(found[-1], stretch, first):
            found[-1] = (Period(found[-1][0].starts_at, stretch.ends_at), first)
        else:
            found.append((stretch, first))
    return [
        {**_bar(stretch, first.who, page), "reason": first.reason, "level": first.level}
        for stretch, first in found
    ]


def _goes_on(last: tuple[Period, Standing], stretch: Period, first: Standing) -> bool:
    before = last[1]
    same = (before.who, before.reason, before.level) == (first.who, first.reason, first.level)
    return same and last[0].ends_at == stretch.starts_at


def _gap(gap: Gap, page: Page) -> dict[str, Any]:
    ahead = Period(max(gap.period.starts_at, times.whole_minute(page.now)), gap.period.ends_at)
    return {
        **times.shown(gap.period, page.zone),
        "words": words.period_words(gap.period, page.zone),
        "length": whens.length(gap.period.ends_at - gap.period.starts_at),
        "reason": str(GAP_REASON[gap.reason.value]),
        "missing": _missing(gap, page),
        "day": wall.wall(gap.period.starts_at, page.zone).date().isoformat(),
        "past": gap.period.ends_at <= page.now,
        "fill": times.ends(ahead, page.zone) if ahead.starts_at < ahead.ends_at else None,
    }


def _missing(gap: Gap, page: Page) -> list[str]:
    """Return the names of those who are planned in a hole and cannot be reached."""
    named: dict[str, None] = {}
    for shift in sorted(page.facts.shifts, key=resolve.order):
        overlaps = (
            shift.period.starts_at < gap.period.ends_at
            and gap.period.starts_at < shift.period.ends_at
        )
        if overlaps and shift.who in page.facts.unreachable and shift.who in page.faces:
            named[page.faces[shift.who].name] = None
    return list(named)


def _slots(page: Page) -> dict[int, list[dict[str, Any]]]:
    """Return, for each level, where a person would go who is dropped at a time; the past is out.

    A slot under way begins now: nobody was on call in it before they were put there.
    """
    found = {}
    now = times.whole_minute(page.now)
    for level in _levels(page.facts.shifts):
        tiles = slots.tile(page.facts.shifts, level, page.period, page.zone)
        ahead = (Period(max(t.starts_at, now), t.ends_at) for t in tiles if t.ends_at > now)
        found[level] = [
            {**times.ends(tile, page.zone), "words": words.period_words(tile, page.zone)}
            for tile in ahead
        ]
    return found


def _people(page: Page) -> list[dict[str, Any]]:
    hours: dict[Who, timedelta] = defaultdict(timedelta)
    for shift in page.facts.shifts:
        start = max(shift.period.starts_at, page.period.starts_at)
        end = min(shift.period.ends_at, page.period.ends_at)
        hours[shift.who] += end - start
    return [
        {
            "key": face.key,
            "name": face.name,
            "initials": face.initials,
            "colour": face.colour,
            "kind": face.kind,
            "hours": whens.length(hours[face.who]) if face.who in hours else "",
            "warning": face.warning,
        }
        for face in page.faces.values()
        if face.active
    ]


def _list(page: Page) -> list[dict[str, Any]]:
    """Return the days of the window with what they hold: the shifts, and the holes among them."""
    days: list[dict[str, Any]] = []
    for day in page.window.days():
        period = around(View.DAY, day).period(page.zone)
        shifts = (s for s in page.facts.shifts if _overlap(s.period, period))
        entries: list[dict[str, Any]] = [
            _entry(s.period, period, page) | {"shift": s.id} for s in shifts
        ]
        entries += [
            _entry(gap.period, period, page) | {"gap": index}
            for index, gap in enumerate(page.gaps)
            if _overlap(gap.period, period)
        ]
        days.append(
            {
                "date": day.isoformat(),
                "words": words.long_day_words(day),
                "entries": sorted(entries, key=lambda entry: (entry["from"], "gap" not in entry)),
            }
        )
    return days


def _entry(period: Period, day: Period, page: Page) -> dict[str, Any]:
    start = max(period.starts_at, day.starts_at)
    end = min(period.ends_at, day.ends_at)
    until = "24:00" if end == day.ends_at else wall.wall(end, page.zone).strftime("%H:%M")
    return {
        "from": wall.wall(start, page.zone).strftime("%H:%M"),
        "to": until,
        "past": end <= page.now,
        "current": resolve.covers(Period(start, end), page.now),
    }


def _overlap(one: Period, other: Period) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at
