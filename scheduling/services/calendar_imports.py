"""Somebody's calendar becomes shifts: looked at first, then written, all of it or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oncall_portal.lib import acting
from oncall_portal.lib.errors import RowError, RowsRefused
from scheduling import operations
from scheduling.enums import ImportResult, ShiftState
from scheduling.ical.matching import text_of
from scheduling.models import ImportedEvent, Schedule, Service, Shift, Staff
from scheduling.services.imports import ShiftRow, import_shifts
from scheduling.types import CalendarEvent, Period, Who

_LONGEST_UID = 255


@dataclass(frozen=True)
class Choice:
    """Whom the events with one text put on call (None: they are left out), and at which level."""

    who: Who | None
    level: int = 1


@dataclass(frozen=True)
class Line:
    """What becomes of one event, by its number; `error` says why nothing can."""

    number: int
    event: CalendarEvent
    result: ImportResult
    error: RowError | None = None


@dataclass(frozen=True)
class Imported:
    """What an import did, or would do."""

    lines: tuple[Line, ...]

    def count(self, result: ImportResult) -> int:
        """Return how many events have this result."""
        return sum(line.result is result and line.error is None for line in self.lines)

    @property
    def errors(self) -> tuple[RowError, ...]:
        """What stands in the way."""
        return tuple(line.error for line in self.lines if line.error)


def look_at_calendar(
    schedule: int, events: Sequence[CalendarEvent], choices: Mapping[str, Choice], by_people: bool
) -> Imported:
    """Return what `import_calendar` would do; nothing is written."""
    with transaction.atomic():
        lines = _Import(schedule, choices, by_people).write(events)
        transaction.set_rollback(True)
    return Imported(lines)


@transaction.atomic
def import_calendar(
    schedule: int, events: Sequence[CalendarEvent], choices: Mapping[str, Choice], by_people: bool
) -> Imported:
    """Put on call whom the events mean, as one operation that can be undone.

    `choices` tell by the text of an event (its title, or who is named in it) whom it is about.
    Events imported before, by their identity and start, and those that are on the rota already add
    nothing; one under way begins now. Raises RowsRefused with all that is in the way, by the number
    of the event: not_mapped, overlap; nothing is written then.
    """
    done = Imported(_Import(schedule, choices, by_people).write(events))
    if done.errors:
        raise RowsRefused(done.errors)
    return done


class _Import:
    def __init__(self, schedule: int, choices: Mapping[str, Choice], by_people: bool) -> None:
        found = operations.lock(Schedule.objects.filter(pk=schedule))
        if found is None:
            raise Schedule.DoesNotExist
        self.schedule, self.choices, self.by_people = found, choices, by_people
        self.now = acting.act().at
        chosen = [choice.who for choice in choices.values() if choice.who]
        self.staff = Staff.objects.in_bulk({who.staff for who in chosen if who.staff})
        self.services = Service.objects.in_bulk({who.service for who in chosen if who.service})

    def write(self, events: Sequence[CalendarEvent]) -> tuple[Line, ...]:
        """Write what can be written unless something is in the way; return what became of each."""
        lines = self._sorted_out(events)
        new = [line for line in lines if line.result is ImportResult.ADDED]
        try:
            with transaction.atomic():
                shifts = import_shifts([self._row(line) for line in new])
                self._remember(new, shifts)
        except RowsRefused as refused:
            wrong = {error.row: error for error in refused.errors}
            return tuple(replace(line, error=wrong.get(line.number, line.error)) for line in lines)
        return tuple(lines)

    def _sorted_out(self, events: Sequence[CalendarEvent]) -> list[Line]:
        marks = set(
            ImportedEvent.objects.filter(schedule=self.schedule).values_list("uid", "starts_at")
        )
        there = self._there(events)
        lines = []
        for number, event in enumerate(events, 1):
            choice = self.choices.get(text_of(event, self.by_people))
            lines.append(self._line(number, event, choice, marks, there))
        return lines

    def _line(
        self,
        number: int,
        event: CalendarEvent,
        choice: Choice | None,
        marks: set[tuple[str, datetime]],
        there: set[tuple[Any, ...]],
    ) -> Line:
        if choice is None:
            message = _("Say whom “%(text)s” puts on call, or leave it out.")
            text = text_of(event, self.by_people)
            error = RowError(number, "text", "not_mapped", message % {"text": text})
            return Line(number, event, ImportResult.LEFT_OUT, error)
        if choice.who is None:
            return Line(number, event, ImportResult.LEFT_OUT)
        if event.period.ends_at <= self.now:
            return Line(number, event, ImportResult.PAST)
        mark = (_uid(event), event.period.starts_at)
        place = (choice.who, choice.level, self._period(event))
        if mark in marks or place in there:
            return Line(number, event, ImportResult.ALREADY_THERE)
        marks.add(mark)
        there.add(place)
        return Line(number, event, ImportResult.ADDED)

    def _there(self, events: Sequence[CalendarEvent]) -> set[tuple[Any, ...]]:
        """Return who is on the rota when, at which level, as far as the events reach."""
        if not events:
            return set()
        window = (
            min(event.period.starts_at for event in events),
            max(event.period.ends_at for event in events),
        )
        rows = Shift.objects.filter(schedule=self.schedule, period__overlap=window)
        rows = rows.exclude(state=ShiftState.CANCELLED.value)
        return {
            (Who(staff, service), level, Period(period.lower, period.upper))
            for staff, service, level, period in rows.values_list(
                "staff_id", "service_id", "level", "period"
            )
        }

    def _period(self, event: CalendarEvent) -> Period:
        return Period(max(event.period.starts_at, self.now), event.period.ends_at)

    def _row(self, line: Line) -> ShiftRow:
        choice = self.choices[text_of(line.event, self.by_people)]
        who, period = choice.who or Who(), self._period(line.event)
        values = {
            "schedule": self.schedule,
            "staff": self.staff.get(who.staff or 0),
            "service": self.services.get(who.service or 0),
            "level": choice.level,
            "starts_at": period.starts_at,
            "ends_at": period.ends_at,
        }
        return ShiftRow(line.number, values)

    def _remember(self, lines: Iterable[Line], shifts: Iterable[Shift]) -> None:
        ImportedEvent.objects.bulk_create(
            ImportedEvent(
                schedule=self.schedule,
                uid=_uid(line.event),
                starts_at=line.event.period.starts_at,
                shift=shift,
            )
            for line, shift in zip(lines, shifts, strict=True)
        )


def _uid(event: CalendarEvent) -> str:
    if len(event.uid) <= _LONGEST_UID:
        return event.uid
    return hashlib.sha256(event.uid.encode()).hexdigest()
