"""Looks ninety days ahead for what callers would find at each number; exits with 1 on problems."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from oncall_portal.lib import clock
from scheduling.queries import house
from telephony import number_scan, problem_letters
from telephony.models import NumberProblem


class Command(BaseCommand):
    """Prints what would go wrong at each number, and tells supervisors of what is new."""

    help = "List the problems ahead at each number. Exit with 0 when there are none, else with 1."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Look at every number."""
        number_scan.scan(clock.now())
        rows = NumberProblem.objects.select_related("phone_number__schedule")
        found = list(rows.order_by("phone_number__name", "period", "pk"))
        zone = house().time_zone
        for row in found:
            schedule = row.phone_number.schedule
            words = problem_letters.sentence(row, schedule.time_zone if schedule else zone)
            self.stdout.write(f"{row.phone_number.name}: {words}")
        if found:
            sys.exit(1)
        self.stdout.write(_("No problem ahead at any number."))
