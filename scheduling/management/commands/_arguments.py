"""What commands about the rota accept: a schedule by name or id, and an instant."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.management import CommandError
from django.utils.translation import gettext as _

from scheduling import wall
from scheduling.models import Schedule

MISTAKE = 2  # the exit code of a command that was asked something it cannot answer


def find_schedule(text: str) -> Schedule:
    """Return the schedule of that name (any case) or id; raise CommandError listing the others.

    The very name is meant before any other spelling of it, and a name before an id.
    """
    rows = Schedule.objects.filter(name__iexact=text)
    found = rows.filter(name=text).first() or rows.first()
    if found is None and text.isascii() and text.isdigit() and len(text) < 19:
        found = Schedule.objects.filter(pk=int(text)).first()
    if found is None:
        names = ", ".join(f"{s.name} ({s.pk})" for s in Schedule.objects.all()) or _("none")
        message = _("There is no schedule “%(text)s”. Those that exist: %(names)s.")
        raise CommandError(message % {"text": text, "names": names}, returncode=MISTAKE)
    return found


def parse_instant(text: str, zone: str) -> datetime:
    """Return the instant of ISO-8601 `text`, by the wall clock of `zone` without an offset.

    Raises CommandError, also where it is far from any that people plan for.
    """
    try:
        at = datetime.fromisoformat(text)
        at = at if at.tzinfo else wall.instant(at, zone)
    except (ValueError, OverflowError) as error:
        message = _("“%(text)s” is not a time; write it like 2027-01-04T18:00 or with an offset.")
        raise CommandError(message % {"text": text}, returncode=MISTAKE) from error
    if not wall.is_near(at):
        message = _("“%(text)s” is too far in time.") % {"text": text}
        raise CommandError(message, returncode=MISTAKE)
    return at


def local(at: datetime, zone: str) -> str:
    """Return `at` by the wall clock of `zone`, with its offset."""
    return at.astimezone(ZoneInfo(zone)).isoformat(" ", "seconds")
