"""A calendar file that was looked at, as text that comes back in the form: nothing waits here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from oncall_portal.lib.errors import Refused
from scheduling.enums import ImportDoubt
from scheduling.types import CalendarEvent, CalendarFile, DoubtfulEvent, Party, Period

_MOST_PEOPLE = 3  # of an event: the first one tells whose it is
_LASTS = 3600  # seconds
LONGEST = 2_000_000  # what Django takes in a form


def seal(found: CalendarFile, salt: str) -> str:
    """Return the file as text, signed for `salt`; raise Refused (file_too_large)."""
    parts = [
        [found.name, found.past, found.later, found.cancelled],
        [[d.reason.value, d.title, d.starts_at and d.starts_at.isoformat()] for d in found.doubts],
        [_plain(event) for event in found.events],
    ]
    sealed = signing.dumps(parts, salt=salt, compress=True)
    if len(sealed) > LONGEST:
        message = _("There is too much text in this calendar for one import: export fewer months.")
        raise Refused("file_too_large", message, "file")
    return sealed


def opened(sealed: str, salt: str) -> CalendarFile:
    """Return the file that was sealed; raise Refused where that is too long ago."""
    try:
        head, doubts, events = signing.loads(sealed, salt=salt, max_age=_LASTS)
    except signing.BadSignature as error:
        message = _("It was looked at too long ago: choose the file again.")
        raise Refused("looked_at_too_long_ago", message, "file") from error
    name, past, later, cancelled = head
    return CalendarFile(
        name,
        tuple(_event(*event) for event in events),
        tuple(
            DoubtfulEvent(ImportDoubt(reason), title, at and datetime.fromisoformat(at))
            for reason, title, at in doubts
        ),
        past,
        later,
        cancelled,
    )


def _plain(event: CalendarEvent) -> list[Any]:
    ends = (event.period.starts_at.isoformat(), event.period.ends_at.isoformat())
    people = [[each.name, each.email] for each in event.people[:_MOST_PEOPLE]]
    return [event.uid, *ends, event.title, people]


def _event(uid: str, start: str, end: str, title: str, people: list[list[str]]) -> CalendarEvent:
    period = Period(datetime.fromisoformat(start), datetime.fromisoformat(end))
    return CalendarEvent(uid, period, title, tuple(Party(*each) for each in people))
