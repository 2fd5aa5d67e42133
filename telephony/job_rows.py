"""The rows of jobs: what a call gives one, when it was done, and what its call tells of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from oncall_portal.lib import acting, phone, rows
from telephony import job_hooks
from telephony.enums import JobEvent, JobState, PromiseState
from telephony.models import Call, Caller, CallEvent, Job, Promise

OVER = (JobState.DONE.value, JobState.CANCELLED.value)
_TITLE = Job._meta.get_field("title").max_length


def values_of(call: Call) -> dict[str, Any]:
    """Return what a job takes from its call: what for, who called and where, by whom until when.

    Whoever was promised to the caller, and until when, is the owner, and when it is due.
    """
    known = Caller.objects.filter(number=call.caller).first() if call.caller else None
    open_one = Promise.objects.filter(call=call, state=PromiseState.OPEN.value)
    promise = open_one.select_related("owner").first()
    said = phone.spaced(call.caller) if call.caller else _("withheld")
    return {
        "call": call,
        "title": " · ".join(filter(None, [call.label, said]))[:_TITLE],
        "service": call.service,
        "caller": call.caller,
        "address": known.address if known else "",
        "owner": promise.owner if promise else None,
        "due_at": promise.due_at if promise else None,
    }


def of_call(call: Call) -> Job:
    """Return the job of a locked call, open: the one that it had, or a new one."""
    job = Job.objects.select_for_update(of=("self",)).filter(call=call).first()
    if job is None:
        return write(values_of(call))
    if job.state == JobState.OPEN:
        return job
    return change(job, {"state": JobState.OPEN.value})


def write(values: Mapping[str, Any]) -> Job:
    """Return a new job, made now; raises ValidationError."""
    at = acting.act().at
    state = values.get("state", JobState.OPEN.value)
    made = {**values, "created_at": at, "changed_at": at, "done_at": _done_at(state, None, at)}
    job = rows.create(Job, made)
    job_hooks.tell(job, JobEvent.CREATED, at)
    return job


def change(job: Job, values: Mapping[str, Any]) -> Job:
    """Change a locked job; a new state is an event of its call. Raises ValidationError."""
    before, act = job.state, acting.act()
    after = values.get("state", before)
    done_at = job.done_at if after == before else _done_at(after, job.done_at, act.at)
    changed = rows.change(job, {**values, "done_at": done_at, "changed_at": act.at})
    if after != before and changed.call_id is not None:
        CallEvent.objects.create(
            call_id=changed.call_id, at=act.at, code=f"job_{after}", params={"name": act.name}
        )
    job_hooks.tell(changed, JobEvent.CHANGED, act.at)
    return changed


def forget(jobs: QuerySet[Job], words: Callable[[Job], Mapping[str, str]], at: datetime) -> None:
    """Let jobs say no more of whoever they were for than these `words`; cancel what is not done.

    Other systems are told, so that they forget, too; a form that stands open is stale.
    """
    for job in jobs.select_for_update(of=("self",)).order_by("pk"):
        kept: dict[str, Any] = {**words(job), "caller": "", "address": ""}
        if job.state not in OVER:
            kept |= {"state": JobState.CANCELLED.value, "done_at": at}
        if all(getattr(job, name) == value for name, value in kept.items()):
            continue
        kept["changed_at"] = at
        for name, value in kept.items():
            setattr(job, name, value)
        job.version += 1
        job.save(update_fields=[*kept, "version"])
        job_hooks.tell(job, JobEvent.CHANGED, at)


def delete(job: Job) -> None:
    """Delete a locked job, which other systems know as one more version of it."""
    job.version += 1
    job_hooks.tell(job, JobEvent.DELETED, acting.act().at)
    job.delete()


def _done_at(state: str, known: datetime | None, now: datetime) -> datetime | None:
    return (known or now) if state == JobState.DONE else None
