"""Writes of rotations: the rule, and with it the shifts that it writes ahead, as one operation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from oncall_portal.lib import acting, rows
from oncall_portal.lib.errors import Refused
from scheduling import horizon, operations, queries, recurrence, snapshots
from scheduling.enums import OperationKind
from scheduling.models import Rotation, RotationParticipant, Schedule, Service, Staff
from scheduling.services import rotation_values, writing_ahead
from scheduling.services.shifts import overlaps_refused
from scheduling.types import Change, Rule, Who

LAST_DAY = date(2200, 1, 1)  # of which it can be said whose turn it is: nobody plans further


@transaction.atomic
def create_rotation(values: Mapping[str, Any]) -> Rotation:
    """Add a rotation and write its shifts, from its first day on, be that past, to the horizon.

    `participants` is the list of teams in the order of their turns; `whose_turn`, when given,
    {"on": a day, "participant": whose turn it is then, from 0}, instead of `first_participant`.
    """
    given = dict(values)
    meant = given.pop("whose_turn", None)
    teams, plain = rotation_values.prepare(given, None)
    schedule = _lock(plain["schedule"].pk)
    row = rows.create(Rotation, {**plain, "written_until": plain["starts_on"]})
    _write_participants(row, teams)
    _set_turn(row, meant)
    with overlaps_refused():
        written = writing_ahead.begin(row)
    made = Change(snapshots.ROTATION, row.pk, None, snapshots.of_rotation(row))
    operations.record(schedule, OperationKind.ROTATION_CREATED, [made, *written])
    return row


@transaction.atomic
def change_rotation(pk: int, version: int, values: Mapping[str, Any]) -> Rotation:
    """Change a rotation as it was read at `version`, and its shifts that have not begun."""
    schedule = _lock_of(pk)
    row = rows.lock(Rotation, pk, version, "schedule")
    _check_not_retired(row)
    before = snapshots.of_rotation(row)
    given = dict(values)
    meant = given.pop("whose_turn", None)
    teams, plain = rotation_values.prepare(given, row)
    rows.change(row, plain)
    if teams is not None:
        _write_participants(row, teams)
    _set_turn(row, meant)
    with overlaps_refused():
        written = writing_ahead.reconcile(row, horizon.whole_minute(acting.act().at))
    changed = Change(snapshots.ROTATION, pk, before, snapshots.of_rotation(row))
    operations.record(schedule, OperationKind.ROTATION_CHANGED, [changed, *written])
    return row


@transaction.atomic
def delete_rotation(pk: int, version: int) -> None:
    """Let a rotation write no more: shifts that have not begun go, one under way ends now.

    What was on duty, and what a hand detached, stays.
    """
    schedule = _lock_of(pk)
    row = rows.lock(Rotation, pk, version, "schedule")
    _check_not_retired(row)
    before = snapshots.of_rotation(row)
    rows.change(row, {"retired": True})
    written = writing_ahead.reconcile(row, horizon.whole_minute(acting.act().at))
    changed = Change(snapshots.ROTATION, pk, before, snapshots.of_rotation(row))
    operations.record(schedule, OperationKind.ROTATION_DELETED, [changed, *written])


def draft_rule(values: Mapping[str, Any], of: Rotation | None = None) -> tuple[Rule, Schedule]:
    """Return the rule that a rotation of these values would be, and its schedule; nothing is kept.

    With `of` it is what that one would become. Raises Refused, as writing it would.
    """
    given = dict(values)
    meant = given.pop("whose_turn", None)
    teams, plain = rotation_values.prepare(given, of)
    row = copy(of) if of else Rotation(pk=0)
    for name, value in plain.items():
        setattr(row, name, value)
    whos = tuple(tuple(_who(member) for member in team) for team in teams or ())
    rule = queries.rule_of(row, None if teams is None else whos)
    if meant:
        rule = replace(rule, first_participant=_first(rule, row.schedule, meant))
    return rule, row.schedule


def extend_all(now: datetime) -> int:
    """Write every rotation to its horizon as of `now`; return how many shifts were added.

    Each schedule is a transaction of its own; two that run at once write nothing twice.
    """
    due = Rotation.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=F("written_until")),
        retired=False,
        written_until__lt=now.date() + timedelta(days=horizon.DAYS_AHEAD - 1),
    )
    schedules = due.order_by("schedule").values_list("schedule", flat=True).distinct()
    return sum(_extend_schedule(schedule, now) for schedule in list(schedules))


@transaction.atomic
def _extend_schedule(schedule_id: int, now: datetime) -> int:
    schedule = operations.lock(Schedule.objects.filter(pk=schedule_id))
    if schedule is None:
        return 0
    live = Rotation.objects.filter(schedule=schedule_id, retired=False).select_related("schedule")
    added = [change for row in live.order_by("pk") for change in writing_ahead.extend(row, now)]
    operations.record(schedule, OperationKind.ROTATION_EXTENDED, added, undoable=False)
    return len(added)


def reconcile_schedule(schedule: Schedule, now: datetime) -> None:
    """Let the rotations of a locked schedule follow its new zone or public holidays."""
    live = Rotation.objects.filter(schedule=schedule, retired=False).order_by("pk")
    changed: list[Change] = []
    for row in live:
        row.schedule = schedule
        changed += writing_ahead.reconcile(row, horizon.whole_minute(now))
    operations.record(schedule, OperationKind.ROTATION_CHANGED, changed, undoable=False)


def _lock(schedule_id: int) -> Schedule:
    found = operations.lock(Schedule.objects.filter(pk=schedule_id))
    if found is None:
        raise Schedule.DoesNotExist
    return found


def _lock_of(rotation: int) -> Schedule:
    found = operations.lock(Schedule.objects.filter(rotations=rotation))
    if found is None:
        raise Rotation.DoesNotExist
    return found


def _check_not_retired(row: Rotation) -> None:
    if row.retired:
        raise Refused("retired", _("This rotation was deleted; create a new one."))


def _set_turn(row: Rotation, meant: Mapping[str, Any] | None) -> None:
    """Let it be that participant's turn on that day."""
    if meant:
        row.first_participant = _first(queries.rule_of(row), row.schedule, meant)
        rows.save(row)


def _first(rule: Rule, schedule: Schedule, meant: Mapping[str, Any]) -> int:
    turns, participant = len(rule.participants), int(meant["participant"])
    if participant >= turns:
        raise rotation_values.no_such_turn(turns, "whose_turn")
    day = meant["on"]
    if day > LAST_DAY:
        raise Refused("out_of_range", _("This is too far in time."), "whose_turn")
    holidays = queries.holidays_for(rule, schedule, day + timedelta(days=1))
    return (participant - recurrence.turn_on(rule, day, holidays)) % turns


def _who(member: Staff | Service) -> Who:
    return Who(staff=member.pk) if isinstance(member, Staff) else Who(service=member.pk)


def _write_participants(row: Rotation, teams: Iterable[Sequence[Staff | Service]] | None) -> None:
    RotationParticipant.objects.filter(rotation=row).delete()
    RotationParticipant.objects.bulk_create(
        RotationParticipant(
            rotation=row,
            turn=turn,
            position=position,
            staff=member if isinstance(member, Staff) else None,
            service=member if isinstance(member, Service) else None,
        )
        for turn, team in enumerate(teams or ())
        for position, member in enumerate(team)
    )
