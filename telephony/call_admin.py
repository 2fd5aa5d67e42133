"""The pages of calls: a list and a call's own page, both live; nobody edits a call."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from oncall_portal.lib import clock, sheets
from scheduling.queries import house
from telephony import call_export, call_list, call_page
from telephony.call_gestures import LIVE, PART, Gestures
from telephony.models import Call, PhoneNumber


class CallAdmin(Gestures):
    """Calls: history, and what is in progress."""

    list_display = ("started_at",)
    list_filter = (
        call_list.Result,
        call_list.Since,
        call_list.Called,
        call_list.Taken,
        call_list.Way,
        call_list.TriageIs,
    )
    search_fields = ("caller",)  # see get_search_results
    search_help_text = _("A caller's name or number in any spelling, a label, or who was rung")
    show_full_result_count = False
    list_per_page = 50

    def get_urls(self) -> list[URLPattern]:
        """Add what the pages ask for while they stand open."""
        enter = self.admin_site.admin_view
        return [
            path("live/", enter(self.live_rows, True), name="telephony_call_live"),
            path("export/<slug:kind>/", enter(self.export), name="telephony_call_export"),
            path("<int:pk>/live/", enter(self.live_call, True), name="telephony_call_live_one"),
            *super().get_urls(),
        ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return the list that has what is in progress on top."""
        return call_list.CallChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search as `call_list.search` says."""
        return call_list.search(queryset, search_term, house().region), False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the calls that the asker may see, with what their rows need."""
        return call_list.with_rows(super().get_queryset(request))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list; the rows are ours, the machinery is Django's."""
        answer = super().changelist_view(request, extra_context)
        if isinstance(answer, TemplateResponse) and answer.context_data:
            answer.context_data.update(self._rows(request, answer.context_data["cl"]))
        return answer

    @method_decorator(LIVE)
    def live_rows(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the rows anew; unchanged, it costs a 304."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            found = self.get_changelist_instance(request)
        except IncorrectLookupParameters as error:
            raise BadRequest from error
        context = self._rows(request, found)
        return render(request, "admin/telephony/call/rows.html", context, PART)

    @method_decorator(require_safe)
    def export(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """Answer the calls of the list, as it is filtered and searched, as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if kind not in sheets.TYPES:
            raise Http404
        back = HttpResponseRedirect(reverse("admin:telephony_call_changelist"))
        try:
            found = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return back
        if found.count() > call_export.MOST:
            message = _("These are more than 100,000 calls: choose fewer days or a number.")
            self.message_user(request, str(message), messages.ERROR)
            return back
        zone = ZoneInfo(house().time_zone)
        lines = call_export.lines(found, request.user, zone)
        name = f"calls-{clock.now().astimezone(zone):%Y-%m-%d}"
        return sheets.download(name, kind, call_export.COLUMNS, lines)

    def _rows(self, request: HttpRequest, cl: Any) -> dict[str, Any]:
        query = request.GET.urlencode()
        address = reverse("admin:telephony_call_live")
        return {
            "cl": cl,
            "rows": call_list.rows(cl.result_list, clock.now(), request.user),
            "live_url": f"{address}?{query}" if query else address,
            "lines": [] if cl.result_list else list(PhoneNumber.objects.all()[:3]),
        }

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a call's own page."""
        call = self.get_object(request, unquote(object_id))
        if call is None:
            missing: HttpResponse = self._get_obj_does_not_exist_redirect(  # type: ignore[attr-defined]
                request, self.opts, object_id
            )
            return missing
        if request.method != "GET" or not self.has_view_permission(request, call):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            **call_page.context(call, request.user, clock.now()),
            "opts": self.opts,
        }
        context["title"] = context["verdict"]
        return TemplateResponse(request, "admin/telephony/call/change_form.html", context)

    @method_decorator(LIVE)
    def live_call(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Answer the content of a call's page anew; unchanged, it costs a 304."""
        call: Call | None = self.get_object(request, str(pk))
        if call is None or not self.has_view_permission(request, call):
            raise Http404
        context = call_page.context(call, request.user, clock.now())
        return render(request, "admin/telephony/call/live.html", context, PART)
