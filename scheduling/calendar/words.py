"""Times of the calendar in words, by the schedule's wall clock and in the reader's language."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import formats
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from scheduling import wall, whens
from scheduling.calendar.window import View, Window
from scheduling.types import Period

_DAY = timedelta(days=1)


def day_words(day: date) -> str:
    """Return a day in short: “Tue 24”."""
    return whens.said(day, pgettext("date format", "D j"))


def long_day_words(day: date) -> str:
    """Return a day in full: “Tuesday 24 November”."""
    return formats.date_format(day, pgettext("date format", "l j F"))


def period_words(period: Period, zone: str) -> str:
    """Return from when to when: “Tue 24, 18:00 → Wed 25, 08:00”, the second day only if it differs.

    The month is said where the two ends stand in different ones.
    """
    return _period_words(period, zone, get_language())


@lru_cache(maxsize=5000)  # the shifts of a month share their hours, and it is looked at again
def _period_words(period: Period, zone: str, language: str | None) -> str:
    start, end = wall.wall(period.starts_at, zone), wall.wall(period.ends_at, zone)
    if start.date() == end.date():
        return _("%(day)s, %(start)s → %(end)s") % {
            "day": day_words(start),
            "start": _time(start),
            "end": _time(end),
        }
    say = day_words if (start.year, start.month) == (end.year, end.month) else _day_and_month
    return _("%(first)s, %(start)s → %(last)s, %(end)s") % {
        "first": say(start),
        "start": _time(start),
        "last": say(end),
        "end": _time(end),
    }


def title(window: Window) -> str:
    """Return what a window shows: “November 2026”, “Tuesday 24 November 2026”."""
    if window.view is View.MONTH:
        return formats.date_format(window.first, "F Y")
    if window.view is View.DAY:
        return formats.date_format(window.first, pgettext("date format", "l j F Y"))
    last = window.end - _DAY
    full = pgettext("date format", "j F Y")
    first = "j" if (window.first.year, window.first.month) == (last.year, last.month) else full
    dash = "\N{EN DASH}"
    return f"{formats.date_format(window.first, first)} {dash} {formats.date_format(last, full)}"


def _day_and_month(day: datetime) -> str:
    return whens.said(day, pgettext("date format", "D j M"))


def _time(at: datetime) -> str:
    return at.strftime("%H:%M")
