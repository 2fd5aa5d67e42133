"""The account's allowance of new calls a second, kept in the database for every process."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DateTimeField, Exists, OuterRef, QuerySet

from oncall_portal.lib import prepared
from oncall_portal.lib.prepared import Read, given
from telephony.enums import ActionKind, ActionState, Direction
from telephony.models import CallAction, DialAllowance, Leg

_ROW = Read(lambda: DialAllowance.objects.filter(pk=1).select_for_update())


def _first_waiting() -> QuerySet[CallAction, tuple[int]]:
    """Return a dial that nobody tried yet, for a caller for whom no phone rang so far.

    One that failed by an error of ours is put off for longer, and an old one has no claim: neither
    may hold up everybody's cascade.
    """
    dials = CallAction.objects.filter(
        kind=ActionKind.DIAL.value,
        state=ActionState.PENDING.value,
        attempts=0,
        not_before__lte=given("soon", DateTimeField()),
        created_at__gte=given("since", DateTimeField()),
        call__direction=Direction.IN.value,
        call__ended_at=None,
    )
    rung = Leg.objects.filter(call=OuterRef("call"), uuid__isnull=False)
    return dials.exclude(Exists(rung)).order_by().values_list("pk")[:1]


_FIRST_WAITING = Read(_first_waiting)

# A little longer than the platform's second, for requests do not travel equally fast.
WINDOW = timedelta(seconds=1.1)
_LONGEST_WAIT = timedelta(minutes=5)
_PLACES = 3  # a cascade asks again when about as many have come free


@transaction.atomic(savepoint=False)
def take(now: datetime, per_second: int, *, first: bool) -> timedelta | None:
    """Take one of so many new calls a second and return None, or return how long to wait for it.

    A caller's `first` phones may use all of it; the phones of a cascade leave one place free, and
    go after every first phone that waits, so that a long cascade does not hold up a new caller.
    """
    if first:
        return _take(now, per_second)
    if _FIRST_WAITING.first(soon=now + WINDOW, since=now - _LONGEST_WAIT):
        return WINDOW * min(1.0, _PLACES / per_second)
    return _take(now, max(1, per_second - 1))


@transaction.atomic(savepoint=False)
def take_spare(now: datetime) -> timedelta | None:
    """Take one only when nobody has dialled just now: for what is no caller's business.

    Return as `take` does.
    """
    return _take(now, 1)


def _take(now: datetime, allowed: int) -> timedelta | None:
    row = _ROW.first() or DialAllowance.objects.select_for_update().get_or_create(pk=1)[0]
    # A stamp from further ahead comes from a clock that was wrong, and must not stop every call.
    recent = sorted(at for at in row.recent if now - WINDOW < at <= now + WINDOW)
    if len(recent) >= allowed:
        return recent[-allowed] + WINDOW - now
    row.recent = [*recent, now]
    prepared.update(row, ("recent",))
    return None
