"""Predefined periods as the calendar offers them: where each would lie on each day shown."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from scheduling import predefined, whens
from scheduling.calendar import times, words
from scheduling.calendar.window import Window
from scheduling.models import ShiftTemplate
from scheduling.types import Period

_MONDAY, _DAY = date(2024, 1, 1), timedelta(days=1)


def offered(
    rows: Iterable[ShiftTemplate], window: Window, zone: str, now: datetime
) -> list[dict[str, Any]]:
    """Return each period with its slot on every day of `window` that has one, by date.

    One under way begins now: nobody was on call in it before. A day without says why.
    """
    return [_offered(row, window.days(), zone, now) for row in rows]


def _offered(row: ShiftTemplate, days: list[date], zone: str, now: datetime) -> dict[str, Any]:
    slots: dict[str, dict[str, Any]] = {}
    why: dict[str, str] = {}
    for day in days:
        found = _ahead(row, day, zone, now)
        if isinstance(found, str):
            why[day.isoformat()] = found
        else:
            told = {**times.ends(found, zone), "words": words.period_words(found, zone)}
            slots[day.isoformat()] = told
    return {
        "id": row.pk,
        "name": row.name,
        "times": f"{row.start_time:%H:%M}\N{EN DASH}{row.end_time:%H:%M}",
        "days": _days(row),
        "level": row.level,
        "slots": slots,
        "why": why,
    }


def _ahead(row: ShiftTemplate, day: date, zone: str, now: datetime) -> Period | str:
    """Return the slot on a day, or the words for why there is none."""
    if predefined.weekday(day) not in row.weekdays:
        return _("%(period)s starts on %(days)s only") % {"period": row.name, "days": _names(row)}
    found = predefined.on_day(day, row.start_time, row.end_time, row.end_day_offset, zone)
    if found is None:
        return _("The clocks skip this time on that day")
    start = max(found.starts_at, times.whole_minute(now))
    if found.ends_at <= start:
        return _("The past cannot be changed: choose a time that is still to come.")
    return Period(start, found.ends_at)


def _days(row: ShiftTemplate) -> str:
    """Return on which days a period starts, "" where on any."""
    return "" if len(row.weekdays) == len(predefined.WEEKDAYS) else _names(row)


def _names(row: ShiftTemplate) -> str:
    week = (_MONDAY + n * _DAY for n in range(7))
    return ", ".join(
        whens.said(day, "D") for day in week if predefined.weekday(day) in row.weekdays
    )
