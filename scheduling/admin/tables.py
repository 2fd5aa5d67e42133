"""Lists in the admin as tables: a file is looked at first, then imported; and exported."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from oncall_portal.lib.admin import ServedAdmin
from oncall_portal.lib.errors import Refused, RowsRefused
from scheduling import tables, whens

_SHOWN = 200  # rows that a page tells of
_LOOKED_AT_FOR = 3600  # seconds that a file may wait to be imported
_LONGEST_FIELD = 2_000_000  # what Django takes in a form


class TableAdmin(ServedAdmin):
    """A list that is also a table.

    What was looked at comes back in the form, signed for who looked: nothing waits on the server.
    """

    table: type[tables.Table]
    change_list_template = "admin/scheduling/table_list.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the two pages."""
        guard = self.admin_site.admin_view
        return [
            path("import/", guard(self.import_view), name=self._page("import")),
            path("export/<slug:kind>/", guard(self.export_view), name=self._page("export")),
            *super().get_urls(),
        ]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Look at a file, and say what importing it would do; then import it."""
        if not self.has_add_permission(request) or not self.has_change_permission(request):
            raise PermissionDenied
        told: dict[str, Any] = {}
        if request.method == "POST":
            try:
                done = self._import(request, told)
            except Refused as error:
                told["refused"] = error.message
            except RowsRefused as error:
                told |= self._wrongs(request, error)
            else:
                if done:
                    return done
        return self._import_page(request, told)

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Answer the rows of the list, as it is filtered, as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if kind not in tables.TYPES:
            raise Http404
        try:
            found = self.get_changelist_instance(request).queryset.order_by()
            table = self.table(request.user)
            rows = table.get_queryset().filter(pk__in=found.values("pk"))
            data = tables.write(table, rows, kind, titles=True)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(self._address("changelist"))
        except Refused as error:
            self.message_user(request, str(error.message), messages.ERROR)
            return HttpResponseRedirect(self._address("changelist"))
        answer = HttpResponse(data, content_type=tables.TYPES[kind])
        name = f"{self.opts.model_name}.{kind}"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def _import(self, request: HttpRequest, told: dict[str, Any]) -> HttpResponse | None:
        """Import what was looked at, or look at the file; tell what that would do."""
        looked_at = request.POST.get("table")
        table = self.table(request.user)
        if not looked_at:
            sheet = tables.read(_file(request))
            told["outcome"] = table.load(sheet, dry_run=True)
            told["rows"] = list(map(_row, told["outcome"].told[:_SHOWN]))
            told["more"] = max(len(told["outcome"].told) - _SHOWN, 0)
            told["looked_at"] = self._sealed(request, sheet)
            return None
        outcome = table.load(self._opened(request, looked_at), dry_run=False)
        words = _("Imported: %(created)d new, %(changed)d changed, %(unchanged)d as they were.")
        names = ("created", "changed", "unchanged")
        self.message_user(request, words % {name: getattr(outcome, name) for name in names})
        return HttpResponseRedirect(self._address("changelist"))

    def _import_page(self, request: HttpRequest, told: dict[str, Any]) -> HttpResponse:
        name = capfirst(self.opts.verbose_name_plural)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Import: %(name)s") % {"name": name},
            "opts": self.opts,
            "list_url": self._address("changelist"),
            "list_name": name,
            "columns": [each for each in self.table(request.user).columns() if not each.seldom],
            "files": [(kind, self._address("export", kind)) for kind in tables.TYPES],
            **told,
        }
        return TemplateResponse(request, "admin/scheduling/import.html", context)

    def _wrongs(self, request: HttpRequest, error: RowsRefused) -> dict[str, Any]:
        labels = {each.column_name: each.label for each in self.table(request.user).columns()}
        wrongs = [
            (each.row, labels.get(each.field or "", each.field or ""), each.message)
            for each in error.errors
        ]
        return {"wrongs": wrongs[:_SHOWN], "wrong": len(wrongs), "more": len(wrongs) - _SHOWN}

    def _sealed(self, request: HttpRequest, sheet: tables.Sheet) -> str:
        parts = (sheet.headers, sheet.rows, sheet.numbers)
        sealed = signing.dumps(parts, salt=self._salt(request), compress=True)
        if len(sealed) > _LONGEST_FIELD:
            message = _("There is too much text in this table for one import: split it.")
            raise Refused("file_too_large", message, "file")
        return sealed

    def _opened(self, request: HttpRequest, sealed: str) -> tables.Sheet:
        try:
            headers, rows, numbers = signing.loads(
                sealed, salt=self._salt(request), max_age=_LOOKED_AT_FOR
            )
        except signing.BadSignature as error:
            message = _("It was looked at too long ago: choose the file again.")
            raise Refused("looked_at_too_long_ago", message, "file") from error
        return tables.Sheet(tuple(headers), tuple(map(tuple, rows)), tuple(numbers))

    def _salt(self, request: HttpRequest) -> str:
        return f"table:{self.opts.label_lower}:{request.user.pk}"

    def _page(self, name: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"

    def _address(self, name: str, *arguments: str) -> str:
        return reverse(f"admin:{self._page(name)}", args=arguments)


def _file(request: HttpRequest) -> bytes:
    file = request.FILES.get("file")
    if file is None:
        raise Refused("required", _("Choose a file."), "file")
    if (file.size or 0) > tables.LONGEST_FILE:
        raise tables.too_large()
    return bytes(file.read())


def _row(told: tables.Told) -> dict[str, Any]:
    """Return what a row of the file would do, in words."""
    cells = [(label, _words(before), _words(after)) for label, before, after in told.cells]
    return {"number": told.row, "new": told.new, "called": told.called, "cells": cells}


def _words(value: Any) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case datetime():
            return whens.said(value, "D j M Y H:i")
    return str(value)
