"""The rows that are about one caller: whoever calls from one number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from oncall_portal.outbox.models import OutgoingMessage
from telephony.enums import BlockKind
from telephony.models import (
    BlockedCaller,
    Call,
    CallComment,
    Caller,
    Job,
    Promise,
    TextMessage,
)
from voicemail import blanking, spelling
from voicemail.held import HELD
from voicemail.models import Listening, Recording, VoicemailMessage


@dataclass(frozen=True)
class About:
    """The rows about a caller, as they are now; nothing is read before it is asked for."""

    number: str
    callers: QuerySet[Caller]
    calls: QuerySet[Call]
    recordings: QuerySet[Recording]
    voicemails: QuerySet[VoicemailMessage]
    listenings: QuerySet[Listening]
    texts: QuerySet[TextMessage]
    mails: QuerySet[OutgoingMessage]
    jobs: QuerySet[Job]
    comments: QuerySet[CallComment]
    promises: QuerySet[Promise]
    blocked: QuerySet[BlockedCaller]

    def counts(self) -> dict[str, int]:
        """Return how many rows there are of each kind; eight queries."""
        return {
            "calls": self.calls.count(),
            "recordings": self.recordings.exclude(file="").count(),
            "transcripts": self.recordings.exclude(transcript="").count(),
            "texts": self.texts.count(),
            "messages_out": self.mails.count(),
            "jobs": self.jobs.count(),
            "comments": self.comments.count(),
            "promises": self.promises.count(),
            "blocked": self.blocked.count(),
        }

    def log(self) -> QuerySet[LogEntry]:
        """Return what the admin's log says of the caller, and of what hangs on them."""
        entries = LogEntry.objects.none()
        for rows in (self.callers, self.jobs, self.texts, self.comments, self.blocked):
            entries |= blanking.log_of(rows.model, rows.values_list("pk", flat=True))
        return entries


def about(number: str) -> About:
    """Return what there is about whoever calls from `number` (E.164), known or not.

    A call in which they withheld it and keyed it in to be called back is theirs too.
    """
    calls = Call.objects.filter(Q(caller=number) | Q(caller="", callback_number=number))
    ids = list(calls.values_list("pk", flat=True))
    callers = Caller.objects.filter(number=number)
    jobs = Job.objects.filter(Q(call__in=ids) | Q(caller=number))
    known = list(callers.values_list("pk", flat=True))
    texts = TextMessage.objects.filter(caller__in=known)
    written = blanking.mails_about(ids, known, list(jobs.values_list("pk", flat=True)))
    sent = list(texts.exclude(message=None).values_list("message_id", flat=True))
    recordings = Recording.objects.filter(call__in=ids)
    return About(
        number=number,
        callers=callers,
        calls=Call.objects.filter(pk__in=ids),
        recordings=recordings,
        voicemails=VoicemailMessage.objects.filter(call__in=ids),
        listenings=Listening.objects.filter(recording__call__in=ids),
        texts=texts,
        mails=written | OutgoingMessage.objects.filter(pk__in=sent),
        jobs=jobs,
        comments=CallComment.objects.filter(call__in=ids),
        promises=Promise.objects.filter(call__in=ids),
        blocked=BlockedCaller.objects.filter(kind=BlockKind.EXACT.value, pattern=number),
    )


def naming(label: str, column: str, number: str) -> QuerySet[Any]:
    """Return the rows of a model in which a column names the number, in any spelling.

    A phone of the house stays, whoever calls from it.
    """
    rows: QuerySet[Any] = apps.get_model(label).objects.annotate(_words=Cast(column, TextField()))
    if label == "telephony.Leg":
        rows = rows.filter(staff=None, service=None)
    return rows.filter(_words__iregex=spelling.pattern(number))


def mentions(number: str) -> dict[str, int]:
    """Return in how many rows of which columns the number stands, also of what others wrote."""
    columns = [(label, column) for label, names in HELD.items() for column in names]
    counts = {f"{label}.{name}": naming(label, name, number).count() for label, name in columns}
    return {column: count for column, count in counts.items() if count}
