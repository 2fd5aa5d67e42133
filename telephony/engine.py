"""The only caller of the machine: lock the call, advance it, save what was decided."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import BigIntegerField, QuerySet, TextField

from oncall_portal.lib import dialling, prepared
from oncall_portal.lib.prepared import Read, given
from scheduling.queries import house
from telephony import (
    alerts,
    allowance,
    busy,
    call_rows,
    call_texts,
    callers,
    codec,
    machine,
    menu_trees,
    menus,
    missed_again,
    outbound,
    queries,
    ringing,
    routing,
    testcalls,
)
from telephony.enums import Direction, LegResult, Outcome, Phase
from telephony.instructions import Connect, Say, Script
from telephony.models import Call, CallEvent, Leg
from telephony.routing import Asked, Opened
from telephony.types import (
    Arrival,
    Arrived,
    CallerGone,
    DialFailed,
    Event,
    Note,
    OutgoingPlan,
    OutgoingState,
    OutgoingStep,
    Phone,
    State,
    Step,
    Tree,
)


def _locked(**condition: given) -> QuerySet[Call]:
    rows = Call.objects.select_related("menu_version").select_for_update(of=("self",))
    return rows.filter(**condition)


_CALL = Read(lambda: _locked(pk=given("call", BigIntegerField())))
_CALL_OF_LEG = Read(lambda: _locked(leg_uuid=given("leg", TextField())))


@dataclass(frozen=True)
class Answer:
    """What whoever asked hears next, with the call and its legs by ordinal, to say it with."""

    script: Script
    call: Call
    legs: dict[int, Leg]


@transaction.atomic(savepoint=False)
def arrive(arrival: Arrival, now: datetime) -> Answer:
    """Take a call and return its first instructions; asked again, return what fits now.

    A call whose end was reported first is never dialled for.
    """
    call = _find_or_create(arrival, now)
    if call.state is not None:
        return _advance(call, Arrived(), now)
    if call.ended_at is not None:
        _out_of_turn(call, "caller_arrived", now)
        return Answer((Say("goodbye"),), call, {})
    numbers = queries.own_numbers()
    number = queries.phone_number(numbers.get(arrival.dialled))
    call.phone_number = number
    asked = Asked(number, frozenset(numbers), arrival.caller, now, call.pk)
    if number is not None:
        call.label = number.name
        call.language = next(iter(number.languages), call.language)
        if number.max_calls is not None:
            busy.lock(str(number.number))  # two callers of one instant count each other

    def decide(may_connect: bool) -> Step:
        step, opened = routing.begin(asked, may_connect=may_connect)
        _keep_menu(call, opened, now)
        return _to_the_leaf(call, step, opened.tree, lambda: asked, may_connect=may_connect)

    return _saved(call, _decided(call, decide, now), now)


def _decided(call: Call, decide: Callable[[bool], Step], now: datetime) -> Step:
    """Decide once more, without connecting, where the account may not start another call now."""
    step = _past_unusable_phones(call, decide(True), now)
    if not _connect(step):
        return step
    waits = allowance.take(
        now, house().calls_per_second, first=ringing.is_first(step.state, step.state.stage)
    )
    return step if waits is None else decide(False)


def _keep_menu(call: Call, opened: Opened, now: datetime) -> None:
    """Freeze the menu that the call is answered with."""
    if opened.tree is menus.NO_TREE:
        return
    stands = menu_trees.content_of(opened.tree)
    call.menu_version = opened.version or menu_trees.freeze_of_the_house(stands, now)


def _to_the_leaf(
    call: Call, step: Step, tree: Tree, asked: Callable[[], Asked], *, may_connect: bool = True
) -> Step:
    """Plan the route where the caller came to the end of the menu, and say on the call what for."""
    if step.leaf is None:
        return step
    callers.note_goal(call, step.leaf.goal, step.state.language)
    return routing.go_on(asked(), step, tree, may_connect=may_connect)


def _asked(call: Call, now: datetime) -> Asked:
    """Return what the routing has to know of a call that goes on."""
    numbers = queries.own_numbers()
    number = queries.phone_number(numbers.get(call.dialled))
    return Asked(number, frozenset(numbers), call.caller, now, call.pk)


def arrived_and_gone(arrival: Arrival, now: datetime) -> None:
    """Record that a caller has gone whose first instructions we may not even have given.

    They may be in the making at this moment: then this waits for them, and ends what they began.
    """
    with transaction.atomic():
        call = _find_or_create(arrival, now)
        if call.state is not None:
            _advance(call, CallerGone(), now)
        elif call.ended_at is None:
            ours = queries.own_numbers().get(arrival.dialled)
            call.phone_number = queries.phone_number(ours)
            call.label = call.phone_number.name if call.phone_number else ""
            call.phase = Phase.ENDED.value
            call.outcome = Outcome.GAVE_UP_RINGING.value
            call.ended_at = max(now, call.started_at)
            prepared.update(call, call_rows.MACHINE_FIELDS)
            CallEvent.objects.create(call=call, at=now, code="gone_before_answer")
            alerts.follow_up(call, [Note("unanswered", params={"reason": "caller_hung_up"})], now)
            call_texts.follow_up(call, [Note("caller_gone")], now)
            missed_again.follow_up(call, [Note("caller_gone")], now)
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
    with transaction.atomic(savepoint=False):
        call = _there(_CALL.first(call=call_id))
        if leg_uuid is not None:
            call_rows.name_leg(call, *leg_uuid)
        if done is not None:
            done()
        if call.state is None:
            return Answer((), call, {})
        return _advance(call, event, now)


def place(call: Call, plan: OutgoingPlan, now: datetime) -> None:
    """Begin a call of ours, whose row was just made; its first phone is dialled after commit."""
    call_rows.save(call, outbound.begin(plan, now), now)


def state_of(call: Call) -> State | OutgoingState | None:
    """Return the machine's state of a call, None when it was never planned."""
    if call.state is None:
        return None
    kind = OutgoingState if call.direction == Direction.OUT else State
    found: State | OutgoingState = codec.decode(kind, call.state)
    return found


