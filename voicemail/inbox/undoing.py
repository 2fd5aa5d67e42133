"""What an act changed of a call, sealed for the way to the page and back; and taking it back.

An act is taken back only where nobody else changed anything of it since: what the office made of
the call, and who did, the promise and the job must be as the act left them. So acts are taken back
one after the other, the last one first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.db.models import F
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from oncall_portal.lib.access import can
from oncall_portal.lib.errors import Conflict, Refused, Stale
from telephony import jobs, promises, triage
from telephony.access import TRIAGE
from telephony.enums import PromiseState, Triage, TriageAction
from telephony.models import Call, CallComment, CallEvent, Job, Promise

LASTS = timedelta(hours=1)
_SALT = "inbox.undo"
_TRIAGE_CODES = "triage_"
# what makes a call what it was
_AGAIN = {
    Triage.JOB.value: TriageAction.JOB,
    Triage.SPAM.value: TriageAction.SPAM,
    Triage.CLOSED.value: TriageAction.CLOSE,
    Triage.DELETED.value: TriageAction.DELETE,
}
# what an act may change of a promise
_INSTANTS = ("touched_at", "next_at", "done_at")
_PROMISE = ("state", "owner_id", "escalations", "done_by", "kept_by_id", "reason", *_INSTANTS)


@dataclass(frozen=True)
class Look:
    """A call as an act finds or leaves it."""

    triage: str
    by: str
    job: int | None
    job_version: int | None
    promise: dict[str, Any] | None


@dataclass(frozen=True)
class Trace:
    """What an act changed of one call; `comment` is the one that it wrote."""

    call: int
    action: str
    before: dict[str, Any]
    after: dict[str, Any]
    comment: int | None = None

    def told(self) -> dict[str, Any]:
        """Return what the call became, for the page."""
        return {"call": self.call, "triage": self.after["triage"], "job": self.after["job"]}


def look(pk: int) -> Look:
    """Return how a call stands; raises Call.DoesNotExist."""
    call = Call.objects.select_for_update(of=("self",)).get(pk=pk)
    job = Job.objects.filter(call=pk).first()
    promise = Promise.objects.filter(call=pk).first()
    return Look(
        triage=call.triage,
        by=_triaged_by(pk),
        job=job.pk if job else None,
        job_version=job.version if job else None,
        promise=_kept(promise),
    )


def _triaged_by(pk: int) -> str:
    """Return the name of whoever dealt with a call last, "" for nobody."""
    told = CallEvent.objects.filter(call=pk, code__startswith=_TRIAGE_CODES).order_by("pk").last()
    return str(told.params.get("name", "")) if told else ""


def _kept(promise: Promise | None) -> dict[str, Any] | None:
    if promise is None:
        return None
    values = {name: getattr(promise, name) for name in _PROMISE}
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in values.items()}


def trace(pk: int, action: str, before: Look, comment: int | None) -> Trace:
    """Return what was changed of a call since `before`."""
    return Trace(pk, action, asdict(before), asdict(look(pk)), comment)


def seal(user: Any, done: Sequence[Trace], now: datetime) -> str:
    """Return the changes signed, for this user alone."""
    content = {"user": user.pk, "at": now.isoformat(), "done": [asdict(each) for each in done]}
    return signing.dumps(content, salt=_SALT, compress=True)


def opened(user: Any, token: str, now: datetime) -> list[Trace]:
    """Return what a token tells; raises Refused unless it is this user's, whole and fresh."""
    try:
        content = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        raise Refused("bad_token", _("This cannot be undone.")) from None
    made = parse_datetime(content["at"])
    if content["user"] != user.pk or made is None:
        raise Refused("bad_token", _("This cannot be undone."))
    if now - made > LASTS:
        raise Refused("too_late", _("It is too late to undo this: change the call itself."))
    return [Trace(**each) for each in content["done"]]


@transaction.atomic
def take_back(user: Any, done: Trace, at: datetime) -> None:
    """Make a call what it was before; raises Conflict where somebody changed it since."""
    call = Call.objects.select_for_update(of=("self",)).filter(pk=done.call).first()
    if call is None:
        raise Conflict("changed_since", _("The call is gone."))
    if call.numbers_erased_at is not None:
        # what is taken back would bring words back, or promise a call to nobody
        raise Conflict("changed_since", _("What was known of the caller was erased since."))
    now = look(done.call)
    _check(done, now)
    if done.comment is not None:
        CallComment.objects.filter(pk=done.comment).delete()
    if done.before["triage"] != done.after["triage"]:
        if not can(user, TRIAGE, call):
            raise Refused("forbidden", _("You may not do this."))
        _triage_back(done)
    touched = done.before["promise"] != done.after["promise"]
    promise = done.before["promise"] if touched else now.promise
    if look(done.call).promise != promise:
        _promise_back(done.call, promise, at)


def _check(done: Trace, now: Look) -> None:
    triaged = done.before["triage"] != done.after["triage"]
    if triaged and (now.by, now.triage) != (done.after["by"], done.after["triage"]):
        raise Conflict("changed_since", _changed_by(now.by))
    touched = done.before["promise"] != done.after["promise"]
    if touched and now.promise != done.after["promise"]:
        raise Conflict("changed_since", _("Somebody changed since who calls back, or did."))
    if done.comment is not None and not CallComment.objects.filter(pk=done.comment).exists():
        raise Conflict("changed_since", _("The comment is gone."))


def _changed_by(name: str) -> str:
    """Return who dealt with the call since."""
    if not name:
        return _("Somebody dealt with this call since.")
    return _("%(name)s dealt with this call since.") % {"name": name}


def _triage_back(done: Trace) -> None:
    made_job = done.before["job"] is None and done.after["job"] is not None
    if made_job:
        _forget_job(done)
    else:
        triage.triage(done.call, TriageAction.REOPEN)
    if again := _AGAIN.get(done.before["triage"]):
        triage.triage(done.call, again)


def _forget_job(done: Trace) -> None:
    """Delete the job that the act made; its call is new again with that."""
    try:
        jobs.delete(done.after["job"], done.after["job_version"])
    except Stale:
        raise Conflict("changed_since", _("Somebody worked on the job since.")) from None
    except Job.DoesNotExist:
        raise Conflict("changed_since", _("The job is gone.")) from None


def _promise_back(call: int, before: dict[str, Any] | None, at: datetime) -> None:
    """Write the promise as it was; one that the act made is taken away."""
    if before is None:
        Promise.objects.filter(call=call).delete()
        return
    if before["state"] == PromiseState.OPEN:
        promises.reopen(call, at)
    values = dict(before)
    for name in _INSTANTS:
        values[name] = parse_datetime(values[name]) if values[name] else None
    Promise.objects.filter(call=call).update(**values, version=F("version") + 1)
