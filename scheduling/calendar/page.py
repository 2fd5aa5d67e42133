"""The facts of one view of the calendar, read with a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import get_language

from scheduling import public_holidays, queries, resolve, shift_warnings
from scheduling.calendar.people import Face, faces
from scheduling.calendar.window import Window
from scheduling.models import IntendedGap, Override, Schedule, Shift, ShiftTemplate
from scheduling.shift_warnings import Doubts
from scheduling.types import Gap, Period, ScheduleFacts, Who

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Page:
    """What the rota holds in a view, who is behind it, and when it is looked at.

    `shifts` and `overrides` are the rows behind the facts; `away` is when the people listed are.
    """

    schedule: Schedule
    window: Window
    facts: ScheduleFacts
    shifts: Mapping[int, Shift]
    overrides: Mapping[int, Override]
    faces: Mapping[Who, Face]
    away: Mapping[int, Sequence[Period]]
    gaps: tuple[Gap, ...]
    intended: tuple[IntendedGap, ...]
    templates: tuple[ShiftTemplate, ...]
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

    def holidays(self) -> dict[str, str]:
        """Return the names of the public holidays of the view by their ISO dates."""
        last = self.window.end - _DAY
        language = (get_language() or "en")[:2]
        found = public_holidays.names(self.schedule.holidays, self.window.first, last, language)
        return {day.isoformat(): name for day, name in found.items()}

    def absences(self, who: Who, during: Period) -> list[Period]:
        """Return when somebody listed is away within a period."""
        return [each for each in self.away.get(who.staff or 0, ()) if overlap(each, during)]


def load(schedule: Schedule, window: Window, now: datetime) -> Page:
    """Read the facts of a view with a fixed number of queries, however many shifts there are."""
    period = window.period(schedule.time_zone)
    span = period.starts_at, period.ends_at
    facts = queries.load_facts(schedule.pk, *span)
    facts = replace(facts, shifts=tuple(resolve.in_order(facts.shifts)))
    people = faces(resolve.people(facts))
    staff = [who.staff for who in people if who.staff]
    rows = Shift.objects.in_bulk([s.id for s in facts.shifts if s.id is not None])
    intended = IntendedGap.objects.filter(schedule=schedule, period__overlap=span)
    return Page(
        schedule=schedule,
        window=window,
        facts=facts,
        shifts=rows,
        overrides=Override.objects.in_bulk([override.id for override in facts.overrides]),
        faces=people,
        away=queries.load_time_off(staff, span),
        gaps=queries.gaps(schedule, facts, *span),
        intended=tuple(intended.order_by("period", "pk")),
        templates=tuple(ShiftTemplate.objects.filter(schedule=schedule)),
        # what is over cannot be mended any more
        doubts=shift_warnings.of_shifts([row for row in rows.values() if row.ends_at > now]),
        now=now,
    )


def overlap(one: Period, other: Period) -> bool:
    """Tell whether two periods have an instant in common."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at
