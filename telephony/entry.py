"""What a call meets first: refused, diverted, closed, a menu, a transfer, or whoever is on call.

Pure: the facts of one arrival in, one decision out. The order of the questions is the order below.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from telephony.enums import Behaviour


class Door(StrEnum):
    """Where a call goes first."""

    OWN_NUMBER = "own_number"
    BLOCKED = "blocked"
    LINE_FULL = "line_full"
    DIVERTED = "diverted"
    CLOSED = "closed"
    ON_CALL = "on_call"
    MENU = "menu"
    TRANSFER = "transfer"
    TRANSFER_THEN_MENU = "transfer_then_menu"


_DOORS = {
    Behaviour.ON_CALL: Door.ON_CALL,
    Behaviour.SMART_VOICEMAIL: Door.MENU,
    Behaviour.TRANSFER: Door.TRANSFER,
    Behaviour.TRANSFER_THEN_VOICEMAIL: Door.TRANSFER_THEN_MENU,
}


@dataclass(frozen=True)
class ArrivalFacts:
    """A caller at a number at one instant; `live_calls` are the number's others, in progress.

    `behaviour` is None where the number called is not one of ours: whoever is on call for the
    house is sought.
    """

    behaviour: Behaviour | None
    from_own_number: bool = False
    blocked: bool = False
    live_calls: int = 0
    max_calls: int | None = None
    diverted: bool = False
    is_open: bool = True


def door(facts: ArrivalFacts) -> Door:
    """Return where the call goes. A divert is set for now, and goes before the opening hours."""
    if facts.from_own_number:
        return Door.OWN_NUMBER
    if facts.blocked:
        return Door.BLOCKED
    if facts.max_calls is not None and facts.live_calls >= facts.max_calls:
        return Door.LINE_FULL
    if facts.diverted:
        return Door.DIVERTED
    if not facts.is_open:
        return Door.CLOSED
    return Door.ON_CALL if facts.behaviour is None else _DOORS[facts.behaviour]
