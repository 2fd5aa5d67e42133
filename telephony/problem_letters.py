"""The words of problems ahead, in the language that is active: for an e-mail, and for pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from telephony import labels
from telephony.enums import Problem
from telephony.models import NumberProblem

# A rota with cover by night only has a hole every day.
MOST_LINES, SHOWN = 5, 3


def subject(rows: Sequence[NumberProblem]) -> str:
    """Return the subject line: how many problems, at which number first."""
    words = ngettext(
        "%(count)d problem ahead at %(number)s", "%(count)d problems ahead at %(number)s", len(rows)
    )
    names = list(dict.fromkeys(row.phone_number.name for row in rows))
    number = names[0] if len(names) == 1 else _("%(name)s and others") % {"name": names[0]}
    return words % {"count": len(rows), "number": number}


def body(rows: Iterable[NumberProblem], page: str, house_zone: str, own_zone: str) -> str:
    """Return the text: what was found at each number, and where to mend it.

    A zone is named where that of whoever reads, `own_zone` (IANA), is another one.
    """
    parts = [_("In the next ninety days, callers would find this:")]
    for number, theirs in groupby(rows, key=lambda row: row.phone_number):
        zone = number.schedule.time_zone if number.schedule else house_zone
        named = _("%(number)s:") if zone == own_zone else _("%(number)s (times of %(zone)s):")
        parts.append(named % {"number": number.name, "zone": zone})
        parts.append("\n".join(f"- {line}" for line in _lines(theirs, zone)))
    parts.append(_("What to change, number by number: %(page)s") % {"page": page})
    return "\n\n".join(parts) + "\n"


def _lines(rows: Iterable[NumberProblem], zone: str) -> Iterator[str]:
    """Yield a line for each problem; of one that comes again and again, the first few times."""
    same: dict[tuple[str, str], list[NumberProblem]] = defaultdict(list)
    for row in rows:
        same[row.kind, row.name].append(row)
    for each in same.values():
        shown, more = (each, []) if len(each) <= MOST_LINES else (each[:SHOWN], each[SHOWN:])
        yield from (sentence(row, zone) for row in shown)
        if more:
            words = _("%(count)d times more, the last %(when)s: %(what)s (%(name)s)")
            last = {"count": len(more), "when": when(more[-1], zone)}
            yield words % {**last, "what": labels.PROBLEM[each[0].kind], "name": each[0].name}


def sentence(row: NumberProblem, zone: str) -> str:
    """Return one problem in words, with its times by the clock of `zone` (IANA) where it has any.

    A number that is not rung, and a prompt that is missing, are so until somebody acts.
    """
    words = {"what": labels.PROBLEM[row.kind], "name": row.name, "when": when(row, zone)}
    if row.kind in (Problem.DISABLED_NUMBER, Problem.MISSING_PROMPT):
        return _("%(what)s: %(name)s") % words
    return _("%(when)s: %(what)s (%(name)s)") % words


def when(row: NumberProblem, zone: str) -> str:
    """Return the stretch of a problem by the clock of `zone` (IANA)."""
    times = {"start": _at(row.period.lower, zone), "end": _at(row.period.upper, zone)}
    return _("%(start)s to %(end)s") % times


def _at(at: datetime, zone: str) -> str:
    # Translators: a date and time like "Mon 4 Jan 2027 18:00", in Django's date format
    return dateformat.format(at.astimezone(ZoneInfo(zone)), _("D j M Y H:i"))
