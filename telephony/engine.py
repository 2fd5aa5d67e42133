"""The only caller of the machine: lock the call, advance it, save what was decided."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from telephony import alerts, allowance, busy, codec, dispatch, machine, queries, testcalls
from telephony.enums import ActionKind, ActionState, LegResult, Outcome, Phase
from telephony.instructions import Connect, Say, Script
from telephony.models import Call, CallAction, CallEvent, Leg
from telephony.plan import make_plan, refusal
from telephony.types import (
    Action,
    Arrival,
    Arrived,
    CallerGone,
    CheckJoined,
    CheckLeg,
    Dial,
    DialFailed,
    Ending,
    Event,
    HangUp,
    MoveCaller,
    Note,
    Plan,
    State,
    Step,
)

_KINDS: dict[type[Action], ActionKind] = {
    Dial: ActionKind.DIAL,
    HangUp: ActionKind.HANG_UP,
    MoveCaller: ActionKind.TRANSFER,
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
_MACHINE_FIELDS = [
    "phone_number",
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
]


@dataclass(frozen=True)
class Answer:
    """What whoever asked hears next, with the call and its legs by ordinal, to say it with."""

    script: Script
    call: Call
    legs: dict[int, Leg]


@transaction.atomic
def arrive(arrival: Arrival, now: datetime) -> Answer:
    """Take a call and return its first instructions; asked again, return what fits now.

    A call whose end was reported first is never dialled for.
    """
    call, _created = _find_or_create(arrival, now)
    if call.state is not None:
        return _advance(call, Arrived(), now)
    if call.ended_at is not None:
        _out_of_turn(call, "caller_arrived", now)
        return Answer((Say("goodbye"),), call, {})
    numbers = queries.phone_numbers()
    number = numbers.get(arrival.dialled)
    call.phone_number = number
    if number is not None:
        call.label = number.name
        call.language = next(iter(number.languages), call.language)
    plan = _plan(call, frozenset(numbers), now)
    step = _past_busy_phones(call, machine.begin(plan, now), now)
    if _connect(step) and allowance.take(now, first=True) is not None:
        step = machine.begin(plan, now, may_connect=False)
    return _save(call, step, now)


def arrived_and_gone(arrival: Arrival, now: datetime) -> None:
    """Record that a caller has gone whose first instructions we may not even have given.

    They may be in the making at this moment: then this waits for them, and ends what they began.
    """
    with transaction.atomic():
        call, _created = _find_or_create(arrival, now)
        if call.state is not None:
            _advance(call, CallerGone(), now)
        elif call.ended_at is None:
            call.phone_number = queries.phone_numbers().get(arrival.dialled)
            call.label = call.phone_number.name if call.phone_number else ""
            call.phase = Phase.ENDED.value
            call.outcome = Outcome.GAVE_UP_RINGING.value
            call.ended_at = max(now, call.started_at)
            call.save(update_fields=_MACHINE_FIELDS)
            CallEvent.objects.create(call=call, at=now, code="gone_before_answer")
            alerts.follow_up(call, [Note("unanswered", params={"reason": "caller_hung_up"})], now)
        else:
            _out_of_turn(call, "caller_gone", now)


def _out_of_turn(call: Call, what: str, now: datetime) -> None:
    """Record what is said of a call that was over before it was planned."""
    CallEvent.objects.create(call=call, at=now, code="out_of_turn", params={"what": what})


def advance(
    call_id: int,
    event: Event,
    now: datetime,
    *,
    leg_uuid: tuple[int, str] | None = None,
    done: Callable[[], None] | None = None,
) -> Answer:
    """Let `event` happen to a call; `leg_uuid` names a leg (ordinal) by the platform's id.

    `done` runs in the same transaction, so that a request and what came of it are one fact.
    Raises Call.DoesNotExist.
    """
    with transaction.atomic():
        call = Call.objects.select_for_update().get(pk=call_id)
        if leg_uuid is not None:
            ordinal, uuid = leg_uuid
            Leg.objects.filter(call=call, ordinal=ordinal, uuid=None).update(uuid=uuid)
        if done is not None:
            done()
        if call.state is None:
            return Answer((), call, {})
        return _advance(call, event, now)


def state_of(call: Call) -> State | None:
    """Return the machine's state of a call, None when it was never planned."""
    return None if call.state is None else codec.decode(State, call.state)


