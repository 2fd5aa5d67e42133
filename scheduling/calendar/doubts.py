"""The page of what is doubtful about the coming shifts of a schedule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from oncall_portal.lib import clock
from oncall_portal.lib.access import can
from scheduling import shift_warnings, wall, whens
from scheduling.calendar import panels
from scheduling.enums import ShiftState
from scheduling.models import Schedule, Shift

AHEAD = timedelta(days=92)


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """List the warnings of three months, first to begin first, each with the way to its shift."""
    if not can(request.user, "view", Schedule):
        raise PermissionDenied
    schedule, now = get_object_or_404(Schedule, pk=pk), clock.now()
    context = {
        **admin.site.each_context(request),
        "title": schedule.name,
        "schedule": schedule,
        "place": whens.place(schedule.time_zone),
        "until": wall.wall(now + AHEAD, schedule.time_zone),
        "entries": list(_entries(schedule, now)),
    }
    return TemplateResponse(request, "scheduling/warnings.html", context)


def _entries(schedule: Schedule, now: datetime) -> Iterator[dict[str, Any]]:
    live = Shift.objects.filter(schedule=schedule).exclude(state=ShiftState.CANCELLED.value)
    rows = list(live.filter(period__overlap=(now, now + AHEAD)).order_by("period", "level", "pk"))
    found = shift_warnings.of_shifts(rows)
    calendar = reverse("admin:scheduling_schedule_calendar", args=[schedule.pk])
    for row in rows:
        day = wall.wall(max(row.starts_at, now), schedule.time_zone).date()
        asked = {"view": "day", "on": day.isoformat(), "asked": 1, "shift": row.pk}
        for warning in panels.of_shift(row.pk, found):
            yield {
                **warning,
                "level": row.level,
                "words": whens.span(row.starts_at, row.ends_at, schedule.time_zone),
                "url": f"{calendar}?{urlencode(asked)}",
            }
