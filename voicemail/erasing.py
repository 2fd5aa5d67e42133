"""Erases all that is held about one caller on request, and keeps the proof."""

from __future__ import annotations

import logging
import re
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from oncall_portal.lib.errors import Conflict, Refused
from oncall_portal.outbox.enums import MessageState
from oncall_portal.outbox.models import OutgoingMessage
from telephony import job_rows
from telephony.enums import RequestState
from telephony.models import Call, CallbackRequest, Caller, Job
from voicemail import blanking, recording_files, spelling
from voicemail.about import About, about, naming
from voicemail.enums import RecordingState
from voicemail.held import HELD
from voicemail.models import Erasure

logger = logging.getLogger(__name__)

# The platform still tells of a call that has just ended, and brings its recordings.
SETTLED_AFTER = timedelta(minutes=2)
_SALT = "voicemail.erasing"
# Columns that hold a number and nothing else: they are emptied.
_NUMBERS = ("caller", "callback_number", "number", "to")
# Block entries stay if so chosen, and files have names that tell nothing.
_NOT_SWEPT = {("telephony.BlockedCaller", "pattern"), ("voicemail.Recording", "file")}


def number_hash(number: str) -> str:
    """Return the HMAC-SHA256 of a number (E.164) under a key of this installation's secret."""
    return salted_hmac(_SALT, number, algorithm="sha256").hexdigest()


def proofs(number: str) -> QuerySet[Erasure]:
    """Return when what was held about a number (E.164) was erased, the latest first."""
    return Erasure.objects.filter(number_hash=number_hash(number))


@transaction.atomic
def erase(
    number: str, *, by: str, now: datetime, reference: str = "", keep_block: bool = True
) -> Erasure:
    """Erase all that is held about whoever calls from `number` (E.164), and return the proof.

    Calls stay, with their times and outcomes. Entries of the block list stay if `keep_block`.
    Files go after the commit, and those that the storage does not give up, with the daily run.
    Raises Conflict while a call with them goes on, or has just ended; Refused for a reference
    that names the number.
    """
    find = blanking.wanted([number])
    if find.named.search(reference) or find.named.search(by):
        message = _("Leave the number and the name out of the reference: it is kept as proof.")
        raise Refused("reference_names_caller", message, "reference")
    list(Caller.objects.select_for_update().filter(number=number))
    _refuse_live(number, now)
    found = about(number)
    calls = list(found.calls.select_for_update().order_by("pk"))
    counts = found.counts()
    if keep_block:
        counts.pop("blocked")
    kept = found.recordings.exclude(state=RecordingState.ERASED.value)
    files = recording_files.erase(kept.select_for_update().order_by("pk"), by, now)
    recording_files.forget_words(found.recordings)
    _close(found, by, now)
    blanking.blank_calls(calls, find, now)
    _delete(found, keep_block=keep_block)
    _empty_letters(number, find)
    _sweep(number, find.number)
    proof = Erasure.objects.create(
        number_hash=number_hash(number),
        asked_by=by,
        reference=reference,
        at=now,
        erased=counts,
        files=files,
    )
    logger.info("caller_erased erasure=%s calls=%s files=%s", proof.pk, len(calls), len(files))
    return proof


def _refuse_live(number: str, now: datetime) -> None:
    theirs = Call.objects.filter(Q(caller=number) | Q(callback_number=number))
    if theirs.filter(Q(ended_at=None) | Q(ended_at__gt=now - SETTLED_AFTER)).exists():
        message = _("A call with this caller goes on, or has just ended. Try again in two minutes.")
        raise Conflict("call_in_progress", message)


def _close(found: About, by: str, now: datetime) -> None:
    """End what was to be done for the caller: nobody can do it any more; empty the words of it."""
    _stop(found.mails)
    blanking.blank_mails(found.mails, blanking.wanted([found.number]))
    blanking.end_promises(found.promises, by, now)
    found.promises.exclude(reason="").update(reason=spelling.ERASED)
    CallbackRequest.objects.filter(call__in=found.calls).update(state=RequestState.DONE.value)
    ids = list(found.jobs.values_list("pk", flat=True))
    empty = {"title": spelling.ERASED, "reference": "", "notes": ""}
    job_rows.forget(Job.objects.filter(pk__in=ids), lambda _job: empty, now)
    blanking.blank_log(Job, ids)


def _delete(found: About, *, keep_block: bool) -> None:
    gone: list[QuerySet[Any]] = [found.comments, found.texts, found.callers]
    if not keep_block:
        gone.append(found.blocked)
    for rows in gone:
        blanking.blank_log(rows.model, list(rows.values_list("pk", flat=True)))
        rows.delete()


def _empty_letters(number: str, find: blanking.Wanted) -> None:
    """Empty every message that names the number, such as of a job that was deleted since."""
    parts = ("to", Value(" "), "subject", Value(" "), "body")
    words = Concat(*parts, output_field=TextField())
    pattern = spelling.pattern(number)
    named = OutgoingMessage.objects.annotate(_words=words).filter(_words__iregex=pattern)
    mails = OutgoingMessage.objects.filter(pk__in=list(named.values_list("pk", flat=True)))
    _stop(mails)
    blanking.blank_mails(mails, find)


def _stop(mails: QuerySet[OutgoingMessage]) -> None:
    """Let nothing of these leave any more."""
    waiting = mails.filter(state__in=blanking.WAITING)
    waiting.update(state=MessageState.FAILED.value, error="")


def _sweep(number: str, found: re.Pattern[str]) -> None:
    """Take the number out of every other row that names it, also of what others said and wrote."""
    for label, fields in HELD.items():
        for name in fields:
            if (label, name) not in _NOT_SWEPT:
                _sweep_column(label, name, number, found)


def _sweep_column(label: str, name: str, number: str, found: re.Pattern[str]) -> None:
    rows = naming(label, name, number)
    put = (
        "" if name in _NUMBERS or (label, name) == ("telephony.Call", "state") else spelling.ERASED
    )
    for pk, value in list(rows.values_list("pk", name)):
        kept = f"erased:{pk}" if name == "idempotency_key" else spelling.without(value, found, put)
        rows.model.objects.filter(pk=pk).update(**{name: kept})
