"""The pages of diverts: set one from its own page or a dialog, change its end, end it now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oncall_portal.lib import clock
from oncall_portal.lib.access import can
from oncall_portal.lib.admin import Guarded
from oncall_portal.lib.errors import Refused, Stale
from scheduling import divert_words, queries, services
from scheduling.divert_form import DivertForm, EndForm
from scheduling.models import Divert, Schedule

PAGE = "admin/scheduling/divert/page.html"


def dialog_context(schedule: Schedule | None = None, *, now: datetime) -> dict[str, Any]:
    """Return what scheduling/divert_dialog.html needs on a page; `schedule` is chosen at first.

    Fourteen queries at most, whatever there is to choose from. For those who may add a
    divert.
    """
    chosen = f"schedule:{schedule.pk}" if schedule else ""
    return {"divert_form": DivertForm(now=now, chosen=chosen)}


class DivertAdmin(Guarded):
    """Diverts: set, changed and ended on pages of their own; those over stay on record."""

    list_display = ("target", "goal", "begins", "ends", "created_by")
    list_select_related = ("schedule", "phone_number", "to_staff", "to_service", "created_by")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Diverts are ended, and stay on record."""
        return False

    @admin.display(description=gettext_lazy("diverted"))
    def target(self, row: Divert) -> str:
        """Return the number or schedule that is diverted."""
        return str(row.schedule or row.phone_number)

    @admin.display(description=gettext_lazy("to"))
    def goal(self, row: Divert) -> str:
        """Return whom it leads to."""
        return divert_words.goal(row)

    @admin.display(description=gettext_lazy("from"))
    def begins(self, row: Divert) -> datetime:
        """Return the first instant in force."""
        return row.starts_at

    @admin.display(description=gettext_lazy("until"))
    def ends(self, row: Divert) -> datetime:
        """Return the first instant no longer in force."""
        return row.ends_at

    def get_urls(self) -> list[Any]:
        """Add the sentence of what would happen, and ending one."""
        site = self.admin_site.admin_view
        own = [
            path("preview/", site(self.preview), name="scheduling_divert_preview"),
            path("<int:pk>/end/", site(self.end), name="scheduling_divert_end"),
        ]
        return own + super().get_urls()

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the form, or set the divert; a script is answered in JSON."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        now = clock.now()
        sent = request.method == "POST"
        form = DivertForm(
            request.POST if sent else None, now=now, chosen=request.GET.get("target", "")
        )
        row = form.save(request.user) if sent and form.is_valid() else None
        if row is not None:
            row = queries.diverts_from(now).get(pk=row.pk)
            sentence = divert_words.sentence(row, now, form.zone)
            messages.success(request, sentence)
            return _done(request, sentence)
        if sent and _asks_json(request):
            return JsonResponse({"errors": form.errors})
        return self._page(request, {"title": _("Divert now"), "divert_form": form})

    def preview(self, request: HttpRequest) -> HttpResponse:
        """Answer the quick choices and what would happen, in words, for what is chosen so far."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = DivertForm(request.GET, now=clock.now())
        ends = [{"key": end.key, "words": end.words} for end in form.ends_offered]
        target = form.target_chosen
        clock_of = _("On the clock in %(town)s.") % {"town": target.town} if target else ""
        return JsonResponse({"sentence": form.prediction(), "ends": ends, "clock": clock_of})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a divert; those who may, move its end."""
        row = self.get_object(request, object_id)
        if row is None:
            return super().change_view(request, object_id, form_url, extra_context)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        now, house_zone = clock.now(), queries.house().time_zone
        form = EndForm(
            request.POST if request.method == "POST" else None,
            row=row,
            zone=queries.divert_zone(row, house_zone),
        )
        if request.method == "POST":
            if not self.has_change_permission(request, row):
                raise PermissionDenied
            try:
                if form.is_valid() and (changed := form.save(now)):
                    messages.success(request, divert_words.sentence(changed, now, house_zone))
                    return HttpResponseRedirect(reverse("admin:index"))
            except Stale:
                form.add_error(None, _("It was changed by someone else since: load it again."))
        return self._page(
            request,
            {
                "title": str(row.schedule or row.phone_number),
                "divert": row,
                "sentence": divert_words.sentence(row, now, house_zone),
                "end_form": form if _may_end(request, row, now) else None,
                "end_url": divert_words.end_url(row),
            },
        )

    def end(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End a divert now, and go back to where the asker was."""
        if request.method != "POST":
            return HttpResponse(status=405, headers={"Allow": "POST"})
        row = Divert.objects.filter(pk=pk).first()
        if row is None:
            raise Http404
        if not can(request.user, "delete", row):
            raise PermissionDenied
        try:
            version = int(request.GET.get("version", "0") or 0)
            services.end_divert(row.pk, version, clock.now())
            messages.success(
                request, _("The divert is over: the next call goes as the schedule says.")
            )
        except (Refused, Stale, ValueError) as error:
            stale = _("It was changed by someone else since: look again.")
            messages.error(request, str(getattr(error, "message", stale)))
        return _done(request, "")

    def _page(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        frame = self.admin_site.each_context(request)
        frame |= {"opts": self.opts, "next": _back(request), **context}
        return render(request, PAGE, frame)


def _may_end(request: HttpRequest, row: Divert, now: datetime) -> bool:
    return row.ends_at > now and can(request.user, "change", row)


def _asks_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _back(request: HttpRequest) -> str:
    """Return the page of ours to go back to: the one named, or the one the asker came from."""
    named = request.POST.get("next") or request.GET.get("next") or ""
    came = request.headers.get("Referer", "") if request.method == "POST" else ""
    for address in (named, came):
        if address and url_has_allowed_host_and_scheme(address, {request.get_host()}):
            return address
    return reverse("admin:index")


def _done(request: HttpRequest, sentence: str) -> HttpResponse:
    if _asks_json(request):
        return JsonResponse({"sentence": sentence}, status=201)
    return HttpResponseRedirect(_back(request))
