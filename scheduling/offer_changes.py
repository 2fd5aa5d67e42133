"""What changes of the rota mean for offers of shifts: which are gone, and whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from scheduling.changes import Values, merged
from scheduling.enums import SwapState
from scheduling.types import Change, Period

SHIFT, SWAP = "shift", "swap"  # as the log names shifts and offers
_OPEN = SwapState.OPEN.value


@dataclass(frozen=True)
class Offer:
    """An offer of a shift by a person, of that `name`; `period` and `level` None: as the shift."""

    id: int
    by: int
    name: str
    shift: int
    period: Period | None = None
    level: int | None = None


@dataclass(frozen=True)
class OfferNews:
    """What became of offers for one person: gone, open once more, and their own withdrawn."""

    gone: tuple[Offer, ...] = ()
    again: tuple[Offer, ...] = ()
    own: tuple[Offer, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.gone or self.again or self.own)

    @property
    def all(self) -> tuple[Offer, ...]:
        """All of them."""
        return self.gone + self.again + self.own


def people(changes: Iterable[Change]) -> set[int]:
    """Return whom it concerns that offers are open no more, or once more, by id."""
    found: set[int] = set()
    for change in changes:
        if change.model == SWAP and _is_open(change.before) != _is_open(change.after):
            values = change.after or change.before or {}
            found |= {*values["offered_to"], values["requested_by"]}
    return found


def news(changes: Iterable[Change], staff: int) -> OfferNews:
    """Return what became, after all of these changes, of the offers that concern a person.

    Whoever accepted one, or whose was accepted, is told otherwise.
    """
    net = merged(changes)
    before = {c.id: c.before for c in net if c.model == SHIFT and c.before is not None}
    gone, again, own = [], [], []
    for change in net:
        values = change.after or change.before or {}
        if change.model != SWAP or _is_open(change.before) == _is_open(change.after):
            continue
        offer = _offer(change, before)
        accepted = values["state"] == SwapState.ACCEPTED.value
        if staff in values["offered_to"]:
            if _is_open(change.after):
                again.append(offer)
            elif values["accepted_by"] != staff:
                gone.append(offer)
        elif staff == values["requested_by"] and not accepted and not _is_open(change.after):
            own.append(offer)
    return OfferNews(tuple(gone), tuple(again), tuple(own))


def _is_open(values: Values | None) -> bool:
    return values is not None and values["state"] == _OPEN


def _offer(change: Change, shifts: Mapping[int, Values]) -> Offer:
    """Return an offer as it was made: its shift may since have gone, or be elsewhere."""
    values = (change.before if _is_open(change.before) else change.after) or {}
    shift = shifts.get(values["shift"])
    part = _period(values) if values["starts_at"] else None
    period = part or (_period(shift) if shift else None)
    level = shift["level"] if shift else None
    return Offer(change.id, values["requested_by"], values["who"], values["shift"], period, level)


def _period(values: Values) -> Period:
    return Period(*(datetime.fromisoformat(values[name]) for name in ("starts_at", "ends_at")))
