"""Instants as people say them: by the clock of a zone, with the day only where it is not today."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from scheduling import wall

_NAMED_DAYS = timedelta(days=6)  # the name of a day is enough while it comes once


def when(at: datetime, now: datetime, zone: str) -> str:
    """Return `at` by the clock of `zone` (IANA): "22:00", "Fri 08:00" or "3 Dec 08:00".

    An hour that comes twice in a night says which one is meant: "02:30 CEST".
    """
    local, today = wall.wall(at, zone), wall.wall(now, zone)
    if local.date() == today.date():
        return said(local, "H:i") + _which(at, zone)
    near = abs(local.date() - today.date()) <= _NAMED_DAYS
    return said(local, "D H:i" if near else "j M H:i") + _which(at, zone)


def with_zone(words: str, at: datetime, zone: str, own: str) -> str:
    """Return `words`, which say `at` by the clock of `zone`, so that nobody takes it for another.

    The zone is named only where `own`, the clock by which whoever reads lives, is another one:
    "18:04 (Europe/Paris)". An hour that comes twice says which one is meant, as `when` does.
    """
    return words + _which(at, zone) + (f" ({zone})" if zone != own else "")


def _which(at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f" {local:%Z}" if _is_twice(local, zone) else ""


def _is_twice(local: datetime, zone: str) -> bool:
    first, second = (local.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    return first.utcoffset() != second.utcoffset()


def day(at: datetime, zone: str) -> str:
    """Return the day and the time of `at` by the clock of `zone`: "Fri 4 Dec, 08:00"."""
    return said(wall.wall(at, zone), "D j M, H:i")


def span(start: datetime, end: datetime, zone: str) -> str:
    """Return from when to when: “Tue 24 Nov, 18:00 → Wed 25 Nov, 08:00”, or only the time."""
    same_day = wall.wall(start, zone).date() == wall.wall(end, zone).date()
    until = f"{wall.wall(end, zone):%H:%M}" if same_day else day(end, zone)
    return f"{day(start, zone)} → {until}"


def length(lasting: timedelta) -> str:
    """Return a length in hours and minutes: “14 h”, “1 h 30”, “45 min”."""
    minutes = round(lasting.total_seconds() / 60)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest}
    if not rest:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": rest}


def place(zone: str) -> str:
    """Return the town that a zone is called after: "America/New_York" gives "New York"."""
    return zone.rpartition("/")[2].replace("_", " ")


def said(local: date, form: str) -> str:
    """Return a date or time in a short `form`; French writes days and months small, Django not."""
    found = date_format(local, form)
    return found.lower() if (get_language() or "").startswith("fr") else found
