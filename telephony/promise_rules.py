"""When a promise to call back goes on to others, and to whom: facts and `now` in, decisions out.

Pure. Untouched, a promise goes from the person on shift to the next level of the rota, then to the
supervisors of the schedule, then to those of the house; each has half of the time that the caller
was promised. Where nobody has it, as when its owner has left, it goes on before the time is over.
After that the last are told twice more, at growing intervals, and then it only
stands as overdue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from telephony.enums import PromiseStep, RungKind

# How often those are told once more to whom a promise came last.
REPEATS = 2
# Less would tell somebody, and somebody else before they could have called.
SHORTEST = timedelta(minutes=1)
# How often it is looked whether somebody came on shift, while there is nobody to tell.
LOOK_AGAIN = timedelta(minutes=15)
_ORDER = tuple(RungKind)


@dataclass(frozen=True)
class Terms:
    """What is promised, and whether somebody has taken it up.

    `owned`: whoever it fell to is still there; else nobody is about to keep it.
    """

    made_at: datetime
    due_at: datetime
    touched: bool = False
    owned: bool = True


@dataclass(frozen=True)
class Rung:
    """Who has a promise together at one stage: a level of the rota, or supervisors.

    `staff` are ids of people in their order, the first of whom becomes its owner.
    """

    kind: RungKind
    staff: tuple[int, ...]
    level: int = 0

    @property
    def place(self) -> str:
        """Return where this rung stands, as a word that `order` reads."""
        return f"{self.kind.value}:{self.level}"


@dataclass(frozen=True)
class History:
    """To whom a promise has gone so far.

    `place` is the last rung's, "" for none; `told` everybody who has heard of it, `repeats` how
    often the last were told once more.
    """

    place: str = ""
    told: frozenset[int] = frozenset()
    repeats: int = 0


@dataclass(frozen=True)
class Decision:
    """What is to be done now, with whom it goes on (None: with whoever has it), and what is next.

    `next_at` is None when nothing more happens by itself.
    """

    step: PromiseStep
    rung: Rung | None
    next_at: datetime | None


def due_at(made_at: datetime, minutes: int, *, urgent: bool) -> datetime:
    """Return until when a caller is called back; one who called twice in half the time."""
    time = timedelta(minutes=minutes)
    return made_at + max(time / 2 if urgent else time, SHORTEST)


def sooner(terms: Terms, now: datetime) -> datetime:
    """Return the deadline with what is left of it halved; one that is over stays."""
    if terms.due_at <= now:
        return terms.due_at
    return max(now + (terms.due_at - now) / 2, min(now + SHORTEST, terms.due_at))


def next_at(terms: Terms, now: datetime) -> datetime:
    """Return when something happens to a promise by itself, as it stands at `now`.

    The owner is reminded when two thirds of the time have passed, unless they took it up. What is
    overdue already is left alone for one more interval.
    """
    remind_at = terms.made_at + (terms.due_at - terms.made_at) * 2 / 3
    if not terms.touched and remind_at > now:
        return remind_at
    return terms.due_at if terms.due_at > now else now + _interval(terms)


def decide(terms: Terms, rungs: Sequence[Rung], so_far: History, now: datetime) -> Decision:
    """Return what a promise that is due for something comes to.

    `rungs` is everybody to whom it may go, in order, by the rota as it stands at `now`.
    """
    if now < terms.due_at and terms.owned:
        return Decision(PromiseStep.REMIND, None, terms.due_at)
    if terms.touched and terms.owned:
        return Decision(PromiseStep.OVERDUE, None, None)
    if not rungs and not terms.owned:
        return Decision(PromiseStep.WAIT, None, now + max(_interval(terms), LOOK_AGAIN))
    beyond = [rung for rung in rungs if order(rung.place) > order(so_far.place)]
    rung = next((rung for rung in beyond if set(rung.staff) - so_far.told), None)
    if rung is not None:
        early = terms.due_at - now >= SHORTEST
        next_at = terms.due_at if early else now + _interval(terms)
        return Decision(PromiseStep.ESCALATE, rung, next_at)
    count = so_far.repeats + 1
    again = now + 2 * count * _interval(terms) if count < REPEATS else None
    return Decision(PromiseStep.REPEAT, None, again)


def order(place: str) -> tuple[int, int]:
    """Return where a rung stands among all, from its `place`; "" stands before the first."""
    kind, _colon, level = place.partition(":")
    return (_ORDER.index(RungKind(kind)), int(level)) if kind else (-1, 0)


def _interval(terms: Terms) -> timedelta:
    return max((terms.due_at - terms.made_at) / 2, SHORTEST)
