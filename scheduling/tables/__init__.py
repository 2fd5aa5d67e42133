"""Staff, numbers and shifts as tables: read from files and written to them, CSV or XLSX."""

from __future__ import annotations

from scheduling.tables.base import Outcome, Table, Told
from scheduling.tables.people import NumberTable, StaffTable
from scheduling.tables.reading import LONGEST_FILE, Sheet, read, too_large
from scheduling.tables.shifts import ShiftTable
from scheduling.tables.writing import TYPES, write

__all__ = [
    "LONGEST_FILE",
    "TYPES",
    "NumberTable",
    "Outcome",
    "Sheet",
    "ShiftTable",
    "StaffTable",
    "Table",
    "Told",
    "read",
    "too_large",
    "write",
]
