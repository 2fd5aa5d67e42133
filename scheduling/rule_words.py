"""Why a recurrence rule is refused, in the language that is active."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from recurrence import serialize

from oncall_portal.lib.errors import Refused
from scheduling.enums import RuleFault
from scheduling.rules import BadRule


def text_of(recurrence: Any) -> str:
    """Return the text of a rule, given as such or as django-recurrence holds it."""
    return recurrence if isinstance(recurrence, str) else str(serialize(recurrence))


def refused(error: BadRule) -> Refused:
    """Return what to answer to a rule that cannot be taken."""
    field = "ends_on" if error.code is RuleFault.ENDS_BEFORE_START else "recurrence"
    return Refused(error.code.value, _told(error.code), field)


def _told(fault: RuleFault) -> str:
    words = {
        RuleFault.UNREADABLE: _(
            "This is not a recurrence rule; write it like RRULE:FREQ=WEEKLY;BYDAY=MO."
        ),
        RuleFault.NOT_ONE_RULE: _(
            "Write one rule, like RRULE:FREQ=WEEKLY;BYDAY=MO; make a second rotation for another."
        ),
        RuleFault.SINGLE_DATES: _(
            "Single days are no part of the rule: add or delete those shifts on the calendar."
        ),
        RuleFault.TOO_FINE: _(
            "The rule names days: use DAILY, WEEKLY, MONTHLY or YEARLY, and put the time into"
            " start_time. For shifts of some hours, count the turns in hours."
        ),
        RuleFault.BAD_INTERVAL: _("The interval is a whole number from 1 to 1000."),
        RuleFault.NEVER_FIRES: _("By this rule no shift ever starts: choose other days."),
        RuleFault.ENDS_BEFORE_START: _("The last day must not be before the first."),
    }
    return words[fault]
