"""The rows of a call: what one step decided, written in the transaction that decided it."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import BigIntegerField

from oncall_portal.lib import prepared
from oncall_portal.lib.prepared import Read, given
from telephony import (
    alerts,
    call_texts,
    callers,
    codec,
    dispatch,
    in_message,
    intake,
    machine,
    missed_again,
    outbound,
    promises,
    queries,
)
from telephony.enums import ActionKind, ActionState, LegResult, Phase
from telephony.models import Call, CallAction, CallEvent, Leg
from telephony.types import (
    Action,
    CheckJoined,
    CheckLeg,
    Dial,
    HangUp,
    MoveCaller,
    MoveLeg,
    Note,
    OutgoingState,
    OutgoingStep,
    State,
    Step,
)

_KINDS: dict[type[Action], ActionKind] = {
    Dial: ActionKind.DIAL,
    HangUp: ActionKind.HANG_UP,
    MoveCaller: ActionKind.TRANSFER,
    MoveLeg: ActionKind.TRANSFER,
    CheckJoined: ActionKind.CHECK_JOINED,
    CheckLeg: ActionKind.CHECK_LEG,
}
# Notes that put an instant on their leg.
_LEG_TIMES = {
    "leg_rang": "rang_at",
    "leg_picked_up": "picked_up_at",
    "leg_accepted": "accepted_at",
    "leg_ended": "ended_at",
}
# What the engine writes of a call; the rest belongs to people (triage) or was set at its creation.
MACHINE_FIELDS = (
    "phone_number",
    "menu_version",
    "service",
    "callback_number",
    "label",
    "language",
    "phase",
    "state",
    "deadline_at",
    "ended_at",
    "outcome",
    "accepted_by",
    "accepted_at",
    "connected_at",
    "message_may_exist",
)
_LEGS = Read(lambda: Leg.objects.filter(call=given("call", BigIntegerField())))
_NAME_LEG = """
UPDATE telephony_leg SET uuid = %(uuid)s
WHERE call_id = %(call)s AND ordinal = %(ordinal)s AND uuid IS NULL
"""


def save(call: Call, step: Step | OutgoingStep, now: datetime) -> dict[int, Leg]:
    """Write what a step decided: state, phones, story, requests, alerts; return the phones.

    The requests are tried once the transaction is through.
    """
    is_new = call.state is None
    legs = {} if is_new else {leg.ordinal: leg for leg in _LEGS.all(call=call.pk)}
    legs |= _open_legs(call, step.state, legs, now)
    for ordinal in sorted(_note_legs(step.notes, legs, now)):
        prepared.update(legs[ordinal], (*_LEG_TIMES.values(), "result"))
    prepared.insert(
        [
            CallEvent(
                call=call,
                leg=legs.get(note.leg) if note.leg else None,
                at=now,
                code=note.code,
                params=note.params,
            )
            for note in step.notes
        ]
    )
    _note_call(call, step, legs, now)
    prepared.update(call, MACHINE_FIELDS)
    _save_actions(call, step, legs, now)
    callers.keep_requests(call, step.notes, now)
    for note in step.notes:
        if note.code == "connected":
            promises.keep(call, _on_our_side(call, legs), now)
    alerts.follow_up(call, step.notes, now)
    call_texts.follow_up(call, step.notes, now, step.state)
    missed_again.follow_up(call, step.notes, now)
    _settle_message(call, step, now)
    return legs


def _settle_message(call: Call, step: Step | OutgoingStep, now: datetime) -> None:
    """Let people be told of the message that a caller kept who could have recorded it again."""
    if isinstance(step.state, State) and any(note.code == "message_kept" for note in step.notes):
        seconds = in_message.awaited_seconds(step.state)
        intake.get().settle(call.pk, now, awaited_seconds=seconds)


def name_leg(call: Call, ordinal: int, uuid: str) -> None:
    """Keep the platform's id of a phone that we ring, the first that it is told of."""
    values = {"uuid": uuid, "call": call.pk, "ordinal": ordinal}
    prepared.write(_NAME_LEG, values)


