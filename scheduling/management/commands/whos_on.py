"""Tells who is on call in a schedule, now or at an instant."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oncall_portal.lib import clock
from scheduling import labels, queries
from scheduling.management.commands._arguments import find_schedule, local, parse_instant
from scheduling.types import Assignee, Diverted, Roster


class Command(BaseCommand):
    """Prints whom a call would try, in order, and who is skipped and why."""

    help = "Tell who is on call in SCHEDULE (name or id), now or at a given time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the schedule and the time."""
        parser.add_argument("schedule", help="name or id of a schedule")
        parser.add_argument(
            "--at", help="like 2027-01-04T18:00 (the schedule's wall clock) or with an offset"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer from the facts that a call reads."""
        schedule = find_schedule(options["schedule"])
        zone = schedule.time_zone
        at = parse_instant(options["at"], zone) if options["at"] else clock.now()
        roster = queries.load_roster(schedule.pk, at, get_language() or "en")
        self.stdout.write(f"{schedule.name}, {local(at, zone)} ({zone})")
        for line in _lines(roster, zone):
            self.stdout.write(f"  {line}")


def _lines(roster: Roster, zone: str) -> Iterable[str]:
    if roster.divert:
        yield _diverted(roster.divert, zone)
    for found in roster.on_call:
        words = {"level": found.level, "name": _with_numbers(found.assignee)}
        until = local(found.until, zone)
        yield _("level %(level)s: %(name)s, until %(until)s") % {**words, "until": until}
    for skipped in roster.skipped:
        words = {"level": skipped.level, "name": skipped.name}
        reason = labels.GAP_REASON[skipped.reason.value]
        yield _("level %(level)s: %(name)s, left out: %(reason)s") % {**words, "reason": reason}
    if not roster.on_call:
        yield _("Nobody can be reached.")
    for supervisor in roster.supervisors:
        yield _("supervisor: %(name)s") % {"name": _with_numbers(supervisor)}


def _diverted(divert: Diverted, zone: str) -> str:
    words = {"name": divert.to.name, "until": local(divert.until, zone), "by": divert.by}
    if divert.by:
        return _("diverted to %(name)s until %(until)s, set by %(by)s") % words
    return _("diverted to %(name)s until %(until)s") % words


def _with_numbers(assignee: Assignee) -> str:
    return f"{assignee.name} [{', '.join(c.number for c in assignee.contacts)}]"
