"""A call as its line of the inbox shows it: who, about what, what became of it, what waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet
from django.db.models.functions import Left
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oncall_portal.lib.access import visible
from scheduling import whens
from scheduling.types import House
from telephony import caller_services, telling
from telephony.call_list import moment_words
from telephony.call_page import line_name
from telephony.enums import Direction, PromiseState, Triage
from telephony.models import Call, Leg
from telephony.story import Look, caller_words, look, verdict_words, visit_of, zone_of
from voicemail import undelivered
from voicemail.enums import DeliveryState, RecordingState
from voicemail.inbox import queries
from voicemail.inbox.boxes import REST
from voicemail.models import Recording, VoicemailMessage

_FIRST_WORDS = 160


@dataclass(frozen=True)
class Due:
    """Until when somebody is to be called back, as a tag says it."""

    words: str
    overdue: bool


@dataclass(frozen=True)
class Row:
    """One line; `audio` is how long there is to hear, "" for nothing; `said` the first words.

    `undelivered`: some word about it did not arrive, or nobody was there to write to.
    """

    pk: int
    who: str
    placed: bool
    new: bool
    live: bool
    at: datetime
    ago: str
    moment: str
    about: str
    look: Look
    verdict: str
    audio: str
    said: str
    owner: Any
    due: Due | None
    urgent: bool
    spam: bool
    job: Any
    rest: bool
    undelivered: bool


def rows(user: Any, found: queries.Part, house: House, now: datetime) -> list[Row]:
    """Return the lines of a page of a list, in order; a fixed number of queries."""
    calls = {call.pk: call for call in with_all(user, found.ranks)}
    names = caller_services.names([call.caller for call in calls.values()], user)
    failed = failures(calls.values())
    return [
        row(calls[pk], names, house, now, rest=rank == REST, failed=failed)
        for pk, rank in found.ranks.items()
        if pk in calls
    ]


def failures(calls: Iterable[Any]) -> Counter[int]:
    """Return how many e-mails and texts failed, by message of these calls; one query."""
    return undelivered.failures([each.pk for call in calls for each in call.voicemails.all()])


def with_all(user: Any, pks: Iterable[int], *, whole: bool = False) -> QuerySet[Call]:
    """Return these calls with all that their lines need; `whole` has what was said in full."""
    legs = Leg.objects.order_by("ordinal")
    heard = Recording.objects.annotate(words=Left("transcript", _FIRST_WORDS))
    messages = visible(user, VoicemailMessage.objects.order_by("left_at", "pk"))
    spoken = visible(user, queries.conversations().order_by("recorded_at", "pk"))
    if not whole:
        heard, spoken = heard.defer("transcript"), spoken.defer("transcript")
    chosen = Call.objects.filter(pk__in=list(pks))
    related = chosen.select_related("phone_number__schedule", "promise__owner", "job")
    return related.prefetch_related(
        Prefetch("legs", legs),
        Prefetch("voicemails", messages),
        Prefetch("voicemails__recording", heard),
        Prefetch("recordings", spoken, to_attr="spoken"),
    )


def row(
    call: Any,
    names: Mapping[str, str],
    house: House,
    now: datetime,
    *,
    failed: Counter[int],
    rest: bool = False,
) -> Row:
    """Return a call (from `with_all`) as its line shows it; `failed` is from `failures`.

    Who called is told by the name among `names`, else by number, else as withheld.
    """
    legs = list(call.legs.all())
    messages = messages_of(call)
    zone = zone_of(call, house.time_zone)
    promise = open_promise(call)
    first = messages[0] if messages else None
    return Row(
        pk=call.pk,
        who=names.get(call.caller) or capfirst(caller_words(call)),
        placed=call.direction == Direction.OUT,
        new=call.triage == Triage.NEW and call.direction == Direction.IN,
        live=call.ended_at is None,
        at=call.started_at,
        ago=ago(call.started_at, now, zone),
        moment=moment_words(call.started_at.astimezone(zone), now),
        about=line_name(call),
        look=look(call),
        verdict=verdict_words(telling.verdict(visit_of(call, legs))),
        audio=_audio([message.recording for message in messages], call.spoken),
        said=first.recording.words.strip() if first else "",
        owner=promise.owner if promise else None,
        due=due_of(promise, zone, now) if promise else None,
        urgent=call.urgent and call.triage == Triage.NEW,
        spam=call.triage == Triage.SPAM,
        job=getattr(call, "job", None),
        rest=rest,
        undelivered=any(map(nobody_told, messages)) or any(failed[each.pk] for each in messages),
    )


def messages_of(call: Any) -> list[Any]:
    """Return what was left in a call (from `with_all`), in order, but last what is no message."""
    return sorted(call.voicemails.all(), key=lambda each: not each.counts)


def nobody_told(message: VoicemailMessage) -> bool:
    """Tell whether no word about a message reached anybody."""
    return message.delivery == DeliveryState.NOBODY.value


def open_promise(call: Any) -> Any:
    """Return the promise that is still to be kept to the caller, None for none."""
    promise = getattr(call, "promise", None)
    return promise if promise and promise.state == PromiseState.OPEN else None


def due_of(promise: Any, zone: ZoneInfo, now: datetime) -> Due:
    """Return the deadline of a promise by the clock of the call."""
    words = whens.when(promise.due_at, now, zone.key)
    return Due(_("before %(time)s") % {"time": words}, promise.due_at < now)


def ago(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Return how long ago it was within the day, the date before that."""
    minutes = max(int((now - at).total_seconds()) // 60, 0)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return _("%(n)d min") % {"n": minutes}
    if minutes < 24 * 60:
        return _("%(n)d h") % {"n": minutes // 60}
    local, today = at.astimezone(zone), now.astimezone(zone)
    return whens.said(local, "j M" if local.year == today.year else "j M Y")


def _audio(messages: Sequence[Recording], spoken: Sequence[Recording]) -> str:
    """Return the length of what can be heard, messages first; "" when nothing can."""
    stored = [each for each in (*messages, *spoken) if each.state == RecordingState.STORED]
    return clock_length(stored[0].duration_seconds or 0) if stored else ""


def clock_length(seconds: float) -> str:
    """Return a length as players show it: 0:48."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def told(count: int) -> str:
    """Return how many calls that is."""
    return ngettext("%(n)d call", "%(n)d calls", count) % {"n": count}
