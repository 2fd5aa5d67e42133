"""A resource as a table: a file of rows taken in, all or nothing, and one given out."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from oncall_portal.lib import access
from oncall_portal.lib.errors import Refused
from scheduling import tables

_BESIDES = 64 * 1024  # what a form may hold beside its file
_DRY_RUN = OpenApiParameter("dry_run", bool, description="1: tell what it would do; do nothing.")
_FORMAT = OpenApiParameter("format", str, enum=list(tables.TYPES), default="csv")
_FILE = {
    "multipart/form-data": {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary"}},
    }
}
_FILES = {(200, kind): OpenApiTypes.BINARY for kind in tables.TYPES.values()}


class ImportedRowSerializer(serializers.Serializer[Any]):
    """A row that is written; `row` is its number in the file, as spreadsheets show it."""

    row = serializers.IntegerField()
    result = serializers.ChoiceField(("created", "changed"))
    name = serializers.CharField()


class ImportSerializer(serializers.Serializer[Any]):
    """What an import did, or with a dry run would do."""

    dry_run = serializers.BooleanField()
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    rows = ImportedRowSerializer(many=True)


class _WhateverIsAccepted(DefaultContentNegotiation):
    """The file has the form that `format` asks for; refusals are problems, as everywhere."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        """Return the first renderer."""
        return renderers[0], renderers[0].media_type


class Tabled:
    """The two addresses beside a list: `import/` and `export/`."""

    table: type[tables.Table]
    model: Any

    @extend_schema(parameters=[_DRY_RUN], request=_FILE, responses=ImportSerializer)
    @action(detail=False, methods=["post"], url_path="import", parser_classes=[MultiPartParser])
    def import_table(self, request: Request) -> Response:
        """Write the rows of a file; what is wrong with any is told, and then none is written."""
        if not access.can(request.user, "change", self.model):
            raise PermissionDenied(_("You may not do this."))
        dry_run = request.query_params.get("dry_run") in {"1", "true"}
        outcome = self.table(request.user).load(tables.read(_file(request)), dry_run=dry_run)
        told = [
            {"row": e.row, "result": "created" if e.new else "changed", "name": e.called}
            for e in outcome.told
        ]
        counts = {name: getattr(outcome, name) for name in ("created", "changed", "unchanged")}
        return Response({"dry_run": dry_run, **counts, "rows": told})

    @extend_schema(parameters=[_FORMAT], responses=_FILES)
    @action(detail=False, url_path="export", content_negotiation_class=_WhateverIsAccepted)
    def export_table(self, request: Request) -> HttpResponse:
        """Answer the rows of the list, with its filters, as a file that `import/` takes."""
        kind = request.query_params.get("format", "csv")
        if kind not in tables.TYPES:
            raise Refused("unknown_choice", _("Choose csv or xlsx."), "format")
        view: Any = self
        found = view.filter_queryset(view.get_queryset()).order_by()
        table = self.table(request.user)
        data = tables.write(table, table.get_queryset().filter(pk__in=found.values("pk")), kind)
        answer = HttpResponse(data, content_type=tables.TYPES[kind])
        answer["Content-Disposition"] = f'attachment; filename="{view.basename}.{kind}"'
        return answer


def _file(request: Request) -> bytes:
    """Return the one file that was sent; refuse one that is too long before it is read."""
    if int(request.headers.get("Content-Length") or 0) > tables.LONGEST_FILE + _BESIDES:
        raise tables.too_large()
    for name in sorted(set(request.data) - {"file"}):
        raise Refused("unknown_field", _("There is no such field."), name)
    file = request.FILES.get("file")
    if file is None:
        raise Refused("required", _("Send the table as the file “file”."), "file")
    return bytes(file.read())
