"""Whether a number is open, and until when: its hours with the public holidays that count."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from scheduling import public_holidays, wall
from telephony import opening_hours
from telephony.models import PhoneNumber
from telephony.opening_hours import OpeningHours, UnknownHours

logger = logging.getLogger(__name__)


def is_open(number: PhoneNumber, region: str, at: datetime) -> bool:
    """Tell whether a number is open at `at` (aware); one without hours always is.

    Public holidays are those of the number's schedule, where that names a country, else those of
    `region`, the house's. Hours that nobody can read any more, such as those of a time zone that
    is gone, close nothing: the caller is served.
    """
    hours = _hours(number)
    if hours is None:
        return True
    return opening_hours.is_open(hours, _holidays(number, region, hours.zone, at, 1), at)


def next_change(number: PhoneNumber, region: str, at: datetime) -> datetime | None:
    """Return when a number next opens or closes after `at`, None when that is not in sight."""
    hours = _hours(number)
    if hours is None:
        return None
    days = opening_hours.LOOK_AHEAD_DAYS
    return opening_hours.next_change(hours, _holidays(number, region, hours.zone, at, days), at)


def holiday_calendar(number: PhoneNumber, region: str) -> Mapping[str, object]:
    """Return whose public holidays count for a number: {"country", "subdivision"}."""
    own = number.schedule.holidays if number.schedule else None
    return own if own and own.get("country") else {"country": region}


def _hours(number: PhoneNumber) -> OpeningHours | None:
    if number.opening_hours is None:
        return None
    try:
        return opening_hours.parse(number.opening_hours)
    except UnknownHours as error:
        logger.error("opening_hours_unreadable number=%s: %s", number.pk, error)
        return None


def _holidays(
    number: PhoneNumber, region: str, zone: str, at: datetime, days: int
) -> frozenset[date]:
    """Return the public holidays from the eve of `at` to so many days after it."""
    day = wall.wall(at, zone).date()
    calendar = holiday_calendar(number, region)
    return public_holidays.dates(calendar, day - timedelta(days=1), day + timedelta(days=days))
