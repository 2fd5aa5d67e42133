"""What is wrong with a calendar file, before it is told as a code."""

from __future__ import annotations


class NotACalendar(Exception):
    """This file is something else."""


class TooMany(Exception):
    """There are more events, days or steps of rules than anybody would import."""


class BadRule(Exception):
    """This is no recurrence rule, or one that nobody means."""


class UnknownZone(Exception):
    """A zone that nobody knows."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name
