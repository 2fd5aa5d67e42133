"""Who is on call: one rule of precedence, asked about an instant or swept over a window."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, groupby, pairwise
from typing import TypeAlias

from scheduling.enums import GapReason
from scheduling.types import (
    DivertFact,
    FinalEntry,
    OverrideFact,
    Period,
    ScheduleFacts,
    ShiftFact,
    Standing,
    Who,
)

Segment = tuple[Period, tuple[Standing, ...]]
# What puts somebody on call: a shift, the override of a whole level, a divert.
Cause: TypeAlias = ShiftFact | OverrideFact | DivertFact
Order: TypeAlias = tuple[int, int, int, int]
Target: TypeAlias = tuple[int | None, Who | None, int | None]  # shift, assignee or level

REGULAR, OVERRIDE, DIVERT = "regular", "override", "divert"
DIVERT_LEVEL = 1  # the goal of a divert stands alone, so it rings first


def standing(facts: ScheduleFacts, at: datetime) -> tuple[Standing, ...]:
    """Return every assignment in force at `at` (aware), in the order it would be tried.

    Those who cannot be reached are among them, each with the reason.
    """
    rules = _Rules(facts)
    causes = sorted((cause for cause in rules.causes if covers(cause.period, at)), key=order)
    found = (_decide(rules, cause, at) for cause in causes)
    return tuple(standing for standing in found if standing)


def on_call(facts: ScheduleFacts, at: datetime) -> tuple[Standing, ...]:
    """Return those who can be reached at `at` (aware), in the order they would be tried."""
    return reachable(standing(facts, at))


def reachable(standings: Iterable[Standing]) -> tuple[Standing, ...]:
    """Return the standings that can be used, in the same order."""
    return tuple(s for s in standings if s.unreachable is None)


def next_change(facts: ScheduleFacts, level: int, at: datetime) -> datetime | None:
    """Return the first instant after `at` at which who stands at `level` changes, None if never.

    What is hidden changes nothing: a shift under a divert, or under an override of its level.
    """
    rules = _Rules(facts)
    ahead = (cause for cause in rules.causes if cause.period.ends_at > at)
    pieces = chain.from_iterable(_pieces(rules, cause, cause.period) for cause in ahead)
    edges = (edge for p in pieces if p.standing.level == level for edge in _edges(p.period))
    return min((edge for edge in edges if edge > at), default=None)


def people(facts: ScheduleFacts) -> set[Who]:
    """Return all who may stand somewhere: for a shift, for an override or for a divert."""
    stand_ins = {override.who for override in facts.overrides if override.who}
    return stand_ins | {s.who for s in facts.shifts} | {divert.to for divert in facts.diverts}


def divert_at(facts: ScheduleFacts, at: datetime) -> DivertFact | None:
    """Return the divert in force at `at` (aware), if any."""
    return next((divert for divert in facts.diverts if covers(divert.period, at)), None)


def final_schedule(
    facts: ScheduleFacts, starts_at: datetime, ends_at: datetime
) -> tuple[FinalEntry, ...]:
    """Return who can be reached when, within [starts_at, ends_at), ordered by start and level.

    An entry lasts as long as the same shift, override or divert keeps the same person there; it
    is cut at the window.
    """
    rules = _Rules(facts)
    # The place of an entry is its start and its `order`, flat, which sorts quicker than nested.
    # How many came before keeps entries, which have no order, from being compared.
    found: list[tuple[datetime, int, int, int, int, int, FinalEntry]] = []
    for cause, period in _inside(rules, starts_at, ends_at):
        before = len(found)
        if isinstance(cause, ShiftFact) and rules.is_undisturbed(cause):
            pk, who, level, _whole, rotation, _day, slot = cause
            entry = FinalEntry(level, who, pk, period)
            found.append((period.starts_at, level, rotation, slot, pk or 0, before, entry))
        else:
            found += [
                (piece.period.starts_at, *piece.order, before, _entry(piece))
                for piece in _pieces(rules, cause, period)
                if piece.standing.unreachable is None
            ]
    found.sort()
    return tuple([each[-1] for each in found])


def segments(facts: ScheduleFacts, starts_at: datetime, ends_at: datetime) -> Iterator[Segment]:
    """Cut [starts_at, ends_at) where anything changes; yield each piece with its standings.

    The pieces are in order, touch each other and fill the window, empty stretches included.
    """
    if starts_at >= ends_at:
        return
    rules = _Rules(facts)
    inside = _inside(rules, starts_at, ends_at)
    pieces = [piece for cause, period in inside for piece in _pieces(rules, cause, period)]
    begin = sorted(pieces, key=lambda piece: piece.period.starts_at, reverse=True)
    end = sorted(pieces, key=lambda piece: piece.period.ends_at, reverse=True)
    edges = {edge for piece in pieces for edge in _edges(piece.period)}
    now = _Active([], [])
    for cut, following in pairwise(sorted(edges | {starts_at, ends_at})):
        while end and end[-1].period.ends_at == cut:
            now.remove(end.pop())
        while begin and begin[-1].period.starts_at == cut:
            now.add(begin.pop())
        yield Period(cut, following), tuple(now.standings)


def covers(period: Period, at: datetime) -> bool:
    """Return whether `at` lies in the half-open `period`."""
    return period.starts_at <= at < period.ends_at


def order(cause: Cause) -> Order:
    """Return what the standings of an instant are sorted by.

    A shift that only its rule knows stands where its row will.
    """
    if isinstance(cause, ShiftFact):
        return cause.level, cause.rotation, cause.slot, cause.id or 0
    return _level(cause), 0, 0, cause.id


def in_order(shifts: Iterable[ShiftFact]) -> list[ShiftFact]:
    """Return shifts by start; those that start together as they would be tried."""
    return sorted(shifts, key=lambda shift: (shift.period.starts_at, order(shift)))


@dataclass(frozen=True)
class _Piece:
    """A stretch in which one cause keeps the same standing."""

    period: Period
    order: Order
    standing: Standing


@dataclass(frozen=True)
class _Active:
    """The standings of an instant in their order, changed one by one as a sweep goes on."""

    orders: list[Order]
    standings: list[Standing]

    def add(self, piece: _Piece) -> None:
        place = bisect_right(self.orders, piece.order)
        self.orders.insert(place, piece.order)
        self.standings.insert(place, piece.standing)

    def remove(self, piece: _Piece) -> None:
        place = bisect_left(self.orders, piece.order)
        while self.standings[place] is not piece.standing:
            place += 1
        del self.orders[place], self.standings[place]


class _Rules:
    """The facts, with their overrides by what these replace."""

    def __init__(self, facts: ScheduleFacts) -> None:
        self.facts = facts
        self.of: dict[Target, list[OverrideFact]] = defaultdict(list)
        # The latest comes first: where two on one target overlap, it decides.
        for override in sorted(facts.overrides, key=lambda o: o.id, reverse=True):
            self.of[override.shift, override.assignee, override.level].append(override)
        levels = (override for override in facts.overrides if override.level is not None)
        self.causes: tuple[Cause, ...] = (*facts.shifts, *levels, *facts.diverts)
        people = {*facts.unreachable, *facts.absences, *(o.assignee for o in facts.overrides)}
        self._staff = {who.staff for who in people if who} - {None}
        self._services = {who.service for who in people if who} - {None}

    def override(self, target: Target, at: datetime) -> OverrideFact | None:
        """Return the override of `target` in force at `at`, if any."""
        return next((found for found in self.of.get(target, ()) if covers(found.period, at)), None)

    def is_undisturbed(self, shift: ShiftFact) -> bool:
        """Tell whether nothing ever keeps a shift from being what it says; must be quick."""
        who = shift.who
        return not (
            self.facts.diverts
            or who.staff in self._staff
            or who.service in self._services
            or (
                self.of
                and ((shift.id, None, None) in self.of or (None, None, shift.level) in self.of)
            )
        )

    def touching(self, cause: Cause) -> Iterator[Period]:
        """Yield the periods at whose edges it may change what `cause` does."""
        of, absences = self.of, self.facts.absences
        overrides = [*of.get((None, None, _level(cause)), ())]
        if isinstance(cause, ShiftFact):
            overrides += of.get((cause.id, None, None), ())
            people = {cause.who, *(override.who for override in overrides)}
            overrides += chain(*(of.get((None, who, None), ()) for who in people))
            people.update(override.who for override in overrides)
        else:
            people = {cause.to if isinstance(cause, DivertFact) else cause.who}
        yield from (found.period for found in chain(self.facts.diverts, overrides))
        yield from chain(*(absences.get(who, ()) for who in people if who))


def _decide(rules: _Rules, cause: Cause, at: datetime) -> Standing | None:
    """Apply the precedence: return whom `cause`, in force at `at`, puts on call; None: nobody.

    Every answer comes from here. A divert takes the place of everything, an override of a level
    that of all its shifts.
    """
    divert = divert_at(rules.facts, at)
    if isinstance(cause, DivertFact):
        return _stand(rules, at, cause.to, DIVERT_LEVEL, DIVERT) if divert is cause else None
    level = cause.level or 0
    whole = rules.override((None, None, level), at)
    if divert or whole not in (None, cause):
        return None
    if isinstance(cause, OverrideFact):
        return _stand(rules, at, cause.who, level, OVERRIDE, override=cause.id)
    who, override = _in_shift(rules, cause, at)
    reason = REGULAR if override is None else OVERRIDE
    return _stand(rules, at, who, level, reason, cause.id, override, cause.rotation)


def _in_shift(rules: _Rules, shift: ShiftFact, at: datetime) -> tuple[Who | None, int | None]:
    """Return who has a shift, and by which override: its own, then that of whoever is there."""
    who: Who | None = shift.who
    override = rules.override((shift.id, None, None), at)
    if override:
        who = override.who
    if who and (later := rules.override((None, who, None), at)):
        who, override = later.who, later
    return who, override.id if override else None


def _stand(
    rules: _Rules,
    at: datetime,
    who: Who | None,
    level: int,
    reason: str,
    shift: int | None = None,
    override: int | None = None,
    rotation: int = 0,
) -> Standing | None:
    if who is None:
        return None
    unreachable = _unreachable(rules.facts, who, at)
    return Standing(level, who, shift, unreachable, reason, override, rotation)


def _unreachable(facts: ScheduleFacts, who: Who, at: datetime) -> GapReason | None:
    """Return why `who` cannot be reached at `at`."""
    always = facts.unreachable.get(who)
    if always is None and any(covers(away, at) for away in facts.absences.get(who, ())):
        return GapReason.TIME_OFF
    return always


def _inside(
    rules: _Rules, starts_at: datetime, ends_at: datetime
) -> Iterator[tuple[Cause, Period]]:
    """Yield what may put somebody on call within [starts_at, ends_at), and when, cut there."""
    for cause in rules.causes:
        begins, ends = period = cause.period
        if begins >= starts_at and ends <= ends_at:
            yield cause, period
        elif max(begins, starts_at) < min(ends, ends_at):
            yield cause, Period(max(begins, starts_at), min(ends, ends_at))


def _pieces(rules: _Rules, cause: Cause, period: Period) -> list[_Piece]:
    """Return what `cause` puts on call within `period`, which is a part of its own, in order."""
    place = order(cause)
    if isinstance(cause, ShiftFact) and rules.is_undisturbed(cause):
        regular = Standing(cause.level, cause.who, cause.id, rotation=cause.rotation)
        return [_Piece(period, place, regular)]
    cuts = [period.starts_at, *_cuts(rules.touching(cause), period), period.ends_at]
    found = groupby(pairwise(cuts), key=lambda stretch: _decide(rules, cause, stretch[0]))
    together = ((standing, list(group)) for standing, group in found if standing)
    return [_Piece(Period(s[0][0], s[-1][1]), place, standing) for standing, s in together]


def _entry(piece: _Piece) -> FinalEntry:
    s = piece.standing
    return FinalEntry(s.level, s.who, s.shift, piece.period, s.reason, s.override)


def _cuts(periods: Iterable[Period], within: Period) -> list[datetime]:
    """Return the edges of `periods` that lie inside of `within`, in order."""
    edges = chain.from_iterable(_edges(period) for period in periods)
    return sorted({edge for edge in edges if within.starts_at < edge < within.ends_at})


def _edges(period: Period) -> tuple[datetime, datetime]:
    return period.starts_at, period.ends_at


def _level(cause: Cause) -> int:
    return DIVERT_LEVEL if isinstance(cause, DivertFact) else cause.level or 0
