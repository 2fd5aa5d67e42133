"""The calls of a list of the inbox, a page at a time, and how many each box holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib.access import visible
from scheduling.access import standing_of
from scheduling.types import House
from telephony import call_list
from telephony.enums import Outcome, Triage
from telephony.models import Call, CallbackRequest
from voicemail.enums import RecordingKind, RecordingState
from voicemail.inbox.asked import Asked
from voicemail.inbox.boxes import BOXES, Box, mailbox
from voicemail.models import Mailbox, Recording, VoicemailMessage

CAP = 999
# by what is asked in the address: the outcomes that count as it
OUTCOMES: Mapping[str, tuple[Any, tuple[Outcome, ...]]] = {
    "answered": (_("Answered"), (Outcome.CONNECTED, Outcome.PICKED_UP)),
    "message": (_("Message left"), (Outcome.MESSAGE_LEFT,)),
    "call_back": (_("Wants to be called back"), (Outcome.CALL_BACK_REQUESTED,)),
    "gave_up": (
        _("Hung up"),
        (Outcome.GAVE_UP_RINGING, Outcome.GAVE_UP_IN_MENU, Outcome.GAVE_UP_IN_VOICEMAIL),
    ),
    "other": (
        _("Other"),
        (Outcome.ANNOUNCEMENT, Outcome.LINE_FULL, Outcome.BLOCKED, Outcome.FAILED),
    ),
}


@dataclass(frozen=True)
class Part:
    """The ids of a page of a list in order, each with its rank; `more` is where the next begins."""

    ranks: Mapping[int, int]
    more: str = ""


@dataclass(frozen=True)
class Shelf:
    """A box as the first column shows it; `count` is "" where none is told."""

    key: str
    label: str | Words
    count: str = ""


def mine(user: Any, box: Box) -> QuerySet[Call]:
    """Return the calls of a box that `user` may see."""
    held = box.holds(standing_of(user).staff_id)
    return visible(user, Call.objects.filter(held))


def part(user: Any, what: Asked, house: House, now: datetime) -> Part:
    """Return a page of the list that is asked for; one query."""
    order = what.kind.order
    found = _filtered(mine(user, what.kind), what, house)
    ordered = order.after(order.sort(found, now), what.after)
    read = list(ordered.values_list("pk", "rank", "key")[: what.show + 1])
    kept = read[: what.show]
    more = "{1}:{2}:{0}".format(*kept[-1]) if len(read) > len(kept) else ""
    return Part({pk: rank for pk, rank, _key in kept}, more)


def _filtered(calls: QuerySet[Call], what: Asked, house: House) -> QuerySet[Call]:
    if what.number is not None:
        calls = calls.filter(phone_number=what.number)
    if what.service is not None:
        calls = calls.filter(service=what.service)
    if what.outcome in OUTCOMES:
        calls = calls.filter(outcome__in=[each.value for each in OUTCOMES[what.outcome][1]])
    if what.audio:
        calls = calls.filter(_heard())
    zone = ZoneInfo(house.time_zone)
    if first := what.first_day():
        calls = calls.filter(started_at__gte=_midnight(first, zone))
    if last := what.last_day():
        calls = calls.filter(started_at__lt=_midnight(last + timedelta(days=1), zone))
    return search(calls, what.q, house.region)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _heard() -> Exists:
    stored = Recording.objects.filter(state=RecordingState.STORED.value)
    return Exists(stored.filter(call=OuterRef("pk")))


def search(calls: QuerySet[Call], term: str, region: str) -> QuerySet[Call]:
    """Return the calls in which this is found.

    It is what the list of calls is searched for, or words of what was said.
    """
    found = call_list.search(calls, term, region)
    if not term or call_list.is_number(term):
        return found
    said = Recording.objects.filter(transcript__icontains=term).values("call")
    return calls.filter(Q(pk__in=found.values("pk")) | Q(pk__in=said))


# --- the first column ----------------------------------------------------------------------------


def shelves(user: Any) -> dict[str, list[Shelf]]:
    """Return the boxes: `first`, `mailboxes`, `away`; a fixed number of queries."""
    first = [
        Shelf(box.key, box.label, _count(mine(user, box)) if box.counted else "")
        for box in BOXES
        if not box.put_away
    ]
    away = [Shelf(box.key, box.label) for box in BOXES if box.put_away]
    return {"first": first, "mailboxes": _mailboxes(user), "away": away}


def _count(calls: QuerySet[Call]) -> str:
    return capped(calls.order_by()[: CAP + 1].count())


def capped(count: int) -> str:
    """Return a count for reading, "999+" above that."""
    return f"{CAP}+" if count > CAP else str(count)


def _mailboxes(user: Any) -> list[Shelf]:
    """Return the mailboxes in which something was left, with how much of it is new."""
    messages = visible(user, VoicemailMessage.objects.exclude(mailbox=None, call=None))
    wishes = visible(user, CallbackRequest.objects.all())
    new = Count("call", filter=Q(call__triage=Triage.NEW.value), distinct=True)
    counts: dict[int, int] = {}
    for rows in (messages, wishes):
        grouped = rows.exclude(mailbox=None).order_by().values("mailbox").annotate(new=new)
        for pk, count in grouped.values_list("mailbox", "new"):
            counts[pk] = counts.get(pk, 0) + count
    names = Mailbox.objects.filter(pk__in=counts).values_list("pk", "name")
    return [
        Shelf(mailbox(pk).key, name, capped(counts[pk]) if counts[pk] else "") for pk, name in names
    ]


# --- what the lines need -------------------------------------------------------------------------


def conversations() -> QuerySet[Recording]:
    """Return the recordings of conversations."""
    return Recording.objects.filter(kind=RecordingKind.CONVERSATION.value)


def callless(user: Any) -> QuerySet[VoicemailMessage]:
    """Return the messages whose call is not known, newest first: no box has them."""
    return visible(user, VoicemailMessage.objects.filter(call=None).select_related("recording"))
