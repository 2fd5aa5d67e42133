"""The recurrence rules of other people's calendars, within a window and a bounded number of steps.

The library that knows these rules looks for a day that never comes until the year 9999, and counts
a rule by the hour from whenever it began; here each rule has as many steps as lead to the window's
end, and a file as many as a `Budget` has.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from dateutil.rrule import rrule, rrulestr

from scheduling.ical.errors import BadRule, TooMany

_UNITS = {
    "HOURLY": timedelta(hours=1),
    "DAILY": timedelta(days=1),
    "WEEKLY": timedelta(days=7),
    "MONTHLY": timedelta(days=28),
    "YEARLY": timedelta(days=365),
}
_EVEN = ("HOURLY", "DAILY", "WEEKLY")  # of these the beginning may be moved by whole intervals
_COST = {"MONTHLY": 10, "YEARLY": 50}  # of one step, in steps by the day
_WITHIN_THE_HOUR = ("BYMINUTE", "BYSECOND")
_TOO_OFTEN = ("MINUTELY", "SECONDLY")
LONGEST_RULE, LONGEST_INTERVAL = 2_000, 1_000


class Budget:
    """How many steps are left for a whole file."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def take(self, steps: int = 1) -> None:
        """Take some; raise TooMany when none are left."""
        self.left -= steps
        if self.left < 0:
            raise TooMany


class _Beyond(Exception):
    """The rule has gone past the window."""


class _Steps(int):
    """The interval of a rule, which counts how often the library goes on by it."""

    budget: Budget
    cost: int
    left: int

    def __radd__(self, other: int) -> int:
        self._step()
        return other + int(self)

    def __mul__(self, other: int) -> int:
        self._step()
        return int(self) * other

    def _step(self) -> None:
        self.budget.take(self.cost)
        self.left -= 1
        if self.left < 0:
            raise _Beyond


def starts(
    rule: str, begins: datetime, until: datetime | None, last: datetime, budget: Budget
) -> Iterator[datetime]:
    """Yield when a rule says that something starts, in order, until `last`; earlier ones too.

    All times are naive, on the clock on which the rule `begins`. `until` is the rule's own end.
    Raises BadRule and TooMany.
    """
    parts = parse(rule)
    freq, interval = parts["FREQ"], int(parts.get("INTERVAL", "1"))
    stride = _UNITS[freq] * interval
    steps = _Steps(interval)
    steps.budget, steps.cost = budget, _COST.get(freq, 1) + rule.count(",")
    steps.left = max(0, (last - begins) // stride) + 2
    try:
        for at in _rule(parts, begins, until, steps):
            if at > last:
                return
            budget.take()
            yield at
    except _Beyond:
        return


def nearer(rule: str, begins: datetime, first: datetime) -> datetime:
    """Return a later beginning, before `first`, from which a rule says the same from then on."""
    parts = parse(rule)
    if "COUNT" in parts or parts["FREQ"] not in _EVEN:
        return begins
    stride = _UNITS[parts["FREQ"]] * int(parts.get("INTERVAL", "1"))
    return begins + max(0, (first - begins) // stride - 1) * stride


def parse(rule: str) -> dict[str, str]:
    """Return the parts of a rule by name; raise BadRule, and TooMany for more than one an hour."""
    if len(rule) > LONGEST_RULE:
        raise BadRule
    pairs = (part.partition("=") for part in rule.upper().split(";") if part)
    parts = {name.strip(): value.strip() for name, _, value in pairs}
    if parts.get("FREQ") in _TOO_OFTEN or any("," in parts.get(p, "") for p in _WITHIN_THE_HOUR):
        raise TooMany
    if parts.get("COUNT", "").startswith("-"):
        del parts["COUNT"]  # some programs write "for ever" so
    interval = parts.get("INTERVAL", "1")
    if parts.get("FREQ") not in _UNITS or not interval.isascii() or not interval.isdigit():
        raise BadRule
    if not 1 <= int(interval) <= LONGEST_INTERVAL:
        raise BadRule
    return parts


def _rule(parts: dict[str, str], begins: datetime, until: datetime | None, steps: _Steps) -> rrule:
    told = ";".join(f"{n}={v}" for n, v in parts.items() if n not in ("UNTIL", "INTERVAL"))
    try:
        rule = rrulestr(told, dtstart=begins)
        if not isinstance(rule, rrule):
            raise BadRule
        return rule.replace(interval=steps, until=until)
    except (ValueError, TypeError, OverflowError) as error:
        raise BadRule from error
