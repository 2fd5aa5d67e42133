"""Lists the holes of the coming days; exits with 1 when there are any."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oncall_portal.lib import clock
from scheduling import coverage, labels, queries, resolve
from scheduling.management.commands._arguments import MISTAKE, find_schedule, local
from scheduling.models import ContactNumber, Schedule
from scheduling.types import Gap, ScheduleFacts


class Command(BaseCommand):
    """Prints when nobody can be reached although somebody must."""

    help = (
        "List the holes in the required coverage. Exit with 0 when there are none but intended"
        " ones, 1 when there are some, 2 on a mistake."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name one schedule or none, and how far to look."""
        parser.add_argument("schedule", nargs="?", help="name or id; every schedule without it")
        parser.add_argument("--days", type=int, default=14, help="how far ahead (default 14)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look at one schedule or at all of them."""
        if not 1 <= options["days"] <= 800:
            raise CommandError(_("--days must be from 1 to 800."), returncode=MISTAKE)
        one = options["schedule"]
        schedules = [find_schedule(one)] if one else list(Schedule.objects.all())
        if not schedules:
            self.stdout.write(_("There is no schedule yet: nothing to check."))
        holes = [self._check(schedule, options["days"]) for schedule in schedules]
        if any(holes):
            sys.exit(1)

    def _check(self, schedule: Schedule, days: int) -> int:
        """Print the holes of one schedule and return how many there are, but the intended."""
        now, zone = clock.now(), schedule.time_zone
        end = now + timedelta(days=days)
        facts = queries.load_facts(schedule.pk, now, end)
        try:
            required = queries.required_periods(schedule, now, end)
            gaps = queries.gaps(schedule, facts, now, end)
        except coverage.UnknownCoverage as error:
            message = _("%(schedule)s: unknown required coverage %(coverage)s.")
            words = {"schedule": schedule.name, "coverage": error}
            raise CommandError(message % words, returncode=MISTAKE) from error
        holes = [gap for gap in gaps if not gap.intended]
        found = _found(len(holes), days) if required else _nothing_required(days)
        told = {"schedule": schedule.name, "zone": zone, "found": found}
        self.stdout.write(_("%(schedule)s (%(zone)s): %(found)s") % told)
        for line in [*_holes(holes, zone), *_intended(gaps, zone), *_doubtful(facts)]:
            self.stdout.write(f"  {line}")
        return len(holes)


def _holes(holes: Iterable[Gap], zone: str) -> Iterator[str]:
    for hole in holes:
        reason = str(labels.GAP_REASON[hole.reason.value])
        yield _("%(start)s to %(end)s: %(reason)s") % {**_ends(hole, zone), "reason": reason}


def _intended(gaps: Iterable[Gap], zone: str) -> Iterator[str]:
    for gap in gaps:
        if gap.intended:
            yield _("%(start)s to %(end)s: nobody, as intended") % _ends(gap, zone)


def _ends(gap: Gap, zone: str) -> dict[str, str]:
    return {
        "start": local(gap.period.starts_at, zone),
        "end": local(gap.period.ends_at, zone),
    }


def _doubtful(facts: ScheduleFacts) -> Iterator[str]:
    """Yield the numbers that would ring and that nobody has verified."""
    people = resolve.people(facts)
    rows = ContactNumber.objects.filter(
        Q(staff__in=[who.staff for who in people if who.staff])
        | Q(service__in=[who.service for who in people if who.service])
        | Q(staff__service_entries__service__in=[who.service for who in people if who.service]),
        enabled=True,
        verified_at=None,
    )
    for row in rows.select_related("staff", "service").order_by("pk").distinct():
        words = {"name": row.staff or row.service, "number": row.number}
        yield _("%(name)s: %(number)s is not verified") % words


def _nothing_required(days: int) -> str:
    said = ngettext(
        "nobody need be on call for %(days)d day", "nobody need be on call for %(days)d days", days
    )
    return said % {"days": days}


def _found(holes: int, days: int) -> str:
    if not holes:
        covered = ngettext("covered for %(days)d day", "covered for %(days)d days", days)
        return covered % {"days": days}
    found = ngettext("%(holes)d hole", "%(holes)d holes", holes) % {"holes": holes}
    within = ngettext("%(found)s within %(days)d day", "%(found)s within %(days)d days", days)
    return within % {"found": found, "days": days}
