"""What the office makes of a call: a job, spam, closed, deleted, or new again.

Each step is an event of the call, with whoever made it. The engine never writes what is written
here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oncall_portal.lib import acting, phone, rows
from oncall_portal.lib.errors import Conflict
from telephony import blocking_services
from telephony.enums import BlockKind, Direction, JobState, Triage, TriageAction
from telephony.models import BlockedCaller, Call, CallEvent, Job

# What an action makes of a call, and from what; reopening takes back whatever it was.
_FROM_NEW = (Triage.NEW,)
_EVENTS = {
    TriageAction.JOB: "triage_job",
    TriageAction.SPAM: "triage_spam",
    TriageAction.CLOSE: "triage_closed",
    TriageAction.DELETE: "triage_deleted",
    TriageAction.REOPEN: "triage_reopened",
}
_STEPS = {
    TriageAction.JOB: (Triage.JOB, _FROM_NEW),
    TriageAction.SPAM: (Triage.SPAM, _FROM_NEW),
    TriageAction.CLOSE: (Triage.CLOSED, (Triage.NEW, Triage.JOB)),
    TriageAction.DELETE: (Triage.DELETED, (Triage.NEW, Triage.JOB, Triage.SPAM, Triage.CLOSED)),
    TriageAction.REOPEN: (Triage.NEW, tuple(Triage)),
}


@transaction.atomic
def triage(pk: int, action: TriageAction) -> Call:
    """Do one of these with a call; what it is already stays as it is.

    `spam` blocks the caller at every number, where there is one to block; reopening takes them off
    again. A job outlives the reopening of its call, and is taken up again. Raises Conflict where
    the call must be reopened first, is spam that we called ourselves, or goes on; Refused for spam
    from a number of ours.
    """
    call = _lock(pk)
    was = Triage(call.triage)
    if was is _STEPS[action][0]:
        return call
    _check(call, action)
    told: dict[str, str] = {}
    if action is TriageAction.JOB:
        _job_of(call)
    elif action is TriageAction.SPAM:
        told = _block(call)
    elif was is Triage.SPAM and action is TriageAction.REOPEN:
        _unblock(call)
    return _becomes(call, action, told)


def _lock(pk: int) -> Call:
    return Call.objects.select_for_update(of=("self",)).get(pk=pk)


def _check(call: Call, action: TriageAction) -> None:
    if action is TriageAction.DELETE and call.ended_at is None:
        raise Conflict("call_in_progress", _("This call goes on: end it, or wait for its end."))
    if action is TriageAction.SPAM and call.direction != Direction.IN:
        raise Conflict("call_of_ours", _("This call was placed from here: it is no spam."))
    if call.triage not in _STEPS[action][1]:
        raise Conflict("reopen_first", _("Somebody dealt with this call already: reopen it first."))


def _becomes(call: Call, action: TriageAction, told: Mapping[str, str]) -> Call:
    call.triage = _STEPS[action][0].value
    call.save(update_fields=["triage"])
    act = acting.act()
    params = {"name": act.name, **told}
    CallEvent.objects.create(call=call, at=act.at, code=_EVENTS[action], params=params)
    return call


# --- spam ----------------------------------------------------------------------------------------


def _block(call: Call) -> dict[str, str]:
    """Block the caller; return the entry, unless they were blocked before. Nobody withheld is."""
    if not call.caller or _entries(call.caller).filter(active=True).exists():
        return {}
    at = call.started_at.date().isoformat()
    return {"entry": str(blocking_services.block(call.caller, _("Spam call of %s") % at).pk)}


def _unblock(call: Call) -> None:
    """Take the caller off the block list, if spam put them there and no other call is spam."""
    code = _EVENTS[TriageAction.SPAM]
    told = CallEvent.objects.filter(call__caller=call.caller, code=code, params__has_key="entry")
    made = {int(event.params["entry"]) for event in told}
    others = Call.objects.filter(caller=call.caller, triage=Triage.SPAM.value).exclude(pk=call.pk)
    if made and not others.exists():
        for entry in _entries(call.caller).filter(pk__in=made, active=True):
            rows.change(entry, {"active": False})


def _entries(caller: str) -> Any:
    return BlockedCaller.objects.select_for_update().filter(
        kind=BlockKind.EXACT.value, pattern=caller, phone_number=None
    )


# --- jobs ----------------------------------------------------------------------------------------


def _job_of(call: Call) -> Job:
    """Return the call's job, open: the one it had, or a new one named after what was called."""
    job = Job.objects.select_for_update(of=("self",)).filter(call=call).first()
    if job is None:
        caller = phone.spaced(call.caller) if call.caller else _("withheld")
        title = " · ".join(filter(None, [call.label, caller]))[:160]
        return rows.create(Job, {"call": call, "title": title, "service": call.service})
    return rows.change(job, {"state": JobState.OPEN.value})


@transaction.atomic
def create_job(values: Mapping[str, Any]) -> Job:
    """Write a job by hand, or from a call, which becomes one; raises Conflict, ValidationError."""
    if values.get("call") is None:
        return rows.create(Job, values)
    call = _lock(values["call"].pk)
    _check(call, TriageAction.JOB)
    job = rows.create(Job, values)
    _becomes(call, TriageAction.JOB, {})
    return job


@transaction.atomic
def change_job(pk: int, version: int, values: Mapping[str, Any]) -> Job:
    """Change a job as it was read at `version`; the call that it was made from stays."""
    job = rows.lock(Job, pk, version)
    if "call" in values and values["call"] != job.call:
        raise Conflict("call_fixed", _("A job stays with the call that it was made from."))
    return rows.change(job, values)


@transaction.atomic
def delete_job(pk: int, version: int) -> None:
    """Delete a job; the call that it was made from is new again."""
    job = rows.lock(Job, pk, version)
    call = job.call
    job.delete()
    if call is not None and call.triage == Triage.JOB:
        triage(call.pk, TriageAction.REOPEN)