def _find_or_create(arrival: Arrival, now: datetime) -> tuple[Call, bool]:
    defaults = {
        "token": secrets.token_urlsafe(32),
        "dialled": arrival.dialled,
        "caller": arrival.caller,
        "api_host": arrival.api_host,
        "started_at": now,
    }
    return Call.objects.select_for_update(of=("self",)).get_or_create(
        leg_uuid=arrival.leg_uuid, defaults=defaults
    )


def _plan(call: Call, own_numbers: frozenset[str], now: datetime) -> Plan:
    facts = queries.route_facts(call.phone_number, own_numbers, now, call.language)
    if call.caller in own_numbers:
        return refusal(Ending(message=False), facts.house, "call_from_own_number")
    return make_plan(facts)


def _advance(call: Call, event: Event, now: datetime) -> Answer:
    state = codec.decode(State, call.state)
    step = _past_busy_phones(call, machine.advance(state, event, now), now)
    if _connect(step) and allowance.take(now, first=_is_first(step.state)) is not None:
        step = machine.advance(state, event, now, may_connect=False)
    return _save(call, step, now)


def _is_first(state: State) -> bool:
    return state.stage == state.first_stage


def _connect(step: Step) -> Connect | None:
    return next((each for each in step.reply or () if isinstance(each, Connect)), None)


def _past_busy_phones(call: Call, step: Step, now: datetime) -> Step:
    """Go on to the next phone where one to be connected directly is in use by another call."""
    while (connect := _connect(step)) and busy.is_busy(connect.number, call.pk):
        ended = machine.advance(step.state, DialFailed(connect.leg, LegResult.BUSY), now)
        again = machine.advance(ended.state, Arrived(), now)
        greeted = Say("greeting") in (step.reply or ())
        step = Step(
            again.state,
            (*step.actions, *ended.actions, *again.actions),
            (*((Say("greeting"),) if greeted else ()), *(again.reply or ())),
            (*step.notes, *ended.notes, *again.notes),
        )
    if connect is not None:
        testcalls.give_way(connect.number, now)
    return step


def _save(call: Call, step: Step, now: datetime) -> Answer:
    legs = {leg.ordinal: leg for leg in Leg.objects.filter(call=call)}
    legs |= _open_legs(call, step.state, legs, now)
    changed = _note_legs(step.notes, legs, now)
    if changed:
        fields = [*_LEG_TIMES.values(), "result"]
        Leg.objects.bulk_update([legs[ordinal] for ordinal in sorted(changed)], fields)
    CallEvent.objects.bulk_create(
        CallEvent(
            call=call,
            leg=legs.get(note.leg) if note.leg else None,
            at=now,
            code=note.code,
            params=note.params,
        )
        for note in step.notes
    )
    _note_call(call, step, legs, now)
    call.save(update_fields=_MACHINE_FIELDS)
    _save_actions(call, step, legs, now)
    alerts.follow_up(call, step.notes, now)
    return Answer(step.reply or (), call, legs)


def _open_legs(call: Call, state: State, known: dict[int, Leg], now: datetime) -> dict[int, Leg]:
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
    return {leg.ordinal: leg for leg in Leg.objects.bulk_create(new)}


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


def _note_call(call: Call, step: Step, legs: dict[int, Leg], now: datetime) -> None:
    call.state = codec.encode(step.state)
    call.phase = step.state.phase.value
    call.deadline_at = machine.next_deadline(step.state)
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


def _save_actions(call: Call, step: Step, legs: dict[int, Leg], now: datetime) -> None:
    rows = CallAction.objects.bulk_create(
        CallAction(
            call=call,
            leg=_leg_of(action, legs),
            kind=_KINDS[type(action)].value,
            state=ActionState.PENDING.value,
            created_at=now,
            not_before=now,
        )
        for action in step.actions
    )
    if ids := [row.pk for row in rows]:
        transaction.on_commit(lambda: dispatch.submit(ids))


def _leg_of(action: Action, legs: dict[int, Leg]) -> Leg | None:
    ordinal = getattr(action, "leg", None)
    return None if ordinal is None else legs[ordinal]
