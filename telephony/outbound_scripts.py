"""What the two sides of a call of ours hear, in neutral instructions."""

from __future__ import annotations

from telephony import scripts
from telephony.instructions import AskLeg, Join, Say, Script
from telephony.types import OutgoingPlan

OWN, OTHER = 1, 2


def first(plan: OutgoingPlan, ordinal: int) -> Script:
    """Return what a phone hears on being picked up: the whisper, or the conversation at once."""
    if ordinal == OWN:
        return whisper(plan)
    join = Join(OWN, ends_on_exit=True)
    return scripts.recorded(join, records=plan.records, texts=plan.notice)


def whisper(plan: OutgoingPlan) -> Script:
    """Return whom the call is for, and the wait for a key."""
    words = Say("call_back_whisper", {"name": plan.whom}, barge_in=True)
    return (words, AskLeg(OWN, plan.accept_seconds))


def into_conversation(plan: OutgoingPlan) -> Script:
    """Return the way into the conversation, in which whoever calls back waits with music."""
    return (Say("calling_back"), *_notice(plan), Join(OWN, ends_on_exit=True, waits=True))


def _notice(plan: OutgoingPlan) -> Script:
    return (Say("recording_notice", texts=plan.notice),) if plan.records else ()
