"""Who is away when: a person's time off, and what it makes of the services they answer for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
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
    return without(assignee, gone) if gone else assignee


def without(assignee: Assignee, gone: Collection[int]) -> Assignee:
    """Return an assignee as they are reached while these people (by id) are away."""
    left = tuple(contact for contact in assignee.contacts if contact.owner_staff not in gone)
    if len(left) == len(assignee.contacts):
        return assignee
    return replace(assignee, contacts=left, unreachable=None if left else GapReason.TIME_OFF)


class Comings:
    """Who is away together, as people go and come back."""

    def __init__(self, away: Away) -> None:
        edges: dict[datetime, set[int]] = defaultdict(set)
        for person, stretches in away.items():
            for stretch in periods.merge(stretches):
                # who is away twice at the same edge stays away: merged stretches never touch
                edges[stretch.starts_at].add(person)
                edges[stretch.ends_at].add(person)
        self._edges = sorted(edges)
        self._gone = [frozenset[int]()]
        for edge in self._edges:
            self._gone.append(self._gone[-1] ^ edges[edge])

    def during(self, period: Period) -> Iterable[frozenset[int]]:
        """Return everybody who is away, for every instant of a period at which that changes."""
        first = bisect_right(self._edges, period.starts_at)
        last = bisect_left(self._edges, period.ends_at)
        return self._gone[first : last + 1]


def _of(owners: Collection[int | None], away: Away) -> tuple[Period, ...]:
    if not owners or not all(owner in away for owner in owners):
        return ()
    first, *others = (periods.merge(away[owner]) for owner in owners if owner)
    for other in others:
        first = periods.intersect(first, other)
    return tuple(first)


def _covers(stretches: Iterable[Period], at: datetime) -> bool:
    return any(stretch.starts_at <= at < stretch.ends_at for stretch in stretches)
