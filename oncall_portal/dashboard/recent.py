"""Calls and messages since yesterday: what nobody answered first, each with where to go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.urls import reverse

from oncall_portal.lib import access
from scheduling import wall, whens
from telephony import caller_services, open_texts
from telephony.enums import Direction, Outcome
from telephony.models import Call, TextMessage
from telephony.story import verdict
from voicemail import letters
from voicemail.enums import UNTOLD
from voicemail.models import VoicemailMessage

SHOWN = 8
ANSWERED = (Outcome.CONNECTED.value, Outcome.PICKED_UP.value)
_LIVE, _ANSWERED = Q(ended_at=None), Q(outcome__in=ANSWERED)


@dataclass(frozen=True)
class Entry:
    """A call or a message in a list: who, what became of it, when, and its page."""

    key: str
    who: str
    what: str
    line: str
    when: str
    tone: str
    url: str
    audio: str = ""


@dataclass(frozen=True)
class Recent:
    """What came in since `since`, the latest of each, and how many in all."""

    since: str
    calls: tuple[Entry, ...]
    messages: tuple[Entry, ...]
    count: int
    unanswered: int
    live: int
    left: int
    texts: int


def recent(user: Any, now: datetime, house_zone: str) -> Recent:
    """Return what came in since yesterday's midnight by the house's clock; seven queries at most.

    `texts` are all that wait for an answer.
    """
    since = _yesterday(now, house_zone)
    calls = access.visible(
        user, Call.objects.filter(direction=Direction.IN.value, started_at__gte=since)
    )
    counted = calls.aggregate(
        count=Count("pk"),
        live=Count("pk", filter=_LIVE),
        answered=Count("pk", filter=~_LIVE & _ANSWERED),
    )
    told = VoicemailMessage.objects.filter(left_at__gte=since).exclude(delivery__in=UNTOLD)
    left = access.visible(user, told)
    messages = left.select_related("call__phone_number", "recording", "mailbox")
    latest = list(messages.order_by("-left_at", "-pk")[: SHOWN + 1])
    shown = list(_urgent_first(calls))
    callers = [*(row.caller for row in shown), *(row.call.caller for row in latest if row.call)]
    names = caller_services.names(callers, user)
    return Recent(
        since=whens.day(since, house_zone),
        calls=tuple(_call(row, names, now, house_zone) for row in shown),
        messages=tuple(_message(row, names, now, house_zone) for row in latest[:SHOWN]),
        count=counted["count"],
        unanswered=counted["count"] - counted["live"] - counted["answered"],
        live=counted["live"],
        texts=open_texts.to_answer(access.visible(user, TextMessage.objects.all()), now).count(),
        left=len(latest) if len(latest) <= SHOWN else left.count(),
    )


def _yesterday(now: datetime, zone: str) -> datetime:
    local = wall.wall(now, zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return wall.instant(local - timedelta(days=1), zone)


def _urgent_first(calls: Any) -> Any:
    """Order by what a supervisor wants to know first: those under way, unanswered, answered."""
    rank = Case(
        When(_LIVE, then=Value(0)),
        When(_ANSWERED, then=Value(2)),
        default=Value(1),
        output_field=IntegerField(),
    )
    named = calls.select_related("phone_number__schedule").prefetch_related("legs")
    return named.annotate(rank=rank).order_by("rank", "-started_at", "-pk")[:SHOWN]


def _call(row: Call, names: Mapping[str, str], now: datetime, house_zone: str) -> Entry:
    live, answered = row.ended_at is None, row.outcome in ANSWERED
    return Entry(
        key=f"call-{row.pk}",
        who=names.get(row.caller) or letters.caller_words(row.caller),
        what=verdict(row),
        line=row.label,
        when=whens.when(row.started_at, now, house_zone),
        tone="live" if live else "ok" if answered else "bad",
        url=reverse("admin:telephony_call_change", args=[row.pk]),
    )


def _message(
    row: VoicemailMessage, names: Mapping[str, str], now: datetime, house_zone: str
) -> Entry:
    caller = row.call.caller if row.call else None
    heard = bool(row.recording.file)
    return Entry(
        key=f"message-{row.pk}",
        who=names.get(caller or "") or letters.caller_words(caller),
        what=letters.length_words(row.recording.duration_seconds),
        line=str(row.mailbox or ""),
        when=whens.when(row.left_at, now, house_zone),
        tone="new",
        url=reverse("admin:voicemail_voicemailmessage_change", args=[row.pk]),
        audio=reverse("voicemails-audio", args=[row.pk]) if heard else "",
    )
