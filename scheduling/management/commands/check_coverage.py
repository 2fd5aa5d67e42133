"""Lists the holes of the coming days; exits with 1 when there are any."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
            raise CommandError(_("--days must be from 1 to 800."))
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
            message = _("%(schedule)s: unknown required coverage %(coverage)s.")
            raise CommandError(message % {"schedule": schedule.name, "coverage": error}) from error
        words = {"schedule": schedule.name, "zone": zone, "found": _found(len(gaps), days)}
        self.stdout.write(_("%(schedule)s (%(zone)s): %(found)s") % words)
        for gap in gaps:
            words = {
                "start": local(gap.period.starts_at, zone),
                "end": local(gap.period.ends_at, zone),
                "reason": str(labels.GAP_REASON[gap.reason.value]),
            }
            self.stdout.write("  " + _("%(start)s to %(end)s: %(reason)s") % words)
        return len(gaps)


def _found(holes: int, days: int) -> str:
    if not holes:
        covered = ngettext("covered for %(days)d day", "covered for %(days)d days", days)
        return covered % {"days": days}
    found = ngettext("%(holes)d hole", "%(holes)d holes", holes) % {"holes": holes}
    within = ngettext("%(found)s within %(days)d day", "%(found)s within %(days)d days", days)
    return within % {"found": found, "days": days}
