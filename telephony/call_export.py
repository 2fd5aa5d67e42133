"""The list of calls as a file: one line per call, read some at a time with as many queries each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from oncall_portal.lib import phone
from oncall_portal.lib.access import can, visible
from scheduling.access import SEE_NUMBER
from scheduling.models import Service
from telephony import caller_services, labels, narrative
from telephony.call_sounds import Sound, sounds_of
from telephony.models import Call, CallComment, Leg, Promise
from telephony.story import look, visit_of

MOST = 100_000
_CHUNK = 1000
COLUMNS = (
    *(_("when"), _("direction"), _("caller"), _("caller's name"), _("number called"), _("label")),
    *(_("service"), _("outcome"), _("taken by"), _("seconds until taken"), _("seconds talked")),
    *(_("message"), _("recording"), _("office"), _("owner"), _("to call back by")),
    *(_("called back at"), _("comments")),
)


@dataclass(frozen=True)
class _Around:
    """What is read beside the calls of a chunk."""

    legs: dict[int, list[Leg]]
    names: dict[str, str]
    comments: Counter[int]
    sounds: dict[int, list[Sound]]
    promises: dict[int, Promise]


def lines(calls: QuerySet[Call], user: Any, zone: ZoneInfo) -> Iterator[tuple[Any, ...]]:
    """Yield a line of `COLUMNS` for each of these calls."""
    services = {service.pk: str(service) for service in Service.objects.all()}
    bare = calls.select_related(None).prefetch_related(None).iterator(chunk_size=_CHUNK)
    while chunk := list(islice(bare, _CHUNK)):
        around = _around(chunk, user)
        for call in chunk:
            yield _line(call, services.get(call.service_id or 0, ""), around, user, zone)


def _around(calls: Sequence[Call], user: Any) -> _Around:
    ids = [call.pk for call in calls]
    legs: dict[int, list[Leg]] = {}
    for leg in Leg.objects.filter(call__in=ids).order_by("ordinal"):
        legs.setdefault(leg.call_id, []).append(leg)
    written = visible(user, CallComment.objects.filter(call__in=ids))
    promised = visible(user, Promise.objects.filter(call__in=ids).select_related("owner"))
    return _Around(
        legs=legs,
        names=caller_services.names([call.caller for call in calls], user),
        comments=Counter(written.values_list("call", flat=True)),
        sounds=sounds_of(calls, user),
        promises={promise.call_id: promise for promise in promised},
    )


def _line(call: Any, service: str, around: _Around, user: Any, zone: ZoneInfo) -> tuple[Any, ...]:
    legs = around.legs.get(call.pk, [])
    visit = visit_of(call, legs)
    ordinal = narrative.taker(visit)
    taker = next((leg for leg in legs if leg.ordinal == ordinal), None)
    waited = None if taker is None else narrative.waited_seconds(visit, call.started_at)
    sounds = around.sounds.get(call.pk, [])
    promise = around.promises.get(call.pk)
    kept_at = promise.done_at if promise and promise.kept_by_id else None
    return (
        *(_instant(call.started_at, zone), str(labels.DIRECTION[call.direction])),
        *(call.caller, around.names.get(call.caller, ""), call.dialled, call.label),
        *(service, look(call).words, _taker(taker, user), waited),
        narrative.talk_seconds(visit),
        *(_address(sounds, is_message) for is_message in (True, False)),
        *(str(labels.TRIAGE[call.triage]), promise.owner.name if promise and promise.owner else ""),
        *(_instant(promise.due_at if promise else None, zone), _instant(kept_at, zone)),
        around.comments[call.pk],
    )


def _taker(leg: Any, user: Any) -> str:
    """Return who took a call; a bare number is masked for who may not see numbers."""
    if leg is None:
        return ""
    if leg.staff_id or leg.service_id or can(user, SEE_NUMBER, leg):
        return str(leg.name)
    return phone.mask(leg.number)


def _address(sounds: Sequence[Sound], is_message: bool) -> str:
    found = [each.source for each in sounds if each.is_message is is_message and each.there]
    return f"{settings.PUBLIC_URL}{found[0]}" if found else ""


def _instant(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="seconds") if at else ""
