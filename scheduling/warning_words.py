"""What is doubtful about a shift in sentences, in the language that is active."""

from __future__ import annotations

from django.utils.translation import gettext as _

from scheduling import whens
from scheduling.duties import Duty
from scheduling.enums import ShiftWarning
from scheduling.labels import SHIFT_WARNING
from scheduling.load import Warned
from scheduling.shift_warnings import Doubts
from scheduling.types import Who


def sentence(warned: Warned, doubts: Doubts) -> str:
    """Return a warning with its person and its reason, times on the clock of their schedule."""
    return _("%(who)s: %(what)s") % {"who": name(warned, doubts), "what": _what(warned, doubts)}


def name(warned: Warned, doubts: Doubts) -> str:
    """Return whom a warning is about."""
    who = warned.who or Who(staff=warned.other.staff if warned.other else None)
    found = doubts.people.get(who)
    return found.name if found else "?"


def _what(warned: Warned, doubts: Doubts) -> str:
    if warned.code is ShiftWarning.REST_TOO_SHORT and warned.rest is not None:
        return _("%(rest)s of rest only after %(duty)s; the rule is %(rule)s") % {
            "rest": whens.length(warned.rest),
            "rule": whens.length(doubts.rules.min_rest),
            "duty": _duty(warned.other, doubts),
        }
    if warned.code is ShiftWarning.TOO_MANY_IN_A_ROW:
        return _("%(count)d shifts in a row; the rule is %(rule)d at most") % {
            "count": warned.count,
            "rule": doubts.rules.most_in_a_row,
        }
    if warned.code is ShiftWarning.TWICE_AT_ONCE:
        return _("also on call at this time: %(duty)s") % {"duty": _duty(warned.other, doubts)}
    return str(SHIFT_WARNING[warned.code.value])


def _duty(duty: Duty | None, doubts: Doubts) -> str:
    schedule = doubts.schedules.get(duty.schedule) if duty else None
    if duty is None or schedule is None:
        return "?"
    return _("%(schedule)s, level %(level)d, %(span)s") % {
        "schedule": schedule.name,
        "level": duty.level,
        "span": whens.span(duty.period.starts_at, duty.period.ends_at, schedule.time_zone),
    }
