"""Files of tables as spreadsheets write them, CSV or XLSX, read into rows of plain text."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.parsers import expat

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from oncall_portal.lib.errors import Refused

LONGEST_FILE = 5 * 1024 * 1024
MOST_ROWS = 5000
_MOST_COLUMNS = 60
_LAST_ROW, _LAST_COLUMN = 100_000, 256  # so far empty cells may go
_MOST_PARTS = 500
_UNPACKED = 40 * 1024 * 1024  # 5,000 rows of ours unpack to about 3 MB
_DELIMITERS = (";", ",", "\t")
_SAID = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # Excel names the delimiter so
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")
_DOTS_OF_A_SECOND = timedelta(milliseconds=500)


@dataclass(frozen=True)
class Sheet:
    """A table of a file; `numbers` are those that a spreadsheet shows beside its rows."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]


class _NotATable(Exception):
    """The file cannot be read as the kind that it seems to be."""


def read(data: bytes) -> Sheet:
    """Return the table in a file: its first line has the headers; empty ones are left out.

    Raises Refused: file_too_large, not_a_table, empty_table, too_many_rows, too_many_columns.
    """
    if len(data) > LONGEST_FILE:
        raise too_large()
    try:
        return _sheet(_cells(data))
    except _NotATable as error:
        message = _("This is no table that can be read: save it as Excel (.xlsx) or as CSV.")
        raise Refused("not_a_table", message, "file") from error


def too_large() -> Refused:
    """Return the refusal of a file that is too long."""
    message = _("The file is larger than 5 MB: split it into several.")
    return Refused("file_too_large", message, "file")


def _cells(data: bytes) -> Iterable[tuple[str, ...]]:
    if data.startswith(b"PK\x03\x04"):
        return _of_workbook(data)
    return _of_csv(_text(data))


def _sheet(lines: Iterable[tuple[str, ...]]) -> Sheet:
    headers: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    numbers: list[int] = []
    for number, cells in enumerate(lines, 1):
        if number > _LAST_ROW:
            raise _too_many_rows()
        cells = _without_end(cells)
        if len(cells) > _MOST_COLUMNS:
            raise _too_many_columns()
        if cells and not headers:
            headers = cells
        elif cells:
            if len(rows) == MOST_ROWS:
                raise _too_many_rows()
            rows.append(cells + ("",) * (len(headers) - len(cells)))
            numbers.append(number)
    if not rows:
        raise Refused("empty_table", _("The table has no rows below its headers."), "file")
    return Sheet(headers, tuple(rows), tuple(numbers))


def _too_many_rows() -> Refused:
    return Refused("too_many_rows", _("Send 5,000 rows at most at once."), "file")


def _too_many_columns() -> Refused:
    message = _("The table has more than %(count)d columns.") % {"count": _MOST_COLUMNS}
    return Refused("too_many_columns", message, "file")


def _without_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Return the cells up to the last one that is filled in."""
    filled = [index for index, cell in enumerate(cells) if cell]
    return cells[: filled[-1] + 1] if filled else ()


def _plain(text: str) -> str:
    """Return the text of a cell without the mark that kept a spreadsheet from calculating it.

    Letters are put together with their accents: some programs write these apart.
    """
    text = unicodedata.normalize("NFC", text.strip())
    return text[1:] if _ESCAPED.match(text) else text


def _text(data: bytes) -> str:
    """Return the text of a CSV file: Unicode by its mark or its form, else what Windows writes."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252", "latin-1")
    for encoding in encodings:
        with suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            break
    else:
        raise _NotATable
    if re.search(r"[\x00-\x08\x0e-\x1f]", text):
        raise _NotATable
    return text


def _of_csv(text: str) -> Iterator[tuple[str, ...]]:
    said = _SAID.match(text)
    if said:
        yield ()  # the line has a number too
        text = text[said.end() :]
    delimiter = said[1] if said else _delimiter(text)
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            yield tuple(_plain(cell) for cell in cells)
    except csv.Error as error:
        raise _NotATable from error


def _delimiter(text: str) -> str:
    """Return what parts the headers into most cells."""
    first = next((line for line in text.splitlines() if line.strip("\ufeff ;,\t")), "")
    return max(_DELIMITERS, key=lambda mark: len(next(csv.reader([first], delimiter=mark), [])))


def _of_workbook(data: bytes) -> Iterator[tuple[str, ...]]:
    _check_packing(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # a file may claim any size
        for cells in sheet.iter_rows(max_row=_LAST_ROW + 1, values_only=True):
            if len(cells) > _LAST_COLUMN:
                raise _too_many_columns()
            yield tuple(_plain(_written(cell)) for cell in cells) if any(cells) else ()
    except (
        *(InvalidFileException, zipfile.BadZipFile, SyntaxError, KeyError, IndexError),
        *(ValueError, TypeError, AttributeError, OSError, EOFError),
    ) as error:  # what openpyxl says to a file that is no workbook
        raise _NotATable from error


def _check_packing(data: bytes) -> None:
    """Refuse a file that would unpack to far more than a table holds, before it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            if len(parts) > _MOST_PARTS or sum(each.file_size for each in parts) > _UNPACKED:
                message = _("This file would unpack to more than a table holds.")
                raise Refused("file_too_large", message, "file")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _check_prologue(packed.read(part))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise _NotATable from error


class _Begun(Exception):
    """The first element was reached: no entity can be declared any more."""


def _check_prologue(xml: bytes) -> None:
    """Refuse XML that declares entities, which may grow without end; Excel writes none."""
    parser = expat.ParserCreate()

    def declared(*_args: object) -> None:
        raise _NotATable

    def begun(*_args: object) -> None:
        raise _Begun

    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = begun
    try:
        parser.Parse(xml, True)
    except _Begun:
        return
    except expat.ExpatError as error:
        raise _NotATable from error


def _written(value: Any) -> str:
    """Return the value of a cell as a person would write it, whatever Excel made of it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            whole = (value + _DOTS_OF_A_SECOND).replace(microsecond=0)
            return whole.isoformat(timespec="minutes" if not whole.second else "seconds")
        case date() | time():
            return value.isoformat()
    return str(value)