def _find_or_create(arrival: Arrival, now: datetime) -> Call:
    defaults = {
        "token": secrets.token_urlsafe(32),
        "dialled": arrival.dialled,
        "caller": arrival.caller,
        "api_host": arrival.api_host,
        "started_at": now,
    }
    call = Call(leg_uuid=arrival.leg_uuid, **defaults)
    if prepared.insert([call], or_pass_over=True):
        return call
    return _there(_CALL_OF_LEG.first(leg=arrival.leg_uuid))


def _there(call: Call | None) -> Call:
    if call is None:
        raise Call.DoesNotExist
    return call


def _advance(call: Call, event: Event, now: datetime) -> Answer:
    state = state_of(call)
    assert state is not None  # noqa: S101 - whoever asks has looked
    if isinstance(state, OutgoingState):
        return _saved(call, outbound.advance(state, event, now), now)
    tree = routing.tree_of(call, state)

    def decide(may_connect: bool) -> Step:
        step = machine.advance(state, event, now, may_connect=may_connect, tree=tree)
        return _to_the_leaf(call, step, tree, lambda: _asked(call, now), may_connect=may_connect)

    return _saved(call, _decided(call, decide, now), now)


def _saved(call: Call, step: Step | OutgoingStep, now: datetime) -> Answer:
    legs = call_rows.save(call, step, now)
    return Answer(step.reply or (), call, legs)


def _connect(step: Step) -> Connect | None:
    return next((each for each in step.reply or () if isinstance(each, Connect)), None)


def _past_unusable_phones(call: Call, step: Step, now: datetime) -> Step:
    """Go on to the next phone where one to be connected directly is in use, or not allowed."""
    tree = routing.tree_of(call, step.state)
    countries = house().countries if _connect(step) else ()
    while connect := _connect(step):
        why = _unusable(step.state.legs[connect.leg].phone, call.pk, countries)
        if why is None:
            break
        ended = machine.advance(step.state, DialFailed(connect.leg, why), now)
        again = machine.advance(ended.state, Arrived(), now, tree=tree)
        again = _to_the_leaf(call, again, tree, lambda: _asked(call, now))
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


def _unusable(phone: Phone, call_id: int, countries: tuple[str, ...]) -> LegResult | None:
    if dialling.refusal(phone.number, countries) is not None:
        return LegResult.NOT_ALLOWED
    return LegResult.BUSY if busy.is_busy(phone.number, call_id, phone.staff) else None
