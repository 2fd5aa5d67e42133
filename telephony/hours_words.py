"""What is wrong with opening hours, in words that say how to put it right."""

from __future__ import annotations

from django.utils.translation import gettext as _

from telephony.opening_hours import Fault, UnknownHours


def why(error: UnknownHours) -> str:
    """Return why opening hours were refused, in the reader's language."""
    match error.fault:
        case Fault.TIME_ZONE:
            return _("Name a time zone, like Europe/Paris.")
        case Fault.DAYS:
            return _("Name each day of the week once: mo, tu, we, th, fr, sa, su.")
        case Fault.TIME:
            return _("Write both times like 09:00; 24:00 is the end of the day.")
        case Fault.DATE:
            return _("Write the day like 2026-12-24.")
        case Fault.HOLIDAYS:
            return _("On public holidays it is closed, open or as_usual.")
        case Fault.MANY:
            return _("These are too many: %(most)s at most.") % {"most": error.value}
        case Fault.CLOSED_AND_OPEN:
            return _("A day (%(day)s) is either closed or has hours.") % {"day": error.value}
        case Fault.KEY:
            return _("Opening hours have no “%(key)s”.") % {"key": error.value}
        case Fault.SHAPE:
            return _("Write opening hours as {time_zone, weekly, holidays, exceptions}.")
