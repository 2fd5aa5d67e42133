"""Removes from the storage what no row names: files of a worker that died between file and row."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files.storage import default_storage

from oncall_portal.outbox.queries import attached
from voicemail.models import Recording

logger = logging.getLogger(__name__)

FOLDER = "recordings"
# By then whoever wrote the file has written the row, too, or never will.
SETTLED_AFTER = timedelta(days=1)


def remove_leftovers(now: datetime) -> int:
    """Delete old recordings that no row and no message that waits names; return how many."""
    removed = 0
    for folder in _folders(FOLDER):
        names = [f"{folder}/{name}" for name in _listed(folder)[1]]
        named = set(Recording.objects.filter(file__in=names).values_list("file", flat=True))
        for name in sorted(set(names) - named - attached(names)):
            if default_storage.get_modified_time(name) <= now - SETTLED_AFTER:
                default_storage.delete(name)
                removed += 1
    if removed:
        logger.warning("leftover_recordings_removed count=%s", removed)
    return removed


def _folders(top: str) -> Iterator[str]:
    """Yield the folders of the months: recordings lie by year and month."""
    for year in _listed(top)[0]:
        for month in _listed(f"{top}/{year}")[0]:
            yield f"{top}/{year}/{month}"


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:  # nothing was stored yet
        return [], []
