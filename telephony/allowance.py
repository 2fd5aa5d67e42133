"""The account's allowance of new calls a second, kept in the database for every process."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from oncall_portal.lib import prepared
from oncall_portal.lib.prepared import Read
from telephony.models import DialAllowance

_ROW = Read(lambda: DialAllowance.objects.filter(pk=1).select_for_update())

# A little longer than the platform's second, for requests do not travel equally fast.
WINDOW = timedelta(seconds=1.1)


@transaction.atomic(savepoint=False)
def take(now: datetime, per_second: int, *, first: bool) -> timedelta | None:
    """Take one of so many new calls a second and return None, or return how long to wait for it.

    A caller's `first` phones may use all of it; the phones of a cascade leave one place free, so
    that a long cascade does not hold up a new caller.
    """
    return _take(now, per_second if first else max(1, per_second - 1))


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
