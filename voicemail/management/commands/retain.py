"""Takes away what was kept for as long as it may be; beat does so every day."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from oncall_portal.lib import clock
from voicemail import retaining


class Command(BaseCommand):
    """Prints how many rows of each kind were taken, or would be."""

    help = "Erase recordings, transcripts and callers' numbers that were kept long enough."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the choice to look only."""
        parser.add_argument("--dry-run", action="store_true", help="Only count what is due.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Count, or take."""
        now = clock.now()
        found = retaining.counts(now) if options["dry_run"] else retaining.run(now)
        for kind, count in found.items():
            self.stdout.write(f"{kind}: {count}")
