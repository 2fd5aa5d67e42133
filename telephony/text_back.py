"""Whether a caller whom nobody answered is written to: facts in, a reason or yes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from telephony.enums import Outcome

# Who is missed again so soon goes first, and reads one text only.
AGAIN_WITHIN = timedelta(minutes=15)
_ANSWERED = frozenset({Outcome.CONNECTED.value, Outcome.PICKED_UP.value})


class TextBack(StrEnum):
    """The decision: to send, or why not."""

    SEND = "send"
    DISABLED = "disabled"
    ANSWERED = "answered"
    BLOCKED = "blocked"
    WITHHELD = "withheld"
    NO_MOBILE = "no_mobile"
    STOPPED = "stopped"
    QUIET = "quiet"


@dataclass(frozen=True)
class Missed:
    """A call that is over, and its caller.

    `outcome` is the call's, `caller` E.164 or "" when withheld. `takes_texts`: the number is one
    that can have texts at all; `stopped`: the caller wants none. `last_at` is when this caller last
    got such a text from the number called, `quiet_minutes` how long that silences it, at least for
    `AGAIN_WITHIN`; `elsewhere_at` from another number of ours, which silences it for that long.
    `unwanted`: the caller stands on the block list by now, or the call was marked as spam.
    """

    outcome: str
    enabled: bool
    caller: str
    takes_texts: bool
    stopped: bool
    last_at: datetime | None
    quiet_minutes: int
    unwanted: bool = False
    elsewhere_at: datetime | None = None


def decide(missed: Missed, now: datetime) -> TextBack:
    """Return whether to write to the caller at `now` (aware), the first reason against it if not.

    Whoever was connected, or picked up where no key is asked for, was answered; a machine that
    picks up never presses the key, so its caller was not. Nor was one whose call we ended while
    they waited: they are written to like others, unless nobody wants them.
    """
    if not missed.enabled:
        return TextBack.DISABLED
    if missed.outcome in _ANSWERED:
        return TextBack.ANSWERED
    if missed.outcome == Outcome.BLOCKED or missed.unwanted:
        return TextBack.BLOCKED
    if not missed.caller:
        return TextBack.WITHHELD
    if not missed.takes_texts:
        return TextBack.NO_MOBILE
    if missed.stopped:
        return TextBack.STOPPED
    quiet = max(timedelta(minutes=missed.quiet_minutes), AGAIN_WITHIN)
    if missed.last_at is not None and now < missed.last_at + quiet:
        return TextBack.QUIET
    if missed.elsewhere_at is not None and now < missed.elsewhere_at + AGAIN_WITHIN:
        return TextBack.QUIET
    return TextBack.SEND
