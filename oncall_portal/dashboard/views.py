"""The home page of the admin, and the part of it that is asked for again while it is open."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oncall_portal import statistics
from oncall_portal.dashboard import cover, duty, recent
from oncall_portal.lib import clock
from oncall_portal.lib.access import can
from oncall_portal.outbox import services as outbox
from scheduling import diverts, whens
from scheduling.access import SEE_NUMBER
from scheduling.glance import colours
from scheduling.models import ContactNumber, Divert, Schedule, Shift, Staff
from scheduling.outlook import outlooks
from scheduling.queries import house
from scheduling.types import Contact
from telephony import pulse
from telephony.models import PhoneNumber

AHEAD = timedelta(days=cover.DAYS + 1)  # a zone's fourteen days may end a day after ours
BEFORE = timedelta(days=1)


@dataclass(frozen=True)
class SetUp:
    """One thing that a portal needs before its first call, and where to do it."""

    label: str
    is_done: bool
    url: str


@dataclass(frozen=True)
class Health:
    """A part of the portal: whether it works, in words."""

    label: str
    state: str
    is_fine: bool


def index(request: HttpRequest, extra_context: Mapping[str, Any] | None = None) -> TemplateResponse:
    """Show who takes the call now, what is covered, and what came in; a fixed number of queries."""
    frame = admin.site.each_context(request)
    now = clock.now()
    context = {**frame, **live(request), "title": _("On call now"), **(extra_context or {})}
    if can(request.user, "add", Divert):
        context |= diverts.dialog_context(now=now)
    return TemplateResponse(request, "admin/index.html", context)


@require_safe
def now_part(request: HttpRequest) -> HttpResponse:
    """Answer the live part of the page as HTML; 304 while nothing in it changed."""
    body = render_to_string("admin/home_live.html", live(request), request)
    tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Cookie"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(body, headers=headers)


def live(request: HttpRequest) -> dict[str, Any]:
    """Return what changes by itself while the page is open."""
    user, now, own = request.user, clock.now(), house()
    language = (get_language() or "en")[:2]
    seen = outlooks(now - BEFORE, now + AHEAD, language)
    known = colours()
    rows = [duty.row(each, now, known, lambda contact: _sees(user, contact)) for each in seen]
    strips = [cover.strip(each, now) for each in seen]
    return {
        "clock": _("%(day)s in %(town)s")
        % {"day": whens.day(now, own.time_zone), "town": whens.place(own.time_zone)},
        "rows": rows,
        "strips": strips,
        "holes": sum(len(strip.holes) + strip.more for strip in strips),
        "back": statistics.back_in_words(now - timedelta(days=statistics.DAYS), now),
        "recent": recent.recent(user, now, own.time_zone),
        "set_up": _set_up(user, rows),
        "health": _health(now),
        "may_divert": can(user, "add", Divert),
        "may_plan": can(user, "add", Shift),
    }


def _sees(user: Any, contact: Contact) -> bool:
    return can(user, SEE_NUMBER, ContactNumber(staff_id=contact.owner_staff))


def _set_up(user: Any, rows: list[duty.Row]) -> list[SetUp]:
    """Return what is still to be done before the first call; none when all of it is."""
    calendar = "admin:scheduling_schedule_calendar"
    steps = [
        (_("Add a person with a phone number"), _people(), Staff, "admin:scheduling_staff_add"),
        (_("Add a schedule"), bool(rows), Schedule, "admin:scheduling_schedule_add"),
        (
            _("Put somebody on call"),
            any(row.state is duty.Now.ON for row in rows),
            Shift,
            reverse(calendar, args=[rows[0].key]) if rows else "",
        ),
        (
            _("Add the number that callers dial, and give it the schedule"),
            PhoneNumber.objects.filter(schedule__isnull=False).exists(),
            PhoneNumber,
            "admin:telephony_phonenumber_add",
        ),
    ]
    if all(done for _label, done, _model, _name in steps):
        return []
    return [
        SetUp(label, done, _address(name) if can(user, "add", model) and not done else "")
        for label, done, model, name in steps
    ]


def _address(name: str) -> str:
    return reverse(name) if name.startswith("admin:") else name


def _people() -> bool:
    return ContactNumber.objects.filter(enabled=True, staff__active=True).exists()


def _health(now: Any) -> list[Health]:
    """Return the parts that can be asked without leaving the database; two queries."""
    late = outbox.late(now)
    watched = pulse.is_alive(now)
    return [
        Health(
            _("Telephone platform"),
            _("configured") if settings.VONAGE else _("not configured: no call can come in"),
            bool(settings.VONAGE),
        ),
        Health(
            _("Watchdog"),
            _("running") if watched else _("not heard of for 30 s; start manage.py watchdog"),
            watched,
        ),
        Health(
            _("E-mail"),
            _("nothing waits")
            if not late
            else _("%(count)s waiting to be sent; look at the worker and the mail server")
            % {"count": late},
            not late,
        ),
    ]