def _open_legs(
    call: Call, state: State | OutgoingState, known: dict[int, Leg], now: datetime
) -> dict[int, Leg]:
    opened = {ordinal: leg for ordinal, leg in state.legs.items() if ordinal not in known}
    if not opened:
        return {}
    staff, services = queries.still_there(leg.phone for leg in opened.values())
    new = [
        Leg(
            call=call,
            ordinal=ordinal,
            token=secrets.token_urlsafe(32),
            number=leg.phone.number,
            name=leg.phone.name,
            staff_id=leg.phone.staff if leg.phone.staff in staff else None,
            service_id=leg.phone.service if leg.phone.service in services else None,
            screened=not leg.direct,
            dialled_at=now,
        )
        for ordinal, leg in opened.items()
    ]
    prepared.insert(new)
    return {leg.ordinal: leg for leg in new}


def _note_legs(notes: tuple[Note, ...], legs: dict[int, Leg], now: datetime) -> set[int]:
    changed = set()
    for note in notes:
        leg = legs.get(note.leg) if note.leg else None
        if leg is None:
            continue
        if (field := _LEG_TIMES.get(note.code)) and getattr(leg, field) is None:
            setattr(leg, field, now)
            changed.add(leg.ordinal)
        if result := _result(note, leg):
            leg.result = result
            changed.add(leg.ordinal)
    return changed


def _result(note: Note, leg: Leg) -> str | None:
    """Return what a note makes the result of its leg, None when it says nothing new."""
    match note.code:
        case "claim_lost":
            return LegResult.HUNG_UP.value
        case "leg_result" if leg.result in ("", LegResult.UNKNOWN):
            return note.params["result"]
        case "leg_accepted":
            return LegResult.ACCEPTED.value
        case "leg_picked_up" if not leg.screened:
            return LegResult.PICKED_UP.value
        case "leg_ended" if not leg.result:
            return LegResult.UNKNOWN.value
    return None


def _note_call(call: Call, step: Step | OutgoingStep, legs: dict[int, Leg], now: datetime) -> None:
    call.state = codec.encode(step.state)
    if isinstance(step.state, State):
        _note_caller(call, step.state)
        call.deadline_at = machine.next_deadline(step.state)
    else:
        call.deadline_at = outbound.next_deadline(step.state)
    call.phase = step.state.phase.value
    call.outcome = step.state.outcome
    if step.state.phase is Phase.ENDED and call.ended_at is None:
        call.ended_at = max(now, call.started_at)  # another host's clock may be behind
    for note in step.notes:
        match note.code:
            case "leg_accepted":
                call.accepted_by, call.accepted_at = legs[note.leg or 0], now
            case "claim_lost":
                call.accepted_by = call.accepted_at = None
            case "connected":
                call.connected_at = now
            case "message_may_exist":
                call.message_may_exist = True


def _note_caller(call: Call, state: State) -> None:
    call.language = state.language or call.language
    if state.call_back and not call.callback_number:
        call.callback_number = callers.e164(state.call_back)


def _save_actions(
    call: Call, step: Step | OutgoingStep, legs: dict[int, Leg], now: datetime
) -> None:
    ids = prepared.insert(
        [
            CallAction(
                call=call,
                leg=_leg_of(action, legs),
                kind=_KINDS[type(action)].value,
                state=ActionState.PENDING.value,
                created_at=now,
                not_before=now,
            )
            for action in step.actions
        ]
    )
    if ids:
        transaction.on_commit(lambda: dispatch.submit(ids))


def _on_our_side(call: Call, legs: dict[int, Leg]) -> Leg | None:
    """Return the phone of whoever of the house talks in a call that has just connected."""
    return next((leg for leg in legs.values() if leg.pk == call.accepted_by_id), None)


def _leg_of(action: Action, legs: dict[int, Leg]) -> Leg | None:
    ordinal = getattr(action, "leg", None)
    return None if ordinal is None else legs[ordinal]
