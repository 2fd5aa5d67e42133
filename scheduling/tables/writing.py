"""Tables written as files that spreadsheets open, and that come back as they left."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import openpyxl
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl.cell import WriteOnlyCell

from oncall_portal.lib.errors import Refused
from scheduling.tables.base import Table

MOST_ROWS = 50_000
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_CALCULATED = re.compile(r"'*[=+\-@\t\r]")
_NUMBER = re.compile(r"\+[0-9]{6,15}")  # nothing to calculate
_TEXT = "@"


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
        return _workbook(headers, cells, [each.text for each in columns])
    return _csv(headers, cells, ";" if titles and get_language() == "fr" else ",")


def _shown(column: Any, lines: Any, index: int) -> bool:
    """Tell whether a column is written: one that is seldom filled in only where it is."""
    return not column.seldom or any(line[index] != "" for line in lines)


def _csv(headers: Sequence[str], lines: Sequence[Sequence[Any]], delimiter: str) -> bytes:
    written = io.StringIO(newline="")
    rows = csv.writer(written, delimiter=delimiter)
    rows.writerow(headers)
    rows.writerows([[_plain(cell) for cell in line] for line in lines])
    return written.getvalue().encode("utf-8-sig")  # by the mark Excel knows that it is Unicode


def _plain(cell: Any) -> str:
    match cell:
        case bool():
            return "true" if cell else "false"
        case datetime():
            return cell.isoformat(" ", "auto" if cell.second or cell.microsecond else "minutes")
    return _safe(str(cell))


def _safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; reading it takes the mark away."""
    return f"'{text}" if _CALCULATED.match(text) and not _NUMBER.fullmatch(text) else text


def _workbook(
    headers: Sequence[str], lines: Sequence[Sequence[Any]], texts: Sequence[bool]
) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(headers)
    for line in lines:
        sheet.append([_cell(sheet, *each) for each in zip(line, texts, strict=True)])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _cell(sheet: Any, value: Any, text: bool) -> Any:
    """Return a cell that Excel leaves as it is: a number to call stays a text when it is edited."""
    if isinstance(value, datetime):
        exact = value.microsecond == 0
        return value if exact else value.isoformat(" ")
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, _safe(value))
    cell.data_type = "s"
    if text:
        cell.number_format = _TEXT
    return cell
