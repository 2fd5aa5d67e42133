"""What stands in a caller's stream beside calls and texts: e-mails, jobs, comments, promises."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from oncall_portal.lib.access import can, visible
from oncall_portal.outbox.enums import Channel, MessageState
from oncall_portal.outbox.models import OutgoingMessage
from oncall_portal.outbox.queries import about, act_of
from scheduling.access import VIEW, standing_of
from telephony import call_list, labels, promise_page
from telephony.enums import PromiseState
from telephony.models import Call, CallComment, Job, Promise
from telephony.story import Look

_WENT = (MessageState.SENT.value, MessageState.DELIVERED.value)


@dataclass(frozen=True)
class Mailed:
    """Somebody who was written to, and how that stands, as a tag."""

    to: str
    look: Look


@dataclass(frozen=True)
class Aside:
    """One thing of the stream that is neither call nor text: what it is, its words, its tag.

    Of an e-mail, `readers` are all who got it.
    """

    key: str
    at: datetime
    when: str
    kind: str
    words: str
    tone: str = ""
    icon: str = ""
    state: str = ""
    url: str = ""
    ours: bool = True
    readers: tuple[Mailed, ...] = ()
    aside: bool = True


def promises_of(calls: Sequence[Call], user: Any) -> dict[int, Promise]:
    """Return what was promised after each of these calls, by call; one query."""
    rows = Promise.objects.filter(call__in=[call.pk for call in calls])
    found = visible(user, rows.select_related("owner", "kept_by"))
    return {promise.call_id: promise for promise in found}


def messages_of(calls: Sequence[Call], user: Any) -> dict[int, list[Any]]:
    """Return what was said after the tone in each of these calls, by call; one query."""
    kept: Any = Call._meta.get_field("voicemails").related_model
    found: dict[int, list[Any]] = {}
    if not can(user, VIEW, kept):
        return found
    rows = kept.objects.filter(call__in=[call.pk for call in calls])
    for row in visible(user, rows.select_related("recording").order_by("left_at", "pk")):
        found.setdefault(row.call_id, []).append(row)
    return found


def asides(
    calls: Sequence[Call],
    promised: dict[int, Promise],
    messages: dict[int, list[Any]],
    user: Any,
    zone: ZoneInfo,
    now: datetime,
) -> Iterator[Aside]:
    """Yield what belongs to these calls, as far as `user` may see it; three queries."""

    def when(at: datetime) -> str:
        return call_list.moment_words(at.astimezone(zone), now)

    ids = [call.pk for call in calls]
    for said in visible(user, CallComment.objects.filter(call__in=ids)):
        yield Aside(
            f"comment-{said.pk}",
            said.at,
            when(said.at),
            _("Comment · %(name)s") % {"name": said.author_name},
            said.text,
        )
    starts = {call.pk: call.started_at for call in calls}
    for job in visible(user, Job.objects.filter(call__in=ids)):
        at = job.created_at or starts[job.call_id or 0]
        state = capfirst(str(labels.JOB_STATE[job.state]))
        url = reverse("admin:telephony_job_change", args=[job.pk])
        yield Aside(f"job-{job.pk}", at, when(at), _("Job"), job.title, "", "job", state, url)
    for promise in promised.values():
        if promise.done_at is not None:
            look = promise_page.look(promise, now)
            yield Aside(
                f"promise-{promise.pk}",
                promise.done_at,
                when(promise.done_at),
                _("Call back promised"),
                promise_page.came_of(promise),
                *(look.tone, look.icon, look.words),
                ours=promise.state == PromiseState.KEPT,
            )
    yield from _mails(calls, promised, messages, user, when)


def _mails(
    calls: Sequence[Call],
    promised: dict[int, Promise],
    messages: dict[int, list[Any]],
    user: Any,
    when: Any,
) -> Iterator[Aside]:
    causes = [f"call:{call.pk}" for call in calls]
    causes += [f"promise:{promise.pk}" for promise in promised.values()]
    causes += [f"voicemail:{message.pk}" for of_one in messages.values() for message in of_one]
    acts: dict[str, list[OutgoingMessage]] = {}
    for mail in about(user, causes):
        if mail.channel == Channel.EMAIL:  # texts to the caller stand in the stream themselves
            acts.setdefault(act_of(mail), []).append(mail)
    mine = standing_of(user).email.lower()
    for mails in acts.values():
        first = mails[0]
        said = next((mail for mail in mails if mail.to.lower() == mine), first)
        yield Aside(
            f"mail-{first.pk}",
            first.created_at,
            when(first.created_at),
            _("E-mail"),
            said.subject,
            readers=tuple(Mailed(mail.to, _mail_look(mail)) for mail in mails),
        )


def _mail_look(mail: OutgoingMessage) -> Look:
    words = capfirst(str(mail.get_state_display()))
    if mail.state in _WENT:
        return Look("ok", "check", words)
    if mail.state == MessageState.FAILED:
        return Look("bad", "warning", words)
    return Look("", "clock", words)
