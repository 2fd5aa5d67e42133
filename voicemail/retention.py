"""For how long what callers left is kept: settings and an instant in, what is due out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What is kept for a time of its own."""

    AUDIO = "audio"
    TRANSCRIPTS = "transcripts"
    NUMBERS = "numbers"


@dataclass(frozen=True)
class Keep:
    """For how many days each kind is kept; None: for ever, at a number: as the house says."""

    audio: int | None = None
    transcripts: int | None = None
    numbers: int | None = None

    def days(self, kind: Kind) -> int | None:
        """Return the days of one kind."""
        return {
            Kind.AUDIO: self.audio,
            Kind.TRANSCRIPTS: self.transcripts,
            Kind.NUMBERS: self.numbers,
        }[kind]


@dataclass(frozen=True)
class Due:
    """What is from `until` or before is due, at these numbers (ids); None: calls without one."""

    until: datetime
    numbers: frozenset[int | None]


def until(days: int | None, now: datetime) -> datetime | None:
    """Return the last instant of what is due at `now` (aware), None when it is kept for ever.

    A day is 24 hours: what is kept for a day is due exactly 86,400 seconds after its beginning.
    """
    return None if days is None else now - timedelta(days=days)


def due(kind: Kind, house: Keep, numbers: Mapping[int, Keep], now: datetime) -> tuple[Due, ...]:
    """Return what is due of one kind at `now`, the longest kept first.

    A number without days of its own has the house's, as have the calls without a number.
    """
    own = {number: keep.days(kind) for number, keep in numbers.items()}
    days: dict[int | None, int | None] = {None: house.days(kind)}
    for number, its in own.items():
        days[number] = house.days(kind) if its is None else its
    together: dict[datetime, set[int | None]] = {}
    for which, kept in days.items():
        last = until(kept, now)
        if last is not None:
            together.setdefault(last, set()).add(which)
    return tuple(Due(last, frozenset(together[last])) for last in sorted(together))
