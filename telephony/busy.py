"""Whether a phone, or whoever it belongs to, is in another call, asked when it is to ring."""

from __future__ import annotations

from django.db import transaction
from django.db.models import BigIntegerField, Q, QuerySet, TextField

from oncall_portal.lib import prepared
from oncall_portal.lib.prepared import Read, given
from scheduling.models import ContactNumber
from telephony.enums import ActionKind, ActionState, Direction, Phase
from telephony.models import Call, Leg

_ASKED = [ActionState.SENDING.value, ActionState.DONE.value, ActionState.FAILED.value]

# Of a leg: somebody took the call on it.
TALKS = Q(accepted_at__isnull=False) | Q(screened=False, picked_up_at__isnull=False)


def is_busy(number: str, call_id: int, staff: int | None = None) -> bool:
    """Tell whether `number` (E.164) rings or talks for, or in, a live call other than this one.

    It is busy, too, while the person that it belongs to, `staff`, talks on another phone.

    Call inside a transaction: where the answer is no, until its end nobody else gets an answer
    about this number, so two callers of one instant do not both ring it. Where it is yes, the lock
    is let go with its savepoint, so that no caller holds two and waits for another's. A dial that
    nobody knows the fate of counts; a phone that still rings for a caller who has gone does not,
    it is about to be hung up.
    """
    before = transaction.savepoint()
    found = _found_busy(number, call_id, staff)
    if found:
        transaction.savepoint_rollback(before)
    else:
        transaction.savepoint_commit(before)
    return found


def lock(number: str) -> None:
    """Let nobody else ask about `number` until this transaction ends."""
    prepared.rows("SELECT pg_advisory_xact_lock(hashtext(%s))", [number])


def _found_busy(number: str, call_id: int, staff: int | None) -> bool:
    lock(number)
    asked = {"number": number, "call": call_id, "staff": staff}
    return _OTHERS.first(**asked) is not None or _TALKING.first(**asked) is not None


def _others() -> QuerySet[Leg, tuple[int]]:
    """Return the legs that hold the phone, or its owner, for another call."""
    held = Leg.objects.filter(ended_at=None, call__ended_at=None)
    asked = Q(actions__kind=ActionKind.DIAL.value, actions__state__in=_ASKED)
    in_use = Q(uuid__isnull=False) | Q(screened=False) | asked
    same_phone = Q(number=given("number", TextField())) & in_use
    same_person = Q(staff=given("staff", BigIntegerField())) & TALKS
    others = held.exclude(call=given("call", BigIntegerField())).filter(same_phone | same_person)
    return others.order_by().values_list("pk")[:1]


def _talking() -> QuerySet[Call, tuple[int]]:
    """Return the calls that came from a phone and are in a talk.

    One that still waits does not count: the number that a caller shows may be forged, and must not
    be enough to keep somebody from being rung.
    """
    owned = ContactNumber.objects.filter(staff=given("staff", BigIntegerField()))
    calls = Call.objects.filter(
        Q(caller=given("number", TextField())) | Q(caller__in=owned.values("number")),
        direction=Direction.IN.value,
        phase=Phase.CONNECTED.value,
        ended_at=None,
    )
    others = calls.exclude(pk=given("call", BigIntegerField()))
    return others.order_by().values_list("pk")[:1]


_OTHERS, _TALKING = Read(_others), Read(_talking)
