"""Rows written as files that spreadsheets open: CSV as a stream, or an Excel workbook."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import openpyxl
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from openpyxl.cell import WriteOnlyCell

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_CALCULATED = re.compile(r"'*[=+\-@\t\r]")
_NUMBER = re.compile(r"\+[0-9]{6,15}")  # nothing to calculate
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # no workbook may hold them
_TEXT = "@"
_LINES = 200  # of a stream, that leave together


def download(
    name: str, kind: str, headers: Sequence[Any], lines: Iterable[Sequence[Any]]
) -> HttpResponseBase:
    """Return the lines as a file to keep; CSV leaves while `lines` are still being read.

    In French, CSV has the delimiter that spreadsheets expect there.
    """
    titles = [str(each) for each in headers]
    if kind == "xlsx":
        answer: HttpResponseBase = HttpResponse(workbook(titles, lines), content_type=TYPES[kind])
    else:
        language = translation.get_language() or "en"
        delimiter = ";" if language.startswith("fr") else ","
        stream = _spoken(csv_parts(titles, lines, delimiter), language)
        answer = StreamingHttpResponse(stream, content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def csv_parts(
    headers: Sequence[str], lines: Iterable[Sequence[Any]], delimiter: str = ","
) -> Iterator[bytes]:
    """Yield the lines as CSV, some at a time."""
    written = io.StringIO(newline="")
    rows = csv.writer(written, delimiter=delimiter)
    written.write("\ufeff")  # by the mark Excel knows that it is Unicode
    rows.writerow(headers)
    for number, line in enumerate(lines, 1):
        rows.writerow([_plain(cell) for cell in line])
        if number % _LINES == 0:
            yield written.getvalue().encode()
            written.seek(0)
            written.truncate()
    yield written.getvalue().encode()


def workbook(
    headers: Sequence[str], lines: Iterable[Sequence[Any]], texts: Sequence[bool] = ()
) -> bytes:
    """Return the lines as a workbook; what is `texts`, by column, stays text when it is edited."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(headers)
    for line in lines:
        kept = texts or (False,) * len(line)
        sheet.append([_cell(sheet, *each) for each in zip(line, kept, strict=True)])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe stands before it."""
    return f"'{text}" if _CALCULATED.match(text) and not _NUMBER.fullmatch(text) else text


def _spoken(parts: Iterator[bytes], language: str) -> Iterator[bytes]:
    """Make each part in the reader's language: the request is over when they leave."""
    while True:
        with translation.override(language):
            part = next(parts, None)
        if part is None:
            return
        yield part


def _plain(cell: Any) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case datetime():
            return cell.isoformat(" ", "auto" if cell.second or cell.microsecond else "minutes")
        case int() | float():
            return str(cell)
    return safe(str(cell))


def _cell(sheet: Any, value: Any, text: bool) -> Any:
    """Return a cell that Excel leaves as it is: a number to call stays a text when it is edited."""
    if isinstance(value, datetime):
        exact = value.microsecond == 0
        return value if exact else value.isoformat(" ")
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, safe(_UNWRITABLE.sub(" ", value)))
    cell.data_type = "s"
    if text:
        cell.number_format = _TEXT
    return cell
