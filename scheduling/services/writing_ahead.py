"""The rows of a rotation's shifts: made what its rule says, from now on, up to the horizon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils.translation import gettext as _

from oncall_portal.lib import acting, rows
from oncall_portal.lib.errors import Refused
from scheduling import horizon, queries, recurrence, snapshots, wall
from scheduling.enums import ShiftState
from scheduling.horizon import Wanted, Written
from scheduling.models import Rotation, Service, Shift, Staff
from scheduling.services import standins
from scheduling.types import Change, Period, Rule, Who

MOST_AT_ONCE = 6000  # shifts that one new rotation may write
_YEAR = timedelta(days=366)
_LOOK_BACK = timedelta(days=horizon.LOOK_BACK_DAYS)
_KEPT = "staff service level period state rotation day slot version".split()


def begin(row: Rotation) -> list[Change]:
    """Write the shifts of a new rotation, those of the past too; return what was written.

    Raises Refused (too_many_shifts) when it begins so long ago that they are thousands.
    """
    rule = queries.rule_of(row)
    until = _horizon(row, rule, acting.act().at)
    _check_not_too_many(row, rule, until)
    shifts = _wanted(row, rule, rule.starts_on, until)
    _set_written_until(row, until)
    return _add(row, shifts)


def _check_not_too_many(row: Rotation, rule: Rule, until: date) -> None:
    """Count year by year, so that a rule of three hundred years is not expanded to be refused."""
    first, count = rule.starts_on, 0
    holidays = queries.holidays_for(rule, row.schedule, until)
    while first < until:
        end = min(first + _YEAR, until)
        count += len(recurrence.occurrences(rule, first, end, holidays))
        if count > MOST_AT_ONCE:
            message = _(
                "It begins so long ago that it would write over %(count)d shifts: begin later."
            )
            raise Refused("too_many_shifts", message % {"count": MOST_AT_ONCE}, "starts_on")
        first = end


def extend(row: Rotation, now: datetime) -> list[Change]:
    """Write what lies between what is written and the horizon as of `now`."""
    rule = queries.rule_of(row)
    until = _horizon(row, rule, now)
    if until <= row.written_until:
        return []
    shifts = _wanted(row, rule, row.written_until, until)
    _set_written_until(row, until)
    return _add(row, shifts)


def reconcile(row: Rotation, now: datetime) -> list[Change]:
    """Make the shifts which have not begun by `now` what the rule says; return what changed."""
    rule = queries.rule_of(row)
    until = max(_horizon(row, rule, now), row.written_until)
    first = wall.wall(now, rule.zone).date() - _LOOK_BACK
    own = row.shifts.filter(day__gte=first, day__lt=until).select_related("staff", "service")
    standing = {shift.pk: shift for shift in own.order_by("pk").select_for_update(of=("self",))}
    shifts = [] if row.retired else _wanted(row, rule, first, until)
    plan = horizon.compare(map(_written, standing.values()), shifts, now)
    _set_written_until(row, until)
    changed = [
        *_cut([standing[pk] for pk in plan.cut], now),
        *_change([(standing[pk], wanted) for pk, wanted in plan.change]),
    ]
    gone = [
        Change(snapshots.SHIFT, pk, snapshots.of_shift(standing[pk]), None) for pk in plan.remove
    ]
    followed = standins.follow([*gone, *changed])
    Shift.objects.filter(pk__in=plan.remove).delete()
    return [*followed, *gone, *changed, *_add(row, plan.add)]


def _horizon(row: Rotation, rule: Rule, now: datetime) -> date:
    today = wall.wall(now, rule.zone).date()
    latest = today + timedelta(days=horizon.DAYS_AHEAD)
    holidays = queries.holidays_for(rule, row.schedule, latest)
    return horizon.end_of(today, recurrence.occurrences(rule, today, latest, holidays))


def _wanted(row: Rotation, rule: Rule, first: date, until: date) -> list[Wanted]:
    """Return the shifts with first <= day < until, but for what their people have there anyway."""
    holidays = queries.holidays_for(rule, row.schedule, until)
    shifts = horizon.wanted(recurrence.occurrences(rule, first, until, holidays), rule.level)
    return horizon.clear_of(shifts, _taken(row, rule, shifts))


def _taken(
    row: Rotation, rule: Rule, shifts: Sequence[Wanted]
) -> Mapping[tuple[Who, int], list[Period]]:
    """Return what the participants have at this level besides what the rule itself writes."""
    if not shifts:
        return {}
    whos = [who for team in rule.participants for who in team]
    window = (shifts[0].period.starts_at, max(shift.period.ends_at for shift in shifts))
    theirs = Q(staff__in=[w.staff for w in whos if w.staff])
    theirs |= Q(service__in=[w.service for w in whos if w.service])
    found = Shift.objects.filter(theirs, schedule=row.schedule_id, level=rule.level)
    found = found.filter(period__overlap=window).exclude(state=ShiftState.CANCELLED.value)
    found = found.exclude(rotation=row, state=ShiftState.GENERATED.value)
    taken: dict[tuple[Who, int], list[Period]] = defaultdict(list)
    for staff, service, period in found.values_list("staff_id", "service_id", "period"):
        taken[Who(staff, service), rule.level].append(Period(period.lower, period.upper))
    return taken


def _set_written_until(row: Rotation, until: date) -> None:
    """Note how far the shifts are written: nothing that a reader of the rotation edits."""
    row.written_until = until
    Rotation.objects.filter(pk=row.pk).update(written_until=until)


def _written(shift: Shift) -> Written:
    return Written(
        shift.pk,
        shift.day or date.min,
        shift.slot,
        Who(shift.staff_id, shift.service_id),
        shift.level,
        Period(shift.starts_at, shift.ends_at),
        ShiftState(shift.state),
    )


def _add(row: Rotation, wanted: Sequence[Wanted]) -> list[Change]:
    made = [
        Shift(
            schedule=row.schedule,
            rotation=row,
            day=each.day,
            slot=each.slot,
            state=ShiftState.GENERATED.value,
        )
        for each in wanted
    ]
    _fill(list(zip(made, wanted, strict=True)))
    return snapshots.created(Shift.objects.bulk_create(made))


def _change(pairs: Sequence[tuple[Shift, Wanted]]) -> list[Change]:
    before = [snapshots.of_shift(shift) for shift, _wanted in pairs]
    _fill(pairs)
    return _save([shift for shift, _wanted in pairs], before)


def _cut(shifts: Sequence[Shift], now: datetime) -> list[Change]:
    """Let shifts under way end now: what they were stays, and no rule decides about it again."""
    before = [snapshots.of_shift(shift) for shift in shifts]
    for shift in shifts:
        shift.period = DateTimeTZRange(shift.starts_at, now)
        shift.rotation, shift.day, shift.slot = None, None, 0
        shift.state = ShiftState.MANUAL.value
    return _save(shifts, before)


def _fill(pairs: Sequence[tuple[Shift, Wanted]]) -> None:
    """Give shifts the people, level and period that are wanted; not saved."""
    staff = Staff.objects.in_bulk({w.who.staff for _shift, w in pairs if w.who.staff})
    services = Service.objects.in_bulk({w.who.service for _shift, w in pairs if w.who.service})
    for shift, wanted in pairs:
        shift.staff = staff[wanted.who.staff] if wanted.who.staff else None
        shift.service = services[wanted.who.service] if wanted.who.service else None
        shift.level = wanted.level
        shift.period = DateTimeTZRange(wanted.period.starts_at, wanted.period.ends_at)


def _save(shifts: Sequence[Shift], before: Sequence[dict[str, Any]]) -> list[Change]:
    for shift in shifts:
        shift.version += 1
    rows.update_many(Shift, shifts, _KEPT)
    return [
        Change(snapshots.SHIFT, shift.pk, was, snapshots.of_shift(shift))
        for shift, was in zip(shifts, before, strict=True)
    ]
