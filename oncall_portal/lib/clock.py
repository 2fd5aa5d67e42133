"""The one place that reads the time, so that stories and simulations can drive it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

_FILE_VARIABLE = "ONCALL_CLOCK_FILE"
_source: Callable[[], datetime] | None = None


def now() -> datetime:
    """Return the current instant, aware, in UTC.

    A test may replace the source (`driven_by`); several processes share one through the file named
    by ONCALL_CLOCK_FILE, which holds one ISO-8601 instant with an offset.
    """
    if _source is not None:
        return _source()
    if path := os.environ.get(_FILE_VARIABLE):
        return datetime.fromisoformat(Path(path).read_text().strip()).astimezone(UTC)
    return datetime.now(UTC)


@contextmanager
def driven_by(source: Callable[[], datetime]) -> Iterator[None]:
    """Let `source` say what time it is, for every thread of this process, inside the block."""
    global _source
    previous, _source = _source, source
    try:
        yield
    finally:
        _source = previous
