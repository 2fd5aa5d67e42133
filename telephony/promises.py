"""Writes of promises to call back: made, taken up, kept, waived.

A promise is made in the transaction of what the caller did. Whoever writes one locks its call
first, as the engine does, so that no two wait for each other. Each step is an event of the call.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from oncall_portal.lib import acting, prepared
from oncall_portal.lib.errors import Conflict, Refused, Stale
from scheduling.access import standing_of
from scheduling.models import Staff
from scheduling.queries import house
from telephony import promise_letters, promise_owners, promise_rules
from telephony.enums import Direction, PromiseKind, PromiseState, RequestState
from telephony.models import Call, CallbackRequest, CallEvent, Leg, Promise
from telephony.promise_rules import Terms

_OPEN = Q(state=PromiseState.OPEN.value)
_SEEN_WITHIN = timedelta(minutes=1)


# --- made ----------------------------------------------------------------------------------------


def make(
    call: Call, kind: PromiseKind, now: datetime, *, whose: int | None = None
) -> Promise | None:
    """Promise whoever called to be called back; None where they were promised that already.

    It falls to the person (id) in `whose` own mailbox a message was left, while they are there,
    else to whoever is on shift where the call was led to. Call inside the transaction of what the
    caller did; the number of queries is fixed.
    """
    service = call.service
    settings = house()
    minutes = (service and service.promise_minutes) or settings.promise_minutes
    due_at = promise_rules.due_at(now, minutes, urgent=call.urgent)
    first = promise_owners.own(whose, now) or promise_owners.first(call, service, now)
    owner = first.staff[0] if first else None
    promise = Promise(
        call=call,
        kind=kind.value,
        owner_id=owner,
        made_at=now,
        due_at=due_at,
        next_at=promise_rules.next_at(Terms(now, due_at), now),
    )
    if not prepared.insert([promise], or_pass_over=True):
        return None
    told = {"staff": str(owner or ""), "place": first.place if first else ""}
    told["zone"] = settings.time_zone
    note(promise, now, "promise_made" if owner else "promise_made_to_nobody", **told)
    if kind is PromiseKind.CALL_BACK and owner:  # of a message, the mailbox tells
        promise_letters.tell(promise, [owner], "made", now)
    return promise


def make_for_message(call_id: int, now: datetime, *, whose: int | None = None) -> Promise | None:
    """Promise whoever left a message to be called back, once per call; `whose` as in `make`."""
    call = Call.objects.select_related("phone_number", "service").get(pk=call_id)
    return make(call, PromiseKind.MESSAGE, now, whose=whose)


def tell_owner(call_id: int, told: Collection[str], now: datetime) -> None:
    """Tell the owner of a message that is theirs to answer, unless its letter or text reached them.

    `told` are the addresses and numbers to which that went.
    """
    fresh = Promise.objects.filter(call=call_id, kind=PromiseKind.MESSAGE.value, version=1)
    promise = fresh.filter(_OPEN, owner__active=True).select_related("call", "owner").first()
    if promise is None or promise.owner is None or promise.owner.email.lower() in told:
        return
    if not promise.owner.numbers.filter(number__in=told).exists():
        promise_letters.tell(promise, [promise.owner.pk], "made", now)


def withdraw(call_id: int, now: datetime) -> None:
    """Take back what was promised for a message that proves to be none, while nobody took it up.

    Somebody who asked to be called back stays promised.
    """
    with transaction.atomic():
        found = _of_call(call_id)
        if found is None or found.kind != PromiseKind.MESSAGE or found.touched_at is not None:
            return
        if found.state == PromiseState.OPEN:
            found.delete()
            CallEvent.objects.create(call_id=call_id, at=now, code="promise_withdrawn")


# --- taken up ------------------------------------------------------------------------------------


@transaction.atomic
def take(pk: int, user: Any, now: datetime) -> Promise:
    """Make the person behind `user` the owner; Refused: no_person_of_yours, just_taken.

    Of two who take it at one moment, the second hears that there is nobody to call any more.
    """
    staff = standing_of(user).staff_id
    if staff is None:
        message = _("Your login belongs to nobody of the staff: assign it to somebody instead.")
        raise Refused("no_person_of_yours", message)
    promise = _open(pk)
    if promise.owner_id not in (None, staff) and _just_taken(promise, now):
        message = _("%(name)s has just taken this up: there is no need for you to call, too.")
        raise Conflict("just_taken", message % {"name": promise.owner})
    return _taken_up(promise, now, "promise_taken", owner_id=staff)


@transaction.atomic
def assign(pk: int, staff: int | None, now: datetime) -> Promise:
    """Make somebody (by id) the owner, None for nobody, and tell them."""
    promise = _open(pk)
    _check_owner(staff)
    was = promise.owner_id
    promise = _taken_up(promise, now, "promise_assigned", owner_id=staff)
    _tell_new_owner(promise, was, now)
    return promise


@transaction.atomic
def assign_call(call_id: int, staff: int | None, now: datetime) -> Promise:
    """Make somebody the one who calls back whoever called, promised or not until now."""
    call = _lock_call(call_id)
    if call.direction != Direction.IN:
        raise Conflict("call_of_ours", _("This call was placed from here."))
    promise = _of_call(call_id) or make(call, PromiseKind.CALL_BACK, now) or _of_call(call_id)
    assert promise is not None  # noqa: S101 - the call is locked
    return assign(promise.pk, staff, now)


@transaction.atomic
def change(pk: int, version: int, values: Mapping[str, Any], now: datetime) -> Promise:
    """Change owner or deadline, as the promise was read at `version`; that takes it up."""
    promise = _open(pk)
    if promise.version != version:
        raise Stale(promise)
    was = promise.owner_id
    if "owner" in values:
        staff = values["owner"].pk if values["owner"] else None
        _check_owner(staff)
        if staff != was:
            promise = _taken_up(promise, now, "promise_assigned", owner_id=staff)
    if "due_at" in values and values["due_at"] != promise.due_at:
        if values["due_at"] <= promise.made_at:
            message = _("The deadline must be after the promise.")
            raise Refused("due_before_made", message, "due_at")
        promise = _taken_up(promise, now, "promise_due_changed", due_at=values["due_at"])
    _tell_new_owner(promise, was, now)
    return promise


def touch(call_ids: list[int], now: datetime) -> None:
    """Note that somebody does something about what was promised after these calls."""
    with transaction.atomic():
        for promise in _open_of(Q(pk__in=call_ids)):
            if promise.touched_at is None:
                becomes(promise, **_touched(promise, now))


def touch_number(number: str, answers: int | None, now: datetime) -> None:
    """Note that whoever is behind a number, or called in the call `answers`, is called back."""
    with transaction.atomic():
        for promise in _open_of(_theirs(number, answers)):
            if promise.touched_at is None:
                becomes(promise, **_touched(promise, now))


# --- kept, or not --------------------------------------------------------------------------------


def keep(call: Call, leg: Leg | None, now: datetime) -> None:
    """Keep what was promised to the other side of a call that has just connected.

    That is a call back of ours, or the same caller once more, whom somebody (`leg`) took. Call
    inside the transaction of the call.
    """
    if not call.caller:
        return
    ours = call.direction == Direction.OUT
    answers = call.answers_id if ours else None
    for promise in _open_of(_theirs(call.caller, answers)):
        values = {
            "state": PromiseState.KEPT.value,
            "done_at": now,
            "done_by": leg.name if leg else "",
            "kept_by": call,
            "next_at": None,
        }
        becomes(promise, **values)
        _request_becomes(promise, RequestState.DONE)
        seconds = str(round((now - promise.made_at).total_seconds()))
        code = "promise_kept" if ours else "promise_kept_by_caller"
        note(promise, now, code, name=promise.done_by, after=seconds)


@transaction.atomic
def waive(pk: int, reason: str, now: datetime) -> Promise:
    """Say why whoever called is not called back. Raises Refused without a reason."""
    promise, reason = _open(pk), reason.replace("\x00", "").strip()
    if not reason:
        message = _("Say why nobody calls back: whoever reads this later wants to know.")
        raise Refused("reason_missing", message, "reason")
    return _waived(promise, reason, now)


def waive_of_call(call_id: int, reason: str, now: datetime) -> None:
    """Waive what was promised after a call that the office is done with, if it is still open."""
    for promise in _open_of(Q(pk=call_id)):
        _waived(promise, reason, now)


@transaction.atomic
def reopen(call_id: int, now: datetime) -> None:
    """Promise again what somebody had waived; what was kept stays kept.

    Whose number was erased cannot be called back any more.
    """
    promise = _of_call(call_id)
    if promise is None or promise.state != PromiseState.WAIVED:
        return
    if promise.call.numbers_erased_at is not None:
        return
    values = {
        "state": PromiseState.OPEN.value,
        "done_at": None,
        "done_by": "",
        "reason": "",
        "next_at": promise_rules.next_at(_terms(promise), now),
    }
    becomes(promise, **values)
    _request_becomes(promise, RequestState.OPEN)
    note(promise, now, "promise_reopened", name=acting.act().name)


def hasten(number: str, now: datetime) -> None:
    """Halve what is left of the time in which a caller is called back, once, and tell the owner.

    What another process writes at this instant is passed over: two calls of one caller that end
    together would wait for each other. Call inside a transaction.
    """
    for promise in _open_of(_theirs(number, None), wait=False):
        if CallEvent.objects.filter(call=promise.call_id, code="promise_hastened").exists():
            continue
        due_at = promise_rules.sooner(_terms(promise), now)
        if due_at != promise.due_at:
            promise.due_at = due_at
            waits = promise.next_at is not None
            next_at = promise_rules.next_at(_terms(promise), now) if waits else None
            becomes(promise, due_at=due_at, next_at=next_at)
        note(promise, now, "promise_hastened")
        if promise.owner_id:
            promise_letters.tell(promise, [promise.owner_id], "hastened", now)


# --- rows ----------------------------------------------------------------------------------------


def _lock_call(call_id: int) -> Call:
    found = Call.objects.select_related("phone_number", "service")
    return found.select_for_update(of=("self",)).get(pk=call_id)


def _of_call(call_id: int) -> Promise | None:
    """Return what was promised after a call, both locked."""
    _lock_call(call_id)
    found: Promise | None = _locked(Q(call=call_id)).first()
    return found


def _locked(found: Q) -> Any:
    rows_found = Promise.objects.select_related("call", "owner").filter(found)
    return rows_found.select_for_update(of=("self",)).order_by("pk")


def _open(pk: int) -> Promise:
    """Return a promise that is not done, locked with its call; raises Conflict, DoesNotExist."""
    call_id = Promise.objects.values_list("call_id", flat=True).get(pk=pk)
    promise = _of_call(call_id)
    if promise is None:
        raise Promise.DoesNotExist
    if promise.state != PromiseState.OPEN:
        raise Conflict(
            "promise_done", _("This is done already: somebody called back, or said why not.")
        )
    return promise


def _theirs(number: str, answers: int | None) -> Q:
    """Find the calls of whoever is behind a number."""
    return Q(caller=number) | Q(callback_number=number) | Q(pk=answers or 0)


def _open_of(calls: Q, *, wait: bool = True) -> list[Promise]:
    """Return the open promises of such calls, locked after their calls; two queries, mostly one."""
    found = Call.objects.filter(calls, promise__state=PromiseState.OPEN.value)
    locked = found.select_for_update(of=("self",), skip_locked=not wait)
    ids = list(locked.order_by("pk").values_list("pk", flat=True))
    return list(_locked(_OPEN & Q(call__in=ids))) if ids else []


def becomes(promise: Promise, **values: Any) -> Promise:
    """Write these values of a locked promise."""
    for name, value in values.items():
        setattr(promise, name, value)
    promise.version += 1
    promise.save(update_fields=[*(name.removesuffix("_id") for name in values), "version"])
    return promise


def _terms(promise: Promise) -> Terms:
    return Terms(promise.made_at, promise.due_at, promise.touched_at is not None)


def _touched(promise: Promise, now: datetime, **values: Any) -> dict[str, Any]:
    """Return what changes of a promise that somebody takes up, with these values.

    When it is overdue already, everybody was told.
    """
    due_at = values.get("due_at", promise.due_at)
    next_at = due_at if due_at > now else None
    return {**values, "touched_at": promise.touched_at or now, "next_at": next_at}


def _taken_up(promise: Promise, now: datetime, code: str, **values: Any) -> Promise:
    promise = becomes(promise, **_touched(promise, now, **values))
    by = acting.act().name
    name = promise.owner.name if promise.owner else ""
    if code == "promise_assigned" and promise.owner is None:
        code = "promise_assigned_to_nobody"
    note(promise, now, code, name=name, by=by, staff=str(promise.owner_id or ""))
    return promise


def _waived(promise: Promise, reason: str, now: datetime) -> Promise:
    name = acting.act().name
    values = {
        "state": PromiseState.WAIVED.value,
        "done_at": now,
        "done_by": name[:160],
        "reason": reason[:300],
        "next_at": None,
    }
    promise = becomes(promise, **values)
    _request_becomes(promise, RequestState.DONE)
    note(promise, now, "promise_waived", name=name, reason=promise.reason)
    return promise


def _request_becomes(promise: Promise, state: RequestState) -> None:
    CallbackRequest.objects.filter(call=promise.call_id).update(state=state.value)


def _check_owner(staff: int | None) -> None:
    if staff is not None and not Staff.objects.filter(pk=staff, active=True).exists():
        raise Refused("not_active", _("Choose somebody who is active."), "owner")


def _just_taken(promise: Promise, now: datetime) -> bool:
    """Tell whether its owner took it so lately that others may still see it as free."""
    taken = CallEvent.objects.filter(
        call=promise.call_id, code="promise_taken", at__gt=now - _SEEN_WITHIN
    )
    return taken.filter(params__staff=str(promise.owner_id)).exists()


def _tell_new_owner(promise: Promise, was: int | None, now: datetime) -> None:
    """Tell whoever was given a promise by somebody else."""
    given = promise.owner_id is not None and promise.owner_id != was
    if given and promise.owner and promise.owner.user_id != acting.act().user:
        promise_letters.tell(promise, [promise.owner_id or 0], "assigned", now)


def note(promise: Promise, now: datetime, code: str, **params: str) -> None:
    """Add a line to the story of the call; the names that it needs come with it."""
    owner = promise.owner.name if promise.owner else ""
    told = {"name": owner, "due": promise.due_at.isoformat(), **params}
    told.setdefault("zone", house().time_zone)
    CallEvent.objects.create(call_id=promise.call_id, at=now, code=code, params=told)
