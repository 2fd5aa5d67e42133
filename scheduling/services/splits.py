"""Moving a rotation's shift together with all that follow: the rotation goes on as another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from oncall_portal.lib import acting, rows
from oncall_portal.lib.errors import Refused
from scheduling import (
    changes,
    horizon,
    operations,
    queries,
    recurrence,
    rule_moves,
    snapshots,
    wall,
)
from scheduling.enums import OperationKind, ShiftState, TurnUnit
from scheduling.models import Rotation, RotationParticipant, Schedule, Shift
from scheduling.services import writing_ahead
from scheduling.services.shifts import check_length, written
from scheduling.types import Change, Rule

_COPIED = "schedule turn_count turn_unit first_participant on_holidays time_zone".split()


@dataclass(frozen=True)
class Place:
    """Where the first of them is to stand, by the wall clock of the rotation; naive."""

    start: datetime
    end: datetime
    level: int


@dataclass(frozen=True)
class Move:
    """By how much they are moved, and by how much their ends further than that."""

    by: timedelta
    longer: timedelta


def move_following(
    pk: int,
    version: int,
    *,
    days: int = 0,
    minutes: int = 0,
    end_days: int = 0,
    end_minutes: int = 0,
    level: int | None = None,
) -> Shift:
    """Move a shift of a rotation, and all later ones by as much, as `move_shift` moves one.

    The rotation ends before it; another one goes on from there, with the same turns. What a hand
    did to later shifts stays. Raises Refused: not_from_a_rotation, already_begun, cannot_split,
    nothing_left.
    """

    def move() -> Shift:
        schedule = operations.lock(Schedule.objects.filter(shifts=pk))
        row = rows.lock(Shift, pk, version, "schedule", "staff", "service")
        old = _rotation_of(row)
        far = Move(
            timedelta(days=days, minutes=minutes), timedelta(days=end_days, minutes=end_minutes)
        )
        done = _split(row, old, _place(row, old, far, level or old.level))
        if schedule:
            operations.record(schedule, OperationKind.ROTATION_SPLIT, done)
        return _still_there(pk)

    return written(move)


def _place(row: Shift, old: Rotation, far: Move, level: int) -> Place:
    """Return where a shift goes; raise Refused where it would be empty or too long.

    Moved is what the rule says of its day: the row may be shorter, as the next shift begins, as
    its person is there anyway, or as the clock skips its start. What a hand made of it counts.
    """
    start, end = _said(row, old)
    zone = old.time_zone or row.schedule.time_zone
    try:
        start, end = start + far.by, end + far.by + far.longer
        instants = wall.instant(start, zone), wall.instant(end, zone)
    except OverflowError as error:
        raise Refused("out_of_range", _("This is too far in time."), "move") from error
    check_length(*instants)
    return Place(start, end, level)


def _said(row: Shift, old: Rotation) -> tuple[datetime, datetime]:
    if row.state == ShiftState.DETACHED.value:
        zone = old.time_zone or row.schedule.time_zone
        return wall.wall(row.starts_at, zone), wall.wall(row.ends_at, zone)
    day = row.day or date.min  # a constraint gives one to each shift of a rotation
    last = day + timedelta(days=old.end_day_offset)
    return datetime.combine(day, old.start_time), datetime.combine(last, old.end_time)


def _still_there(pk: int) -> Shift:
    found = Shift.objects.filter(pk=pk).select_related("schedule", "staff", "service").first()
    if found is None:
        message = _(
            "Nothing would be left of this shift: it would be past, or its person is there anyway."
        )
        raise Refused("nothing_left", message, "move")
    return found


def _rotation_of(row: Shift) -> Rotation:
    """Return the rotation of a shift that may be moved with all that follow; raise Refused."""
    if row.rotation is None or row.rotation.retired:
        message = _("This shift is from no rotation: move it alone.")
        raise Refused("not_from_a_rotation", message)
    if row.state == ShiftState.CANCELLED.value:
        raise Refused("cancelled", _("This shift was deleted; create a new one."))
    if row.starts_at <= acting.act().at:
        message = _("This shift has begun: move it alone, or change the rotation.")
        raise Refused("already_begun", message)
    if row.rotation.turn_unit == TurnUnit.HOUR.value:
        message = _("Shifts of a rotation by hours follow each other: change the rotation itself.")
        raise Refused("cannot_split", message)
    return row.rotation


def _split(row: Shift, old: Rotation, place: Place) -> list[Change]:
    day = row.day or date.min  # a constraint gives one to each shift of a rotation
    offset = (place.start.date() - day).days
    rule = queries.rule_of(old)
    later = rule_moves.moved(rule, offset)
    if later is None:
        message = _("No rule says so many days later: change the rotation itself.")
        raise Refused("cannot_split", message)
    before = snapshots.of_rotation(old)
    new = _go_on(old, later, place, day + timedelta(days=offset))
    _keep_turns(new, rule, day)
    _end(old, day)
    ended = Change(snapshots.ROTATION, old.pk, before, snapshots.of_rotation(old))
    handed = _hand_over(row, new, offset)
    reconciled = writing_ahead.reconcile(new, horizon.whole_minute(acting.act().at))
    begun = Change(snapshots.ROTATION, new.pk, None, snapshots.of_rotation(new))
    return changes.merged([ended, begun, *handed, *reconciled])


def _go_on(old: Rotation, later: Rule, place: Place, starts_on: date) -> Rotation:
    """Return the rotation that goes on, with the same people in the same turns."""
    new = rows.create(
        Rotation,
        {
            **{name: getattr(old, name) for name in _COPIED},
            "level": place.level,
            "recurrence": later.recurrence,
            "counted_from": later.counted_from,
            "starts_on": starts_on,
            "ends_on": later.ends_on,
            "start_time": place.start.time(),
            "end_time": place.end.time(),
            "end_day_offset": (place.end.date() - place.start.date()).days,
            "written_until": old.written_until + (later.counted_from - old.counted_from),
        },
    )
    RotationParticipant.objects.bulk_create(
        RotationParticipant(
            rotation=new,
            turn=entry.turn,
            position=entry.position,
            staff_id=entry.staff_id,
            service_id=entry.service_id,
        )
        for entry in old.participants.all()
    )
    return new


def _keep_turns(new: Rotation, rule: Rule, day: date) -> None:
    """Let the first shift be whose it was: public holidays may have been counted otherwise."""
    later = queries.rule_of(new)
    were = recurrence.turn_on(rule, day, _holidays(new, rule, day))
    are = recurrence.turn_on(later, new.starts_on, _holidays(new, later, new.starts_on))
    if were != are:
        turns = len(rule.participants)
        new.first_participant = (new.first_participant + were - are) % turns
        rows.save(new)


def _holidays(row: Rotation, rule: Rule, day: date) -> frozenset[date]:
    return queries.holidays_for(rule, row.schedule, day + timedelta(days=1))


def _end(old: Rotation, day: date) -> None:
    """Let a rotation write nothing from `day` on."""
    last = day - timedelta(days=1)
    ended: dict[str, Any] = {"ends_on": last} if last >= old.starts_on else {"retired": True}
    rows.change(old, ended)


def _hand_over(row: Shift, new: Rotation, offset: int) -> list[Change]:
    """Give the shifts from `row` on to the rotation that goes on."""
    found = Shift.objects.filter(rotation=row.rotation_id, day__gte=row.day).order_by("pk")
    shifts = list(found.select_related("staff", "service"))
    before = [snapshots.of_shift(shift) for shift in shifts]
    for shift in shifts:
        shift.rotation, shift.day = new, (shift.day or date.min) + timedelta(days=offset)
        shift.version += 1
        if shift.pk == row.pk:
            shift.state = ShiftState.GENERATED.value
    rows.update_many(Shift, shifts, ["rotation", "day", "state", "version"])
    return [
        Change(snapshots.SHIFT, shift.pk, was, snapshots.of_shift(shift))
        for shift, was in zip(shifts, before, strict=True)
    ]
