"""Private calendar addresses: what programs read there, and the page where people get one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oncall_portal.lib import access, clock
from oncall_portal.lib.errors import Stale
from scheduling import feed_content, services
from scheduling.models import CalendarFeed, Schedule, Staff

PAGE = "admin/scheduling/subscribe.html"
_HEADERS = {
    "Cache-Control": "private, no-cache",
    "Content-Disposition": 'inline; filename="rota.ics"',
    "X-Robots-Tag": "noindex, nofollow",
}


@require_safe
def calendar_file(request: HttpRequest, token: str) -> HttpResponse:
    """Answer the calendar behind an address; 304 to who has it already, 410 where it is revoked."""
    try:
        body = feed_content.read(token, clock.now())
    except CalendarFeed.DoesNotExist as error:
        raise Http404 from error
    except feed_content.Revoked:
        return HttpResponse(status=410, headers=_HEADERS)
    answer = HttpResponse(body, "text/calendar; charset=utf-8", headers=_HEADERS)
    answer["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return get_conditional_response(request, etag=answer["ETag"], response=answer) or answer


@dataclass(frozen=True)
class Address:
    """An address as the page shows it; `webcal` opens calendar programs."""

    feed: CalendarFeed
    url: str

    @property
    def webcal(self) -> str:
        """The same address, as programs register for it."""
        return f"webcal:{self.url.partition(':')[2]}"


def subscribe_url(feed: CalendarFeed) -> str:
    """Return the page where a feed is found."""
    if feed.staff_id:
        return reverse("admin:scheduling_staff_subscribe", args=[feed.staff_id])
    return reverse("admin:scheduling_schedule_subscribe", args=[feed.schedule_id])


def of_schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the asker's addresses of a schedule, and make or revoke them."""
    return page(request, {"schedule": get_object_or_404(Schedule, pk=pk)})


def of_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the addresses of a person's own duties, and make or revoke them."""
    return page(request, {"staff": get_object_or_404(Staff, pk=pk)})


def page(
    request: HttpRequest, of: dict[str, Any], template: str = PAGE, **more: Any
) -> HttpResponse:
    """Show the asker's addresses `of` one schedule or person, or make or revoke one as asked."""
    subject = next(iter(of.values()))
    if not access.can(request.user, "view", subject):
        raise PermissionDenied
    if not access.can(request.user, "add", CalendarFeed(**of)):
        raise PermissionDenied
    rows = access.visible(request.user, CalendarFeed.objects.filter(**of, revoked_at=None))
    if request.method == "POST":
        return _act(request, of, rows)
    found = rows.select_related("created_by")
    context = {
        **admin.site.each_context(request),
        "opts": subject._meta,
        "subject": subject,
        "is_schedule": "schedule" in of,
        "title": _("Subscribe to %(name)s") % {"name": subject},
        "addresses": [Address(feed, feed_content.address_of(feed)) for feed in found],
        **more,
    }
    return render(request, template, context)


def _act(request: HttpRequest, of: dict[str, Any], rows: Any) -> HttpResponse:
    """Make, renew or revoke an address as asked, and show the page again."""
    asked = request.POST.get("act", "")
    try:
        if asked == "create":
            services.create_feed(of)
            messages.success(request, _("The address is ready: copy it into your calendar."))
        elif asked in ("renew", "revoke"):
            feed = rows.get(pk=int(request.POST.get("feed", "")))
            version = int(request.POST.get("version", ""))
            if asked == "renew":
                services.renew_feed(feed.pk, version)
                messages.success(request, _("There is a new address; the old one is empty now."))
            else:
                services.revoke_feed(feed.pk, version)
                messages.success(request, _("The address is out of use: it shows nothing now."))
    except (ValueError, CalendarFeed.DoesNotExist) as error:
        raise Http404 from error
    except Stale:
        messages.error(request, _("It was changed by someone else since: look again."))
    return HttpResponseRedirect(request.path)
