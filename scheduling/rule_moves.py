"""A recurrence rule some days later: what a rotation becomes from the day that it is moved on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from scheduling.rule_days import days_of
from scheduling.rules import WEEKDAYS, BadRule, parse
from scheduling.types import Rule

_COMPARED_DAYS = 1500  # four years: what holds so long holds


def moved(rule: Rule, days: int) -> Rule | None:
    """Return the rule whose days are those of `rule`, so many days later; None if no rule says so.

    It is counted from that many days later, too, so that intervals and turns go on. The first and
    last day are moved with it.
    """
    if not days:
        return rule
    shift = timedelta(days=days)
    text = _moved_text(rule.recurrence, days)
    if not _is_rule(text):
        return None
    later = replace(
        rule,
        recurrence=text,
        counted_from=rule.counted_from + shift,
        starts_on=rule.starts_on + shift,
        ends_on=rule.ends_on + shift if rule.ends_on else None,
    )
    first, until = rule.counted_from, rule.counted_from + timedelta(days=_COMPARED_DAYS)
    were = [
        day + shift for day in days_of(rule.recurrence, rule.counted_from).between(first, until)
    ]
    are = days_of(text, later.counted_from).between(first + shift, until + shift)
    return later if list(were) == list(are) else None


def _moved_text(recurrence: str, days: int) -> str:
    parts = parse(recurrence)
    if parts.weekdays:
        named = [f"{n or ''}{WEEKDAYS[(day + days) % 7]}" for day, n in sorted(parts.weekdays)]
        return _with_part(recurrence, "BYDAY", ",".join(named))
    if parts.month_days:
        named = [str(day + days) for day in sorted(parts.month_days)]
        return _with_part(recurrence, "BYMONTHDAY", ",".join(named))
    return recurrence


def _is_rule(recurrence: str) -> bool:
    """Tell whether there are such days at all: there is no 32nd of a month."""
    try:
        parse(recurrence)
    except BadRule:
        return False
    return True


def _with_part(recurrence: str, name: str, value: str) -> str:
    head, _colon, body = recurrence.rpartition(":")
    parts = [f"{name}={value}" if p.split("=")[0] == name else p for p in body.split(";")]
    return f"{head}:{';'.join(parts)}" if head else ";".join(parts)
