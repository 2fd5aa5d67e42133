"""Lists the holes of the coming days; exits with 1 when there are any."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oncall_portal.lib import clock
from scheduling import coverage, labels, queries
from scheduling.management.commands._arguments import find_schedule, local
from scheduling.models import Schedule


class Command(BaseCommand):
    """Prints when nobody can be reached although somebody must."""

    help = "List the holes in the required coverage; exit with 1 when there are any."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name one schedule or none, and how far to look."""
        parser.add_argument("schedule", nargs="?", help="name or id; every schedule without it")
        parser.add_argument("--days", type=int, default=14, help="how far ahead (default 14)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look at one schedule or at all of them."""
        if not 1 <= options["days"] <= 800:
            raise CommandError("--days must be from 1 to 800.")
        one = options["schedule"]
        schedules = [find_schedule(one)] if one else list(Schedule.objects.all())
        holes = [self._check(schedule, options["days"]) for schedule in schedules]
        if any(holes):
            sys.exit(1)

    def _check(self, schedule: Schedule, days: int) -> int:
        """Print the holes of one schedule and return how many there are."""
        now, zone = clock.now(), schedule.time_zone
        try:
            gaps = queries.load_gaps(schedule, now, now + timedelta(days=days))
        except coverage.UnknownCoverage as error:
            raise CommandError(f"{schedule.name}: unknown required coverage {error}.") from error
        found = f"{len(gaps)} hole(s)" if gaps else "covered"
        self.stdout.write(f"{schedule.name}: {found} in the next {days} days ({zone})")
        for gap in gaps:
            start, end = local(gap.period.starts_at, zone), local(gap.period.ends_at, zone)
            self.stdout.write(f"  {start} to {end}: {labels.GAP_REASON[gap.reason.value]}")
        return len(gaps)
