"""What may surprise in a number's settings, though they are allowed: facts in, codes out."""

from __future__ import annotations

from enum import StrEnum

from telephony import timing
from telephony.enums import Behaviour

# A mobile's own voicemail answers about here, before or after the portal goes on to the next.
OWN_VOICEMAIL_SECONDS = (22, 40)


class NumberWarning(StrEnum):
    """What may surprise."""

    STRAIGHT_ON = "straight_on"
    STRAIGHT_OUT = "straight_out"
    OWN_VOICEMAIL = "own_voicemail"


def ranges(behaviour: str) -> tuple[tuple[int, int, NumberWarning], ...]:
    """Return from which to which ring time (seconds) a number that behaves so may surprise."""
    transfers = behaviour == Behaviour.TRANSFER.value  # behind a mere transfer is no voicemail
    unrung = NumberWarning.STRAIGHT_OUT if transfers else NumberWarning.STRAIGHT_ON
    return (
        (1, timing.SHORTEST_RING_SECONDS - 1, unrung),
        (*OWN_VOICEMAIL_SECONDS, NumberWarning.OWN_VOICEMAIL),
    )


def warnings(behaviour: str, inbound_timeout: int | None) -> tuple[NumberWarning, ...]:
    """Return what a ring time (seconds, None for the usual one) may surprise with."""
    seconds = inbound_timeout
    if seconds is None:
        return ()
    return tuple(found for low, high, found in ranges(behaviour) if low <= seconds <= high)
