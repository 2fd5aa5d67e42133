"""Who is away when: a person's time off, and what it makes of the services they answer for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from scheduling import periods
from scheduling.enums import GapReason
from scheduling.types import Assignee, Period, Who

Away = Mapping[int, Sequence[Period]]


def of(people: Mapping[Who, Assignee], away: Away) -> dict[Who, tuple[Period, ...]]:
    """Return when those who could be reached cannot because they are `away`, by person's id."""
    phones = {who: [c.owner_staff for c in found.contacts] for who, found in people.items()}
    return of_owners(phones, away)


def of_owners(
    phones: Mapping[Who, Iterable[int | None]], away: Away
) -> dict[Who, tuple[Period, ...]]:
    """Return the same by whose phones would ring, None for a service's own.

    A service is out of reach while everybody is away who answers for it; with a number of its
    own it never is.
    """
    found = {who: _of(set(owners), away) for who, owners in phones.items()} if away else {}
    return {who: stretches for who, stretches in found.items() if stretches}


def present(assignee: Assignee, away: Away, at: datetime) -> Assignee:
    """Return an assignee as they are reached at `at` (aware): without the phones of the absent."""
    owners = {contact.owner_staff for contact in assignee.contacts}
    gone = {owner for owner in owners if owner and _covers(away.get(owner, ()), at)}
    if not gone:
        return assignee
    left = tuple(contact for contact in assignee.contacts if contact.owner_staff not in gone)
    return replace(assignee, contacts=left, unreachable=None if left else GapReason.TIME_OFF)


def _of(owners: Collection[int | None], away: Away) -> tuple[Period, ...]:
    if not owners or not all(owner in away for owner in owners):
        return ()
    first, *others = (periods.merge(away[owner]) for owner in owners if owner)
    for other in others:
        first = periods.intersect(first, other)
    return tuple(first)


def _covers(stretches: Iterable[Period], at: datetime) -> bool:
    return any(stretch.starts_at <= at < stretch.ends_at for stretch in stretches)
