"""Tables written as files that spreadsheets open, and that come back as they left."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oncall_portal.lib import sheets
from oncall_portal.lib.errors import Refused
from scheduling.tables.base import Table

MOST_ROWS = 50_000
TYPES = sheets.TYPES


def write(table: Table, rows: Any, kind: str, *, titles: bool = False) -> bytes:
    """Return the `rows` of a table as a file of a kind (csv, xlsx).

    Headers are the names of the columns, or with `titles` what they are called in the reader's
    language, where CSV also has the delimiter that spreadsheets expect in it. Raises Refused:
    too_many_rows.
    """
    if rows.count() > MOST_ROWS:
        message = _("These are more than 50,000 rows: choose fewer.")
        raise Refused("too_many_rows", message)
    lines = table.export(rows)
    kept = [index for index, column in enumerate(table.columns()) if _shown(column, lines, index)]
    columns = [table.columns()[index] for index in kept]
    headers = [str(each.label) if titles else each.column_name for each in columns]
    cells = [[line[index] for index in kept] for line in lines]
    if kind == "xlsx":
        return sheets.workbook(headers, cells, [each.text for each in columns])
    delimiter = ";" if titles and get_language() == "fr" else ","
    return b"".join(sheets.csv_parts(headers, cells, delimiter))


def _shown(column: Any, lines: Any, index: int) -> bool:
    """Tell whether a column is written: one that is seldom filled in only where it is."""
    return not column.seldom or any(line[index] != "" for line in lines)
