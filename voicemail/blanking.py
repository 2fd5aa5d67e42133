"""Calls without whoever called: the number, and what could tell it, taken out of every row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Model, Q, QuerySet

from oncall_portal.outbox.enums import MessageState
from oncall_portal.outbox.models import OutgoingMessage
from telephony import job_rows
from telephony.enums import PromiseState
from telephony.models import (
    Call,
    CallAction,
    CallbackRequest,
    CallComment,
    Caller,
    CallEvent,
    Job,
    Leg,
    Promise,
)
from voicemail import spelling
from voicemail.models import Recording, VoicemailMessage
from voicemail.notify import TO_SUPERVISORS

WAITING = (MessageState.QUEUED.value, MessageState.SENDING.value)


@dataclass(frozen=True)
class Wanted:
    """What is looked for: a number, and, where only the caller can be meant, also a name."""

    number: re.Pattern[str]
    named: re.Pattern[str]


def wanted(numbers: Iterable[str]) -> Wanted:
    """Return what finds the callers with these numbers (E.164)."""
    known = {number for number in numbers if number}
    names = Caller.objects.filter(number__in=known).values_list("name", flat=True)
    return Wanted(spelling.finder(known), spelling.finder(known, names))


def numbers_of(calls: Iterable[Call]) -> set[str]:
    """Return the numbers of who called, and at which they wished to be called back."""
    return {n for call in calls for n in (call.caller, call.callback_number) if n}


def blank_calls(calls: Sequence[Call], find: Wanted, now: datetime) -> Counter[str]:
    """Take the callers out of locked calls and all that hangs on them; count the rows by kind.

    The calls stay, with their times and outcomes; what people wrote of them stays but for the
    number and the name. Jobs are to be settled before. Call inside a transaction.
    """
    ids = [call.pk for call in calls]
    for call in calls:
        call.label = spelling.without(call.label, find.named)
        call.state = spelling.nameless_state(call.state, find.named)
        call.caller = call.callback_number = ""
        call.numbers_erased_at = now
    fields = ["label", "state", "caller", "callback_number", "numbers_erased_at"]
    Call.objects.bulk_update(calls, fields)
    _story(ids, find)
    blank_jobs(Job.objects.filter(call__in=ids), find, now)
    for comment in CallComment.objects.filter(call__in=ids):
        _clean(comment, ("text",), find.named)
    for promise in Promise.objects.filter(call__in=ids).exclude(reason=""):
        _clean(promise, ("reason",), find.named)
    for recording in Recording.objects.filter(call__in=ids).exclude(transcript=""):
        _clean(recording, ("transcript",), find.named)
    mails = blank_mails(mails_about(ids), find)
    return Counter({"calls": len(calls), "mails": mails})


def end_promises(promises: QuerySet[Promise], by: str, now: datetime) -> None:
    """End what is still promised of these: nobody can call back any more."""
    promises.filter(state=PromiseState.OPEN.value).update(
        state=PromiseState.WAIVED.value,
        done_at=now,
        done_by=by,
        next_at=None,
        reason=spelling.ERASED,
        version=F("version") + 1,
    )


def _story(ids: Sequence[int], find: Wanted) -> None:
    """Clean the phones that rang at the caller's, the events, and what was asked for."""
    theirs = set()
    for leg in Leg.objects.filter(call__in=ids, staff=None, service=None):
        if find.number.search(leg.number):
            theirs.add(leg.pk)
            Leg.objects.filter(pk=leg.pk).update(number="", name=spelling.ERASED)
    for event in CallEvent.objects.filter(call__in=ids).exclude(params={}):
        kept = spelling.nameless_params(event.params, find.number)
        if event.leg_id in theirs and "name" in kept:
            kept["name"] = spelling.ERASED
        if kept != event.params:
            CallEvent.objects.filter(pk=event.pk).update(params=kept)
    for action in CallAction.objects.filter(call__in=ids).exclude(params={}, error=""):
        _clean(action, ("params", "error"), find.named)
    CallbackRequest.objects.filter(call__in=ids).update(number="")


def _clean(row: Model, fields: tuple[str, ...], found: re.Pattern[str]) -> None:
    kept = {name: spelling.without(getattr(row, name), found) for name in fields}
    if any(kept[name] != getattr(row, name) for name in fields):
        type(row)._default_manager.filter(pk=row.pk).update(**kept)


def blank_jobs(jobs: QuerySet[Job], find: Wanted, now: datetime) -> None:
    """Take the caller out of jobs, whose titles and notes stay but for number and name."""
    ids = list(jobs.values_list("pk", flat=True))

    def words(job: Job) -> dict[str, str]:
        return {
            "title": spelling.without(job.title, find.named),
            "reference": spelling.without(job.reference, find.number),
            "notes": spelling.without(job.notes, find.named),
        }

    job_rows.forget(Job.objects.filter(pk__in=ids), words, now)
    blank_log(Job, ids)


def mails_about(
    calls: Sequence[int], callers: Sequence[int] = (), jobs: Sequence[int] = ()
) -> QuerySet[OutgoingMessage]:
    """Return what was written about calls, their messages, promises and jobs, and to callers."""
    of_calls = Q(call__in=calls)
    messages = VoicemailMessage.objects.filter(of_calls).values_list("pk", flat=True)
    promises = Promise.objects.filter(of_calls).values_list("pk", flat=True)
    all_jobs = Job.objects.filter(of_calls | Q(pk__in=jobs)).values_list("pk", flat=True)
    causes = [
        *(f"call:{pk}" for pk in calls),
        *(f"caller:{pk}" for pk in callers),
        *(f"voicemail:{pk}{end}" for pk in messages for end in ("", TO_SUPERVISORS)),
        *(f"promise:{pk}" for pk in promises),
        *(f"job:{pk}" for pk in all_jobs),
    ]
    return OutgoingMessage.objects.filter(cause__in=causes)


def blank_mails(mails: QuerySet[OutgoingMessage], find: Wanted) -> int:
    """Empty messages that went out, also of the caller's number as the addressee; count them."""
    gone = mails.exclude(state__in=WAITING)
    for row in gone.only("pk", "to", "idempotency_key"):
        empty: dict[str, Any] = {"subject": "", "body": spelling.ERASED, "attachments": []}
        if find.number.search(row.to):
            empty["to"] = ""
        if find.number.search(row.idempotency_key):
            empty["idempotency_key"] = f"erased:{row.pk}"
        OutgoingMessage.objects.filter(pk=row.pk).update(**empty, error="")
    return gone.count()


def log_of(model: type[Model], ids: Iterable[int]) -> QuerySet[LogEntry]:
    """Return what the admin's log says of these rows."""
    kind = ContentType.objects.get_for_model(model)
    return LogEntry.objects.filter(content_type=kind, object_id__in=[str(pk) for pk in ids])


def blank_log(model: type[Model], ids: Iterable[int]) -> None:
    """Empty what the admin's log calls these rows, and what it says of their changes."""
    log_of(model, ids).update(object_repr=spelling.ERASED, change_message="")
