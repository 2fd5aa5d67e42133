"""What the office makes of a call: a job, spam, closed, deleted, or new again.

Each step is an event of the call, with whoever made it. The engine never writes what is written
here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oncall_portal.lib import acting, rows
from oncall_portal.lib.errors import Conflict
from telephony import blocking_services, job_rows, promises
from telephony.enums import BlockKind, Direction, Triage, TriageAction
from telephony.models import BlockedCaller, Call, CallEvent

# What an action makes of a call, and from what; reopening takes back whatever it was.
_FROM_NEW = (Triage.NEW,)
_EVENTS = {
    TriageAction.JOB: "triage_job",
    TriageAction.SPAM: "triage_spam",
    TriageAction.CLOSE: "triage_closed",
    TriageAction.DELETE: "triage_deleted",
    TriageAction.REOPEN: "triage_reopened",
}
_NOT_CALLED_BACK = {
    TriageAction.SPAM: gettext_lazy("spam, says %(name)s"),
    TriageAction.CLOSE: gettext_lazy("closed by %(name)s"),
    TriageAction.DELETE: gettext_lazy("deleted by %(name)s"),
}
_STEPS = {
    TriageAction.JOB: (Triage.JOB, _FROM_NEW),
    TriageAction.SPAM: (Triage.SPAM, _FROM_NEW),
    TriageAction.CLOSE: (Triage.CLOSED, (Triage.NEW, Triage.JOB)),
    TriageAction.DELETE: (Triage.DELETED, (Triage.NEW, Triage.JOB, Triage.SPAM, Triage.CLOSED)),
    TriageAction.REOPEN: (Triage.NEW, tuple(Triage)),
}


@transaction.atomic
def triage(pk: int, action: TriageAction, reason: str = "") -> Call:
    """Do one of these with a call; what it is already stays as it is.

    Whoever was promised to be called back is not, once the office is done with the call, for this
    `reason` ("" for who did it); reopening promises it again.

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
        job_rows.of_call(call)
    elif action is TriageAction.SPAM:
        told = _block(call)
    elif was is Triage.SPAM and action is TriageAction.REOPEN:
        _unblock(call)
    return becomes(call, action, told, reason)


def _lock(pk: int) -> Call:
    return Call.objects.select_for_update(of=("self",)).get(pk=pk)


def _check(call: Call, action: TriageAction) -> None:
    if action is TriageAction.DELETE and call.ended_at is None:
        raise Conflict("call_in_progress", _("This call goes on: end it, or wait for its end."))
    if action is TriageAction.SPAM and call.direction != Direction.IN:
        raise Conflict("call_of_ours", _("This call was placed from here: it is no spam."))
    if call.triage not in _STEPS[action][1]:
        raise Conflict("reopen_first", _("Somebody dealt with this call already: reopen it first."))


def lock_for_job(pk: int) -> Call:
    """Return a call of which a job may be made, locked; raises Conflict."""
    call = _lock(pk)
    _check(call, TriageAction.JOB)
    return call


def becomes(
    call: Call, action: TriageAction, told: Mapping[str, str] | None = None, reason: str = ""
) -> Call:
    """Let a locked call be what an action makes of it, and tell who did it, and what was `told`."""
    call.triage = _STEPS[action][0].value
    call.save(update_fields=["triage"])
    act = acting.act()
    params = {"name": act.name, **(told or {})}
    CallEvent.objects.create(call=call, at=act.at, code=_EVENTS[action], params=params)
    _promised(call, action, reason.strip(), act)
    return call


def _promised(call: Call, action: TriageAction, reason: str, act: acting.Act) -> None:
    """Let what was promised to the caller follow what the office makes of the call."""
    match action:
        case TriageAction.REOPEN:
            promises.reopen(call.pk, act.at)
        case TriageAction.JOB:
            promises.touch([call.pk], act.at)
        case _:
            words = _NOT_CALLED_BACK[action] % {"name": act.name or _("the portal")}
            promises.waive_of_call(call.pk, reason or words, act.at)


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
