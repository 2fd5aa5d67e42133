"""Load a bilingual heating-and-plumbing company, to try the portal with."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oncall_portal.demo import company, load
from oncall_portal.lib import clock


class Command(BaseCommand):
    """`manage.py load_demo`: run again in a later month, it fills the months that are empty."""

    help = "Load a bilingual heating-and-plumbing company, to try the portal with."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the instant to load for, and a password for the demo's logins."""
        parser.add_argument("--at", type=_instant, help="instant with offset; now when left out")
        parser.add_argument("--password", help="of the demo's logins; none: they stay locked")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what to dial."""
        try:
            shifts = load.load(options["at"] or clock.now(), options["password"])
        except load.NotEmpty as error:
            raise CommandError(
                _("There are people here already; the demo goes into an empty portal only.")
            ) from error
        written = ngettext("%(count)d shift written.", "%(count)d shifts written.", shifts)
        self.stdout.write(written % {"count": shifts})
        for line in load.lines():
            words = {"number": line.number, "name": line.name, "schedule": line.schedule}
            self.stdout.write(_("Dial %(number)s for %(name)s (%(schedule)s).") % words)
        names = ", ".join(name for name, _person in company.LOGINS)
        self.stdout.write(_("Logins: %(names)s.") % {"names": names})


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("an instant needs its offset, like 2027-01-04T08:00:00+00:00")
    return at
