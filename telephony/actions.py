"""Carries out what the machine asked of the platform, once, outside any transaction.

An action is claimed under the lock of its call, where it is also decided whether it is still
wanted; the request follows; what came of it returns to the machine as an event.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import BigIntegerField

from oncall_portal.lib import clock, dialling, phone, prepared
from oncall_portal.lib.prepared import Read, given
from scheduling.queries import house
from telephony import (
    allowance,
    busy,
    engine,
    machine,
    outbound,
    outbound_scripts,
    ringing,
    testcalls,
)
from telephony.enums import ActionKind, ActionState, LegResult, LegStatus, Phase
from telephony.instructions import Script
from telephony.models import Call, CallAction, Leg
from telephony.provider import ProviderError, get_provider
from telephony.types import (
    DialDone,
    DialFailed,
    DialUnknown,
    Event,
    JoinChecked,
    LegChecked,
    MoveRefused,
    OutgoingState,
    State,
)
from telephony.vonage import ncco, routes

logger = logging.getLogger(__name__)
# A repeatable request is given up after this many tries (about five minutes); a check of the leg
# finds later what is left.
MOST_ATTEMPTS = 11
_FIRST_WAIT = timedelta(seconds=0.25)
AFTER_FAILURE = timedelta(seconds=10)
_LONGEST_WAIT = timedelta(seconds=60)
_CALL = Read(
    lambda: Call.objects.filter(
        pk__in=CallAction.objects.filter(pk=given("action", BigIntegerField())).values("call_id")
    ).select_for_update()
)
_ACTION = Read(
    lambda: CallAction.objects.filter(pk=given("action", BigIntegerField())).select_related("leg")
)


@dataclass(frozen=True)
class _Claimed:
    """An action that this process may carry out now."""

    action: CallAction
    call: Call
    leg: Leg | None
    state: State | OutgoingState

    @property
    def ordinal(self) -> int:
        return self.leg.ordinal if self.leg else 0


def perform(action_id: int) -> None:
    """Carry out one action, unless it is done, not due, not wanted, or another process has it.

    What fails by an error of ours is tried again after a while, so that others come first.
    """
    now = clock.now()
    try:
        with transaction.atomic():
            claimed = _claim(action_id, now)
    except Exception:
        open_still = CallAction.objects.filter(pk=action_id, state=ActionState.PENDING.value)
        open_still.update(not_before=now + AFTER_FAILURE)
        raise
    if claimed is None:
        return
    try:
        event = _REQUESTS[ActionKind(claimed.action.kind)](claimed)
    except ProviderError as error:
        _failed(claimed, error, clock.now())
        return
    _finish(claimed, ActionState.DONE, event, clock.now())


def rescue(action_id: int) -> None:
    """Settle an action whose process died in the middle: a dial is never repeated blindly."""
    now = clock.now()
    with transaction.atomic():
        found = _lock(action_id, ActionState.SENDING)
        if found is None:
            return
        if found.action.kind == ActionKind.DIAL:
            _finish(found, ActionState.FAILED, DialUnknown(found.ordinal), now)
        else:
            _retry(found.action, now, timedelta(0), "interrupted")


def _lock(action_id: int, expected: ActionState) -> _Claimed | None:
    """Lock call and action, in the order that the engine uses; None when its state moved on."""
    call = _CALL.first(action=action_id)
    action = _ACTION.first(action=action_id)
    state = engine.state_of(call) if call else None
    if call is None or action is None or action.state != expected or state is None:
        return None
    return _Claimed(action, call, action.leg, state)


def _claim(action_id: int, now: datetime) -> _Claimed | None:
    claimed = _lock(action_id, ActionState.PENDING)
    if claimed is None or claimed.action.not_before > now:
        return None
    if not _wanted(claimed):
        _drop(claimed, LegResult.NOT_DIALLED, now)
        return None
    if claimed.action.kind == ActionKind.DIAL:
        called = claimed.state.legs[claimed.ordinal].phone
        settings = house()
        if dialling.refusal(called.number, settings.countries) is not None:
            _drop(claimed, LegResult.NOT_ALLOWED, now)
            return None
        if busy.is_busy(called.number, claimed.call.pk, called.staff):
            _drop(claimed, LegResult.BUSY, now)
            return None
        wait = allowance.take(now, settings.calls_per_second, first=_is_first(claimed))
        if wait is not None:
            claimed.action.not_before = now + wait
            prepared.update(claimed.action, ("not_before",))
            return None
        testcalls.give_way(called.number, now)
    claimed.action.state = ActionState.SENDING.value
    claimed.action.claimed_at = now
    claimed.action.attempts += 1
    prepared.update(claimed.action, ("state", "claimed_at", "attempts"))
    return claimed


def _is_first(claimed: _Claimed) -> bool:
    """Say whether it is among the first phones that ring for the caller.

    Nobody waits on the line for a call of ours: a caller's first phones go before it.
    """
    if isinstance(claimed.state, OutgoingState):
        return False
    return ringing.is_first(claimed.state, claimed.state.legs[claimed.ordinal].stage)


def _wanted(claimed: _Claimed) -> bool:
    state, ordinal = claimed.state, claimed.ordinal
    if isinstance(state, OutgoingState):
        return outbound.wanted(state, ActionKind(claimed.action.kind), ordinal)
    leg = state.legs.get(ordinal)
    match ActionKind(claimed.action.kind):
        case ActionKind.HANG_UP if claimed.leg is None:
            return state.phase is not Phase.ENDED
        case ActionKind.DIAL:
            ringing = state.phase is Phase.RINGING
            return ringing and leg is not None and leg.status is LegStatus.DIALLING
        case ActionKind.HANG_UP:
            return leg is not None and leg.status is not LegStatus.ENDED
        case ActionKind.TRANSFER:
            return state.move_wanted
        case ActionKind.CHECK_JOINED:
            return state.phase is Phase.CLAIMED and state.claim == ordinal
        case ActionKind.CHECK_LEG:
            if claimed.leg is None:
                return state.phase is not Phase.ENDED
            return leg is not None and leg.status is not LegStatus.ENDED


def _drop(claimed: _Claimed, result: LegResult, now: datetime) -> None:
    event: Event | None = None
    if claimed.action.kind == ActionKind.DIAL:
        event = DialFailed(claimed.ordinal, result)
    _finish(claimed, ActionState.DROPPED, event, now)


def _finish(claimed: _Claimed, state: ActionState, event: Event | None, now: datetime) -> None:
    """Settle the action, and let the machine know what came of it, in one transaction."""
    uuid = claimed.leg.uuid if claimed.leg else None

    def settle() -> None:
        claimed.action.state, claimed.action.done_at = state.value, now
        prepared.update(claimed.action, ("state", "done_at", "error"))

    if event is None:
        settle()
        return
    leg_uuid = (claimed.ordinal, uuid) if uuid and claimed.leg else None
    engine.advance(claimed.call.pk, event, now, leg_uuid=leg_uuid, done=settle)


def _failed(claimed: _Claimed, error: ProviderError, now: datetime) -> None:
    action = claimed.action
    action.error = str(error)[:200]
    logger.warning(
        "action_failed action=%s kind=%s call=%s attempt=%s permanent=%s: %s",
        action.pk,
        action.kind,
        claimed.call.pk,
        action.attempts,
        error.permanent,
        action.error,
    )
    if action.kind == ActionKind.DIAL and error.performed_unknown:
        _finish(claimed, ActionState.FAILED, DialUnknown(claimed.ordinal), now)
    elif error.permanent or action.attempts >= MOST_ATTEMPTS:
        _finish(claimed, ActionState.FAILED, _refusal(claimed), now)
    else:
        backoff = min(_FIRST_WAIT * 2 ** (action.attempts - 1), _LONGEST_WAIT)
        _retry(action, now, max(timedelta(seconds=error.retry_after_s), backoff), action.error)


def _refusal(claimed: _Claimed) -> Event | None:
    """What the machine has to learn from a request that will never succeed."""
    match ActionKind(claimed.action.kind):
        case ActionKind.DIAL:
            return DialFailed(claimed.ordinal, LegResult.NOT_DIALLED)
        case ActionKind.TRANSFER:
            return MoveRefused()
    return None


def _retry(action: CallAction, now: datetime, wait: timedelta, error: str) -> None:
    CallAction.objects.filter(pk=action.pk).update(
        state=ActionState.PENDING.value, not_before=now + wait, error=error
    )


# --- the requests ------------------------------------------------------------------------------


def _dial(claimed: _Claimed) -> Event:
    leg = claimed.leg
    assert leg is not None  # noqa: S101 - a dial always has its leg
    state = claimed.state.legs[leg.ordinal]
    legs = {leg.ordinal: leg}
    if isinstance(claimed.state, OutgoingState):  # the second phone enters the first's conversation
        legs = {row.ordinal: row for row in claimed.call.legs.all()}
    context = ncco.Context(claimed.call, legs, state.phone.language)
    leg.uuid = get_provider().dial(
        to=leg.number,
        caller_id=claimed.call.dialled,
        ring_seconds=state.phone.ring_seconds,
        event_url=routes.leg_events(leg.token),
        script=ncco.render(_first_script(claimed.state, leg.ordinal), context),
        api_host=claimed.call.api_host,
    )
    logger.info("leg_dialled call=%s leg=%s to=%s", claimed.call.pk, leg.pk, phone.mask(leg.number))
    return DialDone(leg.ordinal)


def _first_script(state: State | OutgoingState, ordinal: int) -> Script:
    if isinstance(state, OutgoingState):
        return outbound_scripts.first(state.plan, ordinal)
    return machine.first_script(state, ordinal)


def _hang_up(claimed: _Claimed) -> None:
    uuid = claimed.leg.uuid if claimed.leg else claimed.call.caller_leg
    if uuid:
        get_provider().hang_up(uuid, api_host=claimed.call.api_host)


def _transfer(claimed: _Claimed) -> None:
    leg, move = claimed.leg, claimed.action.pk
    if leg is not None:
        uuid, url = leg.uuid or "", routes.leg_next(leg.token, move)
    else:
        uuid, url = claimed.call.caller_leg, routes.caller_next(claimed.call.token, move)
    get_provider().transfer(uuid, url=url, api_host=claimed.call.api_host)


def _check_joined(claimed: _Claimed) -> Event:
    assert claimed.leg is not None  # noqa: S101 - a claim always has its leg
    host = claimed.call.api_host
    taker = get_provider().leg(claimed.leg.uuid or "", api_host=host)
    caller = get_provider().leg(_other_side(claimed), api_host=host)
    taker_live = taker is not None and taker.live
    together = (
        taker is not None
        and caller is not None
        and taker_live
        and caller.live
        and taker.conversation == caller.conversation != ""
    )
    return JoinChecked(claimed.ordinal, together, taker_live)


def _other_side(claimed: _Claimed) -> str:
    """Return the platform's id of the leg that is to be in conversation with the action's."""
    if isinstance(claimed.state, OutgoingState):
        own = claimed.call.legs.filter(ordinal=outbound_scripts.OWN)
        return own.values_list("uuid", flat=True).first() or ""
    return claimed.call.caller_leg


def _check_leg(claimed: _Claimed) -> Event:
    uuid = claimed.leg.uuid if claimed.leg else claimed.call.caller_leg
    facts = get_provider().leg(uuid or "", api_host=claimed.call.api_host)
    ordinal = claimed.leg.ordinal if claimed.leg else None
    return LegChecked(ordinal, facts is not None and facts.live)


_REQUESTS: dict[ActionKind, Callable[[_Claimed], Event | None]] = {
    ActionKind.DIAL: _dial,
    ActionKind.HANG_UP: _hang_up,
    ActionKind.TRANSFER: _transfer,
    ActionKind.CHECK_JOINED: _check_joined,
    ActionKind.CHECK_LEG: _check_leg,
}
