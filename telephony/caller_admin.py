"""The admin of callers: who they are, whom we do not take, texts, requests to be called back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from oncall_portal.lib import access, clock, phone
from oncall_portal.lib.admin import Guarded, ServedAdmin, VersionedForm
from scheduling.queries import house
from telephony import caller_page, calling_back, open_texts, placing
from telephony.access import CALL_BACK
from telephony.call_gestures import LIVE, PART
from telephony.models import Caller, TextMessage
from telephony.writes import CALLERS


class CallerForm(VersionedForm):
    """What is known of a caller; the number of a new one in any usual spelling."""

    number = forms.CharField(label=_("Number"), max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("number", None)

    def clean_number(self) -> str:
        """Return E.164, or say how to write a number."""
        return phone.parse(self.cleaned_data["number"], house().region)


@admin.register(Caller)
class CallerAdmin(ServedAdmin):
    """Callers: who they are, the stream of their calls and texts, and a text in answer."""

    form = CallerForm
    writes = CALLERS
    list_display = ("spaced_number", "name", "language", "email", "sms_stopped_at")
    search_fields = ("number", "name", "email")
    change_form_template = "admin/telephony/caller/change_form.html"

    readonly_fields = ("sms_stopped_at",)

    @admin.display(description=_("Number"), ordering="number")
    def spaced_number(self, row: Caller) -> str:
        """Return the number as people write it."""
        return phone.spaced(str(row.number))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return what a page of a caller has; the number is written once."""
        rest = ("name", "language", "email", "address")
        return (*rest, "sms_stopped_at", "version") if obj else ("number", *rest, "version")

    def get_urls(self) -> list[URLPattern]:
        """Add what the page asks for, and where an answer goes."""
        enter = self.admin_site.admin_view
        return [
            path("<int:pk>/live/", enter(self.live, True), name="telephony_caller_live"),
            path("<int:pk>/reply/", enter(self.reply), name="telephony_caller_reply"),
            path("<int:pk>/call-back/", enter(self.call_back), name="telephony_caller_back"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the caller's form with the stream and the form to answer."""
        caller = self.get_object(request, unquote(object_id))
        more = dict(extra_context or {})
        if caller is not None and self.has_view_permission(request, caller):
            more |= caller_page.context(caller, request.user, clock.now(), more.pop("form", None))
        return super().change_view(request, object_id, form_url, more)

    @method_decorator(LIVE)
    def live(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Answer the stream anew; unchanged, it costs a 304."""
        caller: Caller | None = self.get_object(request, str(pk))
        if caller is None or not self.has_view_permission(request, caller):
            raise Http404
        context = caller_page.stream(caller, request.user, clock.now())
        return render(request, "admin/telephony/caller/stream.html", context, PART)

    @method_decorator(require_POST)
    def reply(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Send a text; refused, show the page again with what was written and the reason."""
        if not access.can(request.user, "add", TextMessage):
            raise PermissionDenied
        caller: Caller | None = self.get_object(request, str(pk))
        if caller is None:
            raise Http404
        form = caller_page.ReplyForm(request.POST)
        if form.send(caller, request.user, clock.now()):
            return HttpResponseRedirect(reverse("admin:telephony_caller_change", args=[pk]))
        request.method = "GET"  # the page is shown, not its own form taken
        shown = self.change_view(request, str(pk), "", {"form": form})
        shown.status_code = 422
        return shown

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def call_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask which phone rings first; then ring it, and show the new call."""
        caller: Caller | None = self.get_object(request, str(pk))
        if caller is None or not self.has_view_permission(request, caller):
            raise Http404
        if not access.can(request.user, CALL_BACK, caller):
            raise PermissionDenied
        line = placing.line_to_show(caller_page.last_line(caller))
        number = str(caller.number)
        form = calling_back.CallBackForm(request)
        placed = form.place(
            lambda own: placing.place(request.user, number, line, own, clock.now()),
        )
        if placed is not None:
            return HttpResponseRedirect(reverse("admin:telephony_call_change", args=[placed.pk]))
        whom = caller.name or phone.spaced(number)
        shown = calling_back.context(form, whom, line.name if line else "")
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "caller": caller}
        back = reverse("admin:telephony_caller_change", args=[pk])
        context = {**frame, **shown, "title": _("Call back"), "back": back}
        return TemplateResponse(request, "admin/telephony/caller/call_back.html", context)


class ToAnswer(admin.SimpleListFilter):
    """Whether a text waits for a person's answer."""

    title, parameter_name = _("answer"), "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the one choice there is."""
        return [("open", _("To be answered"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what was chosen."""
        chosen = self.value() == "open"
        return open_texts.to_answer(queryset, clock.now()) if chosen else queryset


@admin.register(TextMessage)
class TextMessageAdmin(Guarded):
    """Texts: history, newest first; they are written on a caller's page."""

    list_display = ("whom", "text", "at", "phone_number", "direction", "state")
    list_display_links = ("at",)
    list_filter = (ToAnswer, "direction", "state")
    list_select_related = ("caller", "phone_number")
    search_fields = ("text", "caller__number", "caller__name")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return no: whoever may write one does so on the caller's page."""
        return False

    @admin.display(description=_("caller"), ordering="caller__name")
    def whom(self, row: TextMessage) -> str:
        """Return the caller, leading to the page on which they are answered."""
        address = reverse("admin:telephony_caller_change", args=[row.caller_id])
        words = row.caller.name or phone.spaced(str(row.caller.number))
        return format_html('<a href="{}">{}</a>', address, words)
