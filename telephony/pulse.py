"""Whether a watchdog lives: it leaves the time of its last good round in the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from telephony.models import WatchdogPulse

EVERY = timedelta(seconds=5)
# Six rounds missed: more than a slow database or a restart explains.
SILENT_AFTER = timedelta(seconds=30)


def beat(now: datetime) -> None:
    """Record that a watchdog has just done all that was due at `now` (aware)."""
    WatchdogPulse.objects.update_or_create(pk=1, defaults={"seen_at": now})


def is_alive(now: datetime) -> bool:
    """Say whether any watchdog has been heard of lately, at `now` (aware)."""
    return WatchdogPulse.objects.filter(seen_at__gt=now - SILENT_AFTER).exists()
