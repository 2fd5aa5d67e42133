"""Looks after live calls, for ever."""

from __future__ import annotations

import logging
import signal
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from oncall_portal.lib import clock
from telephony import pulse, watchdog
from telephony.provider import get_provider

logger = logging.getLogger(__name__)
_INTERVAL_SECONDS = 0.25


class Command(BaseCommand):
    """Run the watchdog until SIGTERM or SIGINT; several copies are safe."""

    help = "Look after live calls: deadlines, and requests that nobody carried out."

    def handle(self, **_options: Any) -> None:
        """Tick four times a second; a database that is away is waited for.

        Every few seconds a good round leaves a sign of life, for the health page.
        """
        # Not an Event: its lock is not for a handler that interrupts the one who holds it.
        stopping: list[int] = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, _frame: stopping.append(number))
        if settings.VONAGE is not None:
            get_provider()  # a key that cannot sign stops the start
        logger.info("watchdog_started")
        next_beat = clock.now()
        while not stopping:
            try:
                now = clock.now()
                watchdog.tick(now)
                if now >= next_beat:
                    pulse.beat(now)
                    next_beat = now + pulse.EVERY
            except Exception:
                logger.exception("watchdog_tick_failed")
                close_old_connections()
            time.sleep(_INTERVAL_SECONDS)
        logger.info("watchdog_stopped")
