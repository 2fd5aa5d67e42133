"""The page of what would go wrong at a number: when, what, and where to mend it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from oncall_portal.lib import access, clock
from oncall_portal.lib.admin import Guarded
from scheduling.queries import house
from telephony import labels, number_scan, problem_letters
from telephony.enums import Problem
from telephony.models import NumberProblem, PhoneNumber

_PAGES = {
    "schedule": "admin:scheduling_schedule_calendar",
    "staff": "admin:scheduling_staff_change",
    "service": "admin:scheduling_service_change",
    "number": "admin:telephony_phonenumber_change",
    "menu": "admin:telephony_menu_change",
}


@admin.register(NumberProblem)
class NumberProblemAdmin(Guarded):
    """Problems ahead: found by the scan, by number; nobody edits them."""

    change_list_template = "admin/telephony/numberproblem/change_list.html"
    list_display = ("phone_number", "what", "when", "told_at", "mend_link")
    list_display_links = ("what",)
    list_filter = ("kind", "phone_number")
    list_select_related = ("phone_number__schedule",)
    ordering = ("phone_number__name", "period", "pk")
    search_fields = ("name", "phone_number__name")
    fields = readonly_fields = ("phone_number", "what", "when", "found_at", "told_at", "mend_link")

    @admin.display(description=_("what"), ordering="kind")
    def what(self, row: NumberProblem) -> str:
        """Return what a caller would find, and whose fault it is."""
        name = f": {row.name}" if row.name else ""
        return f"{labels.PROBLEM[row.kind]}{name}"

    @admin.display(description=_("when"), ordering="period")
    def when(self, row: NumberProblem) -> str:
        """Return the stretch by the schedule's clock; what lasts until somebody acts has none."""
        if row.kind in (Problem.DISABLED_NUMBER, Problem.MISSING_PROMPT):
            return str(_("until it is changed"))
        schedule = row.phone_number.schedule
        return problem_letters.when(row, schedule.time_zone if schedule else house().time_zone)

    @admin.display(description=_("to mend it"))
    def mend_link(self, row: NumberProblem) -> SafeString | None:
        """Return the way to what must be changed; None (a dash) where there is no such page."""
        kind, _colon, pk = row.mend.partition(":")
        address = row.mend
        if kind in _PAGES and pk.isdigit():
            address = reverse(_PAGES[kind], args=[pk])
        if not address.startswith("/"):
            return None
        return format_html('<a href="{}">{}</a>', address, _("Open"))

    def get_urls(self) -> list[URLPattern]:
        """Add the scan on demand."""
        site = self.admin_site.admin_view
        return [
            path("scan/", site(self.scan), name="telephony_numberproblem_scan"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Offer the scan to those who may change numbers."""
        may = access.can(request.user, "change", PhoneNumber)
        return super().changelist_view(request, {**(extra_context or {}), "may_scan": may})

    def scan(self, request: HttpRequest) -> HttpResponseBase:
        """Look at every number now, and come back with what is new."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not access.can(request.user, "change", PhoneNumber):
            raise PermissionDenied
        news = number_scan.scan(clock.now())
        words = ngettext("%(count)d new problem.", "%(count)d new problems.", news)
        told = words % {"count": news} if news else _("Nothing new.")
        messages.info(request, str(told))
        return HttpResponseRedirect(reverse("admin:telephony_numberproblem_changelist"))
