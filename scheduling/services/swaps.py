"""Swaps: a shift is offered, then accepted, declined or withdrawn; or taken over unasked.

An open offer changes nothing of the rota. Accepting it writes stand-ins, as one operation. All of
them lock the schedule first. `by` is the person who acts for themselves; None where a manager
does, for whoever may.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NoReturn

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from oncall_portal.lib import acting, rows
from oncall_portal.lib.errors import Conflict, Refused
from scheduling import (
    horizon,
    operations,
    queries,
    resolve,
    snapshots,
    swap_letters,
    whens,
)
from scheduling.enums import OperationKind, ShiftState, SwapState
from scheduling.models import Schedule, Shift, Staff, SwapRequest
from scheduling.services import standins
from scheduling.types import Change, Period, Who


@transaction.atomic
def offer_swap(values: Mapping[str, Any], now: datetime, by: Staff | None = None) -> SwapRequest:
    """Offer a `shift` `offered_to` colleagues, perhaps `in_return_for` one of theirs; tell them.

    With `starts_at` and `ends_at` (aware) a part of it; one that runs is offered from now on.
    Raises Refused: required, shift_over, part_outside, several_holders, only_people, not_yours,
    same_person, inactive, already_offered, other_schedule, return_not_theirs, return_not_ahead.
    """
    schedule, shift = _locked(values["shift"].pk)
    part = _part(values, shift)
    holder = holder_of(shift, _left(shift, part, now))
    if by is not None and by != holder:
        raise Refused("not_yours", _("This is not your shift then."), "shift")
    people: Sequence[Staff] = values.get("offered_to") or []
    _check_people(people, holder)
    if SwapRequest.objects.filter(shift=shift, state=SwapState.OPEN.value).exists():
        raise Refused("already_offered", _("This shift is already on offer."), "shift")
    other: Shift | None = values.get("in_return_for")
    if other is not None:
        other.refresh_from_db()
        _check_return(shift, other, people, now)
    row = rows.create(
        SwapRequest,
        {
            "shift": shift,
            "period": DateTimeTZRange(part.starts_at, part.ends_at) if part else None,
            "in_return_for": other,
            "requested_by": holder,
            "note": values.get("note", ""),
            "created_at": now,
        },
    )
    row.offered_to.set(people)
    swap_letters.offered(row, schedule, people, now)
    return row


@transaction.atomic
def accept_swap(
    pk: int, version: int | None, now: datetime, by: Staff | None = None
) -> SwapRequest:
    """Let `by` (or the only one asked) take the shift, from `now` on if it runs; one operation.

    Raises Stale, and Refused: already_decided, not_offered_to_you, inactive, shift_over,
    no_longer_theirs, return_not_theirs, return_not_ahead, overlap.
    """
    schedule, row = _open(pk, version)
    person = _asked(row, by)
    _check_people([person], row.requested_by)
    shift, other = row.shift, row.in_return_for
    period = _left(shift, _own_part(row), now)
    if holder_of(shift, period) != row.requested_by:
        message = _("%(name)s does not have this shift any more.") % {"name": row.requested_by.name}
        raise Conflict("no_longer_theirs", message)
    handed = [(shift, person, period)]
    if other is not None:
        _check_return(shift, other, [person], now)
        handed.append((other, row.requested_by, Period(other.starts_at, other.ends_at)))
    before = snapshots.of_swap(row)
    _decide(row, SwapState.ACCEPTED, now, person)
    done = _hand_over(handed, row)
    done.append(Change(snapshots.SWAP, row.pk, before, snapshots.of_swap(row)))
    operations.record(schedule, OperationKind.SWAP_ACCEPTED, done)
    swap_letters.answered(row, schedule, person, now)
    return row


@transaction.atomic
def decline_swap(
    pk: int, version: int | None, now: datetime, by: Staff | None = None
) -> SwapRequest:
    """Let `by`, or all of those asked, say no; when nobody is left the offer is declined.

    Raises Stale, and Refused: already_decided, not_offered_to_you.
    """
    schedule, row = _open(pk, version)
    asked = list(row.offered_to.all())
    if by is not None and by not in asked:
        _refuse_not_asked()
    if by is not None and len(asked) > 1:
        row.offered_to.remove(by)
        rows.change(row, {})
        return row
    _decide(row, SwapState.DECLINED, now)
    swap_letters.answered(row, schedule, by or asked[0], now)
    return row


@transaction.atomic
def withdraw_swap(
    pk: int, version: int | None, now: datetime, by: Staff | None = None
) -> SwapRequest:
    """Take an offer back, and tell those to whom it was made; its author, if it is for them.

    Raises Stale, and Refused: already_decided, not_yours.
    """
    schedule, row = _open(pk, version)
    if by is not None and by != row.requested_by:
        raise Refused("not_yours", _("This is not your offer."))
    _decide(row, SwapState.WITHDRAWN, now)
    people = [*row.offered_to.all(), *([] if by else [row.requested_by])]
    actor = acting.act().user
    told = [person for person in people if actor is None or person.user_id != actor]
    swap_letters.withdrawn(row, schedule, told, now)
    return row


@transaction.atomic
def take_over(shift: int, now: datetime, by: Staff, *, anywhere: bool = False) -> Shift:
    """Let `by` take a shift at once, from `now` on if it runs, and tell whoever had it.

    Without `anywhere` it must be on a schedule where they have shifts. Raises Refused: shift_over,
    several_holders, only_people, same_person, inactive, not_on_this_schedule, overlap.
    """
    schedule, row = _locked(shift)
    period = _left(row, None, now)
    holder = holder_of(row, period)
    _check_people([by], holder)
    if not anywhere and schedule.pk not in queries.schedules_of(by.pk, now):
        message = _("You have no shifts on “%(schedule)s”: ask its manager.")
        raise Refused("not_on_this_schedule", message % {"schedule": schedule.name})
    done = _hand_over([(row, by, period)], None)
    operations.record(schedule, OperationKind.TAKEN_OVER, done)
    swap_letters.taken_over(row, schedule, period, holder, by, now)
    return row


def holder_of(shift: Shift, period: Period) -> Staff:
    """Return the one person who has a shift all through `period`, every stand-in counted.

    Raises Refused: several_holders, only_people.
    """
    holders: set[Who | None] = set()
    for _piece, standings in _plan(shift, period):
        holders |= {s.who for s in standings if s.shift == shift.pk} or {None}
    if len(holders) > 1:
        message = _("Several people have this shift one after the other: choose a part of it.")
        raise Refused("several_holders", message, "shift")
    (holder,) = holders
    if holder is None or holder.staff is None:
        raise Refused("only_people", _("Only the shift of a person can be swapped."), "shift")
    return Staff.objects.get(pk=holder.staff)


def _plan(shift: Shift, period: Period) -> Iterable[resolve.Segment]:
    """Return who stands on the schedule of a shift, piece by piece; a divert is no plan."""
    facts = queries.load_facts(shift.schedule_id, period.starts_at, period.ends_at)
    return resolve.segments(replace(facts, diverts=()), period.starts_at, period.ends_at)


def _locked(pk: int) -> tuple[Schedule, Shift]:
    """Return a shift and its schedule, whose rota is locked."""
    schedule = operations.lock(Schedule.objects.filter(shifts=pk))
    row = Shift.objects.select_related("schedule", "staff", "service").get(pk=pk)
    if schedule is None or row.state == ShiftState.CANCELLED.value:
        raise Refused("cancelled", _("This shift was deleted."), "shift")
    return schedule, row


def _open(pk: int, version: int | None) -> tuple[Schedule, SwapRequest]:
    """Return an open swap as it was read, locked, and its schedule, whose rota is."""
    schedule = operations.lock(Schedule.objects.filter(shifts__swaps=pk))
    if version is None:
        version = SwapRequest.objects.values_list("version", flat=True).get(pk=pk)
    row = rows.lock(
        *(SwapRequest, pk, version, "requested_by", "accepted_by"),
        *("shift__schedule", "shift__staff", "in_return_for__staff"),
    )
    if schedule is None or row.state != SwapState.OPEN.value:
        raise Conflict("already_decided", _("This offer was answered or withdrawn already."))
    return schedule, row


def _part(values: Mapping[str, Any], shift: Shift) -> Period | None:
    """Return the part of a shift that is meant; None: all of it."""
    if values.get("starts_at") is None and values.get("ends_at") is None:
        return None
    part = Period(
        values.get("starts_at") or shift.starts_at, values.get("ends_at") or shift.ends_at
    )
    if part.ends_at <= part.starts_at:
        raise Refused("ends_before_start", _("The end must be after the start."), "ends_at")
    if part.starts_at < shift.starts_at or part.ends_at > shift.ends_at:
        raise Refused("part_outside", _("This is not within the shift."), "starts_at")
    return part if part != Period(shift.starts_at, shift.ends_at) else None


def _own_part(row: SwapRequest) -> Period | None:
    return Period(row.period.lower, row.period.upper) if row.period else None


def _left(shift: Shift, part: Period | None, now: datetime) -> Period:
    """Return what is left of a shift, or of the part, from `now` on."""
    begun = horizon.whole_minute(now)
    start = max(shift.starts_at, part.starts_at if part else shift.starts_at, begun)
    end = min(shift.ends_at, part.ends_at if part else shift.ends_at)
    if start >= end:
        raise Refused("shift_over", _("This is over: only what lies ahead can be swapped."))
    return Period(start, end)


def _check_people(people: Sequence[Staff], holder: Staff) -> None:
    if not people:
        raise Refused("required", _("Say whom you ask."), "offered_to")
    for person in people:
        if person == holder:
            message = _("%(name)s has this shift already.") % {"name": person.name}
            raise Refused("same_person", message, "offered_to")
        if not person.active:
            message = _("%(name)s is not on the team any more.") % {"name": person.name}
            raise Refused("inactive", message, "offered_to")


def _check_return(shift: Shift, other: Shift, people: Sequence[Staff], now: datetime) -> None:
    field = "in_return_for"
    if other == shift:
        raise Refused("same_shift", _("Choose two different shifts."), field)
    if other.schedule_id != shift.schedule_id:
        message = _("Both shifts must be on the same schedule.")
        raise Refused("other_schedule", message, field)
    if other.state == ShiftState.CANCELLED.value or other.starts_at <= now:
        message = _("The shift in return must lie ahead.")
        raise Refused("return_not_ahead", message, field)
    if list(people) != [holder_of(other, Period(other.starts_at, other.ends_at))]:
        message = _("The shift in return must be that of the one person you ask.")
        raise Refused("return_not_theirs", message, field)


def _asked(row: SwapRequest, by: Staff | None) -> Staff:
    """Return who accepts: `by`, or the only one who can be meant."""
    asked = list(row.offered_to.all())
    if by is None and len(asked) > 1:
        raise Refused("required", _("Say who takes the shift."), "staff")
    person = by or asked[0]
    if person not in asked:
        _refuse_not_asked()
    return person


def _refuse_not_asked() -> NoReturn:
    raise Refused("not_offered_to_you", _("This shift was not offered to you."))


def _decide(row: SwapRequest, state: SwapState, now: datetime, person: Staff | None = None) -> None:
    rows.change(row, {"state": state.value, "accepted_by": person, "decided_at": now})


def _hand_over(
    handed: Iterable[tuple[Shift, Staff, Period]], swap: SwapRequest | None
) -> list[Change]:
    """Give shifts to people for periods; refuse who would then stand twice at one level.

    Or not at all, because somebody stands in for them, or for the whole level.
    """
    handed = list(handed)
    done = []
    for shift, person, period in handed:
        done += standins.put(shift, person, period, swap)
    for shift, person, period in handed:
        _check_stands_once(shift, person, period)
    shifts = [shift.pk for shift, _person, _period in handed]
    return done + standins.withdraw_offers(shifts)


def _check_stands_once(shift: Shift, person: Staff, period: Period) -> None:
    """Refuse if `person` now stands at the level of `shift` by another one too, or not at all."""
    who = Who(staff=person.pk)
    for piece, standings in _plan(shift, period):
        theirs = [s for s in standings if s.who == who and s.level == shift.level]
        when = whens.day(piece.starts_at, shift.schedule.time_zone)
        params = {"name": person.name, "level": shift.level, "when": when}
        if len(theirs) > 1:
            message = _("%(name)s is already on call at level %(level)d then, on %(when)s.")
            raise Refused("overlap", message % params)
        if not theirs:
            message = _("Somebody else stands in for %(name)s, or for the level, on %(when)s.")
            raise Refused("replaced", message % params)
