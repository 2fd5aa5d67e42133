"""The coming shifts as a form offers them: in words, under the names of their schedules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from scheduling import whens
from scheduling.enums import ShiftState
from scheduling.models import Schedule, Shift

_OF_ONE, _OF_ALL = timedelta(days=62), timedelta(days=14)

Choices = list[tuple[str, Any]]


def offer(form: Any, names: Iterable[str], schedule: Any, now: datetime) -> None:
    """Let these boxes of a form offer the shifts of a schedule that come; of all, without one."""
    told = _("The shifts of the next two weeks; of the next two months on one schedule:")
    links = ways(schedule)
    for name in names:
        if links:
            form.fields[name].help_text = format_html("{} {}", told, links)
        chosen = form[name].value()  # a box that was asked takes no other help any more
        form.fields[name].choices = coming(schedule, chosen, now)


def coming(schedule: Any, chosen: Any, now: datetime) -> Choices:
    """Return the shifts that are not over by `now` and begin soon, by schedule; one query.

    Soon is within two months on one `schedule`, within two weeks where none is given. The one
    that is `chosen` is among them, whenever it is. Both are ids as a form has them.
    """
    one = _number(schedule)
    ahead = Q(period__overlap=DateTimeTZRange(now, now + (_OF_ONE if one else _OF_ALL)))
    if one:
        ahead &= Q(schedule=one)
    live = ~Q(state=ShiftState.CANCELLED.value)
    rows = Shift.objects.filter(live & ahead | Q(pk=_number(chosen) or 0))
    rows = rows.select_related("schedule", "staff", "service")
    ordered = rows.order_by("schedule__name", "schedule", "period", "level", "pk")
    return [("", "---------"), *_grouped(ordered)]


def _grouped(rows: Iterable[Shift]) -> Iterable[tuple[str, Any]]:
    for schedule, theirs in groupby(rows, key=lambda row: row.schedule):
        yield schedule.name, [(row.pk, _words(row)) for row in theirs]


def _words(row: Shift) -> str:
    return _("%(span)s, level %(level)d, %(who)s") % {
        "span": whens.span(row.starts_at, row.ends_at, row.schedule.time_zone),
        "level": row.level,
        "who": row.staff or row.service,
    }


def ways(schedule: Any) -> SafeString | str:
    """Return the ways to the shifts of one schedule each, "" where one is chosen or is alone."""
    rows = [] if _number(schedule) else list(Schedule.objects.order_by("name"))
    if len(rows) < 2:
        return ""
    return format_html_join(", ", '<a href="?schedule={}">{}</a>', ((r.pk, r.name) for r in rows))


def _number(sent: Any) -> int | None:
    text = str(getattr(sent, "pk", sent) or "")
    return int(text) if text.isdecimal() and len(text) < 19 else None
