"""Which days a view shows: a month, a week, or a day, as dates of the schedule's wall clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from scheduling import wall
from scheduling.types import Period

_DAY = timedelta(days=1)
# Dates at which a month or a time zone can no longer be added or taken away.
EARLIEST, LATEST = date(1971, 1, 1), date(9990, 12, 31)


class View(StrEnum):
    """How much of the rota the page shows, and how; a list shows a week."""

    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    LIST = "list"


@dataclass(frozen=True)
class Window:
    """The dates [first, end) of a view, and the dates to ask for its neighbours."""

    view: View
    first: date
    end: date
    previous: date
    next: date

    def days(self) -> list[date]:
        """Return every date of the window, in order."""
        return [self.first + n * _DAY for n in range((self.end - self.first).days)]

    def period(self, zone: str) -> Period:
        """Return the instants that the window covers by the wall clock of `zone`."""
        start, end = (
            wall.instant(datetime.combine(day, datetime.min.time()), zone)
            for day in (self.first, self.end)
        )
        return Period(start, end)


def around(view: View, day: date) -> Window:
    """Return the window of `view` that holds `day`; dates out of range become the nearest."""
    day = min(max(day, EARLIEST), LATEST)
    if view is View.MONTH:
        first = day.replace(day=1)
        end = (first + 31 * _DAY).replace(day=1)
        return Window(view, first, end, (first - _DAY).replace(day=1), end)
    length = _DAY if view is View.DAY else 7 * _DAY
    first = day if view is View.DAY else day - day.weekday() * _DAY
    return Window(view, first, first + length, first - length, first + length)
