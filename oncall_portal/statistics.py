"""The statistics page: what became of the calls of the last thirty days."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from oncall_portal.lib import clock, spans
from oncall_portal.navigation import house_of
from scheduling import wall
from telephony import labels
from telephony.statistics import Figures, called_back, figures

DAYS = 30


def view(request: HttpRequest) -> HttpResponse:
    """Show the figures of the last thirty days by the clock of the house, today included."""
    now, zone = clock.now(), house_of(request).time_zone
    midnight = wall.wall(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    starts_at = wall.instant(midnight - timedelta(days=DAYS - 1), zone)
    found = figures(starts_at, now, zone)
    context = {
        **admin.site.each_context(request),
        "title": _("Statistics"),
        "figures": found,
        "outcomes": _outcomes(found),
        "most": max((day.calls for day in found.days), default=0),
        "median": None if found.median_wait is None else round(found.median_wait.total_seconds()),
        "days": DAYS,
        "back": back_in_words(starts_at, now),
    }
    return TemplateResponse(request, "admin/statistics.html", context)


def back_in_words(starts_at: datetime, now: datetime) -> dict[str, Any]:
    """Return how callers were called back since `starts_at`, {} where none was promised.

    One query; times are in words.
    """
    found = called_back(starts_at, now, now)
    if not found.promised:
        return {}
    times = {"median": found.median, "p90": found.p90}
    said = {name: spans.words(at.total_seconds()) if at else "" for name, at in times.items()}
    return {"of": found, "share": found.share, "days": DAYS, **said}


def _outcomes(found: Figures) -> list[dict[str, Any]]:
    """Return each outcome in words, with how many calls and the list of them."""
    calls = reverse("admin:telephony_call_changelist")
    return [
        {
            "label": labels.OUTCOME[outcome] if outcome else _("going on"),
            "calls": count,
            "url": f"{calls}?outcome__exact={outcome}" if outcome else calls,
        }
        for outcome, count in found.outcomes.items()
    ]
