"""Who is away when: a person's time off, and what it makes of the services they answer for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from scheduling import periods
from scheduling.enums import GapReason
from scheduling.types import Assignee, Period, Who

Away = Mapping[int, Sequence[Period]]


def owners(people: Iterable[Assignee]) -> set[int]:
    """Return the people whose phones would ring, by id."""
    found = {contact.owner_staff for assignee in people for contact in assignee.contacts}
    return {owner for owner in found if owner}


def of(people: Mapping[Who, Assignee], away: Away) -> dict[Who, tuple[Period, ...]]:
    """Return when those who could be reached cannot because they are `away`, by person's id.

    A service is out of reach while everybody is away who answers for it; with a number of its
    own it never is.
    """
    found = {who: _of(assignee, away) for who, assignee in people.items()} if away else {}
    return {who: stretches for who, stretches in found.items() if stretches}


def present(assignee: Assignee, away: Away, at: datetime) -> Assignee:
    """Return an assignee as they are reached at `at` (aware): without the phones of the absent."""
    gone = {owner for owner in owners([assignee]) if _covers(away.get(owner, ()), at)}
    if not gone:
        return assignee
    left = tuple(contact for contact in assignee.contacts if contact.owner_staff not in gone)
    return replace(assignee, contacts=left, unreachable=None if left else GapReason.TIME_OFF)


def _of(assignee: Assignee, away: Away) -> tuple[Period, ...]:
    phones = {contact.owner_staff for contact in assignee.contacts}
    if not phones or not all(owner in away for owner in phones):
        return ()
    first, *others = (periods.merge(away[owner]) for owner in phones if owner)
    for other in others:
        first = periods.intersect(first, other)
    return tuple(first)


def _covers(stretches: Iterable[Period], at: datetime) -> bool:
    return any(stretch.starts_at <= at < stretch.ends_at for stretch in stretches)
