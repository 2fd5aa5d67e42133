"""Read one report of a mail server from the standard input: for an alias or a pipe of an MTA."""

from __future__ import annotations

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError

from oncall_portal.lib import clock
from oncall_portal.outbox import bounces


class Command(BaseCommand):
    """`manage.py read_bounces`: what is no report about an e-mail of ours is passed over."""

    help = (
        "Read one report of a mail server from the standard input: for an alias or a "
        "pipe of an MTA."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Mark the e-mail as failed; without a database ask the mail server to come back."""
        raw = sys.stdin.buffer.read(bounces.MOST_BYTES)
        while sys.stdin.buffer.read(1 << 16):
            pass  # a mail server takes a pipe that closes early for a failure
        try:
            bounces.take(raw, clock.now())
        except OperationalError as error:
            self.stderr.write(f"The database cannot be reached: {error}".strip())
            sys.exit(os.EX_TEMPFAIL)
