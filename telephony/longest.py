"""What makes a caller wait longest: the phones of a route, each for as long as it can take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from telephony.plan import phone_seconds
from telephony.types import Phone, Plan, Stage

HARD_STOP = "hard_stop"


@dataclass(frozen=True)
class Part:
    """One phone of a route, why it rings, and the seconds that it can take at most."""

    name: str
    reason: str
    seconds: int


Path = tuple[Part, ...]


def slowest(plan: Plan) -> Path:
    """Return the way through a route on which everybody takes their longest, before any cut.

    Of phones that ring side by side these are the cascade that takes longest.
    """
    accept = plan.accept_seconds
    return tuple(
        Part(phone.name, stage.reason, phone_seconds(phone, accept))
        for stage in plan.stages
        for phone in _slowest_lane(stage, accept)
    )


def _slowest_lane(stage: Stage, accept_seconds: int) -> tuple[Phone, ...]:
    return max(
        stage.lanes, key=lambda lane: sum(phone_seconds(phone, accept_seconds) for phone in lane)
    )


def seconds(path: Iterable[Part]) -> int:
    """Return how long a path takes."""
    return sum(part.seconds for part in path)


def cut(path: Path, limit: int) -> Path:
    """Return a path as the hard stop (seconds) leaves it, with no second more.

    The phone that rings then stops; those whose turn never comes have no seconds, and that reason.
    """
    found: list[Part] = []
    left = limit
    for part in path:
        if left > 0:
            found.append(Part(part.name, part.reason, min(part.seconds, left)))
        else:
            found.append(Part(part.name, HARD_STOP, 0))
        left -= part.seconds
    return tuple(found)
