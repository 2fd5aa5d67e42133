"""The calendar page, as a test speaks of it: people, slots, bars, and points of the grid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from oncall_portal.lib import clock
from scheduling.models import Schedule, Service, Shift, Staff
from scheduling.tests import build
from tests.browser.driver import Browser, Point

PARIS = ZoneInfo("Europe/Paris")
# a finger that holds still this long drags instead of scrolling
HOLD_S = 0.6
# a screen on which no day of a month has to be scrolled to
WHOLE_MONTH = (1600, 900)


@dataclass(frozen=True)
class Rota:
    """The calendar of a schedule in a browser, a week or a day that lies ahead."""

    browser: Browser
    schedule: Schedule

    def open(self, view: str = "week", on: date | None = None) -> None:
        """Open the page and wait until it can be used."""
        shown = f"?view={view}&on={(on or wednesday()).isoformat()}&asked=1"
        self.browser.open(f"/admin/scheduling/schedule/{self.schedule.pk}/calendar/{shown}")
        self.browser.see("#rota[data-ready]")

    def person(self, row: Staff | Service) -> Point:
        """Return where somebody stands in the list."""
        kind = "staff" if isinstance(row, Staff) else "service"
        return self.browser.point(f"[data-person={kind}-{row.pk}]")

    def place(self, hour: float, level: int = 1, day: date | None = None) -> Point:
        """Return where an hour of a day lies, in the row of a level."""
        cell = f"[data-day='{(day or wednesday()).isoformat()}'][data-level='{level}']"
        return self.browser.point(cell, at=(hour / 24, 0.5))

    def ends(self, row: Shift) -> list[list[object]]:
        """Return where a bar is drawn: under which day it begins and at which hour, and its end."""
        self.browser.see(self.bar(row))
        found: list[list[object]] = self.browser.run(
            """const bar = document.querySelector(arguments[0]).getBoundingClientRect();
            const heads = [...document.querySelectorAll("#rota .ec-col-head:has(b)")];
            return [bar.left, bar.right].map((x) => {
              const boxes = heads.map((head) => [head, head.getBoundingClientRect()]);
              const [head, box] = boxes.find(([, each]) => each.left <= x && x < each.right);
              const hour = Math.round(((x - box.left) / box.width) * 24);
              return [head.innerText.replace(/\\s+/g, " "), hour];
            });""",
            self.bar(row),
        )
        return found

    def bar(self, row: Shift) -> str:
        """Return the selector of a shift's bar."""
        return f"#rota [data-shift='{row.pk}']"

    def said(self, text: str, tone: str = "") -> None:
        """Wait for the page to say this."""
        self.browser.see(f".toast{tone}", text)

    def settled(self) -> None:
        """Wait until nothing is under way, so that what is drawn is what holds."""
        self.browser.until(
            lambda: not self.browser.all(".rota-target, .is-dragged"), "the end of a drag"
        )


def wednesday() -> date:
    """Return a Wednesday that is still to come, in one month with the Thursday after it.

    No clock changes on it, nor on its neighbours.
    """
    today = clock.now().astimezone(PARIS).date()
    found = today + timedelta(days=7 + (2 - today.weekday()) % 7)
    return found if (found + timedelta(days=1)).day > 1 else found + timedelta(days=7)


def at(hour: int, minute: int = 0, day: date | None = None) -> datetime:
    """Return an instant of that Wednesday by the clock of Paris."""
    return datetime.combine(day or wednesday(), time(hour, minute), PARIS).astimezone(UTC)


def shift(schedule: Schedule, row: Staff | Service, start: int, end: int, level: int = 1) -> Shift:
    """Put somebody on call on that Wednesday, from one hour to another."""
    return build.shift(schedule, row, at(start), at(end), level)


def rows() -> list[tuple[str, int, datetime, datetime]]:
    """Return who is on call in the database, at which level, from when to when."""
    return [told(row) for row in Shift.objects.order_by("pk")]


def told(row: Shift) -> tuple[str, int, datetime, datetime]:
    """Return a shift as `rows` tells it."""
    period: DateTimeTZRange = row.period
    name = row.staff.name if row.staff else str(row.service)
    return name, row.level, period.lower.astimezone(UTC), period.upper.astimezone(UTC)
