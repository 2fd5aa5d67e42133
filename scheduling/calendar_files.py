"""A calendar file as an import takes it: read for a schedule, with words for what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oncall_portal.lib.errors import Refused
from scheduling import ical
from scheduling.enums import ImportDoubt, ImportResult
from scheduling.ical.matching import Known
from scheduling.models import Schedule, Service, Staff
from scheduling.types import CalendarFile, Who

LARGEST = ical.LARGEST_FILE
MOST_DAYS = ical.LONGEST_WINDOW.days

_WORDS: Mapping[str, Any] = {
    "file_too_large": gettext_lazy("A calendar file has 5 MB at most: export fewer months."),
    "not_a_calendar": gettext_lazy(
        "This is not a calendar file: choose what another program exported as .ics."
    ),
    "too_many_events": gettext_lazy(
        "There are more than 5,000 events in it, or rules that come more than once an hour: "
        "export fewer months, or one calendar at a time."
    ),
    "unknown_time_zone": gettext_lazy(
        "Nobody knows the time zone “%(name)s”: give the events another one, and export them again."
    ),
    "no_events": gettext_lazy(
        "There is no event to come in it (over: %(past)d; too far ahead: %(later)d; "
        "cancelled: %(cancelled)d)."
    ),
}
DOUBTS: Mapping[ImportDoubt, Any] = {
    ImportDoubt.UNREADABLE_EVENT: gettext_lazy("its times or its rule cannot be read"),
    ImportDoubt.EVENT_TOO_LONG: gettext_lazy("it lasts more than 60 days"),
    ImportDoubt.NO_DURATION: gettext_lazy("it has no duration"),
}
RESULTS: Mapping[ImportResult, Any] = {
    ImportResult.ADDED: gettext_lazy("new"),
    ImportResult.ALREADY_THERE: gettext_lazy("there already"),
    ImportResult.LEFT_OUT: gettext_lazy("left out"),
    ImportResult.PAST: gettext_lazy("over"),
}


def read(data: bytes, schedule: Schedule, now: datetime, days: int = MOST_DAYS) -> CalendarFile:
    """Return what a file holds for a schedule from `now` on, for that many days.

    Raises Refused, on the field `file`: file_too_large, not_a_calendar, too_many_events,
    unknown_time_zone, no_events.
    """
    try:
        return ical.read(data, schedule.time_zone, now, now + timedelta(days=days))
    except ical.CalendarRefused as refused:
        raise Refused(refused.code, _WORDS[refused.code] % refused.params, "file") from refused


def too_large() -> Refused:
    """Return the refusal of a file that need not even be read."""
    return Refused("file_too_large", str(_WORDS["file_too_large"]), "file")


def required() -> Refused:
    """Return the refusal where no file was sent."""
    return Refused("required", _("Choose a file."), "file")


def known() -> list[Known]:
    """Return who may be meant: people and services in use; two queries."""
    staff = Staff.objects.filter(active=True).order_by("name", "pk")
    services = Service.objects.filter(active=True).order_by("pk")
    return [
        *(Known(Who(staff=row.pk), (row.name,), row.email) for row in staff),
        *(Known(Who(service=row.pk), tuple(row.name.values())) for row in services),
    ]
