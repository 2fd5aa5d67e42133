"""What people do to a call from its pages: call back, hang up, block; the page of what goes on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import (
    conditional_page,
    require_http_methods,
    require_POST,
    require_safe,
)

from oncall_portal.lib import clock, phone
from oncall_portal.lib.access import can
from oncall_portal.lib.admin import Guarded
from oncall_portal.lib.errors import Refused
from scheduling import whens
from scheduling.queries import house
from telephony import blocking_services, calling_back, live_page, placing, promise_page
from telephony.access import CALL_BACK, END_CALL
from telephony.call_page import line_name, may_block
from telephony.models import Call
from telephony.story import caller_words, zone_of

# Part of a page, which no browser should show as one.
PART = "text/plain; charset=utf-8"
LIVE = [require_safe, cache_control(private=True, no_cache=True), conditional_page]
_ASKS = method_decorator(require_http_methods(["GET", "HEAD", "POST"]))


class Gestures(Guarded):
    """The addresses of these pages, for the admin of calls."""

    def get_urls(self) -> list[URLPattern]:
        """Add what is done to one call, and the page of all that go on."""
        enter = self.admin_site.admin_view
        return [
            path("in-progress/", enter(self.in_progress), name="telephony_call_in_progress"),
            path(
                "in-progress/rows/",
                enter(self.in_progress_rows, True),
                name="telephony_call_in_progress_rows",
            ),
            path("<int:pk>/call-back/", enter(self.call_back), name="telephony_call_back"),
            path("<int:pk>/hang-up/", enter(self.hang_up), name="telephony_call_hang_up"),
            path("<int:pk>/block/", enter(self.block), name="telephony_call_block"),
            path("<int:pk>/promise/", enter(self.promise), name="telephony_call_promise"),
            *super().get_urls(),
        ]

    @method_decorator(require_safe)
    def in_progress(self, request: HttpRequest) -> HttpResponse:
        """Show the calls in progress; the page keeps itself up to date."""
        context = {**self.admin_site.each_context(request), **self._going_on(request)}
        context |= {"title": _("Calls in progress"), "opts": self.opts}
        return TemplateResponse(request, "admin/telephony/call/in_progress.html", context)

    @method_decorator(LIVE)
    def in_progress_rows(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the rows anew; unchanged, it costs a 304."""
        template = "admin/telephony/call/in_progress_rows.html"
        return render(request, template, self._going_on(request), PART)

    def _going_on(self, request: HttpRequest) -> dict[str, Any]:
        if not self.has_view_permission(request):
            raise PermissionDenied
        calls = live_page.live(super().get_queryset(request))
        return {"rows": live_page.rows(calls, request.user)}

    @_ASKS
    def call_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask which phone rings first; then ring it, and show the new call."""
        call = self._call(request, pk, CALL_BACK)
        form = calling_back.CallBackForm(request)
        placed = form.place(
            lambda own: placing.call_back(call, request.user, own, clock.now()),
        )
        if placed is not None:
            return HttpResponseRedirect(_page(placed.pk))
        number = placing.number_of(call)
        whom = phone.spaced(number) if number else caller_words(call)
        shown = calling_back.context(form, whom, line_name(call))
        return self._ask(request, call, "call_back", {**shown, "title": _("Call back")})

    @_ASKS
    def hang_up(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask once more, then end the call for everybody in it."""
        call = self._call(request, pk, END_CALL)
        if request.method == "POST":
            try:
                placing.end(call, request.user, clock.now())
            except Refused as refusal:
                messages.warning(request, str(refusal.message))
            else:
                messages.success(request, _("The call is being ended."))
            return HttpResponseRedirect(_page(pk))
        context = {"title": _("Hang up"), "who": caller_words(call), "line": line_name(call)}
        return self._ask(request, call, "hang_up", context)

    @_ASKS
    def block(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask once more, then take no call of this caller any more."""
        call = self._seen(request, pk)
        if not may_block(call, request.user):
            raise PermissionDenied
        caller = caller_words(call)
        if request.method == "POST":
            try:
                blocking_services.block(call.caller, _note_of(call))
            except Refused as refusal:
                messages.warning(request, str(refusal.message))
            else:
                done = _("Calls from %(caller)s are no longer taken.") % {"caller": caller}
                messages.success(request, done)
            return HttpResponseRedirect(_page(pk))
        return self._ask(request, call, "block", {"title": _("Block this caller"), "who": caller})

    @method_decorator(require_POST)
    def promise(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take what is done about a promise to call back, or said about the call."""
        call = self._seen(request, pk)
        try:
            done = promise_page.act(call, request.POST, request.user, clock.now())
        except Refused as refusal:
            messages.warning(request, str(refusal.message))
        else:
            if done is None:
                raise PermissionDenied
            messages.success(request, done)
        return HttpResponseRedirect(_page(pk))

    def _call(self, request: HttpRequest, pk: int, action: str) -> Call:
        call = self._seen(request, pk)
        if not can(request.user, action, call):
            raise PermissionDenied
        return call

    def _seen(self, request: HttpRequest, pk: int) -> Call:
        call: Call | None = self.get_object(request, str(pk))
        if call is None or not self.has_view_permission(request, call):
            raise Http404
        return call

    def _ask(
        self, request: HttpRequest, call: Call, template: str, context: dict[str, Any]
    ) -> HttpResponse:
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "call": call}
        name = f"admin/telephony/call/{template}.html"
        return TemplateResponse(request, name, {**frame, **context, "back": _page(call.pk)})


def _note_of(call: Call) -> str:
    """Return where an entry of the block list comes from, by the clock of the call's page."""
    local = call.started_at.astimezone(zone_of(call, house().time_zone))
    return _("Blocked from the call of %(at)s") % {"at": whens.said(local, "j M Y, H:i")}


def _page(pk: int) -> str:
    return reverse("admin:telephony_call_change", args=[pk])
