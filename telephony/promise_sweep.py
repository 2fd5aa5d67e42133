"""What happens to promises by themselves: reminders, the next level, the supervisors.

Each step is one transaction: the row is claimed, what is told is written into the outbox, and the
row says when it is due next. So several copies are safe, and one that dies leaves nothing behind.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from telephony import promise_letters, promise_owners, promise_rules, promises
from telephony.enums import PromiseState, PromiseStep, RungKind
from telephony.models import Call, CallEvent, Promise
from telephony.promise_rules import Decision, History, Rung, Terms

logger = logging.getLogger(__name__)
AFTER_FAILURE = timedelta(minutes=5)
_BATCH = 100


def sweep(now: datetime) -> int:
    """Do what is due at `now` for every promise, and return for how many something was."""
    due = Promise.objects.filter(next_at__lte=now).order_by("next_at")
    found = list(due.values_list("pk", "call_id")[:_BATCH])
    for pk, call_id in found:
        try:
            _step(pk, call_id, now)
        except Exception:
            logger.exception("promise_failed promise=%s", pk)
            late = Promise.objects.filter(pk=pk, next_at__lte=now)
            late.update(next_at=now + AFTER_FAILURE)
    return len(found)


@transaction.atomic
def _step(pk: int, call_id: int, now: datetime) -> None:
    """Do what is due for one promise, unless another process is about to, or its call is held."""
    calls = Call.objects.select_related("phone_number", "service").filter(pk=call_id)
    call = calls.select_for_update(skip_locked=True, of=("self",)).first()
    rows = Promise.objects.select_related("owner").select_for_update(of=("self",))
    due = rows.filter(pk=pk, next_at__lte=now, state=PromiseState.OPEN.value)
    promise = due.first() if call is not None else None
    if call is None or promise is None:
        return
    promise.call = call
    owned = promise.owner is not None and promise.owner.active
    terms = Terms(promise.made_at, promise.due_at, promise.touched_at is not None, owned)
    supervisors: list[Rung] = []
    rungs: list[Rung] = []
    if now >= promise.due_at or not owned:
        supervisors = promise_owners.supervisors(call, call.service, now)
        rungs = [*promise_owners.on_shift(call, call.service, now), *supervisors]
    so_far = _history(promise)
    _carry_out(promise, promise_rules.decide(terms, rungs, so_far, now), supervisors, now)


def _history(promise: Promise) -> History:
    """Return to whom a promise has gone, as the story of its call tells."""
    events = CallEvent.objects.filter(call=promise.call_id, code__startswith="promise_")
    place, told, repeats = "", {promise.owner_id} - {None}, 0
    for code, params in events.order_by("pk").values_list("code", "params"):
        told |= set(_ids(params.get("staff", "")))
        repeats += code == "promise_repeat"
        place = max(place, params.get("place", ""), key=promise_rules.order)
    return History(place, frozenset(pk for pk in told if pk), repeats)


def _carry_out(
    promise: Promise, decision: Decision, supervisors: Iterable[Rung], now: datetime
) -> None:
    was, rung = promise.owner_id, decision.rung
    if decision.step is PromiseStep.WAIT:
        promises.becomes(promise, next_at=decision.next_at)
        return
    goes_on = decision.step in (PromiseStep.ESCALATE, PromiseStep.REPEAT)
    owner = rung.staff[0] if rung else was
    values = {"touched_at": None} if rung else {}  # whoever gets it has not taken it up
    promises.becomes(
        promise,
        owner_id=owner,
        next_at=decision.next_at,
        escalations=promise.escalations + goes_on,
        **values,
    )
    told: dict[str, str] = {}
    if rung is not None:
        told = {"place": rung.place, "staff": ",".join(str(pk) for pk in rung.staff)}
    code = "promise_went_on" if rung and now < promise.due_at else f"promise_{decision.step.value}"
    promises.note(promise, now, code, **told)
    own = [owner] if owner else []
    match decision.step:
        case PromiseStep.ESCALATE:
            others = {*(rung.staff if rung else ()), was} - {owner, None}
            early = now < promise.due_at
            promise_letters.tell(promise, own, "assigned" if early else "escalate", now)
            if early:
                return
            promise_letters.tell(promise, [pk for pk in others if pk], "passed_on", now)
        case PromiseStep.REMIND:
            promise_letters.tell(promise, own, "remind", now)
        case PromiseStep.REPEAT | PromiseStep.OVERDUE:
            people = {*own, *_supervising(supervisors)}
            promise_letters.tell(promise, people, decision.step.value, now)


def _supervising(rungs: Iterable[Rung]) -> tuple[int, ...]:
    """Return the supervisors of the schedule; where it has none, those of the house."""
    found = {rung.kind: rung.staff for rung in rungs}
    return found.get(RungKind.SCHEDULE) or found.get(RungKind.HOUSE) or ()


def _ids(text: str) -> list[int]:
    return [int(each) for each in text.split(",") if each]
