"""What a log line must not show: the unguessable part of an address, which opens it."""

from __future__ import annotations

import logging
import re

# Django logs the whole path of every request that it answers with an error.
_SECRET_PATH = re.compile(r"(/voice/\w+/[\w-]{4})[\w-]{8,}", re.ASCII)


class HideTokens(logging.Filter):
    """Cuts the tokens out of addresses; on a handler, it sees the records of every logger."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record where needed; always keep it."""
        shown = record.getMessage()
        hidden = _SECRET_PATH.sub(r"\1...", shown)
        if hidden != shown:
            record.msg, record.args = hidden, None
        return True
