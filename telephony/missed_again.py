"""A caller who is missed twice within a quarter of an hour goes first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from telephony import call_texts, promises
from telephony.enums import Direction, Outcome, Triage
from telephony.models import Call, CallEvent
from telephony.text_back import AGAIN_WITHIN
from telephony.types import Note

# Whoever was taken was not missed, and whom we do not want was not either.
_NOT_MISSED = ("", Outcome.CONNECTED.value, Outcome.PICKED_UP.value, Outcome.BLOCKED.value)


def follow_up(call: Call, notes: Iterable[Note], now: datetime) -> None:
    """Mark a call that is over as urgent where its caller had just been missed before.

    At whichever of our numbers. They are called back sooner, too. Two queries for a missed call.
    """
    if any(note.code in call_texts.OVER for note in notes) and _is_missed(call):
        _second(call, now)


def _is_missed(call: Call) -> bool:
    came_in = call.direction == Direction.IN and bool(call.caller)
    return came_in and call.outcome not in _NOT_MISSED


def _second(call: Call, now: datetime) -> None:
    others = Call.objects.filter(caller=call.caller, direction=Direction.IN.value)
    recent = others.filter(
        started_at__lte=call.started_at, ended_at__gte=call.started_at - AGAIN_WITHIN
    ).exclude(pk=call.pk)
    missed = recent.exclude(outcome__in=_NOT_MISSED).exclude(triage=Triage.SPAM.value)
    if not missed.exists():
        return
    wanted = Call.objects.filter(pk=call.pk, urgent=False).exclude(triage=Triage.SPAM.value)
    if wanted.update(urgent=True):
        call.urgent = True
        CallEvent.objects.create(call=call, at=now, code="urgent")
        promises.hasten(call.caller, now)
