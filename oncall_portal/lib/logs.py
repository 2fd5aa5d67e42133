"""What a log line must not show: tokens that open an address, phone numbers, rows of tables."""

from __future__ import annotations

import logging
import re

# Django logs the whole path of every request that it answers with an error.
_SECRET_PATH = re.compile(r"(/(?:voice/[\w-]+|calendar|m)/[\w-]{4})[\w-]{8,}", re.ASCII)
_PHONE_NUMBER = re.compile(r"\+(\d{3})\d{3,10}(\d{2})(?!\d)", re.ASCII)
# A refused row, with everything in it: the database explains itself so.
_ROW = re.compile(r"^(DETAIL: ).*(?:\n(?!\w|\s*File ).*)*", re.MULTILINE)


class SafeFormatter(logging.Formatter):
    """Formats a line, tracebacks included, without what must not be read in a log."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; numbers keep their beginning and end, tokens their first characters."""
        line = _SECRET_PATH.sub(r"\1...", super().format(record))
        return _PHONE_NUMBER.sub(r"+\1..\2", _ROW.sub(r"\1...", line))
