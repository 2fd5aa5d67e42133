"""Short ways to write the files that tables are read from."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import openpyxl


def csv(*lines: str, encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    """Return a CSV file of these lines."""
    return "".join(f"{line}{end}" for line in lines).encode(encoding)


def xlsx(*lines: Iterable[Any]) -> bytes:
    """Return an Excel file of these rows."""
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(list(line))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def naive(text: str) -> datetime:
    """Return a time on a clock, as Excel holds it."""
    return datetime.fromisoformat(text)
