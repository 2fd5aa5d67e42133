"""Tells who is on call in a schedule, now or at an instant; exits with 1 when nobody is."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oncall_portal.lib import clock
from scheduling import labels, operation_words, queries, snapshots
from scheduling.management.commands._arguments import find_schedule, local, parse_instant
from scheduling.types import Assignee, Diverted, Roster


class Command(BaseCommand):
    """Prints whom a call would try, in order, and who is skipped and why."""

    help = (
        "Tell who is on call in SCHEDULE (name or id), now or at a given time."
        " Exit with 0 when somebody can be reached, 1 when nobody can, 2 on a mistake."
    )

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
        at = parse_instant(options["at"], zone) if options["at"] is not None else clock.now()
        roster = queries.load_roster(schedule.pk, at, get_language() or "en")
        self.stdout.write(f"{schedule.name}, {local(at, zone)} ({zone})")
        for line in _lines(roster, zone):
            self.stdout.write(f"  {line}")
        if not roster.on_call:
            sys.exit(1)


def _lines(roster: Roster, zone: str) -> Iterable[str]:
    instead = _instead(roster)
    if roster.divert:
        yield _diverted(roster.divert, zone)
    for found in roster.on_call:
        words = {
            "level": found.level,
            "name": _with_numbers(found.assignee),
            "until": local(found.until, zone),
            "instead": instead.get(found.override, ""),
        }
        if words["instead"]:
            yield (
                _("level %(level)s: %(name)s, stands in for %(instead)s, until %(until)s") % words
            )
        else:
            yield _("level %(level)s: %(name)s, until %(until)s") % words
    for skipped in roster.skipped:
        words = {
            "level": skipped.level,
            "name": skipped.name,
            "reason": labels.GAP_REASON[skipped.reason.value],
            "until": local(skipped.until, zone),
        }
        yield _("level %(level)s: %(name)s, left out: %(reason)s, until %(until)s") % words
    if not roster.on_call:
        yield _("Nobody can be reached.")
    for supervisor in roster.supervisors:
        yield _("supervisor: %(name)s") % {"name": _with_numbers(supervisor)}


def _instead(roster: Roster) -> dict[int | None, str]:
    """Return, by stand-in, whose place they have; one query, none where nobody stands in."""
    ids = [found.override for found in roster.on_call if found.override]
    table = snapshots.TABLES[snapshots.OVERRIDE]
    rows = table.rows().filter(pk__in=ids) if ids else ()
    return {row.pk: operation_words.instead(table.take(row)) for row in rows}


def _diverted(divert: Diverted, zone: str) -> str:
    words = {"name": divert.to.name, "until": local(divert.until, zone), "by": divert.by}
    if divert.by:
        return _("diverted to %(name)s until %(until)s, set by %(by)s") % words
    return _("diverted to %(name)s until %(until)s") % words


def _with_numbers(assignee: Assignee) -> str:
    return f"{assignee.name} [{', '.join(c.number for c in assignee.contacts)}]"
