"""The calls in progress, in words: who waits and where, whose phones ring since when, who talks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from oncall_portal.lib.access import can
from scheduling.queries import house
from telephony import caller_services, labels, narrative, telling
from telephony.access import END_CALL
from telephony.call_page import line_name
from telephony.enums import Direction, Phase
from telephony.models import Call, Leg, Menu
from telephony.story import caller_with, verdict_words, visit_of, zone_of
from telephony.types.visits import Rung, Visit


@dataclass(frozen=True)
class Ringing:
    """A phone that rings, or is asked for a key: whose, since when, and which of both."""

    name: str
    since: str
    words: str


@dataclass(frozen=True)
class InProgress:
    """One call as the page shows it; `hang_up_url` is "" for those who may not end it."""

    pk: int
    url: str
    placed: bool
    who: str
    line: str
    since: str
    step: str
    verdict: str
    phones: tuple[Ringing, ...]
    talks: str
    hang_up_url: str


def live(calls: QuerySet[Call]) -> QuerySet[Call]:
    """Return those in progress, the longest first, with all that their rows need."""
    legs = Leg.objects.order_by("ordinal")
    rows = calls.filter(ended_at=None).select_related("phone_number__schedule")
    return rows.prefetch_related(Prefetch("legs", legs)).order_by("started_at", "pk")


def rows(calls: Iterable[Any], user: Any) -> list[InProgress]:
    """Return these calls (from `live`) as `user` may see them; three queries more."""
    found = list(calls)
    zone, menus = house().time_zone, _menus(found)
    names = caller_services.names([call.caller for call in found], user)
    return [
        _row(call, user, zone_of(call, zone), menus, names.get(call.caller, "")) for call in found
    ]


def _menus(calls: Iterable[Call]) -> Mapping[int, str]:
    """Return the names of the menus in which these callers are."""
    at = {path[-1] for call in calls if (path := _path(call))}
    return dict(Menu.objects.filter(pk__in=at).values_list("pk", "name"))


def _path(call: Call) -> list[int]:
    place = (call.state or {}).get("place") if call.phase == Phase.MENU else None
    return place["path"] if place else []


def _row(call: Any, user: Any, zone: ZoneInfo, menus: Mapping[int, str], name: str) -> InProgress:
    visit = visit_of(call, call.legs.all())
    phones = narrative.open_phones(visit)
    path = _path(call)
    step = str(labels.PHASE[call.phase])
    if path and path[-1] in menus:
        step = _("%(step)s: %(menu)s") % {"step": step, "menu": menus[path[-1]]}
    may_end = can(user, END_CALL, call)
    return InProgress(
        pk=call.pk,
        url=reverse("admin:telephony_call_change", args=[call.pk]),
        placed=call.direction == Direction.OUT,
        who=caller_with(name, call),
        line=line_name(call),
        since=_clock(call.started_at, zone),
        step=capfirst(step),
        verdict=verdict_words(telling.verdict(visit)),
        phones=tuple(_ringing(phone, zone) for phone in phones if call.phase != Phase.CONNECTED),
        talks=_talks(visit, zone),
        hang_up_url=reverse("admin:telephony_call_hang_up", args=[call.pk]) if may_end else "",
    )


def _ringing(phone: Rung, zone: ZoneInfo) -> Ringing:
    if phone.picked_up_at is not None:
        return Ringing(phone.name, _clock(phone.picked_up_at, zone), _("picked up since"))
    return Ringing(phone.name, _clock(phone.rang_at or phone.dialled_at, zone), _("rings since"))


def _talks(visit: Visit, zone: ZoneInfo) -> str:
    """Return who speaks with the other side, and since when; "" while nobody does."""
    ordinal = narrative.taker(visit)
    taker = next((phone for phone in visit.phones if phone.ordinal == ordinal), None)
    start = narrative.talk_start(visit, taker)
    if taker is None or start is None:
        return ""
    return _("%(name)s since %(since)s") % {"name": taker.name, "since": _clock(start, zone)}


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M:%S}"
