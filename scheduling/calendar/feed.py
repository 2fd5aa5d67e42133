"""What the calendar page shows, as one piece of JSON read with a fixed number of queries.

Every time in it is a wall-clock string of the schedule's zone ("2026-11-24T18:00"): browsers know
neither the zone nor any arithmetic of dates, they compare these strings and hand them back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from scheduling import operations, resolve, slots, wall, whens, workload
from scheduling.calendar import bars, panels, periods, times, words
from scheduling.calendar.page import Page, load, overlap
from scheduling.calendar.window import View, around
from scheduling.labels import GAP_REASON
from scheduling.models import RotaOperation
from scheduling.operation_words import operation_words
from scheduling.types import Gap, Period, ShiftFact, Who

__all__ = ["HIGHEST_LEVEL", "Page", "describe", "load"]
FEWEST_LEVELS, HIGHEST_LEVEL = 2, 9


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
        "days": _days(page),
        "levels": _levels(page.facts.shifts),
        "shifts": bars.shifts(page),
        "standins": bars.standins(page),
        "result": bars.result(page),
        "gaps": [_gap(gap, page) for gap in page.gaps],
        "slots": _slots(page),
        "periods": periods.offered(page.templates, window, page.zone, page.now),
        "people": _people(page),
        "load": panels.loads(workload.of_facts(page.schedule, page.facts, page.period), page.faces),
        "list": _list(page) if window.view is View.LIST else [],
        "undo": _step(undoable, page.zone),
        "redo": _step(redoable, page.zone),
    }


def _days(page: Page) -> list[dict[str, str]]:
    """Return the days of the view, public holidays by their names."""
    holidays = page.holidays()
    return [
        {
            "date": day.isoformat(),
            "words": words.day_words(day),
            "holiday": holidays.get(day.isoformat(), ""),
        }
        for day in page.window.days()
    ]


def _step(operation: RotaOperation | None, zone: str) -> dict[str, Any] | None:
    """Return what an undo or a redo would take back or do again, None where there is nothing."""
    if operation is None:
        return None
    return {"id": operation.pk, "text": operation_words(operation, zone)}


def _levels(shifts: Iterable[ShiftFact]) -> list[int]:
    """Return the levels to show: those in use, and the one after, so that it can be begun."""
    highest = max((shift.level for shift in shifts), default=0)
    return list(range(1, min(max(highest + 1, FEWEST_LEVELS), HIGHEST_LEVEL) + 1))


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
        "intended": _intended(gap, page) if gap.intended else None,
        "fill": times.ends(ahead, page.zone) if ahead.starts_at < ahead.ends_at else None,
    }


def _intended(gap: Gap, page: Page) -> list[dict[str, Any]]:
    """Return the rows that say that this hole is meant to be."""
    rows = (row for row in page.intended if overlap(Period(row.starts_at, row.ends_at), gap.period))
    return [{"id": row.pk, "version": row.version, "note": row.note} for row in rows]


def _missing(gap: Gap, page: Page) -> list[str]:
    """Return the names of those who are planned in a hole and cannot be reached."""
    named: dict[str, None] = {}
    for shift in sorted(page.facts.shifts, key=resolve.order):
        away = page.facts.absences.get(shift.who, ())
        missing = shift.who in page.facts.unreachable or any(overlap(a, gap.period) for a in away)
        if missing and overlap(shift.period, gap.period) and shift.who in page.faces:
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
            "away": [_absence(each, page) for each in page.absences(face.who, page.period)],
        }
        for face in page.faces.values()
        if face.active
    ]


def _absence(period: Period, page: Page) -> dict[str, str]:
    """Return when somebody is away, as strings that the page compares, and in words."""
    told = words.period_words(period, page.zone)
    return {**times.shown(period, page.zone), "words": _("away %(period)s") % {"period": told}}


def _list(page: Page) -> list[dict[str, Any]]:
    """Return the days of the window with what they hold: the shifts, and the holes among them."""
    days: list[dict[str, Any]] = []
    holidays = page.holidays()
    for day in page.window.days():
        period = around(View.DAY, day).period(page.zone)
        shifts = (s for s in page.facts.shifts if overlap(s.period, period))
        entries: list[dict[str, Any]] = [
            _entry(s.period, period, page) | {"shift": bars.key(s)} for s in shifts
        ]
        entries += [
            _entry(gap.period, period, page) | {"gap": index}
            for index, gap in enumerate(page.gaps)
            if overlap(gap.period, period)
        ]
        days.append(
            {
                "date": day.isoformat(),
                "words": words.long_day_words(day),
                "holiday": holidays.get(day.isoformat(), ""),
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
