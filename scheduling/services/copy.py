"""Copying shifts to later days: first what would come of it, then all of it as one operation."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from oncall_portal.lib import acting
from oncall_portal.lib.errors import Conflict, Refused
from scheduling import copying, operations, queries, snapshots, wall
from scheduling.copying import Clash, Copy, Ground, Range
from scheduling.enums import OperationKind
from scheduling.models import Schedule, Service, Shift, Staff
from scheduling.services.shifts import written
from scheduling.types import ShiftFact, Who

MOST_COPIES = 5000
MOST_TARGETS = 400


@dataclass(frozen=True)
class Wish:
    """What is to be copied where, by the clock of the schedule.

    The shifts that start within [first, end), or those of them whose ids are in `shifts`, go to
    each of `targets`: as many days later as it lies after the day of `first`.
    """

    first: datetime
    end: datetime
    targets: Sequence[date]
    shifts: Collection[int] | None = None

    @property
    def source(self) -> Range:
        """The stretch that is copied."""
        return Range(self.first, self.end)


@dataclass(frozen=True)
class Copied:
    """What a copy comes to: what is written (`shifts` once it is), and what is in the way."""

    copies: tuple[Copy, ...]
    clashes: tuple[Clash, ...]
    shifts: tuple[Shift, ...] = ()

    @property
    def in_the_way(self) -> tuple[Clash, ...]:
        """The clashes whose copies cannot be written."""
        return tuple(clash for clash in self.clashes if clash.blocks)


def preview_copy(schedule: Schedule, wish: Wish) -> Copied:
    """Return what a copy would write and what is in its way; nothing is written.

    Raises Refused: ends_before_start, no_targets, too_many_targets, target_not_later,
    target_overlaps_source, targets_overlap, target_in_past, not_in_source, nothing_to_copy,
    too_many_copies, out_of_range.
    """
    now = acting.act().at
    _check(schedule, wish, now)
    shifts = _source(schedule, wish)
    if len(shifts) * len(wish.targets) > MOST_COPIES:
        message = _("This would write more than %(most)d shifts: copy to fewer days at a time.")
        raise Refused("too_many_copies", message % {"most": MOST_COPIES}, "targets")
    try:
        wanted = copying.copies(shifts, wish.source, wish.targets, schedule.time_zone)
    except OverflowError as error:
        raise Refused("out_of_range", _("This is too far in time."), "targets") from error
    if not all(wall.is_near(copy.period.ends_at) for copy in wanted):
        raise Refused("out_of_range", _("This is too far in time."), "targets")
    clashes = copying.clashes(wanted, _ground(schedule, wanted, now))
    out = {(clash.copy.source, clash.copy.target) for clash in clashes if clash.blocks}
    kept = tuple(copy for copy in wanted if (copy.source, copy.target) not in out)
    return Copied(kept, tuple(clashes))


@transaction.atomic
def copy_shifts(schedule: Schedule, wish: Wish, *, skip_conflicts: bool = False) -> Copied:
    """Write the copies of shifts as one operation, which can be undone.

    The copies are shifts of their own, whatever wrote the first ones; notes go with them, and
    stand-ins stay. Raises as `preview_copy`, and Conflict (copy_conflicts) where something is in
    the way, unless `skip_conflicts` leaves those copies out; Schedule.DoesNotExist.
    """
    locked = operations.lock(Schedule.objects.filter(pk=schedule.pk))
    if locked is None:
        raise Schedule.DoesNotExist
    found = preview_copy(locked, wish)
    if found.in_the_way and not skip_conflicts:
        raise _conflict(found)
    notes = dict(Shift.objects.filter(pk__in=_sources(found)).values_list("pk", "note"))
    made = written(lambda: Shift.objects.bulk_create(_rows(locked, found.copies, notes)))
    operations.record(locked, OperationKind.SHIFTS_COPIED, snapshots.created(_named(made)))
    return replace(found, shifts=tuple(made))


def _check(schedule: Schedule, wish: Wish, now: datetime) -> None:
    if wish.end <= wish.first:
        raise Refused("ends_before_start", _("The end must be after the start."), "to")
    if not wish.targets:
        raise Refused("no_targets", _("Say to which days to copy."), "targets")
    if len(wish.targets) > MOST_TARGETS:
        message = _("Copy to %(most)d days at most.") % {"most": MOST_TARGETS}
        raise Refused("too_many_targets", message, "targets")
    today = wall.wall(now, schedule.time_zone).date()
    try:
        wrong = copying.wrong_target(wish.source, wish.targets, today)
    except OverflowError as error:
        raise Refused("out_of_range", _("This is too far in time."), "targets") from error
    messages = {
        "target_not_later": _("Copy to days that come later."),
        "target_overlaps_source": _("This day lies within what is copied: choose a later one."),
        "targets_overlap": _("These days lie too near each other: the copies would overlap."),
        "target_in_past": _("The past cannot be changed: choose days that are still to come."),
    }
    if wrong:
        raise Refused(wrong, messages[wrong], "targets")


def _source(schedule: Schedule, wish: Wish) -> list[ShiftFact]:
    """Return the shifts to copy; raise Refused where there are none, or asked ones are not there.

    The window is asked as instants, then each start is held against the clock: within a repeated
    hour the two differ.
    """
    zone = schedule.time_zone
    try:
        window = wall.instant(wish.first, zone), wall.instant(wish.end, zone, fold=1)
    except OverflowError as error:
        raise Refused("out_of_range", _("This is too far in time."), "from") from error
    found = [
        shift
        for shift in queries.load_written(schedule.pk, *window)
        if wish.first <= wall.wall(shift.period.starts_at, zone) < wish.end
    ]
    if wish.shifts is not None:
        if set(wish.shifts) - {shift.id for shift in found}:
            message = _("Not all of these shifts start there: look again.")
            raise Refused("not_in_source", message, "shifts")
        found = [shift for shift in found if shift.id in wish.shifts]
    if not found:
        raise Refused("nothing_to_copy", _("No shift starts there: there is nothing to copy."))
    return found


def _ground(schedule: Schedule, wanted: Sequence[Copy], now: datetime) -> Ground:
    """Return what is known about where the copies go; four queries."""
    start = min(copy.period.starts_at for copy in wanted)
    end = max(copy.period.ends_at for copy in wanted)
    window = start, max(start, end)
    staff = {copy.who.staff for copy in wanted if copy.who.staff}
    services = {copy.who.service for copy in wanted if copy.who.service}
    gone = Staff.objects.filter(pk__in=staff, active=False).values_list("pk", flat=True)
    closed = Service.objects.filter(pk__in=services, active=False).values_list("pk", flat=True)
    away = queries.load_time_off(staff, window)
    absences = {Who(staff=pk): stretches for pk, stretches in away.items()}
    inactive = {Who(staff=pk) for pk in gone} | {Who(service=pk) for pk in closed}
    standing = queries.load_written(schedule.pk, *window)
    return Ground(standing, inactive, absences, now)


def _sources(found: Copied) -> set[int]:
    return {copy.source for copy in found.copies}


def _rows(schedule: Schedule, copies: Sequence[Copy], notes: dict[int, str]) -> list[Shift]:
    return [
        Shift(
            schedule=schedule,
            staff_id=copy.who.staff,
            service_id=copy.who.service,
            level=copy.level,
            period=DateTimeTZRange(copy.period.starts_at, copy.period.ends_at),
            note=notes[copy.source],
        )
        for copy in copies
    ]


def _named(made: Sequence[Shift]) -> list[Shift]:
    """Return new shifts with the rows of their people read, for the log to name; two queries."""
    staff = Staff.objects.in_bulk({row.staff_id for row in made if row.staff_id})
    services = Service.objects.in_bulk({row.service_id for row in made if row.service_id})
    for row in made:
        row.staff = staff.get(row.staff_id or 0)
        row.service = services.get(row.service_id or 0)
    return list(made)


def _conflict(found: Copied) -> Conflict:
    facts: dict[str, Any] = {
        "conflicts": [
            {
                "source": clash.copy.source,
                "target": clash.copy.target.isoformat(),
                "reason": clash.reason.value,
                "shift": clash.stands,
            }
            for clash in found.in_the_way
        ]
    }
    message = _("Some of these shifts cannot be copied there; nothing was copied.")
    return Conflict("copy_conflicts", message, facts)
