"""The calendar's page, and the JSON it asks for when it turns a leaf or something changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from oncall_portal.lib import clock
from oncall_portal.lib.access import can, visible
from scheduling import diverts, wall, whens
from scheduling.calendar import feed, panels
from scheduling.calendar.texts import texts
from scheduling.calendar.window import View, around
from scheduling.models import Divert, RotaOperation, Schedule, Shift

REMEMBERED = "calendar_schedule"


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Go to the schedule last looked at, else the first; without any, to the list of schedules."""
    _check(request)
    rows = visible(request.user, Schedule.objects.order_by("name", "pk"))
    last = request.session.get(REMEMBERED, 0)
    row = rows.filter(pk=last).first() or rows.first()
    if row is None:
        return HttpResponseRedirect(reverse("admin:scheduling_schedule_changelist"))
    return HttpResponseRedirect(reverse("admin:scheduling_schedule_calendar", args=[row.pk]))


@require_safe
@cache_control(private=True, no_cache=True)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the calendar of a schedule."""
    _check(request)
    schedules = list(visible(request.user, Schedule.objects.order_by("name", "pk")))
    schedule = next((row for row in schedules if row.pk == pk), None)
    if schedule is None:
        schedule = get_object_or_404(Schedule, pk=pk)
    if request.session.get(REMEMBERED) != pk:
        request.session[REMEMBERED] = pk
    editable = can(request.user, "change", Shift)
    shown = _asked(request, schedule)
    divertible = can(request.user, "add", Divert)
    context = {
        **admin.site.each_context(request),
        **(diverts.dialog_context(schedule, now=clock.now()) if divertible else {}),
        "title": schedule.name,
        "schedule": schedule,
        "schedules": schedules,
        "place": whens.place(schedule.time_zone),
        "editable": editable,
        "levels": range(1, feed.HIGHEST_LEVEL + 1),
        "people": shown["people"],
        "rota": {
            "schedule": schedule.pk,
            "editable": editable,
            "data": reverse("admin:scheduling_schedule_calendar_data", args=[pk]),
            "texts": texts(),
            "shown": shown,
        },
    }
    return TemplateResponse(request, "scheduling/calendar.html", context)


@require_safe
@cache_control(private=True, no_cache=True)
@conditional_page
def data(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer what the page shows of `?view=` around `?on=`; unchanged, it costs a 304."""
    _check(request)
    schedule = get_object_or_404(Schedule, pk=pk)
    return JsonResponse(_asked(request, schedule))


def _check(request: HttpRequest) -> None:
    if not can(request.user, "view", Schedule):
        raise PermissionDenied


def _asked(request: HttpRequest, schedule: Schedule) -> dict[str, Any]:
    """Return the view asked for; what cannot be read means this month."""
    now = clock.now()
    try:
        view = View(request.GET.get("view", View.MONTH))
    except ValueError:
        view = View.MONTH
    try:
        day = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        day = wall.wall(now, schedule.time_zone).date()
    shown = feed.describe(feed.load(schedule, around(view, day), now))
    if can(request.user, "view", RotaOperation) and request.user.pk:
        shown["changes"] = panels.changes(request.user.pk, schedule)
    return shown
