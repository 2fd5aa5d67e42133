"""The pages of what would happen, for the admins of numbers and of menus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oncall_portal.lib import clock
from telephony import preview_page
from telephony.call_gestures import PART

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

    Base = ModelAdmin[Any]
else:
    Base = object

PAGE = "admin/telephony/preview.html"
RESULT = "telephony/preview_result.html"


class Previewed(Base):
    """Adds the page of its own, and the part of it that the panel asks for again."""

    def get_urls(self) -> list[URLPattern]:
        """Add both addresses."""
        enter, name = self.admin_site.admin_view, f"telephony_{self.opts.model_name}_preview"
        return [
            path("<int:pk>/preview/", enter(self.preview), name=name),
            path("<int:pk>/preview/part/", enter(self.preview_part, True), name=f"{name}_part"),
            *super().get_urls(),
        ]

    @method_decorator(require_safe)
    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the panel with its answer: works without scripts, and can be kept as a link."""
        row = self._previewed(request, pk)
        title = _("What would happen: %(name)s") % {"name": row}
        shown = preview_page.context(row, request.GET.dict(), request.user, clock.now())
        each = self.admin_site.each_context(request)
        context = {**each, "title": title, "original": row, "opts": self.opts, "preview": shown}
        return render(request, PAGE, context, status=400 if shown["errors"] else 200)

    @method_decorator(require_safe)
    def preview_part(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answer the way of the call alone, or what is wrong with the questions."""
        row = self._previewed(request, pk)
        shown = preview_page.context(row, request.GET.dict(), request.user, clock.now())
        return render(request, RESULT, {"preview": shown}, PART)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Give the row's page what its panel needs."""
        row = self.get_object(request, object_id) if object_id else None
        panel = {} if row is None else {"preview": preview_page.panel(row, clock.now())}
        return super().changeform_view(
            request, object_id, form_url, {**panel, **(extra_context or {})}
        )

    def _previewed(self, request: HttpRequest, pk: int) -> Any:
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return row
