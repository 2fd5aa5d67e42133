"""What a divert says of itself, in the reader's language, and those in force now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from oncall_portal.lib import phone
from oncall_portal.lib.access import can
from scheduling import queries, whens
from scheduling.models import Divert


@dataclass(frozen=True)
class Banner:
    """A divert in force, as every page shows it; the addresses are "" for those who may not."""

    sentence: str
    change_url: str
    end_url: str


def in_force(user: Any, now: datetime, house_zone: str) -> list[Banner]:
    """Return the diverts in force at `now`, first set first; one query."""
    rows = queries.diverts_from(now).filter(period__contains=now)
    return [banner(row, user, now, house_zone) for row in rows]


def banner(row: Divert, user: Any, now: datetime, house_zone: str) -> Banner:
    """Return what a page shows of a divert."""
    may = can(user, "change", row)
    change = reverse("admin:scheduling_divert_change", args=[row.pk]) if may else ""
    return Banner(sentence(row, now, house_zone), change, end_url(row) if may else "")


def end_url(row: Divert) -> str:
    """Return where a POST ends a divert as it was read."""
    address = reverse("admin:scheduling_divert_end", args=[row.pk])
    return f"{address}?version={row.version}"


def sentence(row: Divert, now: datetime, house_zone: str) -> str:
    """Return of what, to whom, until when by both clocks, and who set it when."""
    zone = queries.divert_zone(row, house_zone)
    told = _("%(of)s is diverted to %(name)s until %(until)s.") % {
        "of": row.schedule or row.phone_number,
        "name": goal(row),
        "until": until(row.ends_at, now, zone, house_zone),
    }
    by = queries.author_name(row)
    set_at = whens.when(row.created_at, now, house_zone)
    if by:
        told += " " + _("Set by %(by)s at %(at)s.") % {"by": by, "at": set_at}
    return told


def goal(row: Divert) -> str:
    """Return the name of whom a divert leads to; a bare number in full, for supervisors' eyes."""
    return str(row.to_staff or row.to_service or phone.spaced(row.to_number))


def until(at: datetime, now: datetime, zone: str, house_zone: str) -> str:
    """Return an end by the clock of `zone`, and by the house's where that shows another time."""
    there, here = whens.when(at, now, zone), whens.when(at, now, house_zone)
    if there == here:
        return there
    return _("%(there)s (%(here)s in %(town)s)") % {
        "there": there,
        "here": here,
        "town": whens.place(house_zone),
    }
