"""What a rotation does, in a sentence of the language that is active."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling import recurrence
from scheduling.enums import OnHolidays, TurnUnit
from scheduling.rules import Recurrence, parse
from scheduling.types import Rule, Who


def sentence(rule: Rule, names: Mapping[Who, str], day: date, turn: int) -> str:
    """Return what a rule does, with whose turn `turn` it is on `day`.

    "Every week on Monday at 09:00, for 7 days; Alice and Bob take turns, each for one shift; it is
    the turn of Alice on Monday 4 January 2027."
    """
    parts = {
        "when": _when(rule),
        "who": _who(rule, names),
        "turn": _("it is the turn of %(name)s on %(day)s")
        % {"name": _team(recurrence.team(rule, turn), names), "day": day_words(day)},
    }
    if len(rule.participants) == 1:
        return _("%(when)s; %(who)s.") % parts
    return _("%(when)s; %(who)s; %(turn)s.") % parts


def day_words(day: date) -> str:
    """Return a day as it is read: "Monday 4 January 2027"."""
    return date_format(day, _("l j F Y"))


def listed(names: Sequence[str]) -> str:
    """Return "Alice, Bob and Chloé"."""
    *most, last = names
    if not most:
        return last
    return _("%(most)s and %(last)s") % {"most": ", ".join(most), "last": last}


def _when(rule: Rule) -> str:
    """Return on which days, from when and how long: "Every day at 18:00, until 08:00"."""
    start, holidays = f"{rule.start_time:%H:%M}", _holidays(rule)
    days = _days(rule) + (f" {holidays}" if holidays else "")
    if rule.turn_unit is TurnUnit.HOUR:
        return _("%(days)s, shifts one after the other from %(start)s on") % {
            "days": days,
            "start": start,
        }
    parts = {"days": days, "start": start, "length": _length(rule)}
    return _("%(days)s at %(start)s, %(length)s") % parts


def _length(rule: Rule) -> str:
    if recurrence.is_cut(rule):
        return _("until the next one starts")
    days = rule.end_day_offset or int(rule.end_time <= rule.start_time)
    if rule.end_time == rule.start_time:
        if days == 1:
            return _("for 24 hours")
        return ngettext("for %(days)d day", "for %(days)d days", days) % {"days": days}
    end = f"{rule.end_time:%H:%M}"
    if days == 0:
        return _("until %(end)s") % {"end": end}
    if days == 1:
        return _("until %(end)s on the next day") % {"end": end}
    later = ngettext("until %(end)s %(days)d day later", "until %(end)s %(days)d days later", days)
    return later % {"end": end, "days": days}


def _holidays(rule: Rule) -> str:
    words = {
        OnHolidays.AS_USUAL: "",
        OnHolidays.SKIP: _("except public holidays"),
        OnHolidays.ONLY: _("if it is a public holiday"),
    }
    return words[rule.on_holidays]


def _days(rule: Rule) -> str:
    """Return which days a rule names; the rule itself where there are no plain words for it."""
    parts = parse(rule.recurrence)
    rare = parts.months | parts.year_days | parts.week_numbers | parts.positions
    plain = {"DAILY": _daily, "WEEKLY": _weekly, "MONTHLY": _monthly}.get(parts.freq)
    found = plain(parts, rule.counted_from) if plain and not rare else ""
    return found or _("By the rule %(rule)s") % {"rule": rule.recurrence.removeprefix("RRULE:")}


def _daily(parts: Recurrence, _since: date) -> str:
    if parts.weekdays or parts.month_days:
        return ""
    every = ngettext("Every day", "Every %(count)d days", parts.interval)
    return every % {"count": parts.interval}


def _weekly(parts: Recurrence, since: date) -> str:
    numbers = sorted(day for day, _ordinal in parts.weekdays) or [since.weekday()]
    every = ngettext("Every week on %(days)s", "Every %(count)d weeks on %(days)s", parts.interval)
    days = listed([str(WEEKDAYS[number]) for number in numbers])
    return "" if parts.month_days else every % {"count": parts.interval, "days": days}


def _monthly(parts: Recurrence, since: date) -> str:
    days = parts.month_days or ({since.day} if not parts.weekdays else set())
    if len(days) + len(parts.weekdays) != 1:
        return ""
    if parts.weekdays:
        ((weekday, ordinal),) = parts.weekdays
        named = _ordinals().get(ordinal, "")
        on = named and named % {"weekday": WEEKDAYS[weekday]}
    else:
        (day,) = days
        on = _on_day(day)
    every = ngettext("Every month %(on)s", "Every %(count)d months %(on)s", parts.interval)
    return every % {"count": parts.interval, "on": on} if on else ""


def _on_day(day: int) -> str:
    if day == -1:
        return _("on the last day")
    return _("on day %(day)d") % {"day": day} if day > 0 else ""


def _ordinals() -> dict[int, str]:
    return {
        1: _("on the first %(weekday)s"),
        2: _("on the second %(weekday)s"),
        3: _("on the third %(weekday)s"),
        4: _("on the fourth %(weekday)s"),
        -1: _("on the last %(weekday)s"),
    }


def _who(rule: Rule, names: Mapping[Who, str]) -> str:
    teams = [_team(team, names) for team in rule.participants]
    if len(teams) == 1:
        return _("always %(names)s") % {"names": teams[0]}
    parts = {"names": listed(teams), "length": _turn(rule)}
    return _("%(names)s take turns, each for %(length)s") % parts


def _turn(rule: Rule) -> str:
    count = rule.turn_count
    lengths = {
        TurnUnit.SHIFT: ngettext("one shift", "%(count)d shifts", count),
        TurnUnit.HOUR: ngettext("one hour", "%(count)d hours", count),
        TurnUnit.DAY: ngettext("one day", "%(count)d days", count),
        TurnUnit.WEEK: ngettext("one week", "%(count)d weeks", count),
        TurnUnit.MONTH: ngettext("one month", "%(count)d months", count),
    }
    return lengths[rule.turn_unit] % {"count": count}


def _team(team: Sequence[Who], names: Mapping[Who, str]) -> str:
    """Return who stands together: "Alice + Bob"."""
    return " + ".join(names[who] for who in team)
