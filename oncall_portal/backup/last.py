"""Notes when a backup was made, and says when another one is missed."""

from __future__ import annotations

import socket
from datetime import datetime, timedelta
from pathlib import Path

from oncall_portal.backup.manifest import Manifest
from oncall_portal.backup.models import LastBackup

# One night may fail, and cron tells of it; after two nobody seems to have read that.
MISSED_AFTER = timedelta(days=2)


def note(made: Manifest, size: int, path: Path | None) -> None:
    """Record that a backup was made; `path` is None for a pipe."""
    where = {"machine": socket.gethostname(), "path": str(path.absolute()) if path else ""}
    what = {"made_at": made.made_at, "size": size, "missing": len(made.missing)}
    LastBackup.objects.update_or_create(pk=1, defaults={**what, **where})


def known() -> LastBackup | None:
    """Return the last backup, None in a house that never made one."""
    return LastBackup.objects.first()


def is_missed(last: LastBackup, now: datetime) -> bool:
    """Say whether there should be a younger one at `now` (aware)."""
    return last.made_at <= now - MISSED_AFTER
