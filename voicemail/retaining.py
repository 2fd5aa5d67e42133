"""Takes away what was kept for as long as it may be: sound, transcripts, callers' numbers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from oncall_portal.outbox.enums import Channel
from oncall_portal.outbox.models import OutgoingMessage
from scheduling.models import Organisation
from scheduling.models.fields import DAYS_KEPT
from telephony import job_rows
from telephony.enums import PromiseState, RequestState
from telephony.models import Call, CallbackRequest, Caller, Job, PhoneNumber, Promise, TextMessage
from voicemail import blanking, recording_files, spelling
from voicemail.enums import RecordingState
from voicemail.models import Recording, VoicemailMessage
from voicemail.notify import TO_SUPERVISORS
from voicemail.retention import Keep, Kind, due, until

logger = logging.getLogger(__name__)

BATCH = 100
BY = "retention"  # stands where people's names do
# A promise that was not kept for so long binds nobody any more.
HELD_FOR = timedelta(days=30)


def counts(now: datetime) -> dict[str, int]:
    """Return how many rows of each kind are due at `now` (aware): what `run` would take."""
    return {kind: _due_rows(kind, now).count() for kind in _TAKES}


def run(now: datetime) -> dict[str, int]:
    """Take away all that is due at `now` (aware), some rows at a time; count the rows by kind.

    Each batch is a transaction of its own: after a run that was killed the next goes on. A row
    that somebody has locked waits for the next run, as does what an e-mail is still to tell.
    """
    done = dict.fromkeys(_TAKES, 0)
    for kind in _TAKES:
        while rows := _batch(kind, now):
            done[kind] += rows
    recording_files.delete_left()
    logger.info("retention %s", " ".join(f"{kind}={count}" for kind, count in done.items()))
    return done


@transaction.atomic
def _batch(kind: str, now: datetime) -> int:
    found = _due_rows(kind, now).select_for_update(skip_locked=True, of=("self",))
    rows = list(found.order_by("pk")[:BATCH])
    if rows:
        _TAKES[kind](rows, now)
    return len(rows)


# --- what is due -------------------------------------------------------------------------------


def _due_rows(kind: str, now: datetime) -> QuerySet[Any]:
    return {
        "audio": _due_audio,
        "transcripts": _due_transcripts,
        "calls": _due_calls,
        "texts": _due_texts,
        "jobs": _due_jobs,
        "reports": _due_reports,
    }[kind](now)


def _due_audio(now: datetime) -> QuerySet[Recording]:
    stored = Recording.objects.filter(state=RecordingState.STORED.value)
    free = stored.exclude(file__in=_attached())
    return free.filter(_from(Kind.AUDIO, now, "call__phone_number", "recorded_at"))


def _due_transcripts(now: datetime) -> QuerySet[Recording]:
    written = Recording.objects.exclude(transcript="", transcript_url="")
    free = written.exclude(message__in=_waiting("voicemail"))
    return free.filter(_from(Kind.TRANSCRIPTS, now, "call__phone_number", "recorded_at"))


def _due_calls(now: datetime) -> QuerySet[Call]:
    over = Call.objects.filter(numbers_erased_at=None, ended_at__isnull=False)
    told = over.exclude(caller="", callback_number="")
    kept = _open_numbers(now)
    free = told.exclude(Q(caller__in=kept) | Q(callback_number__in=kept) | _waited_for(now))
    return free.filter(_from(Kind.NUMBERS, now, "phone_number", "ended_at"))


def _due_texts(now: datetime) -> QuerySet[TextMessage]:
    waiting = OutgoingMessage.objects.filter(state__in=blanking.WAITING)
    free = TextMessage.objects.exclude(caller__number__in=_open_numbers(now))
    free = free.exclude(pk__in=TextMessage.objects.filter(message__in=waiting).values("pk"))
    return free.filter(_from(Kind.NUMBERS, now, "phone_number", "at"))


def _due_jobs(now: datetime) -> QuerySet[Job]:
    """Return the jobs of no call; those of a call go with it."""
    loose = Job.objects.filter(call=None, state__in=job_rows.OVER).exclude(caller="", address="")
    return loose.filter(_from(Kind.NUMBERS, now, "call__phone_number", "done_at"))


def _due_reports(now: datetime) -> QuerySet[OutgoingMessage]:
    """Return what other systems were told of jobs, which may be deleted since."""
    told = OutgoingMessage.objects.filter(channel=Channel.WEBHOOK.value, cause__startswith="job:")
    over = told.exclude(state__in=blanking.WAITING).exclude(body=spelling.ERASED)
    last = until(_kept()[0].numbers, now)
    return over.none() if last is None else over.filter(created_at__lte=last)


def _kept() -> tuple[Keep, dict[int, Keep]]:
    """Return for how long the house keeps what, and each number; two queries."""
    house = Organisation.objects.values_list(*DAYS_KEPT).first() or (None, None, None)
    numbers = PhoneNumber.objects.values_list("pk", *DAYS_KEPT)
    return Keep(*house), {pk: Keep(*own) for pk, *own in numbers}


def _from(kind: Kind, now: datetime, number: str, instant: str) -> Q:
    """Return the condition that a row is as old as what is due at its number."""
    condition = Q(pk__in=())
    for each in due(kind, *_kept(), now):
        at = Q(**{f"{number}__in": each.numbers - {None}})
        if None in each.numbers:
            at |= Q(**{f"{number}__isnull": True})
        condition |= at & Q(**{f"{instant}__lte": each.until})
    return condition


def _attached() -> list[str]:
    """Return the files that are to leave with an e-mail."""
    waiting = OutgoingMessage.objects.filter(state__in=blanking.WAITING).exclude(attachments=[])
    rows = waiting.values_list("attachments", flat=True)
    return [str(each.get("storage_name", "")) for row in rows for each in row]


def _waiting(about: str) -> list[int]:
    """Return the ids of the calls, or messages, that something waiting in the outbox is about."""
    waiting = OutgoingMessage.objects.filter(state__in=blanking.WAITING)
    causes = waiting.filter(cause__startswith=f"{about}:").values_list("cause", flat=True)
    ends = (cause.split(":")[1] for cause in causes)
    return [int(end) for end in ends if end.isdecimal()]


def _waited_for(now: datetime) -> Q:
    """Return the condition that something about a call is open, or is still to leave."""
    messages = VoicemailMessage.objects.filter(pk__in=_waiting("voicemail"))
    open_jobs = Job.objects.exclude(state__in=job_rows.OVER).exclude(call=None)
    return (
        Q(pk__in=_waiting("call"))
        | Q(pk__in=messages.exclude(call=None).values("call"))
        | Q(pk__in=_promised(now).values("call"))
        | Q(pk__in=open_jobs.values("call"))
    )


def _promised(now: datetime) -> QuerySet[Promise]:
    """Return the promises that somebody may still keep."""
    open_ones = Promise.objects.filter(state=PromiseState.OPEN.value)
    return open_ones.filter(due_at__gt=now - HELD_FOR)


def _open_numbers(now: datetime) -> set[str]:
    """Return the numbers of callers to whom somebody still owes a call back, or work."""
    promised = _promised(now)
    jobs = Job.objects.exclude(state__in=job_rows.OVER)
    names = ("call__caller", "call__callback_number")
    rows = [*promised.values_list(*names), *jobs.values_list(*names, "caller")]
    return {number for row in rows for number in row if number}


# --- taking it away ----------------------------------------------------------------------------


def _take_audio(rows: Sequence[Recording], now: datetime) -> None:
    recording_files.erase(rows, BY, now)


def _take_transcripts(rows: Sequence[Recording], now: datetime) -> None:
    """Empty the transcripts, and the letters that told them."""
    ids = [row.pk for row in rows]
    messages = VoicemailMessage.objects.filter(recording__in=ids).values_list("pk", flat=True)
    ends = ("", TO_SUPERVISORS)
    causes = [f"voicemail:{pk}{end}" for pk in messages for end in ends]
    mails = OutgoingMessage.objects.filter(cause__in=causes)
    mails.exclude(state__in=blanking.WAITING).update(body=spelling.ERASED)
    recording_files.forget_words(Recording.objects.filter(pk__in=ids))


def _take_calls(rows: Sequence[Call], now: datetime) -> None:
    numbers = blanking.numbers_of(rows)
    blanking.end_promises(Promise.objects.filter(call__in=rows), BY, now)
    CallbackRequest.objects.filter(call__in=rows).update(state=RequestState.DONE.value)
    blanking.blank_calls(rows, blanking.wanted(numbers), now)
    _forget(numbers)


def _take_texts(rows: Sequence[TextMessage], now: datetime) -> None:
    callers = Caller.objects.filter(texts__in=rows).distinct()
    numbers = {str(caller.number) for caller in callers}
    mails = OutgoingMessage.objects.filter(pk__in=[row.message_id for row in rows])
    letters = blanking.mails_about((), [caller.pk for caller in callers])
    find = blanking.wanted(numbers)
    blanking.blank_mails(mails, find)
    blanking.blank_mails(letters.filter(created_at__lte=max(row.at for row in rows)), find)
    blanking.blank_log(TextMessage, [row.pk for row in rows])
    TextMessage.objects.filter(pk__in=[row.pk for row in rows]).delete()
    _forget(numbers)


def _take_jobs(rows: Sequence[Job], now: datetime) -> None:
    numbers = {row.caller for row in rows if row.caller}
    jobs = Job.objects.filter(pk__in=[row.pk for row in rows])
    blanking.blank_jobs(jobs, blanking.wanted(numbers), now)
    _forget(numbers)


def _take_reports(rows: Sequence[OutgoingMessage], now: datetime) -> None:
    mails = OutgoingMessage.objects.filter(pk__in=[row.pk for row in rows])
    blanking.blank_mails(mails, blanking.wanted(()))


def _forget(numbers: set[str]) -> None:
    """Forget the callers with these numbers of whom nothing younger is left.

    Who wants no texts stays with that wish alone: it could not be heeded otherwise.
    """
    younger = Call.objects.filter(Q(caller__in=numbers) | Q(callback_number__in=numbers))
    kept = {n for row in younger.values_list("caller", "callback_number") for n in row if n}
    kept |= set(Job.objects.filter(caller__in=numbers).values_list("caller", flat=True))
    left = Caller.objects.filter(number__in=numbers - kept, texts=None)
    blanking.blank_log(Caller, left.values_list("pk", flat=True))
    stopped = left.exclude(sms_stopped_at=None).values_list("pk", flat=True)
    Caller.objects.filter(pk__in=list(stopped)).update(name="", email="", address="")
    Caller.objects.filter(
        pk__in=list(left.filter(sms_stopped_at=None).values_list("pk", flat=True))
    ).delete()


_TAKES: dict[str, Callable[[Sequence[Any], datetime], None]] = {
    "audio": _take_audio,
    "transcripts": _take_transcripts,
    "calls": _take_calls,
    "texts": _take_texts,
    "jobs": _take_jobs,
    "reports": _take_reports,
}
