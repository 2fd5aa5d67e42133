"""From when to when something lasts, checked; and how its row keeps it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from oncall_portal.lib.errors import Refused
from scheduling import wall
from scheduling.models.fields import Lasting
from scheduling.types import Period

LONGEST = timedelta(days=800)


def take(values: dict[str, Any], row: Lasting | None = None) -> Period:
    """Remove the two ends from `values` and return them; those not there are the row's.

    Raises Refused as `checked` does.
    """
    start, end = values.pop("starts_at", None), values.pop("ends_at", None)
    return completed(start, end, row)


def completed(start: datetime | None, end: datetime | None, row: Lasting | None) -> Period:
    """Return the period; an end that is None is the row's. Raises Refused as `checked` does."""
    if row is not None:
        start, end = start or row.starts_at, end or row.ends_at
    return checked(start, end)


def checked(start: datetime | None, end: datetime | None) -> Period:
    """Return the period; raise Refused: required, ends_before_start, out_of_range, too_long."""
    if start is None or end is None:
        field = "starts_at" if start is None else "ends_at"
        raise Refused("required", _("Say from when to when."), field)
    if end <= start:
        raise Refused("ends_before_start", _("The end must be after the start."), "ends_at")
    refuse_far(start, end)
    if end - start > LONGEST:
        message = _("This lasts %(days)d days at most: look at its end.")
        raise Refused("too_long", message % {"days": LONGEST.days}, "ends_at")
    return Period(start, end)


def refuse_far(start: datetime, end: datetime) -> None:
    """Raise Refused (out_of_range) where either end is none that people plan for."""
    for field, at in (("starts_at", start), ("ends_at", end)):
        if not wall.is_near(at):
            raise Refused("out_of_range", _("This is too far in time."), field)


def as_range(period: Period) -> DateTimeTZRange:
    """Return a period as a row keeps it."""
    return DateTimeTZRange(period.starts_at, period.ends_at)
