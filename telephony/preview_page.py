"""The panel of what would happen: the call asked about, and its way, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from oncall_portal.lib import access, spans
from oncall_portal.lib.errors import Refused
from scheduling import wall, whens
from scheduling.models import Staff
from scheduling.queries import house
from telephony import preview_words, previews
from telephony.agenda import MOST_KEYS
from telephony.models import Menu, PhoneNumber
from telephony.previews import Trial
from telephony.types import Rehearsal

_CLOCK = "%Y-%m-%dT%H:%M"
KEYPAD = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#")


@dataclass(frozen=True)
class Asked:
    """What a reader wrote: a wall-clock time, a caller in any spelling, keys, who takes it (id)."""

    at: str
    caller: str = ""
    digits: str = ""
    taker: str = ""


def panel(row: PhoneNumber | Menu, now: datetime) -> dict[str, Any]:
    """Return what telephony/what_would_happen.html needs on the page of a number or a menu."""
    zone = zone_of(row)
    return _shown(row, zone, Asked(wall.wall(now, zone).strftime(_CLOCK)))


def context(
    row: PhoneNumber | Menu, values: Mapping[str, str], user: Any, now: datetime
) -> dict[str, Any]:
    """Return the panel with its answer; what was written wrongly is said beside it."""
    zone = zone_of(row)
    at = values.get("at", "") or wall.wall(now, zone).strftime(_CLOCK)
    written = (values.get(name, "") for name in ("caller", "digits", "taker"))
    asked = Asked(at, *written)
    shown, errors = _shown(row, zone, asked), dict[str, str]()
    taker = _taker(asked, user, errors)
    trial = _trial(asked, zone, errors)
    if trial is None:
        return {**shown, "errors": errors}
    found = _played(row, trial)
    takers = previews.takers(found)
    if taker is not None:
        takers |= {taker.pk: taker.name}
        found = _played(row, replace(trial, taker=taker.pk))
    return {
        **shown,
        "takers": [(str(pk), name) for pk, name in takers.items()],
        "rows": preview_words.rows(found, user, row.name),
        "left_out": preview_words.left_out(found),
        "worst": spans.words(found.worst_case_seconds) if found.worst_case_seconds else "",
        "verdict": preview_words.end_words(found.end),
        "after": spans.words(found.end.after),
    }


def zone_of(row: PhoneNumber | Menu) -> str:
    """Return the zone (IANA) by whose clock a reader asks: the schedule's, else the house's."""
    schedule = row.schedule if isinstance(row, PhoneNumber) else None
    return schedule.time_zone if schedule else house().time_zone


def _shown(row: PhoneNumber | Menu, zone: str, asked: Asked) -> dict[str, Any]:
    name = f"telephony_{row._meta.model_name}_preview"
    return {
        "asked": asked,
        "errors": {},
        "keypad": KEYPAD,
        "most_keys": MOST_KEYS,
        "town": whens.place(zone),
        "url": reverse(f"admin:{name}", args=[row.pk]),
        "part_url": reverse(f"admin:{name}_part", args=[row.pk]),
    }


def _played(row: PhoneNumber | Menu, trial: Trial) -> Rehearsal:
    if isinstance(row, PhoneNumber):
        return previews.of_number(row, trial)
    return previews.of_menu(row, trial)


def _taker(asked: Asked, user: Any, errors: dict[str, str]) -> Staff | None:
    try:
        return previews.read_taker(asked.taker, access.visible(user, Staff.objects.all()))
    except Refused as error:
        errors["taker"] = str(error.message)
        return None


def _trial(asked: Asked, zone: str, errors: dict[str, str]) -> Trial | None:
    at, caller, keys = _instant(asked.at, zone), "", ""
    if at is None:
        errors["at"] = _("Write the time on the clock of the schedule, like 2027-01-04T18:00.")
    try:
        caller = previews.read_caller(asked.caller.strip())
    except Refused as error:
        errors["caller"] = str(error.message)
    try:
        keys = previews.read_keys(asked.digits)
    except Refused as error:
        errors["digits"] = str(error.message)
    return None if errors or at is None else Trial(at, caller, keys)


def _instant(text: str, zone: str) -> datetime | None:
    try:
        local = datetime.fromisoformat(text)
        # beside the ends of the calendar no zone can be reckoned with
        near = wall.is_near(local.replace(tzinfo=ZoneInfo("UTC")))
    except (ValueError, OverflowError):
        return None
    return wall.instant(local, zone) if near and local.tzinfo is None else None
