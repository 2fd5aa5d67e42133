"""What may surprise in a number's settings, though they are allowed: facts in, codes out."""

from __future__ import annotations

from enum import StrEnum

from telephony import timing

# A mobile's own voicemail answers about here, before or after the portal goes on to the next.
OWN_VOICEMAIL_SECONDS = (22, 40)


class NumberWarning(StrEnum):
    """What may surprise."""

    STRAIGHT_ON = "straight_on"
    OWN_VOICEMAIL = "own_voicemail"


def warnings(inbound_timeout: int | None) -> tuple[NumberWarning, ...]:
    """Return what a ring time (seconds, None for the usual one) may surprise with."""
    if inbound_timeout is None:
        return ()
    if inbound_timeout < timing.SHORTEST_RING_SECONDS:
        return (NumberWarning.STRAIGHT_ON,)
    least, most = OWN_VOICEMAIL_SECONDS
    return (NumberWarning.OWN_VOICEMAIL,) if least <= inbound_timeout <= most else ()
